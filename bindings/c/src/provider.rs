//! A seal whose work functions of the caller's do. They get buffers of the library's and return a status;
//! neither is believed.

use crate::boundary::Status;
use crate::callback::required;
use crate::failure::Failure;
use crate::memory;
use crate::structure::{self, Structure};
use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use strongroom::{Error, SealError, SealProvider, SecretArray};
use zeroize::Zeroize;

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

/// `strongroom_provider`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ProviderTable {
    pub(crate) size: usize,
    pub(crate) user: *mut c_void,
    pub(crate) kind: *const c_char,
    pub(crate) id: *const c_char,
    pub(crate) wrap: Option<WrapFn>,
    pub(crate) unwrap: Option<UnwrapFn>,
    pub(crate) release: Option<unsafe extern "C" fn(*mut c_void)>,
}

// SAFETY: integers and pointers only, and a function pointer may be NULL.
unsafe impl Structure for ProviderTable {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) struct Provider {
    user: *mut c_void,
    kind: String,
    id: String,
    wrap: WrapFn,
    unwrap: UnwrapFn,
    release: Option<unsafe extern "C" fn(*mut c_void)>,
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

/// # Safety
/// As `structure::read`, and what the table points to is as `strongroom.h` says
pub(crate) unsafe fn provider(table: *const ProviderTable) -> Result<Provider, Failure> {
    // SAFETY: unless NULL, the caller's struct has as many bytes as its first field says.
    let table = unsafe { structure::read(table) }?;
    // SAFETY: the caller's strings are NULL or end with a NUL, as `strongroom.h` asks.
    let (kind, id) = unsafe { (memory::string(table.kind)?, memory::string(table.id)?) };
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
                "the provider says that it wrote more than there was room for".to_owned(),
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
                "the provider says that it unwrapped a key, and wrote none".to_owned(),
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

/// See `strongroom.h`.
///
/// # Safety
/// What the arguments point to is as it says there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn strongroom_provider_failed(reason: *const c_char) -> Status {
    boundary!(FAILED; {
        if !reason.is_null() {
            // SAFETY: not NULL, and `strongroom.h` asks for a string that ends with a NUL.
            let text = unsafe { CStr::from_ptr(reason) }.to_string_lossy();
            let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            text.truncate(text.floor_char_boundary(LONGEST_REASON));
            // While a thread ends there may be nowhere to keep it.
            let _ = REASON.try_with(|kept| kept.replace(Some(text)));
        }
        FAILED
    })
}

/// The number of `Error::SealFailed`, which the header has as `STRONGROOM_SEAL_FAILED`.
const FAILED: Status = 208;

fn judge(status: Status) -> Result<(), SealError> {
    let reason = REASON.take().filter(|reason| status == FAILED && !reason.is_empty());
    match status {
        0 => Ok(()),
        refused if refused == Error::WrongSeal.number() => Err(SealError::Refused),
        other => {
            Err(SealError::Failed(reason.unwrap_or_else(|| format!("the provider gave status {other}"))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    unsafe extern "C" fn release(user: *mut c_void) {
        // SAFETY: the tests give a counter.
        unsafe { *user.cast::<u32>() += 1 }
    }

    #[test]
    fn what_was_never_handed_over_is_not_released() {
        let mut released = 0_u32;
        let user = (&raw mut released).cast();
        let (kind, id) = (c"turned".as_ptr(), c"one".as_ptr());
        let table = ProviderTable {
            size: size_of::<ProviderTable>(),
            user,
            kind,
            id,
            wrap: Some(wrap),
            unwrap: Some(unwrap),
            release: Some(release),
        };
        // SAFETY: a whole table
        let make = || unsafe { provider(&raw const table) }.ok();
        drop(make());
        // SAFETY: of this test alone
        assert_eq!(unsafe { user.cast::<u32>().read() }, 0);
        let given = make();
        given.as_ref().map(Provider::owns_user).into_iter().for_each(drop);
        drop(given);
        // SAFETY: of this test alone
        assert_eq!(unsafe { user.cast::<u32>().read() }, 1);
    }

    #[test]
    fn the_number_of_a_failed_seal_is_the_table_s() {
        assert_eq!(FAILED, Error::SealFailed { reason: String::new() }.number());
    }
}
