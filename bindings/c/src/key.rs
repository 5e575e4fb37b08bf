//! Managing a key.

use crate::callback::{Listener, WriteFn};
use crate::choice::{self, said};
use crate::failure::{Failure, Status};
use crate::import::{self, ImportSource};
use crate::key_options::{self, Config};
use crate::memory::{In, Len, Out};
use crate::object::{KeyHandle, SealHandle};
use crate::output::Output;
use crate::{handles, seal};
use std::ffi::{c_char, c_void};
use strongroom::{Error, Key, PublicKey, Version};

/// Calls with a key and writes the number of the version that comes of it.
fn give(
    key: KeyHandle,
    version: Out<'_, u32>,
    call: impl FnOnce(&Key) -> Result<Version, Error>,
) -> Result<(), Failure> {
    let place = version.place()?;
    let made = handles::with(key, |object| Ok(call(object.key()?)?))?;
    place.put(made.get());
    Ok(())
}

/// Adds a version of fresh material and makes it the latest; `*version` becomes its number. What was made
/// with older versions still opens. `type` is NULL, or another type that has the same operations and options.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_rotate(
    key: KeyHandle,
    key_type: In<'_, c_char>,
    version: Out<'_, u32>,
) -> Status {
    boundary!({
        match import::key_type(key_type)? {
            Some(key_type) => give(key, version, |key| key.rotate_to(key_type)),
            None => give(key, version, Key::rotate),
        }
    })
}

/// Changes settings: all of them or, on failure, none.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_configure(key: KeyHandle, config: In<'_, Config<'_>>) -> Status {
    boundary!({
        let config = key_options::config(config)?;
        handles::with(key, |object| Ok(object.key()?.configure(config).map(|_| ())?))
    })
}

/// Suspends a key as a whole: every operation with messages is refused until strongroom_key_enable.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_disable(key: KeyHandle) -> Status {
    boundary!({ handles::with(key, |object| Ok(object.key()?.disable()?)) })
}

/// Lets a disabled key work again.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_enable(key: KeyHandle) -> Status {
    boundary!({ handles::with(key, |object| Ok(object.key()?.enable()?)) })
}

/// Destroys the material of every version below `min_available_version`. This cannot be undone.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_trim(key: KeyHandle, min_available_version: u32) -> Status {
    boundary!({
        let version = choice::version(min_available_version)?.ok_or(Failure::Argument("the version is 0"))?;
        handles::with(key, |object| Ok(object.key()?.trim(version)?))
    })
}

/// Adds material from outside as the latest version of an imported key, or gives a version that was imported
/// as a public key its private half; `*version` becomes its number.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_import_version(
    key: KeyHandle,
    import: In<'_, ImportSource<'_>>,
    version: Out<'_, u32>,
) -> Status {
    boundary!({
        let import = import::read(import)?;
        give(key, version, |key| key.import_version(import))
    })
}

/// The whole key, sealed to a seal of yours, given to `write` in one piece.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_backup(
    key: KeyHandle,
    seal: SealHandle,
    write: WriteFn,
    user: *mut c_void,
) -> Status {
    boundary!({
        let write = Listener::required(write, user)?;
        let seal = seal::of(seal)?;
        write.take(&handles::with(key, |object| Ok(object.key()?.backup(seal)?))?);
        Ok(())
    })
}

/// How a public key is written. 0 is the default, STRONGROOM_PUBLIC_KEY_RAW.
///
/// cbindgen:rename-all=prefix:STRONGROOM_PUBLIC_KEY_
#[repr(C)]
pub enum PublicKeyFormat {
    /// As its algorithm writes it: of "ed25519" the 32 bytes of RFC 8032.
    RAW = 1,
    /// SubjectPublicKeyInfo (RFC 5280; of "ed25519", RFC 8410) as DER.
    DER = 2,
    /// SubjectPublicKeyInfo as PEM (RFC 7468, section 13), a text with a newline at the end.
    PEM = 3,
    /// A JSON Web Key (RFC 7517; of "ed25519", RFC 8037), a text: what a thumbprint is computed from.
    JWK = 4,
}

/// The public key of a version, or of the latest if `version` is 0. `format` is one of enum
/// strongroom_public_key_format, or 0. No NUL follows, also where it is a text.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_public_key(
    key: KeyHandle,
    version: u32,
    format: u32,
    out: Out<'_, c_void>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let version = choice::version(version)?;
        let written = written(format)?.unwrap_or(|key| key.as_bytes().to_vec());
        out.bytes(&written(&handles::with(key, |object| Ok(object.view()?.public_key(version)?))?))
    })
}

/// A way to write a public key.
pub(crate) type Written = fn(&PublicKey) -> Vec<u8>;

pub(crate) fn written(format: u32) -> Result<Option<Written>, Failure> {
    let known: [(u32, Written); 4] = [
        (PublicKeyFormat::RAW as u32, |key| key.as_bytes().to_vec()),
        (PublicKeyFormat::DER as u32, PublicKey::to_der),
        (PublicKeyFormat::PEM as u32, |key| key.to_pem().into_bytes()),
        (PublicKeyFormat::JWK as u32, |key| key.to_jwk().into_bytes()),
    ];
    said(format, &known, Failure::Argument("not a strongroom_public_key_format"))
}

/// The public keys of the versions from min_decryption_version on as a JSON Web Key Set (RFC 7517, section
/// 5). The kid of each is the name of the key, a colon and the version, such as "releases:3". A derived key,
/// which has a public key for each context, is STRONGROOM_CONTEXT_REQUIRED.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_jwks(
    key: KeyHandle,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        out.text(&handles::with(key, |object| Ok(object.key()?.jwks()?))?)
    })
}

/// The name of a key, or of the key that a view is of. It is known without a look at the keyring.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_key_name(
    key: KeyHandle,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        handles::with(key, |object| out.text(object.view()?.name().as_str()))
    })
}
