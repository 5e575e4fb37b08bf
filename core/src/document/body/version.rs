//! The CBOR of one version of a key.

use super::{lent, stream};
use crate::derive::{ConvergentRule, Kdf};
use crate::document::cbor::{Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, array, bad, fields};
use crate::key::record::VersionRecord;
use crate::material::KeyType;
use crate::secret::{SecretArray, SecretBytes};
use minicbor::Decoder;
use std::sync::Arc;

/// A lower bound on the encoding of a version: `{"type": 1, "trimmed": 0}` has 17 bytes.
pub(super) const SMALLEST: usize = 16;

pub(super) fn write(version: &VersionRecord, out: &mut Out<'_>) -> Written {
    let VersionRecord {
        key_type,
        kdf,
        convergent_rule,
        imported,
        is_trimmed,
        created,
        retired,
        closed,
        lent,
        trimmed,
        material,
        hmac_key,
        public,
        subkeys,
        limit,
        stream,
        chain,
    } = version;
    Fields::new()
        .put("type", |out| out.u8(key_type.profile().number)?.ok())
        .put_some("kdf", *kdf, |out, kdf| out.u8(kdf_number(kdf))?.ok())
        .put_some("chain", chain.as_ref(), |out, chain| {
            out.array(chain.len() as u64)?;
            chain.iter().try_for_each(|certificate| out.bytes(certificate)?.ok())
        })
        .put_some("public", public.as_ref(), |out, public| out.bytes(public)?.ok())
        .put_some("created", *created, |out, time| out.u64(time)?.ok())
        .put_some("retired", *retired, |out, time| out.u64(time)?.ok())
        .put_some("closed", *closed, |out, time| out.u64(time)?.ok())
        .put_some("lent", lent.as_deref().copied(), |out, time| out.u64(time)?.ok())
        .put_some("limit", limit.as_deref().copied(), |out, uses| out.u64(uses)?.ok())
        .put_some("stream", stream.as_ref(), |out, stream| stream::write(stream, out))
        .put_some("subkeys", subkeys.as_ref(), |out, subkeys| lent::write_subkeys(subkeys, out))
        .put_some("trimmed", is_trimmed.then_some(*trimmed), |out, time| out.u64(time)?.ok())
        .put_some("hmac_key", hmac_key.as_ref(), |out, key| out.bytes(key.expose())?.ok())
        .put_some("imported", imported.then_some(()), |out, ()| out.bool(true)?.ok())
        .put_some("material", material.as_ref(), |out, material| out.bytes(material.expose())?.ok())
        .put_some("convergent_version", *convergent_rule, |out, rule| out.u8(rule_number(rule))?.ok())
        .write(out)
}

pub(super) fn read(input: &mut Decoder<'_>) -> Result<VersionRecord, Reason> {
    let mut key_type = None;
    let mut version = VersionRecord::empty(KeyType::default());
    fields(input, |name, input| {
        match name {
            "type" => {
                key_type = Some(
                    KeyType::from_number(input.u8().map_err(bad)?)
                        .ok_or("a version has a type that this build does not know")?,
                )
            }
            "kdf" => version.kdf = Some(read_kdf(input)?),
            "chain" => {
                let chain = array(input, 8, |input| input.bytes().map(<[u8]>::to_vec).map_err(bad))?;
                version.chain = Some(chain.into());
            }
            "public" => version.public = Some(Arc::new(input.bytes().map_err(bad)?.into())),
            "created" => version.created = Some(input.u64().map_err(bad)?),
            "retired" => version.retired = Some(input.u64().map_err(bad)?),
            "closed" => version.closed = Some(input.u64().map_err(bad)?),
            "lent" => version.lent = Some(input.u64().map_err(bad)?.into()),
            "limit" => version.limit = Some(input.u64().map_err(bad)?.into()),
            "stream" => version.stream = Some(stream::read(input)?.into()),
            "subkeys" => version.subkeys = Some(lent::read_subkeys(input)?.into()),
            "trimmed" => (version.is_trimmed, version.trimmed) = (true, input.u64().map_err(bad)?),
            "hmac_key" => {
                version.hmac_key = Some(
                    SecretArray::copy_of(input.bytes().map_err(bad)?)
                        .ok_or("an hmac key is not 32 bytes long")?
                        .into(),
                )
            }
            "imported" => version.imported = input.bool().map_err(bad)?,
            "material" => version.material = Some(SecretBytes::copy_of(input.bytes().map_err(bad)?).into()),
            "convergent_version" => version.convergent_rule = Some(read_rule(input)?),
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    version.key_type = key_type.ok_or(MISSING_FIELD)?;
    Ok(version)
}

pub(super) fn kdf_number(kdf: Kdf) -> u8 {
    match kdf {
        Kdf::HmacCounter => 0,
        Kdf::HkdfSha256 => 1,
    }
}

pub(super) fn read_kdf(input: &mut Decoder<'_>) -> Result<Kdf, Reason> {
    match input.u8().map_err(bad)? {
        0 => Ok(Kdf::HmacCounter),
        1 => Ok(Kdf::HkdfSha256),
        _ => Err("it has a kdf that this build does not know"),
    }
}

pub(super) fn rule_number(rule: ConvergentRule) -> u8 {
    match rule {
        ConvergentRule::One => 1,
        ConvergentRule::Two => 2,
        ConvergentRule::Three => 3,
    }
}

pub(super) fn read_rule(input: &mut Decoder<'_>) -> Result<ConvergentRule, Reason> {
    match input.u8().map_err(bad)? {
        1 => Ok(ConvergentRule::One),
        2 => Ok(ConvergentRule::Two),
        3 => Ok(ConvergentRule::Three),
        _ => Err("it has a convergent version that this build does not know"),
    }
}
