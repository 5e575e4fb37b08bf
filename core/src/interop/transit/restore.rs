//! From a backup to the record of a key, with everything checked.

use super::compare::materials_differ;
use super::entry::Entry;
use super::numbers::Numbers;
use super::policy::Policy;
use super::{MAX_LEN, MAX_VERSIONS, answer, corrupt, dialect, gzip, rules};
use crate::Error;
use crate::alg::compare::constant_time_eq;
use crate::alg::sign::{Kept, SignAlgorithm};
use crate::derive::{ConvergentRule, Kdf};
use crate::key::record::{Archive, Dialect, Record, TransitNotes, VersionRecord};
use crate::material::KeyType;
use crate::name::KeyName;
use crate::public_key::PublicKey;
use crate::secret::{SecretArray, SecretBytes};
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;
use crate::wire::Malformed;
use crate::wire::base64::Alphabet;
use crate::wire::go_base64;
use crate::wire::text::Template;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The key in a backup, under the name that it had there or another.
pub(crate) fn read(name: Option<&KeyName>, backup: &[u8], asked: Option<Dialect>) -> Result<Record, Error> {
    if backup.len() / 4 * 3 > MAX_LEN {
        return Err(corrupt("it is too long"));
    }
    scrubbed::<DEEP, _>(|| read_json(name, backup, asked))
}

fn read_json(name: Option<&KeyName>, backup: &[u8], asked: Option<Dialect>) -> Result<Record, Error> {
    let unwrapped =
        backup.trim_ascii_start().starts_with(b"{").then(|| answer::backup_in(backup)).transpose()?;
    let backup = unwrapped.as_ref().map_or(backup, |text| text.as_str().as_bytes());
    let decoded = go_base64::decode(backup, Alphabet::Standard).map_err(|_| corrupt("it is not base64"))?;
    // The products mark a compressed backup by its first byte, and know more ways than the one that anybody
    // uses.
    let json = match decoded.expose().first() {
        None => return Err(corrupt("it is empty")),
        Some(b'G') => gzip::inflate(decoded.expose().get(1..).unwrap_or_default())?,
        Some(b'L' | b'S' | b'4') => return Err(corrupt("it is compressed in another way than by gzip")),
        Some(_) => decoded,
    };
    Backup::new(Policy::read(json.expose())?, asked)?.record(name)
}

/// A backup whose numbers make sense.
struct Backup {
    policy: Policy,
    dialect: Option<Dialect>,
    key_type: KeyType,
    latest: Version,
    min_available: u32,
    min_decryption: Version,
    min_encryption: Option<Version>,
}

impl Backup {
    fn new(mut policy: Policy, asked: Option<Dialect>) -> Result<Self, Error> {
        let number = policy.number("type");
        let dialect = dialect::decide(asked, policy.marks, number)?;
        let key_type = dialect::key_type(number, dialect)?;
        let is_old = upgrade(&mut policy)?;
        let version = |name, absent: i64| {
            let number = policy.number(name);
            u32::try_from(if number == 0 { absent } else { number })
                .map_err(|_| corrupt("a version in it has a number that is not one, or is too large"))
        };
        let some = |number: u32| Version::new(number).filter(|version| version.get() <= MAX_VERSIONS);
        let latest = some(version("latest_version", if is_old { policy.keys.len() as i64 } else { 0 })?)
            .ok_or(corrupt(LATEST))?;
        let min_decryption = some(version("min_decryption_version", i64::from(is_old))?)
            .ok_or(corrupt("it has no min_decryption_version"))?;
        let min_encryption = match version("min_encryption_version", 0)? {
            0 => None,
            number => Some(some(number).ok_or(corrupt("its min_encryption_version is not one"))?),
        };
        let min_available = version("min_available_version", 0)?;
        Ok(Self { policy, dialect, key_type, latest, min_available, min_decryption, min_encryption })
    }

    fn record(mut self, name: Option<&KeyName>) -> Result<Record, Error> {
        let name = name.map_or_else(|| KeyName::new(&self.policy.name), |name| Ok(name.clone()))?;
        let archived = self.archived()?;
        let (mut versions, mut archive) = (Vec::new(), Vec::new());
        let mut archived = archived.into_iter().peekable();
        for version in (0..self.latest.index() + 1).filter_map(Version::from_index) {
            if version.get() < self.min_available {
                versions.push(VersionRecord { is_trimmed: true, ..VersionRecord::empty(self.key_type) });
                continue;
            }
            let copy = archived.next_if(|(of, _)| *of == version).map(|(_, entry)| entry);
            // What is in use counts. The archive holds the only copy of what is not, and of others what they
            // were when they were made.
            let working = self.policy.keys.remove(&version);
            let (entry, stale) = if working.is_some() { (working, copy) } else { (copy, None) };
            let entry = self.version(entry.ok_or(corrupt("a version is missing in it"))?)?;
            let stale = stale.filter(Entry::has_key).map(|copy| self.version(copy)).transpose()?;
            if let Some(stale) = stale.filter(|stale| differ(stale, &entry)) {
                archive.push((version, stale));
            }
            versions.push(entry);
        }
        if !self.policy.keys.is_empty() {
            return Err(corrupt("it has versions that are newer than its latest, or were trimmed"));
        }
        for at in 1..versions.len() {
            let retired = versions.get(at).and_then(|next| next.created);
            versions[at - 1].retired = retired.filter(|_| !versions[at - 1].is_trimmed);
        }
        let record = self.assemble(name, versions, archive)?;
        record.check().map_err(corrupt)?;
        Ok(record)
    }

    /// The entries of the archive, each with its version. The first is of `min_available_version`, or of
    /// version 0, which does not exist.
    fn archived(&mut self) -> Result<BTreeMap<Version, Entry>, Error> {
        let number = |name| {
            u32::try_from(self.policy.number(name))
                .map_err(|_| corrupt("its archive has a version that is not one"))
        };
        let (archive_version, first) = (number("archive_version")?, number("archive_min_version")?);
        let is_behind = archive_version < self.latest.get();
        if archive_version > self.latest.get() {
            return Err(corrupt("its archive is newer than its latest version"));
        }
        if is_behind && !self.policy.keys.contains_key(&self.min_decryption) {
            return Err(corrupt("its archive lacks versions that only it could have"));
        }
        if first > self.min_available {
            return Err(corrupt("its archive lacks versions that were not trimmed"));
        }
        let entries = std::mem::take(&mut self.policy.archive);
        Ok((first..=archive_version)
            .zip(entries)
            .filter_map(|(number, entry)| Some((Version::new(number)?, entry)))
            .collect())
    }

    fn version(&self, entry: Entry) -> Result<VersionRecord, Error> {
        let created = entry.created();
        let Entry {
            key,
            hmac_key,
            time: _,
            creation_time: _,
            public_key,
            convergent_version,
            chain,
            algorithm,
            numbers,
            is_foreign,
        } = entry;
        let signature = self.key_type.signature();
        let numbers = numbers.unwrap_or_default();
        let has_numbers = signature.is_some_and(|algorithm| algorithm.kept() != Kept::Bytes);
        let key = key.filter(|key| !key.is_empty());
        if is_foreign || numbers.is_foreign(signature) || (has_numbers && key.is_some()) {
            return Err(corrupt("a version in it holds a key of another type than the policy says"));
        }
        // Vault's alone, and 0 is also what Go writes for "not set".
        let other_type = algorithm.is_some_and(|number| number != 0 && number != self.policy.number("type"));
        if other_type && self.dialect != Some(Dialect::OpenBao) {
            return Err(corrupt(
                "a version in it is of another type than the policy, which is not supported",
            ));
        }
        let convergent_rule = match self.policy.flag("convergent_encryption") {
            true => {
                rules::of_version(self.policy.number("convergent_version"), convergent_version.unwrap_or(0))?
            }
            false => None,
        };
        let key = match signature {
            Some(algorithm) if has_numbers => numbers.material(algorithm)?,
            _ => key,
        };
        if let Some(key) = key.as_ref().filter(|_| has_numbers) {
            self.key_type.check_whole(key.expose()).map_err(corrupt)?;
        }
        let hmac_key = self.hmac_key(key.as_ref(), hmac_key.filter(|key| !key.is_empty()))?;
        let public = self.public(key.as_ref(), public_key.as_deref(), &numbers)?;
        let (material, hmac_key, public, chain) = (
            key.map(Arc::new),
            hmac_key.map(Arc::new),
            public.map(Arc::new),
            chain.map(|chain| Arc::new(chain.into_vec())),
        );
        Ok(VersionRecord {
            convergent_rule,
            created,
            material,
            hmac_key,
            public,
            chain,
            ..VersionRecord::empty(self.key_type)
        })
    }

    /// A version of type hmac has its key twice, which tells it from one of XChaCha20-Poly1305 under the same
    /// number.
    fn hmac_key(
        &self,
        key: Option<&SecretBytes>,
        hmac_key: Option<SecretBytes>,
    ) -> Result<Option<SecretArray<32>>, Error> {
        let Some(hmac_key) = hmac_key else { return Ok(None) };
        let same = key.is_some_and(|key| constant_time_eq(key.expose(), hmac_key.expose()));
        if same != self.key_type.is_hmac() {
            return Err(corrupt(
                "the hmac key of a version does not fit its type; it may have been written by the other product",
            ));
        }
        if same {
            return Ok(None);
        }
        SecretArray::copy_of(hmac_key.expose())
            .map(Some)
            .ok_or(corrupt("an hmac key in it is not 32 bytes long"))
    }

    /// The public key of a version without a private one. Beside a private one it says nothing new; and
    /// however often it is there, it must be the same.
    fn public(
        &self,
        key: Option<&SecretBytes>,
        text: Option<&str>,
        numbers: &Numbers,
    ) -> Result<Option<Box<[u8]>>, Error> {
        let Some(algorithm) = self.key_type.signature() else {
            return match text {
                None => Ok(None),
                Some(_) => Err(corrupt("a version in it has a public key, which its type does not have")),
            };
        };
        let mut found = numbers.public(algorithm)?;
        found.extend(text.map(|text| self.public_of_text(algorithm, text)).transpose()?);
        if let Some(key) = key {
            let own = algorithm.public_of(key.expose()).ok();
            return match found.iter().all(|public| Some(public) == own.as_ref()) {
                true => Ok(None),
                false => Err(corrupt("a public key in it does not belong to its private key")),
            };
        }
        let Some(public) = found.pop() else { return Ok(None) };
        match found.iter().all(|other| *other == public) {
            true => Ok(Some(public.into())),
            false => Err(corrupt("a version in it has two public keys")),
        }
    }

    /// Base64 of the bytes, and of the keys that are numbers PEM.
    fn public_of_text(&self, algorithm: SignAlgorithm, text: &str) -> Result<Vec<u8>, Error> {
        if algorithm.kept() == Kept::Bytes {
            return go_base64::decode(text.as_bytes(), Alphabet::Standard)
                .map(|public| public.expose().to_vec())
                .map_err(|_| corrupt("a public key in it is not base64"));
        }
        PublicKey::of_pem(self.key_type, algorithm, text.as_bytes())
            .map(|public| public.as_bytes().to_vec())
            .map_err(|Malformed| corrupt("a public key in it is not PEM, or of another type"))
    }

    fn assemble(
        self,
        name: KeyName,
        mut versions: Vec<VersionRecord>,
        archive: Vec<(Version, VersionRecord)>,
    ) -> Result<Record, Error> {
        let Self { policy, dialect, key_type, latest: _, min_available, min_decryption, min_encryption } =
            self;
        let (derived, convergent, imported) =
            (policy.flag("derived"), policy.flag("convergent_encryption"), policy.flag("imported"));
        let kdf = match policy.number("kdf") {
            _ if !derived => Kdf::HkdfSha256,
            0 => Kdf::HmacCounter,
            1 => Kdf::HkdfSha256,
            _ => return Err(corrupt("it derives subkeys in a way that no product has")),
        };
        let convergent_rule = if convergent {
            rules::of_key(policy.number("convergent_version"))?
        } else {
            ConvergentRule::Three
        };
        let key_size = match (key_type.is_hmac(), policy.number("key_size")) {
            (true, 0) => {
                let len =
                    versions.last().and_then(|v| v.material.as_ref()).map_or(0, |material| material.len());
                // One that does not fit is refused as any other that is too large.
                u16::try_from(len).unwrap_or(u16::MAX)
            }
            (true, size) => u16::try_from(size).map_err(|_| corrupt("its key size is not one"))?,
            (false, 0) => 0,
            (false, _) => return Err(corrupt("it has a key size, which its type does not have")),
        };
        let template = match policy.version_template.as_str() {
            "" => None,
            text => Some(
                Template::new(text)
                    .ok_or(corrupt("its version template is not one that can be read again"))?,
            ),
        };
        // A rotation there ends it, so it is true only while every version was imported.
        versions.iter_mut().for_each(|version| version.imported = imported && !version.is_trimmed);
        let auto_rotate_period = u64::try_from(policy.number("auto_rotate_period"))
            .map_err(|_| corrupt("its auto_rotate_period is negative"))?;
        let filled = |text: String| (!text.is_empty()).then_some(text);
        Ok(Record {
            derived,
            convergent,
            disabled: policy.flag("soft_deleted"),
            imported,
            exportable: policy.flag("exportable"),
            allow_rotation: policy.flag("allowimportedkeyrotation"),
            deletion_allowed: policy.flag("deletion_allowed"),
            allow_plaintext_backup: policy.flag("allow_plaintext_backup"),
            auto_rotate_period,
            min_available,
            min_decryption,
            min_encryption,
            versions,
            kdf,
            convergent_rule,
            key_size,
            template,
            backup_info: policy.backup_info,
            restore_info: policy.restore_info,
            archive: Archive::new(archive).ok_or(corrupt("its archive is not in order"))?,
            transit: Some(Box::new(TransitNotes {
                dialect,
                storage_prefix: filled(policy.storage_prefix),
                // The products bring these up to date when they restore a backup, and so does the one who
                // writes the next.
                archive_version: None,
                archive_min_version: None,
                parameter_set: filled(policy.parameter_set),
                hybrid: (policy.hybrid != (0, 0)).then_some(policy.hybrid),
            })),
            ..Record::new(name, key_type)
        })
    }
}

const LATEST: &str = "its latest_version is not one, or has more versions below it than are restored";

/// Brings a policy from before there were versions, archives or minimum versions into the shape of today.
/// Whether it was one.
fn upgrade(policy: &mut Policy) -> Result<bool, Error> {
    if let Some(key) = policy.key.take() {
        if !policy.keys.is_empty() {
            return Err(corrupt("it has a key of the oldest form beside its versions"));
        }
        policy.keys.insert(Version::FIRST, Entry { key: Some(key), ..Entry::default() });
    }
    Ok(policy.number("archive_version") == 0 && policy.archive.is_empty())
}

fn differ(a: &VersionRecord, b: &VersionRecord) -> bool {
    materials_differ(a, b)
        || a.chain != b.chain
        || a.created != b.created
        || a.convergent_rule != b.convergent_rule
}
