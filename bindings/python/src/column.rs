//! Columns of a batch: what is one value for all items, and what is one value for each.
//!
//! A column is a sequence or one of the views of a dict. Each is read once, from beginning to end and before
//! any of its elements is looked at, so that nothing that an element does can change what was read. What has
//! no order (a set), can be read only once (a generator) or gives something else than its elements (a dict
//! its names, a `str` its characters) is refused rather than read as what was not meant.

use crate::buffer::{is_buffer, one_value};
use crate::given::Given;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyByteArray, PyBytes, PyDict, PyDictKeys, PyDictValues, PyFrozenSet, PyIterator, PyList, PySet, PyString,
    PyTuple,
};
use strongroom::Error;

/// One value for all items, or one for each.
pub(crate) enum Column<'py> {
    All(Bound<'py, PyAny>),
    Each(Vec<Bound<'py, PyAny>>),
}

const COLUMNS_DIFFER: Error = Error::invalid_option("columns_differ");

const NOT_A_COLUMN: &str =
    "a column is a sequence, such as a list, or values() or keys() of a dict; make a list of it";

impl<'py> FromPyObject<'_, 'py> for Column<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(values) = each(&object)? {
            return Ok(Self::Each(values));
        }
        // What can be gone through and is no one value. Its iterator is not asked for: a generator would be
        // begun.
        let many = object.is_instance_of::<PySet>()
            || object.is_instance_of::<PyFrozenSet>()
            || object.is_instance_of::<PyIterator>();
        if many || (!is_one(&object) && object.hasattr(intern!(object.py(), "__iter__"))?) {
            return Err(not_a_column(&object));
        }
        let is_usual = object.is_instance_of::<PyBytes>() || object.is_instance_of::<PyByteArray>();
        Ok(Self::All(if !is_usual && is_buffer(&object) {
            one_value(&object)?.into_any()
        } else {
            object.to_owned()
        }))
    }
}

/// The column that says how many items there are.
pub(crate) fn items<'py>(object: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    each(object)?.ok_or_else(|| not_a_column(object))
}

fn not_a_column(object: &Bound<'_, PyAny>) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{NOT_A_COLUMN}, not {kind}"))
}

/// Whether Python can go through an object that is one value here.
fn is_one(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyString>() || object.is_instance_of::<PyDict>() || is_buffer(object)
}

/// The elements, if the object is a column.
fn each<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    if let Ok(list) = object.cast_exact::<PyList>() {
        return Ok(Some(list.iter().collect()));
    }
    if let Ok(tuple) = object.cast_exact::<PyTuple>() {
        return Ok(Some(tuple.iter().collect()));
    }
    if is_one(object) {
        return Ok(None);
    }
    let view = object.is_instance_of::<PyDictValues>() || object.is_instance_of::<PyDictKeys>();
    // SAFETY: the object is valid and the interpreter attached. Says of a class of Python whether it has
    // `__getitem__`.
    let indexed = unsafe { ffi::PySequence_Check(object.as_ptr()) } == 1;
    // A mapping has it too, and would give its names.
    if !view && (!indexed || object.hasattr(intern!(object.py(), "keys"))?) {
        return Ok(None);
    }
    let len = object.len()?;
    let mut values = Vec::new();
    for value in object.try_iter()? {
        values.push(value?);
        if values.len() > len {
            break;
        }
    }
    if values.len() == len {
        Ok(Some(values))
    } else {
        Err(PyValueError::new_err("the column changed while it was read: it has another number of elements"))
    }
}

/// A column, read.
pub(crate) enum Values<T> {
    All(Option<T>),
    Each(Vec<Option<T>>),
}

impl<T> Values<T> {
    /// `name` is the argument's, for the message.
    pub(crate) fn read<'a, 'py>(name: &str, column: &'a Given<Column<'py>>, len: usize) -> PyResult<Self>
    where
        T: FromPyObject<'a, 'py>,
    {
        let read = match &column.0 {
            None => return Ok(Self::All(None)),
            Some(Column::All(value)) => {
                value.extract().map(|value| Self::All(Some(value))).map_err(Into::into)
            }
            Some(Column::Each(values)) => {
                same_length(values.len(), len)?;
                elements::<Given<T>>(values)
                    .map(|values| Self::Each(values.into_iter().map(|value| value.0).collect()))
            }
        };
        read.map_err(|error| Python::attach(|py| noted(py, error, format!("in the column '{name}'"))))
    }

    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        match self {
            Self::All(value) => value.as_ref(),
            Self::Each(values) => values.get(index)?.as_ref(),
        }
    }
}

pub(crate) fn same_length(column: usize, items: usize) -> PyResult<()> {
    if column == items {
        Ok(())
    } else {
        Python::attach(|py| Err(crate::errors::exception(py, &COLUMNS_DIFFER, None)))
    }
}

/// Every element as what it should be; what is of another type is an error of the program, raised before
/// anything is done.
pub(crate) fn elements<'a, 'py, T: FromPyObject<'a, 'py>>(
    values: &'a [Bound<'py, PyAny>],
) -> PyResult<Vec<T>> {
    let read = |(index, value): (usize, &'a Bound<'py, PyAny>)| {
        value.extract::<T>().map_err(|error| {
            let error = error.into();
            // As an error of the library has it.
            drop(error.value(value.py()).setattr(intern!(value.py(), "index"), index));
            noted(value.py(), error, format!("in element {index}"))
        })
    };
    values.iter().enumerate().map(read).collect()
}

/// The error with a note of where it was. One that takes no notes goes without.
pub(crate) fn noted(py: Python<'_>, error: PyErr, note: String) -> PyErr {
    match error.value(py).call_method1(intern!(py, "add_note"), (note,)) {
        Err(worse) if !worse.is_instance_of::<pyo3::exceptions::PyException>(py) => worse,
        _ => error,
    }
}
