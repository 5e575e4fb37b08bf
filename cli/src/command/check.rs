//! `strongroom check`

use super::witness::Witnessed;
use crate::failure::Failure;
use crate::session::Session;
use clap::Args;
use serde::Serialize;

/// Open every document of the keyring, and say of each that cannot be read why. Warn of modes and owners that
/// let others at the files.
///
/// With --witness, say too what has become of the documents since that witness was made, and which it does
/// not know.
#[derive(Args)]
pub(crate) struct Check {}

#[derive(Serialize)]
struct Checked<'a> {
    documents: usize,
    keys: usize,
    unfinished_reseal: bool,
    faults: Vec<Fault<'a>>,
    warnings: Vec<Warning<'a>>,
    pin: Option<&'a str>,
    witness: Option<Witnessed<'a>>,
}

#[derive(Serialize)]
struct Warning<'a> {
    subject: &'a str,
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Fault<'a> {
    document: &'a str,
    error: &'a str,
    message: String,
}

impl Check {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let ring = session.keyring()?;
        let report = ring.check()?;
        // Of a keyring whose root document cannot be read the fault is said instead.
        let pin = match ring.pin() {
            Err(error) if report.faults.is_empty() => return Err(error.into()),
            pin => pin.ok().map(|pin| pin.to_string()),
        };
        let faults = report.faults.iter().map(|fault| Fault {
            document: &fault.document,
            error: fault.error.name(),
            message: fault.error.to_string(),
        });
        let faults: Vec<Fault<'_>> = faults.collect();
        let mut text: String = faults
            .iter()
            .map(|fault| format!("{}: {}\n", fault.document.escape_debug(), fault.message))
            .collect();
        text += &format!("{} documents, {} keys, {} faults\n", report.documents, report.keys, faults.len());
        let witness = report.witness.as_ref().map(Witnessed::from);
        text += &witness.as_ref().map(Witnessed::text).unwrap_or_default();
        text += &pin.as_ref().map(|pin| format!("pin {pin}\n")).unwrap_or_default();
        let warnings: Vec<Warning<'_>> = report
            .warnings
            .iter()
            .map(|warning| Warning {
                subject: &warning.subject,
                code: warning.code,
                message: &warning.message,
            })
            .collect();
        let (documents, keys, unfinished_reseal) = (report.documents, report.keys, report.unfinished_reseal);
        let json =
            Checked { documents, keys, unfinished_reseal, faults, warnings, pin: pin.as_deref(), witness };
        session.printer.print(&text, &json)?;
        for warning in &report.warnings {
            session.printer.warn(&warning.message)?;
        }
        if report.unfinished_reseal {
            session.printer.warn("a reseal was begun and not finished; run it again with the same seals")?;
        }
        match report.faults.into_iter().next() {
            Some(fault) => Err(fault.error.into()),
            None => Ok(()),
        }
    }
}
