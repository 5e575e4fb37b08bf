//! What a seal that is written in JavaScript threw, until the error that comes of it is made.

use crate::js::object::Reference;
use crate::js::{Env, Refused, Value};
use std::cell::RefCell;

thread_local! {
    /// The last thing that was thrown on this thread, and what is said about it.
    static LAST: RefCell<Option<(String, Reference)>> = const { RefCell::new(None) };
}

/// Keeps what was thrown for the error that gives `reason`. It is in an object of ours, since no reference
/// holds a text or a number.
pub(crate) fn keep<'s>(env: Env<'s>, reason: &str, thrown: Value<'s>) {
    let holder = || -> Result<Reference, Refused> {
        let holder = env.new_object()?;
        env.set(holder, "cause", thrown)?;
        Reference::new(env, holder)
    };
    put(env, holder().ok().map(|holder| (reason.to_owned(), holder)));
}

/// What was thrown, if `reason` is what was said about it. Nothing is kept any more.
pub(crate) fn of<'s>(env: Env<'s>, reason: &str) -> Option<Value<'s>> {
    let (said, holder) = LAST.take()?;
    let value = holder.value(env);
    holder.release(env);
    if said == reason { env.property(value?, env.new_string("cause").ok()?).ok() } else { None }
}

fn put(env: Env<'_>, new: Option<(String, Reference)>) {
    if let Some((_, before)) = LAST.replace(new) {
        before.release(env);
    }
}
