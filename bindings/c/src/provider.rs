//! A seal whose work functions of the caller's do. They get buffers of the library's and return a status;
//! neither is believed.

use crate::callback::required;
use crate::failure::{Failure, Status};
use crate::memory::{In, Out};
use crate::object::SealHandle;
use crate::seal;
use crate::structure::{self, Structure};
use std::cell::RefCell;
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use strongroom::{Error, SealError, SealProvider, SecretArray};
use zeroize::Zeroize;

/// A seal whose work functions of yours do: a key service, a hardware module. They may be called by several
/// threads at once, for as long as the seal's handle or a keyring that uses it exists.
#[repr(C)]
pub struct ProviderTable<'a> {
    pub(crate) size: usize,
    /// Given to the functions.
    pub(crate) user: *mut c_void,
    /// Which kind of seal this is, and which key of that kind. Copied; written beside the wrapped key, not
    /// secret.
    pub(crate) kind: In<'a, c_char>,
    pub(crate) id: In<'a, c_char>,
    /// Wraps the 32 bytes of `key`, bound to `aad`, into `out`, and sets `*len` to 1..65,535 bytes. Returns
    /// STRONGROOM_OK, STRONGROOM_WRONG_SEAL to refuse, or STRONGROOM_SEAL_FAILED; any other status is taken
    /// for the last. Without a length nothing was wrapped. What it wraps is unwrapped once and compared
    /// before anything is written; if that fails, so does the call, with STRONGROOM_SEAL_FAILED.
    pub(crate) wrap: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            key: *const c_void,
            aad: *const c_void,
            aad_len: usize,
            out: *mut c_void,
            capacity: usize,
            len: *mut usize,
        ) -> Status,
    >,
    /// Unwraps what `wrap` gave into the 32 bytes of `key`, if it was bound to the same `aad`. Returns
    /// STRONGROOM_OK, STRONGROOM_WRONG_SEAL if it does not open, or STRONGROOM_SEAL_FAILED if that could not
    /// be found out. A key that was not written, and is all zeros, is none.
    pub(crate) unwrap: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            blob: *const c_void,
            blob_len: usize,
            aad: *const c_void,
            aad_len: usize,
            key: *mut c_void,
        ) -> Status,
    >,
    /// Called once, when `user` is needed no more. May be NULL.
    pub(crate) release: Option<unsafe extern "C" fn(user: *mut c_void)>,
}

type WrapFn = unsafe extern "C" fn(
    *mut c_void,
    *const c_void,
    *const c_void,
    usize,
    *mut c_void,
    usize,
    *mut usize,
) -> Status;
type UnwrapFn =
    unsafe extern "C" fn(*mut c_void, *const c_void, usize, *const c_void, usize, *mut c_void) -> Status;
type ReleaseFn = unsafe extern "C" fn(*mut c_void);

// SAFETY: a size first, then pointers only, and one to a function may be NULL.
unsafe impl Structure for ProviderTable<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) struct Provider {
    user: *mut c_void,
    kind: String,
    id: String,
    wrap: WrapFn,
    unwrap: UnwrapFn,
    release: Option<ReleaseFn>,
    /// Whether the seal was given to the caller: before that, `user` is still the caller's.
    owns_user: AtomicBool,
}

// SAFETY: `strongroom.h` asks for functions and a `user` that every thread may call and use at the same time.
unsafe impl Send for Provider {}
// SAFETY: nothing in it changes but an atomic flag, and `strongroom.h` asks for functions and a `user` that
// threads may use at the same time.
unsafe impl Sync for Provider {}

/// The largest wrapped key, in bytes.
const LARGEST: usize = 65_535;

fn provider(table: In<'_, ProviderTable<'_>>) -> Result<Provider, Failure> {
    let table = structure::read(table)?;
    let (kind, id) = (table.kind.string()?, table.id.string()?);
    let (wrap, unwrap) = (required(table.wrap)?, required(table.unwrap)?);
    Ok(Provider {
        user: table.user,
        kind,
        id,
        wrap,
        unwrap,
        release: table.release,
        owns_user: AtomicBool::new(false),
    })
}

impl Provider {
    /// From now on `release` is called.
    pub(crate) fn owns_user(&self) {
        self.owns_user.store(true, Ordering::Release);
    }
}

impl SealProvider for Provider {
    fn kind(&self) -> &str {
        &self.kind
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut blob = vec![0; LARGEST];
        let mut len = 0;
        REASON.take();
        // SAFETY: the buffers are as long as is said; `strongroom.h` says what the function has to do with
        // them.
        let status = unsafe {
            (self.wrap)(
                self.user,
                key.expose().as_ptr().cast(),
                aad.as_ptr().cast(),
                aad.len(),
                blob.as_mut_ptr().cast(),
                blob.len(),
                &mut len,
            )
        };
        judge(status)?;
        if len > blob.len() {
            blob.zeroize();
            return Err(SealError::Failed(
                "the provider says that it wrote more than there was room for".into(),
            ));
        }
        blob.truncate(len);
        Ok(blob)
    }

    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        let mut key = SecretArray::zeroed();
        REASON.take();
        // SAFETY: the buffers are as long as is said; `strongroom.h` says what the function has to do with
        // them.
        let status = unsafe {
            (self.unwrap)(
                self.user,
                blob.as_ptr().cast(),
                blob.len(),
                aad.as_ptr().cast(),
                aad.len(),
                key.expose_mut().as_mut_ptr().cast(),
            )
        };
        judge(status)?;
        if key.expose() == &[0; 32] {
            return Err(SealError::Failed(
                "the provider says that it unwrapped a key, and wrote none".into(),
            ));
        }
        Ok(key)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        if let Some(release) = self.release.filter(|_| self.owns_user.load(Ordering::Acquire)) {
            // SAFETY: this is the last use of `user`, as `strongroom.h` says.
            unsafe { release(self.user) }
        }
    }
}

thread_local! {
    /// What a function of the provider said last on this thread, until it returns.
    static REASON: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// How much of a reason is kept, in bytes.
const LONGEST_REASON: usize = 500;

/// For the functions of a strongroom_provider: gives STRONGROOM_SEAL_FAILED, to be returned at once, and has
/// `reason` become a part of the message of the call that needed the seal. It is copied, up to 500 bytes of
/// it, and must hold nothing secret.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_provider_failed(reason: In<'_, c_char>) -> Status {
    boundary!(FAILED; {
        if let Some(text) = reason.terminated() {
            let text = text.to_string_lossy();
            let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            text.truncate(text.floor_char_boundary(LONGEST_REASON));
            // While a thread ends there may be nowhere to keep it.
            let _ = REASON.try_with(|kept| kept.replace(Some(text)));
        }
        FAILED
    })
}

/// A seal of your own. If this fails, `release` is not called.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_seal_provider(
    provider: In<'_, ProviderTable<'_>>,
    seal: Out<'_, SealHandle>,
) -> Status {
    boundary!({
        let provider = Arc::new(self::provider(provider)?);
        seal::add_provider(seal, provider.clone())?;
        provider.owns_user();
        Ok(())
    })
}

/// The number of `Error::SealFailed`, which the header has as `STRONGROOM_SEAL_FAILED`.
const FAILED: Status = 208;

fn judge(status: Status) -> Result<(), SealError> {
    let reason = REASON.take().filter(|reason| status == FAILED && !reason.is_empty());
    match status {
        0 => Ok(()),
        refused if refused == Error::WrongSeal.number() => Err(SealError::Refused),
        other => Err(SealError::Failed(
            reason.unwrap_or_else(|| format!("the provider gave status {other}")).into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;

    unsafe extern "C" fn wrap(
        _: *mut c_void,
        _: *const c_void,
        _: *const c_void,
        _: usize,
        _: *mut c_void,
        _: usize,
        _: *mut usize,
    ) -> Status {
        0
    }

    unsafe extern "C" fn unwrap(
        _: *mut c_void,
        _: *const c_void,
        _: usize,
        _: *const c_void,
        _: usize,
        _: *mut c_void,
    ) -> Status {
        0
    }

    static RELEASED: AtomicU32 = AtomicU32::new(0);

    unsafe extern "C" fn release(_: *mut c_void) {
        RELEASED.fetch_add(1, Ordering::Relaxed);
    }

    #[test]
    fn what_was_never_handed_over_is_not_released() {
        let table = ProviderTable {
            size: size_of::<ProviderTable<'_>>(),
            user: std::ptr::null_mut(),
            kind: In::of_text(c"turned"),
            id: In::of_text(c"one"),
            wrap: Some(wrap),
            unwrap: Some(unwrap),
            release: Some(release),
        };
        let make = || provider(In::of(&table)).ok();
        drop(make());
        assert_eq!(RELEASED.load(Ordering::Relaxed), 0);
        let given = make();
        given.as_ref().map(Provider::owns_user).into_iter().for_each(drop);
        drop(given);
        assert_eq!(RELEASED.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn the_number_of_a_failed_seal_is_the_table_s() {
        assert_eq!(FAILED, Error::SealFailed { reason: "".into() }.number());
    }
}
