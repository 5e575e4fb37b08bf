//! `strongroom check`

use super::witness::Witnessed;
use crate::failure::Failure;
use crate::numbers::counted;
use crate::session::Session;
use crate::stopped::flag;
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
    keyring: String,
    root_number: Option<u32>,
    generation: Option<u64>,
    pin: Option<String>,
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
            pin => pin.ok(),
        };
        let witness = report.witness.as_ref().map(Witnessed::from);
        let faults = report.faults.iter().map(|fault| Fault {
            document: &fault.document,
            error: fault.error.name(),
            message: fault.error.told(flag),
        });
        let faults: Vec<Fault<'_>> = faults.collect();
        let mut text: String = faults.iter().map(|fault| fault.line(witness.as_ref())).collect();
        let count = counted(faults.len() as u64, "fault");
        let (documents, keys) = (report.documents as u64, report.keys as u64);
        text += &format!("{}, {}, {count}\n", counted(documents, "document"), counted(keys, "key"));
        text += &witness.as_ref().map(Witnessed::text).unwrap_or_default();
        text += &pin
            .map(|pin| {
                let (id, root, generation) = (pin.keyring(), pin.root_number(), pin.generation());
                format!("keyring {id}, root key {root}, generation {generation}\npin {pin}\n")
            })
            .unwrap_or_default();
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
        let json = Checked {
            documents,
            keys,
            unfinished_reseal,
            faults,
            warnings,
            keyring: ring.id().to_string(),
            root_number: pin.map(|pin| pin.root_number()),
            generation: pin.map(|pin| pin.generation()),
            pin: pin.map(|pin| pin.to_string()),
            witness,
        };
        session.printer.print(&text, &json)?;
        for warning in &report.warnings {
            session.printer.warn(&warning.message)?;
        }
        if report.unfinished_reseal {
            session.printer.warn("a reseal was begun and not finished; run it again with the same seals")?;
        }
        match report.faults.into_iter().next() {
            Some(fault) => Err(Failure::Listed(fault.error, format!("{count} found"))),
            None => Ok(()),
        }
    }
}

impl Fault<'_> {
    /// What is wrong, and of which document, which most messages say themselves.
    fn line(&self, witness: Option<&Witnessed<'_>>) -> String {
        let document = self.document.escape_debug().to_string();
        let of =
            if self.message.starts_with(self.document) { String::new() } else { format!("{document}: ") };
        let known = witness.and_then(|witness| witness.refused(self.document));
        let known = known.map(|what| format!(" (witness: it {what})")).unwrap_or_default();
        format!("{of}{}{known}\n", self.message)
    }
}
