//! Files of any size, piece by piece: JavaScript hands over what has arrived and gets what can be made of it,
//! as memory, or where several threads make it as the promise of that. `lib/stream.js` makes of that what
//! Node's own streams are.

mod decrypt;
mod encrypt;
mod ends;
mod info;
mod range;
mod rewrap;

pub(crate) use decrypt::{decrypter, decrypter_finish, decrypter_take};
pub(crate) use encrypt::{encrypter, encrypter_finish, encrypter_take};
pub(crate) use info::{info, plaintext_len};
pub(crate) use range::{ranger, ranger_step};
pub(crate) use rewrap::{rewrapper, rewrapper_finish, rewrapper_take, rewrapper_version};

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use crate::promise::{self, Work};
use std::io::{self, ErrorKind};
use std::sync::{Mutex, MutexGuard, TryLockError};
use strongroom::Error;
use zeroize::Zeroizing;

/// How many bytes stand before the first chunk, how long a chunk is, and how long when it is sealed.
const HEAD_LEN: usize = 64;
const CHUNK: usize = 16_384;
const SEALED_CHUNK: usize = 16_400;

/// So many chunks each of several threads works on at a time. Where the library has others, the thread of
/// JavaScript has more of the work, or its promises less.
const EACH: usize = 32;

/// The options, which are copied: they are looked at while a seal may be asked.
fn said<'s>(env: Env<'s>, key: &KeyHandle, arguments: &Arguments<'s>) -> Result<Said<'s>, Failure> {
    let said = Said::read(env, arguments.from(3), Take::copy_if(key.scripted.get()))?;
    said.not_of_a_signature()?;
    Ok(said)
}

/// In how many threads it is done; one unless it is said.
fn threads<'s>(env: Env<'s>, value: Value<'s>) -> Result<usize, Failure> {
    if env.is_undefined(value) {
        return Ok(1);
    }
    let found = env.number(value).and_then(|number| (1..=64_u8).find(|count| f64::from(*count) == number));
    found
        .map(usize::from)
        .ok_or_else(|| Failure::Type("threads must be a whole number from 1 to 64".to_owned()))
}

/// A position in a file, which JavaScript has checked.
fn position<'s>(env: Env<'s>, value: Value<'s>, what: &str) -> Result<u64, Failure> {
    let number = env.number(value).filter(|number| *number >= 0.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is larger has no file")]
    number.map(|number| number as u64).ok_or_else(|| Failure::Type(format!("{what} must be a number")))
}

/// A promise of what `work` makes in Node's thread pool.
fn later<'s>(
    env: Env<'s>,
    work: impl FnOnce() -> Result<Zeroizing<Vec<u8>>, Failure> + Send + 'static,
) -> Result<Value<'s>, Failure> {
    let work: Work = Box::new(move || {
        let made = work()?;
        Ok(promise::finish(move |env| Ok(env.new_memory(&made)?)))
    });
    env.promise(work)
}

/// What one call works on. It is never waited for, since another thread may be in the middle of it: Node's
/// streams hand over a piece when the one before was done.
fn one_at_a_time<T>(state: &Mutex<T>) -> Result<MutexGuard<'_, T>, Failure> {
    match state.try_lock() {
        Ok(state) => Ok(state),
        Err(TryLockError::Poisoned(_)) => Err(Failure::Panic),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::Type("the stream is in the middle of another call".to_owned()))
        }
    }
}

fn over() -> Failure {
    Failure::Type("the end of the stream is written".to_owned())
}

fn told(error: io::Error) -> Failure {
    match Error::inside(&error) {
        Some(error) => error.clone().into(),
        None => Failure::Type(error.to_string()),
    }
}

/// Whether there is nothing more for the moment.
fn waits(error: &io::Error) -> bool {
    error.kind() == ErrorKind::WouldBlock
}
