//! Many messages in one call: each as it would be alone, and one that fails spoils nothing.

use crate::boundary::{self, Status};
use crate::data::{self, Input};
use crate::failure::Failure;
use crate::memory::{MISALIGNED, TOO_LONG};
use crate::options::Options;
use crate::output::Output;
use crate::{handles, signature};
use std::ffi::{c_char, c_void};
use strongroom::View;

/// `strongroom_item`
#[repr(C)]
pub struct BatchItem {
    pub(crate) input: *const c_void,
    pub(crate) input_len: usize,
    pub(crate) options: *const Options,
    pub(crate) signature: *const c_char,
    pub(crate) signature_len: usize,
    pub(crate) plaintext: *mut c_void,
    pub(crate) out: *mut c_void,
    pub(crate) capacity: usize,
    pub(crate) len: usize,
    pub(crate) status: Status,
    pub(crate) reserved: u32,
}

impl BatchItem {
    fn message(&self) -> Input {
        Input { data: self.input, len: self.input_len, options: self.options }
    }

    /// Refuses fields that the operation has no use for.
    fn uses(&self, fields: Fields) -> Result<(), Failure> {
        let has_signature = !self.signature.is_null() || self.signature_len > 0;
        let has_output = !self.out.is_null() || self.capacity > 0;
        let stray = match fields {
            Fields::Output => has_signature || !self.plaintext.is_null(),
            Fields::Signature => has_output || !self.plaintext.is_null(),
            Fields::DataKey => has_signature || !self.input.is_null(),
        };
        if stray || self.reserved != 0 {
            return Err(Failure::Argument("a field of the item is set that this operation has no use for"));
        }
        Ok(())
    }
}

/// Which fields an operation has use for beside the message and its options.
#[derive(Clone, Copy)]
enum Fields {
    /// Where the result goes.
    Output,
    /// What is to be verified.
    Signature,
    /// Where the result goes, and the key in the clear, instead of a message.
    DataKey,
}

/// Calls with each item, and writes its status.
///
/// # Safety
/// `items` points to `count` items of the caller's, and what they point to is as `strongroom.h` says.
unsafe fn each(
    items: *mut BatchItem,
    count: usize,
    view: &View,
    fields: Fields,
    call: impl Fn(&View, &BatchItem, *mut usize) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if items.is_null() && count > 0 {
        return Err(Failure::Argument("the items are NULL while their count is not 0"));
    }
    if !items.is_aligned() {
        return Err(MISALIGNED);
    }
    if count > isize::MAX as usize / size_of::<BatchItem>() {
        return Err(TOO_LONG);
    }
    for index in 0..count {
        // SAFETY: within the array. It is copied in one read, since results may be written where the caller
        // likes, and others may write too.
        let (at, item) = unsafe { (items.add(index), items.add(index).read_volatile()) };
        // SAFETY: within the array; the pointer is only written to.
        let len = unsafe { &raw mut (*at).len };
        let status = boundary::status(|| item.uses(fields).and_then(|()| call(view, &item, len)));
        // SAFETY: within the array
        unsafe { (&raw mut (*at).status).write(status) };
    }
    Ok(())
}

macro_rules! batches {
    ($($name:ident = $fields:ident |$view:ident, $item:ident, $len:ident| $call:expr;)*) => {$(
        /// See `strongroom.h`.
        ///
        /// # Safety
        /// What the arguments point to is as it says there.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(key: u64, items: *mut BatchItem, count: usize) -> Status {
            boundary!({
                handles::with(key, |object| {
                    // SAFETY: the caller gives `count` items, unless NULL, and what each points to is as long
                    // as it says.
                    unsafe { each(items, count, object.view()?, Fields::$fields, |$view, $item, $len| $call) }
                })
            })
        }
    )*};
}

// SAFETY, of each: what the items point to is as `strongroom.h` says.
batches! {
    strongroom_key_encrypt_batch = Output |view, item, len| {
        data::encrypt(view, item.message(), Output::new(item.out, item.capacity, len)?)
    };
    strongroom_key_decrypt_batch = Output |view, item, len| {
        data::decrypt(view, item.message(), Output::new(item.out, item.capacity, len)?)
    };
    strongroom_key_rewrap_batch = Output |view, item, len| {
        data::rewrap(view, item.message(), Output::new(item.out, item.capacity, len)?)
    };
    strongroom_key_sign_batch = Output |view, item, len| {
        signature::sign(view, item.message(), Output::new(item.out, item.capacity, len)?)
    };
    strongroom_key_hmac_batch = Output |view, item, len| {
        signature::hmac(view, item.message(), Output::new(item.out, item.capacity, len)?)
    };
    strongroom_key_verify_batch = Signature |view, item, _len| {
        signature::verify(view, item.message(), item.signature.cast(), item.signature_len)
    };
    strongroom_key_verify_hmac_batch = Signature |view, item, _len| {
        signature::verify_hmac(view, item.message(), item.signature.cast(), item.signature_len)
    };
    strongroom_key_data_key_batch = DataKey |view, item, len| {
        data::data_key(view, item.message(), item.plaintext, Output::new(item.out, item.capacity, len)?)
    };
}
