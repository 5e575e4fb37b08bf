//! Properties, elements and functions.

use super::{Env, Refused, Value, ok};
use napi_sys as sys;

impl<'s> Env<'s> {
    /// Gives an object a property of its own. It is defined and not assigned, so that no setter of a
    /// prototype gets the value instead, as that of `__proto__` would, whatever the name is.
    pub(crate) fn set(self, object: Value<'s>, name: &str, value: Value<'s>) -> Result<(), Refused> {
        self.define(object, name, value, sys::PropertyAttributes::enumerable)
    }

    /// Sets a property that is not listed, as `cause` of an error is not.
    pub(crate) fn set_hidden(self, object: Value<'s>, name: &str, value: Value<'s>) -> Result<(), Refused> {
        self.define(object, name, value, 0)
    }

    fn define(
        self,
        object: Value<'s>,
        name: &str,
        value: Value<'s>,
        listed: sys::napi_property_attributes,
    ) -> Result<(), Refused> {
        let descriptor = sys::napi_property_descriptor {
            utf8name: std::ptr::null(),
            name: self.new_string(name)?.raw(),
            method: None,
            getter: None,
            setter: None,
            value: value.raw(),
            attributes: sys::PropertyAttributes::writable | sys::PropertyAttributes::configurable | listed,
            data: std::ptr::null_mut(),
        };
        // SAFETY: the environment and the values are those of this call, and there is one descriptor.
        ok(unsafe { sys::napi_define_properties(self.raw(), object.raw(), 1, &raw const descriptor) })
    }

    pub(crate) fn property(self, object: Value<'s>, name: Value<'s>) -> Result<Value<'s>, Refused> {
        // SAFETY: the environment and the values are those of this call; the result is a local.
        self.value(|result| unsafe { sys::napi_get_property(self.raw(), object.raw(), name.raw(), result) })
    }

    /// The names of the properties that can be enumerated, and their values. Asked of objects that inherit
    /// nothing.
    pub(crate) fn properties(self, object: Value<'s>) -> Result<Vec<(Value<'s>, Value<'s>)>, Refused> {
        // SAFETY: the environment and the values are those of this call; the result is a local.
        let names =
            self.value(|result| unsafe { sys::napi_get_property_names(self.raw(), object.raw(), result) })?;
        self.elements(names)?.into_iter().map(|name| Ok((name, self.property(object, name)?))).collect()
    }

    pub(crate) fn is_array(self, value: Value<'s>) -> bool {
        let mut is_array = false;
        // SAFETY: the environment and the values are those of this call; the result is a local.
        ok(unsafe { sys::napi_is_array(self.raw(), value.raw(), &raw mut is_array) }).is_ok() && is_array
    }

    pub(crate) fn len(self, array: Value<'s>) -> Result<usize, Refused> {
        let mut len = 0;
        // SAFETY: the environment and the values are those of this call; the result is a local.
        ok(unsafe { sys::napi_get_array_length(self.raw(), array.raw(), &raw mut len) })?;
        Ok(len as usize)
    }

    pub(crate) fn element(self, array: Value<'s>, index: usize) -> Result<Value<'s>, Refused> {
        let index = u32::try_from(index).map_err(|_| Refused)?;
        // SAFETY: the environment and the values are those of this call; the result is a local.
        self.value(|result| unsafe { sys::napi_get_element(self.raw(), array.raw(), index, result) })
    }

    /// Assigns an element of an array that inherits nothing.
    pub(crate) fn set_element(self, array: Value<'s>, index: usize, value: Value<'s>) -> Result<(), Refused> {
        let index = u32::try_from(index).map_err(|_| Refused)?;
        // SAFETY: the environment and the values are those of this call; the result is a local.
        ok(unsafe { sys::napi_set_element(self.raw(), array.raw(), index, value.raw()) })
    }

    pub(crate) fn elements(self, array: Value<'s>) -> Result<Vec<Value<'s>>, Refused> {
        (0..self.len(array)?).map(|index| self.element(array, index)).collect()
    }

    /// Calls a function. `Refused` if it threw; the exception is then waiting.
    pub(crate) fn call(
        self,
        this: Value<'s>,
        function: Value<'s>,
        arguments: &[Value<'s>],
    ) -> Result<Value<'s>, Refused> {
        let arguments: Vec<_> = arguments.iter().map(|value| value.raw()).collect();
        // SAFETY: the environment and the values are those of this call; the arguments are as many as is
        // said.
        self.value(|result| unsafe {
            sys::napi_call_function(
                self.raw(),
                this.raw(),
                function.raw(),
                arguments.len(),
                arguments.as_ptr(),
                result,
            )
        })
    }

    /// `new class(...arguments)`
    pub(crate) fn instance(self, class: Value<'s>, arguments: &[Value<'s>]) -> Result<Value<'s>, Refused> {
        let arguments: Vec<_> = arguments.iter().map(|value| value.raw()).collect();
        // SAFETY: the environment and the values are those of this call; the arguments are as many as is
        // said.
        self.value(|result| unsafe {
            sys::napi_new_instance(self.raw(), class.raw(), arguments.len(), arguments.as_ptr(), result)
        })
    }

    /// Runs `work` with a scope of its own, so that the values it makes do not pile up until the call is
    /// over.
    pub(crate) fn scoped<T>(self, work: impl FnOnce() -> T) -> Result<T, Refused> {
        let mut scope = std::ptr::null_mut();
        // SAFETY: the environment and the values are those of this call; the result is a local.
        ok(unsafe { sys::napi_open_handle_scope(self.raw(), &raw mut scope) })?;
        let result = work();
        // SAFETY: this scope was opened last, since `work` closes what it opens.
        ok(unsafe { sys::napi_close_handle_scope(self.raw(), scope) })?;
        Ok(result)
    }

    /// Takes the exception that is waiting, if there is one.
    pub(crate) fn take_exception(self) -> Option<Value<'s>> {
        let mut waiting = false;
        // SAFETY: the environment and the values are those of this call; the result is a local.
        ok(unsafe { sys::napi_is_exception_pending(self.raw(), &raw mut waiting) }).ok()?;
        if !waiting {
            return None;
        }
        // SAFETY: the environment and the values are those of this call; the result is a local.
        self.value(|result| unsafe { sys::napi_get_and_clear_last_exception(self.raw(), result) }).ok()
    }

    /// Throws, once the call returns.
    pub(crate) fn throw(self, error: Value<'s>) {
        // SAFETY: the environment and the values are those of this call. If it fails, an exception is waiting
        // already.
        let _ = unsafe { sys::napi_throw(self.raw(), error.raw()) };
    }
}

/// Keeps a value alive beyond the call. It is given back on the thread it came from, or with its environment.
pub(crate) struct Reference {
    env: sys::napi_env,
    raw: sys::napi_ref,
}

impl Reference {
    pub(crate) fn new(env: Env<'_>, value: Value<'_>) -> Result<Self, Refused> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: the environment and the value are those of this call; the result is a local.
        ok(unsafe { sys::napi_create_reference(env.raw(), value.raw(), 1, &raw mut raw) })?;
        Ok(Self { env: env.raw(), raw })
    }

    /// The value, in the environment that it was taken from.
    pub(crate) fn value<'s>(&self, env: Env<'s>) -> Option<Value<'s>> {
        if env.raw() != self.env {
            return None;
        }
        // SAFETY: the reference is of this environment and was not given back.
        env.value(|result| unsafe { sys::napi_get_reference_value(self.env, self.raw, result) }).ok()
    }

    /// Gives the value back.
    pub(crate) fn release(self, env: Env<'_>) {
        if env.raw() == self.env {
            // SAFETY: the reference is of this environment, on whose thread this is, and cannot be used
            // again.
            let _ = unsafe { sys::napi_delete_reference(self.env, self.raw) };
        }
    }
}
