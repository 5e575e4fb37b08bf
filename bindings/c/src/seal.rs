//! Seals. One can be used as often as the caller likes, so what is kept is how to make it.

use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{In, Len, Out};
use crate::object::{Object, SealHandle};
use crate::output::Output;
use crate::recipe::{Recipe, Source, WRONG_SIZE};
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use strongroom::{Seal, SealProvider, SecretArray};

/// The seal of a handle.
pub(crate) fn of(handle: SealHandle) -> Result<Seal, Failure> {
    handles::with(handle, |object| object.seal()?.seal())
}

fn add(out: Out<'_, SealHandle>, source: impl FnOnce() -> Result<Source, Failure>) -> Result<(), Failure> {
    add_recipe(out, || Ok(Recipe::new(source()?)))
}

fn add_recipe(
    out: Out<'_, SealHandle>,
    recipe: impl FnOnce() -> Result<Recipe, Failure>,
) -> Result<(), Failure> {
    let place = out.place()?;
    place.put(handles::add(Object::Seal(recipe()?))?);
    Ok(())
}

/// Makes a fresh root key, as text for strongroom_seal_root_key_env or _file. Keep it outside the keyring.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_generate_root_key(
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let key = Seal::generate_root_key()?;
        out.text(std::str::from_utf8(key.expose()).unwrap_or_default())
    })
}

/// A seal by a key of 32 bytes, which are copied.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_root_key(
    key: In<'_, c_void>,
    key_len: Len,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        add(seal, || Ok(Source::RootKey(SecretArray::copy_of(key.bytes(key_len)?).ok_or(WRONG_SIZE)?)))
    })
}

/// A seal by a key in an environment variable, in hexadecimal or base64. It is read when the seal is used.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_root_key_env(
    variable: In<'_, c_char>,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({ add(seal, || Ok(Source::RootKeyEnv(variable.string()?))) })
}

/// A seal by a key in a file that only its owner can read, written as for strongroom_seal_root_key_env.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_root_key_file(path: In<'_, c_char>, seal: Out<'_, SealHandle>) -> Status {
    boundary!({ add(seal, || Ok(Source::RootKeyFile(path.string()?))) })
}

/// A seal by a passphrase, which is copied, and stretched with Argon2id when the seal is used. `id` tells
/// several passphrases of one keyring apart and is not secret; NULL stands for "passphrase".
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_passphrase(
    passphrase: In<'_, c_void>,
    passphrase_len: Len,
    id: In<'_, c_char>,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        add(seal, || {
            let (passphrase, id) = (passphrase.bytes(passphrase_len)?, id.optional_string()?);
            Ok(Source::Passphrase { id, passphrase: passphrase.into() })
        })
    })
}

/// The same seal by a passphrase, which may be stretched with up to 1 GiB in 16 passes where the copy that it
/// is to open says so. Without this, a copy that needs over 128 MiB or four times the work of one made here
/// is refused with STRONGROOM_SEAL_TOO_COSTLY: whoever can write the file could otherwise keep its reader
/// busy for a minute. Of other seals it is refused when the seal is used.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_allow_costly(seal: SealHandle, costly: Out<'_, SealHandle>) -> Status {
    boundary!({
        add_recipe(costly, || {
            let recipe = handles::with(seal, |object| object.seal().cloned())?;
            Ok(recipe.allow_costly())
        })
    })
}

/// A seal of a provider's.
pub(crate) fn add_provider(out: Out<'_, SealHandle>, provider: Arc<dyn SealProvider>) -> Result<(), Failure> {
    add(out, || Ok(Source::Provider(provider)))
}
