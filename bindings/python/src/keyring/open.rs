//! Creating and opening keyrings.

use super::Keyring;
use crate::buffer::Bytes;
use crate::calls::outside;
use crate::construct::{Options, Pinned};
use crate::errors::OrRaise;
use crate::given::{Given, Whole};
use crate::options::Named;
use crate::seal::Seal;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::time::Duration;
use strongroom::{Directory, Error, KeyringBuilder, Nonces};

fn build(
    py: Python<'_>,
    seal: &Seal,
    options: Options<'_>,
    call: impl FnOnce(KeyringBuilder, strongroom::Seal) -> Result<strongroom::Keyring, Error> + Send,
) -> PyResult<Keyring> {
    let builder = options.into_builder().or_raise(py)?;
    let given = seal.get();
    let ring = outside(py, || call(builder, given))?;
    Ok(Keyring::new(ring, seal.calls_python()))
}

#[pymethods]
impl Keyring {
    /// Creates a keyring in an empty or absent folder.
    #[staticmethod]
    #[pyo3(signature = (
        path, seal, *, label=Given(None), max_staleness=Given(None), usage_limit=Given(None),
        nonces=Given(None)
    ))]
    fn create(
        py: Python<'_>,
        path: PathBuf,
        seal: &Seal,
        label: Given<String>,
        max_staleness: Given<Duration>,
        usage_limit: Given<Whole<u64>>,
        nonces: Given<Named<Nonces>>,
    ) -> PyResult<Self> {
        let options =
            Options { label, max_staleness, usage_limit, nonces, pin: Given(None), witness: Given(None) };
        build(py, seal, options, |builder, seal| builder.create(Directory::new(path), seal))
    }

    /// Opens a keyring. Never creates one.
    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        path, seal, *, max_staleness=Given(None), usage_limit=Given(None), nonces=Given(None),
        pin=Given(None), witness=Given(None)
    ))]
    fn open(
        py: Python<'_>,
        path: PathBuf,
        seal: &Seal,
        max_staleness: Given<Duration>,
        usage_limit: Given<Whole<u64>>,
        nonces: Given<Named<Nonces>>,
        pin: Given<Pinned>,
        witness: Given<Bytes<'_>>,
    ) -> PyResult<Self> {
        let options = Options { label: Given(None), max_staleness, usage_limit, nonces, pin, witness };
        build(py, seal, options, |builder, seal| builder.open(Directory::new(path), seal))
    }

    /// Opens a keyring, or creates one where there is none. For development.
    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        path, seal, *, label=Given(None), max_staleness=Given(None), usage_limit=Given(None),
        nonces=Given(None), pin=Given(None), witness=Given(None)
    ))]
    fn open_or_create(
        py: Python<'_>,
        path: PathBuf,
        seal: &Seal,
        label: Given<String>,
        max_staleness: Given<Duration>,
        usage_limit: Given<Whole<u64>>,
        nonces: Given<Named<Nonces>>,
        pin: Given<Pinned>,
        witness: Given<Bytes<'_>>,
    ) -> PyResult<Self> {
        let options = Options { label, max_staleness, usage_limit, nonces, pin, witness };
        build(py, seal, options, |builder, seal| builder.open_or_create(Directory::new(path), seal))
    }

    /// A keyring that nobody else sees and that is gone with the process, for tests. Needs no seal.
    #[staticmethod]
    fn in_memory() -> Self {
        Self::new(strongroom::Keyring::in_memory(), false)
    }

    /// Restores the keyring in the file `snapshot` into an empty or absent folder.
    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        snapshot, path, seal, *, max_staleness=Given(None), usage_limit=Given(None), nonces=Given(None),
        pin=Given(None), witness=Given(None)
    ))]
    fn restore(
        py: Python<'_>,
        snapshot: PathBuf,
        path: PathBuf,
        seal: &Seal,
        max_staleness: Given<Duration>,
        usage_limit: Given<Whole<u64>>,
        nonces: Given<Named<Nonces>>,
        pin: Given<Pinned>,
        witness: Given<Bytes<'_>>,
    ) -> PyResult<Self> {
        let options = Options { label: Given(None), max_staleness, usage_limit, nonces, pin, witness };
        build(py, seal, options, |builder, seal| builder.restore(snapshot, Directory::new(path), seal))
    }
}
