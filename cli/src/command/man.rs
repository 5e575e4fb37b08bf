//! `strongroom man`

use crate::failure::Failure;
use crate::session::Session;
use clap::Args;
use clap_mangen::Man as Page;
use serde::Serialize;

/// Print the manual page of the program or of one of its commands, for man(1).
///
/// To read one: strongroom man key rotate | man -l -
#[derive(Args)]
pub(crate) struct Man {
    /// The command, such as 'key rotate'; the program where none is given.
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

#[derive(Serialize)]
struct Manual<'a> {
    name: &'a str,
    page: &'a str,
}

impl Man {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let mut program = (session.program)();
        program.build();
        let mut command = &program;
        for word in &self.command {
            command = command.find_subcommand(word).ok_or_else(|| {
                Failure::usage(format!(
                    "there is no command '{}'; see strongroom help",
                    self.command.join(" ")
                ))
            })?;
        }
        let name = command.get_bin_name().unwrap_or("strongroom").replace(' ', "-");
        let mut page = Vec::new();
        let version = env!("CARGO_PKG_VERSION");
        let made = Page::new(command.clone()).title(&name).source(format!("strongroom {version}"));
        made.render(&mut page).map_err(|error| Failure::Files(format!("cannot write the page: {error}")))?;
        let page = String::from_utf8_lossy(&page);
        session.printer.print(&page, &Manual { name: &name, page: &page })
    }
}
