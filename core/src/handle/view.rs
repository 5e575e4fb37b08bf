//! The data operations of a key, or of a derived key under a context.

use crate::context::{Aad, Context};
use crate::key::data_key::{DataKey, DataKeySize};
use crate::key::item::Item;
use crate::key::state::{Host, KeyState};
use crate::key::{data_key, decrypt, encrypt, hmac, rewrap, sign, verify};
use crate::keyring::slot::{Opened, Slot};
use crate::keyring::{Keyring, Operation};
use crate::version::Version;
use crate::{Error, SecretBytes};
use std::fmt;
use std::sync::Arc;

/// A key as the data operations see it: with the context that [`Key::context`](crate::Key::context) gave it, or none.
///
/// Every operation has a plain form, a form for one [`Item`] with options, and a batch. A batch equals the singles: its results
/// come in order, and one error spoils nothing.
#[derive(Clone)]
pub struct View {
    pub(crate) ring: Keyring,
    pub(crate) slot: Arc<Slot>,
    context: Option<Context>,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.slot.name)
    }
}

macro_rules! batches {
    ($($(#[doc = $doc:literal])* $batch:ident = $item:ident -> $result:ty;)*) => {$(
        $(#[doc = $doc])*
        pub fn $batch<'a>(&self, items: impl IntoIterator<Item = Item<'a>>) -> Vec<Result<$result, Error>> {
            items.into_iter().map(|item| self.$item(&item)).collect()
        }
    )*};
}

impl View {
    pub(crate) fn new(ring: Keyring, slot: Arc<Slot>, context: Option<Context>) -> Self {
        Self { ring, slot, context }
    }

    /// Encrypts. The ciphertext is text, names the version, and opens with the same aad only.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt(b"4111 1111 1111 1111", Aad::from("order-17"))?;
    /// assert!(ciphertext.starts_with("strongroom:v1:"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ContextRequired`], [`Error::MessageTooLong`], [`Error::InvalidAad`], [`Error::OperationNotSupported`], [`Error::KeyDisabled`], [`Error::Stale`]
    pub fn encrypt(&self, plaintext: impl AsRef<[u8]>, aad: Aad<'_>) -> Result<String, Error> {
        self.encrypt_item(&Item::plaintext(plaintext.as_ref()).aad(&aad))
    }

    /// [`encrypt`](Self::encrypt) with options.
    ///
    /// # Errors
    /// As there
    pub fn encrypt_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.with_state(Operation::Protect, |state, host| encrypt::encrypt(state, host, self.context.as_ref(), item))
    }

    /// [`encrypt`](Self::encrypt) to the compact binary form.
    ///
    /// # Errors
    /// As there
    pub fn encrypt_binary(&self, plaintext: impl AsRef<[u8]>, aad: Aad<'_>) -> Result<Vec<u8>, Error> {
        self.encrypt_binary_item(&Item::plaintext(plaintext.as_ref()).aad(&aad))
    }

    /// [`encrypt_binary`](Self::encrypt_binary) with options.
    ///
    /// # Errors
    /// As there
    pub fn encrypt_binary_item(&self, item: &Item<'_>) -> Result<Vec<u8>, Error> {
        self.with_state(Operation::Protect, |state, host| encrypt::encrypt_binary(state, host, self.context.as_ref(), item))
    }

    /// [`encrypt_binary`](Self::encrypt_binary) into a buffer; gives the length.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`], and as there
    pub fn encrypt_into(&self, plaintext: impl AsRef<[u8]>, aad: Aad<'_>, out: &mut [u8]) -> Result<usize, Error> {
        let item = Item::plaintext(plaintext.as_ref()).aad(&aad);
        self.with_state(Operation::Protect, |state, host| encrypt::encrypt_into(state, host, self.context.as_ref(), &item, out))
    }

    /// Decrypts a text. The plaintext is wiped when it is dropped.
    ///
    /// ```
    /// use strongroom::{Aad, Error, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt(b"4111", Aad::from("order-17"))?;
    /// assert_eq!(key.decrypt(&ciphertext, Aad::from("order-17"))?.expose(), b"4111");
    /// assert_eq!(key.decrypt(&ciphertext, Aad::from("order-18")).unwrap_err(), Error::DecryptFailed);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DecryptFailed`], [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`], [`Error::KeyDisabled`]
    pub fn decrypt(&self, ciphertext: impl AsRef<str>, aad: Aad<'_>) -> Result<SecretBytes, Error> {
        self.decrypt_item(&Item::ciphertext(ciphertext.as_ref()).aad(&aad))
    }

    /// [`decrypt`](Self::decrypt) with options, of a text or binary ciphertext.
    ///
    /// # Errors
    /// As there
    pub fn decrypt_item(&self, item: &Item<'_>) -> Result<SecretBytes, Error> {
        self.reading(|state, host| decrypt::decrypt(state, host, self.context.as_ref(), item))
    }

    /// Decrypts the compact binary form.
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt)
    pub fn decrypt_binary(&self, ciphertext: impl AsRef<[u8]>, aad: Aad<'_>) -> Result<SecretBytes, Error> {
        self.decrypt_item(&Item::binary(ciphertext.as_ref()).aad(&aad))
    }

    /// [`decrypt_binary`](Self::decrypt_binary) into a buffer; gives the length. After a failure the buffer holds nothing of the plaintext.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`], and as there
    pub fn decrypt_into(&self, ciphertext: impl AsRef<[u8]>, aad: Aad<'_>, out: &mut [u8]) -> Result<usize, Error> {
        let item = Item::binary(ciphertext.as_ref()).aad(&aad);
        self.reading(|state, host| decrypt::decrypt_into(state, host, self.context.as_ref(), &item, out))
    }

    /// Authenticates a ciphertext and encrypts it anew under the latest version. One that is up to date comes back byte for byte.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt(b"4111", Aad::from("order-17"))?;
    /// key.rotate()?;
    /// let new = key.rewrap(&old, Aad::from("order-17"))?;
    /// assert!(new.starts_with("strongroom:v2:"));
    /// assert_eq!(key.rewrap(&new, Aad::from("order-17"))?, new);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt) and [`encrypt`](Self::encrypt)
    pub fn rewrap(&self, ciphertext: impl AsRef<str>, aad: Aad<'_>) -> Result<String, Error> {
        self.rewrap_item(&Item::ciphertext(ciphertext.as_ref()).aad(&aad))
    }

    /// [`rewrap`](Self::rewrap) with options.
    ///
    /// # Errors
    /// As there
    pub fn rewrap_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.ring.0.admit(Operation::Protect)?;
        self.reading(|state, host| rewrap::rewrap(state, host, self.context.as_ref(), item))
    }

    /// [`rewrap`](Self::rewrap) of the compact binary form.
    ///
    /// # Errors
    /// As there
    pub fn rewrap_binary(&self, ciphertext: impl AsRef<[u8]>, aad: Aad<'_>) -> Result<Vec<u8>, Error> {
        self.ring.0.admit(Operation::Protect)?;
        let item = Item::binary(ciphertext.as_ref()).aad(&aad);
        self.reading(|state, host| rewrap::rewrap_binary(state, host, self.context.as_ref(), &item))
    }

    /// Whether a rewrap would change a ciphertext. Only its outside is looked at: this does not say that it opens.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn needs_rewrap(&self, ciphertext: impl AsRef<str>) -> Result<bool, Error> {
        self.reading(|state, _| rewrap::needs_rewrap(state, ciphertext.as_ref()))
    }

    /// [`needs_rewrap`](Self::needs_rewrap) of the compact binary form.
    ///
    /// # Errors
    /// As there
    pub fn needs_rewrap_binary(&self, ciphertext: impl AsRef<[u8]>) -> Result<bool, Error> {
        self.reading(|state, _| rewrap::needs_rewrap_binary(state, ciphertext.as_ref()))
    }

    /// Signs a message with the latest version.
    ///
    /// ```
    /// use strongroom::{KeyType, Keyring};
    /// let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let signature = key.sign(b"v1.0")?;
    /// key.verify(b"v1.0", &signature)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::ContextRequired`], [`Error::KeyDisabled`], [`Error::Stale`]
    pub fn sign(&self, message: impl AsRef<[u8]>) -> Result<String, Error> {
        self.sign_item(&Item::message(message.as_ref()))
    }

    /// [`sign`](Self::sign) with options.
    ///
    /// # Errors
    /// As there
    pub fn sign_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.with_state(Operation::Protect, |state, host| sign::sign(state, host, self.context.as_ref(), item))
    }

    /// Verifies a signature: `Ok` or an error, never a bool that could be overlooked. See [`sign`](Self::sign) for an example.
    ///
    /// # Errors
    /// [`Error::BadSignature`], [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn verify(&self, message: impl AsRef<[u8]>, signature: impl AsRef<str>) -> Result<(), Error> {
        self.verify_item(&Item::signed(message.as_ref(), signature.as_ref()))
    }

    /// [`verify`](Self::verify) with options.
    ///
    /// # Errors
    /// As there
    pub fn verify_item(&self, item: &Item<'_>) -> Result<(), Error> {
        self.reading(|state, host| verify::verify(state, host, self.context.as_ref(), item))
    }

    /// A mac of a message under HMAC-SHA256. Keys of every supported type have an HMAC key.
    ///
    /// ```
    /// use strongroom::{KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac(b"4111")?;
    /// key.verify_hmac(b"4111", &mac)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TypeNotSupported`], [`Error::KeyDisabled`], [`Error::Stale`]
    pub fn hmac(&self, message: impl AsRef<[u8]>) -> Result<String, Error> {
        self.hmac_item(&Item::message(message.as_ref()))
    }

    /// [`hmac`](Self::hmac) with options.
    ///
    /// # Errors
    /// As there
    pub fn hmac_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.with_state(Operation::Protect, |state, _| hmac::hmac(state, self.context.as_ref(), item))
    }

    /// Verifies a mac. See [`hmac`](Self::hmac) for an example.
    ///
    /// # Errors
    /// [`Error::BadSignature`], [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn verify_hmac(&self, message: impl AsRef<[u8]>, mac: impl AsRef<str>) -> Result<(), Error> {
        self.verify_hmac_item(&Item::signed(message.as_ref(), mac.as_ref()))
    }

    /// [`verify_hmac`](Self::verify_hmac) with options.
    ///
    /// # Errors
    /// As there
    pub fn verify_hmac_item(&self, item: &Item<'_>) -> Result<(), Error> {
        self.reading(|state, _| hmac::verify_hmac(state, self.context.as_ref(), item))
    }

    /// A fresh key for another program to encrypt with, in the clear and encrypted.
    ///
    /// ```
    /// use strongroom::{Aad, DataKeySize, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("files", KeySpec::default())?;
    /// let file_key = key.data_key(DataKeySize::Bits256, Aad::from("file-1"))?;
    /// assert_eq!(key.decrypt(&file_key.ciphertext, Aad::from("file-1"))?.expose(), file_key.plaintext.expose());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt)
    pub fn data_key(&self, size: DataKeySize, aad: Aad<'_>) -> Result<DataKey, Error> {
        self.data_key_item(&Item::data_key(size).aad(&aad))
    }

    /// [`data_key`](Self::data_key) with options.
    ///
    /// # Errors
    /// As there
    pub fn data_key_item(&self, item: &Item<'_>) -> Result<DataKey, Error> {
        self.with_state(Operation::Protect, |state, host| data_key::data_key(state, host, self.context.as_ref(), item))
    }

    /// The public key of a version (the latest unless given), under the view's context if the key is derived.
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::ContextRequired`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn public_key(&self, version: Option<Version>) -> Result<[u8; 32], Error> {
        self.reading(|state, host| sign::public_key(state, host, self.context.as_ref(), version))
    }

    batches! {
        /// [`encrypt_item`](Self::encrypt_item) of each.
        encrypt_batch = encrypt_item -> String;
        /// [`decrypt_item`](Self::decrypt_item) of each.
        decrypt_batch = decrypt_item -> SecretBytes;
        /// [`rewrap_item`](Self::rewrap_item) of each.
        rewrap_batch = rewrap_item -> String;
        /// [`sign_item`](Self::sign_item) of each.
        sign_batch = sign_item -> String;
        /// [`verify_item`](Self::verify_item) of each.
        verify_batch = verify_item -> ();
        /// [`hmac_item`](Self::hmac_item) of each.
        hmac_batch = hmac_item -> String;
        /// [`verify_hmac_item`](Self::verify_hmac_item) of each.
        verify_hmac_batch = verify_hmac_item -> ();
        /// [`data_key_item`](Self::data_key_item) of each.
        data_key_batch = data_key_item -> DataKey;
    }

    /// Calls with the key as it is now.
    pub(crate) fn with_state<T>(&self, operation: Operation, call: impl FnOnce(&KeyState, &dyn Host) -> Result<T, Error>) -> Result<T, Error> {
        self.with_opened(operation, |opened, state| call(state, &self.ring.0.working(&self.slot, opened, state)))
    }

    pub(crate) fn with_opened<T>(&self, operation: Operation, call: impl FnOnce(&Opened, &KeyState) -> Result<T, Error>) -> Result<T, Error> {
        let ring = &self.ring.0;
        ring.admit(operation)?;
        ring.freshen(&self.slot)?;
        let opened = self.slot.opened.load();
        let opened = opened.as_deref().ok_or(Error::KeyNotFound)?;
        call(opened, opened.state.as_ref().ok_or(Error::KeyNotFound)?)
    }

    /// Calls with the key as it is now and, if there is talk of a version that it has not, once more after a look at the store.
    fn reading<T>(&self, mut call: impl FnMut(&KeyState, &dyn Host) -> Result<T, Error>) -> Result<T, Error> {
        match self.with_state(Operation::Process, &mut call) {
            Err(Error::VersionTooNew) => {
                self.ring.0.freshen_now(&self.slot)?;
                self.with_state(Operation::Process, call)
            }
            other => other,
        }
    }
}
