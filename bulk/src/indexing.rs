//! Blind indexes of a column, in another column.

use crate::beginnings::{Beginnings, Cell};
use crate::csv::{Csv, Row};
use crate::error::{CellFault, Error, Fault, Request};
use crate::format::{Format, NewCell};
use crate::limits::MAX_ROW;
use crate::source::{Content, Source};
use crate::table::{BATCH_BYTES, BATCH_ROWS, Tally};
use std::borrow::Cow;
use std::io::{BufWriter, Read, Write};
use strongroom::{BlindIndex, View};
use zeroize::Zeroizing;

/// What is indexed, with which key, and where the indexes are written.
///
/// ```
/// use strongroom::{BlindIndex, KeySpec, Keyring};
/// use strongroom_bulk::csv::{Csv, Delimiter, KeepEmpty};
/// use strongroom_bulk::{Beginnings, Indexing};
///
/// let key = Keyring::in_memory().create_key("users", KeySpec::default())?;
/// let indexing = Indexing {
///     key: &key,
///     index: &BlindIndex::new("users.email"),
///     from: "email",
///     into: "email_index",
///     beginnings: Beginnings::new(None, false),
/// };
/// let csv = Csv::open(&b"id,email\n17,a@b.example\n"[..], Delimiter::COMMA, KeepEmpty::No)?;
/// let mut out = Vec::new();
/// assert_eq!(indexing.change(csv, &mut out)?.changed, 1);
/// assert!(out.starts_with(b"id,email,email_index\n17,a@b.example,strongroom:i1:"));
/// # Ok::<(), strongroom_bulk::Error>(())
/// ```
pub struct Indexing<'a> {
    /// Under its context, if it is derived.
    pub key: &'a View,
    /// How the column is indexed.
    pub index: &'a BlindIndex,
    /// The column with the values.
    pub from: &'a str,
    /// The column for the indexes, which is added behind the others where there is none.
    pub into: &'a str,
    /// How ciphertexts are told from values.
    pub beginnings: Beginnings,
}

impl Indexing<'_> {
    /// Writes the whole table, in which only the column of the indexes is another. A cell that holds nothing
    /// gets an index that is empty.
    ///
    /// # Errors
    /// The first thing that is wrong in the order of the table. What was written until then is no whole
    /// table.
    pub fn change<R: Read>(&self, mut csv: Csv<R>, out: impl Write) -> Result<Tally, Error> {
        if self.from == self.into {
            return Err(Request::Twice(self.into.to_owned()).into());
        }
        let from = csv.find(self.from)?;
        let into = csv.find_or_add(self.into)?;
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(|error| Error::from(Fault::Write(error)));
        let mut held = Zeroizing::new(Vec::new());
        csv.begin(&mut held);
        put(&held)?;
        let mut tally = Tally::default();
        loop {
            let rows = batch(&mut csv)?;
            if rows.is_empty() {
                break;
            }
            let mut values = Vec::with_capacity(rows.len());
            for row in &rows {
                values.push(self.value(&csv, row, from)?);
            }
            let mut indexes = self
                .key
                .index_batch(values.iter().flatten().map(|text| text.as_bytes()), self.index)
                .into_iter();
            for (row, value) in rows.iter().zip(&values) {
                let index = match value {
                    None => String::new(),
                    Some(_) => indexes.next().unwrap_or(Ok(String::new())).map_err(|error| {
                        Error::from(Fault::Library(error)).at(csv.place(row).column(self.from))
                    })?,
                };
                tally.rows += 1;
                tally.empty += u64::from(value.is_none());
                let stays = into < row.len() && *row.content(into) == *index.as_bytes();
                tally.changed += u64::from(!stays);
                tally.current += u64::from(stays && value.is_some());
                held.clear();
                let cell = NewCell { position: into, column: self.into, content: &index };
                csv.rewrite(row, if stays { &[] } else { std::slice::from_ref(&cell) }, &mut held)?;
                if held.len() > MAX_ROW {
                    return Err(Error::from(CellFault::RowTooLarge).at(csv.place(row).column(self.into)));
                }
                put(&held)?;
            }
        }
        held.clear();
        csv.end(&mut held);
        put(&held)?;
        out.flush().map_err(Fault::Write)?;
        Ok(tally)
    }

    /// What is to be indexed; `None` of a cell that holds nothing.
    fn value<'r, R: Read>(
        &self,
        csv: &'r Csv<R>,
        row: &'r Row,
        from: usize,
    ) -> Result<Option<Cow<'r, str>>, Error> {
        let refuse = |fault: CellFault| Error::from(fault).at(csv.place(row).column(self.from));
        match csv.content(row, from).map_err(refuse)? {
            Content::Nothing => Ok(None),
            Content::Text(text) => match self.beginnings.cell(text.as_bytes()) {
                Cell::Ciphertext(_) => Err(refuse(CellFault::CiphertextIndexed)),
                Cell::Empty | Cell::Plain => Ok(Some(text)),
            },
        }
    }
}

/// The next rows; none at the end.
fn batch<R: Read>(csv: &mut Csv<R>) -> Result<Vec<Row>, Error> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while rows.len() < BATCH_ROWS && bytes < BATCH_BYTES {
        let Some(row) = csv.next_row()? else { break };
        bytes += csv.size(&row);
        rows.push(row);
    }
    Ok(rows)
}
