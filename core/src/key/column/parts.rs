//! A column in parts, on which threads work at the same time.

use super::{Column, ColumnError, NewColumn, Writer};
use crate::Error;
use crate::threads::{MOST_THREADS, in_threads};

/// For fewer values no thread is begun: it takes as long as some hundred of them.
const LEAST: usize = 1024;

impl<'a> Column<'a> {
    /// The column in parts for so many threads, with the number of the first value of each; `None` if it is
    /// done in one.
    fn parts(&self) -> Option<Vec<(usize, Self)>> {
        let count = self.threads.min(self.len() / LEAST).min(MOST_THREADS);
        if count < 2 {
            return None;
        }
        let bounds = (0..count).map(|part| (self.len() * part / count, self.len() * (part + 1) / count));
        Some(bounds.map(|(start, end)| (start, self.part(start..end))).collect())
    }
}

/// Has threads work on the parts of a column, each in its part of `out`, which is as long as `room` says of
/// it. `None` if that is to be done in one: it was not asked for, there are too few values, or not enough
/// room. After a failure there is nothing in `out`.
pub(crate) fn in_parts<'a>(
    column: &Column<'a>,
    out: &mut [u8],
    room: impl Fn(&Column<'a>) -> Option<usize>,
    work: impl Fn(&Column<'a>, &mut [u8]) -> Result<NewColumn<usize>, ColumnError> + Sync,
) -> Option<Result<NewColumn<usize>, ColumnError>> {
    let parts = column.parts()?;
    if out.len() < room(column)? {
        return None;
    }
    let (mut tasks, mut rest, mut from) = (Vec::with_capacity(parts.len()), &mut *out, 0);
    for (first, part) in &parts {
        let (mine, others) = rest.split_at_mut_checked(room(part)?)?;
        let len = mine.len();
        tasks.push((*first, from, part, mine));
        from += len;
        rest = others;
    }
    let done = in_threads(tasks, |(first, from, part, mine)| {
        let made = work(part, mine)
            .map_err(|refused| ColumnError { index: refused.index.map(|index| first + index), ..refused });
        (from, made)
    });
    let whole = joined(column, out, done);
    if whole.is_err() {
        out.fill(0);
    }
    // The key was rotated to a type whose texts are longer: how much the whole column needs, one call knows.
    let was_short = matches!(&whole, Err(ColumnError { error: Error::BufferTooSmall { .. }, .. }));
    if was_short { None } else { Some(whole) }
}

/// [`in_parts`] into memory that is made for it, of a length that was found. `None` also where that was too
/// short after all: the key may have been rotated to another type meanwhile.
pub(crate) fn in_new_memory<'a>(
    column: &Column<'a>,
    len: impl Fn(&Column<'a>) -> Result<usize, Error>,
    into: impl Fn(&Column<'a>, &mut [u8]) -> Result<NewColumn<usize>, ColumnError>,
) -> Option<Result<NewColumn<Vec<u8>>, ColumnError>> {
    column.parts()?;
    let mut memory = vec![0; len(column).ok()?];
    match into(column, &mut memory) {
        Err(ColumnError { error: Error::BufferTooSmall { .. }, .. }) => None,
        Err(refused) => Some(Err(refused)),
        Ok(made) => {
            memory.truncate(made.values);
            memory.shrink_to_fit();
            Some(Ok(made.with(memory)))
        }
    }
}

/// What was made of the parts, each with where it begins in `out`, one behind the other.
fn joined(
    column: &Column<'_>,
    out: &mut [u8],
    parts: Vec<(usize, Result<NewColumn<usize>, ColumnError>)>,
) -> Result<NewColumn<usize>, ColumnError> {
    let parts =
        parts.into_iter().map(|(from, made)| Ok((from, made?))).collect::<Result<Vec<_>, ColumnError>>()?;
    let (mut end, mut used) = (0, 0);
    for (from, made) in &parts {
        used = from + made.values;
        out.copy_within(*from..used, end);
        end += made.values;
    }
    // A plaintext that was moved is there once.
    out.get_mut(end..used).unwrap_or_default().fill(0);
    let mut writer = Writer::fixed(column, out);
    for (_, NewColumn { offsets, validity, refused, .. }) in parts {
        let values = super::Values::new(&[], &offsets);
        let values = match &validity {
            Some(bitmap) => values.validity(bitmap, 0),
            None => values,
        };
        let mut refused = refused.into_iter().peekable();
        for index in 0..values.len() {
            if let Some((_, error)) = refused.next_if(|(at, _)| *at == index) {
                writer.refuse(error)?;
            } else if values.is_null(index) {
                writer.put_null();
            } else {
                let len = values.length(index);
                writer.room(len)?;
                writer.put(len);
            }
        }
    }
    Ok(writer.done().0)
}
