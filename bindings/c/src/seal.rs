//! Seals. One can be used as often as the caller likes, so what is kept is how to make it.

use crate::boundary::Status;
use crate::failure::Failure;
use crate::handles;
use crate::memory::{self, Place};
use crate::object::{Kind, Object};
use crate::output::Output;
use crate::provider::{ProviderTable, provider};
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use strongroom::{Error, Seal, SealProvider, SecretArray, SecretBytes};

/// How to make a seal.
#[derive(Clone)]
pub(crate) struct Recipe {
    source: Arc<Source>,
    allow_costly: bool,
}

enum Source {
    RootKey(SecretArray<32>),
    RootKeyEnv(String),
    RootKeyFile(String),
    Passphrase { id: Option<String>, passphrase: SecretBytes },
    Provider(Arc<dyn SealProvider>),
}

impl Recipe {
    pub(crate) fn seal(&self) -> Result<Seal, Failure> {
        let seal = match &*self.source {
            Source::RootKey(key) => Seal::root_key(SecretArray::copy_of(key.expose()).ok_or(WRONG_SIZE)?),
            Source::RootKeyEnv(variable) => Seal::root_key_env(variable),
            Source::RootKeyFile(path) => Seal::root_key_file(path),
            Source::Passphrase { id: None, passphrase } => Seal::passphrase(passphrase.expose()),
            Source::Passphrase { id: Some(id), passphrase } => {
                Seal::passphrase_named(id, passphrase.expose())
            }
            Source::Provider(provider) => Seal::provider(provider.clone()),
        };
        Ok(if self.allow_costly { seal.allow_costly() } else { seal })
    }
}

/// The seal of a handle.
pub(crate) fn of(handle: u64) -> Result<Seal, Failure> {
    handles::with(handle, |object| object.seal()?.seal())
}

const WRONG_SIZE: Failure = Failure::Core(Error::InvalidRootKey { reason: "it does not have 32 bytes" });

fn add(out: *mut u64, source: impl FnOnce() -> Result<Source, Failure>) -> Result<(), Failure> {
    add_recipe(out, || Ok(Recipe { source: Arc::new(source()?), allow_costly: false }))
}

fn add_recipe(out: *mut u64, recipe: impl FnOnce() -> Result<Recipe, Failure>) -> Result<(), Failure> {
    let out = Place::new(out)?;
    let handle = handles::add(Object::Seal(recipe()?))?;
    // SAFETY: `strongroom.h` asks for memory for a handle.
    unsafe { out.put(handle) };
    Ok(())
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_generate_root_key(
    out: *mut c_char,
    capacity: usize,
    len: *mut usize,
) -> Status {
    boundary!({
        let out = Output::new(out.cast(), capacity, len)?;
        let key = Seal::generate_root_key()?;
        // SAFETY: `out` is the caller's buffer with its capacity, and the key lies elsewhere.
        unsafe { out.text(std::str::from_utf8(key.expose()).unwrap_or_default()) }
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_seal_root_key(
    key: *const c_void,
    key_len: usize,
    seal: *mut u64,
) -> Status {
    boundary!({
        add(seal, || {
            // SAFETY: unless NULL, there are `key_len` bytes, which are copied before the call ends.
            let key = unsafe { memory::bytes(key, key_len) }?;
            Ok(Source::RootKey(SecretArray::copy_of(key).ok_or(WRONG_SIZE)?))
        })
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_seal_root_key_env(variable: *const c_char, seal: *mut u64) -> Status {
    // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
    boundary!({ add(seal, || Ok(Source::RootKeyEnv(unsafe { memory::string(variable) }?))) })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_seal_root_key_file(path: *const c_char, seal: *mut u64) -> Status {
    // SAFETY: the caller's string is NULL or ends with a NUL, as `strongroom.h` asks.
    boundary!({ add(seal, || Ok(Source::RootKeyFile(unsafe { memory::string(path) }?))) })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_seal_passphrase(
    passphrase: *const c_void,
    passphrase_len: usize,
    id: *const c_char,
    seal: *mut u64,
) -> Status {
    boundary!({
        add(seal, || {
            // SAFETY: the passphrase is NULL or has as many bytes as its length says; the id is NULL or ends
            // with a NUL.
            let (passphrase, id) =
                unsafe { (memory::bytes(passphrase, passphrase_len)?, memory::optional_string(id)?) };
            Ok(Source::Passphrase { id, passphrase: passphrase.into() })
        })
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_seal_allow_costly(seal: u64, costly: *mut u64) -> Status {
    boundary!({
        add_recipe(costly, || {
            let recipe = handles::with(seal, |object| object.seal().cloned())?;
            Ok(Recipe { allow_costly: true, ..recipe })
        })
    })
}

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_seal_provider(table: *const ProviderTable, seal: *mut u64) -> Status {
    boundary!({
        // SAFETY: unless NULL, the table has as many bytes as its first field says, and its strings end with
        // a NUL; its functions are as `strongroom.h` asks.
        let provider = Arc::new(unsafe { provider(table) }?);
        add(seal, || Ok(Source::Provider(provider.clone())))?;
        provider.owns_user();
        Ok(())
    })
}

/// See `strongroom.h`.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_free(seal: u64) -> Status {
    boundary!({ handles::free(seal, Kind::Seal) })
}
