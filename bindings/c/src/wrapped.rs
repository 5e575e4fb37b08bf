//! Keys that go wrapped from one keyring to another, as Transit's import takes them.

use crate::choice;
use crate::export::check_exposure;
use crate::failure::{Failure, Status};
use crate::handles;
use crate::key::written;
use crate::memory::{In, Len, Out};
use crate::object::{KeyHandle, KeyringHandle};
use crate::output::Output;
use crate::signing::wrapping_hash;
use std::ffi::{c_char, c_void};
use strongroom::{Error, Expose, PublicKey};

/// The public key that others wrap keys for, to import them with STRONGROOM_IMPORT_WRAPPED: RSA with 4,096
/// bits, as Transit's wrapping_key. It is made when it is first asked for, which takes a second or some, and
/// stays the keyring's; it is none of strongroom_keyring_keys. `format` is one of enum
/// strongroom_public_key_format, and here 0 is STRONGROOM_PUBLIC_KEY_PEM. No NUL follows, also where it is a
/// text.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_keyring_wrapping_key(
    keyring: KeyringHandle,
    format: u32,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let written = written(format)?.unwrap_or(|key| key.to_pem().into_bytes());
        out.bytes(&written(&handles::with(keyring, |object| Ok(object.keyring()?.wrapping_key()?))?))
    })
}

/// The material of a version of an exportable key, wrapped for the RSA key `to`, SubjectPublicKeyInfo as DER
/// or PEM: the wrapping key of another keyring, of OpenBao or of Vault, which take the text in their import.
/// `hash` is one of enum strongroom_hash, or 0 for SHA-256; `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL. A
/// version below min_decryption_version, destroyed, or with a public key alone is
/// STRONGROOM_NO_SUCH_VERSION, another public key than one of RSA is STRONGROOM_OPERATION_NOT_SUPPORTED.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_export_wrapped(
    key: KeyHandle,
    to: In<'_, c_void>,
    to_len: Len,
    hash: u32,
    version: u32,
    expose: u32,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let hash = wrapping_hash(hash)?;
        let version = choice::version(version)?.ok_or(Failure::Argument("the version is 0"))?;
        let to = to.bytes(to_len)?;
        check_exposure(expose)?;
        let versions = handles::with(key, |object| {
            Ok(object.key()?.export_wrapped(&PublicKey::parse(to)?, hash, Expose::SecretMaterial)?)
        })?;
        out.text(versions.get(&version).ok_or(Error::NoSuchVersion)?)
    })
}
