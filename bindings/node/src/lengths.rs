//! How long results will be, before they are made.

use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::Take;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::verb::Verb;
use strongroom::{Error, Item, View};

/// `encryptedLen(key, plaintext, undefined, aad, context, version, hash, form)`
pub(crate) fn encrypted<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    len(env, arguments, Verb::Encrypt, View::encrypted_len)
}

/// `encryptedBinaryLen(key, plaintext, undefined, aad, context, version, hash, form)`
pub(crate) fn encrypted_binary<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    len(env, arguments, Verb::EncryptBinary, View::encrypted_binary_len)
}

/// `decryptedBinaryLen(key, ciphertext, undefined, aad, context)`
pub(crate) fn decrypted_binary<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    len(env, arguments, Verb::DecryptBinary, View::decrypted_len)
}

fn len<'s>(
    env: Env<'s>,
    arguments: &Arguments<'s>,
    verb: Verb,
    len: impl FnOnce(&View, &Item<'_>) -> Result<usize, Error>,
) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let request = verb.read(env, arguments.from(1), Take::copy_if(key.scripted.get()))?;
    Ok(env.new_number(len(key.view(), &request.item())? as f64)?)
}
