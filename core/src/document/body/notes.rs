//! The CBOR of what a Transit backup said.

use crate::document::cbor::{Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use crate::key::record::{Dialect, TransitNotes};
use minicbor::Decoder;

pub(super) fn write(notes: &TransitNotes, out: &mut Out<'_>) -> Written {
    let TransitNotes {
        dialect,
        storage_prefix,
        archive_version,
        archive_min_version: min,
        parameter_set,
        hybrid,
    } = notes;
    let product = |dialect: Dialect| match dialect {
        Dialect::OpenBao => "openbao",
        Dialect::Vault => "vault",
    };
    Fields::new()
        .put_some("dialect", *dialect, move |out, dialect| out.str(product(dialect))?.ok())
        .put_some("storage_prefix", storage_prefix.as_ref(), |out, text| out.str(text)?.ok())
        .put_some("archive_version", *archive_version, |out, n| out.u64(n)?.ok())
        .put_some("archive_min_version", *min, |out, n| out.u64(n)?.ok())
        .put_some("parameter_set", parameter_set.as_ref(), |out, text| out.str(text)?.ok())
        .put_some("hybrid", *hybrid, |out, (a, b)| out.array(2)?.i64(a)?.i64(b)?.ok())
        .write(out)
}

pub(super) fn read(input: &mut Decoder<'_>) -> Result<TransitNotes, Reason> {
    let mut notes = TransitNotes::default();
    fields(input, |name, input| {
        match name {
            "dialect" => {
                notes.dialect = Some(match input.str().map_err(bad)? {
                    "openbao" => Dialect::OpenBao,
                    "vault" => Dialect::Vault,
                    _ => return Err("it names a product that this build does not know"),
                });
            }
            "storage_prefix" => notes.storage_prefix = Some(input.str().map_err(bad)?.to_owned()),
            "archive_version" => notes.archive_version = Some(input.u64().map_err(bad)?),
            "archive_min_version" => notes.archive_min_version = Some(input.u64().map_err(bad)?),
            "parameter_set" => notes.parameter_set = Some(input.str().map_err(bad)?.to_owned()),
            "hybrid" => {
                if input.array().map_err(bad)? != Some(2) {
                    return Err(MISSING_FIELD);
                }
                notes.hybrid = Some((input.i64().map_err(bad)?, input.i64().map_err(bad)?));
            }
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    Ok(notes)
}
