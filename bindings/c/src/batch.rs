//! Many messages in one call: each as it would be alone, and one that fails spoils nothing.

use crate::boundary;
use crate::data::{self, Input};
use crate::failure::{Failure, Status};
use crate::memory::{In, Len, Out};
use crate::object::KeyHandle;
use crate::options::Options;
use crate::output::Output;
use crate::{handles, signature};
use std::ffi::{c_char, c_void};
use std::mem::offset_of;
use strongroom::View;

/// One message of a batch. An operation uses the fields that its single form has as arguments; an item in
/// which others are set is STRONGROOM_INVALID_ARGUMENT.
///
/// Each item is worked on as it would be alone and gets a status and a result of its own; one that fails
/// spoils nothing. The functions return STRONGROOM_OK unless the batch as a whole is wrong.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct BatchItem<'a> {
    /// The plaintext, ciphertext or message. For data keys NULL, and the length is the size of the key.
    pub(crate) input: In<'a, c_void>,
    pub(crate) input_len: Len,
    /// NULL for none. Many items may share one.
    pub(crate) options: In<'a, Options<'a>>,
    /// To verify: the signature or mac.
    pub(crate) signature: In<'a, c_char>,
    pub(crate) signature_len: Len,
    /// Of data keys: where the key goes in the clear.
    pub(crate) plaintext: Out<'a, c_void>,
    /// Where the result goes, and how much room there is.
    pub(crate) out: Out<'a, c_void>,
    pub(crate) capacity: Len,
    /// Set by the call: the length of the result, or the capacity that is needed. Whether a rewrap is needed:
    /// 1 or 0.
    pub(crate) len: usize,
    /// Set by the call.
    pub(crate) status: Status,
    pub(crate) reserved: u32,
}

impl<'a> BatchItem<'a> {
    fn message(&self) -> Input<'a> {
        Input { data: self.input, len: self.input_len, options: self.options }
    }

    pub(crate) fn result(&self, len: Out<'a, usize>) -> Result<Output<'a>, Failure> {
        Output::new(self.out, self.capacity, len)
    }

    /// Refuses fields that the operation has no use for.
    fn uses(&self, fields: Fields) -> Result<(), Failure> {
        let has_signature = !self.signature.is_null() || self.signature_len.get() > 0;
        let has_output = !self.out.is_null() || self.capacity.get() > 0;
        let stray = match fields {
            Fields::Output => has_signature || !self.plaintext.is_null(),
            Fields::Signature => has_output || !self.plaintext.is_null(),
            Fields::DataKey => has_signature || !self.input.is_null(),
            Fields::OutputAlone => has_signature || !self.plaintext.is_null() || !self.options.is_null(),
            Fields::Nothing => {
                has_signature || has_output || !self.plaintext.is_null() || !self.options.is_null()
            }
        };
        if stray || self.reserved != 0 {
            return Err(Failure::Argument("a field of the item is set that this operation has no use for"));
        }
        Ok(())
    }
}

/// Which fields an operation has use for beside the message and its options.
#[derive(Clone, Copy)]
pub(crate) enum Fields {
    /// Where the result goes.
    Output,
    /// What is to be verified.
    Signature,
    /// Where the result goes, and the key in the clear, instead of a message.
    DataKey,
    /// Where the result goes, and no options.
    OutputAlone,
    /// None, and no options either.
    Nothing,
}

/// Calls with each item and the place for the length of its result, and writes its status.
fn each<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    fields: Fields,
    call: impl Fn(&View, &BatchItem<'a>, Out<'a, usize>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    each_numbered(key, items, count, fields, |view, _, item, len| call(view, item, len))
}

/// [`each`] with the number of the item.
pub(crate) fn each_numbered<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    fields: Fields,
    call: impl Fn(&View, usize, &BatchItem<'a>, Out<'a, usize>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    handles::with(key, |object| {
        let view = object.view()?;
        for (number, place) in items.elements(count)?.enumerate() {
            // A copy, since results may be written where the caller likes, and others may write too.
            let item = place.read();
            let len = place.field(offset_of!(BatchItem<'_>, len)).out();
            let status = boundary::status(|| item.uses(fields).and_then(|()| call(view, number, &item, len)));
            place.field(offset_of!(BatchItem<'_>, status)).put(status);
        }
        Ok(())
    })
}

/// Calls with each message and the place for its result.
fn each_answer<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    call: impl Fn(&View, Input<'a>, Output<'a>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    each(key, items, count, Fields::Output, |view, item, len| call(view, item.message(), item.result(len)?))
}

/// Calls with each message and what is to be verified.
fn each_signature<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    call: impl Fn(&View, Input<'a>, In<'a, c_char>, Len) -> Result<(), Failure>,
) -> Result<(), Failure> {
    each(key, items, count, Fields::Signature, |view, item, _| {
        call(view, item.message(), item.signature, item.signature_len)
    })
}

/// Calls with each ciphertext, and writes 1 or 0 for what is needed.
pub(crate) fn each_need<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
    call: impl Fn(&View, In<'a, c_void>, Len) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    each(key, items, count, Fields::Nothing, |view, item, len| {
        len.place()?.put(call(view, item.input, item.input_len)?.into());
        Ok(())
    })
}

/// strongroom_key_encrypt of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_encrypt_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_answer(key, items, count, data::encrypt) })
}

/// strongroom_key_decrypt of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_decrypt_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_answer(key, items, count, data::decrypt) })
}

/// strongroom_key_rewrap of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_rewrap_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_answer(key, items, count, data::rewrap) })
}

/// strongroom_key_encrypt_binary of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_encrypt_binary_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_answer(key, items, count, data::encrypt_binary) })
}

/// strongroom_key_decrypt_binary of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_decrypt_binary_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_answer(key, items, count, data::decrypt_binary) })
}

/// strongroom_key_rewrap_binary of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_rewrap_binary_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_answer(key, items, count, data::rewrap_binary) })
}

/// strongroom_key_needs_rewrap of each item: its `len` becomes 1 if a rewrap would change it, else 0.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_needs_rewrap_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_need(key, items, count, data::needs_rewrap) })
}

/// strongroom_key_needs_rewrap_binary of each item: its `len` becomes 1 if a rewrap would change it, else 0.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_needs_rewrap_binary_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_need(key, items, count, data::needs_rewrap_binary) })
}

/// strongroom_key_data_key of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_data_key_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({
        each(key, items, count, Fields::DataKey, |view, item, len| {
            data::data_key(view, item.input_len.get(), item.options, item.plaintext, item.result(len)?)
        })
    })
}

/// strongroom_key_sign of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_sign_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_answer(key, items, count, signature::sign) })
}

/// strongroom_key_verify of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_verify_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_signature(key, items, count, signature::verify) })
}

/// strongroom_key_hmac of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_hmac_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_answer(key, items, count, signature::hmac) })
}

/// strongroom_key_verify_hmac of each item, which gets a status of its own: OK of the call says only that
/// the batch was read.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_verify_hmac_batch<'a>(
    key: KeyHandle,
    items: Out<'a, BatchItem<'a>>,
    count: Len,
) -> Status {
    boundary!({ each_signature(key, items, count, signature::verify_hmac) })
}
