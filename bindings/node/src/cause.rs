//! What a seal that is written in JavaScript threw, until the error that comes of it is made.

use crate::js::object::Reference;
use crate::js::{Env, Refused, Value};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

thread_local! {
    /// The last thing that was thrown in each call, and what is said about it. By the number of the call; 0
    /// is for what runs on this thread.
    static LAST: RefCell<HashMap<u64, (String, Reference)>> = RefCell::default();
    /// The call whose errors are made.
    static CALL: Cell<u64> = const { Cell::new(0) };
}

/// Keeps what was thrown in a call for the error that gives `reason`. It is in an object of ours, since no
/// reference holds a text or a number.
pub(crate) fn keep<'s>(env: Env<'s>, call: u64, reason: &str, thrown: Value<'s>) {
    let holder = || -> Result<Reference, Refused> {
        let holder = env.new_object()?;
        env.set(holder, "cause", thrown)?;
        Reference::new(env, holder)
    };
    let before = match holder() {
        Ok(holder) => LAST.with_borrow_mut(|last| last.insert(call, (reason.to_owned(), holder))),
        Err(Refused) => LAST.with_borrow_mut(|last| last.remove(&call)),
    };
    before.into_iter().for_each(|(_, holder)| holder.release(env));
}

/// What was thrown, if `reason` is what was said about it. Nothing is kept any more.
pub(crate) fn of<'s>(env: Env<'s>, reason: &str) -> Option<Value<'s>> {
    let (said, holder) = LAST.with_borrow_mut(|last| last.remove(&CALL.get()))?;
    let value = holder.value(env);
    holder.release(env);
    if said == reason { env.property(value?, env.new_string("cause").ok()?).ok() } else { None }
}

/// Makes the errors of a call that another thread has done, and lets go of what was thrown in it.
pub(crate) fn of_call(env: Env<'_>, call: u64, make: impl FnOnce()) {
    let before = CALL.replace(call);
    make();
    CALL.set(before);
    let last = LAST.with_borrow_mut(|last| last.remove(&call));
    last.into_iter().for_each(|(_, holder)| holder.release(env));
}
