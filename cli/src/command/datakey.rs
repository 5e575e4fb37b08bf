//! `strongroom datakey`

use crate::base64;
use crate::failure::Failure;
use crate::message::{AadArguments, VersionArgument, ViewArguments};
use crate::output::{Output, Readers, SecretOutput};
use crate::session::Session;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use strongroom::{DataKeySize, Item};

/// Make a key for another program to encrypt with, and encrypt it.
///
/// Only the encrypted key is given out, to be decrypted where it is needed, unless --expose-secret-material
/// is said.
#[derive(Args)]
pub(crate) struct DataKey {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    output: Output,
    /// The size of the data key.
    #[arg(long, value_name = "BITS", default_value = "256", value_parser = size())]
    bits: DataKeySize,
    #[command(flatten)]
    view: ViewArguments,
    #[command(flatten)]
    aad: AadArguments,
    #[command(flatten)]
    version: VersionArgument,
    /// Give out the key itself too: to --plaintext-out, or in the result of --json.
    #[arg(long)]
    expose_secret_material: bool,
    #[command(flatten)]
    plaintext: SecretOutput,
}

#[derive(Serialize)]
struct Made<'a> {
    ciphertext: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    plaintext_base64: Option<&'a str>,
}

impl DataKey {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        self.check(session.printer.json)?;
        let view = session.view(&self.key, &self.view)?;
        let made = self
            .aad
            .with(|aad| Ok(view.data_key_item(&self.version.on(Item::data_key(self.bits).aad(aad)))?))?;
        let in_result = self.expose_secret_material && !self.plaintext.is_given();
        let plaintext = in_result.then(|| base64::encode(made.plaintext.expose()));
        let json =
            Made { ciphertext: &made.ciphertext, plaintext_base64: plaintext.as_deref().map(String::as_str) };
        // A key that exists in the clear only would be a loss, so the encrypted one goes first.
        session.printer.data(
            &self.output,
            Readers::Anyone,
            format!("{}\n", made.ciphertext).as_bytes(),
            &json,
        )?;
        self.plaintext.write(session.printer, made.plaintext.expose())
    }

    fn check(&self, json: bool) -> Result<(), Failure> {
        let on_stdout = json || self.output.path().is_none();
        if self.plaintext.is_given() && !self.expose_secret_material {
            return Err(Failure::usage(
                "--plaintext-out writes the key itself; say --expose-secret-material too",
            ));
        }
        if self.expose_secret_material
            && !self.plaintext.is_given()
            && (!json || self.output.path().is_some())
        {
            return Err(Failure::usage(
                "where shall the key itself go? give --plaintext-out FILE, or --json without --out",
            ));
        }
        if self.plaintext.is_same(&self.output) {
            return Err(Failure::usage(
                "the key itself and its encrypted form would go to the same file; give two",
            ));
        }
        if self.plaintext.is_stdout() && on_stdout {
            return Err(Failure::usage(
                "the key itself and the result would both go to standard output; give --out FILE, without --json",
            ));
        }
        Ok(())
    }
}

fn size() -> impl TypedValueParser<Value = DataKeySize> {
    PossibleValuesParser::new(["128", "256", "512"]).try_map(|bits| {
        let bits: usize = bits.parse().map_err(|_| strongroom::Error::InvalidSize)?;
        DataKeySize::from_bytes(bits / 8)
    })
}
