//! A seal whose work functions of the caller's do.

use crate::boundary::Status;
use crate::callback::required;
use crate::failure::Failure;
use crate::memory;
use crate::structure::{self, Structure};
use std::ffi::{c_char, c_void};
use strongroom::{Error, SealError, SealProvider, SecretArray};
use zeroize::Zeroize;

type WrapFn = unsafe extern "C" fn(*mut c_void, *const c_void, *const c_void, usize, *mut c_void, usize, *mut usize) -> Status;
type UnwrapFn = unsafe extern "C" fn(*mut c_void, *const c_void, usize, *const c_void, usize, *mut c_void) -> Status;

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
}

// SAFETY: `strongroom.h` asks for functions and a `user` that every thread may call and use at the same time.
unsafe impl Send for Provider {}
// SAFETY: as above
unsafe impl Sync for Provider {}

/// The largest wrapped key, in bytes.
const LARGEST: usize = 65_535;

/// # Safety
/// As `structure::read`, and what the table points to is as `strongroom.h` says
pub(crate) unsafe fn provider(table: *const ProviderTable) -> Result<Provider, Failure> {
    // SAFETY: the same contract
    let table = unsafe { structure::read(table) }?;
    // SAFETY: the same contract
    let (kind, id) = unsafe { (memory::string(table.kind)?, memory::string(table.id)?) };
    let (wrap, unwrap) = (required(table.wrap)?, required(table.unwrap)?);
    Ok(Provider { user: table.user, kind, id, wrap, unwrap, release: table.release })
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
        // SAFETY: the buffers are as long as is said; `strongroom.h` says what the function has to do with them.
        let status =
            unsafe { (self.wrap)(self.user, key.expose().as_ptr().cast(), aad.as_ptr().cast(), aad.len(), blob.as_mut_ptr().cast(), blob.len(), &mut len) };
        judge(status)?;
        if len > blob.len() {
            blob.zeroize();
            return Err(SealError::Failed("the provider says that it wrote more than there was room for".to_owned()));
        }
        blob.truncate(len);
        Ok(blob)
    }

    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        let mut key = SecretArray::zeroed();
        // SAFETY: the buffers are as long as is said; `strongroom.h` says what the function has to do with them.
        let status =
            unsafe { (self.unwrap)(self.user, blob.as_ptr().cast(), blob.len(), aad.as_ptr().cast(), aad.len(), key.expose_mut().as_mut_ptr().cast()) };
        judge(status)?;
        Ok(key)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: this is the last use of `user`, as `strongroom.h` says.
            unsafe { release(self.user) }
        }
    }
}

fn judge(status: Status) -> Result<(), SealError> {
    match status {
        0 => Ok(()),
        refused if refused == Error::WrongSeal.number() => Err(SealError::Refused),
        other => Err(SealError::Failed(format!("the provider gave status {other}"))),
    }
}
