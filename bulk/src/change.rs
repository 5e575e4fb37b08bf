//! What is done to a table, and what becomes of its cells.

use crate::beginnings::Beginnings;
use crate::binding::{Binding, Given, Names};
use crate::error::{Error, Fault};
use strongroom::{SecretBytes, View};

/// What is done to a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Each text becomes a ciphertext.
    Encrypt,
    /// Each ciphertext becomes its text.
    Decrypt,
    /// Each ciphertext is opened, and made anew where it is not up to date.
    Rewrap,
}

/// What is done with a cell that is already what it would become, as in a column of which a part was
/// encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mixed {
    /// It is refused: nothing is encrypted twice, and what is to be opened is a ciphertext.
    Refused,
    /// It stays. A cell that is not to be encrypted again has to open here, with the key, the context and
    /// the aad of its row and column; its beginning alone says nothing. What is to be opened and does not
    /// begin as a ciphertext is plaintext, whoever wrote it there.
    Finished,
}

/// What is done to a table, with which key, and what the ciphertexts are bound to.
pub struct Change<'a> {
    /// What is done.
    pub verb: Verb,
    /// Without a context, which the columns or [`context`](Self::context) say.
    pub key: &'a View,
    /// The version to encrypt with, instead of the latest. 0 is the latest in the view for Transit.
    pub version: Option<u32>,
    /// The key is convergent: it takes no aad, so the name of a column goes into the context.
    pub convergent: bool,
    /// A ciphertext opens only in the column that it was made for, by the name of the column.
    pub bind: bool,
    /// Of a rewrap: every ciphertext is made anew, bound to the name of its column in the table.
    pub rebind: bool,
    /// The aad of all rows, where no column has that of each.
    pub aad: Given<'a>,
    /// The context of all rows, where no column has that of each.
    pub context: Given<'a>,
    /// What is done with cells that are already what they would become.
    pub mixed: Mixed,
    /// How ciphertexts are told from other cells.
    pub beginnings: Beginnings,
}

/// What becomes of a cell.
#[derive(Debug)]
pub enum New {
    /// It held nothing, and stays.
    Kept,
    /// It is already what it would have become, and stays: a ciphertext that opens, or a plaintext.
    Skipped,
    /// A ciphertext that was opened and found to be up to date. It stays.
    Current,
    /// A new ciphertext.
    Text(String),
    /// A plaintext.
    Secret(SecretBytes),
}

impl Change<'_> {
    pub(crate) fn binding(&self) -> Binding<'_> {
        let names = if self.bind { self.could_be() } else { Names::Nowhere };
        Binding { names, aad: self.aad, context: self.context }
    }

    /// Whether an error is about one cell, so that others may still be worked on. One about the key, the
    /// store or what was asked for would come again with every row.
    pub(crate) fn is_of_a_cell(&self, error: &Error) -> bool {
        use strongroom::Error as Library;
        let of_a_ciphertext = |error: &Library| {
            matches!(
                error,
                Library::Malformed
                    | Library::DecryptFailed
                    | Library::VersionTooOld
                    | Library::VersionTooNew
                    | Library::NoSuchVersion
            )
        };
        let of_a_row = |error: &Library| {
            matches!(
                error,
                Library::InvalidContext { .. } | Library::InvalidAad { .. } | Library::MessageTooLong
            )
        };
        // Of a version that was asked for these say nothing: it may be too new, or not allowed.
        let of_no_version = |error: &Library| {
            matches!(error, Library::Malformed | Library::DecryptFailed | Library::VersionTooOld)
        };
        match error.fault() {
            Fault::Cell(_) => true,
            Fault::DoesNotOpen(error) => of_a_ciphertext(error) || of_a_row(error),
            Fault::Library(error) => {
                of_a_row(error)
                    || self.verb != Verb::Encrypt
                        && of_a_ciphertext(error)
                        && (self.version.is_none() || of_no_version(error))
            }
            Fault::Request(_)
            | Fault::Csv(_)
            | Fault::Ndjson(_)
            | Fault::Read(_)
            | Fault::Write(_)
            | Fault::Report(_) => false,
        }
    }

    /// Where names are, or would be if they are nowhere.
    pub(crate) fn could_be(&self) -> Names {
        if self.convergent { Names::InContext } else { Names::InAad }
    }
}
