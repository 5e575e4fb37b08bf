//! `strongroom key restore`

use super::product::Product;
use crate::failure::Failure;
use crate::input::Input;
use crate::session::Session;
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;

/// Restore a key from a sealed backup, or from one of Vault or OpenBao. A key that exists is never
/// overwritten.
#[derive(Args)]
pub(crate) struct Restore {
    /// Another name than the key had.
    name: Option<String>,
    #[command(flatten)]
    input: Input,
    /// The backup is in the clear, as Vault and OpenBao write it; which of them, where the backup does not
    /// tell.
    #[arg(long, value_name = "PRODUCT", value_enum, num_args = 0..=1, require_equals = true)]
    transit: Option<Option<Product>>,
    #[command(flatten)]
    with: WithSeal,
}

impl Restore {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if self.transit.is_some() && self.with.is_given() {
            return Err(Failure::usage(
                "a backup of another product is not sealed; leave the other seal out",
            ));
        }
        let ring = session.keyring()?;
        let backup = self.input.read()?;
        let key = match self.transit {
            Some(product) => {
                ring.restore_transit(backup.expose(), self.name.as_deref(), product.map(Into::into))?
            }
            None => ring.restore_key(
                backup.expose(),
                self.with.seal(Ask::Once("Passphrase of the backup: "))?,
                self.name.as_deref(),
            )?,
        };
        super::show::print(session, &key.info()?, Some("restored"))
    }
}
