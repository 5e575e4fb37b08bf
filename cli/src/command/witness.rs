//! `strongroom witness`, and what `check` says of one.

use crate::failure::Failure;
use crate::numbers::counted;
use crate::output::{Output, Readers};
use crate::period::{show, time};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::time::Duration;
use strongroom::{Clock, SystemClock, WitnessReport};

/// Write down what every document of the keyring is now, to see later whether an older one was put back.
///
/// Keep the file where whoever can write the folder of the keyring cannot write; nothing in it is secret.
/// Every command takes it as --witness. It knows nothing of what is done later, so make a new one after a
/// rotation. With --witness for the old one, nothing that the old one refuses is put into the new one.
#[derive(Args)]
pub(crate) struct Witness {
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Written<'a> {
    witness_base64: &'a str,
}

impl Witness {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let witness = session.keyring()?.witness()?;
        session.printer.binary(
            &self.output,
            Readers::Anyone,
            &witness,
            &Written { witness_base64: &session.printer.base64(&witness) },
        )
    }
}

/// What has become of the documents since a witness was made.
#[derive(Serialize)]
pub(super) struct Witnessed<'a> {
    made: String,
    /// `None` where it was made later than now.
    age_seconds: Option<u64>,
    documents: usize,
    missing: &'a [String],
    older: &'a [String],
    other_history: &'a [String],
    deleted: &'a [String],
    recreated: &'a [String],
    unknown: &'a [String],
}

impl<'a> From<&'a WitnessReport> for Witnessed<'a> {
    fn from(report: &'a WitnessReport) -> Self {
        let WitnessReport {
            made, documents, missing, older, other_history, deleted, recreated, unknown, ..
        } = report;
        let age = SystemClock
            .now()
            .checked_sub(*made)
            .map(|nanoseconds| Duration::from_nanos(nanoseconds).as_secs());
        Self {
            made: time(*made),
            age_seconds: age,
            documents: *documents,
            missing,
            older,
            other_history,
            deleted,
            recreated,
            unknown,
        }
    }
}

impl Witnessed<'_> {
    /// What the witness refuses a document for.
    pub(super) fn refused(&self, document: &str) -> Option<&'static str> {
        [
            (self.missing, "is not there any more"),
            (self.older, "is older than it was"),
            (self.other_history, "did not come from what it was"),
        ]
        .into_iter()
        .find_map(|(documents, what)| documents.iter().any(|known| known == document).then_some(what))
    }

    /// A line about the witness, and one for each document of which there is something to say, but for those
    /// that are refused, which are faults.
    pub(super) fn text(&self) -> String {
        let age = match self.age_seconds {
            Some(0) => "just now".to_owned(),
            Some(seconds) => format!("{} ago", show(Duration::from_secs(seconds))),
            None => "in the future by this machine's clock".to_owned(),
        };
        let mut text =
            format!("witness made {}, {age}, of {}\n", self.made, counted(self.documents as u64, "document"));
        for (documents, what) in [
            (self.deleted, "was deleted since"),
            (self.recreated, "was deleted and created anew since"),
            (self.unknown, "is not known to it"),
        ] {
            text.extend(
                documents.iter().map(|document| format!("witness: {} {what}\n", document.escape_debug())),
            );
        }
        text
    }
}
