//! Maps of strings, for contexts, aads and labels.

use crate::failure::Failure;
use crate::memory::{In, Len};
use std::ffi::c_char;

/// A pair of strings, as long as they say: of a context, an aad, or the labels of a key.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    pub(crate) name: In<'a, c_char>,
    pub(crate) name_len: Len,
    pub(crate) value: In<'a, c_char>,
    pub(crate) value_len: Len,
}

/// The pairs of an array, or `None` for NULL. Names and values are as long as they say. `otherwise` is the
/// error of a string that is not UTF-8.
pub(crate) fn read(
    pairs: In<'_, Pair<'_>>,
    count: Len,
    otherwise: strongroom::Error,
) -> Result<Option<Vec<(String, String)>>, Failure> {
    if pairs.is_null() && count.get() == 0 {
        return Ok(None);
    }
    let pairs = pairs.array(count)?;
    let read = pairs.iter().map(|pair| {
        let (name, value) = (copied(pair.name, pair.name_len)?, copied(pair.value, pair.value_len)?);
        // A string that is missing is not one that is empty.
        let (name, value) = (name.ok_or(MISSING)?, value.ok_or(MISSING)?);
        let utf8 = |bytes| String::from_utf8(bytes).map_err(|_| Failure::Core(otherwise.clone()));
        Ok((utf8(name)?, utf8(value)?))
    });
    read.collect::<Result<_, Failure>>().map(Some)
}

const MISSING: Failure =
    Failure::Argument("a string of a map is NULL; an empty one is a pointer with length 0");

/// The labels of a key's specification or change, in which a value may be NULL.
pub(crate) fn labels(pairs: In<'_, Pair<'_>>, count: Len) -> Result<Vec<(String, Option<String>)>, Failure> {
    let pairs = pairs.array(count)?;
    let read = pairs.iter().map(|pair| {
        let (name, value) = (copied(pair.name, pair.name_len)?, copied(pair.value, pair.value_len)?);
        let utf8 = |bytes| String::from_utf8(bytes).map_err(|_| Failure::Argument("a label is not UTF-8"));
        Ok((
            utf8(name.ok_or(Failure::Argument("the name of a label is NULL"))?)?,
            value.map(utf8).transpose()?,
        ))
    });
    read.collect()
}

/// A string as it stands there now, or `None` for NULL. It is looked at afterwards: what it shows may change.
fn copied(text: In<'_, c_char>, len: Len) -> Result<Option<Vec<u8>>, Failure> {
    let bytes = text.bytes(len)?;
    Ok((!text.is_null()).then(|| bytes.to_vec()))
}
