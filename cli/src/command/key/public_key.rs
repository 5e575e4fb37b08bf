//! `strongroom key public-key`

use crate::base64;
use crate::failure::Failure;
use crate::message::{ContextArguments, version};
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::{Args, ValueEnum};
use serde::Serialize;
use strongroom::Version;

/// Give out the public key of a signing key: as a line of base64, unless another format is asked for.
#[derive(Args)]
pub(crate) struct PublicKey {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    context: ContextArguments,
    /// How it is written: base64 of the raw key or of DER, PEM, or a JSON Web Key.
    #[arg(long, value_enum, default_value_t = Format::Raw)]
    format: Format,
    /// The version, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Raw,
    Der,
    Pem,
    Jwk,
}

/// Binary forms are base64 in JSON, text is as it is.
#[derive(Serialize)]
struct Public<'a> {
    key_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key_base64: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<&'a str>,
}

impl PublicKey {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = self.context.of(&session.key(&self.name)?)?.public_key(self.key_version)?;
        let (text, is_binary) = match self.format {
            Format::Raw => (base64::encode(key.as_bytes()).to_string(), true),
            Format::Der => (base64::encode(&key.to_der()).to_string(), true),
            Format::Pem => (key.to_pem().trim_end().to_owned(), false),
            Format::Jwk => (key.to_jwk(), false),
        };
        session.printer.data(
            &self.output,
            Readers::Anyone,
            format!("{text}\n").as_bytes(),
            &Public {
                key_type: key.key_type().name(),
                public_key_base64: is_binary.then_some(text.as_str()),
                public_key: (!is_binary).then_some(text.as_str()),
            },
        )
    }
}
