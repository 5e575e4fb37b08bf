//! `strongroom key backup`

use super::product::Product;
use crate::failure::Failure;
use crate::output::{Output, Readers};
use crate::session::Session;
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;
use serde::Serialize;
use strongroom::{Error, Expose, Key, SecretBytes};

/// Write a backup of a whole key, sealed to another seal: for another keyring or another day.
#[derive(Args)]
pub(crate) struct Backup {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: Output,
    /// Write it in the clear instead, as the product restores it.
    #[arg(long, value_name = "PRODUCT", value_enum)]
    transit: Option<Product>,
    /// Yes, secret key material shall leave the keyring.
    #[arg(long, requires = "transit")]
    expose_secret_material: bool,
    #[command(flatten)]
    with: WithSeal,
}

#[derive(Serialize)]
struct Written<'a> {
    backup_base64: &'a str,
}

/// Such a backup is base64 already.
#[derive(Serialize)]
struct ForTransit<'a> {
    backup: &'a str,
}

impl Backup {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if let Some(product) = self.transit {
            return self.transit(session, product);
        }
        let key = session.key(&self.name)?;
        let backup = key.backup(self.with.seal(Ask::Twice("Passphrase for the backup: "))?)?;
        session.printer.binary(&self.output, Readers::Owner, &backup, &Written { backup_base64: &session.printer.base64(&backup) })
    }

    fn transit(&self, session: &Session, product: Product) -> Result<(), Failure> {
        if self.with.is_given()? {
            return Err(Failure::usage("a backup for another product is not sealed; leave the other seal out"));
        }
        if !self.expose_secret_material {
            return Err(Error::ExposureNotConfirmed.into());
        }
        let key: Key = session.key(&self.name)?;
        let backup: SecretBytes = key.backup_transit(product.into(), Expose::SecretMaterial)?;
        let text = std::str::from_utf8(backup.expose()).map_err(|_| Error::Malformed)?;
        session.printer.data(&self.output, Readers::Owner, backup.expose(), &ForTransit { backup: text })
    }
}
