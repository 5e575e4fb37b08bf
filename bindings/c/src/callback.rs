//! Functions of the caller's, to which results go whose size nobody knows before.

use crate::failure::{Failure, Status};
use crate::seal_info::{SealFn, SealInfo};
use crate::version::{Version, VersionFn};
use std::ffi::{CString, c_char, c_void};

/// Takes bytes.
pub type WriteFn = Option<unsafe extern "C" fn(user: *mut c_void, data: *const c_void, len: usize)>;

/// Takes a name, or a sentence.
pub type NameFn = Option<unsafe extern "C" fn(user: *mut c_void, name: *const c_char)>;

/// Takes a label, whose strings are followed by NUL.
pub type LabelFn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        name: *const c_char,
        name_len: usize,
        value: *const c_char,
        value_len: usize,
    ),
>;

/// Takes an index: a text, followed by NUL, or its bits. `newer` says how many of the versions that were
/// asked are newer than the one that it was made with, and `item` is its place in a batch, 0 elsewhere.
pub type IndexFn = Option<
    unsafe extern "C" fn(user: *mut c_void, item: usize, newer: usize, index: *const c_void, len: usize),
>;

/// Takes the public key of a version, as text.
pub type PublicKeyFn =
    Option<unsafe extern "C" fn(user: *mut c_void, version: u32, public_key: *const c_char)>;

/// Takes what is wrong with a document: a status and a sentence.
pub type FaultFn = Option<
    unsafe extern "C" fn(user: *mut c_void, document: *const c_char, status: Status, message: *const c_char),
>;

/// Takes what lets others at a file, or at the folder, which is ".": a word that does not change, and a
/// sentence.
pub type WarningFn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        subject: *const c_char,
        code: *const c_char,
        message: *const c_char,
    ),
>;

/// Takes the name of a key that was due for rotation and its new version, or the status of a rotation that
/// failed and 0.
pub type RotatedFn =
    Option<unsafe extern "C" fn(user: *mut c_void, name: *const c_char, status: Status, version: u32)>;

/// A function that has to be there.
pub(crate) fn required<F>(function: Option<F>) -> Result<F, Failure> {
    function.ok_or(Failure::Argument("a function is NULL"))
}

/// A function of the caller's, with the `user` that was passed beside it; or none, which nothing is told.
///
/// By the caller's word it can be called with that `user` while the call lasts, and looks at what it is given
/// only until it returns.
pub(crate) struct Listener<F> {
    function: F,
    user: *mut c_void,
}

impl<F> Listener<Option<F>> {
    pub(crate) fn new(function: Option<F>, user: *mut c_void) -> Self {
        Self { function, user }
    }

    /// Refuses NULL, before anything is done.
    pub(crate) fn required(function: Option<F>, user: *mut c_void) -> Result<Self, Failure> {
        Ok(Self::new(Some(required(function)?), user))
    }
}

impl Listener<WriteFn> {
    pub(crate) fn take(&self, bytes: &[u8]) {
        if let Some(take) = self.function {
            // SAFETY: the caller's function with its `user`; the bytes are as many as is said.
            unsafe { take(self.user, bytes.as_ptr().cast(), bytes.len()) }
        }
    }
}

impl Listener<NameFn> {
    pub(crate) fn take(&self, name: &str) {
        if let Some(take) = self.function {
            // SAFETY: the caller's function with its `user`; the string ends with a NUL.
            unsafe { take(self.user, terminated(name).as_ptr()) }
        }
    }
}

impl Listener<LabelFn> {
    pub(crate) fn take(&self, name: String, value: String) {
        if let Some(take) = self.function {
            let (name, value) = (name + "\0", value + "\0");
            // SAFETY: the caller's function with its `user`; a NUL stands behind both strings, which are as
            // long as is said without it.
            unsafe {
                take(self.user, name.as_ptr().cast(), name.len() - 1, value.as_ptr().cast(), value.len() - 1)
            }
        }
    }
}

impl Listener<IndexFn> {
    pub(crate) fn take_text(&self, item: usize, newer: usize, index: &str) {
        if let Some(take) = self.function {
            let text = terminated(index);
            // SAFETY: the caller's function with its `user`; the text is as long as is said, and a NUL stands
            // behind it.
            unsafe { take(self.user, item, newer, text.as_ptr().cast(), index.len()) }
        }
    }

    pub(crate) fn take_bits(&self, item: usize, newer: usize, index: &[u8]) {
        if let Some(take) = self.function {
            // SAFETY: the caller's function with its `user`; the bytes are as many as is said.
            unsafe { take(self.user, item, newer, index.as_ptr().cast(), index.len()) }
        }
    }
}

impl Listener<PublicKeyFn> {
    pub(crate) fn take(&self, version: u32, public_key: &str) {
        if let Some(take) = self.function {
            // SAFETY: the caller's function with its `user`; the text ends with a NUL.
            unsafe { take(self.user, version, terminated(public_key).as_ptr()) }
        }
    }
}

impl Listener<SealFn> {
    pub(crate) fn take(&self, seal: &strongroom::SealInfo) {
        if let Some(take) = self.function {
            let (kind, id) = (terminated(&seal.kind), terminated(&seal.id));
            let label = seal.label.as_deref().map(terminated);
            let info = SealInfo {
                kind: kind.as_ptr(),
                id: id.as_ptr(),
                label: label.as_ref().map_or(std::ptr::null(), |label| label.as_ptr()),
                added: seal.added.unwrap_or(0),
                in_use: seal.in_use.into(),
                reserved: 0,
            };
            // SAFETY: the caller's function with its `user`; the struct is laid out as C has it, and its
            // strings end with a NUL and outlive the call.
            unsafe { take(self.user, &raw const info) }
        }
    }
}

impl Listener<FaultFn> {
    pub(crate) fn take(&self, document: &str, status: Status, message: &str) {
        if let Some(take) = self.function {
            // SAFETY: the caller's function with its `user`; name and sentence end with a NUL.
            unsafe { take(self.user, terminated(document).as_ptr(), status, terminated(message).as_ptr()) }
        }
    }
}

impl Listener<WarningFn> {
    pub(crate) fn take(&self, subject: &str, code: &str, message: &str) {
        if let Some(take) = self.function {
            let [subject, code, message] = [subject, code, message].map(terminated);
            // SAFETY: the caller's function with its `user`; each of the three strings ends with a NUL.
            unsafe { take(self.user, subject.as_ptr(), code.as_ptr(), message.as_ptr()) }
        }
    }
}

impl Listener<RotatedFn> {
    pub(crate) fn take(&self, name: &str, status: Status, version: u32) {
        if let Some(take) = self.function {
            // SAFETY: the caller's function with its `user`; the name ends with a NUL.
            unsafe { take(self.user, terminated(name).as_ptr(), status, version) }
        }
    }
}

impl Listener<VersionFn> {
    pub(crate) fn take(&self, version: &Version) {
        if let Some(take) = self.function {
            // SAFETY: the caller's function with its `user`; the struct is laid out as C has it.
            unsafe { take(self.user, version) }
        }
    }
}

/// A string for C. No text of the library has a NUL in it but labels, in which it ends them.
fn terminated(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or_default()).unwrap_or_default()
}
