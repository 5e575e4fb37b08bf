//! What the batches are given: items and options, one value for all or one for each.

use crate::aad::{Aad, ContextArgument};
use crate::buffer::{Binary, Bytes, Load};
use crate::column::{Column, Values, elements};
use crate::given::{Given, Whole};
use crate::options::{Named, Names, VersionNumber};
use crate::signing::{self, Hashed, Salt};
use crate::text::{Text, Value};
use crate::view::{About, said};
use pyo3::prelude::*;
use strongroom::{DataKeySize, Error, Item, RsaPadding, SignatureForm};

/// What an item costs beside its bytes, in bytes, when it is asked whether a batch is long enough to let
/// other threads run.
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

    /// The items of a batch. One that is `None` has its own error where errors stand in the list; what is of
    /// another wrong type is an error of the program, and raised.
    pub(crate) fn items<'a, 'py, T: FromPyObject<'a, 'py>>(
        self,
        values: &'a [Bound<'py, PyAny>],
    ) -> PyResult<Vec<Option<T>>> {
        match self {
            Self::Raise => Ok(elements(values)?.into_iter().map(Some).collect()),
            Self::Return => elements::<Option<T>>(values),
        }
    }
}

impl Names for Errors {
    const WHAT: &'static str = "way to report errors";

    fn all() -> Vec<(&'static str, Self)> {
        vec![("raise", Self::Raise), ("return", Self::Return)]
    }
}

/// The options of a batch.
pub(crate) struct Options<'a> {
    aad: Values<Aad<'a>>,
    context: Values<ContextArgument>,
    version: Values<VersionNumber>,
    form: Values<Named<SignatureForm>>,
    hash: Values<Named<Hashed>>,
    prehashed: Values<bool>,
    padding: Values<Named<RsaPadding>>,
    salt_length: Values<Salt>,
}

/// The columns of a batch's options.
#[derive(Default)]
pub(crate) struct Columns<'py> {
    pub(crate) aad: Given<Column<'py>>,
    pub(crate) context: Given<Column<'py>>,
    pub(crate) version: Given<Column<'py>>,
    pub(crate) form: Given<Column<'py>>,
    pub(crate) hash: Given<Column<'py>>,
    pub(crate) prehashed: Given<Column<'py>>,
    pub(crate) padding: Given<Column<'py>>,
    pub(crate) salt_length: Given<Column<'py>>,
}

impl<'py> Columns<'py> {
    pub(crate) fn read(&self, len: usize) -> PyResult<Options<'_>> {
        let Self { aad, context, version, form, hash, prehashed, padding, salt_length } = self;
        Ok(Options {
            aad: Values::read("aad", aad, len)?,
            context: Values::read("context", context, len)?,
            version: Values::read("version", version, len)?,
            form: Values::read("form", form, len)?,
            hash: Values::read("hash", hash, len)?,
            prehashed: Values::read("prehashed", prehashed, len)?,
            padding: Values::read("padding", padding, len)?,
            salt_length: Values::read("salt_length", salt_length, len)?,
        })
    }
}

impl Options<'_> {
    pub(super) fn apply<'i>(&'i self, index: usize, item: Item<'i>) -> Result<Item<'i>, Error> {
        let item =
            said(item, self.aad.get(index), self.context.get(index), self.version.get(index).cloned())?;
        signing::about(
            item,
            self.form.get(index),
            self.hash.get(index),
            self.prehashed.get(index),
            self.padding.get(index),
            self.salt_length.get(index),
        )
    }
}

/// What the items of a batch are made from.
pub(crate) enum Inputs<'a> {
    Plaintexts(Vec<Option<Bytes<'a>>>),
    Ciphertexts(Vec<Option<Text<'a>>>),
    Binaries(Vec<Option<Bytes<'a>>>),
    Messages(Vec<Option<Bytes<'a>>>),
    Signed(Vec<Option<Bytes<'a>>>, Vec<Option<Text<'a>>>),
    /// Blind indexes.
    Indexes(Vec<Option<Text<'a>>>),
    Sizes(Vec<Option<Whole<usize>>>),
}

const MISSING: Error = Error::invalid_option("item_missing");

fn there<T>(all: &[Option<T>], index: usize) -> Result<&T, Error> {
    all[index].as_ref().ok_or(MISSING)
}

impl<'a> Inputs<'a> {
    pub(super) fn binaries(all: Vec<Option<Binary<'a>>>) -> Self {
        Self::Binaries(all.into_iter().map(|binary| binary.map(|Binary(bytes)| bytes)).collect())
    }

    pub(super) fn values(all: Vec<Option<Value<'a>>>) -> Self {
        Self::Messages(all.into_iter().map(|value| value.map(|Value(bytes)| bytes)).collect())
    }
}

impl Inputs<'_> {
    /// What of an item was made before, if there is such.
    pub(super) fn about(&self, index: usize) -> Option<About<'_>> {
        match self {
            Self::Ciphertexts(all) | Self::Signed(_, all) => {
                all.get(index)?.as_ref()?.get().ok().map(About::Text)
            }
            Self::Binaries(all) => all.get(index)?.as_ref().map(|bytes| About::Binary(bytes.as_slice())),
            Self::Indexes(all) => all.get(index)?.as_ref()?.get().ok().map(About::Index),
            Self::Plaintexts(_) | Self::Messages(_) | Self::Sizes(_) => None,
        }
    }

    /// A value that is to be indexed.
    pub(super) fn value(&self, index: usize) -> Result<&[u8], Error> {
        match self {
            Self::Plaintexts(all) | Self::Binaries(all) | Self::Messages(all) | Self::Signed(all, _) => {
                there(all, index).map(Bytes::as_slice)
            }
            Self::Ciphertexts(_) | Self::Indexes(_) | Self::Sizes(_) => Err(MISSING),
        }
    }

    /// The text of an index.
    pub(super) fn index(&self, index: usize) -> Result<&str, Error> {
        match self {
            Self::Ciphertexts(all) | Self::Indexes(all) | Self::Signed(_, all) => there(all, index)?.get(),
            Self::Plaintexts(_) | Self::Binaries(_) | Self::Messages(_) | Self::Sizes(_) => Err(MISSING),
        }
    }

    pub(super) fn item(&self, index: usize) -> Result<Item<'_>, Error> {
        Ok(match self {
            Self::Plaintexts(all) => Item::plaintext(there(all, index)?.as_slice()),
            Self::Ciphertexts(all) | Self::Indexes(all) => Item::ciphertext(there(all, index)?.get()?),
            Self::Binaries(all) => Item::binary(there(all, index)?.as_slice()),
            Self::Messages(all) => Item::message(there(all, index)?.as_slice()),
            Self::Signed(messages, signatures) => {
                Item::signed(there(messages, index)?.as_slice(), there(signatures, index)?.get()?)
            }
            Self::Sizes(all) => Item::data_key(DataKeySize::from_bytes(there(all, index)?.0)?),
        })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Plaintexts(all) | Self::Binaries(all) | Self::Messages(all) | Self::Signed(all, _) => {
                all.len()
            }
            Self::Ciphertexts(all) | Self::Indexes(all) => all.len(),
            Self::Sizes(all) => all.len(),
        }
    }

    /// Copies what can change.
    pub(super) fn settle(&mut self) {
        if let Self::Plaintexts(all) | Self::Binaries(all) | Self::Messages(all) | Self::Signed(all, _) = self
        {
            all.iter_mut().for_each(|bytes| *bytes = bytes.take().map(Bytes::fixed));
        }
    }

    pub(super) fn load(&self) -> Load {
        let bytes = match self {
            Self::Plaintexts(all) | Self::Binaries(all) | Self::Messages(all) | Self::Signed(all, _) => {
                all.iter().flatten().map(Bytes::load).fold(Load::Bytes(0), Load::and)
            }
            Self::Ciphertexts(all) | Self::Indexes(all) => {
                Load::Bytes(all.iter().flatten().map(Text::len).sum())
            }
            Self::Sizes(_) => Load::Bytes(0),
        };
        bytes.and(Load::Bytes(self.len() * PER_ITEM))
    }
}
