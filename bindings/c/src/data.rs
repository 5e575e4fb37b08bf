//! Encrypting, decrypting, rewrapping and data keys.
//!
//! A call that is cut short for want of memory must not have encrypted: where the buffer may be too small the
//! length is asked for first.

use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{Byte, In, Len, Out, Text};
use crate::object::KeyHandle;
use crate::options::{self, Options};
use crate::output::Output;
use std::ffi::{c_char, c_void};
use strongroom::{DataKeySize, Error, Item, View};

/// What no type, template and number of a version exceeds together, as text around the base64 of a message.
/// An RSA block of 512 bytes has the most.
const TEXT_ROOM: usize = 1200;
/// What no type and number of a version exceeds together, as bytes beside the message in the binary form.
const BINARY_ROOM: usize = 528;

/// One message of a call, as C gives it.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) data: In<'a, c_void>,
    pub(crate) len: Len,
    pub(crate) options: In<'a, Options<'a>>,
}

/// A text that is made only if there is room for it.
#[inline]
fn text(
    out: Output<'_>,
    room: usize,
    len: impl FnOnce() -> Result<usize, Error>,
    make: impl FnOnce() -> Result<String, Error>,
) -> Result<(), Failure> {
    if out.capacity() < room && !out.fits(len()? + 1)? {
        return Ok(());
    }
    out.text(&make()?)
}

fn text_room(message: usize) -> usize {
    (message / 3).saturating_mul(4).saturating_add(TEXT_ROOM)
}

#[inline]
pub(crate) fn encrypt<'a>(view: &View, input: Input<'a>, out: Output<'a>) -> Result<(), Failure> {
    let plaintext = input.data.bytes(input.len)?;
    options::with(input.options, Item::plaintext(plaintext), |item, aad| {
        let room = text_room(plaintext.len());
        // SAFETY: plaintext and aad are what is borrowed here; contexts and maps were copied.
        match unsafe { out.text_in_place(room, &[plaintext, aad]) } {
            Some(buffer) => out.terminate(view.encrypt_text_into_item(item, buffer)?),
            None => text(out, room, || view.encrypted_len(item), || view.encrypt_item(item))?,
        }
        Ok(())
    })
}

pub(crate) fn rewrap<'a>(view: &View, input: Input<'a>, out: Output<'a>) -> Result<(), Failure> {
    let mut place = Text::nothing();
    let ciphertext = place.read(input.data, input.len)?;
    let room = text_room(ciphertext.len());
    options::with(input.options, Item::ciphertext(ciphertext), |item, _| {
        text(out, room, || view.rewrapped_len(item), || view.rewrap_item(item))
    })
    .map_err(|failure| failure.about_text(view, ciphertext))
}

pub(crate) fn encrypt_binary<'a>(view: &View, input: Input<'a>, out: Output<'a>) -> Result<(), Failure> {
    let plaintext = input.data.bytes(input.len)?;
    let room = plaintext.len().saturating_add(BINARY_ROOM);
    options::with(input.options, Item::plaintext(plaintext), |item, aad| {
        if out.capacity() < room && !out.fits(view.encrypted_binary_len(item)?)? {
            return Ok(());
        }
        // SAFETY: of what the caller pointed to only the plaintext and the aad were not copied.
        match unsafe { out.in_place(room, &[plaintext, aad]) } {
            // Other threads of C may write there meanwhile.
            Some(buffer) if !strongroom::READS_BACK => out.filled(view.encrypt_into_item(item, buffer)?),
            _ => out.bytes(&view.encrypt_binary_item(item)?)?,
        }
        Ok(())
    })
}

pub(crate) fn rewrap_binary<'a>(view: &View, input: Input<'a>, out: Output<'a>) -> Result<(), Failure> {
    let ciphertext = input.data.bytes(input.len)?;
    let room = ciphertext.len().saturating_add(BINARY_ROOM);
    options::with(input.options, Item::binary(ciphertext), |item, _| {
        if out.capacity() < room && !out.fits(view.rewrapped_len(item)?)? {
            return Ok(());
        }
        out.bytes(&view.rewrap_binary_item(item)?)
    })
    .map_err(|failure| failure.because(|| View::why_malformed_binary(ciphertext)))
}

#[inline]
pub(crate) fn decrypt<'a>(view: &View, input: Input<'a>, out: Output<'a>) -> Result<(), Failure> {
    let mut place = Text::nothing();
    let ciphertext = place.read(input.data, input.len)?;
    options::with(input.options, Item::ciphertext(ciphertext), |item, aad| {
        open(view, item, &[ciphertext.as_bytes(), aad], out)
    })
    .map_err(|failure| failure.about_text(view, ciphertext))
}

pub(crate) fn decrypt_binary<'a>(view: &View, input: Input<'a>, out: Output<'a>) -> Result<(), Failure> {
    let ciphertext = input.data.bytes(input.len)?;
    options::with(input.options, Item::binary(ciphertext), |item, aad| {
        open(view, item, &[ciphertext, aad], out)
    })
    .map_err(|failure| failure.because(|| View::why_malformed_binary(ciphertext)))
}

/// Decrypts the first of `others`, which are what the item was made of.
#[inline]
fn open(view: &View, item: &Item<'_>, others: &[&[u8]; 2], out: Output<'_>) -> Result<(), Failure> {
    // A plaintext is never longer than its ciphertext.
    let room = others[0].len();
    if out.capacity() < room && !out.fits(view.decrypted_len(item)?)? {
        return Ok(());
    }
    // SAFETY: both callers name the ciphertext and the aad, and nothing else of the caller's is borrowed.
    match unsafe { out.in_place(room, others) } {
        Some(buffer) => out.filled(view.decrypt_into_item(item, buffer)?),
        None => out.bytes(view.decrypt_item(item)?.expose())?,
    }
    Ok(())
}

pub(crate) fn needs_rewrap(view: &View, ciphertext: In<'_, impl Byte>, len: Len) -> Result<bool, Failure> {
    let mut place = Text::nothing();
    let text = place.read(ciphertext, len)?;
    view.needs_rewrap(text).map_err(|error| Failure::from(error).about_text(view, text))
}

pub(crate) fn needs_rewrap_binary(
    view: &View,
    ciphertext: In<'_, c_void>,
    len: Len,
) -> Result<bool, Failure> {
    let bytes = ciphertext.bytes(len)?;
    view.needs_rewrap_item(&Item::binary(bytes))
        .map_err(|error| Failure::from(error).because(|| View::why_malformed_binary(bytes)))
}

/// `size` is that of the key, for which `plaintext` has room.
pub(crate) fn data_key<'a>(
    view: &View,
    size: usize,
    options: In<'a, Options<'a>>,
    plaintext: Out<'a, c_void>,
    out: Output<'a>,
) -> Result<(), Failure> {
    let size = DataKeySize::from_bytes(size)?;
    if out.capacity() < text_room(size.bytes()) {
        let blank = [0; 64];
        let len = |item: &Item<'_>, _: &[u8]| Ok(view.encrypted_len(item)?);
        if !out.fits(options::with(options, Item::plaintext(&blank[..size.bytes()]), len)? + 1)? {
            return Ok(());
        }
    }
    let place = plaintext.place()?;
    let made = options::with(options, Item::data_key(size), |item, _| Ok(view.data_key_item(item)?))?;
    out.text(&made.ciphertext)?;
    place.copy(made.plaintext.expose());
    Ok(())
}

/// What the functions have in common that take a message and give bytes or a text.
#[inline]
pub(crate) fn answer<'a>(
    key: KeyHandle,
    input: Input<'a>,
    out: Output<'a>,
    call: impl FnOnce(&View, Input<'a>, Output<'a>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    handles::with(key, |object| call(object.view()?, input, out))
}

/// Encrypts to a text.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_encrypt(
    key: KeyHandle,
    plaintext: In<'_, c_void>,
    plaintext_len: Len,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        answer(key, Input { data: plaintext, len: plaintext_len, options }, out, encrypt)
    })
}

/// Decrypts a text. The plaintext is bytes, without a NUL behind it.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_decrypt(
    key: KeyHandle,
    ciphertext: In<'_, c_void>,
    ciphertext_len: Len,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        answer(key, Input { data: ciphertext, len: ciphertext_len, options }, out, decrypt)
    })
}

/// Authenticates a text and encrypts it anew under the latest version. One that is up to date comes back byte
/// for byte, except in the view of strongroom_key_transit, which always makes a new one.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_rewrap(
    key: KeyHandle,
    ciphertext: In<'_, c_void>,
    ciphertext_len: Len,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        answer(key, Input { data: ciphertext, len: ciphertext_len, options }, out, rewrap)
    })
}

/// Encrypts to the compact binary form.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_encrypt_binary(
    key: KeyHandle,
    plaintext: In<'_, c_void>,
    plaintext_len: Len,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        answer(key, Input { data: plaintext, len: plaintext_len, options }, out, encrypt_binary)
    })
}

/// Decrypts the binary form.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_decrypt_binary(
    key: KeyHandle,
    ciphertext: In<'_, c_void>,
    ciphertext_len: Len,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        answer(key, Input { data: ciphertext, len: ciphertext_len, options }, out, decrypt_binary)
    })
}

/// strongroom_key_rewrap of the binary form.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_rewrap_binary(
    key: KeyHandle,
    ciphertext: In<'_, c_void>,
    ciphertext_len: Len,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        answer(key, Input { data: ciphertext, len: ciphertext_len, options }, out, rewrap_binary)
    })
}

/// Whether a rewrap would change a text. Looks at its outside only: it says nothing about whether it opens.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_needs_rewrap(
    key: KeyHandle,
    ciphertext: In<'_, c_char>,
    ciphertext_len: Len,
    needed: Out<'_, bool>,
) -> Status {
    boundary!({
        let needed = needed.place()?;
        needed.put(handles::with(key, |object| needs_rewrap(object.view()?, ciphertext, ciphertext_len))?);
        Ok(())
    })
}

/// strongroom_key_needs_rewrap of the binary form.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_needs_rewrap_binary(
    key: KeyHandle,
    ciphertext: In<'_, c_void>,
    ciphertext_len: Len,
    needed: Out<'_, bool>,
) -> Status {
    boundary!({
        let needed = needed.place()?;
        needed.put(handles::with(key, |object| {
            needs_rewrap_binary(object.view()?, ciphertext, ciphertext_len)
        })?);
        Ok(())
    })
}

/// A fresh key of `size` bytes, 16, 32 or 64, for another program to encrypt with: in the clear into
/// `plaintext`, which has room for them, and encrypted as text into `out`. Use the one now, store the other,
/// and get the key again with strongroom_key_decrypt.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_data_key(
    key: KeyHandle,
    size: usize,
    options: In<'_, Options<'_>>,
    plaintext: Out<'_, c_void>,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        handles::with(key, |object| data_key(object.view()?, size, options, plaintext, out))
    })
}
