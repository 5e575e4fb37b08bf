//! `strongroom seal …`: one file per subcommand.

mod add;
mod list;
mod remove;

use crate::failure::Failure;
use crate::session::Session;
use clap::Subcommand;
use serde::Serialize;
use strongroom::SealInfo;

/// Manage the wrapped copies of the root key.
#[derive(Subcommand)]
pub(crate) enum Seal {
    Add(add::Add),
    List(list::List),
    Remove(remove::Remove),
}

impl Seal {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Add(command) => command.run(session),
            Self::List(command) => command.run(session),
            Self::Remove(command) => command.run(session),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Shown<'a> {
    kind: &'a str,
    id: &'a str,
}

impl<'a> From<&'a SealInfo> for Shown<'a> {
    fn from(info: &'a SealInfo) -> Self {
        Self { kind: &info.kind, id: &info.id }
    }
}
