//! What is said of a table that was worked on.

use super::file::STREAM;
use crate::numbers::{counted, grouped};
use serde::Serialize;
use strongroom_bulk::Verb;

/// What was done.
#[derive(Serialize)]
pub(super) struct Done {
    pub(super) table: String,
    pub(super) out: String,
    pub(super) rows: u64,
    pub(super) changed: u64,
    /// Cells that were already what they would have become: ciphertexts, or plaintexts.
    pub(super) skipped: u64,
    pub(super) up_to_date: u64,
    pub(super) empty: u64,
    /// Rows that stayed as they are since a cell was refused.
    pub(super) refused_rows: u64,
    pub(super) written: bool,
    /// Whether the ciphertexts that were worked on, or made, are bound to the names of their columns.
    pub(super) columns_bound: bool,
    pub(super) seconds: f64,
}

impl Done {
    pub(super) fn text(&self, verb: Verb, unbound: bool) -> String {
        let done = match verb {
            Verb::Encrypt => "encrypted",
            Verb::Decrypt => "decrypted",
            Verb::Rewrap => "rewrapped",
        };
        let mut text = format!(
            "{}: {}, {} {done}",
            name(&self.out, "standard output"),
            counted(self.rows, "row"),
            counted(self.changed, "cell")
        );
        if verb == Verb::Rewrap {
            text += &format!(", {} up to date", counted(self.up_to_date, "cell"));
        }
        if self.skipped > 0 {
            let already = if verb == Verb::Encrypt { "encrypted already" } else { "left as plaintext" };
            text += &format!(", {} {already}", grouped(self.skipped));
        }
        if self.empty > 0 {
            text += &format!(", {} left empty", grouped(self.empty));
        }
        if self.refused_rows > 0 {
            text += &format!(", {} refused", counted(self.refused_rows, "row"));
        }
        if unbound {
            text += ", not bound to the names of the columns";
        }
        text += if self.written { "\n" } else { "; the file was left as it is\n" };
        text
    }
}

/// A file, or the stream that `-` stands for.
pub(super) fn name<'n>(path: &'n str, stream: &'n str) -> &'n str {
    if path == STREAM { stream } else { path }
}
