//! `strongroom key backup`

use super::product::Product;
use crate::failure::Failure;
use crate::output::{NewOutput, Readers};
use crate::session::Session;
use crate::unseal::Ask;
use crate::with_seal::WithSeal;
use clap::Args;
use serde::Serialize;
use strongroom::{Dialect, Error, Expose, Key, SecretBytes, TransitBackup};

/// Write a backup of a whole key, sealed to another seal: for another keyring or another day.
#[derive(Args)]
pub(crate) struct Backup {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: NewOutput,
    /// Write it in the clear instead, as the product restores it.
    #[arg(long, value_name = "PRODUCT", value_enum)]
    transit: Option<Product>,
    /// Yes, secret key material shall leave the keyring.
    #[arg(long, requires = "transit")]
    expose_secret_material: bool,
    /// Also of a key that the product would restore and could not work with.
    #[arg(long, requires = "transit")]
    even_if_unusable: bool,
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
    /// What the other product would restore it as, if not as what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    mistaken_for: Option<&'a str>,
}

impl Backup {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if let Some(product) = self.transit {
            return self.transit(session, product);
        }
        let key = session.key(&self.name)?;
        let backup = key.backup(self.with.seal(Ask::Twice("Passphrase for the backup: "))?)?;
        session.printer.binary(
            &self.output,
            Readers::Owner,
            &backup,
            &Written { backup_base64: &session.printer.base64(&backup) },
        )
    }

    fn transit(&self, session: &Session, product: Product) -> Result<(), Failure> {
        if self.with.is_given() {
            return Err(Failure::usage(
                "a backup for another product is not sealed; leave the other seal out",
            ));
        }
        if !self.expose_secret_material {
            return Err(Error::ExposureNotConfirmed.into());
        }
        let key: Key = session.key(&self.name)?;
        let dialect = Dialect::from(product);
        let usable = TransitBackup::new(dialect);
        let to = if self.even_if_unusable { usable.even_if_unusable() } else { usable };
        let backup: SecretBytes = key.backup_transit(to, Expose::SecretMaterial)?;
        let mistaken_for = dialect.mistaken_for(key.info()?.key_type);
        if let (Some(other), false) = (mistaken_for, session.printer.json) {
            session.printer.warn_all(&[format!("restored into the other product it becomes {other} there: restore it where it was written for")])?;
        }
        let text = std::str::from_utf8(backup.expose()).map_err(|_| Error::Malformed)?;
        session.printer.data(
            &self.output,
            Readers::Owner,
            backup.expose(),
            &ForTransit { backup: text, mistaken_for },
        )
    }
}
