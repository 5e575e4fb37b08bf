//! What is no NDJSON, or not the table that was spoken of.

use crate::limits::{MAX_CELL, MAX_ROW};
use std::fmt;

/// What is wrong about a file as NDJSON.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NdjsonFault {
    /// The file is UTF-16.
    Utf16,
    /// The file is an archive.
    Archive,
    /// A line is not UTF-8.
    NotUtf8,
    /// A line is not JSON, as is seen at this byte of it, from 1.
    NotJson(usize),
    /// A line is JSON, but no object.
    NotObject,
    /// A string has half of a surrogate pair, `\ud800`, which is no character.
    LoneSurrogate,
    /// A member stands in an object twice. Its name is not shown unless it was asked for: it may be a value.
    TwiceInLine,
    /// No line has a member.
    NoMember(String),
    /// A cell is larger than [`MAX_CELL`].
    CellTooLarge,
    /// A line is larger than [`MAX_ROW`].
    LineTooLarge,
    /// A blank line stands between others.
    BlankLine,
}

impl fmt::Display for NdjsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf16 => f.write_str("the file is UTF-16; save it as NDJSON in UTF-8"),
            Self::Archive => f.write_str("the file is an archive; unpack it"),
            Self::NotUtf8 => f.write_str("the line is not UTF-8; save the file in UTF-8"),
            Self::NotJson(byte) => {
                write!(
                    f,
                    "the line is not a JSON object, as byte {byte} of it shows; each line has to be one"
                )
            }
            Self::NotObject => f.write_str("the line is not a JSON object; each line has to be one"),
            Self::LoneSurrogate => {
                f.write_str("a string has half of a surrogate pair, which is no character and no UTF-8")
            }
            Self::TwiceInLine => {
                f.write_str("a member stands in the object twice, and readers differ in which one they take")
            }
            Self::NoMember(name) => {
                write!(f, "no line has a member {name:?}; names are compared exactly")
            }
            Self::CellTooLarge => write!(f, "the cell is larger than {} MiB", MAX_CELL >> 20),
            Self::LineTooLarge => {
                write!(f, "the line is larger than {} MiB; is a line break missing?", MAX_ROW >> 20)
            }
            Self::BlankLine => f.write_str("a blank line between the others; remove it"),
        }
    }
}
