//! A key, to manage it and to work with it.

mod certificates;

use super::view::View;
use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::context::IntoContext;
use crate::engine::slot::Slot;
use crate::engine::{At, Engine};
use crate::interop::transit::backup::TransitBackup;
use crate::interop::transit::compare::TransitMatch;
use crate::interop::transit::export::{ExportFormat, export_as, public_keys};
use crate::key::configure::KeyConfig;
use crate::key::export::{ExportKind, Expose, export, export_wrapped, jwks};
use crate::key::import::{Import, import_version};
use crate::key::info::KeyInfo;
use crate::key::record::Dialect;
use crate::key::rotate;
use crate::material::KeyType;
use crate::public_key::PublicKey;
use crate::seal::Seal;
use crate::secret::SecretBytes;
use crate::verb::Verb;
use crate::version::Version;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

/// A key of a keyring. Cheap to clone; follows rotations, also those of other processes.
///
/// The data operations are those of [`View`].
///
/// ```
/// use strongroom::{Aad, Key, KeySpec, Keyring};
/// fn store(key: &Key, number: &str) -> Result<String, strongroom::Error> {
///     key.encrypt(number, Aad::NONE)
/// }
/// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
/// let ciphertext = store(&key, "4111")?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Key(View);

impl Deref for Key {
    type Target = View;
    fn deref(&self) -> &View {
        &self.0
    }
}

impl Key {
    pub(super) fn new(engine: Arc<Engine>, slot: Arc<Slot>) -> Self {
        Self(View::new(engine, slot, None))
    }

    /// A view of a derived key under a context: every operation of it works with the subkey.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// let tenants = ring.create_key("tenants", KeySpec::default().derived(true))?;
    /// let acme = tenants.context([("tenant", "acme")])?;
    /// let ciphertext = acme.encrypt(b"4111", Aad::NONE)?;
    /// let other = tenants.context([("tenant", "other")])?;
    /// assert_eq!(other.decrypt(&ciphertext, Aad::NONE).unwrap_err(), Error::DecryptFailed);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidContext`], [`Error::ContextNotAllowed`] on a key that is not derived
    pub fn context(&self, context: impl IntoContext) -> Result<View, Error> {
        let context = context.into_context()?;
        self.run(Verb::Context, |at| {
            at.record(|record| if record.derived { Ok(()) } else { Err(Error::ContextNotAllowed) })
        })?;
        Ok(View::new(self.0.engine.clone(), self.0.slot.clone(), Some(context)))
    }

    /// The key as it is now: type, options, versions and counts.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let info = key.info()?;
    /// assert_eq!((info.key_type, info.latest_version.get()), (KeyType::Xaes256Gcm, 1));
    /// assert_eq!(info.versions[0].state, VersionState::Active);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyNotFound`] once it was deleted, [`Error::Closed`]
    pub fn info(&self) -> Result<KeyInfo, Error> {
        self.run(Verb::Info, |at| at.info())
    }

    /// Adds a version of fresh material and makes it the latest. What was made with older versions still
    /// opens.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let ring = Keyring::in_memory();
    /// let cards = ring.create_key("cards", KeySpec::default())?;
    /// let old = cards.encrypt(b"4111", Aad::NONE)?;
    /// assert_eq!(cards.rotate()?.get(), 2);
    /// assert_eq!(cards.decrypt(&old, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyDisabled`], [`Error::RotationNotAllowed`], or the store's
    pub fn rotate(&self) -> Result<Version, Error> {
        self.run(Verb::Rotate, |at| at.add_version(|record, now| rotate::rotate(record, None, now)))
    }

    /// Rotates to another type that has the same operations and options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96)?;
    /// let old = key.encrypt(b"4111", Aad::NONE)?;
    /// key.rotate_to(KeyType::Xaes256Gcm)?;
    /// assert!(key.rewrap(&old, Aad::NONE)?.starts_with("strongroom:v2:"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::RotationTypeMismatch`], and as [`rotate`](Self::rotate)
    pub fn rotate_to(&self, key_type: KeyType) -> Result<Version, Error> {
        self.run(Verb::Rotate, |at| at.add_version(|record, now| rotate::rotate(record, Some(key_type), now)))
    }

    /// Changes settings: all of them or, with an error, none.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let changes = KeyConfig::new().deletion_allowed(true).label("team", Some("payments".to_owned()));
    /// let info = key.configure(changes)?;
    /// assert!(info.deletion_allowed && info.labels["team"] == "payments");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidWindow`], [`Error::InvalidOption`]
    pub fn configure(&self, config: KeyConfig) -> Result<KeyInfo, Error> {
        self.run(Verb::Configure, |at| at.configure(&config))
    }

    /// Suspends the key as a whole: every data operation is refused until [`enable`](Self::enable).
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt(b"4111", Aad::NONE)?;
    /// key.disable()?;
    /// assert!(matches!(key.decrypt(&ciphertext, Aad::NONE), Err(Error::KeyDisabled { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// The store's
    pub fn disable(&self) -> Result<(), Error> {
        self.run(Verb::Disable, |at| at.set_disabled(true))
    }

    /// Lets a key that [`disable`](Self::disable) has stopped work again.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// key.disable()?;
    /// key.enable()?;
    /// key.encrypt(b"4111", Aad::NONE)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// The store's
    pub fn enable(&self) -> Result<(), Error> {
        self.run(Verb::Enable, |at| at.set_disabled(false))
    }

    /// Destroys the material of every version below `min_available`. Their dates stay. This cannot be undone.
    ///
    /// A version is not destroyed before `max_staleness` of the keyring and ten seconds have passed since it
    /// was closed, which is when both minimum versions were raised above it: another process may still
    /// encrypt with it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let second = key.rotate()?;
    /// key.configure(KeyConfig::new().min_decryption_version(second).min_encryption_version(Some(second)))?;
    /// key.trim(second)?;
    /// assert_eq!(key.info()?.versions[0].state, VersionState::Destroyed);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidWindow`] unless both minimum versions are at or above it, and for a version that was
    /// closed just now
    pub fn trim(&self, min_available: Version) -> Result<(), Error> {
        self.run(Verb::Trim, |at| at.engine.trim(at.slot, min_available))
    }

    /// For the command line: from when on [`trim`](Self::trim) will do this, in nanoseconds since 1970, where
    /// it is only a matter of time.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let key = Keyring::create(Memory::new(), seal)?.create_key("cards", KeySpec::default())?;
    /// let second = key.rotate()?;
    /// assert_eq!(key.trim_possible_from(second)?, None, "the minimum versions are in the way");
    /// key.configure(KeyConfig::new().min_decryption_version(second).min_encryption_version(Some(second)))?;
    /// assert!(key.trim_possible_from(second)?.is_some_and(|from| from > SystemClock.now()));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn trim_possible_from(&self, min_available: Version) -> Result<Option<u64>, Error> {
        self.run(Verb::Info, |at| at.record(|record| Ok(at.engine.trim_possible_from(record, min_available))))
    }

    /// Adds material from outside as the latest version of an imported key, or gives a version that was
    /// imported as a public key its private half: the one that [`Import::at`] names, or the latest if it is
    /// that. The version's number, its dates and what MACs stay.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// # let (first, second): (Vec<u8>, Vec<u8>) = ((0..32).collect(), (32..64).collect());
    /// let key = ring.import_key("cards", Import::raw(first), KeyType::Aes256Gcm96)?;
    /// assert_eq!(key.import_version(Import::raw(second))?.get(), 2);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidMaterial`], [`Error::DuplicateMaterial`], [`Error::NoSuchVersion`],
    /// [`Error::InvalidOption`] on a key that was not imported and for a version that is whole
    pub fn import_version(&self, import: Import) -> Result<Version, Error> {
        self.run(Verb::ImportVersion, |at| {
            let import = at.engine.unwrapped(&import)?.unwrap_or(import);
            at.add_version(|record, now| import_version(record, &import, now))
        })
    }

    /// The raw material of the versions from `min_decryption_version` on, if the key is exportable.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let ring = Keyring::in_memory();
    /// let key = ring.create_key("cards", KeySpec::new(KeyType::Aes256Gcm96).exportable(true))?;
    /// let material = key.export(ExportKind::EncryptionKey, Expose::SecretMaterial)?;
    /// assert_eq!(material[&Version::FIRST].len(), 32);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotExportable`], [`Error::OperationNotSupported`], [`Error::KeyDisabled`]
    pub fn export(
        &self,
        kind: ExportKind,
        _exposure: Expose,
    ) -> Result<BTreeMap<Version, SecretBytes>, Error> {
        self.run(Verb::Export, |at| at.record(|record| export(record, kind)))
    }

    /// The whole key, sealed to a seal of the caller's: for another keyring or another day.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let backup = key.backup(seal())?;
    /// let restored = Keyring::in_memory().restore_key(&backup, seal(), None)?;
    /// let ciphertext = key.encrypt(b"4111", Aad::NONE)?;
    /// assert_eq!(restored.decrypt(&ciphertext, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyDisabled`], or the seal's
    pub fn backup(&self, seal: Seal) -> Result<Vec<u8>, Error> {
        self.run(Verb::Backup, |at| at.backup(seal))
    }

    /// [`export`](Self::export) as text in the forms of Transit's `export`.
    ///
    /// ```
    /// use strongroom::{ExportFormat, ExportKind, Expose, KeySpec, KeyType, Keyring};
    /// let ring = Keyring::in_memory();
    /// let key = ring.create_key("releases", KeySpec::new(KeyType::Ed25519).exportable(true))?;
    /// let pem = key.export_transit(ExportKind::SigningKey, ExportFormat::Pem, Expose::SecretMaterial)?;
    /// assert!(pem.values().all(|pem| pem.expose().starts_with(b"-----BEGIN PRIVATE KEY-----")));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`export`](Self::export), and [`Error::InvalidOption`] for a format that the type does not have
    pub fn export_transit(
        &self,
        kind: ExportKind,
        format: ExportFormat,
        _exposure: Expose,
    ) -> Result<BTreeMap<Version, SecretBytes>, Error> {
        self.run(Verb::Export, |at| at.record(|record| export_as(record, kind, format)))
    }

    /// The public keys of the versions from `min_decryption_version` on, as text in the forms of Transit's
    /// `export`.
    ///
    /// ```
    /// use strongroom::{ExportFormat, KeyType, Keyring};
    /// let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let pem = key.public_keys_transit(ExportFormat::Pem)?;
    /// assert!(pem.values().all(|pem| pem.starts_with("-----BEGIN PUBLIC KEY-----")));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::KeyDisabled`], [`Error::ContextRequired`] on a derived key,
    /// which has a public key per context
    pub fn public_keys_transit(&self, format: ExportFormat) -> Result<BTreeMap<Version, String>, Error> {
        self.run(Verb::Export, |at| at.record(|record| public_keys(record, format)))
    }

    /// The material of the versions from `min_decryption_version` on, if the key is exportable, wrapped for
    /// the wrapping key of another keyring, of OpenBao or of Vault, which unwrap it with [`Import::wrapped`]
    /// and `import`. Base64 of RSA-OAEP, with this hash also in MGF1, of a fresh AES-256 key, and the
    /// material in AES key wrap with padding (RFC 5649) behind it. Versions of a public key alone are left
    /// out.
    ///
    /// ```
    /// use strongroom::{Error, Expose, HashAlgorithm, KeySpec, KeyType, Keyring};
    /// let ring = Keyring::in_memory();
    /// let cards = ring.create_key("cards", KeySpec::new(KeyType::Aes256Gcm96).exportable(true))?;
    /// let other = ring.create_key("releases", KeyType::Ed25519)?.public_key(None)?;
    /// let refused = cards.export_wrapped(&other, HashAlgorithm::Sha256, Expose::SecretMaterial);
    /// assert!(matches!(refused, Err(Error::OperationNotSupported { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotExportable`], [`Error::KeyDisabled`], [`Error::OperationNotSupported`] for a public key of
    /// another type than RSA
    pub fn export_wrapped(
        &self,
        to: &PublicKey,
        hash: HashAlgorithm,
        _exposure: Expose,
    ) -> Result<BTreeMap<Version, String>, Error> {
        self.run(Verb::Export, |at| at.record(|record| export_wrapped(record, to, hash)))
    }

    /// The public keys of the versions from `min_decryption_version` on as one JSON Web Key Set (RFC 7517
    /// section 5), for a service that publishes with what its tokens are verified.
    ///
    /// The `kid` of each is the key's name, a colon, and the version: `releases:3`. Where the type has one
    /// algorithm there are also `alg` (`EdDSA`, `ES256`, `ES384`, `ES512`, `ML-DSA-44` and so on) and `use`,
    /// which is `sig`; RSA keys have neither.
    ///
    /// ```
    /// use strongroom::{KeyType, Keyring};
    /// let key = Keyring::in_memory().create_key("tokens", KeyType::EcdsaP256)?;
    /// let set = key.jwks()?;
    /// assert!(set.starts_with(r#"{"keys":[{"alg":"ES256","crv":"P-256","kid":"tokens:1","kty":"EC","#));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::KeyDisabled`], [`Error::ContextRequired`] on a derived key,
    /// which has a public key per context
    pub fn jwks(&self) -> Result<String, Error> {
        self.run(Verb::Export, |at| at.record(jwks))
    }

    /// The whole key in the clear, as Vault or OpenBao writes it and restores it, if the key is exportable
    /// and allows plaintext backups. The backup's date and version are noted in the key first, as the
    /// products do.
    ///
    /// What the product does not have is left out: labels, and the dates of trimmed versions.
    ///
    /// ```
    /// use strongroom::{Aad, Dialect, Expose, KeySpec, KeyType, Keyring};
    /// let (here, there) = (Keyring::in_memory(), Keyring::in_memory());
    /// let spec = KeySpec::new(KeyType::Aes256Gcm96).exportable(true).allow_plaintext_backup(true);
    /// let cards = here.create_key("cards", spec)?;
    /// let backup = cards.backup_transit(Dialect::OpenBao, Expose::SecretMaterial)?;
    /// let same = there.restore_transit(backup.expose(), None, None)?;
    /// assert_eq!(same.decrypt(&cards.encrypt(b"4111", Aad::NONE)?, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::PlaintextBackupNotAllowed`], [`Error::NotExportable`], [`Error::KeyDisabled`],
    /// [`Error::OperationNotSupported`] for a type that the product does not have, [`Error::InvalidOption`]
    /// for versions of several types, and for a key that the product could not work with, unless
    /// [`even_if_unusable`](TransitBackup::even_if_unusable) is said
    pub fn backup_transit(
        &self,
        to: impl Into<TransitBackup>,
        _exposure: Expose,
    ) -> Result<SecretBytes, Error> {
        let to = to.into();
        self.run(Verb::Backup, |at| at.backup_transit(to))
    }

    /// Whether a plaintext backup of Vault's or OpenBao's Transit is of this key, by the material of every
    /// version. The name in the backup does not count, nor what can be set.
    ///
    /// ```
    /// use strongroom::{Dialect, Expose, KeySpec, KeyType, Keyring, TransitMatch};
    /// let ring = Keyring::in_memory();
    /// let spec = KeySpec::new(KeyType::Aes256Gcm96).exportable(true).allow_plaintext_backup(true);
    /// let cards = ring.create_key("cards", spec)?;
    /// let backup = cards.backup_transit(Dialect::OpenBao, Expose::SecretMaterial)?;
    /// assert_eq!(cards.compare_transit(backup.expose(), None)?, TransitMatch::Same);
    /// cards.rotate()?;
    /// assert_eq!(cards.compare_transit(backup.expose(), None)?, TransitMatch::Older);
    /// let other = ring.create_key("other", KeyType::Aes256Gcm96)?;
    /// assert_eq!(other.compare_transit(backup.expose(), None)?, TransitMatch::Other);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptBackup`], [`Error::TypeNotSupported`]
    pub fn compare_transit(
        &self,
        backup: impl AsRef<[u8]>,
        dialect: Option<Dialect>,
    ) -> Result<TransitMatch, Error> {
        self.run(Verb::Info, |at| at.compare_transit(backup.as_ref(), dialect))
    }

    /// What is done with a key, under the name of a verb.
    pub(super) fn run<T>(
        &self,
        verb: Verb,
        work: impl FnOnce(At<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let at = self.0.at();
        at.engine.pass(verb, Some(&at.slot.name), || work(at))
    }
}
