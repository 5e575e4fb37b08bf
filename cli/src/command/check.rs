//! `strongroom check`

use crate::failure::Failure;
use crate::session::Session;
use clap::Args;
use serde::Serialize;

/// Open every document of the keyring, and say of each that cannot be read why. Warn of modes and owners that let others at the files.
#[derive(Args)]
pub(crate) struct Check {}

#[derive(Serialize)]
struct Checked<'a> {
    documents: usize,
    keys: usize,
    unfinished_reseal: bool,
    faults: Vec<Fault<'a>>,
    warnings: Vec<Warning<'a>>,
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
        let report = session.keyring()?.check()?;
        let faults = report.faults.iter().map(|fault| Fault { document: &fault.document, error: fault.error.name(), message: fault.error.to_string() });
        let faults: Vec<Fault<'_>> = faults.collect();
        let mut text: String = faults.iter().map(|fault| format!("{}: {}\n", fault.document.escape_debug(), fault.message)).collect();
        text += &format!("{} documents, {} keys, {} faults\n", report.documents, report.keys, faults.len());
        let warnings: Vec<Warning<'_>> =
            report.warnings.iter().map(|warning| Warning { subject: &warning.subject, code: warning.code, message: &warning.message }).collect();
        let json = Checked { documents: report.documents, keys: report.keys, unfinished_reseal: report.unfinished_reseal, faults, warnings };
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
