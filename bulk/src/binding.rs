//! What the ciphertext of a cell is bound to, so that it opens in no other cell.
//!
//! Its row is bound by what the aad column holds there, its column by the column's name. Both are in the aad,
//! as a map: `{"row": "C-00001", "column": "email"}`. An aad for the whole table is `"aad"` in that map, or
//! is the map that the name is added to. Convergent keys take no aad, so there the name is in the context, as
//! `{"context": "acme", "column": "email"}`.

use crate::columns::{Found, Named};
use crate::error::{CellFault, Error, Part, Request};
use crate::source::{Content, Source};
use std::borrow::Cow;
use strongroom::{Aad, Context, Item};

/// Where the name of a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    InAad,
    InContext,
    /// Nowhere: cells of one row can be exchanged for each other.
    Nowhere,
}

/// A context or an aad that is the same for all rows, as it was given.
#[derive(Clone, Copy)]
pub enum Given<'a> {
    /// None.
    Nothing,
    /// Bytes, which have to be UTF-8 where the name of the column goes with them.
    Bytes(&'a [u8]),
    /// A map, which the name of the column is added to.
    Map(&'a [(&'a str, &'a str)]),
}

/// What is said of all rows, beside what the columns say of each.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) names: Names,
    pub(crate) aad: Given<'a>,
    pub(crate) context: Given<'a>,
}

const COLUMN: &str = "column";

/// What the columns say of a row.
pub(crate) struct Says<'r> {
    context: Option<Cow<'r, str>>,
    aad: Option<Cow<'r, str>>,
}

impl<'r> Says<'r> {
    pub(crate) fn of<S: Source>(source: &'r S, row: &'r S::Row, columns: &Found) -> Result<Self, Error> {
        let cell = |column: &Option<Named>, part| {
            column.as_ref().map(|column| said(source, row, column, part)).transpose()
        };
        Ok(Self { context: cell(&columns.context, Part::Context)?, aad: cell(&columns.aad, Part::Aad)? })
    }
}

impl Binding<'_> {
    /// Says it with an item, of a column by a name.
    pub(crate) fn on<'c>(
        &'c self,
        item: Item<'c>,
        says: &'c Says<'_>,
        name: &str,
    ) -> Result<Item<'c>, Error> {
        let context = match (self.names, &says.context) {
            (Names::InContext, Some(cell)) => Some(Context::map([("context", &**cell), (COLUMN, name)])?),
            (Names::InContext, None) => Some(Context::map(with_name(self.context, Part::Context, name)?)?),
            (Names::InAad | Names::Nowhere, Some(cell)) => Some(Context::bytes(cell.as_bytes())?),
            (Names::InAad | Names::Nowhere, None) => match self.context {
                Given::Nothing => None,
                Given::Bytes(bytes) => Some(Context::bytes(bytes)?),
                Given::Map(pairs) => Some(Context::map(pairs.iter().copied())?),
            },
        };
        let item = if let Some(context) = context { item.context(context) } else { item };
        Ok(item.aad(match (self.names, &says.aad) {
            (Names::InAad, Some(cell)) => Aad::map([("row", &**cell), (COLUMN, name)])?,
            (Names::InAad, None) => Aad::map(with_name(self.aad, Part::Aad, name)?)?,
            (Names::InContext | Names::Nowhere, Some(cell)) => Aad::from(cell.as_bytes()),
            (Names::InContext | Names::Nowhere, None) => match self.aad {
                Given::Nothing => Aad::NONE,
                Given::Bytes(bytes) => Aad::from(bytes),
                Given::Map(pairs) => Aad::map(pairs.iter().copied())?,
            },
        }))
    }
}

/// The pairs of a map that was given, or of what was given as bytes, and the name of the column.
fn with_name<'s>(given: Given<'s>, part: Part, name: &'s str) -> Result<Vec<(&'s str, &'s str)>, Error> {
    let own = match part {
        Part::Context => "context",
        Part::Aad => "aad",
    };
    let mut pairs = match given {
        Given::Nothing => Vec::new(),
        Given::Bytes(bytes) => vec![(own, std::str::from_utf8(bytes).map_err(|_| Request::NotUtf8(part))?)],
        Given::Map(pairs) => pairs.to_vec(),
    };
    if pairs.iter().any(|(pair, _)| *pair == COLUMN) {
        return Err(Request::NamesColumn(part).into());
    }
    pairs.push((COLUMN, name));
    Ok(pairs)
}

/// A context or aad. An empty one would say nothing, and all rows without one could be exchanged for each
/// other.
pub(crate) fn said<'r, S: Source>(
    source: &'r S,
    row: &'r S::Row,
    column: &Named,
    part: Part,
) -> Result<Cow<'r, str>, Error> {
    let refuse = |fault: CellFault| Error::from(fault).at(source.place(row).column(&column.name));
    match source.content(row, column.position).map_err(refuse)? {
        Content::Text(text) if !text.is_empty() => Ok(text),
        Content::Text(_) | Content::Nothing => Err(refuse(CellFault::SaysNothing(part))),
    }
}
