//! Secrets in which a root key can be put in the place of the one that is there.

use strongroom::{Error, Seal, SecretBytes};

/// A secret of a platform that holds a root key, and takes another in its place.
/// [`writable`](crate::writable) makes one of a URL.
///
/// A keyring has to have a copy for the new key before the secret is replaced, so that it opens at every
/// moment with what the secret holds; after that a reseal ends what the old key opens.
///
/// ```no_run
/// use strongroom::{Directory, Keyring, Seal, SecretBytes};
/// let secret = strongroom_platforms::writable("vaultkv://vault.example:8200/secret/app")?;
/// let newest = secret.newest()?;
/// let ring = Keyring::open(Directory::new("/var/lib/app/keyring"), secret.seal())?;
/// let key = Seal::generate_root_key()?;
/// let seal = Seal::root_key_text(key.expose());
/// ring.add_seal(seal.clone())?;
/// secret.replace(&newest, &key)?;
/// ring.reseal([seal])?;
/// # Ok::<(), strongroom::Error>(())
/// ```
pub trait WritableSecret: Send + Sync {
    /// The seal of what the secret holds.
    fn seal(&self) -> Seal;

    /// Which version is the newest now.
    ///
    /// # Errors
    /// [`Error::SealFailed`], also where the secret holds more than the key, which would be lost
    fn newest(&self) -> Result<SecretVersion, Error>;

    /// Puts the text of a root key in the place of that version.
    ///
    /// # Errors
    /// [`NotReplaced`], also where another version is the newest by now
    fn replace(&self, newest: &SecretVersion, key: &SecretBytes) -> Result<(), NotReplaced>;
}

/// Why a secret was not replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotReplaced {
    /// What the platform says, or what kept it from answering.
    pub error: Error,
    /// The secret holds what it held. Otherwise the platform may have done it and not been able to say so:
    /// read the secret before you rely on either.
    pub is_certain: bool,
}

#[cfg(any(feature = "aws", feature = "azure", feature = "google", feature = "infisical", feature = "vault"))]
impl NotReplaced {
    pub(crate) fn refused(error: impl Into<Error>) -> Self {
        Self { error: error.into(), is_certain: true }
    }

    pub(crate) fn unknown(error: impl Into<Error>) -> Self {
        Self { error: error.into(), is_certain: false }
    }

    /// By the status of an answer. What failed on the way may have been done all the same; and then another
    /// try, of which the caller does not know, is refused because it was.
    #[allow(dead_code, reason = "not every platform's answer says it by its status")]
    pub(crate) fn answered(status: u16, error: impl Into<Error>) -> Self {
        if matches!(status, 401 | 403 | 404) { Self::refused(error) } else { Self::unknown(error) }
    }
}

impl From<NotReplaced> for Error {
    fn from(not: NotReplaced) -> Self {
        not.error
    }
}

/// A version of a secret. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretVersion {
    /// As the platform calls it.
    pub(crate) name: String,
    /// What holds the key in it, if it has names for that.
    pub(crate) field: Option<String>,
}
