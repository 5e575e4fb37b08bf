//! What a key is, in plain maps and numbers, written from `docs/formats.md` and the documentation of the
//! operations, not from the library.

use std::collections::BTreeSet;
use strongroom::KeyType;

/// Which material: two that have the same number are the same bytes.
pub(crate) type Material = u64;

/// What is made with a key and read again.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) key_type: KeyType,
    pub(crate) version: u32,
    /// Of a mac: that of its HMAC key.
    pub(crate) material: Material,
    pub(crate) context: Option<&'static str>,
    pub(crate) aad: &'static str,
    pub(crate) message: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ciphertext,
    Signature,
    Mac,
    Token,
}

/// A version of a key.
#[derive(Debug, Clone)]
pub(crate) struct VersionModel {
    pub(crate) key_type: KeyType,
    pub(crate) material: Material,
    pub(crate) hmac_key: Material,
    pub(crate) imported: bool,
    pub(crate) trimmed: bool,
    /// When it stopped being the latest, in nanoseconds.
    pub(crate) retired: Option<u64>,
    /// Since when nobody who has seen the key can make anything with it, in nanoseconds.
    pub(crate) closed: Option<u64>,
}

/// A key. Version N is item N − 1.
#[derive(Debug, Clone)]
pub(crate) struct KeyModel {
    /// Told apart from a key of the same name before or after it.
    pub(crate) lineage: u64,
    pub(crate) derived: bool,
    pub(crate) convergent: bool,
    pub(crate) disabled: bool,
    pub(crate) imported: bool,
    pub(crate) allow_rotation: bool,
    pub(crate) deletion_allowed: bool,
    pub(crate) exportable: bool,
    pub(crate) min_available: u32,
    pub(crate) min_decryption: u32,
    pub(crate) min_encryption: Option<u32>,
    pub(crate) versions: Vec<VersionModel>,
}

/// The errors of which any may be given. None: it succeeds.
pub(crate) type Refusals = BTreeSet<&'static str>;

fn refusals(applicable: impl IntoIterator<Item = (bool, &'static str)>) -> Refusals {
    applicable.into_iter().filter(|(applies, _)| *applies).map(|(_, name)| name).collect()
}

impl KeyModel {
    pub(crate) fn latest(&self) -> u32 {
        self.versions.len() as u32
    }

    pub(crate) fn key_type(&self) -> KeyType {
        self.versions.last().expect("a version").key_type
    }

    pub(crate) fn version(&self, number: u32) -> Option<&VersionModel> {
        self.versions.get((number as usize).checked_sub(1)?)
    }

    fn context(&self, context: Option<&str>) -> [(bool, &'static str); 2] {
        [
            (self.derived && context.is_none(), "context_required"),
            (!self.derived && context.is_some(), "context_not_allowed"),
        ]
    }

    fn does(&self, kind: Kind) -> bool {
        match kind {
            Kind::Ciphertext => self.key_type().encrypts(),
            Kind::Signature => self.key_type().signs(),
            Kind::Mac => true,
            Kind::Token => self.key_type() == KeyType::Xaes256Gcm,
        }
    }

    /// A token of a version before tells for itself, whatever is made now.
    fn reads(&self, kind: Kind) -> bool {
        let has_tokens = || self.versions.iter().any(|version| version.key_type == KeyType::Xaes256Gcm);
        if kind == Kind::Token { self.key_type().encrypts() && has_tokens() } else { self.does(kind) }
    }

    /// Encrypting, signing or MACing with a version, or with the latest.
    pub(crate) fn make(&self, kind: Kind, asked: Option<u32>, context: Option<&str>, aad: &str) -> Refusals {
        let version = asked.unwrap_or(self.latest());
        let allowed = version == self.latest()
            || (self.min_encryption.is_some_and(|min| version >= min) && version >= self.min_decryption);
        let common = [
            (!self.does(kind), "operation_not_supported"),
            (self.disabled, "key_disabled"),
            (version > self.latest(), "version_too_new"),
            (version <= self.latest() && !allowed, "version_not_allowed"),
        ];
        match kind {
            Kind::Mac => refusals(common.into_iter().chain([(context.is_some(), "invalid_context")])),
            Kind::Ciphertext => refusals(
                common
                    .into_iter()
                    .chain(self.context(context))
                    .chain([(self.convergent && !aad.is_empty(), "aad_not_allowed")]),
            ),
            Kind::Signature => refusals(common.into_iter().chain(self.context(context))),
            Kind::Token => {
                let other = self.version(version).is_some_and(|v| v.key_type != KeyType::Xaes256Gcm);
                let other = [(other, "operation_not_supported")];
                refusals(common.into_iter().chain(self.context(context)).chain(other))
            }
        }
    }

    /// Indexing with a version, or with the one that everybody knows.
    pub(crate) fn index(&self, asked: Option<u32>, context: Option<&str>) -> Refusals {
        let version = asked.unwrap_or(self.min_decryption);
        let common = [
            (self.disabled, "key_disabled"),
            (version > self.latest(), "version_too_new"),
            (version < self.min_decryption, "version_too_old"),
        ];
        refusals(common.into_iter().chain(self.context(context)))
    }

    /// The newest version that was the latest `delay` nanoseconds ago, or else the oldest that is searched.
    pub(crate) fn written(&self, now: u64, delay: u64) -> u32 {
        // A version was made when the one before it stopped being the latest.
        let is_known = |number: u32| {
            let made = self.version(number - 1).map(|before| before.retired.expect("not the latest"));
            made.is_none_or(|made| made + delay <= now)
        };
        let mut searched = (self.min_decryption..=self.latest()).rev();
        searched.find(|number| is_known(*number)).unwrap_or(self.min_decryption)
    }

    /// Decrypting or verifying.
    pub(crate) fn read(&self, made: &Made, context: Option<&'static str>, aad: &str) -> Refusals {
        let window = [
            (!self.reads(made.kind), "operation_not_supported"),
            (self.disabled, "key_disabled"),
            (made.version > self.latest(), "version_too_new"),
            (made.version < self.min_decryption, "version_too_old"),
        ];
        let context_refused = match made.kind {
            Kind::Mac => vec![(context.is_some(), "invalid_context")],
            _ => self.context(context).to_vec(),
        };
        let common = window.into_iter().chain(context_refused);
        let Some(version) = self.version(made.version) else { return refusals(common) };
        let ours = |key_type: KeyType| matches!(key_type, KeyType::Xaes256Gcm | KeyType::Aes256Siv);
        let is_other = if made.kind == Kind::Token {
            version.key_type != made.key_type
        } else {
            ours(version.key_type) != ours(made.key_type)
        };
        let prefix = (is_other, "malformed");
        let material = if made.kind == Kind::Mac { version.hmac_key } else { version.material };
        let same = material == made.material
            && (made.kind == Kind::Mac || version.key_type == made.key_type)
            && context == made.context;
        let is_sealed = matches!(made.kind, Kind::Ciphertext | Kind::Token);
        let fails = !same || (is_sealed && aad != made.aad);
        let failure = if is_sealed { "decrypt_failed" } else { "bad_signature" };
        // A payload of another type may be too short to be one of this type.
        let other = (fails && version.key_type != made.key_type, "malformed");
        refusals(common.chain([prefix, other, (fails, failure)]))
    }

    pub(crate) fn rotate(&self, to: Option<KeyType>) -> Refusals {
        let (from, to) = (self.key_type(), to.unwrap_or(self.key_type()));
        let same_verbs = from.encrypts() == to.encrypts() && from.signs() == to.signs();
        let same = same_verbs && (!self.derived || to.derives()) && (!self.convergent || to.converges());
        refusals([
            (self.disabled, "key_disabled"),
            (self.imported && !self.allow_rotation, "rotation_not_allowed"),
            (!same, "rotation_type_mismatch"),
        ])
    }

    pub(crate) fn add(&mut self, version: VersionModel, now: u64) {
        self.versions.last_mut().expect("a version").retired = Some(now);
        self.imported = version.imported;
        self.versions.push(version);
    }

    pub(crate) fn import_version(&self, key_type: KeyType, material: Material) -> Refusals {
        let known = self.versions.iter().any(|version| !version.trimmed && version.material == material);
        refusals([
            (self.disabled, "key_disabled"),
            (!self.imported, "invalid_option"),
            (known, "duplicate_material"),
            (key_type != self.key_type(), "invalid_material"),
        ])
    }

    /// New minimum versions; `None`: as it is.
    pub(crate) fn configure(&self, decryption: Option<u32>, encryption: Option<Option<u32>>) -> Refusals {
        let (decryption, encryption) =
            (decryption.unwrap_or(self.min_decryption), encryption.unwrap_or(self.min_encryption));
        let in_window = |min: u32| (decryption..=self.latest()).contains(&min);
        let fits = decryption <= self.latest()
            && decryption >= self.min_available
            && encryption.is_none_or(in_window);
        let stays_set = self.min_available == 0 || encryption.is_some();
        refusals([(!(fits && stays_set), "invalid_window")])
    }

    /// What every write of the key notes.
    pub(crate) fn note(&mut self, now: u64) {
        let (latest, min) = (self.latest(), self.min_encryption.unwrap_or(0).max(self.min_decryption));
        for (version, number) in self.versions.iter_mut().zip(1..).filter(|(version, _)| !version.trimmed) {
            let is_open = number == latest || number >= min;
            version.closed = if is_open { None } else { version.closed.or(Some(now)) };
        }
    }

    /// `delay`: for how long a version is kept after it was closed, in nanoseconds.
    pub(crate) fn trim(&self, available: u32, now: u64, delay: u64) -> Refusals {
        let below = |min: u32| available <= min;
        let fits = available >= self.min_available
            && below(self.min_decryption)
            && self.min_encryption.is_some_and(below);
        let mut going = self.versions.iter().take(available as usize - 1).filter(|version| !version.trimmed);
        let fresh = going.any(|version| version.closed.is_none_or(|closed| now < closed + delay));
        refusals([(!fits || fresh, "invalid_window")])
    }

    pub(crate) fn export(&self) -> Refusals {
        refusals([(self.disabled, "key_disabled"), (!self.exportable, "not_exportable")])
    }
}
