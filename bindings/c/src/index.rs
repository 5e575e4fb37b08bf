//! Blind indexes: what a database compares, so that rows are found whose values it cannot read.

use crate::callback::{IndexFn, Listener};
use crate::failure::{Failure, Status};
use crate::handles;
use crate::index_options::{self, IndexOptions};
use crate::memory::{Byte, In, Len, Out, Text};
use crate::object::KeyHandle;
use crate::output::Output;
use std::ffi::{c_char, c_void};
use strongroom::{BlindIndex, Error, View};

/// A value, and how its column is indexed, as C gives them.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) key: KeyHandle,
    pub(crate) value: In<'a, c_void>,
    pub(crate) len: Len,
    pub(crate) index: In<'a, IndexOptions<'a>>,
}

impl Asked<'_> {
    pub(crate) fn run<T>(
        self,
        call: impl FnOnce(&View, &[u8], &BlindIndex) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let (index, value) = (index_options::read(self.index)?, self.value.bytes(self.len)?);
        handles::with(self.key, |object| Ok(call(object.view()?, value, &index)?))
    }
}

pub(crate) fn needs_reindex(view: &View, index: In<'_, impl Byte>, len: Len) -> Result<bool, Failure> {
    let mut place = Text::nothing();
    let text = place.read(index, len)?;
    view.needs_reindex(text).map_err(|error| Failure::from(error).because(|| View::why_malformed_index(text)))
}

/// The index of a value: a text with the version in it, to be kept in a column of its own beside the value.
/// Equal values have equal ones, which whoever reads the table sees. A value that is not UTF-8, or that
/// nothing is left of, is STRONGROOM_INVALID_VALUE; a key of public keys alone is
/// STRONGROOM_INDEX_NOT_SUPPORTED.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_index(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    index: In<'_, IndexOptions<'_>>,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let asked = Asked { key, value, len: value_len, index };
        out.text(&asked.run(|view, value, index| view.index(value, index))?)
    })
}

/// strongroom_key_index as the bits alone, without the version.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_index_binary(
    key: KeyHandle,
    value: In<'_, c_void>,
    value_len: Len,
    index: In<'_, IndexOptions<'_>>,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let asked = Asked { key, value, len: value_len, index };
        out.bytes(&asked.run(|view, value, index| view.index_binary(value, index))?)
    })
}

/// What to look for: tells `each` the indexes of a value under all versions that may have made one, the
/// newest first.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_indexes(
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
        for (newer, text) in asked.run(|view, value, index| view.indexes(value, index))?.iter().enumerate() {
            each.take_text(0, newer, text);
        }
        Ok(())
    })
}

/// strongroom_key_indexes as bits alone.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_indexes_binary(
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
        let found = asked.run(|view, value, index| view.indexes_binary(value, index))?;
        for (newer, bits) in found.iter().enumerate() {
            each.take_bits(0, newer, bits);
        }
        Ok(())
    })
}

/// Whether a row should be indexed anew, under another version. Looks at the text of its index only.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_needs_reindex(
    key: KeyHandle,
    index: In<'_, c_char>,
    index_len: Len,
    needed: Out<'_, bool>,
) -> Status {
    boundary!({
        let needed = needed.place()?;
        needed.put(handles::with(key, |object| needs_reindex(object.view()?, index, index_len))?);
        Ok(())
    })
}
