//! The keys of a keyring.

use crate::callback::{Listener, NameFn};
use crate::failure::{Failure, Status};
use crate::memory::{In, Len, Out};
use crate::object::{KeyHandle, KeyringHandle, Object, SealHandle};
use crate::spec::{self, ImportSource, Spec};
use crate::{handles, seal};
use std::ffi::{c_char, c_void};
use strongroom::{Error, Key, Keyring};

/// Calls with a keyring and gives the key that comes of it a handle.
pub(crate) fn give(
    keyring: KeyringHandle,
    key: Out<'_, KeyHandle>,
    call: impl FnOnce(&Keyring) -> Result<Key, Error>,
) -> Result<(), Failure> {
    let place = key.place()?;
    let made = handles::with(keyring, |object| Ok(call(object.keyring()?)?))?;
    place.put(handles::add(Object::Key(made))?);
    Ok(())
}

/// A key that exists.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_key(
    keyring: KeyringHandle,
    name: In<'_, c_char>,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let name = name.string()?;
        give(keyring, key, |keyring| keyring.key(&name))
    })
}

/// Creates a key.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_create_key(
    keyring: KeyringHandle,
    name: In<'_, c_char>,
    spec: In<'_, Spec<'_>>,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let (name, spec) = (name.string()?, spec::read(spec)?);
        give(keyring, key, |keyring| keyring.create_key(&name, spec))
    })
}

/// The key of a name, created if there is none. One of another specification is refused.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_key_or_create(
    keyring: KeyringHandle,
    name: In<'_, c_char>,
    spec: In<'_, Spec<'_>>,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let (name, spec) = (name.string()?, spec::read(spec)?);
        give(keyring, key, |keyring| keyring.key_or_create(&name, spec))
    })
}

/// Creates a key with material from outside as its first version.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_import_key(
    keyring: KeyringHandle,
    name: In<'_, c_char>,
    spec: In<'_, Spec<'_>>,
    import: In<'_, ImportSource<'_>>,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let (name, spec, import) = (name.string()?, spec::read(spec)?, spec::import(import)?);
        give(keyring, key, |keyring| keyring.import_key(&name, spec, import))
    })
}

/// Restores a key from a backup, under the name it had if `name` is NULL. A key that exists is never
/// overwritten.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_restore_key(
    keyring: KeyringHandle,
    name: In<'_, c_char>,
    backup: In<'_, c_void>,
    backup_len: Len,
    seal: SealHandle,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let (name, backup) = (name.optional_string()?, backup.bytes(backup_len)?);
        let seal = seal::of(seal)?;
        give(keyring, key, |keyring| keyring.restore_key(name.as_deref(), backup, seal))
    })
}

/// Deletes a key that allows it, with its material.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_delete_key(keyring: KeyringHandle, name: In<'_, c_char>) -> Status {
    boundary!({
        let name = name.string()?;
        handles::with(keyring, |object| Ok(object.keyring()?.delete_key(&name)?))
    })
}

/// Tells `each` the names of all keys, sorted.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_keys(keyring: KeyringHandle, each: NameFn, user: *mut c_void) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for name in handles::with(keyring, |object| Ok(object.keyring()?.keys()?))? {
            each.take(name.as_str());
        }
        Ok(())
    })
}
