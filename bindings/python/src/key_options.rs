//! The options of keys as keyword arguments and as what `info` tells: each that the library has, by its list.

use crate::errors::OrRaise;
use crate::given::{Given, Whole, unexpected_name};
use crate::options::{TypeName, VersionNumber};
use crate::period::Period;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::BTreeMap;
use strongroom::{KeyConfig, KeyOption, KeySpec, OptionKind, OptionTime, OptionValue, Version};

/// A call that takes options: its name as errors say it, and its other arguments.
pub(crate) struct Call(pub(crate) &'static str, pub(crate) &'static [&'static str]);

/// The specification of a new key.
pub(crate) fn spec(
    py: Python<'_>,
    call: &Call,
    key_type: Given<TypeName>,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<KeySpec> {
    let said = said(py, call, OptionTime::is_at_creation, options)?;
    let spec = match key_type.0 {
        Some(key_type) => KeySpec::new(key_type.get(py)?),
        None => KeySpec::default(),
    };
    said.into_iter().try_fold(spec, |spec, (option, value)| spec.set(option, value)).or_raise(py)
}

/// Changes of settings.
pub(crate) fn config(
    py: Python<'_>,
    call: &Call,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<KeyConfig> {
    let said = said(py, call, OptionTime::is_later, options)?;
    let config = KeyConfig::new();
    said.into_iter().try_fold(config, |config, (option, value)| config.set(option, value)).or_raise(py)
}

fn said(
    py: Python<'_>,
    call: &Call,
    at: fn(OptionTime) -> bool,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<(KeyOption, OptionValue)>> {
    // Reading a value may run Python, which could reach the dictionary.
    let given: Vec<_> = options.into_iter().flat_map(|options| options.iter()).collect();
    let mut said = Vec::with_capacity(given.len());
    for (name, value) in given {
        let name = name.str()?.to_string_lossy().into_owned();
        let Some(option) = KeyOption::from_name(&name).filter(|option| at(option.when())) else {
            return Err(unexpected(py, call, at, &name));
        };
        match read(option, at(OptionTime::Created), &value) {
            Ok(read) => said.extend(read.map(|value| (option, value))),
            Err(error) => {
                // As errors say of arguments that are no options.
                error.value(py).call_method1("add_note", (format!("while processing '{name}'"),))?;
                return Err(error);
            }
        }
    }
    Ok(said)
}

/// What an option is said to be; nothing for `...`.
fn read(option: KeyOption, is_new: bool, value: &Bound<'_, PyAny>) -> PyResult<Option<OptionValue>> {
    let py = value.py();
    if value.is(py.Ellipsis()) {
        return Ok(None);
    }
    Ok(match option.kind() {
        OptionKind::Flag => value.extract::<Given<_>>()?.0.map(OptionValue::Flag),
        OptionKind::Number => value.extract::<Given<_>>()?.0.map(|Whole(number)| OptionValue::Number(number)),
        OptionKind::Text => value.extract::<Given<_>>()?.0.map(OptionValue::Text),
        OptionKind::Period => {
            value.extract::<Given<_>>()?.0.map(|Period(period)| OptionValue::Period(period))
        }
        OptionKind::Labels if is_new => {
            let labels = value.extract::<Given<BTreeMap<String, String>>>()?.0;
            labels.map(|labels| {
                let labels = labels.into_iter().map(|(name, value)| (name, Some(value)));
                OptionValue::Labels(labels.collect())
            })
        }
        OptionKind::Labels => value.extract::<Given<_>>()?.0.map(OptionValue::Labels),
        OptionKind::VersionOrLatest if value.is_none() => Some(OptionValue::Version(None)),
        OptionKind::Version | OptionKind::VersionOrLatest => {
            let version = value.extract::<Given<VersionNumber>>()?.0;
            let version = version.map(|version| version.0).transpose().or_raise(py)?;
            version.map(|version| OptionValue::Version(Some(version)))
        }
        _ => return Err(PyTypeError::new_err("this package does not know such values")),
    })
}

fn unexpected(py: Python<'_>, Call(call, others): &Call, at: fn(OptionTime) -> bool, name: &str) -> PyErr {
    let options = KeyOption::ALL.iter().filter(|option| at(option.when())).map(|option| option.name());
    let known: Vec<&str> = options.chain(others.iter().copied()).collect();
    unexpected_name(py, call, name, &known)
}

/// What an option is, as a value of Python.
pub(crate) fn told(py: Python<'_>, value: Option<OptionValue>) -> PyResult<Py<PyAny>> {
    Ok(match value {
        Some(OptionValue::Flag(on)) => on.into_pyobject(py)?.to_owned().into_any().unbind(),
        Some(OptionValue::Number(number)) => number.into_pyobject(py)?.into_any().unbind(),
        Some(OptionValue::Text(text)) => text.into_pyobject(py)?.into_any().unbind(),
        Some(OptionValue::Period(period)) => period.into_pyobject(py)?.into_any().unbind(),
        Some(OptionValue::Labels(labels)) => labels.into_pyobject(py)?.into_any().unbind(),
        Some(OptionValue::Version(version)) => {
            version.map(Version::get).into_pyobject(py)?.into_any().unbind()
        }
        _ => py.None(),
    })
}
