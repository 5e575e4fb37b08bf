//! What a call can end with instead of a value, and how JavaScript sees it.

use crate::cause;
use crate::js::object::Reference;
use crate::js::post::Post;
use crate::js::{Env, Kind, Refused, Value};
use crate::words;
use napi_sys as sys;
use std::cell::RefCell;
use std::error::Error as _;
use std::ffi::c_void;
use std::io;
use std::ptr::null_mut;
use strongroom::{Error, ErrorFamily, KeyName};

/// Why a call gives no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A `StrongroomError`.
    Error(Error),
    /// A `StrongroomError`, and what is known here beside what it says.
    Advised(Error, String),
    /// One of the others, for one item of a batch.
    Item(usize, Box<Failure>),
    /// A `TypeError`: an argument is of a type that cannot be meant.
    Type(String),
    /// Node refused something. If that was an exception, it is the one to be thrown.
    Refused,
    /// A fault of ours.
    Panic,
}

impl Failure {
    /// Sees to it that the exception is thrown when the call returns.
    pub(crate) fn throw(self, env: Env<'_>) -> sys::napi_value {
        if let Ok(error) = self.value(env) {
            env.throw(error);
        }
        null_mut()
    }

    /// The exception.
    pub(crate) fn value<'s>(self, env: Env<'s>) -> Result<Value<'s>, Refused> {
        match self {
            Self::Error(error) => error_value(env, &error),
            Self::Advised(error, advice) => advised_value(env, &error, &format!(" ({advice})")),
            Self::Item(index, failure) => {
                let value = failure.value(env)?;
                env.set(value, "index", env.new_number(index as f64)?)?;
                Ok(value)
            }
            Self::Type(message) => env.new_type_error(&message),
            Self::Refused => match env.take_exception() {
                Some(waiting) => Ok(waiting),
                None => env.new_type_error("an argument could not be read"),
            },
            Self::Panic => env.new_fault("a fault inside strongroom; please report it"),
        }
    }
}

impl Failure {
    /// An error about a key by its name, with what is wrong with the name if that is it.
    pub(crate) fn of_name(name: &str, error: Error) -> Self {
        match matches!(error, Error::InvalidKeyName).then(|| KeyName::why_not(name)).flatten() {
            Some(why) => Self::Advised(error, why),
            None => Self::Error(error),
        }
    }
}

impl Failure {
    /// An error about something that was made before, with what is odd about that if it is malformed and that
    /// can be seen.
    pub(crate) fn of_malformed(error: Error, why: impl FnOnce() -> Option<&'static str>) -> Self {
        match matches!(error, Error::Malformed).then(why).flatten() {
            Some(why) => Self::Advised(error, why.to_owned()),
            None => Self::Error(error),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for Failure {
    fn from(Refused: Refused) -> Self {
        Self::Refused
    }
}

/// The error as an instance of the class that the package has for it.
pub(crate) fn error_value<'s>(env: Env<'s>, error: &Error) -> Result<Value<'s>, Refused> {
    advised_value(env, error, "")
}

fn advised_value<'s>(env: Env<'s>, error: &Error, advice: &str) -> Result<Value<'s>, Refused> {
    let message = error.told(words::option) + advice;
    let system = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    // Elsewhere the numbers are not those that Node has names for.
    let errno = system.and_then(io::Error::raw_os_error).filter(|_| cfg!(unix));
    let arguments = [
        env.new_string(&message)?,
        env.new_string(error.name())?,
        env.new_number(error.number().into())?,
        env.new_string(family(error.family()))?,
        error.detail().map_or_else(|| env.undefined(), |detail| env.new_string(detail))?,
        system.map_or_else(|| env.undefined(), |system| env.new_string(&system.to_string()))?,
        errno.map_or_else(|| env.undefined(), |errno| env.new_number(errno.into()))?,
    ];
    let value = match Instance::error_class(env) {
        Some(class) => env.instance(class, &arguments)?,
        None => env.new_type_error(&message)?,
    };
    match error {
        Error::BufferTooSmall { needed } => env.set(value, "needed", env.new_number(*needed as f64)?)?,
        Error::SealFailed { reason } => {
            if let Some(cause) = cause::of(env, reason) {
                env.set_hidden(value, "cause", cause)?;
            }
        }
        _ => {}
    }
    Ok(value)
}

pub(crate) const fn family(family: ErrorFamily) -> &'static str {
    match family {
        ErrorFamily::Misuse => "misuse",
        ErrorFamily::UntrustedInput => "untrusted_input",
        ErrorFamily::Environment => "environment",
    }
}

/// What the library keeps for one environment.
#[derive(Default)]
pub(crate) struct Instance {
    error_class: RefCell<Option<Reference>>,
    view_check: RefCell<Option<Reference>>,
    post: RefCell<Option<Post>>,
}

impl Instance {
    /// Gives an environment its own.
    pub(crate) fn attach(env: Env<'_>) {
        let instance = Box::into_raw(Box::<Self>::default());
        // SAFETY: the environment is that of this call; Node gives the pointer back to `detach` once, and to
        // `of` before that.
        let status =
            unsafe { sys::napi_set_instance_data(env.raw(), instance.cast(), Some(detach), null_mut()) };
        if status != sys::Status::napi_ok {
            // SAFETY: Node did not take it.
            drop(unsafe { Box::from_raw(instance) });
        }
    }

    fn of<'s>(env: Env<'s>) -> Option<&'s Self> {
        let mut data: *mut c_void = null_mut();
        // SAFETY: the environment is that of this call; the result is a local.
        let status = unsafe { sys::napi_get_instance_data(env.raw(), &raw mut data) };
        if status != sys::Status::napi_ok {
            return None;
        }
        // SAFETY: what was set in `attach`, which lives until the environment is gone; it is only ever
        // shared.
        unsafe { data.cast::<Self>().as_ref() }
    }

    /// Whether a `Uint8Array` without bytes had some before its memory was shrunk, which Node-API does not
    /// tell apart. The function that is asked is one of JavaScript's own, so no code of the caller's runs.
    pub(crate) fn is_cut_off<'s>(env: Env<'s>, empty: Value<'s>) -> bool {
        let check = Self::of(env).and_then(|instance| instance.view_check.borrow().as_ref()?.value(env));
        let cut_off = check.is_none_or(|check| env.call(empty, check, &[]).is_err());
        if cut_off {
            env.take_exception();
        }
        cut_off
    }

    /// The way to this environment from other threads.
    pub(crate) fn post(env: Env<'_>) -> Result<Post, Refused> {
        let instance = Self::of(env).ok_or(Refused)?;
        let mut post = instance.post.borrow_mut();
        match post.as_ref() {
            Some(post) => Ok(post.clone()),
            None => Ok(post.insert(Post::open(env)?).clone()),
        }
    }

    fn error_class<'s>(env: Env<'s>) -> Option<Value<'s>> {
        Self::of(env)?.error_class.borrow().as_ref()?.value(env)
    }
}

/// # Safety
/// Called by Node when the environment goes, with what `attach` set.
unsafe extern "C" fn detach(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: nobody asks for it any more.
    drop(unsafe { Box::from_raw(data.cast::<Instance>()) });
}

/// `setIntrinsics(class, check)`: what errors are instances of, and the method of a `Uint8Array` that throws
/// if it does not lie in its memory.
pub(crate) fn set_intrinsics<'s>(
    env: Env<'s>,
    class: Value<'s>,
    check: Value<'s>,
) -> Result<Value<'s>, Failure> {
    if [class, check].iter().any(|function| env.kind(*function) != Kind::Other) {
        return Err(Failure::Type("a class is a function".to_owned()));
    }
    if let Some(instance) = Instance::of(env) {
        *instance.error_class.borrow_mut() = Some(Reference::new(env, class)?);
        *instance.view_check.borrow_mut() = Some(Reference::new(env, check)?);
    }
    Ok(env.undefined()?)
}
