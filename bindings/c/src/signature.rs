//! Signatures and macs.

use crate::data::{Input, answer};
use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{In, Len, Out, Text};
use crate::object::KeyHandle;
use crate::options::{self, Options};
use crate::output::Output;
use std::ffi::{c_char, c_void};
use strongroom::{Item, SignatureForm, View};

pub(crate) fn sign<'a>(view: &View, input: Input<'a>, out: Output<'a>) -> Result<(), Failure> {
    let message = Item::message(input.data.bytes(input.len)?);
    options::with(input.options, message, |item, _| {
        let signature = view.sign_item(item)?;
        if out.capacity() <= signature.len() {
            return out.fits(longest(view, item, &signature) + 1).map(drop);
        }
        out.text(&signature)
    })
}

/// How long a signature can be that is made as this one was. Two numbers as DER are shorter where one of them
/// begins with zeros, so the next one may need more room. In the form of a JWS they have one length, to which
/// DER adds eight bytes at most, which with padding are up to 16 characters. A JWS has a hash of its own, so
/// what was said of the hash is left out where it is refused.
fn longest(view: &View, item: &Item<'_>, made: &str) -> usize {
    let jws = |item: &Item<'_>| view.sign_item(&item.clone().form(SignatureForm::Jws));
    match jws(item).or_else(|_| jws(&Item::message(b""))) {
        Ok(other) if other.len() != made.trim_end_matches('=').len() => made.len().max(other.len() + 16),
        _ => made.len(),
    }
}

pub(crate) fn hmac<'a>(view: &View, input: Input<'a>, out: Output<'a>) -> Result<(), Failure> {
    let message = Item::message(input.data.bytes(input.len)?);
    out.text(&options::with(input.options, message, |item, _| Ok(view.hmac_item(item)?))?)
}

pub(crate) fn verify(
    view: &View,
    input: Input<'_>,
    signature: In<'_, c_char>,
    signature_len: Len,
) -> Result<(), Failure> {
    let mut place = Text::nothing();
    let (message, signature) = (input.data.bytes(input.len)?, place.read(signature, signature_len)?);
    options::with(input.options, Item::signed(message, signature), |item, _| Ok(view.verify_item(item)?))
}

pub(crate) fn verify_hmac(
    view: &View,
    input: Input<'_>,
    mac: In<'_, c_char>,
    mac_len: Len,
) -> Result<(), Failure> {
    let mut place = Text::nothing();
    let (message, mac) = (input.data.bytes(input.len)?, place.read(mac, mac_len)?);
    options::with(input.options, Item::signed(message, mac), |item, _| Ok(view.verify_hmac_item(item)?))
}

/// Signs a message. A signature of an ECDSA key in the form STRONGROOM_FORM_ASN1 may be shorter than the
/// capacity says that is needed: the next one may be longer.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_sign(
    key: KeyHandle,
    message: In<'_, c_void>,
    message_len: Len,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        answer(key, Input { data: message, len: message_len, options }, out, sign)
    })
}

/// STRONGROOM_OK if the signature is one of the message, else STRONGROOM_BAD_SIGNATURE.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_verify(
    key: KeyHandle,
    message: In<'_, c_void>,
    message_len: Len,
    signature: In<'_, c_char>,
    signature_len: Len,
    options: In<'_, Options<'_>>,
) -> Status {
    boundary!({
        let input = Input { data: message, len: message_len, options };
        handles::with(key, |object| verify(object.view()?, input, signature, signature_len))
    })
}

/// MACs a message.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_hmac(
    key: KeyHandle,
    message: In<'_, c_void>,
    message_len: Len,
    options: In<'_, Options<'_>>,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        answer(key, Input { data: message, len: message_len, options }, out, hmac)
    })
}

/// STRONGROOM_OK if the mac is one of the message, else STRONGROOM_BAD_SIGNATURE.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_verify_hmac(
    key: KeyHandle,
    message: In<'_, c_void>,
    message_len: Len,
    mac: In<'_, c_char>,
    mac_len: Len,
    options: In<'_, Options<'_>>,
) -> Status {
    boundary!({
        let input = Input { data: message, len: message_len, options };
        handles::with(key, |object| verify_hmac(object.view()?, input, mac, mac_len))
    })
}
