//! Data operations that write into memory of the caller's. Their ciphertexts are binary.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::{Bytes, Take};
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use strongroom::{Error, Item, View};
use zeroize::Zeroizing;

/// `encryptInto(key, plaintext, out, aad, context, version, hash, form)`: how many bytes were written.
pub(crate) fn encrypt<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let plaintext = env.message(arguments.at(1), Take::copy_if(key.scripted.get()), "a plaintext")?;
    run(env, key, arguments, plaintext, |view, said, input, out| {
        view.encrypt_into_item(&said.about(Item::plaintext(input)), out)
    })
}

/// `decryptInto(key, ciphertext, out, aad, context, version, hash, form)`: how many bytes were written.
pub(crate) fn decrypt<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let ciphertext = env.binary_ciphertext(arguments.at(1), Take::copy_if(key.scripted.get()))?;
    run(env, key, arguments, ciphertext, |view, said, input, out| {
        view.decrypt_into_item(&said.about(Item::binary(input)), out)
    })
}

#[inline]
fn run<'s>(
    env: Env<'s>,
    key: &KeyHandle,
    arguments: &Arguments<'s>,
    input: Bytes<'s>,
    call: impl FnOnce(&View, &Said<'_>, &[u8], &mut [u8]) -> Result<usize, Error>,
) -> Result<Value<'s>, Failure> {
    let _turn = key.scripted.turn(false)?;
    // What is said is copied, so that the memory to write to cannot overlap it.
    let said = Said::read(env, arguments.from(3), Take::Copy)?;
    said.not_of_a_signature()?;
    let out = env.binary(arguments.at(2), Take::Borrow, OUT)?.as_ptr_range();
    let overlaps = input.as_ptr_range().start < out.end && out.start < input.as_ptr_range().end;
    let input = if overlaps { input.owned() } else { input };
    let written = if key.scripted.get() {
        elsewhere(env, arguments, out.end as usize - out.start as usize, |copy| {
            call(key.view(), &said, &input, copy)
        })?
    } else {
        // SAFETY: no JavaScript runs in `call`; neither the input nor what is said lies in this memory, as
        // was seen to above.
        let out = unsafe { env.bytes_mut(arguments.at(2)) }
            .map_err(|_| Failure::Type(format!("{OUT} cannot be written to")))?;
        call(key.view(), &said, &input, out)?
    };
    Ok(env.new_number(written as f64)?)
}

const OUT: &str = "the memory to write to";

/// Writes to memory of ours first, since JavaScript may run meanwhile and give the caller's away.
fn elsewhere<'s>(
    env: Env<'s>,
    arguments: &Arguments<'s>,
    len: usize,
    call: impl FnOnce(&mut [u8]) -> Result<usize, Error>,
) -> Result<usize, Failure> {
    let mut copy = Zeroizing::new(vec![0; len]);
    let written = call(&mut copy)?;
    // SAFETY: no JavaScript runs while this is written, and no other slice of this memory is in use any more.
    let out = unsafe { env.bytes_mut(arguments.at(2)) };
    let out = out
        .ok()
        .and_then(|out| out.get_mut(..written))
        .ok_or_else(|| Failure::Type(format!("{OUT} was given away")))?;
    out.copy_from_slice(&copy[..written]);
    Ok(written)
}
