//! `strongroom token …`: one file per subcommand.

mod issue;
mod redeem;

use crate::failure::Failure;
use crate::session::Session;
use clap::{Args, Subcommand};
use strongroom::TokenForm;

/// Issue and redeem tokens: texts that expire, for whoever is to bring them back.
///
/// For keys of type xaes256-gcm. Whoever has a token can use it, as often as they like.
#[derive(Subcommand)]
pub(crate) enum Token {
    Issue(issue::Issue),
    Redeem(redeem::Redeem),
}

impl Token {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Issue(command) => command.run(session),
            Self::Redeem(command) => command.run(session),
        }
    }
}

/// How a token begins.
#[derive(Args)]
struct PrefixArgument {
    /// How the token begins: 2 to 16 of a to z and 0 to 9, and an underscore [default: srt_].
    #[arg(long, value_name = "TEXT")]
    prefix: Option<String>,
}

impl PrefixArgument {
    fn form(&self) -> TokenForm {
        match self.prefix.as_deref() {
            Some(prefix) => TokenForm::new().prefix(prefix),
            None => TokenForm::new(),
        }
    }
}
