//! The seals of a keyring.

use crate::boundary::Status;
use crate::callback::{required, terminated};
use crate::memory::{self, Place};
use crate::{handles, seal};
use std::ffi::{c_char, c_void};

/// `strongroom_seal_fn`
pub type SealFn = Option<unsafe extern "C" fn(user: *mut c_void, kind: *const c_char, id: *const c_char)>;

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_seals(keyring: u64, each: SealFn, user: *mut c_void) -> Status {
    boundary!({
        let each = required(each)?;
        for seal in handles::with(keyring, |object| Ok(object.keyring()?.seals()?))? {
            // SAFETY: `strongroom.h` asks for a function that can be called with `user`; the strings outlive
            // the call of it.
            unsafe { each(user, terminated(&seal.kind).as_ptr(), terminated(&seal.id).as_ptr()) }
        }
        Ok(())
    })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_add_seal(keyring: u64, seal: u64) -> Status {
    boundary!({
        let seal = seal::of(seal)?;
        handles::with(keyring, |object| Ok(object.keyring()?.add_seal(seal)?))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_remove_seal(
    keyring: u64,
    kind: *const c_char,
    id: *const c_char,
) -> Status {
    boundary!({
        // SAFETY: the caller's strings are NULL or end with a NUL, as `strongroom.h` asks.
        let (kind, id) = unsafe { (memory::string(kind)?, memory::string(id)?) };
        handles::with(keyring, |object| Ok(object.keyring()?.remove_seal(&kind, &id)?))
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_keyring_reseal(
    keyring: u64,
    seals: *const u64,
    count: usize,
    resealed: *mut usize,
) -> Status {
    boundary!({
        let place = Place::new(resealed)?;
        // SAFETY: unless NULL, there are `count` handles, which are numbers.
        let seals = unsafe { memory::array(seals, count) }?;
        let seals = seals.iter().map(|&handle| seal::of(handle)).collect::<Result<Vec<_>, _>>()?;
        let number = handles::with(keyring, |object| Ok(object.keyring()?.reseal(seals)?))?;
        // SAFETY: the place is memory of the caller's for a number.
        unsafe { place.put(number) };
        Ok(())
    })
}
