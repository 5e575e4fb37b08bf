//! `strongroom seal …`: one file per subcommand.

mod add;
mod id;
mod list;
mod remove;

use crate::failure::Failure;
use crate::period;
use crate::session::Session;
use clap::Subcommand;
use serde::Serialize;
use strongroom::SealInfo;

/// Manage the wrapped copies of the root key.
#[derive(Subcommand)]
pub(crate) enum Seal {
    Add(add::Add),
    Id(id::OfRootKey),
    List(list::List),
    Remove(remove::Remove),
}

impl Seal {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Add(command) => command.run(session),
            Self::Id(command) => command.run(session),
            Self::List(command) => command.run(session),
            Self::Remove(command) => command.run(session),
        }
    }
}

/// Which seal.
#[derive(Serialize)]
pub(super) struct Id<'a> {
    pub(super) kind: &'a str,
    pub(super) id: &'a str,
}

#[derive(Serialize)]
pub(super) struct Shown<'a> {
    kind: &'a str,
    id: &'a str,
    label: Option<&'a str>,
    added: Option<String>,
    in_use: bool,
}

impl<'a> From<&'a SealInfo> for Shown<'a> {
    fn from(info: &'a SealInfo) -> Self {
        Self {
            kind: &info.kind,
            id: &info.id,
            label: info.label.as_deref(),
            added: info.added.map(period::time),
            in_use: info.in_use,
        }
    }
}
