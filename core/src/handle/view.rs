//! The data operations of a key, or of a derived key under a context.

use crate::context::{Aad, Context};
use crate::key::data_key::{DataKey, DataKeySize};
use crate::key::item::Item;
use crate::key::state::{Host, KeyState};
use crate::key::terms::Terms;
use crate::key::{data_key, decrypt, encrypt, hmac, rewrap, sign, verify};
use crate::keyring::slot::{Opened, Slot};
use crate::keyring::{Keyring, Operation};
use crate::manner::Manner;
use crate::version::Version;
use crate::{Error, SecretBytes};
use std::fmt;
use std::sync::Arc;

/// A key as the data operations see it: with the context that [`Key::context`](crate::Key::context) gave it, or none.
///
/// Every operation has a plain form, a form for one [`Item`] with options, and a batch. A batch equals the singles: its results
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
        Self { ring, slot, context, manner: Manner::Strict }
    }

    /// The same key, exactly as lenient as Transit in what it reads and takes, for programs and data that come from there.
    ///
    /// - Base64 as Go reads it: line breaks, spare bits of any value. Versions in texts as `+3`, `003`, and in ciphertexts 0 for 1.
    /// - Any version that decrypts also encrypts, signs and MACs while there is no `min_encryption_version`.
    /// - A context is ignored by keys that are not derived and by macs; it may be longer ([`Context::transit`]), and so may an aad.
    /// - Convergent keys take an aad, though it does not change the nonce, and do not compute a nonce again to see whether it is theirs.
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
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let ciphertext = key.encrypt_item(&Item::plaintext(b"4111").aad("order-17").context([("tenant", "acme")]))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn encrypt_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.with_state(Operation::Protect, |state, host| encrypt::encrypt(state, host, self.terms(), item))
    }

    /// [`encrypt`](Self::encrypt) to the compact binary form.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt_binary(b"4111", Aad::NONE)?;
    /// assert_eq!(ciphertext[..5], [0xFE, 0, 0, 0, 1]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn encrypt_binary(&self, plaintext: impl AsRef<[u8]>, aad: Aad<'_>) -> Result<Vec<u8>, Error> {
        self.encrypt_binary_item(&Item::plaintext(plaintext.as_ref()).aad(&aad))
    }

    /// [`encrypt_binary`](Self::encrypt_binary) with options.
    ///
    /// ```
    /// use strongroom::{Item, KeySpec, Keyring, Version};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt_binary_item(&Item::plaintext(b"4111").version(Version::FIRST))?;
    /// assert_eq!(ciphertext[..5], [0xFE, 0, 0, 0, 1]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn encrypt_binary_item(&self, item: &Item<'_>) -> Result<Vec<u8>, Error> {
        self.with_state(Operation::Protect, |state, host| encrypt::encrypt_binary(state, host, self.terms(), item))
    }

    /// [`encrypt_binary`](Self::encrypt_binary) into a buffer; gives the length.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mut buffer = [0; 128];
    /// let len = key.encrypt_into(b"4111", Aad::NONE, &mut buffer)?;
    /// assert_eq!(key.decrypt_binary(&buffer[..len], Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`], and as there
    pub fn encrypt_into(&self, plaintext: impl AsRef<[u8]>, aad: Aad<'_>, out: &mut [u8]) -> Result<usize, Error> {
        self.encrypt_into_item(&Item::plaintext(plaintext.as_ref()).aad(&aad), out)
    }

    /// [`encrypt_into`](Self::encrypt_into) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let mut buffer = [0; 128];
    /// let len = key.encrypt_into_item(&Item::plaintext(b"4111").context("acme"), &mut buffer)?;
    /// assert_eq!(key.decrypt_item(&Item::binary(&buffer[..len]).context("acme"))?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn encrypt_into_item(&self, item: &Item<'_>, out: &mut [u8]) -> Result<usize, Error> {
        self.with_state(Operation::Protect, |state, host| encrypt::encrypt_into(state, host, self.terms(), item, out))
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
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let ciphertext = key.encrypt_item(&Item::plaintext(b"4111").context("acme"))?;
    /// assert_eq!(key.decrypt_item(&Item::ciphertext(&ciphertext).context("acme"))?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn decrypt_item(&self, item: &Item<'_>) -> Result<SecretBytes, Error> {
        self.reading(|state, host| decrypt::decrypt(state, host, self.terms(), item))
    }

    /// Decrypts the compact binary form.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt_binary(b"4111", Aad::from("order-17"))?;
    /// assert_eq!(key.decrypt_binary(&ciphertext, Aad::from("order-17"))?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt)
    pub fn decrypt_binary(&self, ciphertext: impl AsRef<[u8]>, aad: Aad<'_>) -> Result<SecretBytes, Error> {
        self.decrypt_item(&Item::binary(ciphertext.as_ref()).aad(&aad))
    }

    /// [`decrypt_binary`](Self::decrypt_binary) into a buffer; gives the length. After a failure the buffer holds nothing of the plaintext.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt_binary(b"4111", Aad::NONE)?;
    /// let mut buffer = [0; 16];
    /// let len = key.decrypt_into(&ciphertext, Aad::NONE, &mut buffer)?;
    /// assert_eq!(&buffer[..len], b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`], and as there
    pub fn decrypt_into(&self, ciphertext: impl AsRef<[u8]>, aad: Aad<'_>, out: &mut [u8]) -> Result<usize, Error> {
        self.decrypt_into_item(&Item::binary(ciphertext.as_ref()).aad(&aad), out)
    }

    /// [`decrypt_into`](Self::decrypt_into) with options, of a text or binary ciphertext.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let ciphertext = key.encrypt_item(&Item::plaintext(b"4111").context("acme"))?;
    /// let mut buffer = [0; 16];
    /// let len = key.decrypt_into_item(&Item::ciphertext(&ciphertext).context("acme"), &mut buffer)?;
    /// assert_eq!(&buffer[..len], b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn decrypt_into_item(&self, item: &Item<'_>, out: &mut [u8]) -> Result<usize, Error> {
        self.reading(|state, host| decrypt::decrypt_into(state, host, self.terms(), item, out))
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
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let old = key.encrypt_item(&Item::plaintext(b"4111").context("acme"))?;
    /// key.rotate()?;
    /// let new = key.rewrap_item(&Item::ciphertext(&old).context("acme"))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn rewrap_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.with_opened(Operation::Protect, |_, _| Ok(()))?;
        self.reading(|state, host| rewrap::rewrap(state, host, self.terms(), item))
    }

    /// [`rewrap`](Self::rewrap) of the compact binary form.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt_binary(b"4111", Aad::NONE)?;
    /// key.rotate()?;
    /// assert_eq!(key.rewrap_binary(&old, Aad::NONE)?[..5], [0xFE, 0, 0, 0, 2]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn rewrap_binary(&self, ciphertext: impl AsRef<[u8]>, aad: Aad<'_>) -> Result<Vec<u8>, Error> {
        self.rewrap_binary_item(&Item::binary(ciphertext.as_ref()).aad(&aad))
    }

    /// [`rewrap_binary`](Self::rewrap_binary) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let ciphertext = key.encrypt_binary_item(&Item::plaintext(b"4111").context("acme"))?;
    /// key.rotate()?;
    /// let ciphertext = key.rewrap_binary_item(&Item::binary(&ciphertext).context("acme"))?;
    /// assert_eq!(ciphertext[..5], [0xFE, 0, 0, 0, 2]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn rewrap_binary_item(&self, item: &Item<'_>) -> Result<Vec<u8>, Error> {
        self.with_opened(Operation::Protect, |_, _| Ok(()))?;
        self.reading(|state, host| rewrap::rewrap_binary(state, host, self.terms(), item))
    }

    /// Whether a rewrap would change a ciphertext. Only its outside is looked at: this does not say that it opens.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt(b"4111", Aad::NONE)?;
    /// assert!(!key.needs_rewrap(&old)?);
    /// key.rotate()?;
    /// assert!(key.needs_rewrap(&old)?);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn needs_rewrap(&self, ciphertext: impl AsRef<str>) -> Result<bool, Error> {
        self.reading(|state, _| rewrap::needs_rewrap(state, self.terms(), ciphertext.as_ref()))
    }

    /// [`needs_rewrap`](Self::needs_rewrap) of the compact binary form.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt_binary(b"4111", Aad::NONE)?;
    /// key.rotate()?;
    /// assert!(key.needs_rewrap_binary(&old)?);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
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
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let jws = key.sign_item(&Item::message(b"v1.0").form(SignatureForm::Jws))?;
    /// key.verify_item(&Item::signed(b"v1.0", &jws).form(SignatureForm::Jws))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn sign_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.with_state(Operation::Protect, |state, host| sign::sign(state, host, self.terms(), item))
    }

    /// Verifies a signature: `Ok` or an error, never a bool that could be overlooked.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let signature = key.sign(b"v1.0")?;
    /// key.verify(b"v1.0", &signature)?;
    /// assert_eq!(key.verify(b"v1.1", &signature), Err(Error::BadSignature));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BadSignature`], [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn verify(&self, message: impl AsRef<[u8]>, signature: impl AsRef<str>) -> Result<(), Error> {
        self.verify_item(&Item::signed(message.as_ref(), signature.as_ref()))
    }

    /// [`verify`](Self::verify) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeySpec::new(KeyType::Ed25519).derived(true))?;
    /// let signature = key.sign_item(&Item::message(b"v1.0").context("acme"))?;
    /// key.verify_item(&Item::signed(b"v1.0", &signature).context("acme"))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn verify_item(&self, item: &Item<'_>) -> Result<(), Error> {
        self.reading(|state, host| verify::verify(state, host, self.terms(), item))
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
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac_item(&Item::message(b"4111").hash(HashAlgorithm::Sha512))?;
    /// key.verify_hmac_item(&Item::signed(b"4111", &mac).hash(HashAlgorithm::Sha512))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn hmac_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.with_state(Operation::Protect, |state, _| hmac::hmac(state, self.terms(), item))
    }

    /// Verifies a mac: `Ok` or an error.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac(b"4111")?;
    /// key.verify_hmac(b"4111", &mac)?;
    /// assert_eq!(key.verify_hmac(b"4112", &mac), Err(Error::BadSignature));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BadSignature`], [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn verify_hmac(&self, message: impl AsRef<[u8]>, mac: impl AsRef<str>) -> Result<(), Error> {
        self.verify_hmac_item(&Item::signed(message.as_ref(), mac.as_ref()))
    }

    /// [`verify_hmac`](Self::verify_hmac) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac_item(&Item::message(b"4111").hash(HashAlgorithm::Sha3_256))?;
    /// assert_eq!(key.verify_hmac_item(&Item::signed(b"4111", &mac)), Err(Error::BadSignature)); // read as SHA-256
    /// key.verify_hmac_item(&Item::signed(b"4111", &mac).hash(HashAlgorithm::Sha3_256))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn verify_hmac_item(&self, item: &Item<'_>) -> Result<(), Error> {
        self.reading(|state, _| hmac::verify_hmac(state, self.terms(), item))
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
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("files", KeySpec::default().derived(true))?;
    /// let file_key = key.data_key_item(&Item::data_key(DataKeySize::Bits512).context("acme"))?;
    /// assert_eq!(file_key.plaintext.len(), 64);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn data_key_item(&self, item: &Item<'_>) -> Result<DataKey, Error> {
        self.with_state(Operation::Protect, |state, host| data_key::data_key(state, host, self.terms(), item))
    }

    /// The public key of a version (the latest unless given), under the view's context if the key is derived.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let first = key.public_key(None)?;
    /// key.rotate()?;
    /// assert_eq!(key.public_key(Some(Version::FIRST))?, first);
    /// assert_ne!(key.public_key(None)?, first);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::ContextRequired`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn public_key(&self, version: Option<Version>) -> Result<[u8; 32], Error> {
        self.reading(|state, host| sign::public_key(state, host, self.context.as_ref(), version))
    }

    batches! {
        /// [`encrypt_item`](Self::encrypt_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let ciphertexts = key.encrypt_batch(["4111", "4242"].iter().map(Item::plaintext));
        /// assert!(ciphertexts.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        encrypt_batch = encrypt_item -> String;
        /// [`decrypt_item`](Self::decrypt_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let ciphertext = key.encrypt(b"4111", Aad::NONE)?;
        /// let results = key.decrypt_batch([Item::ciphertext(&ciphertext), Item::ciphertext("nothing")]);
        /// assert_eq!(results[0].as_ref().unwrap().expose(), b"4111");
        /// assert_eq!(results[1].as_ref().unwrap_err(), &Error::Malformed);
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        decrypt_batch = decrypt_item -> SecretBytes;
        /// [`rewrap_item`](Self::rewrap_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let rows = [("order-17", key.encrypt(b"4111", Aad::from("order-17"))?), ("order-18", key.encrypt(b"4242", Aad::from("order-18"))?)];
        /// key.rotate()?;
        /// let news = key.rewrap_batch(rows.iter().map(|(id, ciphertext)| Item::ciphertext(ciphertext).aad(*id)));
        /// assert!(news.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        rewrap_batch = rewrap_item -> String;
        /// [`sign_item`](Self::sign_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
        /// let signatures = key.sign_batch([Item::message(b"v1.0"), Item::message(b"v1.1").form(SignatureForm::Jws)]);
        /// assert!(signatures.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        sign_batch = sign_item -> String;
        /// [`verify_item`](Self::verify_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
        /// let signature = key.sign(b"v1.0")?;
        /// let results = key.verify_batch([Item::signed(b"v1.0", &signature), Item::signed(b"v1.1", &signature)]);
        /// assert_eq!(results, [Ok(()), Err(Error::BadSignature)]);
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        verify_batch = verify_item -> ();
        /// [`hmac_item`](Self::hmac_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let macs = key.hmac_batch(["4111", "4242"].iter().map(Item::message));
        /// assert!(macs.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        hmac_batch = hmac_item -> String;
        /// [`verify_hmac_item`](Self::verify_hmac_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let mac = key.hmac(b"4111")?;
        /// let results = key.verify_hmac_batch([Item::signed(b"4111", &mac), Item::signed(b"4242", &mac)]);
        /// assert_eq!(results, [Ok(()), Err(Error::BadSignature)]);
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        verify_hmac_batch = verify_hmac_item -> ();
        /// [`data_key_item`](Self::data_key_item) of each.
        ///
        /// ```
        /// # use strongroom::*;
        /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let keys = key.data_key_batch([Item::data_key(DataKeySize::Bits128), Item::data_key(DataKeySize::Bits256)]);
        /// assert!(keys.iter().all(Result::is_ok));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
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
                self.ring.0.freshen_now(&self.slot)?;
                self.with_state(Operation::Process, call)
            }
            other => other,
        }
    }
}
