//! Columns of tables: many values in one buffer, as Arrow has its binary and utf8 arrays.

use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{In, Len, Out, Place};
use crate::object::KeyHandle;
use crate::options::{self, Options};
use crate::output::Output;
use crate::structure::{self, Structure};
use std::ffi::c_void;
use std::mem::offset_of;
use strongroom::{ColumnError, Error, NewColumn, OffsetBuffer, SecretBytes, View};

/// Values in one buffer. Value number i lies from offset i to offset i + 1, in bytes from the start of the
/// data.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ColumnValues<'a> {
    pub(crate) data: In<'a, c_void>,
    pub(crate) data_len: Len,
    /// One more than there are values, of int32_t or int64_t: they begin at 0 or above, never fall, and end
    /// within the data. NULL for no values at all.
    pub(crate) offsets: In<'a, c_void>,
    /// A bitmap with a bit for each value, which is 1 unless the value is null, the least significant bit of
    /// each byte first. NULL: none is null.
    pub(crate) validity: In<'a, c_void>,
}

/// A column to work on: to encrypt, plaintexts; to decrypt or rewrap, ciphertexts as text. A value that is
/// null stays null and is not worked on.
#[repr(C)]
pub struct ColumnInput<'a> {
    pub(crate) size: usize,
    /// How many values there are, the null ones too, in each of the following.
    pub(crate) count: Len,
    pub(crate) values: ColumnValues<'a>,
    /// An aad for each value, which is refused where that is null; offsets NULL: what the options say is for
    /// all.
    pub(crate) aads: ColumnValues<'a>,
    /// A context for each value, which is refused where that is null; offsets NULL: what the options say is
    /// for all.
    pub(crate) contexts: ColumnValues<'a>,
    /// 32 or 64: the offsets, also those of the result, are int32_t or int64_t. 0 is 32.
    pub(crate) offset_bits: u32,
    /// 1: each value that is refused becomes null, and has its status. 0: the first one ends the call.
    pub(crate) refused_as_null: u32,
    /// Up to so many threads work on the column at the same time, of which one is the caller's; at most 64.
    /// 0 is 1.
    pub(crate) threads: usize,
}

// SAFETY: a size first, then integers and pointers only.
unsafe impl Structure for ColumnInput<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// Where the result for a column goes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ColumnOutput<'a> {
    pub(crate) size: usize,
    /// The values, one behind the other, without a NUL. NULL, with capacity 0, asks for the capacity alone.
    pub(crate) data: Out<'a, c_void>,
    pub(crate) capacity: Len,
    /// Room for one offset more than there are values.
    pub(crate) offsets: Out<'a, c_void>,
    /// Room for a bit for each value. NULL if no value is null and none may become so.
    pub(crate) validity: Out<'a, c_void>,
    /// Room for the status of each value. NULL if the first one that is refused ends the call.
    pub(crate) statuses: Out<'a, Status>,
    /// Set by the call: the length of the data, or the capacity that is enough.
    pub(crate) len: usize,
    /// Set by the call: the value whose refusal ended it, or SIZE_MAX.
    pub(crate) refused: usize,
}

// SAFETY: a size first, then integers and pointers only.
unsafe impl Structure for ColumnOutput<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// The buffers of values, and a copy of their offsets.
struct Read<'a> {
    data: &'a [u8],
    offsets: OffsetBuffer,
    validity: Option<&'a [u8]>,
}

impl<'a> ColumnValues<'a> {
    fn read(&self, count: Len, is_wide: bool) -> Result<Read<'a>, Failure> {
        let offsets = if is_wide {
            OffsetBuffer::I64(self.offsets.offsets(count)?)
        } else {
            OffsetBuffer::I32(self.offsets.offsets(count)?)
        };
        let validity = (!self.validity.is_null()).then(|| self.validity.bitmap(count)).transpose()?;
        Ok(Read { data: self.data.bytes(self.data_len)?, offsets, validity })
    }

    /// What was said, if anything was.
    fn said(&self, count: Len, is_wide: bool) -> Result<Option<Read<'a>>, Failure> {
        if !self.offsets.is_null() {
            return self.read(count, is_wide).map(Some);
        }
        if self.data.is_null() && self.data_len.get() == 0 && self.validity.is_null() {
            return Ok(None);
        }
        Err(Failure::Argument("a column of aads or contexts has no offsets"))
    }
}

impl Read<'_> {
    fn values(&self) -> strongroom::Values<'_> {
        let values = strongroom::Values::new(self.data, &self.offsets);
        self.validity.map_or(values, |bitmap| values.validity(bitmap, 0))
    }
}

type Made<T> = Result<NewColumn<T>, ColumnError>;

/// What a verb does with a column.
struct Does<S> {
    /// How much room there has to be.
    len: fn(&View, &strongroom::Column<'_>) -> Result<usize, Error>,
    into: fn(&View, &strongroom::Column<'_>, &mut [u8]) -> Made<usize>,
    aside: fn(&View, &strongroom::Column<'_>) -> Made<S>,
    bytes: fn(&S) -> &[u8],
}

fn run<'a, S>(
    key: KeyHandle,
    column: In<'a, ColumnInput<'a>>,
    said: In<'a, Options<'a>>,
    result: Out<'a, ColumnOutput<'a>>,
    does: &Does<S>,
) -> Result<(), Failure> {
    let place = result.aligned_place()?;
    structure::room(&place)?;
    // Copies, since results may be written where the caller likes, and others may write too.
    let out = place.read();
    let refused: Place<'_, usize> = place.field(offset_of!(ColumnOutput<'_>, refused));
    refused.put(usize::MAX);
    if column.is_null() {
        return Err(Failure::Argument("the column is NULL"));
    }
    let given = structure::read(column)?;
    let is_wide = match given.offset_bits {
        0 | 32 => false,
        64 => true,
        _ => return Err(Failure::Argument("offset_bits is 32 or 64")),
    };
    let values = given.values.read(given.count, is_wide)?;
    let aads = given.aads.said(given.count, is_wide)?;
    let contexts = given.contexts.said(given.count, is_wide)?;
    let said = options::read(said)?;
    let mut column = said.about_column(strongroom::Column::new(values.values()))?;
    if let Some(aads) = &aads {
        if said.has_aad() {
            return Err(TWICE);
        }
        column = column.aads(aads.values());
    }
    if let Some(contexts) = &contexts {
        if said.context.is_some() {
            return Err(TWICE);
        }
        column = column.contexts(contexts.values());
    }
    column = match given.refused_as_null {
        0 => column,
        1 if out.statuses.is_null() || out.validity.is_null() => {
            return Err(Failure::Argument("where refused values become null there is room for both"));
        }
        1 => column.refused_as_null(),
        _ => return Err(Failure::Argument("refused_as_null is 0 or 1")),
    };
    column = column.threads(given.threads);
    if values.validity.is_some() && out.validity.is_null() {
        return Err(Failure::Argument("there is no room for the validity, and values are null"));
    }
    let len = place.field(offset_of!(ColumnOutput<'_>, len)).out();
    let data = Output::new(out.data, out.capacity, len)?;
    if !out.data.is_null() {
        out.offsets.place()?;
    }
    let told = |error: ColumnError| {
        refused.put(error.index.unwrap_or(usize::MAX));
        Failure::from(error.error)
    };
    handles::with(key, |object| {
        let view = object.view()?;
        // What is wrong with the key is wrong with each value, and said of the first.
        let needed = (does.len)(view, &column);
        if out.data.is_null() {
            data.fits(needed?)?;
            return Ok(());
        }
        let room = needed.as_ref().map_or(0, |needed| *needed);
        data.fits(room)?;
        let [aad_bytes, context_bytes] =
            [&aads, &contexts].map(|read| read.as_ref().map_or(&[][..], |read| read.data));
        let [aad_bits, context_bits] =
            [&aads, &contexts].map(|read| read.as_ref().and_then(|read| read.validity).unwrap_or_default());
        let bits = values.validity.unwrap_or_default();
        let others = [values.data, bits, aad_bytes, aad_bits, context_bytes, context_bits, said.borrowed()];
        // SAFETY: these are all that is borrowed of the caller; offsets were copied, and so were contexts and
        // maps.
        match unsafe { data.in_place(room, &others) } {
            Some(buffer) if needed.is_ok() => {
                let made = (does.into)(view, &column, buffer).map_err(told)?;
                data.filled(made.values);
                out.put(&made, values.values().len())
            }
            _ => {
                let made = (does.aside)(view, &column).map_err(told)?;
                data.bytes((does.bytes)(&made.values))?;
                out.put(&made, values.values().len())
            }
        }
    })
}

const TWICE: Failure = Failure::Argument("an aad or context is given both for all values and for each");

impl ColumnOutput<'_> {
    /// Writes what is beside the data.
    fn put<T>(&self, made: &NewColumn<T>, count: usize) -> Result<(), Failure> {
        let offsets: Vec<u8> = match &made.offsets {
            OffsetBuffer::I32(offsets) => offsets.iter().flat_map(|offset| offset.to_ne_bytes()).collect(),
            OffsetBuffer::I64(offsets) => offsets.iter().flat_map(|offset| offset.to_ne_bytes()).collect(),
        };
        self.offsets.place()?.copy(&offsets);
        if !self.validity.is_null() {
            // A bit for each value, and none for what is no value.
            let byte = |at: usize| u8::MAX >> (8 - (count - 8 * at).min(8));
            let all: Vec<u8> = (0..count.div_ceil(8)).map(byte).collect();
            self.validity.place()?.copy(made.validity.as_ref().unwrap_or(&all));
        }
        if !self.statuses.is_null() {
            let mut statuses = vec![0; count];
            made.refused.iter().for_each(|(index, error)| statuses[*index] = error.number());
            let statuses: Vec<u8> =
                statuses.iter().flat_map(|status: &Status| status.to_ne_bytes()).collect();
            self.statuses.place()?.field::<c_void>(0).copy(&statuses);
        }
        Ok(())
    }
}

/// strongroom_key_encrypt of each value of a column that is not null, to texts without a NUL. The options are
/// for all values. With `data` NULL the capacity is asked for, which is enough unless the key is rotated
/// meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_encrypt_column<'a>(
    key: KeyHandle,
    column: In<'a, ColumnInput<'a>>,
    options: In<'a, Options<'a>>,
    result: Out<'a, ColumnOutput<'a>>,
) -> Status {
    let does = Does {
        len: View::encrypted_column_len,
        into: View::encrypt_column_into,
        aside: View::encrypt_column,
        bytes: |made: &Vec<u8>| made,
    };
    boundary!({ run(key, column, options, result, &does) })
}

/// strongroom_key_decrypt of each value of a column that is not null. The options are for all values. With
/// `data` NULL the capacity is asked for, which is a little more than the plaintexts take. After a failure
/// nothing of them is there.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_decrypt_column<'a>(
    key: KeyHandle,
    column: In<'a, ColumnInput<'a>>,
    options: In<'a, Options<'a>>,
    result: Out<'a, ColumnOutput<'a>>,
) -> Status {
    let does = Does {
        len: View::decrypted_column_len,
        into: View::decrypt_column_into,
        aside: View::decrypt_column,
        bytes: SecretBytes::expose,
    };
    boundary!({ run(key, column, options, result, &does) })
}

/// strongroom_key_rewrap of each value of a column that is not null, to texts without a NUL. The options are
/// for all values. With `data` NULL the capacity is asked for, which is a little more than the texts take.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_rewrap_column<'a>(
    key: KeyHandle,
    column: In<'a, ColumnInput<'a>>,
    options: In<'a, Options<'a>>,
    result: Out<'a, ColumnOutput<'a>>,
) -> Status {
    let does = Does {
        len: View::rewrapped_column_len,
        into: View::rewrap_column_into,
        aside: View::rewrap_column,
        bytes: |made: &Vec<u8>| made,
    };
    boundary!({ run(key, column, options, result, &does) })
}
