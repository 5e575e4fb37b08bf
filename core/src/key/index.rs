//! Blind indexes: keyed hashes of values, by which equal ones are found (`docs/formats.md`, section 17).

pub(crate) mod blind_index;
pub(crate) mod normalize;

use crate::Error;
use crate::alg::mac::HmacKey;
use crate::context::Context;
use crate::error::invalid;
use crate::key::call::Call;
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::record::VersionRecord;
use crate::key::trim::{Delay, is_known};
use crate::version::Version;
use crate::wire::index as text;
use blind_index::{BlindIndex, Form};
use normalize::Value;
use std::collections::BTreeSet;

/// How bits are written.
pub(crate) type Write<T> = fn(Version, &[u8]) -> T;

/// As text, which names their version.
pub(crate) fn named(version: Version, bits: &[u8]) -> String {
    text::write(version, bits)
}

/// By themselves.
pub(crate) fn bare(_: Version, bits: &[u8]) -> Vec<u8> {
    bits.to_vec()
}

/// The index of a value, to be stored.
#[inline]
pub(crate) fn index<T>(call: &Call<'_>, column: &BlindIndex, write: Write<T>) -> Result<T, Error> {
    let mut value = Value::default();
    let value = begin(call, column, &[], &mut value)?;
    let under = Under::to_store(call, column)?;
    Ok(write(under.version, under.bits(Form::Whole, 0, value)?.as_bytes()))
}

/// The indexes of a value under every version, newest first, to be searched.
pub(crate) fn indexes<T>(call: &Call<'_>, column: &BlindIndex, write: Write<T>) -> Result<Vec<T>, Error> {
    let mut value = Value::default();
    let value = begin(call, column, &[], &mut value)?;
    Under::each(call, column, |under| Ok(write(under.version, under.bits(Form::Whole, 0, value)?.as_bytes())))
}

/// The indexes of the beginnings of a value, of these lengths, to be stored: one set of them.
pub(crate) fn beginnings<T>(
    call: &Call<'_>,
    column: &BlindIndex,
    lengths: &[u8],
    write: Write<T>,
) -> Result<Vec<T>, Error> {
    let mut value = Value::default();
    let value = begin(call, column, lengths, &mut value)?;
    let under = Under::to_store(call, column)?;
    let beginnings = lengths.iter().filter_map(|len| Some((*len, pieces(value, *len).next()?)));
    let set = beginnings.map(|(len, beginning)| under.bits(Form::Beginning, len, beginning));
    Ok(written(under.version, &set.collect::<Result<_, Error>>()?, write))
}

/// The indexes of all pieces of a value of so many characters, to be stored: one set of them.
pub(crate) fn ngrams<T>(
    call: &Call<'_>,
    column: &BlindIndex,
    len: u8,
    write: Write<T>,
) -> Result<Vec<T>, Error> {
    let mut value = Value::default();
    let value = begin(call, column, &[len], &mut value)?;
    let under = Under::to_store(call, column)?;
    Ok(written(under.version, &under.pieces(len, value)?, write))
}

/// The indexes of a beginning that is searched, under every version, newest first.
pub(crate) fn indexes_beginning<T>(
    call: &Call<'_>,
    column: &BlindIndex,
    write: Write<T>,
) -> Result<Vec<T>, Error> {
    let mut value = Value::default();
    let value = begin(call, column, &[], &mut value)?;
    let len = u8::try_from(value.chars().count()).map_err(|_| OUT_OF_RANGE)?;
    Under::each(call, column, |under| {
        Ok(write(under.version, under.bits(Form::Beginning, len, value)?.as_bytes()))
    })
}

/// The sets of the indexes of all pieces of what is searched, under every version, newest first.
pub(crate) fn indexes_ngrams<T>(
    call: &Call<'_>,
    column: &BlindIndex,
    len: u8,
    write: Write<T>,
) -> Result<Vec<Vec<T>>, Error> {
    let mut value = Value::default();
    let value = begin(call, column, &[len], &mut value)?;
    Under::each(call, column, |under| Ok(written(under.version, &under.pieces(len, value)?, write)))
}

/// Whether what is stored should be made anew. Looks at the version that the text names, and at nothing else.
pub(crate) fn needs_reindex(call: &Call<'_>) -> Result<bool, Error> {
    let Input::Ciphertext(stored) = call.item.input else { return Err(WRONG_ITEM) };
    let version = text::parse(stored).map_err(|_| Error::Malformed)?;
    if version > call.state.record.latest() {
        return Err(Error::VersionTooNew);
    }
    Ok(version < known_to_all(call))
}

const OUT_OF_RANGE: Error = Error::InvalidOption { reason: invalid::INDEX_LENGTH_OUT_OF_RANGE };

/// What a value is once it is normalised, where the key makes indexes and the column is one.
#[inline]
fn begin<'v>(
    call: &Call<'_>,
    column: &BlindIndex,
    lengths: &[u8],
    value: &'v mut Value,
) -> Result<&'v str, Error> {
    let Input::Message(given) = call.item.input else { return Err(WRONG_ITEM) };
    // The newest one first: nearly always it is one.
    let mut versions = call.state.record.versions.iter().rev();
    if !versions.any(|version| version.public.is_none() && !version.is_trimmed) {
        return Err(Error::IndexNotSupported);
    }
    column.check()?;
    if lengths.contains(&0) {
        return Err(OUT_OF_RANGE);
    }
    value.take(given, column.steps())
}

/// The newest version that everybody who searches knows by now, or else the oldest that is searched.
#[inline]
fn known_to_all(call: &Call<'_>) -> Version {
    let record = &call.state.record;
    if record.min_decryption == record.latest() {
        return record.latest();
    }
    let (now, delay) = call.host.delay();
    newest_known(&record.versions, record.min_decryption, delay, now)
}

fn newest_known(versions: &[VersionRecord], oldest: Version, delay: Delay, now: u64) -> Version {
    let searched = versions.iter().enumerate().skip(oldest.index()).rev();
    let mut known = searched.filter(|(_, version)| is_known(version.created, delay, now));
    known.next().and_then(|(index, _)| Version::from_index(index)).unwrap_or(oldest)
}

/// A column under one version.
struct Under<'a> {
    call: &'a Call<'a>,
    column: &'a BlindIndex,
    version: Version,
    context: Option<&'a Context>,
}

impl<'a> Under<'a> {
    /// Under the version to make something with that is stored.
    #[inline]
    fn to_store(call: &'a Call<'a>, column: &'a BlindIndex) -> Result<Self, Error> {
        call.state.check_lent(call.host)?;
        let version = match column.asked() {
            None => known_to_all(call),
            Some(version) => call.state.record.window().for_decryption(version).map(|()| version)?,
        };
        Ok(Self { call, column, version, context: context(call)? })
    }

    /// What comes of every version that is searched, newest first.
    fn each<T>(
        call: &'a Call<'a>,
        column: &'a BlindIndex,
        mut of: impl FnMut(&Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        // Where a key that was lent belongs it may have versions by then that this keyring never hears of.
        call.state.check_lent(call.host)?;
        let window = call.state.record.window();
        let (oldest, newest) = match column.asked() {
            None => (window.decryption, window.latest),
            Some(version) => window.for_decryption(version).map(|()| (version, version))?,
        };
        let context = context(call)?;
        let versions = (oldest.index()..=newest.index()).rev().filter_map(Version::from_index);
        versions.map(|version| of(&Self { call, column, version, context })).collect()
    }

    #[inline]
    fn with_key<T>(&self, form: Form, len: u8, work: impl FnOnce(&HmacKey) -> T) -> Result<T, Error> {
        let &Self { call, column, version, context } = self;
        call.state.with_column(version, context, &column.purpose(form, len), call.host, work)
    }

    #[inline]
    fn bits(&self, form: Form, len: u8, value: &str) -> Result<Bits, Error> {
        self.with_key(form, len, |key| Bits::of(key, value, self.column))
    }

    fn pieces(&self, len: u8, value: &str) -> Result<BTreeSet<Bits>, Error> {
        self.with_key(Form::Piece, len, |key| {
            pieces(value, len).map(|piece| Bits::of(key, piece, self.column)).collect()
        })
    }
}

/// Checked also where there is nothing to make.
#[inline]
fn context<'a>(call: &Call<'a>) -> Result<Option<&'a Context>, Error> {
    let context = call.context()?;
    call.state.check_context(context).map(|()| context)
}

/// In the order of the bits: that of the pieces would be the value's.
fn written<T>(version: Version, set: &BTreeSet<Bits>, write: Write<T>) -> Vec<T> {
    set.iter().map(|bits| write(version, bits.as_bytes())).collect()
}

/// Every run of so many characters.
fn pieces(value: &str, len: u8) -> impl Iterator<Item = &str> {
    let starts = value.char_indices().map(|(at, _)| at);
    let ends = value.char_indices().map(|(at, character)| at + character.len_utf8());
    let ends = ends.skip(usize::from(len).saturating_sub(1));
    starts.zip(ends).filter_map(|(start, end)| value.get(start..end))
}

/// The leftmost bits of a mac, in order of their bytes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Bits {
    bytes: [u8; text::MAX_BYTES],
    len: usize,
}

impl Bits {
    #[inline]
    fn of(key: &HmacKey, value: &str, column: &BlindIndex) -> Self {
        let (len, last) = column.size();
        let mut bits = Self { bytes: [0; text::MAX_BYTES], len };
        let tag = key.mac(&[value.as_bytes()]);
        bits.bytes.iter_mut().zip(tag.as_bytes()).take(len).for_each(|(byte, made)| *byte = *made);
        if let Some(byte) = bits.bytes.get_mut(len.saturating_sub(1)) {
            *byte &= last;
        }
        bits
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

#[cfg(test)]
#[cfg(feature = "normalize")]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_runs_of_characters() {
        let of = |value, len| pieces(value, len).collect::<Vec<_>>();
        assert_eq!(of("añb😀", 2), ["añ", "ñb", "b😀"]);
        assert_eq!(of("añ", 1), ["a", "ñ"]);
        assert_eq!(of("añ", 2), ["añ"]);
        assert!(of("añ", 3).is_empty() && of("", 1).is_empty());
    }
}
