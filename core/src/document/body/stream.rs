//! The CBOR of the parameters of a key for streams.

use crate::alg::hash::HashAlgorithm;
use crate::document::cbor::{Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use crate::key::record::StreamParameters;
use minicbor::Decoder;

pub(super) fn write(stream: &StreamParameters, out: &mut Out<'_>) -> Written {
    let StreamParameters { segment, derived, hkdf, mac } = stream;
    Fields::new()
        .put("segment", |out| out.u32(*segment)?.ok())
        .put("derived", |out| out.u8(*derived)?.ok())
        .put("hkdf", |out| out.str(hkdf.name())?.ok())
        .put_some("hmac", *mac, |out, (hash, _)| out.str(hash.name())?.ok())
        .put_some("tag", *mac, |out, (_, tag)| out.u8(tag)?.ok())
        .write(out)
}

pub(super) fn read(input: &mut Decoder<'_>) -> Result<StreamParameters, Reason> {
    let (mut segment, mut derived, mut hkdf, mut hmac, mut tag) = (None, None, None, None, None);
    fields(input, |name, input| {
        match name {
            "segment" => segment = Some(input.u32().map_err(bad)?),
            "derived" => derived = Some(input.u8().map_err(bad)?),
            "hkdf" => hkdf = Some(read_hash(input)?),
            "hmac" => hmac = Some(read_hash(input)?),
            "tag" => tag = Some(input.u8().map_err(bad)?),
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    let mac = match (hmac, tag) {
        (Some(hash), Some(tag)) => Some((hash, tag)),
        (None, None) => None,
        _ => return Err(MISSING_FIELD),
    };
    let (segment, derived) = (segment.ok_or(MISSING_FIELD)?, derived.ok_or(MISSING_FIELD)?);
    Ok(StreamParameters { segment, derived, hkdf: hkdf.ok_or(MISSING_FIELD)?, mac })
}

fn read_hash(input: &mut Decoder<'_>) -> Result<HashAlgorithm, Reason> {
    let name = input.str().map_err(bad)?;
    HashAlgorithm::from_name(name).ok_or("it names a hash that this build does not know")
}
