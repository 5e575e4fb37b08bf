//! Data operations that write into memory of the caller's. Their ciphertexts are binary.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::{Bytes, Take};
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::options::Said;
use strongroom::{Error, Item, View};
use zeroize::Zeroizing;

/// `encryptInto(key, plaintext, out, aad, context, version)`: how many bytes were written.
pub(crate) fn encrypt<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let plaintext = env.message(arguments.at(1), take(env, key, arguments)?, "a plaintext")?;
    run(env, key, arguments, &plaintext, |view, item, out| view.encrypt_into_item(item, out), Item::plaintext)
}

/// `decryptInto(key, ciphertext, out, aad, context)`: how many bytes were written.
pub(crate) fn decrypt<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let ciphertext = env.binary(arguments.at(1), take(env, key, arguments)?, "a binary ciphertext")?;
    run(env, key, arguments, &ciphertext, |view, item, out| view.decrypt_into_item(item, out), Item::binary)
}

/// Input and output may lie over one another in one `ArrayBuffer`; then the input is copied. What writes must be the only one to look.
fn take<'s>(env: Env<'s>, key: &KeyHandle, arguments: &Arguments<'s>) -> Result<Take, Failure> {
    let out = env.binary(arguments.at(2), Take::Borrow, "the memory to write to")?;
    let overlaps = |index: usize| match env.binary(arguments.at(index), Take::Borrow, "") {
        Ok(other) => other.as_ptr_range().start < out.as_ptr_range().end && out.as_ptr_range().start < other.as_ptr_range().end,
        // A string or a map lies elsewhere; what is neither is refused when it is read.
        Err(_) => false,
    };
    Ok(Take::copy_if(key.scripted.get() || [1, 3, 4].into_iter().any(overlaps)))
}

fn run<'s, 'i>(
    env: Env<'s>,
    key: &KeyHandle,
    arguments: &Arguments<'s>,
    input: &'i Bytes<'s>,
    call: impl FnOnce(&View, &Item<'_>, &mut [u8]) -> Result<usize, Error>,
    item: impl FnOnce(&'i [u8]) -> Item<'i>,
) -> Result<Value<'s>, Failure> {
    let said = Said::read(env, arguments.from(3), take(env, key, arguments)?)?;
    let what = "the memory to write to";
    let written = if key.scripted.get() {
        let mut copy = Zeroizing::new(vec![0; env.binary(arguments.at(2), Take::Borrow, what)?.len()]);
        let written = call(key.view(), &said.about(item(input)), &mut copy)?;
        // SAFETY: JavaScript may have run in `call`, so the memory is asked for again; no other slice of it is in use any more.
        let out = unsafe { env.bytes_mut(arguments.at(2)) };
        let out = out.ok().and_then(|out| out.get_mut(..written)).ok_or_else(|| Failure::Type(format!("{what} was given away")))?;
        out.copy_from_slice(&copy[..written]);
        written
    } else {
        // SAFETY: no JavaScript runs in `call`; `take` saw to it that neither the input nor the options lie in this memory.
        let out = unsafe { env.bytes_mut(arguments.at(2)) }.map_err(|_| Failure::Type(format!("{what} cannot be written to")))?;
        call(key.view(), &said.about(item(input)), out)?
    };
    Ok(env.new_number(written as f64)?)
}
