//! Some rows at a time: the library's batch verbs, on the cells of the named columns.

use crate::asked::{Asked, Outside};
use crate::binding::Binding;
use crate::change::{Change, New, Verb};
use crate::columns::Found;
use crate::error::Error;
use crate::explain::explained;
use crate::source::Source;
use strongroom::{Item, SecretBytes};

type Results = Vec<Result<New, strongroom::Error>>;

impl Change<'_> {
    /// What becomes of each cell that is worked on: row by row, in the order in which the columns were named.
    ///
    /// # Errors
    /// A cell is refused, by this crate or by the library: the first one, but what this crate refuses counts
    /// only if the library refuses nothing before it.
    pub fn work<S: Source>(&self, source: &S, rows: &[S::Row], columns: &Found) -> Result<Vec<New>, Error> {
        let outside = Outside { verb: self.verb, source, columns, beginnings: &self.beginnings };
        let (mut asked, mut kept) = (Vec::new(), Vec::new());
        let mut refused = Ok(());
        'rows: for row in rows {
            for column in &columns.worked {
                match outside.ask(row, column) {
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
        let placed = values.map(|(value, cell)| match value {
            Ok(New::Text(text)) if self.verb == Verb::Rewrap && text == *cell.content => Ok(New::Current),
            Ok(value) => Ok(value),
            Err(error) => Err(self.explain(source, columns, cell, error)),
        });
        let mut values = placed.collect::<Result<Vec<_>, _>>()?.into_iter();
        refused?;
        Ok(kept.into_iter().filter_map(|kept| if kept { Some(New::Kept) } else { values.next() }).collect())
    }

    /// What the library makes of the cells.
    fn done<S: Source>(&self, asked: &[Asked<'_, S>]) -> Result<Results, Error> {
        let key = self.key;
        let text = |result: Result<String, strongroom::Error>| result.map(New::Text);
        let binding = self.binding();
        Ok(match (self.verb, self.rebind) {
            (Verb::Encrypt, _) => key
                .encrypt_batch(self.items(&binding, asked, Item::plaintext)?)
                .into_iter()
                .map(text)
                .collect(),
            (Verb::Decrypt, _) => {
                let opened = key.decrypt_batch(self.items(&binding, asked, Item::ciphertext)?);
                opened.into_iter().map(|result| result.map(New::Secret)).collect()
            }
            (Verb::Rewrap, false) => key
                .rewrap_batch(self.items(&binding, asked, Item::ciphertext)?)
                .into_iter()
                .map(text)
                .collect(),
            (Verb::Rewrap, true) => {
                let anew = Binding { names: self.could_be(), ..binding };
                let opened = key.decrypt_batch(self.items(&binding, asked, Item::ciphertext)?);
                let again = |(opened, cell): (Result<SecretBytes, strongroom::Error>, &Asked<'_, S>)| {
                    let opened = match opened {
                        Ok(opened) => opened,
                        Err(error) => return Ok(Err(error)),
                    };
                    let item = self.versioned(Item::plaintext(opened.expose()));
                    let item = anew.on(item, &cell.says, &cell.column.name)?;
                    Ok(key.encrypt_item(&item).map(New::Text))
                };
                opened.into_iter().zip(asked).map(again).collect::<Result<_, Error>>()?
            }
        })
    }

    fn items<'c, S: Source>(
        &'c self,
        binding: &'c Binding<'_>,
        asked: &'c [Asked<'_, S>],
        make: impl Fn(&'c str) -> Item<'c>,
    ) -> Result<Vec<Item<'c>>, Error> {
        let item = |cell: &'c Asked<'_, S>| {
            binding.on(self.versioned(make(&cell.content)), &cell.says, &cell.column.bound)
        };
        asked.iter().map(item).collect()
    }

    fn versioned<'c>(&self, item: Item<'c>) -> Item<'c> {
        match self.version {
            Some(version) => item.version_number(version),
            None => item,
        }
    }

    fn explain<S: Source>(
        &self,
        source: &S,
        columns: &Found,
        cell: &Asked<'_, S>,
        error: strongroom::Error,
    ) -> Error {
        let hint = (error == strongroom::Error::DecryptFailed)
            .then(|| explained(self, columns, cell, || source.names(cell.row)))
            .flatten();
        Error::from(error).with_hint(hint).at(source.place(cell.row).column(&cell.column.name))
    }
}
