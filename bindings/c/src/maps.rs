//! Maps of strings, for contexts, aads and labels.

use crate::failure::Failure;
use crate::memory;
use std::ffi::c_char;

/// `strongroom_pair`
#[repr(C)]
pub struct Pair {
    pub(crate) name: *const c_char,
    pub(crate) name_len: usize,
    pub(crate) value: *const c_char,
    pub(crate) value_len: usize,
}

/// The pairs of an array, or `None` for NULL. Names and values are as long as they say, and are copied: their order is looked at before they are
/// written down. `otherwise` is the error of a string that is not UTF-8.
///
/// # Safety
/// As `memory::array`, and `memory::bytes` for each string
pub(crate) unsafe fn read(pairs: *const Pair, count: usize, otherwise: strongroom::Error) -> Result<Option<Vec<(String, String)>>, Failure> {
    if pairs.is_null() && count == 0 {
        return Ok(None);
    }
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| Failure::Core(otherwise.clone()));
    // SAFETY: the same contract
    let pairs = unsafe { memory::array(pairs, count) }?;
    let read = pairs.iter().map(|pair| {
        // SAFETY: the same contract
        let (name, value) = unsafe { (memory::bytes(pair.name.cast(), pair.name_len)?, memory::bytes(pair.value.cast(), pair.value_len)?) };
        Ok((utf8(name)?, utf8(value)?))
    });
    read.collect::<Result<_, Failure>>().map(Some)
}

/// The labels of a key's specification or change, in which a value may be NULL.
///
/// # Safety
/// As [`read`]
pub(crate) unsafe fn labels(pairs: *const Pair, count: usize) -> Result<Vec<(String, Option<String>)>, Failure> {
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| Failure::Argument("a label is not UTF-8"));
    // SAFETY: the same contract
    let pairs = unsafe { memory::array(pairs, count) }?;
    let read = pairs.iter().map(|pair| {
        // SAFETY: the same contract
        let (name, value) = unsafe { (memory::bytes(pair.name.cast(), pair.name_len)?, memory::bytes(pair.value.cast(), pair.value_len)?) };
        Ok((utf8(name)?, if pair.value.is_null() { None } else { Some(utf8(value)?) }))
    });
    read.collect()
}
