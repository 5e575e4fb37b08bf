//! Everything that a key is, as its document holds it.

use crate::derive::{ConvergentRule, Kdf, Rules};
use crate::key::archive::Archive;
use crate::key::window::Window;
use crate::material::{Family, KeyType, Scheme};
use crate::name::KeyName;
use crate::secret::{SecretArray, SecretBytes};
use crate::version::Version;
use crate::wire::text::Template;
use std::collections::BTreeMap;

/// A key. The encoder takes it apart field by field, so a new field cannot be forgotten there.
pub(crate) struct Record {
    pub(crate) name: KeyName,
    pub(crate) derived: bool,
    pub(crate) convergent: bool,
    pub(crate) disabled: bool,
    pub(crate) imported: bool,
    pub(crate) exportable: bool,
    pub(crate) allow_rotation: bool,
    pub(crate) deletion_allowed: bool,
    pub(crate) allow_plaintext_backup: bool,
    /// Nanoseconds, 0 = never.
    pub(crate) auto_rotate_period: u64,
    pub(crate) min_available: u32,
    pub(crate) min_decryption: Version,
    pub(crate) min_encryption: Option<Version>,
    pub(crate) labels: BTreeMap<String, String>,
    /// Version N is item N − 1. Never empty.
    pub(crate) versions: Vec<VersionRecord>,
    pub(crate) kdf: Kdf,
    pub(crate) convergent_rule: ConvergentRule,
    pub(crate) key_size: u16,
    pub(crate) template: Option<Template>,
    pub(crate) backup_info: Option<Event>,
    pub(crate) restore_info: Option<Event>,
    pub(crate) archive: Archive,
    pub(crate) transit: Option<Box<TransitNotes>>,
}

/// When something happened, and at which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) time: u64,
    pub(crate) version: Version,
}

/// A version. Times are nanoseconds since 1970; `trimmed` is 0 if it is not known.
pub(crate) struct VersionRecord {
    pub(crate) key_type: KeyType,
    pub(crate) kdf: Option<Kdf>,
    pub(crate) convergent_rule: Option<ConvergentRule>,
    pub(crate) imported: bool,
    pub(crate) is_trimmed: bool,
    pub(crate) created: Option<u64>,
    pub(crate) retired: Option<u64>,
    pub(crate) trimmed: u64,
    pub(crate) material: Option<SecretBytes>,
    pub(crate) hmac_key: Option<SecretArray<32>>,
    /// Of a version without material.
    pub(crate) public: Option<Box<[u8]>>,
    /// X.509 certificates, leaf first.
    pub(crate) chain: Option<Box<[Vec<u8>]>>,
}

/// What a Transit backup said that nothing here uses, kept so that it can be said again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TransitNotes {
    pub(crate) dialect: Option<Dialect>,
    pub(crate) storage_prefix: Option<String>,
    pub(crate) archive_version: Option<u64>,
    pub(crate) archive_min_version: Option<u64>,
    pub(crate) parameter_set: Option<String>,
    pub(crate) hybrid: Option<(i64, i64)>,
}

/// The product that writes or reads a Transit backup. They differ in some fields, and in what type numbers 10 and 11 mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// OpenBao.
    OpenBao,
    /// HashiCorp Vault.
    Vault,
}

/// The largest number of labels, and of bytes in a label's name or value.
pub(crate) const MAX_LABELS: usize = 64;
pub(crate) const MAX_LABEL: usize = 255;

impl VersionRecord {
    /// A version of new material, with an HMAC key if the type has one.
    pub(crate) fn new(key_type: KeyType, material: SecretBytes, now: u64) -> Result<Self, crate::Error> {
        let hmac_key = if key_type.has_hmac_key() { Some(SecretArray::random()?) } else { None };
        Ok(Self { created: Some(now), material: Some(material), hmac_key, ..Self::empty(key_type) })
    }

    /// A version of which nothing is known.
    pub(crate) fn empty(key_type: KeyType) -> Self {
        Self {
            key_type,
            kdf: None,
            convergent_rule: None,
            imported: false,
            is_trimmed: false,
            created: None,
            retired: None,
            trimmed: 0,
            material: None,
            hmac_key: None,
            public: None,
            chain: None,
        }
    }
}

impl Record {
    /// The number of the latest version.
    pub(crate) fn latest(&self) -> Version {
        // A record has at least one version and no more than there are numbers: `check` and `rotate` see to it.
        Version::from_index(self.versions.len().saturating_sub(1)).unwrap_or(Version::FIRST)
    }

    /// The latest version's type, which is the key's.
    pub(crate) fn key_type(&self) -> KeyType {
        self.versions.last().map_or(KeyType::default(), |v| v.key_type)
    }

    pub(crate) fn version(&self, version: Version) -> Option<&VersionRecord> {
        self.versions.get(version.index())
    }

    pub(crate) fn window(&self) -> Window {
        Window { available: self.min_available, decryption: self.min_decryption, encryption: self.min_encryption, latest: self.latest() }
    }

    /// Whether encryptions under a version are counted: those under random 96-bit nonces (SP 800-38D section 8.3).
    pub(crate) fn counts_uses(&self, version: Version) -> bool {
        let scheme = self.version(version).map(|v| v.key_type.profile().scheme);
        !self.convergent && matches!(scheme, Some(Scheme::Transit(algorithm)) if algorithm.nonce_len() == 12)
    }

    pub(crate) fn rules(&self, version: &VersionRecord) -> Rules {
        let rule = version.convergent_rule.unwrap_or(self.convergent_rule);
        Rules { kdf: version.kdf.unwrap_or(self.kdf), convergent: self.convergent.then_some(rule) }
    }

    /// What must hold in every document (`docs/formats.md`, section 7). The reason is for the message.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let latest = self.versions.len() as u64;
        let above = |number: u32| u64::from(number) > latest;
        if latest == 0 || latest > u64::from(Version::MAX) {
            return Err("it has no versions, or too many");
        }
        let encryption = self.min_encryption.map_or(self.min_decryption, |v| v);
        if above(self.min_decryption.get()) || above(encryption.get()) || encryption < self.min_decryption || self.min_available > self.min_decryption.get() {
            return Err("its windows contradict each other");
        }
        if self.labels.len() > MAX_LABELS || self.labels.iter().any(|(k, v)| k.len().max(v.len()) > MAX_LABEL) {
            return Err("its labels are too many or too long");
        }
        let family = self.key_type().profile().family;
        for (number, version) in (1u32..).zip(&self.versions) {
            version.check(number < self.min_available)?;
            if version.key_type.profile().family != family {
                return Err("its versions are of types with different operations");
            }
            if self.derived && !matches!(family, Family::Encryption | Family::Ed25519) {
                return Err("its type cannot be derived");
            }
            if self.convergent && !(self.derived && version.key_type.converges()) {
                return Err("its type cannot be convergent");
            }
        }
        if (self.key_size != 0) != (family == Family::Hmac) || (family == Family::Hmac && !(32..=512).contains(&self.key_size)) {
            return Err("its key size does not fit its type");
        }
        let sized = |version: &VersionRecord| version.material.as_ref().is_none_or(|m| family != Family::Hmac || m.len() == usize::from(self.key_size));
        if !self.versions.iter().chain(self.archive.versions()).all(sized) {
            return Err("a version's material does not have the key's size");
        }
        self.archive.as_slice().iter().try_for_each(|(number, version)| {
            if above(number.get()) { Err("its archive has a version that it has not") } else { version.check(version.is_trimmed) }
        })
    }
}

impl VersionRecord {
    fn check(&self, must_be_trimmed: bool) -> Result<(), &'static str> {
        let empty = self.material.is_none() && self.public.is_none();
        if self.is_trimmed != must_be_trimmed {
            return Err("a version is trimmed that must not be, or the reverse");
        }
        if self.is_trimmed {
            let bare = empty && self.hmac_key.is_none() && self.chain.is_none();
            return if bare { Ok(()) } else { Err("a trimmed version holds key material") };
        }
        if empty || (self.material.is_some() && self.public.is_some()) {
            return Err("a version has neither material nor a public key, or both");
        }
        if self.chain.as_ref().is_some_and(|chain| chain.is_empty()) {
            return Err("a version has a certificate chain without certificates");
        }
        if self.hmac_key.is_some() && !self.key_type.has_hmac_key() {
            return Err("a version has an hmac key that its type does not have");
        }
        if let Some(public) = &self.public {
            let fits = self.key_type.has_public_key() && (self.key_type != KeyType::Ed25519 || public.len() == 32);
            return if fits { Ok(()) } else { Err("a version has a public key that does not fit its type") };
        }
        self.material.as_ref().map_or(Ok(()), |m| self.key_type.check(m.expose())).map_err(|_| "a version's material does not fit its type")
    }
}
