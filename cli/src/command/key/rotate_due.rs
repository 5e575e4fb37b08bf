//! `strongroom key rotate-due`

use crate::failure::Failure;
use crate::numbers::counted;
use crate::session::Session;
use crate::stopped::flag;
use clap::Args;
use serde::Serialize;

/// Rotate every key whose rotation period has passed.
///
/// One key's failure does not keep the others from rotating; the exit code is that of the first.
#[derive(Args)]
pub(crate) struct RotateDue {}

#[derive(Serialize)]
struct Rotated<'a> {
    name: &'a str,
    latest_version: Option<u32>,
    /// The name of the error.
    error: Option<&'a str>,
}

impl RotateDue {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let results = session.keyring()?.rotate_due()?;
        let mut text = String::new();
        let (mut json, mut warnings) = (Vec::new(), Vec::new());
        for (name, result) in &results {
            match result {
                Ok(version) => text += &format!("rotated {name}, version {version}\n"),
                Err(error) => warnings.push(format!("{name} was not rotated: {}", error.told(flag))),
            }
            json.push(Rotated {
                name: name.as_str(),
                latest_version: result.as_ref().ok().map(|version| version.get()),
                error: result.as_ref().err().map(|error| error.name()),
            });
        }
        session.printer.print(&text, &json)?;
        session.printer.warn_all(warnings)?;
        let failed: Vec<_> = results.into_iter().filter_map(|(_, result)| result.err()).collect();
        let count = counted(failed.len() as u64, "key");
        match failed.into_iter().next() {
            Some(error) => Err(Failure::Listed(error, format!("{count} not rotated"))),
            None => Ok(()),
        }
    }
}
