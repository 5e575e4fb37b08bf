//! Deterministic CBOR (RFC 8949 section 4.2.1) without copies of secrets: values are borrowed from the input when reading, and
//! written into memory that is wiped.
//!
//! A document is read and then written again, and has to come out the same ([`spells`]). That one comparison refuses every other spelling: long
//! heads, indefinite lengths, unsorted or repeated keys, bytes after the end.

use crate::SecretBytes;
use minicbor::{Decoder, Encoder, encode::Write};

pub(super) type Reason = &'static str;

const NOT_CBOR: Reason = "it is not the CBOR that it should be";

pub(super) fn bad<E>(_: E) -> Reason {
    NOT_CBOR
}

/// Where an encoding goes.
pub(super) enum Sink<'a> {
    /// Into memory that is wiped, also when it grows.
    Memory(SecretBytes),
    /// Nowhere: it has to be what is left of these bytes, and what fits is taken off them.
    Rest(&'a [u8]),
}

/// The encoding is not the bytes that it has to be.
#[derive(Debug)]
pub(super) struct Differs;

impl Write for Sink<'_> {
    type Error = Differs;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        match self {
            Self::Memory(memory) => memory.append(bytes),
            Self::Rest(rest) => *rest = rest.strip_prefix(bytes).ok_or(Differs)?,
        }
        Ok(())
    }
}

pub(super) type Out<'a> = Encoder<Sink<'a>>;
pub(super) type Written = Result<(), minicbor::encode::Error<Differs>>;

/// What `write` wrote.
pub(super) fn encode(write: impl FnOnce(&mut Out<'_>) -> Written) -> SecretBytes {
    let mut encoder = Encoder::new(Sink::Memory(SecretBytes::zeroed(0)));
    // Writing to memory does not fail.
    let _ = write(&mut encoder);
    match encoder.into_writer() {
        Sink::Memory(memory) => memory,
        Sink::Rest(_) => SecretBytes::zeroed(0),
    }
}

/// Whether what `write` writes is these bytes, without a second copy of them.
pub(super) fn spells(bytes: &[u8], write: impl FnOnce(&mut Out<'_>) -> Written) -> Result<(), Reason> {
    let mut encoder = Encoder::new(Sink::Rest(bytes));
    let written = write(&mut encoder);
    match (written, encoder.into_writer()) {
        (Ok(()), Sink::Rest([])) => Ok(()),
        _ => Err("it is not written in the one deterministic way"),
    }
}

type Field<'a> = (&'static str, Box<dyn FnOnce(&mut Out<'_>) -> Written + 'a>);

/// A map in the making. Fields that are not there are left out.
pub(super) struct Fields<'a>(Vec<Field<'a>>);

impl<'a> Fields<'a> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn put(mut self, name: &'static str, write: impl FnOnce(&mut Out<'_>) -> Written + 'a) -> Self {
        self.0.push((name, Box::new(write)));
        self
    }

    pub(super) fn put_some<T: 'a>(self, name: &'static str, value: Option<T>, write: impl FnOnce(&mut Out<'_>, T) -> Written + 'a) -> Self {
        match value {
            Some(value) => self.put(name, |out| write(out, value)),
            None => self,
        }
    }

    /// Sorted here, so that no encoder has to get the order right: shorter names first, then by their bytes.
    pub(super) fn write(mut self, out: &mut Out<'_>) -> Written {
        self.0.sort_by_key(|(name, _)| (name.len(), *name));
        out.map(self.0.len() as u64)?;
        self.0.into_iter().try_for_each(|(name, write)| {
            out.str(name)?;
            write(out)
        })
    }
}

/// Reads a map with text names, calling for each field. `field` refuses the names that it does not know.
pub(super) fn fields<'b>(input: &mut Decoder<'b>, mut field: impl FnMut(&'b str, &mut Decoder<'b>) -> Result<(), Reason>) -> Result<(), Reason> {
    for _ in 0..input.map().map_err(bad)?.ok_or(NOT_CBOR)? {
        let name = input.str().map_err(bad)?;
        field(name, input)?;
    }
    Ok(())
}

/// Reads an array. Room is made for no more elements than the input can hold, at `smallest` bytes each.
pub(super) fn array<'b, T>(input: &mut Decoder<'b>, smallest: usize, item: impl FnMut(&mut Decoder<'b>) -> Result<T, Reason>) -> Result<Vec<T>, Reason> {
    let len = input.array().map_err(bad)?.ok_or(NOT_CBOR)?;
    items(input, len, smallest, item)
}

/// The same for a map, of which one item is one pair.
pub(super) fn map<'b, T>(input: &mut Decoder<'b>, smallest: usize, item: impl FnMut(&mut Decoder<'b>) -> Result<T, Reason>) -> Result<Vec<T>, Reason> {
    let len = input.map().map_err(bad)?.ok_or(NOT_CBOR)?;
    items(input, len, smallest, item)
}

fn items<'b, T>(input: &mut Decoder<'b>, len: u64, smallest: usize, mut item: impl FnMut(&mut Decoder<'b>) -> Result<T, Reason>) -> Result<Vec<T>, Reason> {
    let left = input.input().len().saturating_sub(input.position());
    if len > (left / smallest.max(1)) as u64 {
        return Err(NOT_CBOR);
    }
    let mut items = Vec::with_capacity(len as usize);
    for _ in 0..len {
        items.push(item(input)?);
    }
    Ok(items)
}

pub(super) const UNKNOWN_FIELD: Reason = "it has a field that this build does not know";
pub(super) const MISSING_FIELD: Reason = "it lacks a field";
