//! Material that was wrapped for the keyring's wrapping key, as Transit's `import` takes it.

use super::{Form, Import, refuse};
use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::alg::wrapping::{self, Unwrapped};
use crate::error::invalid;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::wire::base64::Alphabet;
use crate::wire::go_base64;

/// The one failure of whatever is wrong with a blob.
const NOT_UNWRAPPED: &str =
    "it does not unwrap: it was wrapped for another key or with another hash, or is damaged";

impl Import {
    /// Material that somebody wrapped for [`Keyring::wrapping_key`](crate::Keyring::wrapping_key), as `bao`
    /// and `vault` take it in `import`: RSA-OAEP, with this hash also in MGF1, of a fresh AES-256 key, and
    /// behind it, in AES key wrap with padding (RFC 5649), PKCS#8 as DER of a key pair, or the bytes of
    /// another key. As it is, or as base64.
    ///
    /// Whatever is wrong with it is one failure, so that nobody can learn from many tries.
    ///
    /// ```no_run
    /// use strongroom::{Expose, HashAlgorithm, Import, KeySpec, KeyType, Keyring, Version};
    /// let (here, there) = (Keyring::in_memory(), Keyring::in_memory());
    /// let cards = here.create_key("cards", KeySpec::new(KeyType::Aes256Gcm96).exportable(true))?;
    /// let hash = HashAlgorithm::Sha256;
    /// let wrapped = cards.export_wrapped(&there.wrapping_key()?, hash, Expose::SecretMaterial)?;
    /// let import = Import::wrapped(wrapped[&Version::FIRST].as_bytes(), hash);
    /// let same = there.import_key("cards", import, KeyType::Aes256Gcm96)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn wrapped(blob: impl Into<SecretBytes>, hash: HashAlgorithm) -> Self {
        Self { form: Form::Wrapped(hash), ..Self::raw(blob) }
    }

    pub(crate) fn is_wrapped(&self) -> bool {
        matches!(self.form, Form::Wrapped(_))
    }

    /// What was wrapped for a private key, as `RSAPrivateKey`.
    pub(crate) fn unwrapped_with(&self, private: &SecretBytes) -> Result<Self, Error> {
        let Form::Wrapped(hash) = self.form else {
            return Err(Error::InvalidOption { reason: invalid::NO_WRAPPING_KEY });
        };
        if self.passphrase.is_some() {
            return Err(Error::InvalidOption { reason: invalid::PASSPHRASE_NOT_SUPPORTED });
        }
        let decoded = self.decoded();
        let blob = decoded.as_ref().unwrap_or(&self.bytes).expose();
        match scrubbed::<DEEP, _>(|| wrapping::unwrap(private.expose(), hash, blob)) {
            Ok(mut payload) => Ok(Self {
                bytes: SecretBytes::new(std::mem::take(&mut *payload)),
                form: Form::Unwrapped,
                passphrase: None,
                at: self.at,
                allow_rotation: self.allow_rotation,
                kdf: self.kdf,
            }),
            Err(Unwrapped::NoRandomness(error)) => Err(error.into()),
            Err(Unwrapped::Rejected) => refuse(NOT_UNWRAPPED),
        }
    }

    /// The bytes that base64 stands for. What RSA makes is not all of its characters.
    fn decoded(&self) -> Option<SecretBytes> {
        go_base64::decode(self.bytes.expose().trim_ascii(), Alphabet::Standard).ok()
    }
}
