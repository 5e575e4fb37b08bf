//! Calls that may touch the store or a seal: done at once, or on another thread with a promise.

use crate::apart;
use crate::failure::Failure;
use crate::handle::Scripted;
use crate::js::{Env, Value};
use crate::promise::{self, Work};

/// A call whose arguments were read.
pub(crate) struct Job {
    work: Work,
    /// It may call back into JavaScript.
    calls_back: bool,
    /// Of the keyring that it works on, if there is one yet.
    scripted: Scripted,
}

impl Job {
    /// `work` may ask a seal written in JavaScript if it `calls_back`, or the keyring is scripted; `finish`
    /// makes its result into a value.
    pub(crate) fn new<T: Send + 'static, E: Into<Failure>>(
        scripted: Scripted,
        calls_back: bool,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
        finish: impl for<'s> FnOnce(Env<'s>, T) -> Result<Value<'s>, Failure> + Send + 'static,
    ) -> Self {
        let work = move || {
            let result = work().map_err(Into::into)?;
            Ok(promise::finish(move |env| finish(env, result)))
        };
        Self { work: Box::new(work), calls_back: calls_back || scripted.get(), scripted }
    }

    pub(crate) fn run(self, env: Env<'_>) -> Result<Value<'_>, Failure> {
        let result =
            self.scripted.turn(self.calls_back).map_err(Failure::from).and_then(|_turn| (self.work)());
        result?(env)
    }

    pub(crate) fn start(env: Env<'_>, job: Result<Self, Failure>) -> Result<Value<'_>, Failure> {
        match job {
            Ok(job) if job.calls_back => apart::start(env, job.scripted, job.work),
            Ok(job) => env.promise(job.work),
            Err(failure) => env.settled(Err(failure)),
        }
    }
}

/// For what gives nothing.
pub(crate) fn nothing<'s>(env: Env<'s>, (): ()) -> Result<Value<'s>, Failure> {
    Ok(env.undefined()?)
}
