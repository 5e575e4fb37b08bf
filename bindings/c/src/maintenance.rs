//! Looking after a keyring as a whole.

use crate::callback::{FaultFn, Listener, NameFn, RotatedFn, WarningFn};
use crate::failure::Status;
use crate::keyring::with_folder;
use crate::keyring_options::KeyringOptions;
use crate::memory::{In, Out};
use crate::object::{KeyringHandle, SealHandle};
use crate::{failure, handles};
use std::ffi::{c_char, c_void};
use std::time::Duration;

/// What strongroom_keyring_check found.
#[repr(C)]
pub struct Report {
    /// How many documents there are, and how many of them are keys that can be used.
    pub(crate) documents: usize,
    pub(crate) keys: usize,
    /// How many things are wrong. 0 if all is well.
    pub(crate) faults: usize,
    /// How much lets others at the documents, though nothing is wrong with them: in a folder, modes and
    /// owners.
    pub(crate) warnings: usize,
    /// 1 if a reseal was begun and not finished: call it again.
    pub(crate) unfinished_reseal: u32,
    pub(crate) reserved: u32,
}

/// Writes a snapshot into an empty folder and opens it. A snapshot is an old copy: rotate afterwards.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_restore(
    snapshot: In<'_, c_char>,
    folder: In<'_, c_char>,
    seal: SealHandle,
    options: In<'_, KeyringOptions<'_>>,
    keyring: Out<'_, KeyringHandle>,
) -> Status {
    boundary!({
        let snapshot = snapshot.string()?;
        with_folder(folder, seal, options, keyring, |builder, store, seal| {
            builder.restore(snapshot, store, seal)
        })
    })
}

/// Opens every document, and tells `each` what is wrong with those that cannot be read, and `warn` what lets
/// others at them. Both may be NULL. The words of a folder are "others_may_write", "others_may_read",
/// "foreign_owner" and "not_a_regular_file".
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_check(
    keyring: KeyringHandle,
    report: Out<'_, Report>,
    each: FaultFn,
    warn: WarningFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let place = report.place()?;
        let (each, warn) = (Listener::new(each, user), Listener::new(warn, user));
        let found = handles::with(keyring, |object| Ok(object.keyring()?.check()?))?;
        place.put(Report {
            documents: found.documents,
            keys: found.keys,
            faults: found.faults.len(),
            warnings: found.warnings.len(),
            unfinished_reseal: found.unfinished_reseal.into(),
            reserved: 0,
        });
        for fault in found.faults {
            each.take(&fault.document, fault.error.number(), &fault.error.to_string());
        }
        for warning in found.warnings {
            warn.take(&warning.subject, warning.code, &warning.message);
        }
        Ok(())
    })
}

/// For how many milliseconds every process of the keyring may at most encrypt without having seen the store:
/// 1,000 (a second) to 31,536,000,000 (365 days), and 60,000 unless this was called. A process that asks for
/// more when it opens is refused, and strongroom_key_trim waits for as long.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_set_max_staleness(keyring: KeyringHandle, milliseconds: u64) -> Status {
    boundary!({
        handles::with(keyring, |object| {
            Ok(object.keyring()?.set_max_staleness(Duration::from_millis(milliseconds))?)
        })
    })
}

/// Writes the usage documents anew that cannot be read, or that are old or missing as this process or its
/// witness knows, and tells `each` the names of those keys. Their versions with 96-bit nonces encrypt no
/// more, since how often they have is not known; decryption goes on, and after a rotation so does encryption.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_repair(
    keyring: KeyringHandle,
    each: NameFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for name in handles::with(keyring, |object| Ok(object.keyring()?.repair()?))? {
            each.take(name.as_str());
        }
        Ok(())
    })
}

/// Takes away a key that was not changed since it was created and whose document cannot be read, as one that
/// was sealed under a root key which a reseal has taken away meanwhile. What it has encrypted, if it has,
/// opens with a restored copy alone. The name can be used again. Anything else is refused: a key that can be
/// read with STRONGROOM_INVALID_OPTION, one that was written more than once with STRONGROOM_CORRUPT_DOCUMENT
/// (restore it).
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_remove_unreadable(
    keyring: KeyringHandle,
    name: In<'_, c_char>,
) -> Status {
    boundary!({
        let name = name.string()?;
        handles::with(keyring, |object| Ok(object.keyring()?.remove_unreadable(&name)?))
    })
}

/// Writes every document of one moment, still sealed, into a new file.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_snapshot(keyring: KeyringHandle, path: In<'_, c_char>) -> Status {
    boundary!({
        let path = path.string()?;
        handles::with(keyring, |object| Ok(object.keyring()?.snapshot(path)?))
    })
}

/// Rotates every key that is due, by its auto_rotate_period or by its use, and tells `each` of them.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_rotate_due(
    keyring: KeyringHandle,
    each: RotatedFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for (name, result) in handles::with(keyring, |object| Ok(object.keyring()?.rotate_due()?))? {
            let (status, version) = match result {
                Ok(version) => (0, version.get()),
                Err(error) => (failure::remember(error.into()), 0),
            };
            each.take(name.as_str(), status, version);
        }
        Ok(())
    })
}

/// Brings every document to the newest format; `*upgraded` becomes how many were changed.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_upgrade(keyring: KeyringHandle, upgraded: Out<'_, usize>) -> Status {
    boundary!({
        let place = upgraded.place()?;
        place.put(handles::with(keyring, |object| Ok(object.keyring()?.upgrade()?))?);
        Ok(())
    })
}
