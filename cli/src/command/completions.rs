//! `strongroom completions`

use crate::failure::Failure;
use crate::session::Session;
use clap::Args;
use clap_complete::Shell;
use serde::Serialize;

/// Print a script with which a shell completes commands, options and the values that an option has.
///
/// For bash: strongroom completions bash > ~/.local/share/bash-completion/completions/strongroom
#[derive(Args)]
pub(crate) struct Completions {
    /// Which shell.
    shell: Shell,
}

#[derive(Serialize)]
struct Script<'a> {
    shell: String,
    script: &'a str,
}

impl Completions {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut (session.program)(), "strongroom", &mut script);
        let script = String::from_utf8_lossy(&script);
        session.printer.print(&script, &Script { shell: self.shell.to_string(), script: &script })
    }
}
