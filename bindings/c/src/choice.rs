//! Numbers that stand for one of a few.

use crate::failure::Failure;

/// What a number stands for.
pub(crate) fn chosen<T: Copy>(number: u32, known: &[(u32, T)], wrong: Failure) -> Result<T, Failure> {
    known.iter().find(|(each, _)| *each == number).map(|(_, chosen)| *chosen).ok_or(wrong)
}

/// The same, where 0 says nothing.
pub(crate) fn said<T: Copy>(number: u32, known: &[(u32, T)], wrong: Failure) -> Result<Option<T>, Failure> {
    if number == 0 { Ok(None) } else { chosen(number, known, wrong).map(Some) }
}
