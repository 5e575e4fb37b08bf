//! New values.

use super::{Env, Refused, Value};
use napi_sys as sys;
use std::ptr::null_mut;
use std::slice;

impl<'s> Env<'s> {
    pub(crate) fn undefined(self) -> Result<Value<'s>, Refused> {
        // SAFETY: the environment is that of this call; the result is a local of `value`.
        self.value(|result| unsafe { sys::napi_get_undefined(self.raw(), result) })
    }

    pub(crate) fn null(self) -> Result<Value<'s>, Refused> {
        // SAFETY: the environment is that of this call; the result is a local of `value`.
        self.value(|result| unsafe { sys::napi_get_null(self.raw(), result) })
    }

    pub(crate) fn new_boolean(self, on: bool) -> Result<Value<'s>, Refused> {
        // SAFETY: the environment is that of this call; the result is a local of `value`.
        self.value(|result| unsafe { sys::napi_get_boolean(self.raw(), on, result) })
    }

    pub(crate) fn new_number(self, number: f64) -> Result<Value<'s>, Refused> {
        // SAFETY: the environment is that of this call; the result is a local of `value`.
        self.value(|result| unsafe { sys::napi_create_double(self.raw(), number, result) })
    }

    /// A date, from milliseconds since 1970.
    pub(crate) fn new_date(self, millis: f64) -> Result<Value<'s>, Refused> {
        // SAFETY: the environment is that of this call; the result is a local of `value`.
        self.value(|result| unsafe { sys::napi_create_date(self.raw(), millis, result) })
    }

    #[inline]
    pub(crate) fn new_string(self, text: &str) -> Result<Value<'s>, Refused> {
        let len = isize::try_from(text.len()).map_err(|_| Refused)?;
        // Bytes below 128 are the same in Latin-1, which Node takes over without looking for longer
        // characters.
        if text.is_ascii() {
            // SAFETY: the environment is that of this call; Node copies `len` bytes of the text.
            self.value(|result| unsafe {
                sys::napi_create_string_latin1(self.raw(), text.as_ptr().cast(), len, result)
            })
        } else {
            // SAFETY: the environment is that of this call; Node copies `len` bytes of the text, which are
            // borrowed for it.
            self.value(|result| unsafe {
                sys::napi_create_string_utf8(self.raw(), text.as_ptr().cast(), len, result)
            })
        }
    }

    /// A `Buffer` with memory of its own, never a part of Node's shared pool.
    pub(crate) fn new_buffer(self, bytes: &[u8]) -> Result<Value<'s>, Refused> {
        let mut data = null_mut();
        // SAFETY: the environment is that of this call; the result and `data` are locals.
        let buffer = self.value(|result| unsafe {
            sys::napi_create_buffer(self.raw(), bytes.len(), &raw mut data, result)
        })?;
        if !bytes.is_empty() {
            // SAFETY: Node has just made so many bytes, and nobody else knows of them.
            unsafe { slice::from_raw_parts_mut(data.cast::<u8>(), bytes.len()) }.copy_from_slice(bytes);
        }
        Ok(buffer)
    }

    /// An `ArrayBuffer` of its own, which costs less than a `Buffer`.
    pub(crate) fn new_memory(self, bytes: &[u8]) -> Result<Value<'s>, Refused> {
        let mut data = null_mut();
        // SAFETY: the environment is that of this call; the result and `data` are locals.
        let memory = self.value(|result| unsafe {
            sys::napi_create_arraybuffer(self.raw(), bytes.len(), &raw mut data, result)
        })?;
        if !bytes.is_empty() {
            // SAFETY: Node has just made so many bytes, and nobody else knows of them.
            unsafe { slice::from_raw_parts_mut(data.cast::<u8>(), bytes.len()) }.copy_from_slice(bytes);
        }
        Ok(memory)
    }

    pub(crate) fn new_array(self, values: &[Value<'s>]) -> Result<Value<'s>, Refused> {
        // SAFETY: the environment is that of this call; the result is a local of `value`.
        let array = self.value(|result| unsafe {
            sys::napi_create_array_with_length(self.raw(), values.len(), result)
        })?;
        for (index, value) in values.iter().enumerate() {
            self.set(array, &index.to_string(), *value)?;
        }
        Ok(array)
    }

    pub(crate) fn new_object(self) -> Result<Value<'s>, Refused> {
        // SAFETY: the environment is that of this call; the result is a local of `value`.
        self.value(|result| unsafe { sys::napi_create_object(self.raw(), result) })
    }

    /// `Error` for a fault that is nobody's but ours.
    pub(crate) fn new_fault(self, message: &str) -> Result<Value<'s>, Refused> {
        let code = self.new_string("ERR_STRONGROOM_FAULT")?;
        let message = self.new_string(message)?;
        // SAFETY: the environment and both values are those of this call.
        self.value(|result| unsafe { sys::napi_create_error(self.raw(), code.raw(), message.raw(), result) })
    }

    /// `TypeError` with Node's own code for an argument of a wrong type.
    pub(crate) fn new_type_error(self, message: &str) -> Result<Value<'s>, Refused> {
        let code = self.new_string("ERR_INVALID_ARG_TYPE")?;
        let message = self.new_string(message)?;
        // SAFETY: the environment and both values are those of this call.
        self.value(|result| unsafe {
            sys::napi_create_type_error(self.raw(), code.raw(), message.raw(), result)
        })
    }
}
