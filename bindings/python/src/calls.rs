//! Where calls go into the library, and who may run meanwhile.

use crate::buffer::Load;
use crate::provider;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// From this many bytes on a call takes longer than letting go of the GIL and taking it again costs.
const RELEASE_FROM: usize = 4096;

/// A call on data. Other threads of Python run meanwhile if there is much to do.
///
/// `calls_python`: the keyring may ask a seal that is written in Python. Then the GIL is always let go, since another thread that
/// holds up this call may be waiting for it; the caller has made copies of whatever could change.
#[inline]
pub(crate) fn data<T: Send>(py: Python<'_>, calls_python: bool, load: Load, call: impl FnOnce() -> T + Send) -> T {
    match load {
        _ if calls_python => outside(py, call),
        Load::Bytes(len) if len >= RELEASE_FROM => py.detach(call),
        Load::Bytes(_) | Load::Held => call(),
    }
}

/// A call that waits for files or other programs.
pub(crate) fn outside<T: Send>(py: Python<'_>, call: impl FnOnce() -> T + Send) -> T {
    drop(provider::take_raised());
    py.detach(call)
}

/// Why handles do not leave the process.
pub(crate) fn no_copies(reason: &'static str) -> PyResult<()> {
    Err(PyTypeError::new_err(reason))
}
