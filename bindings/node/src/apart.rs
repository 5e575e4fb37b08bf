//! Calls that give a promise and may need a seal written in JavaScript: they run on threads of their own, and
//! the thread of JavaScript is free to answer for the seal.

use crate::failure::{Failure, Instance};
use crate::handle::Scripted;
use crate::js::post::{Post, message};
use crate::js::{Env, Value};
use crate::promise::{Finish, Work};
use crate::{cause, crew};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, ThreadId};
use strongroom::Error;

/// The call that a thread of the crew is doing.
#[derive(Clone)]
pub(crate) struct Call {
    /// Under which the causes of its errors are kept.
    pub(crate) number: u64,
    /// That of JavaScript.
    pub(crate) thread: ThreadId,
    pub(crate) post: Post,
    pub(crate) scripted: Scripted,
}

/// From 1; 0 is for what runs on the thread of JavaScript.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

thread_local!(static CALL: RefCell<Option<Call>> = const { RefCell::new(None) });

/// The call that this thread is doing for another.
pub(crate) fn current() -> Option<Call> {
    CALL.with_borrow(Clone::clone)
}

/// A promise of what `work` gives.
pub(crate) fn start(env: Env<'_>, scripted: Scripted, work: Work) -> Result<Value<'_>, Failure> {
    let post = Instance::post(env)?;
    let (promise, deferred) = env.deferred()?;
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let call = Call { number, thread: thread::current().id(), post: post.clone(), scripted };
    post.awaits(env);
    crew::hand_in(Box::new(move |has_thread| {
        let post = call.post.clone();
        let outcome = if has_thread { during(call, work) } else { Err(no_thread().into()) };
        // Where there is no JavaScript any more, nobody waits for it.
        let _ = post.clone().send(message(move |env| {
            let result = catch_unwind(AssertUnwindSafe(|| outcome.and_then(|finish| finish(env))));
            cause::of_call(env, number, || deferred.settle(env, result.unwrap_or(Err(Failure::Panic))));
            post.over(env);
        }));
    }));
    Ok(promise)
}

fn during(call: Call, work: Work) -> Result<Finish, Failure> {
    CALL.set(Some(call));
    let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Failure::Panic));
    CALL.set(None);
    outcome
}

fn no_thread() -> Error {
    Error::SealFailed { reason: "no thread can be had to wait for it".into() }
}
