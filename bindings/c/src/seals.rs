//! The seals of a keyring.

use crate::callback::Listener;
use crate::failure::Status;
use crate::memory::{In, Len, Out};
use crate::object::{KeyringHandle, SealHandle};
use crate::seal_info::SealFn;
use crate::{handles, seal};
use std::ffi::{c_char, c_void};

/// Tells `each` of the wrapped copies of the newest root key.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_seals(
    keyring: KeyringHandle,
    each: SealFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for seal in handles::with(keyring, |object| Ok(object.keyring()?.seals()?))? {
            each.take(&seal);
        }
        Ok(())
    })
}

/// Wraps a further copy of the root key.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_add_seal(keyring: KeyringHandle, seal: SealHandle) -> Status {
    boundary!({
        let seal = seal::of(seal)?;
        handles::with(keyring, |object| Ok(object.keyring()?.add_seal(seal)?))
    })
}

/// Removes a copy. Whoever copied the files before still has it.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_remove_seal(
    keyring: KeyringHandle,
    kind: In<'_, c_char>,
    id: In<'_, c_char>,
) -> Status {
    boundary!({
        let (kind, id) = (kind.string()?, id.string()?);
        handles::with(keyring, |object| Ok(object.keyring()?.remove_seal(&kind, &id)?))
    })
}

/// Wraps the root key anew in the copies that these seals have, or with none, `seals` NULL and `count` 0, in
/// the copy of the one that opened the keyring: under the newest version of a platform's key, say. The root
/// key stays. A seal that has no copy is STRONGROOM_INVALID_OPTION, with the detail seal_without_copy.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_rewrap_seals(
    keyring: KeyringHandle,
    seals: In<'_, SealHandle>,
    count: Len,
) -> Status {
    boundary!({
        let seals = seal::all(seals, count)?;
        handles::with(keyring, |object| Ok(object.keyring()?.rewrap_seals(seals)?))
    })
}

/// Makes a new root key, wrapped by these seals and no others, and seals every document under it; `*resealed`
/// becomes how many.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_reseal(
    keyring: KeyringHandle,
    seals: In<'_, SealHandle>,
    count: Len,
    resealed: Out<'_, usize>,
) -> Status {
    boundary!({
        let place = resealed.place()?;
        let seals = seal::all(seals, count)?;
        place.put(handles::with(keyring, |object| Ok(object.keyring()?.reseal(seals)?))?);
        Ok(())
    })
}
