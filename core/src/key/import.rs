//! Keys from outside, in the forms in which others write them.

mod document;
mod encrypted;
mod pkcs8;
mod public;
mod version;
mod wrapped;

pub(crate) use version::import_version;

use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::alg::sign::SignAlgorithm;
use crate::derive::Kdf;
use crate::error::invalid;
use crate::key::options::KeyOption;
use crate::key::record::{Record, VersionRecord};
use crate::key::spec::KeySpec;
use crate::material::{KeyType, Scheme};
use crate::name::KeyName;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;
use crate::wire::pem;
use document::Forms;

/// Key material to import, and what may be done with it.
///
/// ```
/// use strongroom::{Import, KeyType, Keyring};
/// # let material: Vec<u8> = (0..32).collect();
/// let import = Import::raw(material).allow_rotation(true);
/// let key = Keyring::in_memory().import_key("cards", import, KeyType::Aes256Gcm96)?;
/// assert_eq!(key.rotate()?.get(), 2);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Import {
    bytes: SecretBytes,
    form: Form,
    passphrase: Option<SecretBytes>,
    at: Option<Version>,
    allow_rotation: bool,
    kdf: Kdf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Raw,
    Document(Forms),
    PublicKey,
    /// Wrapped for the wrapping key, with this hash.
    Wrapped(HashAlgorithm),
    /// What was wrapped: PKCS#8 as DER, or raw where there are no key pairs.
    Unwrapped,
}

/// What a version is made of.
enum Half {
    /// In the form that a version keeps.
    Private(SecretBytes),
    Public(Box<[u8]>),
}

impl Import {
    /// Material as raw bytes. They are wiped once the key is made.
    ///
    /// Their number is the type's: 32, 16 for `aes128-gcm96`, 64 for `aes256-siv`, 32 to 512 for `hmac`; for
    /// `ed25519` a seed of 32, or seed and public key, 64. Material that cannot be random is refused.
    pub fn raw(material: impl Into<SecretBytes>) -> Self {
        Self {
            bytes: material.into(),
            form: Form::Raw,
            passphrase: None,
            at: None,
            allow_rotation: false,
            kdf: Kdf::HkdfSha256,
        }
    }

    /// A private key in PKCS#8, which `openssl genpkey`, `vault` and `bao` write: DER, or PEM with one block
    /// of the label `PRIVATE KEY`, or `ENCRYPTED PRIVATE KEY` with a [`passphrase`](Self::passphrase). The
    /// bytes are wiped once the key is made.
    ///
    /// PEM is taken as OpenSSL takes it: with a byte order mark, text or blocks of other labels around the
    /// block, lines that end in CRLF, and blanks at their ends.
    ///
    /// For `ed25519` (RFC 8410 section 7, RFC 5958 section 2): version 0 without a public key, or version 1
    /// with the one that belongs to the seed. Attributes are skipped. Whatever else the bytes are, the key
    /// that is made of them is refused with [`Error::InvalidMaterial`]: of another algorithm, in another
    /// encoding than DER, with something before or behind the DER, or two keys in one PEM text. What Transit
    /// takes is taken, too: Ed25519 under the identifier of elliptic curves, RSA under that of RSASSA-PSS.
    ///
    /// ```
    /// use strongroom::{Error, Import, KeyType, Keyring};
    ///
    /// // From RFC 8410 section 10.3.
    /// let pem = "-----BEGIN PRIVATE KEY-----\n\
    ///            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
    ///            -----END PRIVATE KEY-----\n";
    /// let ring = Keyring::in_memory();
    /// let key = ring.import_key("releases", Import::pkcs8(pem.as_bytes()), KeyType::Ed25519)?;
    /// assert_eq!(key.public_key(None)?.as_bytes()[..4], [0x19, 0xbf, 0x44, 0x09]);
    /// let refused = ring.import_key("other", Import::pkcs8(&pem.as_bytes()[1..]), KeyType::Ed25519);
    /// assert!(matches!(refused, Err(Error::InvalidMaterial { .. })));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn pkcs8(document: impl Into<SecretBytes>) -> Self {
        Self { form: Form::Document(Forms::Pkcs8), ..Self::raw(document) }
    }

    /// A private key in whatever form programs write one: what [`pkcs8`](Self::pkcs8) reads, `ECPrivateKey`
    /// (SEC 1, RFC 5915; PEM label `EC PRIVATE KEY`) with or without its curve, and `RSAPrivateKey` (PKCS#1,
    /// RFC 8017; `RSA PRIVATE KEY`). As DER or PEM, which is told from the bytes. A text may hold one private
    /// key, and beside it blocks of other labels, such as `EC PARAMETERS`.
    ///
    /// ```
    /// use strongroom::{Error, Import, KeyType, Keyring};
    ///
    /// // Written by openssl ecparam -genkey -name prime256v1.
    /// let pem = "-----BEGIN EC PRIVATE KEY-----\n\
    ///            MHcCAQEEIIM3QXQZ+0SoJoeT8UXe+yVtBEtuRKySWYW68Uomjq7EoAoGCCqGSM49\n\
    ///            AwEHoUQDQgAE513Qk88pi2ETsqKGgocfXKgIXN6BF1HoiSXHt0tG3gERh7E+eJHV\n\
    ///            zi2HAo9z1xI1X4/k7R7GBO8fvzFFgl5SVQ==\n\
    ///            -----END EC PRIVATE KEY-----\n";
    /// let ring = Keyring::in_memory();
    /// let key = ring.import_key("releases", Import::private_key(pem.as_bytes()), KeyType::EcdsaP256)?;
    /// key.verify(b"v1.0", key.sign(b"v1.0")?)?;
    /// let other = ring.import_key("other", Import::private_key(pem.as_bytes()), KeyType::EcdsaP384);
    /// assert!(other.unwrap_err().to_string().contains("it is a key of type ecdsa-p256"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn private_key(document: impl Into<SecretBytes>) -> Self {
        Self { form: Form::Document(Forms::Every), ..Self::raw(document) }
    }

    /// A public key alone: the version verifies and, if it is RSA, encrypts; what needs the private half is
    /// refused with [`Error::NoSuchVersion`] until [`import_version`](crate::Key::import_version) has brought
    /// it. For keys that are not derived.
    ///
    /// `SubjectPublicKeyInfo` as DER or as PEM with one block of the label `PUBLIC KEY`, or the bytes of
    /// [`PublicKey::as_bytes`](crate::PublicKey::as_bytes): 32 of `ed25519`.
    ///
    /// ```
    /// use strongroom::{Error, Import, KeyType, Keyring};
    /// let here = Keyring::in_memory().create_key("releases", KeyType::EcdsaP256)?;
    /// let pem = here.public_key(None)?.to_pem();
    /// let there = Keyring::in_memory();
    /// let key = there.import_key("releases", Import::public_key(pem.as_bytes()), KeyType::EcdsaP256)?;
    /// key.verify(b"v1.0", here.sign(b"v1.0")?)?;
    /// assert_eq!(key.sign(b"v1.0"), Err(Error::NoSuchVersion));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn public_key(document: impl Into<SecretBytes>) -> Self {
        Self { form: Form::PublicKey, ..Self::raw(document) }
    }

    /// What a private key is encrypted with: PBES2 (RFC 8018) with PBKDF2 and HMAC-SHA1, -SHA224, -SHA256,
    /// -SHA384 or -SHA512, or with scrypt, and AES in CBC with any of its key sizes. More than 10,000,000
    /// iterations, 256 MiB of memory, or 2 GiB that are passed through are refused before any work is done.
    ///
    /// A wrong passphrase and a damaged document are one failure.
    ///
    /// ```
    /// use strongroom::{Import, KeyType, Keyring};
    /// // openssl genpkey -algorithm ed25519 -aes-256-cbc -pass pass:1234
    /// let pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n\
    ///            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgj4NWHNBgknwICCAAw\n\
    ///            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAHDyOlW6WvVwuS1sYeSxVIEQPxX\n\
    ///            xyVXi6dNUcWw0tVAYL6Lw8k3yke2jhLeUibONl3WuUt+f1A21ORMqV5EEBMSkgYS\n\
    ///            uChlfsVmM+eB/cgMgcg=\n\
    ///            -----END ENCRYPTED PRIVATE KEY-----\n";
    /// let import = Import::private_key(pem.as_bytes()).passphrase(b"1234");
    /// let key = Keyring::in_memory().import_key("releases", import, KeyType::Ed25519)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn passphrase(mut self, passphrase: impl Into<SecretBytes>) -> Self {
        self.passphrase = Some(passphrase.into());
        self
    }

    /// The version that [`import_version`](crate::Key::import_version) is to complete: one with a public key
    /// alone, whose private half this is.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let pair = Keyring::in_memory()
    /// #     .create_key("pair", KeySpec::new(KeyType::Ed25519).exportable(true))?;
    /// # let public = pair.public_key(None)?.to_der();
    /// # let exported = pair.export(ExportKind::SigningKey, Expose::SecretMaterial)?;
    /// # let private = exported[&Version::FIRST].expose().to_vec();
    /// let ring = Keyring::in_memory();
    /// let key = ring.import_key("releases", Import::public_key(public), KeyType::Ed25519)?;
    /// key.import_version(Import::raw(private).at(Version::FIRST))?;
    /// key.verify(b"v1.0", key.sign(b"v1.0")?)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn at(mut self, version: Version) -> Self {
        self.at = Some(version);
        self
    }

    /// Whether the key may rotate to material made here. Off unless switched on.
    pub fn allow_rotation(mut self, on: bool) -> Self {
        self.allow_rotation = on;
        self
    }

    /// How a derived key of a Transit type makes subkeys. Keys that older servers imported have
    /// [`Kdf::HmacCounter`].
    pub fn kdf(mut self, kdf: Kdf) -> Self {
        self.kdf = kdf;
        self
    }

    /// What type a document is of, where one was given for a type that has no key pairs. Nothing is decrypted
    /// for that.
    fn document_of(&self, forms: Forms) -> Option<&'static str> {
        let types = KeyType::ALL.iter().filter_map(|other| other.signature());
        let is_of = |algorithm: &SignAlgorithm| {
            let raw = scrubbed::<DEEP, _>(|| document::read(*algorithm, forms, &self.bytes, None));
            raw.is_ok_and(|raw| is_whole(*algorithm, raw.expose()))
        };
        if self.passphrase.is_some() { None } else { types.clone().find(is_of).map(SignAlgorithm::is) }
    }

    /// What a version of this type is made of.
    fn half(&self, key_type: KeyType) -> Result<Half, Error> {
        if !key_type.is_supported() {
            return Err(Error::TypeNotSupported { key_type: key_type.name() });
        }
        if self.passphrase.is_some() && !matches!(self.form, Form::Document(_)) {
            return Err(Error::InvalidOption { reason: invalid::PASSPHRASE_NOT_SUPPORTED });
        }
        match (self.form, key_type.signature()) {
            (Form::Raw, _) if pem::begins(self.bytes.expose()) => refuse(RAW_PEM),
            (Form::Raw, _) | (Form::Unwrapped, None) => key_type.import(&self.bytes).map(Half::Private),
            (Form::Unwrapped, Some(algorithm)) => {
                let raw = scrubbed::<DEEP, _>(|| pkcs8::read(algorithm, self.bytes.expose()))?;
                of_type(key_type, algorithm, &raw).map(Half::Private)
            }
            (Form::Wrapped(_), _) => Err(Error::InvalidOption { reason: invalid::NO_WRAPPING_KEY }),
            (Form::Document(forms), Some(algorithm)) => {
                let passphrase = self.passphrase.as_ref();
                let raw = scrubbed::<DEEP, _>(|| document::read(algorithm, forms, &self.bytes, passphrase))?;
                of_type(key_type, algorithm, &raw).map(Half::Private)
            }
            (Form::Document(forms), None) => refuse(self.document_of(forms).unwrap_or(NO_PAIR)),
            (Form::PublicKey, Some(algorithm)) => {
                public::read(algorithm, self.bytes.expose()).map(Half::Public)
            }
            (Form::PublicKey, None) => Err(Error::OperationNotSupported {
                operation: "import of a public key",
                key_type: key_type.name(),
            }),
        }
    }
}

const RAW_PEM: &str =
    "it is PEM and not raw bytes; import a private key as private-key, a public key as public-key";
const NO_PAIR: &str = "keys of this type are secret bytes and no key pairs; name the type of the private key, \
    or give the secret bytes raw";

/// Brings what a document held into the form that is kept. Of several types with one identifier, another may
/// be meant.
fn of_type(key_type: KeyType, algorithm: SignAlgorithm, raw: &SecretBytes) -> Result<SecretBytes, Error> {
    let checked = key_type.import(raw);
    if !matches!(checked, Err(Error::InvalidMaterial { .. })) {
        return checked;
    }
    let same =
        |other: SignAlgorithm| other.identifier() == algorithm.identifier() && is_whole(other, raw.expose());
    match another(algorithm, same) {
        Some(is) => refuse(is),
        None => checked,
    }
}

/// Whether what was read is a key of this algorithm.
fn is_whole(algorithm: SignAlgorithm, raw: &[u8]) -> bool {
    scrubbed::<DEEP, _>(|| algorithm.key_of_material(&algorithm.complete(raw)).is_ok())
}

/// What is wrong with a key of another algorithm, if there is one of which this is true.
fn another(algorithm: SignAlgorithm, is: impl Fn(SignAlgorithm) -> bool) -> Option<&'static str> {
    let others = KeyType::ALL.iter().filter_map(|other| other.signature());
    others.filter(|other| *other != algorithm).find(|other| is(*other)).map(SignAlgorithm::is)
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidMaterial { reason })
}

/// A new key with the given material as its first version.
pub(crate) fn import_key(name: KeyName, spec: &KeySpec, import: &Import, now: u64) -> Result<Record, Error> {
    let mut record = spec.record(name)?;
    check_kdf(&record, spec.key_type, import.kdf)?;
    if record.auto_rotate_period > 0 && !import.allow_rotation {
        return Err(Error::InvalidOption { reason: invalid::IMPORT_NEEDS_ALLOW_ROTATION });
    }
    if import.at.is_some() {
        return Err(Error::InvalidOption { reason: invalid::NOTHING_TO_COMPLETE });
    }
    let version = match import.half(spec.key_type)? {
        Half::Private(material) => {
            if spec.has(KeyOption::KeySize) && usize::from(record.key_size) != material.len() {
                return refuse("it does not have the key_size that was given");
            }
            if spec.key_type.is_hmac() {
                // Material that does not fit was refused; 65535 would be as well.
                record.key_size = u16::try_from(material.len()).unwrap_or(u16::MAX);
            }
            VersionRecord::new(spec.key_type, material, now)?
        }
        Half::Public(public) => {
            check_public(&record)?;
            VersionRecord::verifying(spec.key_type, public, now)?
        }
    };
    record.versions.push(VersionRecord { imported: true, ..version });
    record.imported = true;
    record.allow_rotation = import.allow_rotation;
    record.kdf = import.kdf;
    Ok(record)
}

/// Keys for contexts are made of the private half.
fn check_public(record: &Record) -> Result<(), Error> {
    if record.derived {
        return Err(Error::InvalidOption { reason: invalid::DERIVED_NEEDS_PRIVATE_KEY });
    }
    Ok(())
}

fn check_kdf(record: &Record, key_type: KeyType, kdf: Kdf) -> Result<(), Error> {
    let refuse = |reason| Err(Error::InvalidOption { reason });
    match (kdf, key_type.profile().scheme) {
        (Kdf::HkdfSha256, _) => Ok(()),
        (Kdf::HmacCounter, _) if !record.derived => refuse(invalid::KDF_NEEDS_DERIVED),
        (Kdf::HmacCounter, _) if record.convergent => refuse(invalid::KDF_TOO_SHORT_FOR_CONVERGENT),
        (Kdf::HmacCounter, Scheme::Transit(_)) => Ok(()),
        (Kdf::HmacCounter, _) => refuse(invalid::KDF_NOT_SUPPORTED),
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl From<&[u8]> for SecretBytes {
    fn from(bytes: &[u8]) -> Self {
        Self::copy_of(bytes)
    }
}

impl<const N: usize> From<[u8; N]> for SecretBytes {
    fn from(bytes: [u8; N]) -> Self {
        Self::copy_of(&bytes)
    }
}

impl<const N: usize> From<&[u8; N]> for SecretBytes {
    fn from(bytes: &[u8; N]) -> Self {
        Self::copy_of(bytes)
    }
}
