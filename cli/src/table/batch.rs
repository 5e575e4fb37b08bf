//! Some rows at a time: the library's batch verbs, on the cells of the named columns.

use super::asked::{Asked, Outside};
use super::cell::Beginnings;
use super::columns::{Named, Positions};
use super::explain::explained;
use super::fault::TableError;
use super::guard::{MAX_CELL, MAX_ROW};
use super::row::Row;
use super::{Change, KeepEmpty};
use strongroom::{Item, SecretBytes};

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
    pub(super) header: &'a Row,
    pub(super) delimiter: u8,
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

type Values = Vec<Result<Value, strongroom::Error>>;

impl Worker<'_> {
    /// The rows with their new cells, handed on one by one; or the first error in the order of the file.
    pub(crate) fn work(
        &self,
        rows: &[Row],
        tally: &mut Tally,
        mut write: impl FnMut(&[u8]) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        let mut values = self.values(rows)?.into_iter();
        let mut out = zeroize::Zeroizing::new(Vec::new());
        for row in rows {
            // By column: the order in which the columns are named is not that in which they stand.
            let mut new: Vec<(&Named, Value)> = self.positions.worked.iter().zip(values.by_ref()).collect();
            new.sort_by_key(|(column, _)| column.index);
            let mut contents = Vec::with_capacity(new.len());
            for (column, value) in &new {
                contents.push((column.index, self.content(row, column, value, tally)?));
            }
            out.clear();
            // What is nothing was never encrypted then.
            let quote_empty = self.change.keep_empty == KeepEmpty::Unquoted;
            row.rewrite(contents, self.delimiter, quote_empty, &mut out);
            if out.len() > MAX_ROW {
                let first = self.positions.worked.first().map_or("", |column| &column.name);
                return Err(TableError::table(format!(
                    "the new row is larger than {} MiB, which could not be read again",
                    MAX_ROW >> 20
                ))
                .at(row.place(first)));
            }
            tally.rows += 1;
            write(&out)?;
        }
        Ok(())
    }

    /// The new content of a cell, which is counted; `None` to leave it as it stands.
    fn content<'v>(
        &self,
        row: &Row,
        column: &Named,
        value: &'v Value,
        tally: &mut Tally,
    ) -> Result<Option<&'v [u8]>, TableError> {
        let refuse = |reason: &str| Err(TableError::table(reason).at(row.place(&column.name)));
        let content = match value {
            Value::Kept => {
                tally.empty += 1;
                return Ok(None);
            }
            Value::Text(text) => text.as_bytes(),
            Value::Secret(plaintext) => plaintext.expose(),
        };
        let old = row.content(column.index);
        if self.change.verb == Verb::Rewrap && *content == *old {
            tally.current += 1;
            return Ok(None);
        }
        if self.change.verb == Verb::Decrypt && std::str::from_utf8(content).is_err() {
            return refuse(
                "what was encrypted is not UTF-8 text, so it cannot stand in a table; decrypt this one by itself",
            );
        }
        if content.len() > MAX_CELL / 2 && written_len(content) > MAX_CELL {
            return refuse(&format!(
                "the new content is larger than {} MiB, which could not be read again",
                MAX_CELL >> 20
            ));
        }
        let tells =
            |content: &[u8]| row.is_quoted(column.index) || !row.needs_quotes(content, self.delimiter);
        if self.change.verb == Verb::Encrypt && old.is_empty() && !tells(content) {
            return refuse(
                "an empty cell without quotes could not be told from \"\" again, since ciphertexts need quotes with this --delimiter; give --keep-empty",
            );
        }
        tally.changed += 1;
        Ok(Some(content))
    }

    /// One value for each named cell, row by row.
    fn values(&self, rows: &[Row]) -> Result<Vec<Value>, TableError> {
        let (mut asked, mut kept) = (Vec::new(), Vec::new());
        // A cell that is refused before it is worked on counts only if none before it is refused by the
        // library.
        let mut refused = Ok(());
        'rows: for row in rows {
            for column in &self.positions.worked {
                match self.outside().ask(row, column) {
                    Ok(cell) => {
                        kept.push(cell.is_none());
                        asked.extend(cell);
                    }
                    Err(error) => {
                        refused = Err(error);
                        break 'rows;
                    }
                }
            }
        }
        let values = self.done(&asked)?.into_iter().zip(&asked);
        let placed = values.map(|(value, cell)| value.map_err(|error| self.explain(cell, error)));
        let mut values = placed.collect::<Result<Vec<_>, _>>()?.into_iter();
        refused?;
        Ok(kept.into_iter().filter_map(|kept| if kept { Some(Value::Kept) } else { values.next() }).collect())
    }

    /// What the library makes of the cells.
    fn done(&self, asked: &[Asked<'_>]) -> Result<Values, TableError> {
        let Change { verb, key, rebind, .. } = self.change;
        let text = |result: Result<String, strongroom::Error>| result.map(Value::Text);
        Ok(match (verb, rebind) {
            (Verb::Encrypt, _) => {
                key.encrypt_batch(self.items(asked, Item::plaintext)?).into_iter().map(text).collect()
            }
            (Verb::Decrypt, _) => {
                let opened = key.decrypt_batch(self.items(asked, Item::ciphertext)?);
                opened.into_iter().map(|result| result.map(Value::Secret)).collect()
            }
            (Verb::Rewrap, None) => {
                key.rewrap_batch(self.items(asked, Item::ciphertext)?).into_iter().map(text).collect()
            }
            (Verb::Rewrap, Some(new)) => {
                let opened = key.decrypt_batch(self.items(asked, Item::ciphertext)?);
                let again = |(opened, cell): (Result<SecretBytes, strongroom::Error>, &Asked<'_>)| {
                    let opened = match opened {
                        Ok(opened) => opened,
                        Err(error) => return Ok(Err(error)),
                    };
                    let item = new.on(
                        self.versioned(Item::plaintext(opened.expose())),
                        &cell.says,
                        &cell.column.name,
                    )?;
                    Ok(key.encrypt_item(&item).map(Value::Text))
                };
                opened.into_iter().zip(asked).map(again).collect::<Result<_, TableError>>()?
            }
        })
    }

    fn items<'c>(
        &'c self,
        asked: &'c [Asked<'_>],
        make: impl Fn(&'c str) -> Item<'c>,
    ) -> Result<Vec<Item<'c>>, TableError> {
        asked
            .iter()
            .map(|cell| {
                self.change.binding.on(self.versioned(make(&cell.content)), &cell.says, &cell.column.bound)
            })
            .collect()
    }

    fn versioned<'c>(&self, item: Item<'c>) -> Item<'c> {
        match self.change.version {
            Some(version) => item.version_number(version),
            None => item,
        }
    }

    fn outside(&self) -> Outside<'_> {
        let Self { change, positions, beginnings, .. } = self;
        Outside { verb: change.verb, positions, beginnings, keep_empty: change.keep_empty }
    }

    fn explain(&self, cell: &Asked<'_>, error: strongroom::Error) -> TableError {
        let hint = (error == strongroom::Error::DecryptFailed)
            .then(|| explained(self, cell.column, &cell.says, &cell.content))
            .flatten();
        TableError { hint, ..TableError::from(error) }.at(cell.row.place(&cell.column.name))
    }
}

/// How long a cell is at most when it is written: in quotes, with those inside doubled, and a delimiter.
fn written_len(cell: &[u8]) -> usize {
    cell.len() + cell.iter().filter(|&&byte| byte == b'"').count() + 3
}
