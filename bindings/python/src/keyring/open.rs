//! Creating and opening keyrings.

use super::Keyring;
use crate::buffer::Bytes;
use crate::calls::outside_with;
use crate::construct::{Options, Pinned};
use crate::errors::OrRaise;
use crate::given::{Given, Stray, Whole, only};
use crate::options::Named;
use crate::period::Period;
use crate::seal::{Seal, SealArgument};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::PathBuf;
use strongroom::{Directory, Error, KeyringBuilder, Nonces};

type Made = Result<strongroom::Keyring, Error>;

fn build(
    py: Python<'_>,
    path: PathBuf,
    seal: &Seal,
    options: Options<'_>,
    call: impl FnOnce(KeyringBuilder, Directory, strongroom::Seal) -> Made + Send,
) -> PyResult<Keyring> {
    let builder = options.into_builder().or_raise(py)?;
    let (given, folder) = (seal.get(), Directory::new(path));
    let (store, used) = (folder.clone(), given.clone());
    let ring = outside_with(
        py,
        || call(builder, store, used),
        |error| {
            let ask = || py.detach(|| strongroom::Keyring::seals_named_in(&folder, &given));
            matches!(error, Error::WrongSeal).then(ask).flatten()
        },
    )?;
    Ok(Keyring::new(ring, seal.asks_others()))
}

#[pymethods]
impl Keyring {
    /// Creates a keyring in an empty or absent folder.
    #[staticmethod]
    #[pyo3(signature = (
        path, seal, *, label=Given(None), max_staleness=Given(None), usage_limit=Given(None),
        nonces=Given(None), **others
    ))]
    #[pyo3(text_signature = "(path, seal, *, label=..., max_staleness=..., usage_limit=..., nonces=...)")]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn create(
        py: Python<'_>,
        path: PathBuf,
        seal: SealArgument<'_>,
        label: Given<String>,
        max_staleness: Given<Period>,
        usage_limit: Given<Whole<u64>>,
        nonces: Given<Named<Nonces>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        only(
            "Keyring.create",
            Stray(false),
            others,
            &["path", "seal", "label", "max_staleness", "usage_limit", "nonces"],
        )?;
        let options =
            Options { label, max_staleness, usage_limit, nonces, pin: Given(None), witness: Given(None) };
        build(py, path, &seal, options, KeyringBuilder::create)
    }

    /// Opens a keyring. Never creates one.
    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        path, seal, *, max_staleness=Given(None), usage_limit=Given(None), nonces=Given(None),
        pin=Given(None), witness=Given(None), **others
    ))]
    #[pyo3(text_signature = "(path, seal, *, max_staleness=..., usage_limit=..., nonces=..., pin=..., \
        witness=...)")]
    fn open(
        py: Python<'_>,
        path: PathBuf,
        seal: SealArgument<'_>,
        max_staleness: Given<Period>,
        usage_limit: Given<Whole<u64>>,
        nonces: Given<Named<Nonces>>,
        pin: Given<Pinned>,
        witness: Given<Bytes<'_>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        only(
            "Keyring.open",
            Stray(false),
            others,
            &["path", "seal", "max_staleness", "usage_limit", "nonces", "pin", "witness"],
        )?;
        let options = Options { label: Given(None), max_staleness, usage_limit, nonces, pin, witness };
        build(py, path, &seal, options, KeyringBuilder::open)
    }

    /// Opens a keyring, or creates one where there is none. For development.
    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "they are keyword arguments")]
    #[pyo3(signature = (
        path, seal, *, label=Given(None), max_staleness=Given(None), usage_limit=Given(None),
        nonces=Given(None), pin=Given(None), witness=Given(None), **others
    ))]
    #[pyo3(text_signature = "(path, seal, *, label=..., max_staleness=..., usage_limit=..., nonces=..., \
        pin=..., witness=...)")]
    fn open_or_create(
        py: Python<'_>,
        path: PathBuf,
        seal: SealArgument<'_>,
        label: Given<String>,
        max_staleness: Given<Period>,
        usage_limit: Given<Whole<u64>>,
        nonces: Given<Named<Nonces>>,
        pin: Given<Pinned>,
        witness: Given<Bytes<'_>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        only(
            "Keyring.open_or_create",
            Stray(false),
            others,
            &["path", "seal", "label", "max_staleness", "usage_limit", "nonces", "pin", "witness"],
        )?;
        let options = Options { label, max_staleness, usage_limit, nonces, pin, witness };
        build(py, path, &seal, options, KeyringBuilder::open_or_create)
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
        pin=Given(None), witness=Given(None), **others
    ))]
    #[pyo3(text_signature = "(snapshot, path, seal, *, max_staleness=..., usage_limit=..., nonces=..., \
        pin=..., witness=...)")]
    fn restore(
        py: Python<'_>,
        snapshot: PathBuf,
        path: PathBuf,
        seal: SealArgument<'_>,
        max_staleness: Given<Period>,
        usage_limit: Given<Whole<u64>>,
        nonces: Given<Named<Nonces>>,
        pin: Given<Pinned>,
        witness: Given<Bytes<'_>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        only(
            "Keyring.restore",
            Stray(false),
            others,
            &["snapshot", "path", "seal", "max_staleness", "usage_limit", "nonces", "pin", "witness"],
        )?;
        let options = Options { label: Given(None), max_staleness, usage_limit, nonces, pin, witness };
        build(py, path, &seal, options, |builder, folder, seal| builder.restore(snapshot, folder, seal))
    }
}
