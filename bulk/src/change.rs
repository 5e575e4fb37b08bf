//! What is done to a table, and what becomes of its cells.

use crate::beginnings::Beginnings;
use crate::binding::{Binding, Given, Names};
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
    /// How ciphertexts are told from other cells.
    pub beginnings: Beginnings,
}

/// What becomes of a cell.
#[derive(Debug)]
pub enum New {
    /// It held nothing, and stays.
    Kept,
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

    /// Where names are, or would be if they are nowhere.
    pub(crate) fn could_be(&self) -> Names {
        if self.convergent { Names::InContext } else { Names::InAad }
    }
}
