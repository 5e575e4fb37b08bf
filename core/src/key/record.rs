//! Everything that a key is, as its document holds it.

mod archive;
mod lent;
mod stream;
mod subkeys;
mod transit;
mod version;

pub(crate) use archive::Archive;
pub(crate) use lent::{Lent, LentContext};
pub(crate) use stream::StreamParameters;
pub(crate) use subkeys::Subkeys;
pub use transit::Dialect;
pub(crate) use transit::TransitNotes;
pub(crate) use version::VersionRecord;

use crate::Error;
use crate::derive::{ConvergentRule, Kdf, Rules};
use crate::key::window::Window;
use crate::material::{Family, KeyType, Scheme};
use crate::name::KeyName;
use crate::version::Version;
use crate::wire::text::Template;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A key. The encoder takes it apart field by field, so a new field cannot be forgotten there. A copy shares
/// its secrets.
#[derive(Clone)]
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
    pub(crate) lent: Option<Arc<Lent>>,
}

/// When something happened, and at which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) time: u64,
    pub(crate) version: Version,
}

/// The largest number of labels, and of bytes in a label's name or value.
pub(crate) const MAX_LABELS: usize = 64;
pub(crate) const MAX_LABEL: usize = 255;

impl Record {
    /// Refuses a key that is suspended as a whole.
    #[inline]
    pub(crate) fn check_enabled(&self) -> Result<(), Error> {
        if self.disabled { Err(Error::KeyDisabled { name: self.name.to_string() }) } else { Ok(()) }
    }

    /// A key in which nothing is on, before it has a version.
    pub(crate) fn new(name: KeyName, key_type: KeyType) -> Self {
        Self {
            name,
            derived: false,
            convergent: false,
            disabled: false,
            imported: false,
            exportable: false,
            allow_rotation: false,
            deletion_allowed: false,
            allow_plaintext_backup: false,
            auto_rotate_period: 0,
            min_available: 0,
            min_decryption: Version::FIRST,
            min_encryption: None,
            labels: BTreeMap::new(),
            versions: Vec::new(),
            kdf: Kdf::HkdfSha256,
            convergent_rule: ConvergentRule::Three,
            key_size: if key_type.is_hmac() { 32 } else { 0 },
            template: None,
            backup_info: None,
            restore_info: None,
            archive: Archive::default(),
            transit: None,
            lent: None,
        }
    }

    /// The number of the latest version.
    pub(crate) fn latest(&self) -> Version {
        // A record has at least one version and no more than there are numbers: `check` and `rotate` see to
        // it.
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
        Window {
            available: self.min_available,
            decryption: self.min_decryption,
            encryption: self.min_encryption,
            latest: self.latest(),
        }
    }

    /// Whether encryptions under any of its versions are counted: the latest may be of another type than
    /// those before.
    pub(crate) fn counts(&self) -> bool {
        self.versions.iter().any(|version| self.counts_version(version))
    }

    /// Whether encryptions under a version are counted: those under random 96-bit nonces (SP 800-38D section
    /// 8.3).
    pub(crate) fn counts_uses(&self, version: Version) -> bool {
        self.version(version).is_some_and(|version| self.counts_version(version))
    }

    fn counts_version(&self, version: &VersionRecord) -> bool {
        let scheme = version.key_type.profile().scheme;
        !self.convergent && matches!(scheme, Scheme::Transit(algorithm) if algorithm.nonce_len() == 12)
    }

    /// How many encryptions a version may do that are counted, if `general` is what the nonces allow. `None`:
    /// any number, since a derived key has many subkeys and the limit is one of each.
    pub(crate) fn use_limit(&self, version: Version, general: u64) -> Option<u64> {
        let given = self.version(version).and_then(|version| version.limit.as_deref()).copied().unwrap_or(0);
        match (&self.lent, self.derived) {
            (Some(_), true) => Some(given),
            (Some(_), false) => Some(given.min(general)),
            (None, true) => None,
            (None, false) => Some(general),
        }
    }

    /// Whether a version has the subkeys that it has in `other`, a record of the same key.
    pub(crate) fn derives_as(&self, other: &Self, index: usize) -> bool {
        let (Some(mine), Some(theirs)) = (self.versions.get(index), other.versions.get(index)) else {
            return false;
        };
        mine.key_type == theirs.key_type
            && self.rules(mine) == other.rules(theirs)
            && mine.has_material_of(theirs) == Some(true)
            && mine.indexes_as(theirs)
    }

    /// Whether this can have become of `before`, a record of the same key: no version is gone, and none that
    /// had material has another, or was made at another time.
    pub(crate) fn goes_on_from(&self, before: &Self) -> bool {
        let same = |(now, was): (&VersionRecord, &VersionRecord)| {
            was.is_trimmed
                || (now.created == was.created
                    && now.has_material_of(was) != Some(false)
                    && now.keeps_public_of(was))
        };
        self.versions.len() >= before.versions.len() && self.versions.iter().zip(&before.versions).all(same)
    }

    pub(crate) fn rules(&self, version: &VersionRecord) -> Rules {
        let rule = version.convergent_rule.unwrap_or(self.convergent_rule);
        Rules { kdf: version.kdf.unwrap_or(self.kdf), convergent: self.convergent.then_some(rule) }
    }

    /// What must hold in every document (`docs/formats.md`, section 7). The reason is for the message.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        self.check_after(None)
    }

    /// Checks the record where what the key was before is known and was checked: material that it had then is
    /// not checked again, which for Ed25519 would take longer than all the rest.
    pub(crate) fn check_after(&self, known: Option<&Self>) -> Result<(), &'static str> {
        let latest = self.versions.len() as u64;
        let above = |number: u32| u64::from(number) > latest;
        if latest == 0 || latest > u64::from(Version::MAX) {
            return Err("it has no versions, or too many");
        }
        let encryption = self.min_encryption.map_or(self.min_decryption, |v| v);
        if above(self.min_decryption.get())
            || above(encryption.get())
            || encryption < self.min_decryption
            || self.min_available > self.min_decryption.get()
        {
            return Err("its windows contradict each other");
        }
        if self.labels.len() > MAX_LABELS || self.labels.iter().any(|(k, v)| k.len().max(v.len()) > MAX_LABEL)
        {
            return Err("its labels are too many or too long");
        }
        let (family, mut before) = (self.key_type().profile().family, None);
        for (index, version) in self.versions.iter().enumerate() {
            version.check(
                index + 1 < self.min_available as usize,
                known.and_then(|known| known.versions.get(index)),
            )?;
            if before
                .replace(version.key_type)
                .is_some_and(|before: KeyType| !before.can_become(version.key_type))
            {
                return Err("its versions are of types with different operations");
            }
            if self.derived && !version.key_type.derives() {
                return Err("its type cannot be derived");
            }
            if self.convergent && !(self.derived && version.key_type.converges()) {
                return Err("its type cannot be convergent");
            }
        }
        if (self.key_size != 0) != (family == Family::Hmac)
            || (family == Family::Hmac && !(32..=512).contains(&self.key_size))
        {
            return Err("its key size does not fit its type");
        }
        let sized = |version: &VersionRecord| {
            version
                .material
                .as_ref()
                .is_none_or(|m| family != Family::Hmac || m.len() == usize::from(self.key_size))
        };
        if !self.versions.iter().chain(self.archive.versions()).all(sized) {
            return Err("a version's material does not have the key's size");
        }
        self.check_lent()?;
        self.archive.as_slice().iter().try_for_each(|(number, version)| {
            let known = known.and_then(|known| known.archive.get(*number));
            if above(number.get()) {
                Err("its archive has a version that it has not")
            } else {
                version.check(version.is_trimmed, known)
            }
        })
    }
}
