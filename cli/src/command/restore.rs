//! `strongroom restore`

use crate::failure::Failure;
use crate::input::Input;
use crate::numbers::counted;
use crate::session::Session;
use crate::unseal::joined;
use clap::Args;
use serde::Serialize;
use strongroom::{Directory, Error};

/// Make a keyring, in a folder of its own, from a snapshot.
///
/// It is opened with a key or passphrase that opened the old one. What was made after the snapshot is not in
/// it, so rotate the keys afterwards.
#[derive(Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    input: Input,
}

#[derive(Serialize)]
struct Restored<'a> {
    keyring: String,
    path: &'a str,
    keys: usize,
}

impl Restore {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let folder = session.folder()?;
        let seal = joined(session.seals()?.to_vec());
        let builder = session.builder()?;
        let snapshot = self.input.read().map_err(|failure| match failure {
            Failure::Library(Error::MessageTooLong) => {
                Failure::Files("this is larger than any snapshot".to_owned())
            }
            other => other,
        })?;
        let ring = builder.restore_bytes(snapshot.expose(), Directory::new(&folder), seal)?;
        let (path, keys) = (folder.to_string_lossy(), ring.keys()?.len());
        let text = format!("restored keyring {} in {path}, {}\n", ring.id(), counted(keys as u64, "key"));
        session.printer.print(&text, &Restored { keyring: ring.id().to_string(), path: &path, keys })
    }
}
