//! A whole backup, as it is written: the policy with its versions, and the archive.

use super::dialect::Marks;
use super::entry::{Entry, bytes};
use super::json::Json;
use super::{MAX_VERSIONS, corrupt, once, time};
use crate::Error;
use crate::key::record::Event;
use crate::secret::SecretBytes;
use crate::version::Version;
use std::collections::BTreeMap;

/// What was read. Absent numbers are 0 and absent flags off, as Go has it.
#[derive(Default)]
pub(super) struct Policy {
    pub(super) marks: Marks,
    pub(super) name: String,
    /// The one key of a policy from before there were versions.
    pub(super) key: Option<SecretBytes>,
    pub(super) keys: BTreeMap<Version, Entry>,
    pub(super) archive: Vec<Entry>,
    pub(super) backup_info: Option<Event>,
    pub(super) restore_info: Option<Event>,
    pub(super) version_template: String,
    pub(super) storage_prefix: String,
    pub(super) parameter_set: String,
    pub(super) hybrid: (i64, i64),
    numbers: BTreeMap<&'static str, i64>,
    flags: BTreeMap<&'static str, bool>,
}

const NUMBERS: [&str; 11] = [
    "key_size",
    "kdf",
    "min_decryption_version",
    "min_encryption_version",
    "latest_version",
    "archive_version",
    "archive_min_version",
    "min_available_version",
    "convergent_version",
    "type",
    "auto_rotate_period",
];
/// Of these, Go writes `Imported` and `AllowImportedKeyRotation` with capitals, and reads every name in any
/// case.
const FLAGS: [&str; 8] = [
    "derived",
    "convergent_encryption",
    "exportable",
    "deletion_allowed",
    "allow_plaintext_backup",
    "imported",
    "allowimportedkeyrotation",
    "soft_deleted",
];

impl Policy {
    /// Reads the JSON of a backup.
    pub(super) fn read(input: &[u8]) -> Result<Self, Error> {
        let (mut policy, mut archive) = (None, None);
        let mut json = Json::new(input);
        json.object(|name, json| {
            if json.null()? {
                return Ok(());
            }
            match name.to_ascii_lowercase().as_str() {
                "policy" => once(&mut policy, Self::read_policy(json)?),
                "archived_keys" => once(&mut archive, read_archive(json)?),
                _ => json.skip(),
            }
        })?;
        json.end()?;
        let mut policy: Self = policy.ok_or(corrupt("it holds no policy"))?;
        policy.archive = archive.unwrap_or_default();
        Ok(policy)
    }

    pub(super) fn number(&self, name: &'static str) -> i64 {
        self.numbers.get(name).copied().unwrap_or(0)
    }

    pub(super) fn flag(&self, name: &'static str) -> bool {
        self.flags.get(name).copied().unwrap_or(false)
    }

    fn read_policy(json: &mut Json<'_>) -> Result<Self, Error> {
        let mut policy = Self::default();
        let (mut name, mut key, mut keys, mut template, mut prefix, mut set, mut hybrid) =
            (None, None, None, None, None, None, None);
        let (mut backup_info, mut restore_info) = (None, None);
        json.object(|field, json| {
            let field = field.to_ascii_lowercase();
            // The mark is the name: a value of null is still one product's.
            policy.marks.openbao |= field == "soft_deleted";
            policy.marks.vault |= field == "parameterset" || field == "hybridconfig";
            if json.null()? {
                return Ok(());
            }
            if let Some(number) = NUMBERS.iter().find(|number| **number == field) {
                return none(policy.numbers.insert(number, json.integer()?));
            }
            if let Some(flag) = FLAGS.iter().find(|flag| **flag == field) {
                return none(policy.flags.insert(flag, json.boolean()?));
            }
            match field.as_str() {
                "name" => once(&mut name, json.string()?.as_str().to_owned()),
                "key" => once(&mut key, bytes(json)?),
                "keys" => once(&mut keys, read_keys(json)?),
                "backup_info" => once(&mut backup_info, read_event(json)?),
                "restore_info" => once(&mut restore_info, read_event(json)?),
                "version_template" => once(&mut template, json.string()?.as_str().to_owned()),
                "storage_prefix" => once(&mut prefix, json.string()?.as_str().to_owned()),
                "parameterset" => once(&mut set, json.string()?.as_str().to_owned()),
                "hybridconfig" => once(&mut hybrid, read_hybrid(json)?),
                _ => json.skip(),
            }
        })?;
        Ok(Self {
            name: name.unwrap_or_default(),
            key: key.filter(|key| !key.is_empty()),
            keys: keys.unwrap_or_default(),
            version_template: template.unwrap_or_default(),
            storage_prefix: prefix.unwrap_or_default(),
            parameter_set: set.unwrap_or_default(),
            hybrid: hybrid.unwrap_or_default(),
            backup_info,
            restore_info,
            ..policy
        })
    }
}

fn none<T>(before: Option<T>) -> Result<(), Error> {
    if before.is_some() { Err(corrupt("a field in it is there twice")) } else { Ok(()) }
}

fn read_keys(json: &mut Json<'_>) -> Result<BTreeMap<Version, Entry>, Error> {
    let mut keys = BTreeMap::new();
    json.object(|name, json| {
        // The product asks for a version by its number in the shortest form; any other name it would never
        // find.
        let version = name
            .parse()
            .ok()
            .and_then(Version::new)
            .filter(|version| version.get() <= MAX_VERSIONS && version.to_string() == name);
        let version =
            version.ok_or(corrupt("a version in it has a number that is not one, or is too large"))?;
        none(keys.insert(version, Entry::read(json)?))
    })?;
    Ok(keys)
}

fn read_archive(json: &mut Json<'_>) -> Result<Vec<Entry>, Error> {
    let mut found = None;
    json.object(|name, json| {
        if !name.eq_ignore_ascii_case("keys") || json.null()? {
            return json.skip();
        }
        let mut entries = Vec::new();
        json.array(|json| {
            if entries.len() > MAX_VERSIONS as usize {
                return Err(corrupt("its archive has too many versions"));
            }
            entries.push(if json.null()? { Entry::default() } else { Entry::read(json)? });
            Ok(())
        })?;
        once(&mut found, entries)
    })?;
    Ok(found.unwrap_or_default())
}

fn read_event(json: &mut Json<'_>) -> Result<Event, Error> {
    let (mut when, mut version) = (None, None);
    json.object(|name, json| match name.to_ascii_lowercase().as_str() {
        "time" => {
            once(&mut when, time::parse(json.string()?.as_str()).ok_or(corrupt("a time in it is not one"))?)
        }
        "version" => once(&mut version, json.integer()?),
        _ => json.skip(),
    })?;
    let version = version.and_then(|version| u32::try_from(version).ok()).and_then(Version::new);
    Ok(Event {
        time: when.flatten().unwrap_or(0),
        version: version.ok_or(corrupt("its backup or restore info names no version"))?,
    })
}

fn read_hybrid(json: &mut Json<'_>) -> Result<(i64, i64), Error> {
    let (mut first, mut second) = (None, None);
    json.object(|name, json| match name.to_ascii_lowercase().as_str() {
        "pqckeytype" => once(&mut first, json.integer()?),
        "eckeytype" => once(&mut second, json.integer()?),
        _ => json.skip(),
    })?;
    Ok((first.unwrap_or(0), second.unwrap_or(0)))
}
