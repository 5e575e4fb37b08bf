//! How the root key is wrapped.

mod checked;
pub(crate) mod passphrase;
mod payload;
mod platform;
mod read;
pub(crate) mod ready;
mod root_key;
mod secret_file;
pub(crate) mod several;
mod source;
#[cfg(test)]
mod vectors;

pub use platform::KeyWrapper;
pub use source::RootKeySource;

use crate::Error;
use crate::error::Reason;
use crate::secret::{SecretArray, SecretBytes};
use ready::Ready;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Something that can wrap a 32-byte key and unwrap it again: a key, a passphrase, a KMS.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use strongroom::{Keyring, Memory, Seal, SealError, SealProvider, SecretArray};
///
/// /// Keeps the keys itself, as a hardware module does, and gives out the numbers of its slots.
/// #[derive(Default)]
/// struct Module(Mutex<Vec<(SecretArray<32>, Vec<u8>)>>);
///
/// impl SealProvider for Module {
///     fn kind(&self) -> &str {
///         "example-module"
///     }
///     fn key_id(&self) -> &str {
///         "slots"
///     }
///     fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
///         let mut slots = self.0.lock().map_err(|_| SealError::Failed("the module is broken".into()))?;
///         let key = SecretArray::copy_of(key.expose()).ok_or(SealError::Refused)?;
///         slots.push((key, aad.to_vec()));
///         Ok((slots.len() as u64 - 1).to_be_bytes().to_vec())
///     }
///     fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
///         let slots = self.0.lock().map_err(|_| SealError::Failed("the module is broken".into()))?;
///         let slot = u64::from_be_bytes(blob.try_into().map_err(|_| SealError::Refused)?);
///         let (key, bound_to) = slots.get(slot as usize).ok_or(SealError::Refused)?;
///         if bound_to != aad {
///             return Err(SealError::Refused);
///         }
///         SecretArray::copy_of(key.expose()).ok_or(SealError::Refused)
///     }
/// }
///
/// let (store, module) = (Memory::new(), Arc::new(Module::default()));
/// Keyring::create(store.clone(), Seal::provider(module.clone()))?;
/// Keyring::open(store, Seal::provider(module))?;
/// # Ok::<(), strongroom::Error>(())
/// ```
pub trait SealProvider: Send + Sync {
    /// Which kind of seal this is, 1 to 255 bytes. It is written beside the wrapped copy.
    fn kind(&self) -> &str;

    /// Which key of that kind, 1 to 255 bytes. It is written beside the wrapped copy and is not secret.
    fn key_id(&self) -> &str;

    /// Wraps a key, bound to `aad`: 1 to 65,535 bytes. What it gives is [unwrapped](Self::unwrap) once and
    /// compared before anything is written; if that fails, so does the call ([`Error::SealFailed`]).
    ///
    /// # Errors
    /// [`SealError`]
    fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError>;

    /// Unwraps what [`wrap`](Self::wrap) gave, if it was bound to the same `aad`.
    ///
    /// # Errors
    /// [`SealError`]
    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError>;

    /// Whether wrapping needs no secret: with a public key, say, or with the right to encrypt that many have.
    /// Who can wrap can put a root key of their own in the place of yours, so a keyring opens with such a
    /// seal only if it is [pinned](crate::KeyringBuilder::pinned).
    ///
    /// Such a seal may be one that only wraps, here or anywhere: whether what it wrapped can be unwrapped is
    /// then not known, so open the keyring once where it can be.
    fn public_wrap(&self) -> bool {
        false
    }
}

/// Why a seal did not wrap or unwrap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// This seal does not open that blob, or the blob is damaged.
    Refused,
    /// The seal could not be asked.
    Failed(Reason),
    /// To find out would take more memory or time than the caller allows.
    TooCostly,
}

/// A seal to open a keyring with. What it needs is read when the keyring is opened, not before. It can be
/// used again: a clone shares what is secret.
///
/// ```
/// use strongroom::{Error, Keyring, Memory, Seal};
/// # let store = Memory::new();
/// let ring = Keyring::create(store.clone(), Seal::passphrase("correct horse battery staple".as_bytes()))?;
/// assert_eq!(Keyring::open(store, Seal::passphrase("wrong".as_bytes())).unwrap_err(), Error::WrongSeal);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone)]
pub struct Seal {
    source: Source,
    allow_costly: bool,
    insecure_mode_ok: bool,
    label: Option<String>,
}

#[derive(Clone)]
enum Source {
    Key(Arc<SecretArray<32>>),
    Text(Arc<SecretBytes>),
    Env(String),
    File(PathBuf),
    Passphrase { id: String, passphrase: Arc<SecretBytes> },
    PassphraseFile { id: String, path: PathBuf },
    Provider(Arc<dyn SealProvider>),
    Fetched(Arc<dyn RootKeySource>),
    Platform(Arc<dyn KeyWrapper>),
    Any(Vec<Seal>),
    Before { newest: Box<Seal>, before: Box<Seal> },
    Resolved(Ready),
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.source {
            Source::Key(_) => "Seal::root_key(..)",
            Source::Text(_) => "Seal::root_key_text(..)",
            Source::Env(_) => "Seal::root_key_env(..)",
            Source::File(_) => "Seal::root_key_file(..)",
            Source::Passphrase { .. } => "Seal::passphrase(..)",
            Source::PassphraseFile { .. } => "Seal::passphrase_file(..)",
            Source::Provider(_) | Source::Resolved(_) => "Seal::provider(..)",
            Source::Fetched(_) => "Seal::root_key_source(..)",
            Source::Platform(_) => "Seal::key_wrapper(..)",
            Source::Any(_) => "Seal::any(..)",
            Source::Before { .. } => "Seal::or_before(..)",
        })
    }
}

impl Seal {
    /// A 32-byte key.
    pub fn root_key(key: SecretArray<32>) -> Self {
        Self::of(Source::Key(Arc::new(key)))
    }

    /// A 32-byte key as text: 64 hexadecimal digits or 44 characters of base64, with `hex:` or `base64:`
    /// before them if you like. For programs that have it from elsewhere than a variable or a file.
    ///
    /// ```
    /// use strongroom::{Keyring, Memory, Seal};
    /// let text = Seal::generate_root_key()?;
    /// let ring = Keyring::create(Memory::new(), Seal::root_key_text(text))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn root_key_text(text: impl Into<SecretBytes>) -> Self {
        Self::of(Source::Text(Arc::new(text.into())))
    }

    /// A 32-byte key in an environment variable: 64 hexadecimal digits or 44 characters of base64, with
    /// `hex:` or `base64:` before them if you like.
    pub fn root_key_env(variable: impl Into<String>) -> Self {
        Self::of(Source::Env(variable.into()))
    }

    /// A 32-byte key in a file, written as for [`root_key_env`](Self::root_key_env).
    ///
    /// Only its owner may be able to read it. A secret that a container platform mounts may have mode 0440,
    /// 0640 or 0444 instead, where it is mounted read-only or lies in a folder that others cannot write into.
    /// Every other mode is refused ([`Error::InsecurePermissions`]) unless
    /// [`insecure_mode_ok`](Self::insecure_mode_ok) is said.
    pub fn root_key_file(path: impl Into<PathBuf>) -> Self {
        Self::of(Source::File(path.into()))
    }

    /// A passphrase, stretched with Argon2id (64 MiB, three passes, four lanes). What other programs wrote is
    /// read too, up to 128 MiB and four times the work; more after [`allow_costly`](Self::allow_costly).
    ///
    /// Of a `String` hand over `text.into_bytes()`, which is wiped, of a `&str` give `text.as_bytes()`.
    pub fn passphrase(passphrase: impl Into<SecretBytes>) -> Self {
        Self::passphrase_named("passphrase", passphrase)
    }

    /// One of several passphrases, told apart by an id that is not secret.
    pub fn passphrase_named(id: impl Into<String>, passphrase: impl Into<SecretBytes>) -> Self {
        Self::of(Source::Passphrase { id: id.into(), passphrase: Arc::new(passphrase.into()) })
    }

    /// A passphrase in a file of at most 65,536 bytes; one newline at its end does not count. Who may be able
    /// to read the file is as for [`root_key_file`](Self::root_key_file).
    ///
    /// ```
    /// use strongroom::{Error, Keyring, Memory, Seal};
    /// let seal = Seal::passphrase_file("no/such/file");
    /// assert!(matches!(Keyring::create(Memory::new(), seal), Err(Error::SealFailed { .. })));
    /// ```
    pub fn passphrase_file(path: impl Into<PathBuf>) -> Self {
        Self::passphrase_file_named("passphrase", path)
    }

    /// One of several passphrases, told apart by an id that is not secret, in a file as for
    /// [`passphrase_file`](Self::passphrase_file).
    pub fn passphrase_file_named(id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self::of(Source::PassphraseFile { id: id.into(), path: path.into() })
    }

    /// A seal of your own.
    pub fn provider(provider: Arc<dyn SealProvider>) -> Self {
        Self::of(Source::Provider(provider))
    }

    /// A key of a platform, such as a KMS.
    pub fn key_wrapper(wrapper: Arc<dyn KeyWrapper>) -> Self {
        Self::of(Source::Platform(wrapper))
    }

    /// A 32-byte key that is kept elsewhere, written as for [`root_key_env`](Self::root_key_env).
    pub fn root_key_source(source: Arc<dyn RootKeySource>) -> Self {
        Self::of(Source::Fetched(source))
    }

    /// Several seals, each of which opens the keyring: a key of two regions, say, and a passphrase for the
    /// worst day. To open they are tried in this order, and the first that does it is enough; what one needs
    /// is read when it is its turn. A keyring that is created with them, or resealed to them, has a copy for
    /// each of them. A sealed backup takes one seal only.
    ///
    /// ```
    /// use strongroom::{Keyring, Memory, Seal};
    /// let office = Seal::root_key_text(Seal::generate_root_key()?);
    /// let safe = Seal::passphrase("correct horse battery staple".as_bytes());
    /// let store = Memory::new();
    /// let ring = Keyring::create(store.clone(), Seal::any([office, safe.clone()]))?;
    /// assert_eq!(ring.seals()?.len(), 2);
    /// Keyring::open(store, Seal::any([Seal::root_key_env("NOT_SET"), safe]))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn any(seals: impl IntoIterator<Item = Self>) -> Self {
        Self::of(Source::Any(seals.into_iter().collect()))
    }

    /// This seal, or to open with also what it was before: a secret's version before the newest, say. Where
    /// this one does not open a keyring, `before` is tried. Copies are written for this one alone, and a
    /// sealed backup opens with this one alone.
    ///
    /// ```
    /// use strongroom::{Keyring, Memory, Seal};
    /// let old = Seal::root_key_text(Seal::generate_root_key()?);
    /// let new = Seal::root_key_text(Seal::generate_root_key()?);
    /// let store = Memory::new();
    /// Keyring::create(store.clone(), old.clone())?;
    /// let ring = Keyring::open(store.clone(), new.clone().or_before(old.clone()))?;
    /// ring.reseal([new.clone().or_before(old.clone())])?;
    /// assert_eq!(ring.seals()?.len(), 1);
    /// assert!(Keyring::open(store.clone(), old).is_err());
    /// Keyring::open(store, new)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    #[must_use]
    pub fn or_before(self, before: Self) -> Self {
        Self::of(Source::Before { newest: Box::new(self), before: Box::new(before) })
    }

    /// Lets a passphrase be stretched with up to 1 GiB in 16 passes, which can take a minute, where the copy
    /// that it is to open says so. The copy is believed before anything is known of who wrote it: say this of
    /// files that you trust, not of every file.
    ///
    /// ```
    /// use strongroom::{Keyring, Memory, Seal};
    /// # let store = Memory::new();
    /// # Keyring::create(store.clone(), Seal::passphrase("correct horse battery staple".as_bytes()))?;
    /// let seal = Seal::passphrase("correct horse battery staple".as_bytes()).allow_costly();
    /// let ring = Keyring::open(store, seal)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// Of another seal than a passphrase it is refused when the seal is used ([`Error::InvalidOption`]).
    #[must_use]
    pub fn allow_costly(self) -> Self {
        Self { allow_costly: true, ..self }
    }

    /// Takes a root key or passphrase from a file whoever can read it. Of another seal than one in a file it
    /// is refused when the seal is used ([`Error::InvalidOption`]).
    ///
    /// ```
    /// use strongroom::Seal;
    /// let seal = Seal::root_key_file("/run/secrets/root-key").insecure_mode_ok();
    /// ```
    #[must_use]
    pub fn insecure_mode_ok(self) -> Self {
        Self { insecure_mode_ok: true, ..self }
    }

    /// What people call the seal, 1 to 255 bytes, such as where its root key is kept. It is not secret. Where
    /// a copy of the root key is made for the seal, the label is written beside the copy, with the time, for
    /// [`seals`](crate::Keyring::seals) to show. Opening and backups take no notice of it.
    ///
    /// A length that it cannot have is refused when the seal is used ([`Error::InvalidOption`]).
    ///
    /// ```
    /// use strongroom::{Keyring, Memory, Seal};
    /// let seal = Seal::root_key_text(Seal::generate_root_key()?).labelled("the safe in the office");
    /// let ring = Keyring::create(Memory::new(), seal)?;
    /// assert_eq!(ring.seals()?[0].label.as_deref(), Some("the safe in the office"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    #[must_use]
    pub fn labelled(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    /// The id of the seal, as [`seals`](crate::Keyring::seals) shows it: of a root key it is made from the
    /// key, of a passphrase it is the name that it was given. What the seal needs is read; no keyring is.
    ///
    /// ```
    /// use strongroom::{Keyring, Memory, Seal};
    /// let seal = Seal::root_key_text(Seal::generate_root_key()?);
    /// let ring = Keyring::create(Memory::new(), seal.clone())?;
    /// assert_eq!(ring.seals()?[0].id, seal.id()?);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidRootKey`], [`Error::InsecurePermissions`], [`Error::InvalidOption`] for what does not
    /// fit this seal, or [`Error::SealFailed`] for what cannot be read
    pub fn id(&self) -> Result<String, Error> {
        Ok(self.clone().resolve()?.key_id().to_owned())
    }

    /// For the command line: the kind of the seal, as [`seals`](crate::Keyring::seals) shows it.
    ///
    /// ```
    /// # use strongroom::Seal;
    /// assert_eq!(Seal::passphrase(b"correct horse").kind()?, "passphrase");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As of [`id`](Self::id)
    #[doc(hidden)]
    pub fn kind(&self) -> Result<String, Error> {
        Ok(self.clone().resolve()?.kind().to_owned())
    }

    /// For bindings, which can refuse where a seal is made: whether what was handed over with it can be a
    /// root key or a passphrase. What lies elsewhere is not read.
    ///
    /// ```
    /// # use strongroom::{Error, Seal};
    /// assert!(matches!(Seal::passphrase(b"").check(), Err(Error::InvalidRootKey { .. })));
    /// Seal::root_key_env("NOT_SET").check()?;
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidRootKey`]
    #[doc(hidden)]
    pub fn check(&self) -> Result<(), Error> {
        match &self.source {
            Source::Key(_) | Source::Text(_) | Source::Passphrase { .. } => self.clone().resolve().map(drop),
            _ => Ok(()),
        }
    }

    /// For the command line: the name of a variable as errors show it, unless it may be the secret itself,
    /// given in the place of the name.
    ///
    /// ```
    /// # use strongroom::Seal;
    /// assert_eq!(Seal::shown_variable("OFFICE_PASSPHRASE"), "OFFICE_PASSPHRASE");
    /// assert!(!Seal::shown_variable("hunter2").contains("hunter2"));
    /// ```
    #[doc(hidden)]
    pub fn shown_variable(name: &str) -> &str {
        root_key::shown(name)
    }

    /// A fresh key for [`root_key_env`](Self::root_key_env) or [`root_key_file`](Self::root_key_file), as
    /// text. Keep it outside the keyring.
    ///
    /// # Errors
    /// [`Error::EntropyFailed`]
    pub fn generate_root_key() -> Result<SecretBytes, Error> {
        let key = SecretArray::<32>::random()?;
        Ok(root_key::to_text(&key))
    }

    /// For the command line: whether it is a passphrase that whoever has a copy of the keyring finds by
    /// trying, whatever it is stretched with.
    ///
    /// ```
    /// # use strongroom::Seal;
    /// assert!(Seal::passphrase(b"hunter2").is_easily_guessed());
    /// assert!(!Seal::passphrase(b"correct horse").is_easily_guessed());
    /// ```
    #[doc(hidden)]
    pub fn is_easily_guessed(&self) -> bool {
        match &self.source {
            Source::Passphrase { passphrase, .. } => passphrase.len() < SHORT,
            // With the newline at its end.
            Source::PassphraseFile { path, .. } => {
                std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= SHORT as u64)
            }
            Source::Any(seals) => seals.iter().any(Self::is_easily_guessed),
            _ => false,
        }
    }

    const fn of(source: Source) -> Self {
        Self { source, allow_costly: false, insecure_mode_ok: false, label: None }
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Refused => Self::WrongSeal,
            SealError::Failed(reason) => Self::SealFailed { reason },
            SealError::TooCostly => Self::SealTooCostly,
        }
    }
}

/// Passphrases of fewer bytes are warned of (SP 800-63B section 5.1.1.1).
const SHORT: usize = 8;
