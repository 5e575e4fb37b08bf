//! The data operations of a key, or of a derived key under a context: one verb per file, as in `key`.

mod data_key;
mod decrypt;
mod encrypt;
mod hmac;
mod index;
mod issue;
mod lengths;
mod redeem;
mod rewrap;
mod sign;
mod stream;
mod verify;

use crate::Error;
use crate::context::Context;
use crate::engine::slot::Slot;
use crate::engine::{At, Engine};
use crate::key::call::Call;
use crate::key::item::Item;
use crate::key::mistaken::{mistaken, mistaken_binary, mistaken_index};
use crate::key::terms::Terms;
use crate::manner::Manner;
use crate::name::KeyName;
use crate::verb::Verb;
use std::fmt;
use std::sync::Arc;

/// A key as the data operations see it: with the context that [`Key::context`](crate::Key::context) gave it,
/// or none.
///
/// Every operation has a plain form, a form for one [`Item`](crate::Item) with options and, but for those of
/// streams and tokens, a batch. A batch equals the singles: its results come in order, and one error spoils
/// nothing.
///
/// ```
/// use strongroom::{Aad, KeySpec, Keyring, View};
/// fn store(key: &View, number: &str) -> Result<String, strongroom::Error> {
///     key.encrypt(number, Aad::NONE)
/// }
/// let tenants = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
/// let ciphertext = store(&tenants.context("acme")?, "4111")?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone)]
pub struct View {
    pub(super) engine: Arc<Engine>,
    pub(super) slot: Arc<Slot>,
    context: Option<Context>,
    manner: Manner,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.slot.name)
    }
}

impl View {
    pub(super) fn new(engine: Arc<Engine>, slot: Arc<Slot>, context: Option<Context>) -> Self {
        Self { engine, slot, context, manner: Manner::Strict }
    }

    /// The same key, exactly as lenient as Transit in what it reads and takes, but for an aad on new
    /// ciphertexts of convergent keys, by which others could forge. For programs and data that come from
    /// there.
    ///
    /// - Base64 as Go reads it: line breaks, spare bits of any value. Versions in texts as `+3`, `003`, and
    ///   in ciphertexts 0 for 1.
    /// - Any version that decrypts also encrypts, signs and MACs while there is no `min_encryption_version`.
    /// - A context is ignored by keys that are not derived and by macs; it may be longer than 65,535 bytes,
    ///   and so may an aad.
    /// - Convergent keys do not compute a nonce again to see whether it is theirs.
    /// - Derived keys that were imported or came from Transit open ciphertexts of either KDF, since Vault has
    ///   switched such keys from one to the other.
    /// - A rewrap makes a new ciphertext each time, under any version that may encrypt.
    /// - Ed25519 ignores a hash; macs may be made with SHA-1. A key with a template reads no other form.
    ///
    /// ```
    /// use strongroom::{Aad, Error, KeyType, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96)?;
    /// let odd = key.encrypt(b"4111", Aad::NONE)?.replace("v1:", "v01:");
    /// assert_eq!(key.decrypt(&odd, Aad::NONE).unwrap_err(), Error::Malformed);
    /// assert_eq!(key.transit().decrypt(&odd, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn transit(&self) -> Self {
        Self { manner: Manner::Transit, ..self.clone() }
    }

    /// The name of the key. It is known without a look at the keyring, also after it was closed.
    ///
    /// ```
    /// # use strongroom::*;
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// assert_eq!(key.name().as_str(), "cards");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn name(&self) -> &KeyName {
        &self.slot.name
    }

    /// For bindings: why a text is malformed for this key, where that can be seen from outside. It is said
    /// behind the message of [`Error::Malformed`].
    ///
    /// ```
    /// # use strongroom::*;
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// assert_eq!(key.why_malformed(""), Some("it is empty"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn why_malformed(&self, text: &str) -> Option<&'static str> {
        self.run(Verb::Info, &Item::nothing(), |call| Ok(mistaken(call.state, text))).ok().flatten()
    }

    /// For bindings: the same of a ciphertext in its binary form.
    ///
    /// ```
    /// # use strongroom::*;
    /// assert_eq!(View::why_malformed_binary(b""), Some("it is empty"));
    /// ```
    #[doc(hidden)]
    pub fn why_malformed_binary(bytes: &[u8]) -> Option<&'static str> {
        mistaken_binary(bytes)
    }

    /// For bindings: the same of a blind index.
    ///
    /// ```
    /// # use strongroom::*;
    /// assert_eq!(View::why_malformed_index(""), Some("it is empty"));
    /// ```
    #[doc(hidden)]
    pub fn why_malformed_index(text: &str) -> Option<&'static str> {
        mistaken_index(text)
    }

    /// How a verb gets to the key.
    #[inline]
    pub(super) fn at(&self) -> At<'_> {
        At {
            engine: &self.engine,
            slot: &self.slot,
            terms: Terms { context: self.context.as_ref(), manner: self.manner },
        }
    }

    /// Everything that works with the key goes through here, under the name of a verb.
    #[inline]
    fn run<T>(
        &self,
        verb: Verb,
        item: &Item<'_>,
        work: impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.at().run(verb, item, work)
    }
}
