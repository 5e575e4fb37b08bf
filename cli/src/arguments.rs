//! What stands on the command line.

use crate::command::Command;
use crate::failure::Failure;
use crate::session::Session;
use crate::unseal::Unseal;
use clap::{Args, Parser};
use std::path::PathBuf;

/// Named, versioned keys that encrypt, decrypt, rewrap, sign, verify and MAC.
///
/// A keyring is a folder of sealed files. Data come from standard input or --in FILE and go to standard
/// output or --out FILE; secrets are never taken from the command line.
#[derive(Parser)]
#[command(name = "strongroom", version, after_help = EXIT_CODES)]
#[command(max_term_width = 100, disable_help_subcommand = false)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 2 the command line is wrong; 3 misuse of a key or keyring; 4 untrusted input was refused
(a forged ciphertext, a bad signature, an unknown key); 5 the environment failed (files, seals, the system).";

/// Options of every command.
#[derive(Args)]
pub(crate) struct Everywhere {
    /// The folder of the keyring [default: what STRONGROOM_KEYRING says].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) keyring: Option<PathBuf>,
    /// Open this keyring alone, and no older one: its pin, as 'init', 'reseal' and 'check' print it [default:
    /// what STRONGROOM_PIN says].
    #[arg(long, value_name = "TEXT", global = true)]
    pub(crate) pin: Option<String>,
    /// Refuse every key of which an older document was put back since this file was made by 'strongroom
    /// witness' [default: what STRONGROOM_WITNESS says].
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) witness: Option<PathBuf>,
    /// Write results as JSON to standard output, and errors and warnings as JSON to standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) unseal: Unseal,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        self.command.run(&Session::new(self.everywhere))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn no_command_has_an_option_twice() {
        super::Arguments::command().debug_assert();
    }
}
