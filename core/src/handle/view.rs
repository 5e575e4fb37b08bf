//! The data operations of a key, or of a derived key under a context: one verb per file, as in `key`.

mod batch;
mod data_key;
mod decrypt;
mod encrypt;
mod hmac;
mod lengths;
mod rewrap;
mod sign;
mod verify;

use crate::Error;
use crate::context::Context;
use crate::key::state::{Host, KeyState};
use crate::key::terms::Terms;
use crate::keyring::slot::{Opened, Slot};
use crate::keyring::{Keyring, Operation};
use crate::manner::Manner;
use std::fmt;
use std::sync::Arc;

/// A key as the data operations see it: with the context that [`Key::context`](crate::Key::context) gave it, or none.
///
/// Every operation has a plain form, a form for one [`Item`](crate::Item) with options, and a batch. A batch equals the singles: its results
/// come in order, and one error spoils nothing.
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
    pub(crate) ring: Keyring,
    pub(crate) slot: Arc<Slot>,
    context: Option<Context>,
    manner: Manner,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.slot.name)
    }
}

impl View {
    pub(crate) fn new(ring: Keyring, slot: Arc<Slot>, context: Option<Context>) -> Self {
        Self { ring, slot, context, manner: Manner::Strict }
    }

    /// The same key, exactly as lenient as Transit in what it reads and takes, but for an aad on new ciphertexts of convergent keys, by which others could
    /// forge. For programs and data that come from there.
    ///
    /// - Base64 as Go reads it: line breaks, spare bits of any value. Versions in texts as `+3`, `003`, and in ciphertexts 0 for 1.
    /// - Any version that decrypts also encrypts, signs and MACs while there is no `min_encryption_version`.
    /// - A context is ignored by keys that are not derived and by macs; it may be longer than 65,535 bytes, and so may an aad.
    /// - Convergent keys do not compute a nonce again to see whether it is theirs.
    /// - Derived keys that were imported or came from Transit open ciphertexts of either KDF, since Vault has switched such keys from one to the other.
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

    pub(crate) fn terms(&self) -> Terms<'_> {
        Terms { context: self.context.as_ref(), manner: self.manner }
    }

    /// Calls with the key as it is now.
    pub(crate) fn with_state<T>(&self, operation: Operation, call: impl FnOnce(&KeyState, &dyn Host) -> Result<T, Error>) -> Result<T, Error> {
        self.with_opened(operation, |opened, state| call(state, &self.ring.0.working(&self.slot, opened, state)))
    }

    pub(crate) fn with_opened<T>(&self, operation: Operation, call: impl FnOnce(&Opened, &KeyState) -> Result<T, Error>) -> Result<T, Error> {
        let ring = &self.ring.0;
        ring.admit(operation)?;
        ring.freshen(&self.slot, operation)?;
        if operation == Operation::Protect && ring.is_behind(&self.slot) {
            return Err(Error::Stale);
        }
        let opened = self.slot.opened.load();
        let opened = opened.as_deref().ok_or_else(|| ring.absent())?;
        call(opened, opened.state.as_ref().ok_or(Error::KeyNotFound)?)
    }

    /// Calls with the key as it is now and, if there is talk of a version that it has not, once more after a look at the store.
    pub(crate) fn reading<T>(&self, mut call: impl FnMut(&KeyState, &dyn Host) -> Result<T, Error>) -> Result<T, Error> {
        match self.with_state(Operation::Process, &mut call) {
            Err(Error::VersionTooNew) => {
                let looked = self.ring.0.freshen_now(&self.slot);
                match (self.with_state(Operation::Process, call), looked) {
                    // Without a look nobody knows.
                    (Err(Error::VersionTooNew), Err(error)) => Err(error),
                    (result, _) => result,
                }
            }
            other => other,
        }
    }
}
