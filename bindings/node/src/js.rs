//! Values of Node as Rust sees them: a thin layer over Node-API.
//!
//! Everything here runs on the thread of its environment, inside one call from JavaScript. The lifetime `'s`
//! is that call's: a value, and memory that one owns, is looked at no longer. Nothing is looked at after
//! JavaScript could have run in between: who calls back into JavaScript copies first (`input`).

pub(crate) mod buffer;
pub(crate) mod call;
pub(crate) mod create;
pub(crate) mod lent;
pub(crate) mod object;
pub(crate) mod post;
pub(crate) mod text;

use napi_sys as sys;
use std::marker::PhantomData;
use std::ptr::null_mut;

/// The environment of a call.
#[derive(Clone, Copy)]
pub(crate) struct Env<'s> {
    raw: sys::napi_env,
    call: PhantomData<&'s ()>,
}

/// A value, for as long as the call lasts.
#[derive(Clone, Copy)]
pub(crate) struct Value<'s> {
    raw: sys::napi_value,
    call: PhantomData<&'s ()>,
}

/// Node did not do what it was asked: a value of another kind, or an exception is waiting to be thrown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Object,
    Other,
}

impl<'s> Env<'s> {
    /// # Safety
    /// `raw` is the environment of a call that lasts for `'s`, on whose thread this runs.
    pub(crate) const unsafe fn new(raw: sys::napi_env) -> Self {
        Self { raw, call: PhantomData }
    }

    pub(crate) fn raw(self) -> sys::napi_env {
        self.raw
    }

    /// What `fill` puts into its argument, if it says that all went well.
    #[inline]
    pub(crate) fn value(
        self,
        fill: impl FnOnce(*mut sys::napi_value) -> sys::napi_status,
    ) -> Result<Value<'s>, Refused> {
        let mut raw = null_mut();
        ok(fill(&raw mut raw))?;
        Ok(Value { raw, call: PhantomData })
    }

    #[inline]
    pub(crate) fn kind(self, value: Value<'s>) -> Kind {
        let mut kind = -1;
        // SAFETY: the environment and the value are those of this call; the result is a local.
        let status = unsafe { sys::napi_typeof(self.raw, value.raw, &raw mut kind) };
        match kind {
            _ if status != sys::Status::napi_ok => Kind::Other,
            sys::ValueType::napi_undefined => Kind::Undefined,
            sys::ValueType::napi_null => Kind::Null,
            sys::ValueType::napi_boolean => Kind::Boolean,
            sys::ValueType::napi_number => Kind::Number,
            sys::ValueType::napi_string => Kind::String,
            sys::ValueType::napi_object => Kind::Object,
            _ => Kind::Other,
        }
    }

    pub(crate) fn is_undefined(self, value: Value<'s>) -> bool {
        self.kind(value) == Kind::Undefined
    }

    pub(crate) fn number(self, value: Value<'s>) -> Option<f64> {
        let mut number = 0.0;
        // SAFETY: the environment and the value are those of this call; the result is a local.
        ok(unsafe { sys::napi_get_value_double(self.raw, value.raw, &raw mut number) }).ok()?;
        Some(number)
    }

    pub(crate) fn boolean(self, value: Value<'s>) -> Option<bool> {
        let mut on = false;
        // SAFETY: the environment and the value are those of this call; the result is a local.
        ok(unsafe { sys::napi_get_value_bool(self.raw, value.raw, &raw mut on) }).ok()?;
        Some(on)
    }
}

impl<'s> Value<'s> {
    pub(crate) fn raw(self) -> sys::napi_value {
        self.raw
    }

    /// # Safety
    /// `raw` is a value of the call that lasts for `'s`.
    pub(crate) const unsafe fn new(raw: sys::napi_value) -> Self {
        Self { raw, call: PhantomData }
    }
}

/// A status as a result.
#[inline]
pub(crate) fn ok(status: sys::napi_status) -> Result<(), Refused> {
    if status == sys::Status::napi_ok { Ok(()) } else { Err(Refused) }
}
