//! The keys of a keyring.

use crate::callback::{Listener, NameFn};
use crate::choice::{self, said};
use crate::failure::{Failure, Status};
use crate::import::{self, ImportSource};
use crate::key_options::{self, Spec};
use crate::memory::{In, Len, Out};
use crate::object::{KeyHandle, KeyringHandle, Object, SealHandle};
use crate::{handles, seal};
use std::ffi::{c_char, c_void};
use strongroom::{Key, Keyring, PublicKey};

/// The product that writes or reads a backup of Transit. They differ in some fields, and in what some numbers
/// of types mean.
///
/// cbindgen:rename-all=prefix:STRONGROOM_DIALECT_
#[repr(C)]
pub enum Dialect {
    VAULT = 1,
    OPENBAO = 2,
}

pub(crate) const DIALECTS: [(u32, strongroom::Dialect); 2] = [
    (Dialect::VAULT as u32, strongroom::Dialect::Vault),
    (Dialect::OPENBAO as u32, strongroom::Dialect::OpenBao),
];

pub(crate) const NOT_A_DIALECT: Failure = Failure::Argument("not a strongroom_dialect");

/// Calls with a keyring and gives the key that comes of it a handle.
fn give<E: Into<Failure>>(
    keyring: KeyringHandle,
    key: Out<'_, KeyHandle>,
    call: impl FnOnce(&Keyring) -> Result<Key, E>,
) -> Result<(), Failure> {
    let place = key.place()?;
    let made = handles::with(keyring, |object| call(object.keyring()?).map_err(Into::into))?;
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
        give(keyring, key, |keyring| keyring.key(&name).map_err(|error| Failure::of_name(&name, error)))
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
        let (name, spec) = (name.string()?, key_options::spec(spec)?);
        give(keyring, key, |keyring| {
            keyring.create_key(&name, spec).map_err(|error| Failure::of_name(&name, error))
        })
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
        let (name, spec) = (name.string()?, key_options::spec(spec)?);
        give(keyring, key, |keyring| {
            keyring.key_or_create(&name, spec).map_err(|error| Failure::of_name(&name, error))
        })
    })
}

/// Creates a key with material from outside as its first version.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_import_key(
    keyring: KeyringHandle,
    name: In<'_, c_char>,
    import: In<'_, ImportSource<'_>>,
    spec: In<'_, Spec<'_>>,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let (name, import, spec) = (name.string()?, import::read(import)?, key_options::spec(spec)?);
        give(keyring, key, |keyring| {
            keyring.import_key(&name, import, spec).map_err(|error| Failure::of_name(&name, error))
        })
    })
}

/// A key that two sides agree on, each with a key of type "ecdsa-p256", "ecdsa-p384" or "ecdsa-p521" and the
/// other's public key: ECDH and HKDF-SHA256, as OpenBao's derive-key. `base` is the key of this side, in its
/// version `base_version`, or the latest if that is 0; `peer` is the public key of the other,
/// SubjectPublicKeyInfo as DER or PEM, of which you know whose it is. `spec` names the type of the new key,
/// "aes256-gcm96", "aes128-gcm96", "chacha20-poly1305" or "xchacha20-poly1305"; take one type for two base
/// keys. An imported key of the name, or one that was agreed on, gets a further version. A public key on
/// another curve is STRONGROOM_INVALID_MATERIAL.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_derive_key(
    keyring: KeyringHandle,
    name: In<'_, c_char>,
    base: KeyHandle,
    base_version: u32,
    peer: In<'_, c_void>,
    peer_len: Len,
    spec: In<'_, Spec<'_>>,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let (name, version) = (name.string()?, choice::version(base_version)?);
        let (peer, spec) = (peer.bytes(peer_len)?, key_options::spec(spec)?);
        give(keyring, key, |keyring| {
            handles::with(base, |object| {
                let (base, peer) = (object.key()?, PublicKey::parse(peer)?);
                keyring
                    .derive_key(&name, base, version, &peer, spec)
                    .map_err(|error| Failure::of_name(&name, error))
            })
        })
    })
}

/// Restores a key from a backup, under the name it had if `name` is NULL. A key that exists is never
/// overwritten.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_restore_key(
    keyring: KeyringHandle,
    backup: In<'_, c_void>,
    backup_len: Len,
    seal: SealHandle,
    name: In<'_, c_char>,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let (name, backup) = (name.optional_string()?, backup.bytes(backup_len)?);
        let seal = seal::of(seal)?;
        give(keyring, key, |keyring| keyring.restore_key(backup, seal, name.as_deref()))
    })
}

/// Restores a key from a plaintext backup of Vault's or OpenBao's Transit, the base64 text as the product
/// gave it, with all its versions and settings, under the name it had if `name` is NULL. A key that exists is
/// never overwritten. `dialect` is one of enum strongroom_dialect, or 0 to be told from the backup: only some
/// old ones do not tell. Wipe the backup: it is the key itself. One that is damaged or not one is
/// STRONGROOM_CORRUPT_BACKUP, of a type that is not here STRONGROOM_TYPE_NOT_SUPPORTED.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_restore_transit(
    keyring: KeyringHandle,
    backup: In<'_, c_void>,
    backup_len: Len,
    name: In<'_, c_char>,
    dialect: u32,
    key: Out<'_, KeyHandle>,
) -> Status {
    boundary!({
        let (name, backup) = (name.optional_string()?, backup.bytes(backup_len)?);
        let dialect = said(dialect, &DIALECTS, NOT_A_DIALECT)?;
        give(keyring, key, |keyring| keyring.restore_transit(backup, name.as_deref(), dialect))
    })
}

/// Deletes a key that allows it, with its material.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_delete_key(keyring: KeyringHandle, name: In<'_, c_char>) -> Status {
    boundary!({
        let name = name.string()?;
        handles::with(keyring, |object| {
            object.keyring()?.delete_key(&name).map_err(|error| Failure::of_name(&name, error))
        })
    })
}

/// Tells `each` the names of all keys, sorted, also of one whose document cannot be read;
/// strongroom_keyring_key says what is wrong with it.
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
