//! The strongroom command line (`docs/cli.md`).
//!
//! Each command is a file in `command/`: its arguments and one function that runs it on a `Session`, which
//! opens the keyring. Nothing but `output`, `destination` and `failure` writes, nothing but `input` and
//! `unseal` reads, and what may be secret is in wiping memory from one to the other.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::cast_possible_truncation, reason = "tests count within bounds that they know")
)]

mod arguments;
mod base64;
mod ciphertext;
mod command;
mod destination;
mod everywhere;
mod failure;
mod input;
mod large;
mod meant;
mod message;
#[cfg(feature = "platforms")]
mod moving;
mod numbers;
mod output;
mod period;
mod progress;
mod session;
mod shown_seal;
mod signature;
mod stopped;
mod streams;
mod table;
mod unseal;
mod with_seal;

use arguments::Arguments;
use clap::Parser;
use clap::error::ErrorKind;
use failure::{Failure, usage};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(asked) if matches!(asked.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return match output::print_help(&asked.render()) {
                // Whoever pipes the help into `head` has seen enough of it.
                Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
                Err(failure) => failure.report(asks_for_json()),
            };
        }
        Err(asked) if asked.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = asked.print();
            return ExitCode::from(2);
        }
        Err(wrong) => {
            let meant = meant::meant(&wrong);
            let failure = match meant::none_such(&wrong).filter(|_| meant.is_none()) {
                Some(instead) => Failure::usage(instead),
                None => usage(&wrong, meant.as_deref(), asks_for_json()),
            };
            return failure.report(asks_for_json());
        }
    };
    let json = arguments.everywhere.json;
    match arguments.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => Failure::report(&failure, json),
    }
}

/// The arguments could not be read, so this looks for the one word.
fn asks_for_json() -> bool {
    std::env::args_os().take_while(|argument| argument != "--").any(|argument| argument == "--json")
}
