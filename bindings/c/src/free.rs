//! The ends of handles.

use crate::failure::Status;
use crate::handles;
use crate::object::{KeyHandle, KeyringHandle, Kind, SealHandle};

/// Frees the handle of a keyring. The keyring lives on for as long as there are handles of its keys.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_free(keyring: KeyringHandle) -> Status {
    boundary!({ handles::free(keyring, Kind::Keyring) })
}

/// Frees the handle of a key.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_free(key: KeyHandle) -> Status {
    boundary!({ handles::free(key, Kind::Key) })
}

/// Frees the handle of a seal, and wipes what it holds. Keyrings that were opened with it do not mind.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_free(seal: SealHandle) -> Status {
    boundary!({ handles::free(seal, Kind::Seal) })
}
