//! Some rows at a time: the library's batch verbs, on the cells of the named columns.

use crate::asked::{Answer, Asked, Outside};
use crate::binding::Binding;
use crate::change::{Change, New, Verb};
use crate::columns::Found;
use crate::error::{Error, Fault};
use crate::explain::explained;
use crate::source::Source;
use strongroom::{Item, SecretBytes};

type Results<T> = Vec<Result<T, strongroom::Error>>;

/// What is known of a cell before the library was asked.
enum Slot {
    Is(Result<New, Error>),
    /// The next one that was opened to see that it may stay.
    Tried,
    /// The next one that was worked on.
    Worked,
}

impl Change<'_> {
    /// What becomes of each cell that is worked on: row by row, in the order in which the columns were named.
    ///
    /// # Errors
    /// A cell is refused, by this crate or by the library: the first one in that order.
    pub fn work<S: Source>(&self, source: &S, rows: &[S::Row], columns: &Found) -> Result<Vec<New>, Error> {
        self.each(source, rows, columns)?.into_iter().collect()
    }

    /// What becomes of each cell, or why it is refused. A refused cell does not keep the others from being
    /// worked on.
    ///
    /// # Errors
    /// What was asked for does not fit together.
    pub fn each<S: Source>(
        &self,
        source: &S,
        rows: &[S::Row],
        columns: &Found,
    ) -> Result<Vec<Result<New, Error>>, Error> {
        let Self { verb, mixed, beginnings, .. } = self;
        let outside = Outside { verb: *verb, mixed: *mixed, source, columns, beginnings };
        let (mut tried, mut worked) = (Vec::new(), Vec::new());
        let cells = rows.iter().flat_map(|row| columns.worked.iter().map(move |column| (row, column)));
        let slot = |(row, column)| match outside.ask(row, column) {
            Ok(Answer::Kept) => Slot::Is(Ok(New::Kept)),
            Ok(Answer::Skipped) => Slot::Is(Ok(New::Skipped)),
            Ok(Answer::Tried(cell)) => {
                tried.push(cell);
                Slot::Tried
            }
            Ok(Answer::Worked(cell)) => {
                worked.push(cell);
                Slot::Worked
            }
            Err(error) => Slot::Is(Err(error)),
        };
        let slots: Vec<Slot> = cells.map(slot).collect();
        let mut stay = self.opened(&tried)?.into_iter().zip(&tried).map(|(opened, cell)| match opened {
            Ok(_) => Ok(New::Skipped),
            Err(error) => Err(self.explain(source, columns, cell, Fault::DoesNotOpen(error))),
        });
        let mut done = self.done(&worked)?.into_iter().zip(&worked).map(|(done, cell)| match done {
            Ok(New::Text(text)) if self.verb == Verb::Rewrap && text == *cell.content => Ok(New::Current),
            Ok(new) => Ok(new),
            Err(error) => Err(self.explain(source, columns, cell, Fault::Library(error))),
        });
        let outcome = |slot| match slot {
            Slot::Is(outcome) => Some(outcome),
            Slot::Tried => stay.next(),
            Slot::Worked => done.next(),
        };
        Ok(slots.into_iter().filter_map(outcome).collect())
    }

    /// What the library makes of the cells.
    fn done<S: Source>(&self, cells: &[Asked<'_, S>]) -> Result<Results<New>, Error> {
        let key = self.key;
        let binding = self.binding();
        let text = |results: Results<String>| -> Results<New> {
            results.into_iter().map(|result| result.map(New::Text)).collect()
        };
        let plaintext = |cell| self.versioned(Item::plaintext(cell));
        let ciphertext = |cell| self.versioned(Item::ciphertext(cell));
        Ok(match (self.verb, self.rebind) {
            (Verb::Encrypt, _) => text(batch(&binding, cells, plaintext, |items| key.encrypt_batch(items))?),
            (Verb::Decrypt, _) => {
                self.opened(cells)?.into_iter().map(|result| result.map(New::Secret)).collect()
            }
            (Verb::Rewrap, false) => {
                text(batch(&binding, cells, ciphertext, |items| key.rewrap_batch(items))?)
            }
            (Verb::Rewrap, true) => {
                let anew = Binding { names: self.could_be(), ..binding };
                let again = |(opened, cell): (Result<SecretBytes, strongroom::Error>, &Asked<'_, S>)| {
                    let opened = match opened {
                        Ok(opened) => opened,
                        Err(error) => return Ok(Err(error)),
                    };
                    let item = self.versioned(Item::plaintext(opened.expose()));
                    match proper(anew.on(item, &cell.says, &cell.column.name))? {
                        Ok(item) => Ok(key.encrypt_item(&item).map(New::Text)),
                        Err(error) => Ok(Err(error)),
                    }
                };
                self.opened(cells)?.into_iter().zip(cells).map(again).collect::<Result<_, Error>>()?
            }
        })
    }

    /// What is in ciphertexts.
    fn opened<S: Source>(&self, cells: &[Asked<'_, S>]) -> Result<Results<SecretBytes>, Error> {
        batch(&self.binding(), cells, Item::ciphertext, |items| self.key.decrypt_batch(items))
    }

    fn versioned<'c>(&self, item: Item<'c>) -> Item<'c> {
        match self.version {
            Some(version) => item.version_number(version),
            None => item,
        }
    }

    fn explain<S: Source>(&self, source: &S, columns: &Found, cell: &Asked<'_, S>, fault: Fault) -> Error {
        use strongroom::Error::DecryptFailed;
        let unopened = matches!(fault, Fault::Library(DecryptFailed) | Fault::DoesNotOpen(DecryptFailed));
        let hint = unopened.then(|| explained(self, columns, cell, || source.names(cell.row))).flatten();
        Error::from(fault).with_hint(hint).at(source.place(cell.row).column(&cell.column.name))
    }
}

/// Calls a verb for the cells whose rows say a proper context and aad. Each of the others has its error.
fn batch<'c, S: Source, T>(
    binding: &'c Binding<'_>,
    cells: &'c [Asked<'_, S>],
    make: impl Fn(&'c str) -> Item<'c>,
    verb: impl FnOnce(Vec<Item<'c>>) -> Results<T>,
) -> Result<Results<T>, Error> {
    let (mut items, mut improper) = (Vec::with_capacity(cells.len()), Vec::with_capacity(cells.len()));
    for cell in cells {
        match proper(binding.on(make(&cell.content), &cell.says, &cell.column.bound))? {
            Ok(item) => {
                items.push(item);
                improper.push(None);
            }
            Err(error) => improper.push(Some(error)),
        }
    }
    let mut made = verb(items).into_iter();
    let outcome = |improper: Option<_>| improper.map(Err).or_else(|| made.next());
    Ok(improper.into_iter().filter_map(outcome).collect())
}

/// An item, or what the library says of its context and aad, which are the row's.
fn proper(item: Result<Item<'_>, Error>) -> Result<Result<Item<'_>, strongroom::Error>, Error> {
    item.map(Ok).or_else(|error| match error.fault() {
        Fault::Library(of_the_row) => Ok(Err(of_the_row.clone())),
        _ => Err(error),
    })
}
