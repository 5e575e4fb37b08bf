//! The objects with which seals are written in JavaScript, kept by the thread that they are of, and what they
//! answer or throw.

use crate::cause;
use crate::input::Take;
use crate::js::object::Reference;
use crate::js::{Env, Kind, Refused, Value};
use napi_sys as sys;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use strongroom::{SealError, SecretBytes};

thread_local! {
    /// The objects of this thread.
    static OBJECTS: RefCell<HashMap<u64, Object>> = RefCell::default();
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

struct Object {
    env: sys::napi_env,
    reference: Reference,
    needed: Weak<()>,
}

/// Keeps an object for this thread as long as somebody has what comes with its number.
pub(crate) fn keep<'s>(env: Env<'s>, object: Value<'s>) -> Result<(u64, Arc<()>), Refused> {
    give_back(env);
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let needs = Arc::default();
    let reference = Reference::new(env, object)?;
    let object = Object { env: env.raw(), reference, needed: Arc::downgrade(&needs) };
    OBJECTS.with_borrow_mut(|objects| objects.insert(number, object));
    Ok((number, needs))
}

/// The environment of the object that this thread keeps under a number.
pub(crate) fn environment(number: u64) -> Option<sys::napi_env> {
    OBJECTS.with_borrow(|objects| objects.get(&number).map(|object| object.env))
}

/// The object that this thread keeps under a number.
pub(crate) fn object(env: Env<'_>, number: u64) -> Option<Value<'_>> {
    OBJECTS.with_borrow(|objects| objects.get(&number).and_then(|object| object.reference.value(env)))
}

/// What was thrown, in words. It is kept as the cause of the error in that call.
pub(crate) fn thrown(env: Env<'_>, call: u64) -> String {
    let Some(error) = env.take_exception() else { return "it could not be asked".to_owned() };
    let words = words(env, error);
    cause::keep(env, call, &words, error);
    words
}

pub(crate) fn words<'s>(env: Env<'s>, error: Value<'s>) -> String {
    let message = env.new_string("message").and_then(|name| env.property(error, name)).ok();
    let text = message.and_then(|message| env.text(message)).or_else(|| env.text(error));
    // Asking for the message may have thrown in its turn.
    env.take_exception();
    text.unwrap_or_else(|| "it threw something that has no message".to_owned())
}

/// Bytes that a method gave; `null` says no.
pub(crate) fn given<'s>(env: Env<'s>, value: Value<'s>) -> Result<SecretBytes, SealError> {
    if env.kind(value) == Kind::Null {
        return Err(SealError::Refused);
    }
    let bytes = env.binary(value, Take::Borrow, "a result");
    let wrong = |_| SealError::Failed("wrap and unwrap must give a Uint8Array, or null to refuse".into());
    Ok(SecretBytes::from(&*bytes.map_err(wrong)?))
}

/// Gives back the objects of this environment that no seal needs any more. A seal may be dropped on any
/// thread, its object given back on its own only.
fn give_back(env: Env<'_>) {
    let is_over = |object: &mut Object| object.env == env.raw() && object.needed.strong_count() == 0;
    let over: Vec<Object> = OBJECTS.with_borrow_mut(|objects| {
        objects.extract_if(|_, object| is_over(object)).map(|(_, object)| object).collect()
    });
    over.into_iter().for_each(|object| object.reference.release(env));
}
