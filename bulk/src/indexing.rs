//! Blind indexes of a column, in another column.

use crate::beginnings::{Beginnings, Cell};
use crate::binding::said;
use crate::columns::Named;
use crate::error::{CellFault, Error, Fault, Part, Request};
use crate::format::{Extensible, NewCell};
use crate::limits::MAX_ROW;
use crate::refusal::OnRefusal;
use crate::source::Content;
use crate::table::{BATCH_BYTES, BATCH_ROWS, Tally};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use strongroom::{BlindIndex, View};
use zeroize::Zeroizing;

/// What is indexed, with which key, and where the indexes are written.
///
/// ```
/// use strongroom::{BlindIndex, KeySpec, Keyring};
/// use strongroom_bulk::csv::{Csv, Delimiter, KeepEmpty};
/// use strongroom_bulk::{Beginnings, Indexing, OnRefusal};
///
/// let key = Keyring::in_memory().create_key("users", KeySpec::default())?;
/// let indexing = Indexing {
///     key: &key,
///     context: None,
///     index: &BlindIndex::new("users.email"),
///     from: "email",
///     into: "email_index",
///     beginnings: Beginnings::new(None, false),
/// };
/// let csv = Csv::open(&b"id,email\n17,a@b.example\n"[..], Delimiter::COMMA, KeepEmpty::No)?;
/// let mut out = Vec::new();
/// assert_eq!(indexing.change(csv, &mut OnRefusal::Stop, &mut out)?.changed, 1);
/// assert!(out.starts_with(b"id,email,email_index\n17,a@b.example,strongroom:i1:"));
/// # Ok::<(), strongroom_bulk::Error>(())
/// ```
pub struct Indexing<'a> {
    /// Under its context, if it is derived and that is the same for all rows.
    pub key: &'a View,
    /// Where each row has a context of its own.
    pub context: Option<RowContext<'a>>,
    /// How the column is indexed.
    pub index: &'a BlindIndex,
    /// The column with the values.
    pub from: &'a str,
    /// The column for the indexes, which is added behind the others where there is none.
    pub into: &'a str,
    /// How ciphertexts are told from values.
    pub beginnings: Beginnings,
}

/// The context of each row.
pub struct RowContext<'a> {
    /// The column that it is in.
    pub column: &'a str,
    /// The key under a context.
    pub view: &'a dyn Fn(&str) -> Result<View, strongroom::Error>,
}

/// The columns by position.
struct Found {
    from: usize,
    into: usize,
    context: Option<Named>,
}

/// What there is to index in a row; nothing where the cell holds nothing.
struct Asked<'r> {
    value: Option<Cow<'r, str>>,
    context: Option<Cow<'r, str>>,
}

impl Indexing<'_> {
    /// Writes the whole table, in which only the column of the indexes is another. A cell that holds nothing
    /// gets an index that is empty, or null.
    ///
    /// # Errors
    /// The first thing that is wrong in the order of the table and that `on_refusal` does not go past. What
    /// was written until then is no whole table.
    pub fn change<F: Extensible>(
        &self,
        mut source: F,
        on_refusal: &mut OnRefusal<'_>,
        out: impl Write,
    ) -> Result<Tally, Error> {
        let found = self.find(&mut source)?;
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(|error| Error::from(Fault::Write(error)));
        let mut held = Zeroizing::new(Vec::new());
        source.begin(&mut held);
        put(&held)?;
        let mut tally = Tally::default();
        loop {
            let rows = batch(&mut source)?;
            if rows.is_empty() {
                break;
            }
            let asked: Vec<_> = rows.iter().map(|row| self.ask(&source, row, &found)).collect();
            let indexes = self.indexes(&asked);
            for ((row, asked), index) in rows.iter().zip(asked).zip(indexes) {
                held.clear();
                let made = asked.and_then(|_| {
                    index.map_err(|error| {
                        Error::from(Fault::Library(error)).at(source.place(row).column(self.from))
                    })
                });
                let written = made.and_then(|index| {
                    self.rewrite(&source, row, &found, index.as_deref(), &mut held)
                        .map(|stays| (stays, index.is_none()))
                });
                match written {
                    Ok((stays, empty)) => {
                        tally.changed += u64::from(!stays);
                        tally.current += u64::from(stays && !empty);
                        tally.empty += u64::from(empty);
                    }
                    Err(refused) => {
                        tally.refused += on_refusal.row(vec![refused], is_of_a_cell)?;
                        tally.refused_rows += 1;
                        held.clear();
                        source.keep(row, &mut held)?;
                    }
                }
                tally.rows += 1;
                put(&held)?;
            }
        }
        held.clear();
        source.end(&mut held);
        put(&held)?;
        out.flush().map_err(Fault::Write)?;
        Ok(tally)
    }

    fn find<F: Extensible>(&self, source: &mut F) -> Result<Found, Error> {
        let context = self.context.as_ref().map(|context| context.column);
        if self.from == self.into {
            return Err(Request::Twice(self.into.to_owned()).into());
        }
        if let Some(column) = context.filter(|column| [self.from, self.into].contains(column)) {
            return Err(Request::Itself(column.to_owned(), Part::Context).into());
        }
        let from = source.find(self.from)?;
        let named = |column: &str, position| Named { position, name: column.into(), bound: column.into() };
        let context =
            context.map(|column| Ok::<_, Error>(named(column, source.find(column)?))).transpose()?;
        Ok(Found { from, context, into: source.find_or_add(self.into)? })
    }

    fn ask<'r, F: Extensible>(
        &self,
        source: &'r F,
        row: &'r F::Row,
        found: &Found,
    ) -> Result<Asked<'r>, Error> {
        let refuse = |fault: CellFault| Error::from(fault).at(source.place(row).column(self.from));
        let value = match source.content(row, found.from).map_err(refuse)? {
            Content::Nothing => None,
            Content::Text(text) => match self.beginnings.cell(text.as_bytes()) {
                Cell::Ciphertext(_) => return Err(refuse(CellFault::CiphertextIndexed)),
                Cell::Empty | Cell::Plain => Some(text),
            },
        };
        // Of what holds nothing no context is needed.
        let column = found.context.as_ref().filter(|_| value.is_some());
        let context = column.map(|column| said(source, row, column, Part::Context)).transpose()?;
        Ok(Asked { value, context })
    }

    /// The index of each row, or nothing where there is none: one call for each context.
    fn indexes(&self, asked: &[Result<Asked<'_>, Error>]) -> Vec<Result<Option<String>, strongroom::Error>> {
        let mut made: Vec<_> = asked.iter().map(|_| Ok(None)).collect();
        let mut groups: BTreeMap<Option<&str>, Vec<(usize, &str)>> = BTreeMap::new();
        for (at, row) in asked.iter().enumerate() {
            if let Ok(Asked { value: Some(value), context }) = row {
                groups.entry(context.as_deref()).or_default().push((at, value));
            }
        }
        for (context, values) in groups {
            let view = match (context, &self.context) {
                (Some(context), Some(RowContext { view, .. })) => view(context).map(Cow::Owned),
                _ => Ok(Cow::Borrowed(self.key)),
            };
            let indexes = match view {
                Ok(view) => view.index_batch(values.iter().map(|(_, value)| value.as_bytes()), self.index),
                Err(error) => values.iter().map(|_| Err(error.clone())).collect(),
            };
            for ((at, _), index) in values.into_iter().zip(indexes) {
                if let Some(place) = made.get_mut(at) {
                    *place = index.map(Some);
                }
            }
        }
        made
    }

    /// Writes a row, and says whether it is as it was.
    fn rewrite<F: Extensible>(
        &self,
        source: &F,
        row: &F::Row,
        found: &Found,
        index: Option<&str>,
        out: &mut Vec<u8>,
    ) -> Result<bool, Error> {
        let refuse = |fault: CellFault| Error::from(fault).at(source.place(row).column(self.into));
        let stays = match source.written(row, found.into).map_err(refuse)? {
            Some(Content::Text(text)) => *text == *index.unwrap_or_default(),
            Some(Content::Nothing) => index.is_none(),
            None => false,
        };
        if stays {
            source.rewrite(row, &[], out)?;
        } else {
            let content = index.unwrap_or_default();
            source.put(row, NewCell { position: found.into, column: self.into, content }, out)?;
        }
        if out.len() > MAX_ROW { Err(refuse(CellFault::RowTooLarge)) } else { Ok(stays) }
    }
}

/// Whether an error is about one row, so that others may still be indexed.
fn is_of_a_cell(error: &Error) -> bool {
    use strongroom::Error as Library;
    match error.fault() {
        Fault::Cell(_) => true,
        Fault::Library(error) => matches!(
            error,
            Library::InvalidValue { .. } | Library::InvalidContext { .. } | Library::MessageTooLong
        ),
        Fault::DoesNotOpen(_)
        | Fault::Request(_)
        | Fault::Csv(_)
        | Fault::Ndjson(_)
        | Fault::Read(_)
        | Fault::Write(_)
        | Fault::Report(_) => false,
    }
}

/// The next rows; none at the end.
fn batch<F: Extensible>(source: &mut F) -> Result<Vec<F::Row>, Error> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while rows.len() < BATCH_ROWS && bytes < BATCH_BYTES {
        let Some(row) = source.next_row()? else { break };
        bytes += source.size(&row);
        rows.push(row);
    }
    Ok(rows)
}
