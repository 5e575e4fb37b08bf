//! What leaves a key for others: material that is wrapped for them, and public keys as a set.

use super::{Key, exposure};
use crate::calls::outside;
use crate::errors::OrRaise;
use crate::given::{Given, Stray, only};
use crate::options::Named;
use crate::text::Document;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use strongroom::{HashAlgorithm, PublicKey};

#[pymethods]
impl Key {
    /// The material by version, wrapped for the wrapping key of another keyring, of OpenBao or of Vault, if
    /// the key is exportable and the caller says `expose_secret_material=True`.
    #[pyo3(signature = (to, *, hash=Given(None), expose_secret_material=false, **others))]
    #[pyo3(text_signature = "($self, to, *, hash=..., expose_secret_material=False)")]
    fn export_wrapped<'py>(
        &self,
        py: Python<'py>,
        to: Document<'_>,
        hash: Given<Named<HashAlgorithm>>,
        expose_secret_material: bool,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        only("Key.export_wrapped", Stray(false), others, &["to", "hash", "expose_secret_material"])?;
        let expose = exposure(py, expose_secret_material)?;
        let to = PublicKey::parse(to.0.as_slice()).or_raise(py)?;
        let hash = hash.0.map(|hash| hash.0).unwrap_or_default();
        let wrapped = outside(py, || self.key.export_wrapped(&to, hash, expose))?;
        let texts = PyDict::new(py);
        for (version, text) in wrapped {
            texts.set_item(version.get(), text)?;
        }
        Ok(texts)
    }

    /// The public keys of the versions from `min_decryption_version` on as a JSON Web Key Set.
    fn jwks(&self, py: Python<'_>) -> PyResult<String> {
        outside(py, || self.key.jwks())
    }
}
