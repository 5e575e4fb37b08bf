//! `strongroom seal refresh`

use crate::failure::Failure;
use crate::session::Session;
use crate::shown_seal::{ShownSeal, own_copy};
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;
use strongroom::SealInfo;

/// Wrap the root key anew in a copy that is there: under the newest version of a platform's key, so that
/// older ones can be closed.
///
/// Without --with-…, the copy is the one that opened the keyring. The root key stays as it is: after
/// something came into wrong hands, 'reseal' instead. Snapshots and copies of the folder from before still
/// need what opened them.
#[derive(Args)]
pub(crate) struct Refresh {
    #[command(flatten)]
    with: WithSeal,
}

impl Refresh {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let ring = session.keyring()?;
        let seals = self.with.seals_if_given(Ask::Once("Passphrase: "))?;
        let all = ring.seals()?;
        let mut own: Vec<&SealInfo> = all.iter().filter(|copy| seals.is_empty() && copy.in_use).collect();
        for seal in &seals {
            own.extend(own_copy(&all, &seal.kind()?, &seal.id()?));
        }
        ring.rewrap_seals(seals)?;
        let line = |copy: &&SealInfo| format!("wrapped anew for {} {}\n", copy.kind, copy.id);
        let shown: Vec<ShownSeal<'_>> = own.iter().map(|copy| ShownSeal::from(*copy)).collect();
        session.printer.print(&own.iter().map(line).collect::<String>(), &shown)
    }
}
