//! Certificates of a key, and requests for them.

use super::Key;
use crate::calls::outside;
use crate::errors::OrRaise;
use crate::given::Given;
use crate::options::VersionNumber;
use crate::text::Document;
use pyo3::prelude::*;
use strongroom::Version;

#[pymethods]
impl Key {
    /// A certificate request (PKCS#10) for a version as PEM, with the subject and the attributes of another.
    #[pyo3(signature = (template=Given(None), *, version=Given(None)))]
    fn certificate_request(
        &self,
        py: Python<'_>,
        template: Given<Document<'_>>,
        version: Given<VersionNumber>,
    ) -> PyResult<String> {
        let version = number(py, version)?;
        let template = template.0.map(|template| template.0.fixed());
        let template = template.as_ref().map(|template| template.as_slice());
        outside(py, || self.key.certificate_request(template, version))
    }

    /// Keeps certificates as PEM with the version whose they are, the latest unless given: the key's own
    /// first, then those of authorities.
    #[pyo3(signature = (chain, *, version=Given(None)))]
    fn set_certificate_chain(
        &self,
        py: Python<'_>,
        chain: Document<'_>,
        version: Given<VersionNumber>,
    ) -> PyResult<()> {
        let (version, chain) = (number(py, version)?, chain.0.fixed());
        let chain = chain.as_slice();
        outside(py, || self.key.set_certificate_chain(chain, version))
    }

    /// The certificates that are kept with a version as PEM, or `None`.
    #[pyo3(signature = (version=Given(None)))]
    fn certificate_chain(&self, py: Python<'_>, version: Given<VersionNumber>) -> PyResult<Option<String>> {
        let version = number(py, version)?;
        outside(py, || self.key.certificate_chain(version))
    }
}

fn number(py: Python<'_>, version: Given<VersionNumber>) -> PyResult<Option<Version>> {
    version.0.map(|version| version.0).transpose().or_raise(py)
}
