//! A seal that is written in JavaScript.

use crate::asked::{self, Question};
use crate::input::Take;
use crate::js::object::Reference;
use crate::js::{Env, Kind, Refused, Value};
use crate::{apart, cause};
use napi_sys as sys;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread::ThreadId;
use std::time::Duration;
use strongroom::{SealError, SealProvider, SecretArray, SecretBytes};

/// An object with `wrap` and `unwrap`. It is called on its own thread only: at once by a call on that thread,
/// else by a call that gives a promise, which waits for it elsewhere.
pub(crate) struct Provider {
    kind: String,
    key_id: String,
    /// How long a call on another thread waits for each answer.
    limit: Duration,
    thread: ThreadId,
    /// Under which the thread keeps the object.
    number: u64,
    /// Is there as long as the object is needed.
    _needs: Arc<()>,
}

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

impl Provider {
    pub(crate) fn new(
        env: Env<'_>,
        object: Value<'_>,
        kind: String,
        key_id: String,
        limit: Duration,
    ) -> Result<Self, Refused> {
        give_back(env);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let needs = Arc::default();
        let object = Object {
            env: env.raw(),
            reference: Reference::new(env, object)?,
            needed: Arc::downgrade(&needs),
        };
        OBJECTS.with_borrow_mut(|objects| objects.insert(number, object));
        Ok(Self { kind, key_id, limit, thread: std::thread::current().id(), number, _needs: needs })
    }

    /// Calls a method with two buffers; the first one is wiped afterwards if it `is_secret`.
    fn ask(
        &self,
        method: &'static str,
        first: &[u8],
        aad: &[u8],
        is_secret: bool,
    ) -> Result<SecretBytes, SealError> {
        if std::thread::current().id() == self.thread {
            return self.ask_here(method, first, aad, is_secret);
        }
        match apart::current().filter(|call| call.thread == self.thread) {
            Some(call) => {
                let (first, aad) = (SecretBytes::from(first), aad.to_vec());
                let question = Question { object: self.number, method, first, aad, is_secret };
                asked::ask(&call, question, self.limit)
            }
            None => Err(SealError::Failed(
                "it is written in JavaScript and can be asked for its own keyrings only".to_owned(),
            )),
        }
    }

    /// At once, so what it gives must be no promise.
    fn ask_here(
        &self,
        method: &str,
        first: &[u8],
        aad: &[u8],
        is_secret: bool,
    ) -> Result<SecretBytes, SealError> {
        let raw = OBJECTS.with_borrow(|objects| objects.get(&self.number).map(|object| object.env));
        let Some(raw) = raw else { return Err(SealError::Failed("its object is gone".to_owned())) };
        // SAFETY: the object is kept for the environment that calls now: its keyrings are of that
        // environment, and this is its thread.
        let env = unsafe { Env::new(raw) };
        let call = || -> Result<Result<SecretBytes, SealError>, Refused> {
            let object = object(env, self.number).ok_or(Refused)?;
            let function = env.property(object, env.new_string(method)?)?;
            let first_value = env.new_buffer(first)?;
            let result = env.call(object, function, &[first_value, env.new_buffer(aad)?]);
            // Read before the wiping, since what was wrapped in place is in the same memory.
            let result = result.map(|result| given(env, result));
            if is_secret {
                // SAFETY: no JavaScript runs while this is written, and nobody else has a slice of it any
                // more.
                unsafe { env.bytes_mut(first_value) }.into_iter().for_each(|bytes| bytes.fill(0));
            }
            result
        };
        match env.scoped(call) {
            Ok(Ok(result)) => result,
            _ => Err(SealError::Failed(thrown(env, 0))),
        }
    }
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
    let wrong = |_| SealError::Failed("wrap and unwrap must give a Uint8Array, or null to refuse".to_owned());
    Ok(SecretBytes::from(&*bytes.map_err(wrong)?))
}

impl SealProvider for Provider {
    fn kind(&self) -> &str {
        &self.kind
    }

    fn key_id(&self) -> &str {
        &self.key_id
    }

    fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok(self.ask("wrap", key.expose(), aad, true)?.expose().to_vec())
    }

    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        SecretArray::copy_of(self.ask("unwrap", blob, aad, false)?.expose()).ok_or(SealError::Refused)
    }
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
