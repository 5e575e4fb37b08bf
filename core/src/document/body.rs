//! The CBOR of a key, or of the tombstone that a deleted key leaves (`docs/formats.md`, section 7).

mod lent;
mod notes;
mod stream;
mod version;

#[cfg(test)]
pub(super) use lent::read as read_lent;

use super::cbor::{self, Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use super::usage::{self, Usage};
use crate::SecretBytes;
use crate::derive::{ConvergentRule, Kdf};
use crate::key::record::{Archive, Event, MAX_LABELS, Record};
use crate::material::Family;
use crate::name::KeyName;
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;
use crate::wire::text::Template;
use minicbor::Decoder;
use std::collections::BTreeMap;

/// Its name, and when it was deleted.
const TOMBSTONE_FIELDS: u64 = 2;

/// What a key document says.
pub(crate) enum Body {
    Key(Box<Record>),
    Tombstone { name: KeyName, deleted: u64 },
}

impl Body {
    pub(crate) fn name(&self) -> &KeyName {
        match self {
            Self::Key(record) => &record.name,
            Self::Tombstone { name, .. } => name,
        }
    }
}

pub(crate) fn encode(body: &Body) -> SecretBytes {
    encode_with(body, None)
}

/// With how often versions have encrypted, which backups say.
pub(crate) fn encode_with(body: &Body, uses: Option<&Usage>) -> SecretBytes {
    scrubbed::<DEEP, _>(|| cbor::encode(|out| write(body, uses, out)))
}

/// Reads the body of a document, and checks that it is written the one way and says nothing impossible.
/// `known` is what the key was before.
pub(crate) fn decode(bytes: &[u8], known: Option<&Record>) -> Result<Body, Reason> {
    match decode_after(bytes, known)? {
        (body, None) => Ok(body),
        (_, Some(_)) => Err(UNKNOWN_FIELD),
    }
}

/// Reads the body of a key in a backup, which may have the count of its uses after it.
pub(crate) fn decode_with(bytes: &[u8]) -> Result<(Body, Option<Usage>), Reason> {
    decode_after(bytes, None)
}

/// Whether it is a deleted key's, by how many fields it has: a key has more. It may be unsound all the same.
pub(crate) fn is_tombstone(bytes: &[u8]) -> bool {
    matches!(Decoder::new(bytes).map(), Ok(Some(TOMBSTONE_FIELDS)))
}

fn decode_after(bytes: &[u8], known: Option<&Record>) -> Result<(Body, Option<Usage>), Reason> {
    let (body, uses) = scrubbed::<DEEP, _>(|| read(&mut Decoder::new(bytes)))?;
    scrubbed::<DEEP, _>(|| cbor::spells(bytes, |out| write(&body, uses.as_ref(), out)))?;
    if let Body::Key(record) = &body {
        scrubbed::<DEEP, _>(|| record.check_after(known))?;
    }
    Ok((body, uses))
}

fn write(body: &Body, uses: Option<&Usage>, out: &mut Out<'_>) -> Written {
    match body {
        Body::Key(record) => write_key(record, uses, out),
        Body::Tombstone { name, deleted } => Fields::new()
            .put("name", |out| out.str(name.as_str())?.ok())
            .put("deleted", |out| out.u64(*deleted)?.ok())
            .write(out),
    }
}

fn write_key(record: &Record, uses: Option<&Usage>, out: &mut Out<'_>) -> Written {
    let Record {
        name,
        derived,
        convergent,
        disabled,
        imported,
        exportable,
        allow_rotation,
        deletion_allowed,
        allow_plaintext_backup,
        auto_rotate_period,
        min_available,
        min_decryption,
        min_encryption,
        labels,
        versions,
        kdf,
        convergent_rule,
        key_size,
        template,
        backup_info,
        restore_info,
        archive,
        transit,
        lent,
    } = record;
    let flag = |on: &bool| {
        let on = *on;
        move |out: &mut Out<'_>| out.bool(on)?.ok()
    };
    let is_hmac = record.key_type().profile().family == Family::Hmac;
    Fields::new()
        .put("name", |out| out.str(name.as_str())?.ok())
        .put("derived", flag(derived))
        .put("convergent", flag(convergent))
        .put("disabled", flag(disabled))
        .put("imported", flag(imported))
        .put("exportable", flag(exportable))
        .put("allow_rotation", flag(allow_rotation))
        .put("deletion_allowed", flag(deletion_allowed))
        .put("allow_plaintext_backup", flag(allow_plaintext_backup))
        .put("auto_rotate_period", |out| out.u64(*auto_rotate_period)?.ok())
        .put("min_available_version", |out| out.u32(*min_available)?.ok())
        .put("min_decryption_version", |out| out.u32(min_decryption.get())?.ok())
        .put("min_encryption_version", |out| out.u32(min_encryption.map_or(0, Version::get))?.ok())
        .put("labels", |out| {
            // Sorted by their encodings, which is not how the map sorts them.
            let mut sorted: Vec<_> = labels.iter().collect();
            sorted.sort_by_key(|(name, _)| (name.len(), *name));
            out.map(sorted.len() as u64)?;
            sorted.into_iter().try_for_each(|(name, value)| out.str(name)?.str(value)?.ok())
        })
        .put("versions", |out| {
            out.array(versions.len() as u64)?;
            versions.iter().try_for_each(|v| version::write(v, out))
        })
        .put_some("kdf", derived.then_some(*kdf), |out, kdf| out.u8(version::kdf_number(kdf))?.ok())
        .put_some("convergent_version", convergent.then_some(*convergent_rule), |out, rule| {
            out.u8(version::rule_number(rule))?.ok()
        })
        .put_some("key_size", is_hmac.then_some(*key_size), |out, size| out.u16(size)?.ok())
        .put_some("template", template.as_ref(), |out, template| out.str(template.as_str())?.ok())
        .put_some("backup_info", backup_info.as_ref(), write_event)
        .put_some("restore_info", restore_info.as_ref(), write_event)
        .put_some(
            "archive",
            (!archive.as_slice().is_empty()).then_some(archive.as_slice()),
            |out, archive| {
                out.map(archive.len() as u64)?;
                archive.iter().try_for_each(|(number, v)| {
                    out.u32(number.get())?;
                    version::write(v, out)
                })
            },
        )
        .put_some("transit", transit.as_ref(), |out, notes| notes::write(notes, out))
        .put_some("lent", lent.as_ref(), |out, lent| lent::write(lent, out))
        .put_some("uses", uses, |out, uses| usage::write_uses(uses, out))
        .write(out)
}

const FLAGS: [&str; 8] = [
    "derived",
    "convergent",
    "disabled",
    "imported",
    "exportable",
    "allow_rotation",
    "deletion_allowed",
    "allow_plaintext_backup",
];
const NUMBERS: [&str; 3] = ["min_available_version", "min_decryption_version", "min_encryption_version"];

fn read(input: &mut Decoder<'_>) -> Result<(Body, Option<Usage>), Reason> {
    let (mut name, mut deleted) = (None, None);
    let (mut flags, mut period, mut numbers) = ([None; 8], None, [None; 3]);
    let (mut labels, mut versions, mut archive) = (None, None, Archive::default());
    let (mut kdf, mut rule, mut key_size, mut template) = (None, None, None, None);
    let (mut backup_info, mut restore_info, mut transit) = (None, None, None);
    let (mut lent, mut uses) = (None, None);
    fields(input, |field, input| {
        if let Some(flag) = FLAGS.iter().position(|name| *name == field) {
            flags[flag] = Some(input.bool().map_err(bad)?);
            return Ok(());
        }
        if let Some(number) = NUMBERS.iter().position(|name| *name == field) {
            numbers[number] = Some(input.u32().map_err(bad)?);
            return Ok(());
        }
        match field {
            "name" => {
                name = Some(
                    KeyName::stored(input.str().map_err(bad)?).map_err(|_| "its name is not a key name")?,
                )
            }
            "deleted" => deleted = Some(input.u64().map_err(bad)?),
            "auto_rotate_period" => period = Some(input.u64().map_err(bad)?),
            "labels" => labels = Some(read_labels(input)?),
            "versions" => versions = Some(cbor::array(input, version::SMALLEST, version::read)?),
            "kdf" => kdf = Some(version::read_kdf(input)?),
            "convergent_version" => rule = Some(version::read_rule(input)?),
            "key_size" => key_size = Some(input.u16().map_err(bad)?),
            "template" => {
                template = Some(Template::new(input.str().map_err(bad)?).ok_or("its template is not one")?)
            }
            "backup_info" => backup_info = Some(read_event(input)?),
            "restore_info" => restore_info = Some(read_event(input)?),
            "archive" => archive = read_archive(input)?,
            "transit" => transit = Some(Box::new(notes::read(input)?)),
            "lent" => lent = Some(lent::read(input)?.into()),
            "uses" => uses = Some(usage::read_uses(input)?),
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    let name = name.ok_or(MISSING_FIELD)?;
    if let Some(deleted) = deleted {
        return Ok((Body::Tombstone { name, deleted }, None));
    }
    let [
        Some(derived),
        Some(convergent),
        Some(disabled),
        Some(imported),
        Some(exportable),
        Some(allow_rotation),
        Some(deletion_allowed),
        Some(allow_plaintext_backup),
    ] = flags
    else {
        return Err(MISSING_FIELD);
    };
    let [Some(min_available), Some(min_decryption), Some(min_encryption)] = numbers else {
        return Err(MISSING_FIELD);
    };
    // What is there without need is not written again, and so refused as another spelling.
    if derived != kdf.is_some() || convergent != rule.is_some() {
        return Err(MISSING_FIELD);
    }
    let record = Record {
        name,
        derived,
        convergent,
        disabled,
        imported,
        exportable,
        allow_rotation,
        deletion_allowed,
        allow_plaintext_backup,
        auto_rotate_period: period.ok_or(MISSING_FIELD)?,
        min_available,
        min_decryption: Version::new(min_decryption).ok_or("its windows contradict each other")?,
        min_encryption: Version::new(min_encryption),
        labels: labels.ok_or(MISSING_FIELD)?,
        versions: versions.ok_or(MISSING_FIELD)?,
        kdf: kdf.unwrap_or(Kdf::HkdfSha256),
        convergent_rule: rule.unwrap_or(ConvergentRule::Three),
        key_size: key_size.unwrap_or(0),
        template,
        backup_info,
        restore_info,
        archive,
        transit,
        lent,
    };
    Ok((Body::Key(Box::new(record)), uses))
}

fn read_labels(input: &mut Decoder<'_>) -> Result<BTreeMap<String, String>, Reason> {
    let len = input.map().map_err(bad)?.ok_or(MISSING_FIELD)?;
    if len > MAX_LABELS as u64 {
        return Err("its labels are too many or too long");
    }
    (0..len)
        .map(|_| Ok((input.str().map_err(bad)?.to_owned(), input.str().map_err(bad)?.to_owned())))
        .collect()
}

fn read_archive(input: &mut Decoder<'_>) -> Result<Archive, Reason> {
    let versions =
        cbor::map(input, 1 + version::SMALLEST, |input| Ok((read_version(input)?, version::read(input)?)))?;
    Archive::new(versions).ok_or("its archive is not in order")
}

fn read_version(input: &mut Decoder<'_>) -> Result<Version, Reason> {
    Version::new(input.u32().map_err(bad)?).ok_or("a version has an impossible number")
}

fn write_event(out: &mut Out<'_>, event: &Event) -> Written {
    out.array(2)?.u64(event.time)?.u32(event.version.get())?.ok()
}

fn read_event(input: &mut Decoder<'_>) -> Result<Event, Reason> {
    match input.array().map_err(bad)? {
        Some(2) => Ok(Event { time: input.u64().map_err(bad)?, version: read_version(input)? }),
        _ => Err(MISSING_FIELD),
    }
}
