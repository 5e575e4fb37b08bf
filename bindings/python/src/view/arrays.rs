//! Columns whose values lie in one buffer, as Arrow has them: buffers in, buffers out.

use super::columns::Errors;
use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Bytes, Load, Numbers, new_bytearray, new_bytes};
use crate::column::noted;
use crate::errors::{OrRaise, exception};
use crate::given::{Given, Stray, Whole, only};
use crate::options::VersionNumber;
use crate::view::View;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyList, PyMemoryView, PyTuple};
use strongroom::{Column, ColumnError, Error, NewColumn, OffsetBuffer, Values};

/// What a value costs beside its bytes, in bytes, when it is asked whether a column is long enough to let
/// other threads run.
const PER_VALUE: usize = 1024;

/// Everything that is said about a column, read.
struct Array<'a> {
    values: Flat<'a>,
    validity: Option<Bytes<'a>>,
    aad: Option<For<'a, Aad<'a>>>,
    context: Option<For<'a, ContextArgument>>,
    version: Option<VersionNumber>,
    threads: usize,
    errors: Errors,
}

/// Values in a buffer, and where each ends.
struct Flat<'a>(Bytes<'a>, OffsetBuffer);

/// One for all values, or one for each.
enum For<'a, T> {
    All(T),
    Each(Flat<'a>),
}

/// The options of a column.
struct Said<'py, 'a> {
    aad: Given<Bound<'py, PyAny>>,
    aad_offsets: Given<Numbers<'a>>,
    context: Given<Bound<'py, PyAny>>,
    context_offsets: Given<Numbers<'a>>,
    version: Given<VersionNumber>,
    offset_bits: Given<Whole<u32>>,
    threads: Given<Whole<usize>>,
}

#[pymethods]
impl View {
    /// `encrypt` of each value of a column in one buffer, as Arrow has it, to texts in one buffer.
    #[pyo3(signature = (
        values, offsets, *, validity=Given(None), aad=Given(None), aad_offsets=Given(None),
        context=Given(None), context_offsets=Given(None), version=Given(None), offset_bits=Given(None),
        threads=Given(None), errors="raise", **others
    ))]
    #[pyo3(text_signature = "($self, values, offsets, *, validity=..., aad=..., aad_offsets=..., \
        context=..., context_offsets=..., version=..., offset_bits=..., threads=..., \
        errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn encrypt_column<'py>(
        &self,
        py: Python<'py>,
        values: Bytes<'_>,
        offsets: Numbers<'_>,
        validity: Given<Bytes<'_>>,
        aad: Given<Bound<'py, PyAny>>,
        aad_offsets: Given<Numbers<'_>>,
        context: Given<Bound<'py, PyAny>>,
        context_offsets: Given<Numbers<'_>>,
        version: Given<VersionNumber>,
        offset_bits: Given<Whole<u32>>,
        threads: Given<Whole<usize>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        only(
            "View.encrypt_column",
            Stray(false),
            others,
            &[
                "values",
                "offsets",
                "validity",
                "aad",
                "aad_offsets",
                "context",
                "context_offsets",
                "version",
                "offset_bits",
                "threads",
                "errors",
            ],
        )?;
        let said = Said { aad, aad_offsets, context, context_offsets, version, offset_bits, threads };
        let array = said.about(self, values, &offsets, validity.0, errors)?;
        let (column, load) = (array.column().or_raise(py)?, array.load());
        // What is wrong with the key is wrong with each value, and said of the first.
        if let (Ok(len), _) = self.attempt(py, load, |view| view.encrypted_column_len(&column))? {
            let mut answer = None;
            let texts = new_bytes(py, len, |out| {
                answer = Some(self.attempt(py, load, |view| view.encrypt_column_into(&column, out))?);
                Ok(())
            })?;
            match answer {
                Some((Ok(made), _)) if made.values == len => {
                    return array.answer(py, texts.into_any(), made, None);
                }
                Some((Ok(made), raised)) => {
                    let texts = PyBytes::new(py, &texts.as_bytes()[..made.values]);
                    return array.answer(py, texts.into_any(), made, raised.as_ref());
                }
                // A rotation in between may have changed the length; then it is done once more below.
                Some((Err(ColumnError { index: None, error: Error::BufferTooSmall { .. } }), _)) | None => {}
                Some((Err(refused), raised)) => return Err(raise(py, &refused, raised.as_ref())),
            }
        }
        let (result, raised) = self.attempt(py, load, |view| view.encrypt_column(&column))?;
        let made = result.map_err(|refused| raise(py, &refused, raised.as_ref()))?;
        let texts = PyBytes::new(py, &made.values);
        array.answer(py, texts.into_any(), made, raised.as_ref())
    }

    /// `decrypt` of each value of a column of texts, to plaintexts in one `bytearray`, which its owner can
    /// wipe.
    #[pyo3(signature = (
        values, offsets, *, validity=Given(None), aad=Given(None), aad_offsets=Given(None),
        context=Given(None), context_offsets=Given(None), offset_bits=Given(None),
        threads=Given(None), errors="raise", **others
    ))]
    #[pyo3(text_signature = "($self, values, offsets, *, validity=..., aad=..., aad_offsets=..., \
        context=..., context_offsets=..., offset_bits=..., threads=..., errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn decrypt_column<'py>(
        &self,
        py: Python<'py>,
        values: Bytes<'_>,
        offsets: Numbers<'_>,
        validity: Given<Bytes<'_>>,
        aad: Given<Bound<'py, PyAny>>,
        aad_offsets: Given<Numbers<'_>>,
        context: Given<Bound<'py, PyAny>>,
        context_offsets: Given<Numbers<'_>>,
        offset_bits: Given<Whole<u32>>,
        threads: Given<Whole<usize>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        only(
            "View.decrypt_column",
            Stray(false),
            others,
            &[
                "values",
                "offsets",
                "validity",
                "aad",
                "aad_offsets",
                "context",
                "context_offsets",
                "offset_bits",
                "threads",
                "errors",
            ],
        )?;
        let version = Given(None);
        let said = Said { aad, aad_offsets, context, context_offsets, version, offset_bits, threads };
        let array = said.about(self, values, &offsets, validity.0, errors)?;
        let (column, load) = (array.column().or_raise(py)?, array.load());
        let (Ok(room), _) = self.attempt(py, Load::Held, |view| view.decrypted_column_len(&column))? else {
            let (result, raised) = self.attempt(py, load, |view| view.decrypt_column(&column))?;
            let made = result.map_err(|refused| raise(py, &refused, raised.as_ref()))?;
            let plaintexts = PyByteArray::new(py, made.values.expose());
            return array.answer(py, plaintexts.into_any(), made, raised.as_ref());
        };
        let mut answer = None;
        let plaintexts = new_bytearray(py, room, |out| {
            let (result, raised) = self.attempt(py, load, |view| view.decrypt_column_into(&column, out))?;
            let made = result.map_err(|refused| raise(py, &refused, raised.as_ref()))?;
            let len = made.values;
            answer = Some((made, raised));
            Ok(len)
        })?;
        let (made, raised) = answer.expect("it was filled");
        array.answer(py, plaintexts.into_any(), made, raised.as_ref())
    }

    /// `rewrap` of each value of a column of texts, to texts in one buffer.
    #[pyo3(signature = (
        values, offsets, *, validity=Given(None), aad=Given(None), aad_offsets=Given(None),
        context=Given(None), context_offsets=Given(None), version=Given(None), offset_bits=Given(None),
        threads=Given(None), errors="raise", **others
    ))]
    #[pyo3(text_signature = "($self, values, offsets, *, validity=..., aad=..., aad_offsets=..., \
        context=..., context_offsets=..., version=..., offset_bits=..., threads=..., \
        errors='raise')")]
    #[allow(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn rewrap_column<'py>(
        &self,
        py: Python<'py>,
        values: Bytes<'_>,
        offsets: Numbers<'_>,
        validity: Given<Bytes<'_>>,
        aad: Given<Bound<'py, PyAny>>,
        aad_offsets: Given<Numbers<'_>>,
        context: Given<Bound<'py, PyAny>>,
        context_offsets: Given<Numbers<'_>>,
        version: Given<VersionNumber>,
        offset_bits: Given<Whole<u32>>,
        threads: Given<Whole<usize>>,
        errors: &str,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        only(
            "View.rewrap_column",
            Stray(false),
            others,
            &[
                "values",
                "offsets",
                "validity",
                "aad",
                "aad_offsets",
                "context",
                "context_offsets",
                "version",
                "offset_bits",
                "threads",
                "errors",
            ],
        )?;
        let said = Said { aad, aad_offsets, context, context_offsets, version, offset_bits, threads };
        let array = said.about(self, values, &offsets, validity.0, errors)?;
        let column = array.column().or_raise(py)?;
        let (result, raised) = self.attempt(py, array.load(), |view| view.rewrap_column(&column))?;
        let made = result.map_err(|refused| raise(py, &refused, raised.as_ref()))?;
        let texts = PyBytes::new(py, &made.values);
        array.answer(py, texts.into_any(), made, raised.as_ref())
    }
}

impl<'a> Said<'_, 'a> {
    /// Reads the options. What can change is copied if Python code may run during the call.
    fn about<'s>(
        &'s self,
        view: &View,
        values: Bytes<'s>,
        offsets: &Numbers<'_>,
        validity: Option<Bytes<'s>>,
        errors: &str,
    ) -> PyResult<Array<'s>>
    where
        'a: 's,
    {
        let Self { aad, aad_offsets, context, context_offsets, version, offset_bits, threads } = self;
        let bits = offset_bits.0.map(|bits| bits.0);
        let flat = |bytes: Bytes<'s>, offsets: &Numbers<'_>| -> PyResult<Flat<'s>> {
            Ok(Flat(bytes, offsets.offsets(bits)?))
        };
        let aad = match (&aad.0, &aad_offsets.0) {
            (None, None) => None,
            (Some(aad), None) => Some(For::All(one(aad, "aad")?)),
            (Some(aads), Some(offsets)) => Some(For::Each(flat(aads.extract()?, offsets)?)),
            (None, Some(_)) => {
                return Err(PyTypeError::new_err("aad_offsets say where each aad is: give aad"));
            }
        };
        let context = match (&context.0, &context_offsets.0) {
            (None, None) => None,
            (Some(context), None) => Some(For::All(one(context, "context")?)),
            (Some(contexts), Some(offsets)) => Some(For::Each(flat(contexts.extract()?, offsets)?)),
            (None, Some(_)) => {
                return Err(PyTypeError::new_err("context_offsets say where each context is: give context"));
            }
        };
        let (version, errors) = (version.0.clone(), Errors::named(errors)?);
        let threads = threads.0.as_ref().map_or(1, |threads| threads.0);
        let array =
            Array { values: flat(values, offsets)?, validity, aad, context, version, threads, errors };
        // A seal that is written in Python may have come while the options were read: from here to the call
        // no such code runs.
        Ok(if view.asks_others() { array.fixed() } else { array })
    }
}

/// An aad or a context for all values.
fn one<'a, 'py, T: FromPyObject<'a, 'py>>(object: &'a Bound<'py, PyAny>, what: &str) -> PyResult<T> {
    if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
        return Err(PyTypeError::new_err(format!(
            "one {what} for each value is a column too: give them one behind the other in one buffer, and \
             where each ends as {what}_offsets"
        )));
    }
    object.extract().map_err(Into::into)
}

impl<T> For<'_, T> {
    fn fixed(self) -> Self {
        match self {
            Self::Each(Flat(bytes, offsets)) => Self::Each(Flat(bytes.fixed(), offsets)),
            all => all,
        }
    }
}

impl Flat<'_> {
    fn values(&self) -> Values<'_> {
        Values::new(self.0.as_slice(), &self.1)
    }
}

impl Array<'_> {
    /// A copy where it could change.
    fn fixed(self) -> Self {
        let Self { values: Flat(bytes, offsets), validity, aad, context, version, threads, errors } = self;
        Self {
            values: Flat(bytes.fixed(), offsets),
            validity: validity.map(Bytes::fixed),
            aad: aad.map(For::fixed),
            context: context.map(For::fixed),
            version,
            threads,
            errors,
        }
    }

    /// The column of the library.
    fn column(&self) -> Result<Column<'_>, Error> {
        let mut values = self.values.values();
        if let Some(bitmap) = &self.validity {
            values = values.validity(bitmap.as_slice(), 0);
        }
        let mut column = Column::new(values).threads(self.threads);
        column = match &self.aad {
            None => column,
            Some(For::All(aad)) => column.aad(aad.get()?),
            Some(For::Each(aads)) => column.aads(aads.values()),
        };
        column = match &self.context {
            None => column,
            Some(For::All(context)) => column.context(context),
            Some(For::Each(contexts)) => column.contexts(contexts.values()),
        };
        if let Some(version) = self.version.clone() {
            column = version.of(column)?;
        }
        Ok(match self.errors {
            Errors::Raise => column,
            Errors::Return => column.refused_as_null(),
        })
    }

    fn load(&self) -> Load {
        let Self { values, validity, aad, context, version: _, threads: _, errors: _ } = self;
        let aads = if let Some(For::Each(aads)) = aad { Some(&aads.0) } else { None };
        let contexts = if let Some(For::Each(contexts)) = context { Some(&contexts.0) } else { None };
        let others = validity.iter().chain(aads).chain(contexts);
        let rows = Load::Bytes(values.values().len() * PER_VALUE);
        others.map(Bytes::load).fold(values.0.load(), Load::and).and(rows)
    }

    /// `(values, offsets)`; and where errors do not raise, which values are null and which were refused.
    fn answer<'py, T>(
        &self,
        py: Python<'py>,
        values: Bound<'py, PyAny>,
        made: NewColumn<T>,
        raised: Option<&PyErr>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let NewColumn { offsets, validity, refused, .. } = made;
        let (bytes, kind): (Vec<u8>, _) = match &offsets {
            OffsetBuffer::I32(numbers) => (numbers.iter().flat_map(|n| n.to_ne_bytes()).collect(), "i"),
            OffsetBuffer::I64(numbers) => (numbers.iter().flat_map(|n| n.to_ne_bytes()).collect(), "q"),
        };
        let bytes = PyBytes::new(py, &bytes);
        let offsets = PyMemoryView::from(bytes.as_any())?.call_method1("cast", (kind,))?;
        match self.errors {
            Errors::Raise => (values, offsets).into_pyobject(py),
            Errors::Return => {
                let validity = validity.map(|bitmap| PyBytes::new(py, &bitmap));
                let refused = refused.iter().map(|(index, error)| {
                    let exception = exception(py, error, raised);
                    exception.value(py).setattr("index", index)?;
                    Ok((*index, exception.into_value(py)))
                });
                let refused = PyList::new(py, refused.collect::<PyResult<Vec<_>>>()?)?;
                (values, offsets, validity, refused).into_pyobject(py)
            }
        }
    }
}

/// The exception of a column, with the index of the value if it is one.
fn raise(py: Python<'_>, refused: &ColumnError, raised: Option<&PyErr>) -> PyErr {
    let exception = exception(py, &refused.error, raised);
    let Some(index) = refused.index else { return exception };
    drop(exception.value(py).setattr("index", index));
    noted(py, exception, format!("in element {index}"))
}
