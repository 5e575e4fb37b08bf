//! Some rows at a time: the library's batch verbs, on the cells of the named columns.

use super::Change;
use super::cell::{Beginnings, Cell};
use super::columns::{Named, Positions};
use super::fault::{Place, TableError};
use super::guard::{MAX_CELL, MAX_ROW};
use super::source::Row;
use csv::ByteRecord;
use strongroom::{Aad, Item, SecretBytes};

/// What is done to a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Encrypt,
    Decrypt,
    Rewrap,
}

/// How a batch is worked on.
pub(super) struct Worker<'a> {
    pub(super) change: &'a Change<'a>,
    pub(super) positions: &'a Positions,
    pub(super) beginnings: &'a Beginnings,
}

/// What happened to the cells of the named columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) rows: u64,
    /// Cells that have another content now.
    pub(crate) changed: u64,
    /// Ciphertexts that were opened and found to be up to date.
    pub(crate) current: u64,
    /// Empty cells left as they are.
    pub(crate) empty: u64,
}

/// A new content of a cell.
enum Value {
    Text(String),
    Secret(SecretBytes),
    Kept,
}

impl Worker<'_> {
    /// The rows with their new cells, handed on one by one; or the first error in the order of the file.
    pub(crate) fn work(&self, rows: &[Row], tally: &mut Tally, mut write: impl FnMut(&ByteRecord) -> Result<(), TableError>) -> Result<(), TableError> {
        let mut values = self.values(rows)?.into_iter();
        let mut out = ByteRecord::new();
        for row in rows {
            // By column: the order in which the columns are named is not that in which they stand.
            let mut new: Vec<(&Named, Value)> = self.positions.worked.iter().zip(values.by_ref()).collect();
            new.sort_by_key(|(column, _)| column.index);
            let mut new = new.into_iter().peekable();
            out.clear();
            for (index, cell) in row.cells.iter().enumerate() {
                match new.next_if(|(column, _)| column.index == index) {
                    None => out.push_field(cell),
                    Some((column, value)) => {
                        let content = match &value {
                            Value::Kept => cell,
                            Value::Text(text) => text.as_bytes(),
                            Value::Secret(plaintext) => plaintext.expose(),
                        };
                        match value {
                            Value::Kept => tally.empty += 1,
                            _ if self.change.verb == Verb::Rewrap && content == cell => tally.current += 1,
                            _ => tally.changed += 1,
                        }
                        let refuse = |reason: &str| Err(TableError::table(reason).at(row.place(&column.name)));
                        if self.change.verb == Verb::Decrypt && std::str::from_utf8(content).is_err() {
                            return refuse("what was encrypted is not UTF-8 text, so it cannot stand in a table; decrypt this one by itself");
                        }
                        if content.len() > MAX_CELL / 2 && written_len(content) > MAX_CELL {
                            return refuse(&format!("the new content is larger than {} MiB, which could not be read again", MAX_CELL >> 20));
                        }
                        out.push_field(content);
                    }
                }
            }
            if out.as_slice().len() > MAX_ROW / 4 && out.iter().map(written_len).sum::<usize>() > MAX_ROW {
                let first = self.positions.worked.first().map_or("", |column| &column.name);
                return Err(TableError::table(format!("the new row is larger than {} MiB, which could not be read again", MAX_ROW >> 20)).at(row.place(first)));
            }
            tally.rows += 1;
            write(&out)?;
        }
        Ok(())
    }

    /// One value for each named cell, row by row.
    fn values(&self, rows: &[Row]) -> Result<Vec<Value>, TableError> {
        let (mut items, mut places) = (Vec::new(), Vec::new());
        let mut kept = Vec::new();
        // A cell that is refused before it is worked on counts only if none before it is refused by the library.
        let mut refused = Ok(());
        'rows: for row in rows {
            for column in &self.positions.worked {
                match self.item(row, column) {
                    Ok(item) => {
                        kept.push(item.is_none());
                        places.extend(item.is_some().then_some((row, column)));
                        items.extend(item);
                    }
                    Err(error) => {
                        refused = Err(error);
                        break 'rows;
                    }
                }
            }
        }
        let values: Vec<Result<Value, strongroom::Error>> = match self.change.verb {
            Verb::Encrypt => self.change.key.encrypt_batch(items).into_iter().map(|result| result.map(Value::Text)).collect(),
            Verb::Rewrap => self.change.key.rewrap_batch(items).into_iter().map(|result| result.map(Value::Text)).collect(),
            Verb::Decrypt => self.change.key.decrypt_batch(items).into_iter().map(|result| result.map(Value::Secret)).collect(),
        };
        let place = |(row, column): (&Row, &Named)| -> Place { row.place(&column.name) };
        let values = values.into_iter().zip(places).map(|(value, at)| value.map_err(|error| TableError::from(error).at(place(at))));
        let mut values = values.collect::<Result<Vec<_>, _>>()?.into_iter();
        refused?;
        Ok(kept.into_iter().filter_map(|kept| if kept { Some(Value::Kept) } else { values.next() }).collect())
    }

    /// What the library is asked to do with a cell; `None` to leave it as it is.
    fn item<'r>(&'r self, row: &'r Row, column: &Named) -> Result<Option<Item<'r>>, TableError> {
        let cell = text(row, column)?;
        let refuse = |reason: &str| Err(TableError::table(reason).at(row.place(&column.name)));
        let item = match (self.change.verb, self.beginnings.cell(cell.as_bytes())) {
            (_, Cell::Empty) if self.change.keep_empty => return Ok(None),
            (Verb::Encrypt, Cell::Ciphertext(_)) => return refuse("the cell is a ciphertext already; rewrap renews it, and encrypting it again is refused"),
            (Verb::Encrypt, Cell::Empty | Cell::Plain) => Item::plaintext(cell),
            (_, Cell::Empty) => return refuse("the cell is empty, which no ciphertext is; with --keep-empty such cells stay empty"),
            (_, Cell::Plain) => return refuse("the cell is not a ciphertext"),
            (Verb::Decrypt | Verb::Rewrap, Cell::Ciphertext(_)) => Item::ciphertext(cell),
        };
        let item = match &self.positions.context {
            Some(column) => item.context(said(row, column, "context")?),
            None => item,
        };
        let item = match self.change.version {
            Some(version) => item.version(version),
            None => item,
        };
        Ok(Some(match &self.positions.aad {
            Some(column) => item.aad(Aad::from(said(row, column, "aad")?)),
            None => item.aad(self.change.aad),
        }))
    }
}

/// A cell as text: what is encrypted as text can be decrypted into a table again.
fn text<'r>(row: &'r Row, column: &Named) -> Result<&'r str, TableError> {
    let cell = row.cells.get(column.index).unwrap_or_default();
    std::str::from_utf8(cell).map_err(|_| TableError::table("the cell is not UTF-8 text; save the table in UTF-8").at(row.place(&column.name)))
}

/// A context or aad. An empty one would say nothing, and all rows without one could be exchanged for each other.
fn said<'r>(row: &'r Row, column: &Named, what: &str) -> Result<&'r str, TableError> {
    match text(row, column)? {
        "" => Err(TableError::table(format!("the cell is empty, and each row needs its {what}")).at(row.place(&column.name))),
        cell => Ok(cell),
    }
}

/// How long a cell is at most when it is written: in quotes, with those inside doubled, and a delimiter.
fn written_len(cell: &[u8]) -> usize {
    cell.len() + cell.iter().filter(|&&byte| byte == b'"').count() + 3
}
