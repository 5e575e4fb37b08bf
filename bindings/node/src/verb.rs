//! The data operations: what each takes, calls and gives. Single calls, batches and promises all go through
//! here.

use crate::failure::Failure;
use crate::input::{Bytes, Take};
use crate::js::{Env, Value};
use crate::options::Said;
use crate::output::{Output, outputs};
use strongroom::{DataKeySize, Error, Item, View};

/// One line for each: its name in JavaScript, what it takes, by which methods it is done, and what it gives.
macro_rules! verbs {
    ($(
        $verb:ident $name:literal $takes:ident $single:ident $batch:ident $gives:path;
    )*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Verb {
            $($verb,)*
        }

        impl Verb {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$verb,)*];

            /// Its names.
            pub(crate) const fn names(self) -> Names {
                match self {
                    $(Self::$verb => Names {
                        one: $name,
                        many: concat!($name, "Batch"),
                        later: concat!($name, "Async"),
                    },)*
                }
            }

            #[inline]
            const fn takes(self) -> Takes {
                match self { $(Self::$verb => Takes::$takes,)* }
            }

            #[inline]
            pub(crate) fn run(self, view: &View, request: &Request<'_>) -> Result<Output, Error> {
                let item = &request.item();
                match self { $(Self::$verb => view.$single(item).map($gives),)* }
            }

            /// All at once: one admission, and one look at the key.
            pub(crate) fn run_batch<'r>(
                self,
                view: &View,
                requests: impl Iterator<Item = &'r Request<'r>>,
            ) -> Vec<Result<Output, Error>> {
                let items = requests.map(Request::item);
                match self { $(Self::$verb => outputs(view.$batch(items), $gives),)* }
            }
        }
    };
}

verbs! {
    Encrypt "encrypt" Plaintext encrypt_item encrypt_batch Output::Text;
    EncryptBinary "encryptBinary" Plaintext encrypt_binary_item encrypt_binary_batch Output::Bytes;
    Decrypt "decrypt" Ciphertext decrypt_item decrypt_batch Output::Secret;
    DecryptBinary "decryptBinary" Binary decrypt_item decrypt_batch Output::Secret;
    Rewrap "rewrap" Ciphertext rewrap_item rewrap_batch Output::Text;
    RewrapBinary "rewrapBinary" Binary rewrap_binary_item rewrap_binary_batch Output::Bytes;
    NeedsRewrap "needsRewrap" Ciphertext needs_rewrap_item needs_rewrap_batch Output::Flag;
    NeedsRewrapBinary "needsRewrapBinary" Binary needs_rewrap_item needs_rewrap_batch Output::Flag;
    Sign "sign" Message sign_item sign_batch Output::Text;
    Verify "verify" Signed verify_item verify_batch Output::nothing;
    Hmac "hmac" Message hmac_item hmac_batch Output::Text;
    VerifyHmac "verifyHmac" Signed verify_hmac_item verify_hmac_batch Output::nothing;
    DataKey "dataKey" Size data_key_item data_key_batch Output::Pair;
}

/// The names of the three forms of an operation.
pub(crate) struct Names {
    pub(crate) one: &'static str,
    pub(crate) many: &'static str,
    pub(crate) later: &'static str,
}

/// What the first argument is, and whether a second one counts.
#[derive(Clone, Copy)]
enum Takes {
    Plaintext,
    Ciphertext,
    Binary,
    Message,
    /// And a signature or mac.
    Signed,
    Size,
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
    /// What is called, with copies of its inputs, for another thread.
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

    /// An error that the call has ended with, with what is odd about its text if that can be seen.
    #[cold]
    pub(crate) fn refused(&self, view: &View, error: Error) -> Failure {
        Failure::of_malformed(error, || match &self.input {
            Input::Ciphertext(text) | Input::Signed(_, text) => view.why_malformed(text),
            Input::Binary(bytes) => View::why_malformed_binary(bytes),
            Input::Plaintext(_) | Input::Message(_) | Input::Size(_) => None,
        })
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
    /// From `input, signature or mac, aad, context, version, hash, form, prehashed, padding, saltLength`; the
    /// last ones may be missing.
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
        let input = match self.takes() {
            Takes::Plaintext => Input::Plaintext(env.message(first, take, "a plaintext")?),
            Takes::Ciphertext => Input::Ciphertext(env.ciphertext(first)?),
            Takes::Binary => Input::Binary(env.binary_ciphertext(first, take)?),
            Takes::Message => Input::Message(env.message(first, take, "a message")?),
            Takes::Signed => {
                let second = values
                    .get(1)
                    .copied()
                    .ok_or_else(|| Failure::Type("the signature or mac is missing".to_owned()))?;
                Input::Signed(
                    env.message(first, take, "a message")?,
                    env.string(second, "a signature or mac")?,
                )
            }
            Takes::Size => Input::Size(size(env, first)?),
        };
        let said = Said::read(env, values.get(2..).unwrap_or_default(), take)?;
        if !matches!(self, Self::Sign | Self::Verify) {
            said.not_of_a_signature()?;
        }
        Ok(Request { input, said })
    }
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
