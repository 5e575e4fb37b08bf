//! Signatures and macs.

use crate::boundary::Status;
use crate::data::{Input, message_to_result};
use crate::failure::Failure;
use crate::memory::Text;
use crate::options::Options;
use crate::output::Output;
use crate::{handles, memory, options};
use std::ffi::{c_char, c_void};
use strongroom::{Item, View};

/// # Safety
/// What the arguments point to is as `strongroom.h` says.
pub(crate) unsafe fn sign(view: &View, input: Input, out: Output) -> Result<(), Failure> {
    // SAFETY: unless NULL, there are `input.len` bytes of the caller's, which stay while the call lasts.
    let message = unsafe { memory::bytes(input.data, input.len) }?;
    // SAFETY: unless NULL, the options are a struct as long as it says; `out` is the caller's buffer, and the
    // text is made elsewhere.
    unsafe {
        let made = options::with(input.options, Item::message(message), |item, _| Ok(view.sign_item(item)?))?;
        out.text(&made)
    }
}

/// # Safety
/// As [`sign`]
pub(crate) unsafe fn hmac(view: &View, input: Input, out: Output) -> Result<(), Failure> {
    // SAFETY: unless NULL, there are `input.len` bytes of the caller's, which stay while the call lasts.
    let message = unsafe { memory::bytes(input.data, input.len) }?;
    // SAFETY: unless NULL, the options are a struct as long as it says; `out` is the caller's buffer, and the
    // text is made elsewhere.
    unsafe {
        let made = options::with(input.options, Item::message(message), |item, _| Ok(view.hmac_item(item)?))?;
        out.text(&made)
    }
}

/// # Safety
/// As [`sign`], and `signature` points to as many bytes as its length says
pub(crate) unsafe fn verify(
    view: &View,
    input: Input,
    signature: *const c_void,
    signature_len: usize,
) -> Result<(), Failure> {
    let mut place = Text::nothing();
    // SAFETY: unless NULL, the message and what is to be verified have as many bytes as their lengths say.
    let (message, signature) =
        unsafe { (memory::bytes(input.data, input.len)?, place.read(signature, signature_len)?) };
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says.
    unsafe {
        options::with(input.options, Item::signed(message, signature), |item, _| Ok(view.verify_item(item)?))
    }
}

/// # Safety
/// As [`verify`]
pub(crate) unsafe fn verify_hmac(
    view: &View,
    input: Input,
    mac: *const c_void,
    mac_len: usize,
) -> Result<(), Failure> {
    let mut place = Text::nothing();
    // SAFETY: unless NULL, the message and what is to be verified have as many bytes as their lengths say.
    let (message, mac) = unsafe { (memory::bytes(input.data, input.len)?, place.read(mac, mac_len)?) };
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says.
    unsafe {
        options::with(input.options, Item::signed(message, mac), |item, _| Ok(view.verify_hmac_item(item)?))
    }
}

message_to_result! {
    strongroom_key_sign = sign => c_char;
    strongroom_key_hmac = hmac => c_char;
}

macro_rules! verification {
    ($($name:ident = $call:ident;)*) => {$(
        /// See `strongroom.h`.
        ///
        /// # Safety
        /// What the arguments point to is as it says there.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            key: u64,
            message: *const c_void,
            message_len: usize,
            signature: *const c_char,
            signature_len: usize,
            options: *const Options,
        ) -> Status {
            boundary!({
                let input = Input { data: message, len: message_len, options };
                // SAFETY: unless NULL, the message and the signature have as many bytes as their lengths say,
                // and the options are a struct as long as it says.
                handles::with(key, |object| unsafe {
                    $call(object.view()?, input, signature.cast(), signature_len)
                })
            })
        }
    )*};
}

verification! {
    strongroom_key_verify = verify;
    strongroom_key_verify_hmac = verify_hmac;
}
