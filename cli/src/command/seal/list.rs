//! `strongroom seal list`

use crate::command::init::lonely;
use crate::failure::Failure;
use crate::period;
use crate::session::Session;
use crate::shown_seal::ShownSeal;
use clap::Args;
use strongroom::SealInfo;

/// List the wrapped copies of the root key: which one opened the keyring now, when each was added, where that
/// is known, and what people call it.
#[derive(Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let seals = session.keyring()?.seals()?;
        let shown: Vec<ShownSeal<'_>> = seals.iter().map(ShownSeal::from).collect();
        session.printer.print(&text(&seals), &shown)?;
        session.printer.warn_all(lonely(&seals))
    }
}

/// A line for each, which begins with its kind and id.
fn text(seals: &[SealInfo]) -> String {
    let width = seals.iter().map(|seal| escaped(&seal.id).chars().count()).max().unwrap_or_default();
    let line = |seal: &SealInfo| {
        let in_use = if seal.in_use { "in use" } else { "" };
        let added = seal.added.map(|added| format!("added {}", period::time(added))).unwrap_or_default();
        let label = seal.label.as_deref().map(escaped).unwrap_or_default();
        let (kind, id) = (escaped(&seal.kind), escaped(&seal.id));
        let line = format!("{kind:10}  {id:width$}  {in_use:6}  {added:26}  {label}");
        format!("{}\n", line.trim_end())
    };
    seals.iter().map(line).collect()
}

fn escaped(text: &str) -> String {
    text.escape_debug().to_string()
}
