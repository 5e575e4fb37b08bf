//! The wrapped copies of the root key.

use super::Keyring;
use crate::calls::outside;
use crate::column::{elements, items};
use crate::given::Given;
use crate::report::SealInfo;
use crate::seal::{Seal, SealArgument};
use pyo3::prelude::*;

#[pymethods]
impl Keyring {
    /// The seals that open the keyring.
    fn seals(&self, py: Python<'_>) -> PyResult<Vec<SealInfo>> {
        let seals = outside(py, || self.ring.seals())?;
        Ok(seals.into_iter().map(SealInfo::from).collect())
    }

    /// Adds a copy of the root key, wrapped by another seal.
    fn add_seal(&self, py: Python<'_>, seal: SealArgument<'_>) -> PyResult<()> {
        self.may_ask(&seal);
        let seal = seal.get();
        outside(py, || self.ring.add_seal(seal))
    }

    /// Removes a copy of the root key. It revokes nothing that was copied before: see `reseal`.
    fn remove_seal(&self, py: Python<'_>, kind: &str, id: &str) -> PyResult<()> {
        outside(py, || self.ring.remove_seal(kind, id))
    }

    /// Wraps the root key anew in the copies that these seals have, or without any in that of the seal that
    /// opened the keyring.
    #[pyo3(signature = (seals=Given(None)), text_signature = "($self, seals=...)")]
    fn rewrap_seals(&self, py: Python<'_>, seals: Given<Bound<'_, PyAny>>) -> PyResult<()> {
        let seals = seals.0.as_ref().map(items).transpose()?;
        let seals: Vec<PyRef<'_, Seal>> = seals.as_ref().map_or(Ok(Vec::new()), |seals| elements(seals))?;
        seals.iter().for_each(|seal| self.may_ask(seal));
        let seals: Vec<_> = seals.iter().map(|seal| seal.get()).collect();
        outside(py, || self.ring.rewrap_seals(seals))
    }

    /// Makes a new root key, wrapped by these seals and no others, and seals every document under it. Returns
    /// how many were written.
    fn reseal(&self, py: Python<'_>, seals: &Bound<'_, PyAny>) -> PyResult<usize> {
        let seals = items(seals)?;
        let seals: Vec<PyRef<'_, Seal>> = elements(&seals)?;
        seals.iter().for_each(|seal| self.may_ask(seal));
        let seals: Vec<_> = seals.iter().map(|seal| seal.get()).collect();
        outside(py, || self.ring.reseal(seals))
    }
}
