//! What stands on the command line.

use crate::command::Command;
use crate::everywhere::Everywhere;
use crate::failure::Failure;
use crate::session::Session;
use clap::{CommandFactory, Parser};

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
(a forged ciphertext, a bad signature, an unknown key); 5 the environment failed (files, seals, the system);
of needs-reindex 1: make it anew.";

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        self.command.run(&Session::new(self.everywhere, Self::command))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn no_command_has_an_option_twice() {
        super::Arguments::command().debug_assert();
    }
}
