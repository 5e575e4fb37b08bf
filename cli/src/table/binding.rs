//! What the ciphertext of a cell is bound to, so that it opens in no other cell.
//!
//! Its row is bound by what the aad column holds there, its column by the column's name. Both are in the aad,
//! as a map: `{"row": "C-00001", "column": "email"}`. An aad for the whole table is `"aad"` in that map, or
//! is the map that the name is added to. Convergent keys take no aad, so there the name is in the context, as
//! `{"context": "acme", "column": "email"}`.

use super::columns::{Named, Positions};
use super::fault::TableError;
use super::row::Row;
use crate::message::Said;
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

/// What is said of all rows, beside what the columns say of each.
pub(crate) struct Binding<'a> {
    pub(crate) names: Names,
    pub(crate) aad: Said<'a>,
    pub(crate) context: Said<'a>,
}

const COLUMN: &str = "column";

/// What the columns say of a row.
pub(super) struct Says<'r> {
    context: Option<Cow<'r, str>>,
    aad: Option<Cow<'r, str>>,
}

impl<'r> Says<'r> {
    pub(super) fn of(row: &'r Row, positions: &Positions) -> Result<Self, TableError> {
        let cell =
            |column: &Option<Named>, what| column.as_ref().map(|column| said(row, column, what)).transpose();
        Ok(Self { context: cell(&positions.context, "context")?, aad: cell(&positions.aad, "aad")? })
    }
}

impl Binding<'_> {
    /// Says it with an item, of a column by a name.
    pub(super) fn on<'c>(
        &'c self,
        item: Item<'c>,
        says: &'c Says<'_>,
        name: &str,
    ) -> Result<Item<'c>, TableError> {
        let context = match (self.names, &says.context) {
            (Names::InContext, Some(cell)) => Some(Context::map([("context", &**cell), (COLUMN, name)])?),
            (Names::InContext, None) => Some(Context::map(with_name(&self.context, "context", name)?)?),
            (Names::InAad | Names::Nowhere, Some(cell)) => Some(Context::bytes(cell.as_bytes())?),
            (Names::InAad | Names::Nowhere, None) => self.context.context()?,
        };
        let item = if let Some(context) = context { item.context(context) } else { item };
        Ok(item.aad(match (self.names, &says.aad) {
            (Names::InAad, Some(cell)) => Aad::map([("row", &**cell), (COLUMN, name)])?,
            (Names::InAad, None) => Aad::map(with_name(&self.aad, "aad", name)?)?,
            (Names::InContext | Names::Nowhere, Some(cell)) => Aad::from(cell.as_bytes()),
            (Names::InContext | Names::Nowhere, None) => self.aad.aad()?,
        }))
    }
}

/// The pairs of a map that was given, or of what was given as text, and the name of the column.
fn with_name<'s>(
    given: &'s Said<'_>,
    own: &'s str,
    name: &'s str,
) -> Result<Vec<(&'s str, &'s str)>, TableError> {
    let mut pairs = match given {
        Said::Nothing => Vec::new(),
        Said::Text(text) => vec![(own, *text)],
        Said::Map(pairs) => pairs.clone(),
        Said::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => vec![(own, text)],
            Err(_) => {
                return Err(TableError::usage(format!(
                    "--{own}-base64 has to be UTF-8 where the name of the column is bound too; or give --bind-column no"
                )));
            }
        },
    };
    if pairs.iter().any(|(pair, _)| *pair == COLUMN) {
        return Err(TableError::usage(format!(
            "--{own}-map has a pair \"column\", where the name of the column is bound; leave it out, or give --bind-column no"
        )));
    }
    pairs.push((COLUMN, name));
    Ok(pairs)
}

/// A context or aad. An empty one would say nothing, and all rows without one could be exchanged for each
/// other.
fn said<'r>(row: &'r Row, column: &Named, what: &str) -> Result<Cow<'r, str>, TableError> {
    let cell = text(row, column)?;
    if cell.is_empty() {
        return Err(TableError::table(format!("the cell is empty, and each row needs its {what}"))
            .at(row.place(&column.name)));
    }
    Ok(cell)
}

/// A cell as text: what is encrypted as text can be decrypted into a table again.
pub(super) fn text<'r>(row: &'r Row, column: &Named) -> Result<Cow<'r, str>, TableError> {
    let refused = || {
        TableError::table("the cell is not UTF-8 text; save the table in UTF-8").at(row.place(&column.name))
    };
    match row.content(column.index) {
        Cow::Borrowed(cell) => std::str::from_utf8(cell).map(Cow::Borrowed).map_err(|_| refused()),
        Cow::Owned(cell) => String::from_utf8(cell).map(Cow::Owned).map_err(|_| refused()),
    }
}
