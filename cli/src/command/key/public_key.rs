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
    /// How it is written: base64 of the raw key or of DER, PEM, a JSON Web Key, or a JSON Web Key Set with
    /// the keys of all versions that verify.
    #[arg(long, value_enum, default_value_t = Format::Raw)]
    format: Format,
    /// The version, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Raw,
    Der,
    Pem,
    Jwk,
    Jwks,
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
        let key = session.key(&self.name)?;
        if self.format == Format::Jwks {
            if self.key_version.is_some() || self.context.is_given() {
                return Err(Failure::usage(
                    "a JSON Web Key Set has every version of a key that is not derived; leave out \
                     --key-version and the context",
                ));
            }
            let key_type = key.info()?.key_type.name();
            return write(session, &self.output, key_type, &key.jwks()?, false);
        }
        print(session, &self.output, &self.context.of(&key)?.public_key(self.key_version)?, self.format)
    }
}

pub(super) fn print(
    session: &Session,
    output: &Output,
    key: &strongroom::PublicKey,
    format: Format,
) -> Result<(), Failure> {
    let (text, is_binary) = match format {
        Format::Raw => (base64::encode(key.as_bytes()).to_string(), true),
        Format::Der => (base64::encode(&key.to_der()).to_string(), true),
        Format::Pem => (key.to_pem().trim_end().to_owned(), false),
        Format::Jwk | Format::Jwks => (key.to_jwk(), false),
    };
    write(session, output, key.key_type().name(), &text, is_binary)
}

fn write(
    session: &Session,
    output: &Output,
    key_type: &'static str,
    text: &str,
    is_binary: bool,
) -> Result<(), Failure> {
    let public = Public {
        key_type,
        public_key_base64: is_binary.then_some(text),
        public_key: (!is_binary).then_some(text),
    };
    session.printer.data(output, Readers::Anyone, format!("{text}\n").as_bytes(), &public)
}
