//! A column as one call: let in once, with the key as it is then, which is looked at again after so many
//! values.

use super::At;
use super::run::{BYTES_WITH_ONE_LOOK, Look, WITH_ONE_LOOK};
use crate::Error;
use crate::key::call::Call;
use crate::key::column::{Column, ColumnError, Extent, Scratch, Writer};
use crate::key::purse::Purse;
use crate::verb::Verb;

impl At<'_> {
    /// Each value of a column that is not null as `run` would have it. `plan` says how much room there has to
    /// be, and `work` makes a value and gives its length.
    pub(crate) fn run_column(
        &self,
        verb: Verb,
        column: &Column<'_>,
        writer: &mut Writer<'_>,
        plan: impl Fn(&Call<'_>, &Column<'_>) -> Result<Extent, Error>,
        work: impl Fn(&Call<'_>, &mut Writer<'_>) -> Result<usize, Error>,
    ) -> Result<(), ColumnError> {
        let engine = self.engine;
        let mut scratch = Scratch::default();
        // What ends the call is told apart from what stands in the way of every value that is left.
        let mut refused = None;
        let done = engine.pass(verb, Some(&self.slot.name), || {
            while writer.written() < column.len() {
                engine.admit(verb.need())?;
                let slice = self.with_opened(verb.need(), |opened, state| {
                    let purse = Purse::default();
                    let look = self.look(verb, opened, state, &purse);
                    if writer.written() == 0
                        // What is wrong here is wrong with the first value too, which says so.
                        && let Ok(extent) = look.one(&column.sample(verb), &mut |call| plan(call, column))
                    {
                        writer.prepare(extent)?;
                    }
                    Ok(slice(verb, column, &look, &purse, &mut scratch, writer, &work))
                })?;
                let ended = match slice {
                    Slice::Done => Ok(()),
                    Slice::Refused(error) => Err(error),
                    Slice::Unknown(index) => {
                        let item = column.item(verb, index, &mut scratch);
                        let again = |item| self.once_more(verb, &item, &mut |call| work(call, writer));
                        written(item.and_then(again), writer)
                    }
                };
                if let Err(error) = ended {
                    let all = Err(error.error.clone());
                    refused = Some(error);
                    return all;
                }
            }
            Ok(())
        });
        match (done, refused) {
            (_, Some(refused)) => Err(refused),
            (Ok(()), None) => Ok(()),
            (Err(error), None) if writer.is_of_all(&error) => Err(error.into()),
            (Err(error), None) => {
                while writer.written() < column.len() {
                    match column.values().is_null(writer.written()) {
                        true => writer.put_null(),
                        false => writer.refuse(error.clone())?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// What became of the values that are worked on with one look at the key.
enum Slice {
    Done,
    /// One was refused, and that ends the call.
    Refused(ColumnError),
    /// One is of a version that is not known here.
    Unknown(usize),
}

fn slice(
    verb: Verb,
    column: &Column<'_>,
    look: &Look<'_>,
    purse: &Purse,
    scratch: &mut Scratch,
    writer: &mut Writer<'_>,
    work: &impl Fn(&Call<'_>, &mut Writer<'_>) -> Result<usize, Error>,
) -> Slice {
    let (mut bytes, end) = (0, column.len().min(writer.written() + WITH_ONE_LOOK));
    for index in writer.written()..end {
        if bytes > BYTES_WITH_ONE_LOOK || purse.is_late() {
            break;
        }
        if column.values().is_null(index) {
            writer.put_null();
            continue;
        }
        purse.expect(end - index);
        let result = column.item(verb, index, scratch).and_then(|item| {
            bytes += item.input.len();
            look.one(&item, &mut |call| work(call, writer))
        });
        match result {
            Ok(len) => writer.put(len),
            Err(Error::VersionTooNew) if verb.reads() => return Slice::Unknown(index),
            Err(error) => {
                if let Err(error) = writer.refuse(error) {
                    return Slice::Refused(error);
                }
            }
        }
    }
    Slice::Done
}

fn written(result: Result<usize, Error>, writer: &mut Writer<'_>) -> Result<(), ColumnError> {
    match result {
        Ok(len) => writer.put(len),
        Err(error) => writer.refuse(error)?,
    }
    Ok(())
}
