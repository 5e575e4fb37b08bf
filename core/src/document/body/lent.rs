//! The CBOR of what was lent, and of the subkeys of one context.

use crate::document::cbor::{Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use crate::key::record::{Lent, LentContext, Subkeys};
use crate::secret::{SecretArray, SecretBytes};
use minicbor::Decoder;

pub(super) fn write(lent: &Lent, out: &mut Out<'_>) -> Written {
    let Lent { until, context } = lent;
    Fields::new()
        .put("until", |out| out.u64(*until)?.ok())
        .put_some("kind", context.as_ref(), |out, context| out.u8(context.kind)?.ok())
        .put_some("context", context.as_ref(), |out, context| out.bytes(&context.encoded)?.ok())
        .write(out)
}

pub(in crate::document) fn read(input: &mut Decoder<'_>) -> Result<Lent, Reason> {
    let (mut until, mut kind, mut encoded) = (None, None, None);
    fields(input, |name, input| {
        match name {
            "until" => until = Some(input.u64().map_err(bad)?),
            "kind" => kind = Some(input.u8().map_err(bad)?),
            "context" => encoded = Some(input.bytes().map_err(bad)?.into()),
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    let context = match (kind, encoded) {
        (Some(kind), Some(encoded)) => Some(LentContext { kind, encoded }),
        (None, None) => None,
        _ => return Err(MISSING_FIELD),
    };
    Ok(Lent { until: until.ok_or(MISSING_FIELD)?, context })
}

pub(super) fn write_subkeys(subkeys: &Subkeys, out: &mut Out<'_>) -> Written {
    let Subkeys { encrypt, nonce, stream, token, index } = subkeys;
    Fields::new()
        .put("encrypt", |out| out.bytes(encrypt.expose())?.ok())
        .put_some("nonce", nonce.as_ref(), |out, key| out.bytes(key.expose())?.ok())
        .put_some("stream", stream.as_ref(), |out, key| out.bytes(key.expose())?.ok())
        .put_some("token", token.as_ref(), |out, key| out.bytes(key.expose())?.ok())
        .put_some("index", index.as_ref(), |out, key| out.bytes(key.expose())?.ok())
        .write(out)
}

pub(super) fn read_subkeys(input: &mut Decoder<'_>) -> Result<Subkeys, Reason> {
    let (mut encrypt, mut nonce, mut stream, mut token, mut index) = (None, None, None, None, None);
    fields(input, |name, input| {
        match name {
            "encrypt" => encrypt = Some(SecretBytes::copy_of(input.bytes().map_err(bad)?)),
            "nonce" => nonce = Some(key(input)?),
            "stream" => stream = Some(key(input)?),
            "token" => token = Some(key(input)?),
            "index" => index = Some(key(input)?),
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    Ok(Subkeys { encrypt: encrypt.ok_or(MISSING_FIELD)?, nonce, stream, token, index })
}

fn key<const N: usize>(input: &mut Decoder<'_>) -> Result<SecretArray<N>, Reason> {
    SecretArray::copy_of(input.bytes().map_err(bad)?).ok_or("a subkey has the wrong length")
}
