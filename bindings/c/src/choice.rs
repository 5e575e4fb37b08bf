//! Numbers that stand for one of a few, and those of versions.

use crate::failure::Failure;
use strongroom::Version;

/// What a number stands for.
pub(crate) fn chosen<T: Copy>(number: u32, known: &[(u32, T)], wrong: Failure) -> Result<T, Failure> {
    known.iter().find(|(each, _)| *each == number).map(|(_, chosen)| *chosen).ok_or(wrong)
}

/// A choice that may be left out, which 0 says.
pub(crate) fn said<T: Copy>(number: u32, known: &[(u32, T)], wrong: Failure) -> Result<Option<T>, Failure> {
    if number == 0 { Ok(None) } else { chosen(number, known, wrong).map(Some) }
}

/// A version, or `None` for 0.
pub(crate) fn version(number: u32) -> Result<Option<Version>, Failure> {
    match number {
        0 => Ok(None),
        number => Version::new(number).map(Some).ok_or(Failure::Argument("a version is above 2147483647")),
    }
}
