//! A root key or a backup key, wrapped by one seal (`docs/formats.md`, section 8).

use super::cbor::{Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use minicbor::Decoder;

/// How long a wrapped key may be, in bytes.
pub(crate) const BLOB: std::ops::RangeInclusive<usize> = 1..=65_535;

/// How long the kind, the id and the label of a seal may be, in bytes.
pub(crate) const NAME: std::ops::RangeInclusive<usize> = 1..=255;

/// One copy of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrappedCopy {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) blob: Vec<u8>,
    /// None of a backup.
    pub(crate) notes: Notes,
}

/// What people want to know of a seal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Notes {
    /// What they call it.
    pub(crate) label: Option<String>,
    /// When it was added, in nanoseconds since 1970.
    pub(crate) added: Option<u64>,
}

impl Notes {
    /// Those of a seal that is added now. Without a label there are none, so that the document stays as
    /// readers before labels know it.
    pub(crate) fn new(label: Option<&str>, now: u64) -> Self {
        label.map_or_else(Self::default, |label| Self { label: Some(label.to_owned()), added: Some(now) })
    }
}

impl WrappedCopy {
    pub(super) fn write(&self, out: &mut Out<'_>) -> Written {
        let Self { kind, id, blob, notes: Notes { label, added } } = self;
        Fields::new()
            .put("id", |out| out.str(id)?.ok())
            .put("kind", |out| out.str(kind)?.ok())
            .put("blob", |out| out.bytes(blob)?.ok())
            .put_some("added", added.as_ref(), |out, added| out.u64(*added)?.ok())
            .put_some("label", label.as_ref(), |out, label| out.str(label)?.ok())
            .write(out)
    }

    pub(super) fn read(input: &mut Decoder<'_>) -> Result<Self, Reason> {
        let (mut kind, mut id, mut blob, mut notes) = (None, None, None, Notes::default());
        fields(input, |name, input| {
            match name {
                "kind" => kind = Some(input.str().map_err(bad)?.to_owned()),
                "id" => id = Some(input.str().map_err(bad)?.to_owned()),
                "blob" => blob = Some(input.bytes().map_err(bad)?.to_owned()),
                "added" => notes.added = Some(input.u64().map_err(bad)?),
                "label" => notes.label = Some(input.str().map_err(bad)?.to_owned()),
                _ => return Err(UNKNOWN_FIELD),
            }
            Ok(())
        })?;
        Ok(Self {
            kind: kind.ok_or(MISSING_FIELD)?,
            id: id.ok_or(MISSING_FIELD)?,
            blob: blob.ok_or(MISSING_FIELD)?,
            notes,
        })
    }

    pub(crate) fn is(&self, kind: &str, id: &str) -> bool {
        self.kind == kind && self.id == id
    }

    /// Whether its parts have the lengths that a reader takes.
    pub(crate) fn is_proper(&self) -> bool {
        [Some(&self.kind), Some(&self.id), self.notes.label.as_ref()]
            .into_iter()
            .flatten()
            .all(|text| NAME.contains(&text.len()))
            && BLOB.contains(&self.blob.len())
    }
}
