//! What is refused of a cell.

use super::request::Part;
use crate::limits::{MAX_CELL, MAX_ROW};
use std::fmt;

/// A cell is not what it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CellFault {
    /// It is not UTF-8.
    NotUtf8,
    /// It is JSON, and no string.
    NotString(JsonKind),
    /// It is to be encrypted, and is a ciphertext.
    CiphertextAlready,
    /// It is to be opened, and is empty.
    Empty,
    /// It is to be opened, and is no ciphertext.
    NotCiphertext,
    /// It has to say something of its row, and is empty.
    SaysNothing(Part),
    /// What was encrypted is no text.
    NotText,
    /// It would be larger than [`MAX_CELL`].
    TooLarge,
    /// The row would be larger than [`MAX_ROW`].
    RowTooLarge,
    /// It is to be indexed, and is a ciphertext.
    CiphertextIndexed,
    /// Its ciphertext would need quotes, and then nothing could not be told from an empty text.
    Ambiguous,
}

/// A value of JSON that is no string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An object.
    Object,
    /// An array.
    Array,
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Object => "an object",
            Self::Array => "an array",
        })
    }
}

impl CellFault {
    /// A name for programs, which stays.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::NotString(_) => "not_string",
            Self::CiphertextAlready => "ciphertext_already",
            Self::Empty => "empty",
            Self::NotCiphertext => "not_ciphertext",
            Self::SaysNothing(_) => "says_nothing",
            Self::NotText => "not_text",
            Self::TooLarge => "too_large",
            Self::RowTooLarge => "row_too_large",
            Self::CiphertextIndexed => "ciphertext_indexed",
            Self::Ambiguous => "ambiguous",
        }
    }
}

impl fmt::Display for CellFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("the cell is not UTF-8 text; save the table in UTF-8"),
            Self::NotString(kind) => write!(f, "the cell is {kind}, where a JSON string has to be"),
            Self::CiphertextAlready => f.write_str(
                "the cell is a ciphertext already; rewrap renews it, and encrypting it again is refused",
            ),
            Self::Empty => f.write_str("the cell is empty, which no ciphertext is"),
            Self::NotCiphertext => f.write_str("the cell is not a ciphertext"),
            Self::SaysNothing(part) => write!(f, "the cell is empty, and each row needs its {part}"),
            Self::NotText => f.write_str(
                "what was encrypted is not UTF-8 text, so it cannot stand in a table; decrypt this one by \
                 itself",
            ),
            Self::TooLarge => write!(
                f,
                "the new content is larger than {} MiB, which could not be read again",
                MAX_CELL >> 20
            ),
            Self::RowTooLarge => {
                write!(f, "the new row is larger than {} MiB, which could not be read again", MAX_ROW >> 20)
            }
            Self::CiphertextIndexed => f.write_str(
                "the cell is a ciphertext, of which an index would find nothing; index the plaintext, \
                 before it is encrypted",
            ),
            Self::Ambiguous => f.write_str(
                "an empty cell without quotes could not be told from \"\" again, since ciphertexts need \
                 quotes with this delimiter",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Programs read these in reports.
    #[test]
    fn names_stay() {
        for (fault, name) in [
            (CellFault::NotUtf8, "not_utf8"),
            (CellFault::NotString(JsonKind::Array), "not_string"),
            (CellFault::CiphertextAlready, "ciphertext_already"),
            (CellFault::Empty, "empty"),
            (CellFault::NotCiphertext, "not_ciphertext"),
            (CellFault::SaysNothing(Part::Aad), "says_nothing"),
            (CellFault::NotText, "not_text"),
            (CellFault::TooLarge, "too_large"),
            (CellFault::RowTooLarge, "row_too_large"),
            (CellFault::CiphertextIndexed, "ciphertext_indexed"),
            (CellFault::Ambiguous, "ambiguous"),
        ] {
            assert_eq!(fault.name(), name);
        }
    }
}
