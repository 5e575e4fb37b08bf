//! What was asked for, where it does not fit together.

use std::fmt;

/// What was asked for does not fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// No column is to be worked on.
    NoColumn,
    /// A column is named twice.
    Twice(String),
    /// A column is to be worked on and to say something of each row.
    Itself(String, Part),
    /// A column that is not worked on is said to be bound to another name.
    NotWorked(String),
    /// Two columns would be bound to the same name.
    SameName {
        /// The one.
        one: String,
        /// The other.
        other: String,
        /// What both would be bound to.
        bound: String,
    },
    /// What was given for all rows is not UTF-8, so it cannot go with the name of a column.
    NotUtf8(Part),
    /// A map that was given for all rows has the name of the column already.
    NamesColumn(Part),
}

/// What goes with a ciphertext and is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The context of a derived key.
    Context,
    /// The associated data.
    Aad,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Context => "context",
            Self::Aad => "aad",
        })
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColumn => write!(f, "no column is named"),
            Self::Twice(name) => write!(f, "column {name:?} is named twice"),
            Self::Itself(name, part) => write!(
                f,
                "column {name:?} is to be worked on and to hold the {part} of each row; a ciphertext cannot \
                 be its own {part}"
            ),
            Self::NotWorked(name) => {
                write!(f, "column {name:?} is said to be bound to another name, and is not worked on")
            }
            Self::SameName { one, other, bound } => write!(
                f,
                "columns {one:?} and {other:?} would be bound to the same name {bound:?}; each needs one of \
                 its own"
            ),
            Self::NotUtf8(part) => {
                write!(f, "the {part} has to be UTF-8 where the name of the column is bound too")
            }
            Self::NamesColumn(part) => {
                write!(f, "the {part} has a pair \"column\", where the name of the column is bound")
            }
        }
    }
}
