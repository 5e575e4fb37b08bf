//! `strongroom key wrapping-key`

use super::public_key::{self, Format};
use crate::failure::Failure;
use crate::output::Output;
use crate::session::Session;
use clap::{Args, ValueEnum};

/// Give out the public key that others wrap keys for, to bring them in with 'key import --format wrapped':
/// RSA with 4,096 bits, as Transit's. It is made when it is first asked for.
#[derive(Args)]
pub(crate) struct WrappingKey {
    #[command(flatten)]
    output: Output,
    /// How it is written: PEM, or base64 of DER.
    #[arg(long, value_enum, default_value_t)]
    format: WrappingFormat,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum WrappingFormat {
    #[default]
    Pem,
    Der,
}

impl WrappingKey {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let format = match self.format {
            WrappingFormat::Pem => Format::Pem,
            WrappingFormat::Der => Format::Der,
        };
        public_key::print(session, &self.output, &session.keyring()?.wrapping_key()?, format)
    }
}
