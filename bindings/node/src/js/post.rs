//! Messages from other threads to the thread of JavaScript.

use super::{Env, Refused, ok};
use napi_sys as sys;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::sync::{Arc, Mutex, PoisonError};

/// Is done on the thread of JavaScript, in a call of its own; dropped where there is no JavaScript any more.
pub(crate) type Message = Box<dyn for<'s> FnOnce(Env<'s>) + Send>;

/// Lets a closure be one for every call.
pub(crate) fn message(work: impl for<'s> FnOnce(Env<'s>) + Send + 'static) -> Message {
    Box::new(work)
}

/// The environment has ended, or is ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gone;

/// The way to the thread of one environment.
#[derive(Clone)]
pub(crate) struct Post(Arc<Mutex<Line>>);

struct Line {
    /// Null once the environment ends.
    function: sys::napi_threadsafe_function,
    /// How many calls wait for what other threads will say. The process stays as long as there are any.
    awaited: usize,
}

// SAFETY: a threadsafe function may be called on any thread as long as it is there, and whoever calls it
// holds the lock under which it is taken away.
unsafe impl Send for Line {}

impl Post {
    /// The one way of an environment, which ends with it.
    pub(crate) fn open(env: Env<'_>) -> Result<Self, Refused> {
        let name = env.new_string("strongroom")?;
        let mut function = null_mut();
        // SAFETY: the environment and the name are those of this call, and the result is a local. Without a
        // function of JavaScript there is one of ours, and it needs no context.
        ok(unsafe {
            sys::napi_create_threadsafe_function(
                env.raw(),
                null_mut(),
                null_mut(),
                name.raw(),
                0,
                1,
                null_mut(),
                None,
                null_mut(),
                Some(deliver),
                &raw mut function,
            )
        })?;
        let line = Arc::new(Mutex::new(Line { function, awaited: 0 }));
        let end = Arc::into_raw(Arc::clone(&line)).cast_mut().cast();
        // SAFETY: the environment is that of this call. Of its hooks the last comes first, so this one is
        // called while the threadsafe function is still there.
        let hooked = ok(unsafe { sys::napi_add_env_cleanup_hook(env.raw(), Some(hang_up), end) });
        if hooked.is_err() {
            // SAFETY: Node did not take it, so it is ours to end.
            unsafe { hang_up(end) };
            return Err(Refused);
        }
        // SAFETY: the function was just made in this environment, on whose thread this is.
        ok(unsafe { sys::napi_unref_threadsafe_function(env.raw(), function) })?;
        Ok(Self(line))
    }

    /// On any thread. What cannot be sent is dropped.
    pub(crate) fn send(&self, message: Message) -> Result<(), Gone> {
        let line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if line.function.is_null() {
            return Err(Gone);
        }
        let message = Box::into_raw(Box::new(message));
        // SAFETY: the function is there as long as the lock is held. It is not waited for, since the queue
        // has no end, and what it takes is given to `deliver` once.
        let sent = ok(unsafe {
            sys::napi_call_threadsafe_function(
                line.function,
                message.cast(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            )
        });
        drop(line);
        if sent.is_err() {
            // SAFETY: Node did not take it.
            drop(unsafe { Box::from_raw(message) });
            return Err(Gone);
        }
        Ok(())
    }

    /// The process stays until the same is said to be `over`. On the thread of the environment.
    pub(crate) fn awaits(&self, env: Env<'_>) {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        line.awaited += 1;
        if line.awaited == 1 && !line.function.is_null() {
            // SAFETY: the function is of this environment, on whose thread this is, and is still there.
            let _ = unsafe { sys::napi_ref_threadsafe_function(env.raw(), line.function) };
        }
    }

    pub(crate) fn over(&self, env: Env<'_>) {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        line.awaited -= 1;
        if line.awaited == 0 && !line.function.is_null() {
            // SAFETY: the function is of this environment, on whose thread this is, and is still there.
            let _ = unsafe { sys::napi_unref_threadsafe_function(env.raw(), line.function) };
        }
    }
}

/// # Safety
/// Called by Node on the thread of JavaScript, with a message that was sent, once; without an environment
/// where that has ended.
unsafe extern "C" fn deliver(raw: sys::napi_env, _: sys::napi_value, _: *mut c_void, message: *mut c_void) {
    // SAFETY: `send` gave it away, and nobody else has it.
    let message = unsafe { Box::from_raw(message.cast::<Message>()) };
    if raw.is_null() {
        return;
    }
    // SAFETY: Node says which environment this is, and has opened a scope.
    let env = unsafe { Env::new(raw) };
    // Whoever waits for what a message that panics would have said hears that nobody will.
    let _ = catch_unwind(AssertUnwindSafe(|| message(env)));
    // Nobody called this who could be thrown at.
    env.take_exception();
}

/// # Safety
/// Called by Node on the thread of JavaScript when its environment ends, with the line of `open`, once.
unsafe extern "C" fn hang_up(line: *mut c_void) {
    // SAFETY: `open` gave it away, and nobody else has this share of it.
    let line = unsafe { Arc::from_raw(line.cast::<Mutex<Line>>()) };
    let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
    let function = std::mem::replace(&mut line.function, null_mut());
    // SAFETY: nobody calls it any more, since that takes the lock and a function that is not null.
    let _ =
        unsafe { sys::napi_release_threadsafe_function(function, sys::ThreadsafeFunctionReleaseMode::abort) };
}
