//! Batches: columns in, a list out.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Bytes, Load};
use crate::errors::exception;
use crate::options::{Named, Names, VersionNumber};
use crate::text::Text;
use crate::view::{View, said};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyList, PyMemoryView, PyString};
use strongroom::{DataKeySize, Error, HashAlgorithm, Item, SignatureForm};

/// What an item costs beside its bytes, in bytes, when it is asked whether a batch is long enough to let other threads run.
const PER_ITEM: usize = 1024;

/// What becomes of errors.
#[derive(Clone, Copy)]
pub(crate) enum Errors {
    /// The first one is raised. Its attribute `index` says which item it was.
    Raise,
    /// Each stands in the list, in the place of the result.
    Return,
}

impl Errors {
    pub(crate) fn named(name: &str) -> PyResult<Self> {
        crate::options::named(name)
    }
}

impl Names for Errors {
    const WHAT: &'static str = "way to report errors";

    fn all() -> Vec<(&'static str, Self)> {
        vec![("raise", Self::Raise), ("return", Self::Return)]
    }
}

/// One value for all items, or one for each.
pub(crate) enum Column<'py> {
    All(Bound<'py, PyAny>),
    Each(Vec<Bound<'py, PyAny>>),
}

impl<'py> FromPyObject<'_, 'py> for Column<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        // These can be iterated over too, but each is one value.
        let one = object.is_instance_of::<PyString>()
            || object.is_instance_of::<PyBytes>()
            || object.is_instance_of::<PyDict>()
            || object.is_instance_of::<PyByteArray>()
            || object.is_instance_of::<PyMemoryView>();
        match object.try_iter() {
            Ok(values) if !one => values.collect::<PyResult<_>>().map(Self::Each),
            _ => Ok(Self::All(object.to_owned())),
        }
    }
}

/// The column that says how many items there are.
pub(crate) fn items<'py>(object: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    match object.extract()? {
        Column::Each(items) => Ok(items),
        Column::All(_) => Err(PyTypeError::new_err("a list with one element for each item is needed")),
    }
}

/// A column, read.
pub(crate) enum Values<T> {
    All(Option<T>),
    Each(Vec<Option<T>>),
}

impl<T> Values<T> {
    pub(crate) fn read<'a, 'py>(column: &'a Option<Column<'py>>, len: usize) -> PyResult<Self>
    where
        T: FromPyObject<'a, 'py>,
    {
        let values = match column {
            None => return Ok(Self::All(None)),
            Some(Column::All(value)) => return value.extract().map(Self::All).map_err(Into::into),
            Some(Column::Each(values)) => values,
        };
        same_length(values.len(), len)?;
        read(values).map(Self::Each)
    }

    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        match self {
            Self::All(value) => value.as_ref(),
            Self::Each(values) => values.get(index)?.as_ref(),
        }
    }
}

pub(crate) fn same_length(column: usize, items: usize) -> PyResult<()> {
    let reason = Error::InvalidOption { reason: "every column of a batch has as many elements as there are items" };
    if column == items { Ok(()) } else { Python::attach(|py| Err(exception(py, &reason))) }
}

/// Every element as what it should be; what is of another type is an error of the program, raised before anything is done.
pub(crate) fn read<'a, 'py, T: FromPyObject<'a, 'py>>(values: &'a [Bound<'py, PyAny>]) -> PyResult<Vec<T>> {
    let noted = |(index, value): (usize, &'a Bound<'py, PyAny>)| {
        value.extract::<T>().map_err(|error| {
            let error: PyErr = error.into();
            let _ = error.value(value.py()).call_method1("add_note", (format!("in element {index}"),));
            error
        })
    };
    values.iter().enumerate().map(noted).collect()
}

/// The options of a batch.
pub(crate) struct Options<'a> {
    aad: Values<Aad<'a>>,
    context: Values<ContextArgument>,
    version: Values<VersionNumber>,
    form: Values<Named<SignatureForm>>,
    hash: Values<Named<HashAlgorithm>>,
}

/// The columns of a batch's options.
#[derive(Default)]
pub(crate) struct Columns<'py> {
    pub(crate) aad: Option<Column<'py>>,
    pub(crate) context: Option<Column<'py>>,
    pub(crate) version: Option<Column<'py>>,
    pub(crate) form: Option<Column<'py>>,
    pub(crate) hash: Option<Column<'py>>,
}

impl<'py> Columns<'py> {
    pub(crate) fn read(&self, len: usize) -> PyResult<Options<'_>> {
        let Self { aad, context, version, form, hash } = self;
        Ok(Options {
            aad: Values::read(aad, len)?,
            context: Values::read(context, len)?,
            version: Values::read(version, len)?,
            form: Values::read(form, len)?,
            hash: Values::read(hash, len)?,
        })
    }
}

impl Options<'_> {
    fn apply<'i>(&'i self, index: usize, item: Item<'i>) -> Result<Item<'i>, Error> {
        let mut item = said(item, self.aad.get(index), self.context.get(index), self.version.get(index).cloned())?;
        if let Some(form) = self.form.get(index) {
            item = item.form(form.0);
        }
        if let Some(hash) = self.hash.get(index) {
            item = item.hash(hash.0);
        }
        Ok(item)
    }
}

/// What the items of a batch are made from.
pub(crate) enum Inputs<'a> {
    Plaintexts(Vec<Bytes<'a>>),
    Ciphertexts(Vec<Text<'a>>),
    Messages(Vec<Bytes<'a>>),
    Signed(Vec<Bytes<'a>>, Vec<Text<'a>>),
    Sizes(Vec<usize>),
}

impl Inputs<'_> {
    fn item(&self, index: usize) -> Result<Item<'_>, Error> {
        Ok(match self {
            Self::Plaintexts(all) => Item::plaintext(all[index].as_slice()),
            Self::Ciphertexts(all) => Item::ciphertext(all[index].get()?),
            Self::Messages(all) => Item::message(all[index].as_slice()),
            Self::Signed(messages, signatures) => Item::signed(messages[index].as_slice(), signatures[index].get()?),
            Self::Sizes(all) => Item::data_key(DataKeySize::from_bytes(all[index])?),
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Plaintexts(all) | Self::Messages(all) | Self::Signed(all, _) => all.len(),
            Self::Ciphertexts(all) => all.len(),
            Self::Sizes(all) => all.len(),
        }
    }

    fn load(&self) -> Load {
        let bytes = match self {
            Self::Plaintexts(all) | Self::Messages(all) | Self::Signed(all, _) => all.iter().map(Bytes::load).fold(Load::Bytes(0), Load::and),
            Self::Ciphertexts(all) => Load::Bytes(all.iter().map(Text::len).sum()),
            Self::Sizes(_) => Load::Bytes(0),
        };
        bytes.and(Load::Bytes(self.len() * PER_ITEM))
    }
}

/// Runs a batch and makes the list.
pub(crate) fn run<'py, T: Send>(
    py: Python<'py>,
    view: &View,
    inputs: &Inputs<'_>,
    options: &Options<'_>,
    errors: Errors,
    verb: impl FnOnce(&strongroom::View, Vec<Item<'_>>) -> Vec<Result<T, Error>> + Send,
    show: impl Fn(T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    // An item that cannot be made has its error already; the others go to the library in one call.
    let mut refused = Vec::new();
    let mut items = Vec::with_capacity(inputs.len());
    for index in 0..inputs.len() {
        match inputs.item(index).and_then(|item| options.apply(index, item)) {
            Ok(item) => items.push(item),
            Err(error) => refused.push((index, error)),
        }
    }
    let mut results = view.call(py, inputs.load(), |view| verb(view, items)).into_iter();
    let mut refused = refused.into_iter().peekable();
    let mut shown = Vec::with_capacity(inputs.len());
    for index in 0..inputs.len() {
        let result = match refused.next_if(|(at, _)| *at == index) {
            Some((_, error)) => Err(error),
            None => results.next().expect("the library gives a result for every item"),
        };
        shown.push(match result {
            Ok(result) => show(result)?,
            Err(error) => {
                let exception = exception(py, &error);
                exception.value(py).setattr("index", index)?;
                match errors {
                    Errors::Raise => return Err(exception),
                    Errors::Return => exception.into_value(py).into_bound(py).into_any(),
                }
            }
        });
    }
    PyList::new(py, shown)
}
