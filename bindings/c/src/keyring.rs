//! Creating, opening and closing keyrings.

use crate::callback::{Listener, WriteFn};
use crate::failure::{Failure, Status};
use crate::keyring_options::{self, KeyringOptions};
use crate::memory::{In, Len, Out};
use crate::object::{KeyringHandle, Object, SealHandle};
use crate::output::Output;
use crate::{handles, seal};
use std::ffi::{c_char, c_void};
use strongroom::{Directory, Error, Keyring, KeyringBuilder, Seal};

/// Calls with a folder, and how it is opened, and gives the keyring that comes of it a handle.
pub(crate) fn with_folder(
    folder: In<'_, c_char>,
    seal: SealHandle,
    options: In<'_, KeyringOptions<'_>>,
    keyring: Out<'_, KeyringHandle>,
    call: impl FnOnce(KeyringBuilder, Directory, Seal) -> Result<Keyring, Error>,
) -> Result<(), Failure> {
    let place = keyring.place()?;
    let (folder, builder) = (folder.string()?, keyring_options::read(options)?);
    let folder = Directory::new(folder);
    let seal = seal::of(seal)?;
    let keyring = call(builder, folder.clone(), seal.clone()).map_err(|error| {
        let ask = || Keyring::seals_named_in(&folder, &seal);
        let has = matches!(error, Error::WrongSeal).then(ask).flatten();
        Failure::advised(error, has)
    })?;
    place.put(handles::add(Object::Keyring(keyring))?);
    Ok(())
}

/// Creates a keyring in an empty folder. A deliberate act: a service opens.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_create(
    folder: In<'_, c_char>,
    seal: SealHandle,
    options: In<'_, KeyringOptions<'_>>,
    keyring: Out<'_, KeyringHandle>,
) -> Status {
    boundary!({ with_folder(folder, seal, options, keyring, KeyringBuilder::create) })
}

/// Opens a keyring. Never creates one.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_open(
    folder: In<'_, c_char>,
    seal: SealHandle,
    options: In<'_, KeyringOptions<'_>>,
    keyring: Out<'_, KeyringHandle>,
) -> Status {
    boundary!({ with_folder(folder, seal, options, keyring, KeyringBuilder::open) })
}

/// Opens a keyring, or creates one where there is none. For development: a service would not notice a folder
/// that is empty by mistake.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_open_or_create(
    folder: In<'_, c_char>,
    seal: SealHandle,
    options: In<'_, KeyringOptions<'_>>,
    keyring: Out<'_, KeyringHandle>,
) -> Status {
    boundary!({ with_folder(folder, seal, options, keyring, KeyringBuilder::open_or_create) })
}

/// A keyring that is gone with the process: no folder and no seal. For tests.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_in_memory(keyring: Out<'_, KeyringHandle>) -> Status {
    boundary!({
        let place = keyring.place()?;
        place.put(handles::add(Object::Keyring(Keyring::in_memory()))?);
        Ok(())
    })
}

/// Closes a keyring for all its handles and those of its keys: from now on they say STRONGROOM_CLOSED, and
/// are still to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_close(keyring: KeyringHandle) -> Status {
    boundary!({
        handles::with(keyring, |object| {
            object.keyring()?.close();
            Ok(())
        })
    })
}

/// The id of the keyring, as 32 hexadecimal digits.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_id(
    keyring: KeyringHandle,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        handles::with(keyring, |object| out.text(&object.keyring()?.id().to_string()))
    })
}

/// What to keep outside of the keyring to know it again, as text ("srp1:...", at most 134 characters): its
/// id, its newest root key and the generation of its root document. Give it as `pin` when the keyring is
/// opened. It is not secret, and stays good over planned reseals; after a reseal because an old root key may
/// be in wrong hands, take a new one.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_pin(
    keyring: KeyringHandle,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        handles::with(keyring, |object| out.text(&object.keyring()?.pin()?.to_string()))
    })
}

/// A record of what every document is now, given to `write` in one piece; nothing in it is secret. Keep it
/// where whoever can write the folder cannot write, and give it as `witness` when the keyring is opened. It
/// knows nothing of what happens after it was made, so make a new one after changes that matter, with a
/// keyring that was opened with the one before: what that one refuses is STRONGROOM_ROLLED_BACK here. A
/// reseal does not spoil it. A keyring in memory is STRONGROOM_KEYRING_NOT_FOUND, and a key that cannot be
/// read is STRONGROOM_CORRUPT_DOCUMENT.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_witness(
    keyring: KeyringHandle,
    write: WriteFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let write = Listener::required(write, user)?;
        write.take(&handles::with(keyring, |object| Ok(object.keyring()?.witness()?))?);
        Ok(())
    })
}

/// Looks at the store at once, instead of within the next 250 milliseconds.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_refresh(keyring: KeyringHandle) -> Status {
    boundary!({ handles::with(keyring, |object| Ok(object.keyring()?.refresh()?)) })
}
