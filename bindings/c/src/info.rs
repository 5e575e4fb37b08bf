//! What a key is.

use crate::callback::{LabelFn, Listener, NameFn};
use crate::failure::{Failure, Status};
use crate::handles;
use crate::key_options::{self, Info};
use crate::memory::Out;
use crate::object::KeyHandle;
use crate::structure;
use crate::version::{Version, VersionFn};
use std::ffi::c_void;
use strongroom::KeyInfo;

fn of(key: KeyHandle) -> Result<KeyInfo, Failure> {
    handles::with(key, |object| Ok(object.key()?.info()?))
}

/// Tells what a key is now: type, options, versions and counts. Set info->size first.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_info(key: KeyHandle, info: Out<'_, Info>) -> Status {
    boundary!({
        let place = info.place()?;
        let size = structure::room(&place)?;
        let known = of(key)?;
        place.put(key_options::info(&known, size));
        Ok(())
    })
}

/// Tells `each` of the versions of a key, from the first.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_versions(key: KeyHandle, each: VersionFn, user: *mut c_void) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for known in of(key)?.versions {
            each.take(&Version::from(known));
        }
        Ok(())
    })
}

/// Tells `each` the labels of a key, sorted by name.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_labels(key: KeyHandle, each: LabelFn, user: *mut c_void) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for (name, value) in of(key)?.labels {
            each.take(name, value);
        }
        Ok(())
    })
}

/// Tells `each` what somebody should know or do about a key.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_warnings(key: KeyHandle, each: NameFn, user: *mut c_void) -> Status {
    boundary!({
        let each = Listener::required(each, user)?;
        for warning in of(key)?.warnings {
            each.take(&warning);
        }
        Ok(())
    })
}
