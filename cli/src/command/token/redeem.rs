//! `strongroom token redeem`

use super::PrefixArgument;
use crate::failure::Failure;
use crate::input::{Input, text};
use crate::message::{AadArguments, ViewArguments};
use crate::output::{Output, Readers};
use crate::period;
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::time::Duration;
use strongroom::{Error, Item};

/// Redeem a token: what it holds is written as it is, without a newline. With --json also its times.
///
/// One that has expired, or was issued later than now, is refused.
#[derive(Args)]
pub(crate) struct Redeem {
    /// The name of the key.
    key: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    view: ViewArguments,
    #[command(flatten)]
    aad: AadArguments,
    #[command(flatten)]
    prefix: PrefixArgument,
    /// How far the clock of whoever issued it may be ahead of this one [default: 60s].
    #[arg(long, value_name = "PERIOD", value_parser = period::parse)]
    leeway: Option<Duration>,
}

const NO_TOKEN: &str = "a token begins as --prefix says, or with srt_";

#[derive(Serialize)]
struct Redeemed<'a> {
    payload_base64: &'a str,
    issued: String,
    expires: String,
}

impl Redeem {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let view = session.view(&self.key, &self.view)?;
        let form = match self.leeway {
            Some(leeway) => self.prefix.form().leeway(leeway),
            None => self.prefix.form(),
        };
        let token = self.aad.with(|aad| {
            let line = self.input.read_line()?;
            let given = text(&line)?;
            view.redeem_item(&Item::token(given).aad(aad), &form).map_err(|error| {
                let why = form.why_malformed(given).unwrap_or(NO_TOKEN);
                match error {
                    Error::Malformed => Failure::Advised(error, why.to_owned()),
                    other => other.into(),
                }
            })
        })?;
        let payload = token.payload.expose();
        let json = session.printer.base64(payload);
        let redeemed = Redeemed {
            payload_base64: &json,
            issued: period::instant(token.issued),
            expires: period::instant(token.expires),
        };
        session.printer.data(&self.output, Readers::Owner, payload, &redeemed)
    }
}
