//! Deterministic CBOR (RFC 8949 section 4.2.1) without copies of secrets: values are borrowed from the input
//! when reading, and written into memory that is wiped.
//!
//! A document is read and then written again, and has to come out the same ([`spells`]). That one comparison
//! refuses every other spelling: long heads, indefinite lengths, unsorted or repeated keys, bytes after the
//! end.

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

/// A map in the making, without memory of its own: a key can have tens of thousands of versions, and each of
/// them is a map. Fields that are not there are left out.
pub(super) struct Fields<T>(T);

/// What maps are sorted by: shorter names first, then by their bytes.
type Place = (usize, &'static str);

/// The fields that were put so far.
pub(super) trait Chain {
    fn len(&self) -> u64;
    /// The first one behind a place.
    fn after(&self, place: Option<Place>) -> Option<Place>;
    /// Writes the value of the one at a place.
    fn write(&mut self, place: Place, out: &mut Out<'_>) -> Written;
}

impl Chain for () {
    fn len(&self) -> u64 {
        0
    }

    fn after(&self, _: Option<Place>) -> Option<Place> {
        None
    }

    fn write(&mut self, _: Place, _: &mut Out<'_>) -> Written {
        Ok(())
    }
}

/// One more field behind others: a value, and what writes it. (Not a closure around both, whose type would
/// name those of the others once more.)
pub(super) struct Put<C, T, W> {
    before: C,
    place: Place,
    value: Option<(T, W)>,
}

impl<C: Chain, T, W: FnOnce(&mut Out<'_>, T) -> Written> Chain for Put<C, T, W> {
    fn len(&self) -> u64 {
        self.before.len() + u64::from(self.value.is_some())
    }

    fn after(&self, place: Option<Place>) -> Option<Place> {
        let mine =
            Some(self.place).filter(|mine| self.value.is_some() && place.is_none_or(|place| *mine > place));
        match (self.before.after(place), mine) {
            (Some(other), Some(mine)) => Some(other.min(mine)),
            (other, mine) => other.or(mine),
        }
    }

    fn write(&mut self, place: Place, out: &mut Out<'_>) -> Written {
        match self.value.take_if(|_| self.place == place) {
            Some((value, write)) => write(out, value),
            None => self.before.write(place, out),
        }
    }
}

/// What writes a field that needs no value.
pub(super) struct Always<W>(W);

impl Fields<()> {
    pub(super) fn new() -> Self {
        Self(())
    }
}

impl<C: Chain> Fields<C> {
    pub(super) fn put<W: FnOnce(&mut Out<'_>) -> Written>(
        self,
        name: &'static str,
        write: W,
    ) -> Fields<Put<C, Always<W>, Writer<W>>> {
        self.put_some(name, Some(Always(write)), |out, Always(write)| write(out))
    }

    pub(super) fn put_some<T, W: FnOnce(&mut Out<'_>, T) -> Written>(
        self,
        name: &'static str,
        value: Option<T>,
        write: W,
    ) -> Fields<Put<C, T, W>> {
        Fields(Put { before: self.0, place: (name.len(), name), value: value.map(|value| (value, write)) })
    }

    /// Sorted here, so that no encoder has to get the order right.
    pub(super) fn write(mut self, out: &mut Out<'_>) -> Written {
        out.map(self.0.len())?;
        let mut last = None;
        while let Some(place) = self.0.after(last) {
            out.str(place.1)?;
            self.0.write(place, out)?;
            last = Some(place);
        }
        Ok(())
    }
}

type Writer<W> = fn(&mut Out<'_>, Always<W>) -> Written;

/// Reads a map with text names, calling for each field. `field` refuses the names that it does not know.
pub(super) fn fields<'b>(
    input: &mut Decoder<'b>,
    mut field: impl FnMut(&'b str, &mut Decoder<'b>) -> Result<(), Reason>,
) -> Result<(), Reason> {
    for _ in 0..input.map().map_err(bad)?.ok_or(NOT_CBOR)? {
        let name = input.str().map_err(bad)?;
        field(name, input)?;
    }
    Ok(())
}

/// Reads an array. Room is made for no more elements than the input can hold, at `smallest` bytes each.
pub(super) fn array<'b, T>(
    input: &mut Decoder<'b>,
    smallest: usize,
    item: impl FnMut(&mut Decoder<'b>) -> Result<T, Reason>,
) -> Result<Vec<T>, Reason> {
    let len = input.array().map_err(bad)?.ok_or(NOT_CBOR)?;
    items(input, len, smallest, item)
}

/// Reads a map, of which one item is one pair. Room is made for no more pairs than the input can hold, at
/// `smallest` bytes each.
pub(super) fn map<'b, T>(
    input: &mut Decoder<'b>,
    smallest: usize,
    item: impl FnMut(&mut Decoder<'b>) -> Result<T, Reason>,
) -> Result<Vec<T>, Reason> {
    let len = input.map().map_err(bad)?.ok_or(NOT_CBOR)?;
    items(input, len, smallest, item)
}

fn items<'b, T>(
    input: &mut Decoder<'b>,
    len: u64,
    smallest: usize,
    mut item: impl FnMut(&mut Decoder<'b>) -> Result<T, Reason>,
) -> Result<Vec<T>, Reason> {
    let left = input.input().len().saturating_sub(input.position());
    let Some(len) = usize::try_from(len).ok().filter(|len| *len <= left / smallest.max(1)) else {
        return Err(NOT_CBOR);
    };
    let mut items = Vec::with_capacity(len);
    for _ in 0..len {
        items.push(item(input)?);
    }
    Ok(items)
}

pub(super) const UNKNOWN_FIELD: Reason = "it has a field that this build does not know";
pub(super) const MISSING_FIELD: Reason = "it lacks a field";
