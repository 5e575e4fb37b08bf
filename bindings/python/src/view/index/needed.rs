//! Which indexes a rotation has left behind.

use crate::buffer::Load;
use crate::column::items;
use crate::errors::OrRaise;
use crate::given::{Stray, only};
use crate::text::Text;
use crate::view::batch::in_slices;
use crate::view::columns::{Errors, Inputs};
use crate::view::{About, View};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList};

#[pymethods]
impl View {
    /// Whether `index` would write another version now. Only the outside of the text is looked at.
    fn needs_reindex(&self, py: Python<'_>, index: Text<'_>) -> PyResult<bool> {
        let text = index.get().or_raise(py)?;
        let (needed, raised) = self.attempt(py, Load::Held, |view| view.needs_reindex(text))?;
        needed.map_err(|error| self.about(py, &error, raised.as_ref(), Some(About::Index(text))))
    }

    /// `needs_reindex` of each.
    #[pyo3(signature = (indexes, *, errors="raise", **others))]
    #[pyo3(text_signature = "($self, indexes, *, errors='raise')")]
    fn needs_reindex_batch<'py>(
        &self,
        py: Python<'py>,
        indexes: &Bound<'py, PyAny>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        only("View.needs_reindex_batch", Stray(false), others, &["indexes", "errors"])?;
        let indexes = items(indexes)?;
        let errors = Errors::named(errors)?;
        let inputs = Inputs::Indexes(errors.items(&indexes)?);
        in_slices(
            py,
            self,
            inputs,
            errors,
            |batch, slice, load| {
                let text = |at| batch.inputs().index(at);
                batch.worked(slice, load, text, |view, texts| view.needs_reindex_batch(texts))
            },
            |needed| Ok(PyBool::new(py, needed).to_owned().into_any()),
        )
    }
}
