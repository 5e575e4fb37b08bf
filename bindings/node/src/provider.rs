//! A seal that is written in JavaScript.

use crate::asked::{self, Question};
use crate::js::{Env, Refused, Value};
use crate::{apart, object};
use std::sync::Arc;
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

impl Provider {
    pub(crate) fn new(
        env: Env<'_>,
        value: Value<'_>,
        kind: String,
        key_id: String,
        limit: Duration,
    ) -> Result<Self, Refused> {
        let (number, needs) = object::keep(env, value)?;
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
                "it is written in JavaScript and can be asked for its own keyrings only".into(),
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
        let raw = object::environment(self.number);
        let Some(raw) = raw else { return Err(SealError::Failed("its object is gone".into())) };
        // SAFETY: the object is kept for the environment that calls now: its keyrings are of that
        // environment, and this is its thread.
        let env = unsafe { Env::new(raw) };
        let call = || -> Result<Result<SecretBytes, SealError>, Refused> {
            let object = object::object(env, self.number).ok_or(Refused)?;
            let function = env.property(object, env.new_string(method)?)?;
            let first_value = env.new_buffer(first)?;
            let result = env.call(object, function, &[first_value, env.new_buffer(aad)?]);
            // Read before the wiping, since what was wrapped in place is in the same memory.
            let result = result.map(|result| object::given(env, result));
            if is_secret {
                // SAFETY: no JavaScript runs while this is written, and nobody else has a slice of it any
                // more.
                unsafe { env.bytes_mut(first_value) }.into_iter().for_each(|bytes| bytes.fill(0));
            }
            result
        };
        match env.scoped(call) {
            Ok(Ok(result)) => result,
            _ => Err(SealError::Failed(object::thrown(env, 0).into())),
        }
    }
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
