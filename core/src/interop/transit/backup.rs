//! From the record of a key to a backup, field for field and in the order in which the product writes them.

use super::writer::Writer;
use super::{dialect, numbers, rules, time};
use crate::Error;
use crate::alg::Rejected;
use crate::alg::sign::Kept;
use crate::derive::Kdf;
use crate::error::invalid;
use crate::key::record::{Dialect, Event, Record, TransitNotes, VersionRecord};
use crate::key::unusable::Unusable;
use crate::public_key::PublicKey;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;
use crate::wire::secret_text::encode;

/// Which product a backup in the clear is for.
///
/// ```
/// use strongroom::{Dialect, Expose, KeySpec, KeyType, Keyring, TransitBackup};
/// let spec = KeySpec::new(KeyType::Hmac).exportable(true).allow_plaintext_backup(true);
/// let key = Keyring::in_memory().create_key("webhooks", spec)?;
/// let asked = TransitBackup::new(Dialect::Vault).even_if_unusable();
/// let backup = key.backup_transit(asked, Expose::SecretMaterial)?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct TransitBackup {
    dialect: Dialect,
    even_if_unusable: bool,
}

impl TransitBackup {
    /// For this product and no other: the two mean different types by some numbers.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, even_if_unusable: false }
    }

    /// Also of a key that the product would restore and not work with, or with which it would lose data or
    /// believe forged signatures. For whoever keeps the file and does not restore it there.
    pub fn even_if_unusable(self) -> Self {
        Self { even_if_unusable: true, ..self }
    }
}

impl From<Dialect> for TransitBackup {
    fn from(dialect: Dialect) -> Self {
        Self::new(dialect)
    }
}

/// The text of a backup, base64 and all.
pub(crate) fn write(record: &Record, to: TransitBackup) -> Result<SecretBytes, Error> {
    let number = check(record, to)?;
    let dialect = to.dialect;
    let backup = Backup { record, dialect, number };
    Ok(scrubbed::<DEEP, _>(|| {
        let mut json = Writer::new();
        json.object(|json| {
            json.name("policy").object(|json| backup.policy(json));
            json.name("archived_keys").object(|json| {
                json.name("keys").array(|json| backup.archive(json));
            });
        });
        encode(json.finish().expose())
    }))
}

/// The product's number of the key's type, if the product could do with the key what is done here.
fn check(record: &Record, to: TransitBackup) -> Result<i64, Error> {
    let TransitBackup { dialect, even_if_unusable } = to;
    let key_type = record.key_type();
    let operation = match dialect {
        Dialect::OpenBao => "a backup for OpenBao",
        Dialect::Vault => "a backup for Vault",
    };
    let number = dialect::number(key_type, dialect)
        .ok_or(Error::OperationNotSupported { operation, key_type: key_type.name() })?;
    let refuse = |reason| Err(Error::InvalidOption { reason });
    if i64::try_from(record.auto_rotate_period).is_err() {
        return refuse(invalid::BACKUP_PERIOD_TOO_LONG);
    }
    if !even_if_unusable {
        check_usable(record, dialect)?;
    }
    for version in record.versions.iter().filter(|version| !version.is_trimmed) {
        if version.key_type != key_type {
            return refuse(invalid::BACKUP_OF_SEVERAL_TYPES);
        }
        if record.derived && version.kdf.is_some_and(|kdf| kdf != record.kdf) {
            return refuse(invalid::BACKUP_OF_SEVERAL_KDFS);
        }
        if let (Some(algorithm), Some(material)) = (version.key_type.signature(), &version.material) {
            // A document may hold what is no key, which the product would not restore.
            algorithm.public_of(material.expose()).map_err(|Rejected| Error::NoSuchVersion)?;
        }
    }
    Ok(number)
}

/// Refuses what the product would restore without a word and then not work with, or worse.
fn check_usable(record: &Record, dialect: Dialect) -> Result<(), Error> {
    let refuse = |reason| Err(Error::InvalidOption { reason });
    if dialect == Dialect::Vault && record.imported && record.derived && record.kdf == Kdf::HmacCounter {
        return refuse(invalid::BACKUP_WOULD_LOSE);
    }
    for version in record.versions.iter().skip(record.min_decryption.index()) {
        // Of a convergent version its rule is what is named, and the KDF counts all the same.
        let unusable = if Unusable::has_kdf_of_aes128(record, version) {
            Some(Unusable::KdfOfAes128)
        } else {
            Unusable::of(record, version)
        };
        let Some(unusable) = unusable else { continue };
        match (unusable, dialect) {
            (Unusable::NonceOfCaller | Unusable::NonceFromContext, Dialect::OpenBao) => {
                return refuse(invalid::BACKUP_OF_OLD_RULES);
            }
            (Unusable::KdfOfAes128, _) => {
                return refuse(invalid::BACKUP_OF_AES128_KDF);
            }
            (Unusable::KdfOfEd25519, _) => {
                return refuse(invalid::BACKUP_OF_ED25519_KDF);
            }
            _ => {}
        }
    }
    Ok(())
}

/// What whoever takes a backup of the key should know: the other product would restore it as something else.
pub(crate) fn warnings(record: &Record) -> Vec<String> {
    if !(record.exportable && record.allow_plaintext_backup) {
        return Vec::new();
    }
    let mistaken = |(dialect, product, other): (Dialect, &str, &str)| {
        let found = dialect.mistaken_for(record.key_type())?;
        Some(format!(
            "a backup for {product} that is restored into {other} becomes {found} there: write it for the product that restores it"
        ))
    };
    [(Dialect::Vault, "Vault", "OpenBao"), (Dialect::OpenBao, "OpenBao", "Vault")]
        .into_iter()
        .filter_map(mistaken)
        .collect()
}

struct Backup<'a> {
    record: &'a Record,
    dialect: Dialect,
    number: i64,
}

impl Backup<'_> {
    fn policy(&self, json: &mut Writer) {
        let record = self.record;
        let none = TransitNotes::default();
        let notes = record.transit.as_deref().unwrap_or(&none);
        let latest = i128::from(record.latest().get());
        json.name("name").string(record.name.as_str());
        if record.key_size > 0 {
            json.name("key_size").integer(record.key_size.into());
        }
        json.name("keys").object(|json| self.keys(json));
        json.name("derived").boolean(record.derived);
        json.name("kdf").integer(i128::from(record.derived && record.kdf == Kdf::HkdfSha256));
        json.name("convergent_encryption").boolean(record.convergent);
        json.name("exportable").boolean(record.exportable);
        json.name("min_decryption_version").integer(record.min_decryption.get().into());
        json.name("min_encryption_version").integer(record.min_encryption.map_or(0, Version::get).into());
        json.name("latest_version").integer(latest);
        json.name("archive_version").integer(latest);
        json.name("archive_min_version").integer(record.min_available.into());
        json.name("min_available_version").integer(record.min_available.into());
        json.name("deletion_allowed").boolean(record.deletion_allowed);
        json.name("convergent_version").integer(if record.convergent {
            rules::key_number(record.convergent_rule).into()
        } else {
            0
        });
        json.name("type").integer(self.number.into());
        event(json.name("backup_info"), record.backup_info);
        event(json.name("restore_info"), record.restore_info);
        json.name("allow_plaintext_backup").boolean(record.allow_plaintext_backup);
        json.name("version_template")
            .string(record.template.as_ref().map_or("", |template| template.as_str()));
        json.name("storage_prefix").string(notes.storage_prefix.as_deref().unwrap_or_default());
        json.name("auto_rotate_period").integer(record.auto_rotate_period.into());
        json.name("Imported").boolean(record.imported);
        json.name("AllowImportedKeyRotation").boolean(record.allow_rotation);
        match self.dialect {
            Dialect::OpenBao => json.name("soft_deleted").boolean(record.disabled),
            Dialect::Vault => {
                let (first, second) = notes.hybrid.unwrap_or_default();
                json.name("ParameterSet").string(notes.parameter_set.as_deref().unwrap_or_default());
                json.name("HybridConfig").object(|json| {
                    json.name("PQCKeyType").integer(first.into());
                    json.name("ECKeyType").integer(second.into());
                });
            }
        }
    }

    /// Those in use, from `min_decryption_version` on. Go sorts the numbers as text.
    fn keys(&self, json: &mut Writer) {
        let mut versions: Vec<(String, &VersionRecord)> = self
            .versions_from(self.record.min_decryption)
            .map(|(number, v)| (number.to_string(), v))
            .collect();
        versions.sort_by(|a, b| a.0.cmp(&b.0));
        for (number, version) in versions {
            self.entry(json.name(&number), Some(version));
        }
    }

    /// All that were not trimmed, each where its number less `min_available_version` says; so nothing stands
    /// at 0 until something was trimmed.
    fn archive(&self, json: &mut Writer) {
        let record = self.record;
        if record.min_available == 0 {
            self.entry(json, None);
        }
        for (number, version) in
            self.versions_from(Version::new(record.min_available).unwrap_or(Version::FIRST))
        {
            // A version that is not in use comes back from the archive, so there it is as whole as it is
            // here.
            let copy = record.archive.get(number).filter(|_| number >= record.min_decryption);
            self.entry(json, Some(copy.unwrap_or(version)));
        }
    }

    fn versions_from(&self, first: Version) -> impl Iterator<Item = (Version, &VersionRecord)> {
        self.record
            .versions
            .iter()
            .enumerate()
            .skip(first.index())
            .filter_map(|(index, version)| Some((Version::from_index(index)?, version)))
    }

    fn entry(&self, json: &mut Writer, version: Option<&VersionRecord>) {
        let material = version.and_then(|v| v.material.as_ref()).map(|material| material.expose());
        let hmac_key = version.and_then(VersionRecord::hmac_key);
        let signature = version.and_then(|version| version.key_type.signature());
        let public = version.and_then(VersionRecord::public_key);
        let text = version.and_then(|version| public_text(version, public.as_deref()?)).unwrap_or_default();
        let rule = version
            .filter(|_| self.record.convergent)
            .map_or(0, |v| rules::version_number(self.record.convergent_rule, v.convergent_rule));
        let created = version.and_then(|v| v.created);
        let chain = version.and_then(|v| v.chain.as_deref());
        let is_vault = self.dialect == Dialect::Vault;
        json.object(|json| {
            let is_bytes = signature.is_none_or(|algorithm| algorithm.kept() == Kept::Bytes);
            json.name("key").bytes(material.filter(|_| is_bytes));
            json.name("hmac_key").bytes(hmac_key);
            json.name("time").string(&time::format(created));
            let is_imported = version.is_some_and(|version| version.imported);
            let form = numbers::Form { is_vault, is_imported };
            numbers::write(json, signature, material, public.as_deref(), form);
            if !is_vault || !text.is_empty() {
                json.name("public_key").string(&text);
            }
            if !is_vault || rule != 0 {
                json.name("convergent_version").integer(rule.into());
            }
            json.name("creation_time").integer((created.unwrap_or(0) / 1_000_000_000).into());
            match chain {
                Some(chain) => json
                    .name("certificate_chain")
                    .array(|json| chain.iter().for_each(|certificate| json.bytes(Some(certificate)))),
                None if !is_vault => json.name("certificate_chain").null(),
                None => {}
            }
        });
    }
}

/// How the products write the public key of a version as text: base64 of bytes, or PEM of a point. Of RSA
/// they have numbers only.
fn public_text(version: &VersionRecord, public: &[u8]) -> Option<String> {
    let algorithm = version.key_type.signature()?;
    match algorithm.kept() {
        Kept::Bytes => Some(String::from_utf8_lossy(encode(public).expose()).into_owned()),
        Kept::Scalar => Some(PublicKey::new(version.key_type, algorithm, public).to_pem()),
        Kept::Primes => None,
    }
}

fn event(json: &mut Writer, event: Option<Event>) {
    match event {
        None => json.null(),
        Some(Event { time, version }) => json.object(|json| {
            json.name("time").string(&time::format((time > 0).then_some(time)));
            json.name("version").integer(version.get().into());
        }),
    }
}
