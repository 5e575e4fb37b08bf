//! The data operations: what each takes, calls and gives. Single calls, batches and promises all go through
//! here.

use crate::failure::Failure;
use crate::input::{Bytes, Take};
use crate::js::{Env, Value};
use crate::options::Said;
use crate::output::Output;
use strongroom::{DataKeySize, Error, Item, View};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Encrypt,
    EncryptBinary,
    Decrypt,
    DecryptBinary,
    Rewrap,
    RewrapBinary,
    NeedsRewrap,
    NeedsRewrapBinary,
    Sign,
    Verify,
    Hmac,
    VerifyHmac,
    DataKey,
}

/// What one call works on.
enum Input<'s> {
    Plaintext(Bytes<'s>),
    Ciphertext(String),
    Binary(Bytes<'s>),
    Message(Bytes<'s>),
    Signed(Bytes<'s>, String),
    Size(DataKeySize),
}

/// One call, with everything that was said about it.
pub(crate) struct Request<'s> {
    input: Input<'s>,
    said: Said<'s>,
}

impl Request<'_> {
    /// The same, to be taken elsewhere.
    pub(crate) fn owned(self) -> Request<'static> {
        let input = match self.input {
            Input::Plaintext(bytes) => Input::Plaintext(bytes.owned()),
            Input::Ciphertext(text) => Input::Ciphertext(text),
            Input::Binary(bytes) => Input::Binary(bytes.owned()),
            Input::Message(bytes) => Input::Message(bytes.owned()),
            Input::Signed(bytes, text) => Input::Signed(bytes.owned(), text),
            Input::Size(size) => Input::Size(size),
        };
        Request { input, said: self.said.owned() }
    }

    /// As the library takes it.
    #[inline]
    pub(crate) fn item(&self) -> Item<'_> {
        self.said.about(match &self.input {
            Input::Plaintext(bytes) => Item::plaintext(&**bytes),
            Input::Ciphertext(text) => Item::ciphertext(text),
            Input::Binary(bytes) => Item::binary(&**bytes),
            Input::Message(bytes) => Item::message(&**bytes),
            Input::Signed(bytes, text) => Item::signed(&**bytes, text),
            Input::Size(size) => Item::data_key(*size),
        })
    }
}

impl Verb {
    /// From `input, signature or mac, aad, context, version, hash, form`; the last ones may be missing.
    #[inline]
    pub(crate) fn read<'s>(
        self,
        env: Env<'s>,
        values: &[Value<'s>],
        take: Take,
    ) -> Result<Request<'s>, Failure> {
        let Some(first) = values.first().copied() else {
            return Err(Failure::Type("an argument is missing".to_owned()));
        };
        let input = match self {
            Self::Encrypt | Self::EncryptBinary => {
                Input::Plaintext(env.message(first, take, "a plaintext")?)
            }
            Self::Decrypt | Self::Rewrap | Self::NeedsRewrap => {
                Input::Ciphertext(env.string(first, "a ciphertext")?)
            }
            Self::DecryptBinary | Self::RewrapBinary | Self::NeedsRewrapBinary => {
                Input::Binary(env.binary(first, take, "a binary ciphertext")?)
            }
            Self::Sign | Self::Hmac => Input::Message(env.message(first, take, "a message")?),
            Self::Verify | Self::VerifyHmac => {
                let second = values
                    .get(1)
                    .copied()
                    .ok_or_else(|| Failure::Type("the signature or mac is missing".to_owned()))?;
                Input::Signed(
                    env.message(first, take, "a message")?,
                    env.string(second, "a signature or mac")?,
                )
            }
            Self::DataKey => Input::Size(size(env, first)?),
        };
        let said = Said::read(env, values.get(2..).unwrap_or_default(), take)?;
        Ok(Request { input, said })
    }

    #[inline]
    pub(crate) fn run(self, view: &View, request: &Request<'_>) -> Result<Output, Error> {
        let item = &request.item();
        match self {
            Self::Encrypt => view.encrypt_item(item).map(Output::Text),
            Self::EncryptBinary => view.encrypt_binary_item(item).map(Output::Bytes),
            Self::Decrypt | Self::DecryptBinary => view.decrypt_item(item).map(Output::Secret),
            Self::Rewrap => view.rewrap_item(item).map(Output::Text),
            Self::RewrapBinary => view.rewrap_binary_item(item).map(Output::Bytes),
            Self::NeedsRewrap | Self::NeedsRewrapBinary => view.needs_rewrap_item(item).map(Output::Flag),
            Self::Sign => view.sign_item(item).map(Output::Text),
            Self::Verify => view.verify_item(item).map(|()| Output::Nothing),
            Self::Hmac => view.hmac_item(item).map(Output::Text),
            Self::VerifyHmac => view.verify_hmac_item(item).map(|()| Output::Nothing),
            Self::DataKey => view.data_key_item(item).map(Output::Pair),
        }
    }

    /// All at once: one admission, and one look at the key.
    pub(crate) fn run_batch<'r>(
        self,
        view: &View,
        requests: impl Iterator<Item = &'r Request<'r>>,
    ) -> Vec<Result<Output, Error>> {
        let items = requests.map(Request::item);
        match self {
            Self::Encrypt => outputs(view.encrypt_batch(items), Output::Text),
            Self::EncryptBinary => outputs(view.encrypt_binary_batch(items), Output::Bytes),
            Self::Decrypt | Self::DecryptBinary => outputs(view.decrypt_batch(items), Output::Secret),
            Self::Rewrap => outputs(view.rewrap_batch(items), Output::Text),
            Self::RewrapBinary => outputs(view.rewrap_binary_batch(items), Output::Bytes),
            Self::NeedsRewrap | Self::NeedsRewrapBinary => {
                outputs(view.needs_rewrap_batch(items), Output::Flag)
            }
            Self::Sign => outputs(view.sign_batch(items), Output::Text),
            Self::Verify => outputs(view.verify_batch(items), |()| Output::Nothing),
            Self::Hmac => outputs(view.hmac_batch(items), Output::Text),
            Self::VerifyHmac => outputs(view.verify_hmac_batch(items), |()| Output::Nothing),
            Self::DataKey => outputs(view.data_key_batch(items), Output::Pair),
        }
    }
}

fn outputs<T>(results: Vec<Result<T, Error>>, output: impl Fn(T) -> Output) -> Vec<Result<Output, Error>> {
    results.into_iter().map(|result| result.map(&output)).collect()
}

/// A number of bytes, or the library's own choice.
fn size<'s>(env: Env<'s>, value: Value<'s>) -> Result<DataKeySize, Failure> {
    if env.is_undefined(value) {
        return Ok(DataKeySize::default());
    }
    let bytes = env
        .number(value)
        .ok_or_else(|| Failure::Type("the size of a data key must be a number of bytes".to_owned()))?;
    #[allow(clippy::cast_possible_truncation, reason = "it is whole, and the largest is no size of a key")]
    let bytes = if bytes.fract() == 0.0 { bytes as usize } else { 0 };
    Ok(DataKeySize::from_bytes(bytes)?)
}
