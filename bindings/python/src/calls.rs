//! Where calls go into the library, and who may run meanwhile.

use crate::buffer::Load;
use crate::errors::advised;
use crate::provider;
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use strongroom::{Error, KeyName};

/// From this many bytes on a call takes longer than letting go of the GIL and taking it again costs.
const RELEASE_FROM: usize = 4096;

/// What a call gave, and what a seal that is written in Python raised meanwhile.
pub(crate) type Answer<T> = (T, Option<PyErr>);

/// A call on data. Other threads of Python run meanwhile if there is much to do.
///
/// `asks_others`: the keyring may ask a seal that is written in Python, or a platform. Then the GIL is always
/// let go, since another thread that holds up this call may be waiting for it, and a platform may take
/// seconds to answer; the caller has made copies of whatever could change.
#[inline]
pub(crate) fn data<T: Send>(
    py: Python<'_>,
    asks_others: bool,
    load: Load,
    call: impl FnOnce() -> T + Send,
) -> PyResult<Answer<T>> {
    match load {
        _ if asks_others => attempt(py, call),
        Load::Bytes(len) if len >= RELEASE_FROM => Ok((py.detach(call), None)),
        Load::Bytes(_) | Load::Held => Ok((call(), None)),
    }
}

/// A call that waits for files or other programs.
pub(crate) fn outside<T: Send>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    outside_with(py, call, |_| None)
}

/// A call that waits for files or other programs, with what is known here about an error that it ends with.
pub(crate) fn outside_with<T: Send>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T, Error> + Send,
    advice: impl FnOnce(&Error) -> Option<String>,
) -> PyResult<T> {
    let (result, raised) = attempt(py, call)?;
    result.map_err(|error| advised(py, &error, raised.as_ref(), advice(&error)))
}

/// A call about a key by its name. If that is none, the error says why.
pub(crate) fn named<T: Send>(
    py: Python<'_>,
    name: &str,
    call: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    outside_with(py, call, |error| {
        matches!(error, Error::InvalidKeyName).then(|| KeyName::why_not(name)).flatten()
    })
}

/// Runs a call whose result is more than a value or an error.
///
/// What a provider raised and is no `Exception`, such as `KeyboardInterrupt`, is not for this library to
/// swallow: it is raised whatever the call made of it, also where the call went on without the provider's
/// answer.
pub(crate) fn attempt<T: Send>(py: Python<'_>, call: impl FnOnce() -> T + Send) -> PyResult<Answer<T>> {
    let (result, raised) = py.detach(|| provider::listening(call));
    match raised {
        Some(raised) if !raised.is_instance_of::<PyException>(py) => Err(raised),
        raised => Ok((result, raised)),
    }
}

/// Why handles do not leave the process.
pub(crate) fn no_copies(reason: &'static str) -> PyResult<()> {
    Err(PyTypeError::new_err(reason))
}
