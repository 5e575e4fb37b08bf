//! The usage document: how often the versions of a key have encrypted (`docs/formats.md`, section 10).

use super::cbor::{self, Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use super::header::{self, Header};
use crate::name::KeyName;
use crate::secret::SecretArray;
use crate::version::Version;
use minicbor::Decoder;
use std::collections::BTreeMap;

/// Uses by version, as they were leased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Usage(pub(crate) BTreeMap<Version, u64>);

/// The sealed bytes.
pub(crate) fn seal(header: &Header, root: &SecretArray<32>, usage: &Usage) -> Result<Vec<u8>, crate::Error> {
    header::seal(header, root, &cbor::encode(|out| write(&header.name, usage, out)))
}

/// What a document says whose header was parsed.
pub(crate) fn open(document: &[u8], header: &Header, root: &SecretArray<32>) -> Result<Usage, &'static str> {
    decode(header::open(document, header, root)?.expose(), &header.name)
}

fn write(name: &KeyName, usage: &Usage, out: &mut Out<'_>) -> Written {
    Fields::new()
        .put("name", |out| out.str(name.as_str())?.ok())
        .put("uses", |out| write_uses(usage, out))
        .write(out)
}

pub(super) fn write_uses(usage: &Usage, out: &mut Out<'_>) -> Written {
    out.map(usage.0.len() as u64)?;
    usage.0.iter().try_for_each(|(version, uses)| out.u32(version.get())?.u64(*uses)?.ok())
}

fn decode(bytes: &[u8], expected: &KeyName) -> Result<Usage, Reason> {
    let (mut name, mut usage) = (None, None);
    fields(&mut Decoder::new(bytes), |field, input| {
        match field {
            "name" => name = Some(KeyName::stored(input.str().map_err(bad)?).map_err(bad)?),
            "uses" => usage = Some(read_uses(input)?),
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    let (name, usage) = (name.ok_or(MISSING_FIELD)?, usage.ok_or(MISSING_FIELD)?);
    if name != *expected {
        return Err("its header and its body name different keys");
    }
    cbor::spells(bytes, |out| write(&name, &usage, out))?;
    Ok(usage)
}

pub(super) fn read_uses(input: &mut Decoder<'_>) -> Result<Usage, Reason> {
    let mut uses = BTreeMap::new();
    for _ in 0..input.map().map_err(bad)?.ok_or("it is not the CBOR that it should be")? {
        let version = Version::new(input.u32().map_err(bad)?).ok_or("it names a version that cannot be")?;
        uses.insert(version, input.u64().map_err(bad)?);
    }
    Ok(Usage(uses))
}
