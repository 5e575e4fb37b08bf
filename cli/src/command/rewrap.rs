//! `strongroom rewrap`

use crate::ciphertext::{Ciphertext, Work, of_binary, of_text, text_of};
use crate::failure::Failure;
use crate::large;
use crate::message::VersionArgument;
use crate::session::Session;
use clap::Args;
use strongroom::Item;
use strongroom_bulk::Verb;

/// Bring a ciphertext under the latest version of its key.
///
/// It is authenticated first. One that is up to date comes back as it was, unless --transit is given.
#[derive(Args)]
pub(crate) struct Rewrap {
    #[command(flatten)]
    version: VersionArgument,
    /// The ciphertext is, and becomes, one in the compact binary form.
    #[arg(long)]
    binary: bool,
    // Last, since the heading of its tables goes on to whatever follows.
    #[command(flatten)]
    work: Work,
}

impl Rewrap {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.work.stream.stream {
            if self.version.key_version.is_some() {
                return Err(Failure::usage(
                    "a stream is rewrapped to the latest version; leave out --key-version",
                ));
            }
            return large::rewrap(session, &self.work);
        }
        let Work { input, output, .. } = &self.work;
        self.work.run(session, Verb::Rewrap, self.version.key_version, |view, aad| {
            if self.binary {
                let old = input.read()?;
                let item = self.version.on(Item::binary(old.expose()).aad(aad));
                let new = view.rewrap_binary_item(&item).map_err(|error| of_binary(old.expose(), error))?;
                let changed = new != old.expose();
                Ciphertext::Binary(new).write(session, output, Some(changed))
            } else {
                let old = input.read_line()?;
                let old = text_of(&old)?;
                let item = self.version.on(Item::ciphertext(old).aad(aad));
                let new = view.rewrap_item(&item).map_err(|error| of_text(view, old, error))?;
                let changed = new != old;
                Ciphertext::Text(new).write(session, output, Some(changed))
            }
        })
    }
}
