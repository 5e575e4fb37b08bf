//! Encrypting, decrypting, rewrapping and data keys.
//!
//! A call that is cut short for want of memory must not have encrypted: where the buffer may be too small the
//! length is asked for first.

use crate::boundary::Status;
use crate::failure::Failure;
use crate::handles;
use crate::memory::{self, Place, Text};
use crate::options::{self, Options};
use crate::output::Output;
use std::ffi::{c_char, c_void};
use strongroom::{DataKeySize, Error, Item, View};

/// What no type, template and number of a version exceeds together, as text around the base64 of a message.
const TEXT_ROOM: usize = 512;
/// The same for the binary form.
const BINARY_ROOM: usize = 160;

/// One message of a call, as C gives it.
#[derive(Clone, Copy)]
pub(crate) struct Input {
    pub(crate) data: *const c_void,
    pub(crate) len: usize,
    pub(crate) options: *const Options,
}

/// A text that is made only if there is room for it.
///
/// # Safety
/// As [`Output::text`]
#[inline]
unsafe fn text(
    out: Output,
    room: usize,
    len: impl FnOnce() -> Result<usize, Error>,
    make: impl FnOnce() -> Result<String, Error>,
) -> Result<(), Failure> {
    // SAFETY: `out` holds the place for a length that the caller gave.
    if out.capacity() < room && !unsafe { out.fits(len()? + 1) }? {
        return Ok(());
    }
    let made = make()?;
    // SAFETY: `out` is the caller's buffer, and the text that was made lies elsewhere.
    unsafe { out.text(&made) }
}

fn text_room(message: usize) -> usize {
    (message / 3).saturating_mul(4).saturating_add(TEXT_ROOM)
}

/// # Safety
/// What the arguments point to is as `strongroom.h` says.
#[inline]
pub(crate) unsafe fn encrypt(view: &View, input: Input, out: Output) -> Result<(), Failure> {
    // SAFETY: unless NULL, there are `input.len` bytes of the caller's, which stay while the call lasts.
    let plaintext = unsafe { memory::bytes(input.data, input.len) }?;
    let encrypt = |item: &Item<'_>, aad: &[u8]| {
        let room = text_room(input.len);
        // SAFETY: the buffer is the caller's for the length of the call, and neither the plaintext nor the
        // aad lies in what is given of it.
        match unsafe { out.text_in_place(room, &[plaintext, aad]) } {
            // SAFETY: the text was written where `text_in_place` gave room for it and its NUL.
            Some(buffer) => unsafe { out.terminate(view.encrypt_text_into_item(item, buffer)?) },
            // SAFETY: `out` is the caller's buffer, and the text is made elsewhere.
            None => unsafe { text(out, room, || view.encrypted_len(item), || view.encrypt_item(item))? },
        }
        Ok(())
    };
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says.
    unsafe { options::with(input.options, Item::plaintext(plaintext), encrypt) }
}

/// # Safety
/// As [`encrypt`]
pub(crate) unsafe fn rewrap(view: &View, input: Input, out: Output) -> Result<(), Failure> {
    let mut place = Text::nothing();
    // SAFETY: unless NULL, there are `input.len` bytes of the caller's, which stay while the call lasts.
    let ciphertext = unsafe { place.read(input.data, input.len) }?;
    let rewrap = |item: &Item<'_>, _: &[u8]| {
        // SAFETY: `out` is the caller's buffer, and the text is made elsewhere.
        unsafe { text(out, text_room(input.len), || view.rewrapped_len(item), || view.rewrap_item(item)) }
    };
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says.
    unsafe { options::with(input.options, Item::ciphertext(ciphertext), rewrap) }
}

/// # Safety
/// As [`encrypt`]
pub(crate) unsafe fn encrypt_binary(view: &View, input: Input, out: Output) -> Result<(), Failure> {
    // SAFETY: unless NULL, there are `input.len` bytes of the caller's, which stay while the call lasts.
    let plaintext = unsafe { memory::bytes(input.data, input.len) }?;
    let room = input.len.saturating_add(BINARY_ROOM);
    let encrypt = |item: &Item<'_>, aad: &[u8]| {
        // SAFETY: `out` holds the place for a length that the caller gave.
        if out.capacity() < room && !unsafe { out.fits(view.encrypted_binary_len(item)?) }? {
            return Ok(());
        }
        // SAFETY: the buffer is the caller's for the length of the call, and neither the plaintext nor the
        // aad lies in what is given of it.
        match unsafe { out.in_place(room, &[plaintext, aad]) } {
            Some(buffer) => {
                let len = view.encrypt_into_item(item, buffer)?;
                // SAFETY: `out` holds the place for a length that the caller gave.
                unsafe { out.filled(len) };
                Ok(())
            }
            // SAFETY: `out` is the caller's buffer, and the bytes lie elsewhere.
            None => unsafe { out.bytes(&view.encrypt_binary_item(item)?) },
        }
    };
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says.
    unsafe { options::with(input.options, Item::plaintext(plaintext), encrypt) }
}

/// # Safety
/// As [`encrypt`]
pub(crate) unsafe fn rewrap_binary(view: &View, input: Input, out: Output) -> Result<(), Failure> {
    // SAFETY: unless NULL, there are `input.len` bytes of the caller's, which stay while the call lasts.
    let ciphertext = unsafe { memory::bytes(input.data, input.len) }?;
    let rewrap = |item: &Item<'_>, _: &[u8]| {
        if out.capacity() < input.len.saturating_add(BINARY_ROOM) {
            // SAFETY: `out` holds the place for a length that the caller gave.
            let fits = unsafe { out.fits(view.rewrapped_len(item)?) }?;
            if !fits {
                return Ok(());
            }
        }
        let made = view.rewrap_binary_item(item)?;
        // SAFETY: `out` is the caller's buffer, and the bytes lie elsewhere.
        unsafe { out.bytes(&made) }
    };
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says.
    unsafe { options::with(input.options, Item::binary(ciphertext), rewrap) }
}

/// # Safety
/// As [`encrypt`]
#[inline]
pub(crate) unsafe fn decrypt(view: &View, input: Input, out: Output) -> Result<(), Failure> {
    let mut place = Text::nothing();
    // SAFETY: unless NULL, there are `input.len` bytes of the caller's, which stay while the call lasts.
    let ciphertext = unsafe { place.read(input.data, input.len) }?;
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says; `out` is the caller's buffer.
    unsafe {
        options::with(input.options, Item::ciphertext(ciphertext), |item, aad| {
            open(view, item, &[ciphertext.as_bytes(), aad], out)
        })
    }
}

/// # Safety
/// As [`encrypt`]
pub(crate) unsafe fn decrypt_binary(view: &View, input: Input, out: Output) -> Result<(), Failure> {
    // SAFETY: unless NULL, there are `input.len` bytes of the caller's, which stay while the call lasts.
    let ciphertext = unsafe { memory::bytes(input.data, input.len) }?;
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says; `out` is the caller's buffer.
    unsafe {
        options::with(input.options, Item::binary(ciphertext), |item, aad| {
            open(view, item, &[ciphertext, aad], out)
        })
    }
}

/// Decrypts the first of `others`.
///
/// # Safety
/// As [`encrypt`]
#[inline]
unsafe fn open(view: &View, item: &Item<'_>, others: &[&[u8]; 2], out: Output) -> Result<(), Failure> {
    // A plaintext is never longer than its ciphertext.
    let room = others[0].len();
    // SAFETY: `out` holds the place for a length that the caller gave.
    if out.capacity() < room && !unsafe { out.fits(view.decrypted_len(item)?) }? {
        return Ok(());
    }
    // SAFETY: the buffer is the caller's for the length of the call, and none of `others` lies in what is
    // given of it.
    match unsafe { out.in_place(room, others) } {
        Some(buffer) => {
            let len = view.decrypt_into_item(item, buffer)?;
            // SAFETY: `out` holds the place for a length that the caller gave.
            unsafe { out.filled(len) };
            Ok(())
        }
        None => {
            let plaintext = view.decrypt_item(item)?;
            // SAFETY: `out` is the caller's buffer, and the bytes lie elsewhere.
            unsafe { out.bytes(plaintext.expose()) }
        }
    }
}

/// # Safety
/// As [`encrypt`]; `input.len` is the size of the key, and `plaintext` has room for as many bytes
pub(crate) unsafe fn data_key(
    view: &View,
    input: Input,
    plaintext: *mut c_void,
    out: Output,
) -> Result<(), Failure> {
    let size = DataKeySize::from_bytes(input.len)?;
    if out.capacity() < text_room(input.len) {
        let blank = [0; 64];
        let len = |item: &Item<'_>, _: &[u8]| Ok(view.encrypted_len(item)?);
        // SAFETY: `out` holds the place for a length; unless NULL, the options are a struct whose pointers
        // are as long as it says.
        if !unsafe {
            out.fits(options::with(input.options, Item::plaintext(&blank[..size.bytes()]), len)? + 1)
        }? {
            return Ok(());
        }
    }
    let place = Place::new(plaintext.cast::<u8>())?;
    // SAFETY: unless NULL, `input.options` is a struct of the caller's, and what it points to is as long as
    // it says.
    let made = unsafe {
        options::with(input.options, Item::data_key(size), |item, _| Ok(view.data_key_item(item)?))
    }?;
    // SAFETY: `out` is the caller's buffer, and `plaintext` has room for the key, as many bytes as were asked
    // for.
    unsafe {
        out.text(&made.ciphertext)?;
        place.copy(made.plaintext.expose());
    }
    Ok(())
}

/// The functions that take a message and give bytes or a text.
macro_rules! message_to_result {
    ($($name:ident = $call:path => $out:ty;)*) => {$(
        /// See `strongroom.h`.
        ///
        /// # Safety
        /// What the arguments point to is as it says there.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            key: u64,
            data: *const c_void,
            data_len: usize,
            options: *const crate::options::Options,
            out: *mut $out,
            capacity: usize,
            len: *mut usize,
        ) -> crate::boundary::Status {
            boundary!({
                let out = crate::output::Output::new(out.cast(), capacity, len)?;
                // SAFETY: what the caller gives has the lengths that it says, and `out` is made of a buffer
                // with its capacity.
                $crate::handles::with(key, |object| unsafe {
                    $call(object.view()?, $crate::data::Input { data, len: data_len, options }, out)
                })
            })
        }
    )*};
}
pub(crate) use message_to_result;

message_to_result! {
    strongroom_key_encrypt = encrypt => c_char;
    strongroom_key_decrypt = decrypt => c_void;
    strongroom_key_rewrap = rewrap => c_char;
    strongroom_key_encrypt_binary = encrypt_binary => c_void;
    strongroom_key_decrypt_binary = decrypt_binary => c_void;
    strongroom_key_rewrap_binary = rewrap_binary => c_void;
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_data_key(
    key: u64,
    size: usize,
    options: *const Options,
    plaintext: *mut c_void,
    out: *mut c_char,
    capacity: usize,
    len: *mut usize,
) -> Status {
    boundary!({
        let out = Output::new(out.cast(), capacity, len)?;
        // SAFETY: `strongroom.h` asks for room for `size` bytes in `plaintext`; `out` is made of a buffer
        // with its capacity.
        handles::with(key, |object| unsafe {
            data_key(object.view()?, Input { data: std::ptr::null(), len: size, options }, plaintext, out)
        })
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_needs_rewrap(
    key: u64,
    ciphertext: *const c_char,
    ciphertext_len: usize,
    needed: *mut bool,
) -> Status {
    boundary!({
        let needed = Place::new(needed)?;
        let mut text = Text::nothing();
        // SAFETY: unless NULL, there are `ciphertext_len` bytes of the caller's, which are copied.
        let ciphertext = unsafe { text.read(ciphertext.cast(), ciphertext_len) }?;
        let answer = handles::with(key, |object| Ok(object.view()?.needs_rewrap(ciphertext)?))?;
        // SAFETY: the place is memory of the caller's for a truth value.
        unsafe { needed.put(answer) };
        Ok(())
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_key_needs_rewrap_binary(
    key: u64,
    ciphertext: *const c_void,
    ciphertext_len: usize,
    needed: *mut bool,
) -> Status {
    boundary!({
        let needed = Place::new(needed)?;
        // SAFETY: unless NULL, there are `ciphertext_len` bytes of the caller's, which stay while the call
        // lasts.
        let ciphertext = unsafe { memory::bytes(ciphertext, ciphertext_len) }?;
        let answer = handles::with(key, |object| Ok(object.view()?.needs_rewrap_binary(ciphertext)?))?;
        // SAFETY: the place is memory of the caller's for a truth value.
        unsafe { needed.put(answer) };
        Ok(())
    })
}
