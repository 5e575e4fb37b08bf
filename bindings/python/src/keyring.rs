//! The keyring: opening it, and the care of it. Its keys are in `keyring/keys.rs` and `keyring/transit.rs`.

mod keys;
mod open;
mod seals;
mod transit;

use crate::calls::{attempt, no_copies, outside};
use crate::errors::{OrRaise, exception};
use crate::period::Period;
use crate::report::Report;
use crate::seal::Seal;
use crate::text::Name;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The named keys of one environment. It is shared between threads and works in a forked child.
#[pyclass(frozen, module = "strongroom")]
pub(crate) struct Keyring {
    ring: strongroom::Keyring,
    /// It may ask a seal that is written in Python, or a platform, so calls let go of the GIL first
    /// (`calls.rs`).
    asks_others: Arc<AtomicBool>,
}

impl Keyring {
    fn new(ring: strongroom::Keyring, asks_others: bool) -> Self {
        Self { ring, asks_others: Arc::new(AtomicBool::new(asks_others)) }
    }

    /// From here on the keyring may ask this seal.
    fn may_ask(&self, seal: &Seal) {
        self.asks_others.fetch_or(seal.asks_others(), Ordering::Relaxed);
    }
}

#[pymethods]
impl Keyring {
    /// The id of the keyring: 32 hexadecimal digits.
    #[getter]
    fn id(&self) -> String {
        self.ring.id().to_string()
    }

    /// What to keep outside of the keyring to know it again, as text; `open` takes it. It is not secret.
    fn pin(&self, py: Python<'_>) -> PyResult<String> {
        Ok(outside(py, || self.ring.pin())?.to_string())
    }

    /// A record of what every document is now; `open` takes it. It is not secret.
    fn witness<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &outside(py, || self.ring.witness())?))
    }

    /// Wipes all keys from memory. Every handle says `Closed` from then on.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        outside(py, || {
            self.ring.close();
            Ok(())
        })
    }

    /// Looks at the store now, rather than when it is time to.
    fn refresh(&self, py: Python<'_>) -> PyResult<()> {
        outside(py, || self.ring.refresh())
    }

    /// Opens every document, and says of each that cannot be read why.
    fn check(&self, py: Python<'_>) -> PyResult<Report> {
        let (report, raised) = attempt(py, || self.ring.check())?;
        Report::new(py, report.map_err(|error| exception(py, &error, raised.as_ref()))?, raised.as_ref())
    }

    /// For how long every process may at most encrypt without having seen the store: a second to 365 days.
    fn set_max_staleness(&self, py: Python<'_>, limit: Period) -> PyResult<()> {
        outside(py, || self.ring.set_max_staleness(limit.0))
    }

    /// Writes the usage documents anew that cannot be read, or that are old or missing as this process or its
    /// witness knows. Returns the names of those keys, which encrypt again after a rotation.
    fn repair(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let names = outside(py, || self.ring.repair())?;
        Ok(names.iter().map(ToString::to_string).collect())
    }

    /// Takes away a key that was not changed since it was created and whose document cannot be read. Anything
    /// else is refused.
    #[pyo3(signature = (name, /))]
    fn remove_unreadable(&self, py: Python<'_>, name: Name<'_>) -> PyResult<()> {
        let name = name.get().or_raise(py)?;
        outside(py, || self.ring.remove_unreadable(name))
    }

    /// Writes the whole keyring, still sealed, into a new file.
    #[pyo3(signature = (path, /))]
    fn snapshot(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        outside(py, || self.ring.snapshot(path))
    }

    /// Brings every document to the newest format. Returns how many were written.
    fn upgrade(&self, py: Python<'_>) -> PyResult<usize> {
        outside(py, || self.ring.upgrade())
    }

    /// Rotates every key that is due. Returns each with its new version, or with why it has none.
    fn rotate_due<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let (rotated, raised) = attempt(py, || self.ring.rotate_due())?;
        let rotated = rotated.map_err(|error| exception(py, &error, raised.as_ref()))?;
        let list = PyList::empty(py);
        for (name, result) in rotated {
            let result = match result {
                Ok(version) => version.get().into_pyobject(py)?.into_any(),
                Err(error) => exception(py, &error, raised.as_ref()).into_value(py).into_bound(py).into_any(),
            };
            list.append((name.as_str(), result))?;
        }
        Ok(list)
    }

    fn __enter__(this: Bound<'_, Self>) -> Bound<'_, Self> {
        this
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyAny>) -> PyResult<()> {
        self.close(py)
    }

    fn __repr__(&self) -> String {
        format!("<strongroom.{:?}>", self.ring)
    }

    fn __reduce__(&self) -> PyResult<()> {
        no_copies(
            "a Keyring cannot be pickled or copied: open it where it is needed, also in a child process that is not a fork",
        )
    }
}
