//! How a column is indexed, from keyword arguments.

use crate::column::{Column, elements, items};
use crate::errors::OrRaise;
use crate::given::{Given, Stray, Whole, unexpected_name};
use crate::options::{LONGEST_SHOWN, Names, VersionNumber};
use crate::text::utf8;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use strongroom::{BlindIndex, Error, Normalize};

/// The options of an index. The name of the column has to be said.
pub(super) struct Asked<'a> {
    pub(super) name: Given<ColumnName<'a>>,
    pub(super) normalize: Given<Normalization>,
    pub(super) bits: Given<Bits>,
    pub(super) version: Given<VersionNumber>,
}

const NOT_UNICODE: Error = Error::invalid_option("not_unicode");

impl Asked<'_> {
    /// What they say together. `call` is what they were said to.
    #[inline]
    pub(super) fn of(self, call: &str, py: Python<'_>) -> PyResult<BlindIndex> {
        let Self { name, normalize, bits, version } = self;
        let Some(ColumnName(name)) = name.0 else { return Err(nameless(call)) };
        let mut index = BlindIndex::new(name.ok_or(NOT_UNICODE).or_raise(py)?);
        match normalize.0 {
            None | Some(Normalization::One(None)) => {}
            Some(Normalization::One(Some(step))) => index = index.normalize(step),
            Some(Normalization::Each(steps)) => index = steps.into_iter().fold(index, BlindIndex::normalize),
        }
        if let Some(Bits(bits)) = bits.0 {
            index = index.bits(bits);
        }
        if let Some(version) = version.0 {
            index = index.version(version.0.or_raise(py)?);
        }
        Ok(index)
    }
}

#[cold]
fn nameless(call: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "{call}() needs the name of the column that is searched, such as name='users.email': \
         equal values of two columns shall not look alike, so each column has indexes of its own"
    ))
}

/// Refuses what a call does not take: `first` are those of its arguments that have a place.
#[inline]
pub(super) fn only(
    call: &str,
    first: &[&str],
    stray: Stray,
    others: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    match (stray, others) {
        (Stray(false), None) => Ok(()),
        (Stray(true), _) => Err(PyTypeError::new_err(format!(
            "{call}() has no place for the name of the column; say name='users.email'"
        ))),
        (Stray(false), Some(others)) => Err(unexpected(call, first, others)),
    }
}

const OPTIONS: [&str; 4] = ["name", "normalize", "bits", "version"];

#[cold]
fn unexpected(call: &str, first: &[&str], others: &Bound<'_, PyDict>) -> PyErr {
    let name = others.keys().get_item(0).and_then(|name| name.extract::<String>());
    match name {
        Ok(name) if name == "context" => PyTypeError::new_err(format!(
            "{call}() got an unexpected keyword argument 'context'; call it on key.context(...)"
        )),
        Ok(name) => {
            let names: Vec<&str> = first.iter().copied().chain(OPTIONS).collect();
            unexpected_name(others.py(), call, &name, &names)
        }
        Err(error) => error,
    }
}

/// The name of a column; none where no UTF-8 can say it.
pub(super) struct ColumnName<'a>(Option<&'a str>);

impl<'a, 'py> FromPyObject<'a, 'py> for ColumnName<'a> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return utf8(object).map(Self);
        }
        let kind = object.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
        Err(PyTypeError::new_err(format!("the name of a column is str, not {kind}")))
    }
}

/// What is done to a value first: one step, or several in their order.
pub(super) enum Normalization {
    One(Option<Normalize>),
    Each(Vec<Normalize>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Normalization {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        // Mostly it is one, which is told at once.
        if object.is_instance_of::<PyString>() {
            return step(&object).map(Self::One);
        }
        match object.extract::<Column<'py>>()? {
            Column::All(one) => step(&one).map(Self::One),
            Column::Each(steps) => {
                let steps = elements::<Step>(&steps)?;
                Ok(Self::Each(steps.into_iter().filter_map(|Step(step)| step).collect()))
            }
        }
    }
}

/// A step; `none` is no step.
#[derive(Clone, Copy)]
struct Step(Option<Normalize>);

impl<'a, 'py> FromPyObject<'a, 'py> for Step {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        step(&object).map(Self)
    }
}

#[inline]
fn step(object: &Bound<'_, PyAny>) -> PyResult<Option<Normalize>> {
    let name = object.extract::<&str>()?;
    match name.parse() {
        Ok(step) => Ok(Some(step)),
        Err(_) if name == "none" => Ok(None),
        Err(_) => Err(no_step(name)),
    }
}

#[cold]
fn no_step(name: &str) -> PyErr {
    let names: Vec<String> = Step::all().iter().map(|(name, _)| format!("'{name}'")).collect();
    // What is longer than a few names may be something else in the wrong place.
    let said = if name.len() <= LONGEST_SHOWN { format!("'{name}'") } else { "what was given".to_owned() };
    let meant = Normalize::meant_by(name).map(|meant| format!(" ({meant})")).unwrap_or_default();
    PyValueError::new_err(format!("{said} is not a {}; it is one of {}{meant}", Step::WHAT, names.join(", ")))
}

impl Names for Step {
    const WHAT: &'static str = "normalization";

    fn all() -> Vec<(&'static str, Self)> {
        let steps = Normalize::ALL.iter().map(|step| (step.name(), Self(Some(*step))));
        std::iter::once(("none", Self(None))).chain(steps).collect()
    }
}

/// How many bits an index has. What is no such number at all is as wrong as one that is too large.
pub(super) struct Bits(u16);

impl<'a, 'py> FromPyObject<'a, 'py> for Bits {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        within(object, u16::MAX).map(Self)
    }
}

/// A number of characters. What is no such number at all is as wrong as none.
pub(super) struct Length(u8);

impl Length {
    #[inline]
    pub(super) fn get(&self) -> u8 {
        self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Length {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        within(object, 0).map(Self)
    }
}

/// Numbers of characters, as a column.
pub(super) struct Lengths(Vec<u8>);

impl Lengths {
    #[inline]
    pub(super) fn get(&self) -> &[u8] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Lengths {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let lengths = items(&object)?;
        Ok(Self(elements::<Length>(&lengths)?.into_iter().map(|Length(length)| length).collect()))
    }
}

/// A number, or what stands for one that the type does not have.
#[inline]
fn within<'a, 'py, T: FromPyObject<'a, 'py>>(object: Borrowed<'a, 'py, PyAny>, beyond: T) -> PyResult<T> {
    match object.extract::<Whole<T>>() {
        Ok(Whole(number)) => Ok(number),
        Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => Ok(beyond),
        Err(error) => Err(error),
    }
}
