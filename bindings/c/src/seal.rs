//! Seals. One can be used as often as the caller likes.

use crate::failure::{Failure, Status};
use crate::handles;
use crate::memory::{In, Len, Out};
use crate::object::{Object, SealHandle};
use crate::output::Output;
use std::borrow::Cow;
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use strongroom::{Error, Seal, SealProvider, SecretArray};

/// The seal of a handle.
pub(crate) fn of(handle: SealHandle) -> Result<Seal, Failure> {
    handles::with(handle, |object| object.seal().cloned())
}

/// The seals of an array of handles.
pub(crate) fn all(seals: In<'_, SealHandle>, count: Len) -> Result<Vec<Seal>, Failure> {
    seals.array(count)?.into_iter().map(of).collect()
}

const WRONG_SIZE: Failure =
    Failure::Core(Error::InvalidRootKey { reason: Cow::Borrowed("a root key has 32 bytes") });

const NO_SEAL: Failure = Failure::Core(Error::invalid_option("no_seal"));

fn add(out: Out<'_, SealHandle>, seal: impl FnOnce() -> Result<Seal, Failure>) -> Result<(), Failure> {
    let place = out.place()?;
    place.put(handles::add(Object::Seal(seal()?))?);
    Ok(())
}

/// One that has what it needs with it, which is refused at once where it cannot be that.
fn checked(seal: Seal) -> Result<Seal, Failure> {
    seal.check()?;
    Ok(seal)
}

/// Makes a fresh root key, as text for strongroom_seal_root_key_env or _file. Keep it outside the keyring.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_generate_root_key(
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        let key = Seal::generate_root_key()?;
        out.text(std::str::from_utf8(key.expose()).unwrap_or_default())
    })
}

/// A seal by a key of 32 bytes, which are copied.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_root_key(
    key: In<'_, c_void>,
    key_len: Len,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        add(seal, || Ok(Seal::root_key(SecretArray::copy_of(key.bytes(key_len)?).ok_or(WRONG_SIZE)?)))
    })
}

/// A seal by a key of 32 bytes as text, which is copied: 64 hexadecimal digits or 44 characters of base64.
/// What cannot be one is STRONGROOM_INVALID_ROOT_KEY.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_root_key_text(
    text: In<'_, c_char>,
    text_len: Len,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({ add(seal, || checked(Seal::root_key_text(text.bytes(text_len)?))) })
}

/// A seal by a key in an environment variable, in hexadecimal or base64. It is read when the seal is used.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_root_key_env(
    variable: In<'_, c_char>,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({ add(seal, || Ok(Seal::root_key_env(variable.string()?))) })
}

/// A seal by a key in a file, written as for strongroom_seal_root_key_env. Only its owner may be able to read
/// it; one that a container platform mounts may have mode 0440, 0640 or 0444, read-only or in a folder that
/// others cannot write into. Every other mode is STRONGROOM_INSECURE_PERMISSIONS when the seal is used.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_root_key_file(path: In<'_, c_char>, seal: Out<'_, SealHandle>) -> Status {
    boundary!({ add(seal, || Ok(Seal::root_key_file(path.string()?))) })
}

/// A seal by a passphrase, which is copied, and stretched with Argon2id when the seal is used. `id` tells
/// several passphrases of one keyring apart and is not secret; NULL stands for "passphrase". An empty
/// passphrase is STRONGROOM_INVALID_ROOT_KEY.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_passphrase(
    passphrase: In<'_, c_void>,
    passphrase_len: Len,
    id: In<'_, c_char>,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        add(seal, || {
            let (passphrase, id) = (passphrase.bytes(passphrase_len)?, id.optional_string()?);
            checked(match id {
                None => Seal::passphrase(passphrase),
                Some(id) => Seal::passphrase_named(id, passphrase),
            })
        })
    })
}

/// A seal by a passphrase in a file of at most 65,536 bytes, with a mode as for
/// strongroom_seal_root_key_file. It is read when the seal is used; one newline at its end does not count.
/// `id` tells several passphrases of one keyring apart and is not secret; NULL stands for "passphrase".
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_passphrase_file(
    path: In<'_, c_char>,
    id: In<'_, c_char>,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        add(seal, || {
            let (path, id) = (path.string()?, id.optional_string()?);
            Ok(match id {
                None => Seal::passphrase_file(path),
                Some(id) => Seal::passphrase_file_named(id, path),
            })
        })
    })
}

/// A seal by its URL, which says where it is and how to log in and never holds a secret, as docs/seals.md
/// lists them: "vault://HOST/transit/NAME", "awskms:///alias/NAME?region=REGION", "file:PATH", "env:NAME" and
/// so on. What is no such URL is STRONGROOM_INVALID_URL at once; nothing is asked until the seal is used, and
/// then a call that uses it waits for the platform, 10 seconds at most for each question.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_url(
    url: In<'_, c_char>,
    url_len: Len,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        add(seal, || {
            let no_text = |_| Error::InvalidUrl { reason: "it is not UTF-8".into() };
            let url = String::from_utf8(url.bytes(url_len)?.to_vec()).map_err(no_text)?;
            Ok(strongroom_platforms::seal(&url)?)
        })
    })
}

/// Several seals, each of which opens the keyring. To open they are tried in this order, and the first that
/// does it is enough; a keyring that is created with them has a copy for each. A sealed backup takes one
/// seal only. At least one is given.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_any(
    seals: In<'_, SealHandle>,
    count: Len,
    any: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        add(any, || match all(seals, count)? {
            seals if seals.is_empty() => Err(NO_SEAL),
            seals => Ok(Seal::any(seals)),
        })
    })
}

/// The same seal by a root key or a passphrase in a file, which others may be able to read. Of other seals it
/// is refused when the seal is used.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_insecure_mode_ok(seal: SealHandle, lenient: Out<'_, SealHandle>) -> Status {
    boundary!({ add(lenient, || Ok(of(seal)?.insecure_mode_ok())) })
}

/// The same seal by a passphrase, which may be stretched with up to 1 GiB in 16 passes where the copy that it
/// is to open says so. Without this, a copy that needs over 128 MiB or four times the work of one made here
/// is refused with STRONGROOM_SEAL_TOO_COSTLY: whoever can write the file could otherwise keep its reader
/// busy for a minute. Of other seals it is refused when the seal is used.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_allow_costly(seal: SealHandle, costly: Out<'_, SealHandle>) -> Status {
    boundary!({ add(costly, || Ok(of(seal)?.allow_costly())) })
}

/// The same seal with a label, 1 to 255 bytes, which is not secret: what people call it. Where a copy of the
/// root key is made for the seal, the label is written beside the copy, with the time, for
/// strongroom_keyring_seals to show. A length that it cannot have is refused when the seal is used.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_labelled(
    seal: SealHandle,
    label: In<'_, c_char>,
    labelled: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        add(labelled, || {
            let label = label.string()?;
            Ok(of(seal)?.labelled(label))
        })
    })
}

/// The id of a seal as text, as strongroom_keyring_seals shows it: of a root key it is made from the key.
/// What the seal needs, such as a file, is read; no keyring is.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_id(
    seal: SealHandle,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        out.text(&of(seal)?.id()?)
    })
}

/// A seal of a provider's.
pub(crate) fn add_provider(out: Out<'_, SealHandle>, provider: Arc<dyn SealProvider>) -> Result<(), Failure> {
    add(out, || Ok(Seal::provider(provider)))
}
