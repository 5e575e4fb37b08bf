//! `strongroom_index_options`: how a column is indexed.

use crate::choice;
use crate::failure::Failure;
use crate::memory::{In, Len};
use crate::structure::{self, Structure};
use std::ffi::c_char;
use strongroom::{BlindIndex, Error, Normalize};

/// How a column is indexed. The same for all of its values, else a search does not find them.
#[repr(C)]
pub struct IndexOptions<'a> {
    pub(crate) size: usize,
    /// The name of the column, such as "users.email": 1 to 255 bytes of UTF-8, which go into the index. It
    /// has to be given.
    pub(crate) name: In<'a, c_char>,
    pub(crate) name_len: Len,
    /// What is done to a value first, in this order, with a comma between: "trim", "nfkc", "casefold",
    /// "digits", "email", and "none", which does nothing. NULL for nothing.
    pub(crate) normalize: In<'a, c_char>,
    /// How many bits an index has: 8 to 256, or 0 for 128.
    pub(crate) bits: u32,
    /// The version to index with, or 0 for the newest that everybody who searches knows by now. What gives an
    /// index for each version gives those of this one alone, if it is not 0.
    pub(crate) version: u32,
}

// SAFETY: a size first, then integers and pointers only.
unsafe impl Structure for IndexOptions<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// The step that does nothing, for which Rust has no name.
const NONE: &str = "none";

const BITS_OUT_OF_RANGE: Error = Error::invalid_option("index_bits_out_of_range");

pub(crate) fn read(options: In<'_, IndexOptions<'_>>) -> Result<BlindIndex, Failure> {
    let IndexOptions { name, name_len, normalize, bits, version, .. } = structure::read(options)?;
    let name_bytes = name.bytes(name_len)?.to_vec();
    if name.is_null() {
        return Err(Failure::Argument("an index has the name of a column"));
    }
    let name =
        String::from_utf8(name_bytes).map_err(|_| Failure::Argument("the name of an index is not UTF-8"))?;
    let mut index = BlindIndex::new(name);
    for step in steps(normalize)? {
        index = index.normalize(step);
    }
    if bits != 0 {
        index = index.bits(u16::try_from(bits).map_err(|_| BITS_OUT_OF_RANGE)?);
    }
    if let Some(version) = choice::version(version)? {
        index = index.version(version);
    }
    Ok(index)
}

fn steps(list: In<'_, c_char>) -> Result<Vec<Normalize>, Failure> {
    let Some(list) = list.optional_string()? else { return Ok(Vec::new()) };
    list.split(',').filter(|name| *name != NONE).map(step).collect()
}

fn step(name: &str) -> Result<Normalize, Failure> {
    name.parse().map_err(|error| {
        let meant = Normalize::those_meant_by(name);
        Failure::advised(error, meant.map(|steps| format!("did you mean {:?}?", steps.join(","))))
    })
}
