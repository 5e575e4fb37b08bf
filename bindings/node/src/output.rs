//! What the data operations give.

use crate::failure::Failure;
use crate::info::list;
use crate::js::{Env, Value};
use strongroom::{DataKey, Error, SecretBytes};

/// A result, on any thread.
pub(crate) enum Output {
    Nothing,
    /// A ciphertext, signature or mac: never a secret, since JavaScript may be lent its memory.
    Text(String),
    Bytes(Vec<u8>),
    Secret(SecretBytes),
    Flag(bool),
    Pair(DataKey),
    Texts(Vec<String>),
    Binaries(Vec<Vec<u8>>),
    /// Of each version its own.
    Sets(Vec<Output>),
}

impl Output {
    /// Of what gives nothing but that it is so.
    #[inline]
    pub(crate) fn nothing((): ()) -> Self {
        Self::Nothing
    }

    pub(crate) fn sets_of_texts(sets: Vec<Vec<String>>) -> Self {
        Self::Sets(sets.into_iter().map(Self::Texts).collect())
    }

    pub(crate) fn sets_of_binaries(sets: Vec<Vec<Vec<u8>>>) -> Self {
        Self::Sets(sets.into_iter().map(Self::Binaries).collect())
    }

    /// As [`value`](Self::value), but bytes are an `ArrayBuffer`: JavaScript makes a `Buffer` of it in less
    /// time than Node-API.
    #[inline]
    pub(crate) fn quick_value<'s>(self, env: Env<'s>) -> Result<Value<'s>, Failure> {
        match self {
            Self::Secret(secret) => Ok(env.new_memory(secret.expose())?),
            Self::Bytes(bytes) => Ok(env.new_memory(&bytes)?),
            other => other.value(env),
        }
    }

    #[inline]
    pub(crate) fn value<'s>(self, env: Env<'s>) -> Result<Value<'s>, Failure> {
        Ok(match self {
            Self::Nothing => env.undefined()?,
            Self::Text(text) => env.new_text(text)?,
            Self::Bytes(bytes) => env.new_buffer(&bytes)?,
            Self::Secret(secret) => env.new_buffer(secret.expose())?,
            Self::Flag(on) => env.new_boolean(on)?,
            Self::Pair(DataKey { plaintext, ciphertext, .. }) => {
                let pair = env.new_object()?;
                env.set(pair, "plaintext", env.new_buffer(plaintext.expose())?)?;
                env.set(pair, "ciphertext", env.new_string(&ciphertext)?)?;
                pair
            }
            Self::Texts(texts) => list(env, &texts, |text| Ok(env.new_string(text)?))?,
            Self::Binaries(binaries) => list(env, &binaries, |bytes| Ok(env.new_buffer(bytes)?))?,
            Self::Sets(sets) => {
                let sets = sets.into_iter().map(|set| set.value(env)).collect::<Result<Vec<_>, _>>()?;
                env.new_array(&sets)?
            }
        })
    }
}

/// The results of a batch.
pub(crate) fn outputs<T>(
    results: Vec<Result<T, Error>>,
    output: impl Fn(T) -> Output,
) -> Vec<Result<Output, Error>> {
    results.into_iter().map(|result| result.map(&output)).collect()
}
