//! Work on Node's thread pool, and the promise of its result.

use crate::failure::Failure;
use crate::js::{Env, Refused, Value, ok};
use napi_sys as sys;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

/// Makes the result into a value, back on the thread of JavaScript.
pub(crate) type Finish = Box<dyn for<'s> FnOnce(Env<'s>) -> Result<Value<'s>, Failure> + Send>;

/// Runs on another thread.
pub(crate) type Work = Box<dyn FnOnce() -> Result<Finish, Failure> + Send>;

/// Lets a closure be one for every call.
pub(crate) fn finish(
    finish: impl for<'s> FnOnce(Env<'s>) -> Result<Value<'s>, Failure> + Send + 'static,
) -> Finish {
    Box::new(finish)
}

struct Task {
    work: Option<Work>,
    outcome: Option<Result<Finish, Failure>>,
    deferred: Deferred,
    handle: sys::napi_async_work,
}

/// What settles a promise, once.
pub(crate) struct Deferred(sys::napi_deferred);

// SAFETY: it may be anywhere, and is used where there is an environment: on its own thread, by `settle`.
unsafe impl Send for Deferred {}

impl Deferred {
    /// In the environment that the promise was made in.
    pub(crate) fn settle<'s>(self, env: Env<'s>, result: Result<Value<'s>, Failure>) {
        // SAFETY: the promise was made in this environment and is settled here only. An environment that is
        // being torn down refuses.
        let _ = unsafe {
            match result {
                Ok(value) => sys::napi_resolve_deferred(env.raw(), self.0, value.raw()),
                Err(failure) => match failure.value(env) {
                    Ok(error) => sys::napi_reject_deferred(env.raw(), self.0, error.raw()),
                    Err(Refused) => sys::napi_reject_deferred(env.raw(), self.0, null_mut()),
                },
            }
        };
    }
}

impl<'s> Env<'s> {
    /// A promise, and what settles it.
    pub(crate) fn deferred(self) -> Result<(Value<'s>, Deferred), Refused> {
        let mut deferred = null_mut();
        // SAFETY: the environment is that of this call; the results are locals.
        let promise = self
            .value(|promise| unsafe { sys::napi_create_promise(self.raw(), &raw mut deferred, promise) })?;
        Ok((promise, Deferred(deferred)))
    }

    /// A promise that is kept at once.
    pub(crate) fn settled(self, result: Result<Value<'s>, Failure>) -> Result<Value<'s>, Failure> {
        let (promise, deferred) = self.deferred()?;
        deferred.settle(self, result);
        Ok(promise)
    }

    /// A promise of what `work` gives on another thread.
    pub(crate) fn promise(self, work: Work) -> Result<Value<'s>, Failure> {
        let name = self.new_string("strongroom")?;
        let (promise, deferred) = self.deferred()?;
        let task = Task { work: Some(work), outcome: None, deferred, handle: null_mut() };
        let task = Box::into_raw(Box::new(task));
        // SAFETY: the task was just made and lives until `complete` takes it back; nobody else knows of it.
        let started = unsafe {
            let made = sys::napi_create_async_work(
                self.raw(),
                null_mut(),
                name.raw(),
                Some(execute),
                Some(complete),
                task.cast(),
                &raw mut (*task).handle,
            );
            ok(made).and_then(|()| ok(sys::napi_queue_async_work(self.raw(), (*task).handle)))
        };
        if started.is_err() {
            // SAFETY: it was not queued, so it is still ours alone.
            drop(unsafe { Box::from_raw(task) });
            return Err(Refused.into());
        }
        Ok(promise)
    }
}

/// # Safety
/// Called by Node on a thread of its pool, with the task that was queued.
unsafe extern "C" fn execute(_: sys::napi_env, task: *mut c_void) {
    // SAFETY: between queueing and completion the task is this function's.
    let task = unsafe { &mut *task.cast::<Task>() };
    let work = task.work.take();
    let outcome = catch_unwind(AssertUnwindSafe(|| work.map_or(Err(Failure::Panic), |work| work())));
    task.outcome = Some(outcome.unwrap_or(Err(Failure::Panic)));
}

/// # Safety
/// Called by Node on the thread of JavaScript, with the task that was executed, once.
unsafe extern "C" fn complete(raw: sys::napi_env, _: sys::napi_status, task: *mut c_void) {
    // SAFETY: nobody else has the task any more.
    let task = unsafe { Box::from_raw(task.cast::<Task>()) };
    // SAFETY: Node says which environment this is, and has opened a scope.
    let env = unsafe { Env::new(raw) };
    let Task { outcome, deferred, handle, .. } = *task;
    let result = catch_unwind(AssertUnwindSafe(|| {
        outcome.unwrap_or(Err(Failure::Panic)).and_then(|finish| finish(env))
    }));
    deferred.settle(env, result.unwrap_or(Err(Failure::Panic)));
    // SAFETY: the work is done, and this is the one place that deletes it.
    unsafe { sys::napi_delete_async_work(raw, handle) };
}
