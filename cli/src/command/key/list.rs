//! `strongroom key list`

use crate::failure::Failure;
use crate::numbers::counted;
use crate::session::Session;
use crate::stopped::flag;
use clap::Args;
use strongroom::Error;

/// List the names of all keys.
///
/// Of a key whose document cannot be read, a warning says why; then the exit code is that of the first.
#[derive(Args)]
pub(crate) struct List {}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let ring = session.keyring()?;
        let (mut names, mut unread) = (Vec::new(), Vec::new());
        for name in ring.keys()? {
            match ring.key(name.as_str()) {
                Ok(_) => names.push(name),
                // Somebody has deleted it meanwhile.
                Err(Error::KeyNotFound { .. }) => {}
                Err(error) => unread.push((name, error)),
            }
        }
        let text: String = names.iter().map(|name| format!("{name}\n")).collect();
        session.printer.print(&text, &names.iter().map(|name| name.as_str()).collect::<Vec<_>>())?;
        session
            .printer
            .warn_all(unread.iter().map(|(name, error)| format!("key {name}: {}", error.told(flag))))?;
        let count = counted(unread.len() as u64, "key");
        match unread.into_iter().next() {
            Some((_, error)) => Err(Failure::Listed(error, format!("{count} cannot be read"))),
            None => Ok(()),
        }
    }
}
