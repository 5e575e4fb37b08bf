//! Maps of strings, for contexts, aads and labels.

use crate::failure::Failure;
use crate::memory;
use std::ffi::c_char;

/// `strongroom_pair`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Pair {
    pub(crate) name: *const c_char,
    pub(crate) name_len: usize,
    pub(crate) value: *const c_char,
    pub(crate) value_len: usize,
}

/// The pairs of an array, or `None` for NULL. Names and values are as long as they say. `otherwise` is the
/// error of a string that is not UTF-8.
///
/// # Safety
/// As `memory::array`, and `memory::bytes` for each string
pub(crate) unsafe fn read(
    pairs: *const Pair,
    count: usize,
    otherwise: strongroom::Error,
) -> Result<Option<Vec<(String, String)>>, Failure> {
    if pairs.is_null() && count == 0 {
        return Ok(None);
    }
    // SAFETY: unless NULL, there are `count` pairs, which are integers and pointers.
    let pairs = unsafe { memory::array(pairs, count) }?;
    let read = pairs.iter().map(|pair| {
        // SAFETY: each string is NULL or has as many bytes as its length says.
        let (name, value) =
            unsafe { (copied(pair.name, pair.name_len)?, copied(pair.value, pair.value_len)?) };
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
///
/// # Safety
/// As [`read`]
pub(crate) unsafe fn labels(
    pairs: *const Pair,
    count: usize,
) -> Result<Vec<(String, Option<String>)>, Failure> {
    // SAFETY: unless NULL, there are `count` pairs, which are integers and pointers.
    let pairs = unsafe { memory::array(pairs, count) }?;
    let read = pairs.iter().map(|pair| {
        // SAFETY: each string is NULL or has as many bytes as its length says.
        let (name, value) =
            unsafe { (copied(pair.name, pair.name_len)?, copied(pair.value, pair.value_len)?) };
        let utf8 = |bytes| String::from_utf8(bytes).map_err(|_| Failure::Argument("a label is not UTF-8"));
        Ok((
            utf8(name.ok_or(Failure::Argument("the name of a label is NULL"))?)?,
            value.map(utf8).transpose()?,
        ))
    });
    read.collect()
}

/// A string as it stands there now, or `None` for NULL. It is looked at afterwards: what it shows may change.
///
/// # Safety
/// As `memory::bytes`
unsafe fn copied(pointer: *const c_char, len: usize) -> Result<Option<Vec<u8>>, Failure> {
    // SAFETY: unless NULL, there are `len` bytes, which are copied at once.
    let bytes = unsafe { memory::bytes(pointer.cast(), len) }?;
    Ok((!pointer.is_null()).then(|| bytes.to_vec()))
}
