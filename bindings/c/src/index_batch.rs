//! Indexes of many values in one call: each as it would be alone, and one that fails spoils nothing.

use crate::batch::{BatchItem, Fields, each_need, each_numbered};
use crate::callback::{IndexFn, Listener};
use crate::failure::{Failure, Status};
use crate::index;
use crate::index_options::{self, IndexOptions};
use crate::memory::{In, Len, Out};
use crate::object::KeyHandle;
use crate::output::Output;
use std::ffi::c_void;
use strongroom::{BlindIndex, Error, View};

/// Calls with each value and the place for its index.
fn each_index<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    index: In<'a, IndexOptions<'a>>,
    call: impl Fn(&View, &[u8], &BlindIndex, Output<'a>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let index = index_options::read(index)?;
    each_numbered(key, items, count, Fields::OutputAlone, |view, _, item, len| {
        let (out, value) = (item.result(len)?, item.input.bytes(item.input_len)?);
        call(view, value, &index, out)
    })
}

/// Calls with each value for its indexes, of which each is taken with the number of its item and of the
/// versions that are newer.
fn each_indexes<'a, T>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    index: In<'a, IndexOptions<'a>>,
    call: impl Fn(&View, &[u8], &BlindIndex) -> Result<Vec<T>, Error>,
    take: impl Fn(usize, usize, &T),
) -> Result<(), Failure> {
    let index = index_options::read(index)?;
    each_numbered(key, items, count, Fields::Nothing, |view, number, item, len| {
        let len = len.place()?;
        let found = call(view, item.input.bytes(item.input_len)?, &index)?;
        found.iter().enumerate().for_each(|(newer, one)| take(number, newer, one));
        len.put(found.len());
        Ok(())
    })
}

/// strongroom_key_index of each item, which has no options, as all are indexed in one way. Each gets a
/// status of its own: OK of the call says only that the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_index_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    index: In<'a, IndexOptions<'a>>,
) -> Status {
    boundary!({
        each_index(key, items, count, index, |view, value, index, out| out.text(&view.index(value, index)?))
    })
}

/// strongroom_key_index_binary of each item, as strongroom_key_index_batch.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_index_binary_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    index: In<'a, IndexOptions<'a>>,
) -> Status {
    boundary!({
        each_index(key, items, count, index, |view, value, index, out| {
            out.bytes(&view.index_binary(value, index)?)
        })
    })
}

/// strongroom_key_indexes of each item, which has neither options nor a place for a result: `each` is told
/// its place in the batch with each index, and its `len` becomes how many there are. Each gets a status of
/// its own: OK of the call says only that the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_indexes_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    index: In<'a, IndexOptions<'a>>,
    each: IndexFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let take = |item, newer, text: &String| each.take_text(item, newer, text);
        each_indexes(key, items, count, index, |view, value, index| view.indexes(value, index), take)
    })
}

/// strongroom_key_indexes_binary of each item, as strongroom_key_indexes_batch.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_indexes_binary_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    index: In<'a, IndexOptions<'a>>,
    each: IndexFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        let take = |item, newer, bits: &Vec<u8>| each.take_bits(item, newer, bits);
        each_indexes(key, items, count, index, |view, value, index| view.indexes_binary(value, index), take)
    })
}

/// strongroom_key_needs_reindex of each item: its `len` becomes 1 if its row should be indexed anew, else 0.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_needs_reindex_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_need(key, items, count, index::needs_reindex) })
}
