//! What seals written in JavaScript are asked by other threads, and what they answer: now, or when the
//! promise that they gave is settled.

use crate::failure::Failure;
use crate::js::call::Arguments;
use crate::js::object::Reference;
use crate::js::post::message;
use crate::js::{Env, Kind, Refused, Value};
use crate::{apart, cause, object};
use napi_sys as sys;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::time::Duration;
use strongroom::{SealError, SecretBytes};

/// What is asked of an object.
pub(crate) struct Question {
    /// Under which its thread keeps the object.
    pub(crate) object: u64,
    pub(crate) method: &'static str,
    pub(crate) first: SecretBytes,
    pub(crate) aad: Vec<u8>,
    /// What the method is given first is wiped once it has answered.
    pub(crate) is_secret: bool,
}

/// A question that is not answered yet.
struct Open {
    env: sys::napi_env,
    call: u64,
    /// What is to be wiped.
    secret: Option<Reference>,
    reply: SyncSender<Result<SecretBytes, SealError>>,
}

thread_local!(static OPEN: RefCell<HashMap<u64, Open>> = RefCell::default());

static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// Asks on the thread of JavaScript, and waits on this one for no longer than `limit`.
pub(crate) fn ask(call: &apart::Call, question: Question, limit: Duration) -> Result<SecretBytes, SealError> {
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let (reply, answer) = sync_channel(1);
    let waits = Arc::new(());
    let (waited, of) = (Arc::downgrade(&waits), call.clone());
    let ended = || SealError::Failed("the thread of its keyring ended before it answered".into());
    call.post
        .send(message(move |env| begin(env, number, &of, question, reply, &waited)))
        .map_err(|_| ended())?;
    match answer.recv_timeout(limit) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Disconnected) => Err(ended()),
        Err(RecvTimeoutError::Timeout) => {
            drop(waits);
            let _ = call.post.send(message(move |env| drop(close(env, number))));
            let limit = limit.as_millis();
            Err(SealError::Failed(format!("it did not answer within {limit} ms, its timeoutMs").into()))
        }
    }
}

/// On the thread of JavaScript.
fn begin(
    env: Env<'_>,
    number: u64,
    call: &apart::Call,
    question: Question,
    reply: SyncSender<Result<SecretBytes, SealError>>,
    waited: &Weak<()>,
) {
    // Whoever asked may have given up before this thread came to it.
    if waited.strong_count() == 0 {
        return;
    }
    let Question { object: kept, method, first, aad, is_secret } = question;
    let open = Open { env: env.raw(), call: call.number, secret: None, reply };
    OPEN.with_borrow_mut(|questions| questions.insert(number, open));
    let asked = || -> Result<(), Refused> {
        let object = object::object(env, kept).ok_or(Refused)?;
        let value = env.new_buffer(first.expose())?;
        drop(first);
        if is_secret {
            let secret = Some(Reference::new(env, value)?);
            OPEN.with_borrow_mut(|questions| questions.get_mut(&number).map(|open| open.secret = secret));
        }
        let function = env.property(object, env.new_string("later")?)?;
        let number = env.new_number(number as f64)?;
        // A seal that calls its keyring before it gives a promise is told so, as in a call without one.
        let _turn = call.scripted.turn(true);
        env.call(object, function, &[env.new_string(method)?, value, env.new_buffer(&aad)?, number])?;
        Ok(())
    };
    if asked().is_err() {
        let words = object::thrown(env, call.number);
        if let Some(open) = close(env, number) {
            let _ = open.reply.send(Err(SealError::Failed(words.into())));
        }
    }
}

/// `sealAnswered(question, result)`
pub(crate) fn answered<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    // Read before the wiping, since what was wrapped in place is in the same memory.
    let answer = object::given(env, arguments.at(1));
    if let Some(open) = number(env, arguments).and_then(|number| close(env, number)) {
        let _ = open.reply.send(answer);
    }
    Ok(env.undefined()?)
}

/// `sealFailed(question, thrown)`
pub(crate) fn failed<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    if let Some(open) = number(env, arguments).and_then(|number| close(env, number)) {
        let words = object::words(env, arguments.at(1));
        cause::keep(env, open.call, &words, arguments.at(1));
        let _ = open.reply.send(Err(SealError::Failed(words.into())));
    }
    Ok(env.undefined()?)
}

fn number<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Option<u64> {
    #[allow(clippy::cast_possible_truncation, reason = "the package gives back what it was given, a count")]
    (env.kind(arguments.at(0)) == Kind::Number)
        .then(|| env.number(arguments.at(0)).map(|number| number as u64))?
}

/// Takes a question off the list, and wipes what it gave away. What comes later is nobody's answer.
fn close(env: Env<'_>, number: u64) -> Option<Open> {
    let mut open = OPEN.with_borrow_mut(|questions| questions.remove(&number))?;
    if open.env != env.raw() {
        return None;
    }
    if let Some(secret) = open.secret.take() {
        if let Some(value) = secret.value(env) {
            // SAFETY: no JavaScript runs while this is written, and nobody has a slice of it.
            unsafe { env.bytes_mut(value) }.into_iter().for_each(|bytes| bytes.fill(0));
        }
        secret.release(env);
    }
    Some(open)
}
