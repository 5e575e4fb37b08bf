//! Whole tables: a format that is read, changed and written, in batches.

use crate::asked::Outside;
use crate::beginnings::Beginnings;
use crate::change::{Change, Mixed, New, Verb};
use crate::columns::{Columns, Found};
use crate::error::{CellFault, Error, Fault};
use crate::format::{Format, NewCell};
use crate::limits::MAX_ROW;
use crate::refusal::OnRefusal;
use crate::source::Source;
use crate::survey::Survey;
use std::io::{BufWriter, Write};
use zeroize::Zeroizing;

/// A table, open at its first row, with the columns that are worked on.
pub struct Table<S> {
    source: S,
    columns: Found,
}

/// What happened to the cells of the named columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many rows there are.
    pub rows: u64,
    /// Cells that have another content now.
    pub changed: u64,
    /// Cells that were already what they would have become, as [`Mixed::Finished`] says.
    pub skipped: u64,
    /// Ciphertexts that were opened and found to be up to date.
    pub current: u64,
    /// Cells that hold nothing and were left as they are.
    pub empty: u64,
    /// Rows in which a cell was refused. None of their cells is counted elsewhere.
    pub refused_rows: u64,
    /// What was refused in them.
    pub refused: u64,
}

/// A batch ends with the row that reaches one of these.
pub(crate) const BATCH_ROWS: usize = 1024;
pub(crate) const BATCH_BYTES: usize = 1 << 20;

impl<S: Source> Table<S> {
    /// Finds the columns.
    ///
    /// # Errors
    /// They do not fit together, or not to the table.
    pub fn open(mut source: S, columns: &Columns) -> Result<Self, Error> {
        let columns = columns.find(&mut source)?;
        Ok(Self { source, columns })
    }

    /// Counts what there is for a verb to work on, to the end of the table. Whether a ciphertext opens is not
    /// tried.
    ///
    /// # Errors
    /// The table cannot be read, or is not one, or a refusal could not be handed on. A cell that would be
    /// refused is counted, and the first one kept.
    pub fn survey(
        mut self,
        verb: Verb,
        mixed: Mixed,
        beginnings: &Beginnings,
        on_refusal: &mut OnRefusal<'_>,
    ) -> Result<Survey, Error> {
        let mut survey = Survey::new(&self.columns);
        while let Some(row) = self.source.next_row()? {
            let (source, columns) = (&self.source, &self.columns);
            let refused = survey.add(&row, &Outside { verb, mixed, source, columns, beginnings });
            survey.refuse(refused, on_refusal)?;
        }
        Ok(survey)
    }
}

impl<F: Format> Table<F> {
    /// Writes the whole table, in which only the cells that are worked on are new.
    ///
    /// # Errors
    /// The first thing that is wrong in the order of the table and that `on_refusal` does not go past. What
    /// was written until then is no whole table.
    pub fn change(
        mut self,
        change: &Change<'_>,
        on_refusal: &mut OnRefusal<'_>,
        out: impl Write,
    ) -> Result<Tally, Error> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(|error| Error::from(Fault::Write(error)));
        let mut held = Zeroizing::new(Vec::new());
        self.source.begin(&mut held);
        put(&held)?;
        let mut tally = Tally::default();
        while let Some(rows) = self.batch()? {
            let mut new = change.each(&self.source, &rows, &self.columns)?.into_iter();
            for row in &rows {
                held.clear();
                match self.renewed(row, &mut new, &mut held) {
                    Ok(row) => tally.add(row),
                    Err(refused) => {
                        tally.refused += on_refusal.row(refused, |error| change.is_of_a_cell(error))?;
                        tally.refused_rows += 1;
                        held.clear();
                        self.source.rewrite(row, &[], &mut held)?;
                    }
                }
                tally.rows += 1;
                put(&held)?;
            }
        }
        held.clear();
        self.source.end(&mut held);
        put(&held)?;
        out.flush().map_err(Fault::Write)?;
        Ok(tally)
    }

    /// The next rows; `None` at the end.
    fn batch(&mut self) -> Result<Option<Vec<F::Row>>, Error> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while rows.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            let Some(row) = self.source.next_row()? else { break };
            bytes += self.source.size(&row);
            rows.push(row);
        }
        Ok((!rows.is_empty()).then_some(rows))
    }

    /// Writes a row with its new cells and counts them; or says what is refused of it.
    fn renewed(
        &self,
        row: &F::Row,
        new: &mut impl Iterator<Item = Result<New, Error>>,
        out: &mut Vec<u8>,
    ) -> Result<Tally, Vec<Error>> {
        let (mut cells, mut refused) = (Vec::new(), Vec::new());
        for cell in new.take(self.columns.worked.len()) {
            match cell {
                Ok(new) => cells.push(new),
                Err(error) => refused.push(error),
            }
        }
        if refused.is_empty() {
            self.rewrite(row, &cells, out).map_err(|error| vec![error])
        } else {
            Err(refused)
        }
    }

    fn rewrite(&self, row: &F::Row, new: &[New], out: &mut Vec<u8>) -> Result<Tally, Error> {
        let refuse =
            |fault: CellFault, column: &str| Error::from(fault).at(self.source.place(row).column(column));
        let (mut tally, mut cells) = (Tally::default(), Vec::with_capacity(new.len()));
        for (column, new) in self.columns.worked.iter().zip(new) {
            let content = match new {
                New::Kept => {
                    tally.empty += 1;
                    continue;
                }
                New::Skipped => {
                    tally.skipped += 1;
                    continue;
                }
                New::Current => {
                    tally.current += 1;
                    continue;
                }
                New::Text(text) => text,
                New::Secret(plaintext) => std::str::from_utf8(plaintext.expose())
                    .map_err(|_| refuse(CellFault::NotText, &column.name))?,
            };
            tally.changed += 1;
            cells.push(NewCell { position: column.position, column: &column.name, content });
        }
        // The order in which the columns are named is not that in which they stand.
        cells.sort_by_key(|cell| cell.position);
        self.source.rewrite(row, &cells, out)?;
        if out.len() > MAX_ROW {
            let first = self.columns.worked.first().map_or("", |column| &column.name);
            return Err(refuse(CellFault::RowTooLarge, first));
        }
        Ok(tally)
    }
}

impl Tally {
    fn add(&mut self, row: Self) {
        let Self { rows, changed, skipped, current, empty, refused_rows, refused } = row;
        self.rows += rows;
        self.changed += changed;
        self.skipped += skipped;
        self.current += current;
        self.empty += empty;
        self.refused_rows += refused_rows;
        self.refused += refused;
    }
}
