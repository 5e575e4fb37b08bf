//! Blind indexes of pieces of values: of how they begin, and of what is in them.

use crate::callback::{IndexFn, Listener};
use crate::failure::{Failure, Status};
use crate::index::Asked;
use crate::index_options::IndexOptions;
use crate::memory::{In, Len, Out};
use crate::object::KeyHandle;
use std::ffi::c_void;
use strongroom::Error;

/// A length of pieces as Rust has it. There is none of more than 255 characters, nor of 0.
fn length(n: u32) -> Result<u8, Failure> {
    u8::try_from(n).map_err(|_| Error::invalid_option("index_length_out_of_range").into())
}

/// Tells `each` the indexes of the beginnings of a value with so many characters as `lengths` says, each 1
/// to 255, sorted and none twice: rows are found by how their values begin. A length that the value does not
/// have gives none.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_index_prefixes(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    lengths: In<'_, u8>,
    lengths_count: Len,
    index: In<'_, IndexOptions<'_>>,
    each: IndexFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let lengths = lengths.array(lengths_count)?;
        let asked = Asked { key, value, len: value_len, index };
        for text in asked.run(|view, value, index| view.index_prefixes(value, &lengths, index))? {
            each.take_text(0, 0, &text);
        }
        Ok(())
    })
}

/// strongroom_key_index_prefixes as bits alone.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_index_prefixes_binary(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    lengths: In<'_, u8>,
    lengths_count: Len,
    index: In<'_, IndexOptions<'_>>,
    each: IndexFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let lengths = lengths.array(lengths_count)?;
        let asked = Asked { key, value, len: value_len, index };
        for bits in asked.run(|view, value, index| view.index_prefixes_binary(value, &lengths, index))? {
            each.take_bits(0, 0, &bits);
        }
        Ok(())
    })
}

/// What to look for among strongroom_key_index_prefixes: tells `each` the index of a beginning under each
/// version, the newest first. It has as many characters as it has, which have to be one of the `lengths`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_indexes_prefix(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    index: In<'_, IndexOptions<'_>>,
    each: IndexFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let asked = Asked { key, value, len: value_len, index };
        let found = asked.run(|view, value, index| view.indexes_prefix(value, index))?;
        for (newer, text) in found.iter().enumerate() {
            each.take_text(0, newer, text);
        }
        Ok(())
    })
}

/// strongroom_key_indexes_prefix as bits alone.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_indexes_prefix_binary(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    index: In<'_, IndexOptions<'_>>,
    each: IndexFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let asked = Asked { key, value, len: value_len, index };
        let found = asked.run(|view, value, index| view.indexes_prefix_binary(value, index))?;
        for (newer, bits) in found.iter().enumerate() {
            each.take_bits(0, newer, bits);
        }
        Ok(())
    })
}

/// Tells `each` the indexes of all pieces of `n` characters, 1 to 255, that a value has, sorted and none
/// twice: rows are found by what is in their values. A shorter value gives none.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_index_ngrams(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    n: u32,
    index: In<'_, IndexOptions<'_>>,
    each: IndexFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let n = length(n)?;
        let asked = Asked { key, value, len: value_len, index };
        for text in asked.run(|view, value, index| view.index_ngrams(value, n, index))? {
            each.take_text(0, 0, &text);
        }
        Ok(())
    })
}

/// strongroom_key_index_ngrams as bits alone.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_index_ngrams_binary(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    n: u32,
    index: In<'_, IndexOptions<'_>>,
    each: IndexFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let n = length(n)?;
        let asked = Asked { key, value, len: value_len, index };
        for bits in asked.run(|view, value, index| view.index_ngrams_binary(value, n, index))? {
            each.take_bits(0, 0, &bits);
        }
        Ok(())
    })
}

/// What to look for among strongroom_key_index_ngrams: tells `each` the indexes of all pieces of `n`
/// characters of what is looked for, under each version, the newest first. A row that has it has all of those
/// of one version, whose `newer` is the same; whether it has it is seen in the value. `*versions` becomes how
/// many versions there are.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_indexes_ngrams(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    n: u32,
    index: In<'_, IndexOptions<'_>>,
    each: IndexFn,
    user: *mut c_void,
    versions: Out<'_, usize>,
) -> Status {
    boundary!({
        let (each, versions) = (Listener::required(each, user)?, versions.place()?);
        let n = length(n)?;
        let asked = Asked { key, value, len: value_len, index };
        let found = asked.run(|view, value, index| view.indexes_ngrams(value, n, index))?;
        for (newer, text) in numbered(&found) {
            each.take_text(0, newer, text);
        }
        versions.put(found.len());
        Ok(())
    })
}

/// strongroom_key_indexes_ngrams as bits alone.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_indexes_ngrams_binary(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    n: u32,
    index: In<'_, IndexOptions<'_>>,
    each: IndexFn,
    user: *mut c_void,
    versions: Out<'_, usize>,
) -> Status {
    boundary!({
        let (each, versions) = (Listener::required(each, user)?, versions.place()?);
        let n = length(n)?;
        let asked = Asked { key, value, len: value_len, index };
        let found = asked.run(|view, value, index| view.indexes_ngrams_binary(value, n, index))?;
        for (newer, bits) in numbered(&found) {
            each.take_bits(0, newer, bits);
        }
        versions.put(found.len());
        Ok(())
    })
}

/// What each version gave, with the number of those before it.
fn numbered<T>(of_versions: &[Vec<T>]) -> impl Iterator<Item = (usize, &T)> {
    let numbered = of_versions.iter().enumerate();
    numbered.flat_map(|(newer, found)| found.iter().map(move |one| (newer, one)))
}
