//! What `encrypt`, `decrypt` and `rewrap` have in common: they work on one message, or on columns of a table.

use crate::failure::Failure;
use crate::input::{Input, STREAM, is_stream};
use crate::message::{AadArguments, ViewArguments};
use crate::output::{Output, Readers};
use crate::session::Session;
use crate::table::{Asked, TableArguments};
use clap::Args;
use serde::Serialize;
use strongroom::{Aad, Error, SecretBytes, View};
use strongroom_bulk::Verb;

/// Whether it is a file of any size.
#[derive(Args)]
pub(crate) struct StreamArgument {
    /// Work on a file of any size, which is encrypted as a stream instead of a message. What goes to a pipe
    /// is authentic, and all of it only where the exit code is 0. Needs a key of type xaes256-gcm.
    #[arg(long, conflicts_with_all = ["binary", "table"])]
    pub(crate) stream: bool,
    /// Encrypt or decrypt a stream in so many threads, 1 to 64; each has a MiB in memory.
    #[arg(long, requires = "stream", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) threads: Option<u8>,
}

impl StreamArgument {
    pub(crate) fn threads(&self) -> usize {
        self.threads.unwrap_or(1).into()
    }
}

/// What is worked on, and with which key.
#[derive(Args)]
pub(crate) struct Work {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    view: ViewArguments,
    #[command(flatten)]
    aad: AadArguments,
    #[command(flatten)]
    pub(crate) stream: StreamArgument,
    #[command(flatten)]
    table: TableArguments,
}

impl Work {
    /// Works on the table if there is one, else calls for the one message, with its aad.
    pub(crate) fn run(
        &self,
        session: &Session,
        verb: Verb,
        version: Option<u32>,
        one: impl FnOnce(&View, Aad<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.table.is_given() {
            let Self { key, view, aad, output, .. } = self;
            return self.table.run(session, &Asked { verb, version, key, view, aad, output });
        }
        self.with(session, one)
    }

    /// Calls with the key and the aad.
    pub(crate) fn with(
        &self,
        session: &Session,
        one: impl FnOnce(&View, Aad<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let view = session.view(&self.key, &self.view)?;
        self.aad.with(|aad| one(&view, aad))
    }
}

/// A line that is to be a ciphertext. The binary form is no text, whatever it holds.
pub(crate) fn text_of(line: &SecretBytes) -> Result<&str, Failure> {
    let given = line.expose();
    std::str::from_utf8(given).map_err(|_| {
        let why =
            if is_stream(given) { STREAM } else { "it is not text; a binary ciphertext needs --binary" };
        Failure::Advised(Error::Malformed, why.to_owned())
    })
}

/// An error about a text that was given, with what is odd about it where that can be seen.
pub(crate) fn of_text(view: &View, text: &str, error: Error) -> Failure {
    let why = matches!(error, Error::Malformed).then(|| view.why_malformed(text)).flatten();
    match why {
        Some(_) if is_stream(text.as_bytes()) => Failure::Advised(error, STREAM.to_owned()),
        Some(why) => Failure::Advised(error, why.to_owned()),
        None => error.into(),
    }
}

/// An error about bytes that were given with `--binary`, which may have been text.
pub(crate) fn of_binary(given: &[u8], error: Error) -> Failure {
    let is_text = ["strongroom:v", "vault:v"].iter().any(|head| given.starts_with(head.as_bytes()));
    if is_stream(given) {
        Failure::Advised(error, STREAM.to_owned())
    } else if is_text {
        Failure::Advised(error, "it is the text form of a ciphertext; leave out --binary".to_owned())
    } else {
        error.into()
    }
}

/// A ciphertext that was made.
pub(crate) enum Ciphertext {
    Text(String),
    Binary(Vec<u8>),
}

#[derive(Serialize)]
struct Made<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ciphertext: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ciphertext_base64: Option<&'a str>,
    /// Of a rewrap.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
}

impl Ciphertext {
    pub(crate) fn write(
        &self,
        session: &Session,
        output: &Output,
        changed: Option<bool>,
    ) -> Result<(), Failure> {
        match self {
            Self::Text(text) => {
                let json = Made { ciphertext: Some(text), ciphertext_base64: None, changed };
                session.printer.data(output, Readers::Anyone, format!("{text}\n").as_bytes(), &json)
            }
            Self::Binary(bytes) => {
                let base64 = session.printer.base64(bytes);
                let json = Made { ciphertext: None, ciphertext_base64: Some(&base64), changed };
                session.printer.binary(output, Readers::Anyone, bytes, &json)
            }
        }
    }
}
