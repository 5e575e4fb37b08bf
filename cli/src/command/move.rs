//! `strongroom move`

use super::key::product::Product;
use crate::failure::Failure;
use crate::moving::{self, Direction, Job};
use crate::session::Session;
use clap::{ArgGroup, Args};
use std::path::PathBuf;
use strongroom::Error;
use strongroom_platforms::{TransitMount, VaultLogin, VaultServer};

/// Bring every key of a Transit engine of Vault or OpenBao into the keyring, or every key of the keyring
/// there, with all versions.
///
/// Nothing is overwritten, and where a key comes from it is only read. A key that is there already and is the
/// same is left alone, so the command can be interrupted and called again.
///
/// The token is found where the product's own program finds it: in VAULT_TOKEN or BAO_TOKEN, else in
/// ~/.vault-token.
#[derive(Args)]
#[command(group(ArgGroup::new("direction").args(["from_vault", "to_vault"]).required(true)))]
pub(crate) struct Move {
    /// From the server at this address, which begins with https:// and ends with the port; with http:// it
    /// must be this machine.
    #[arg(long, value_name = "ADDR")]
    from_vault: Option<String>,
    /// To the server at this address.
    #[arg(long, value_name = "ADDR")]
    to_vault: Option<String>,
    /// Take the token from this file.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The namespace of the engine.
    #[arg(long, value_name = "PATH")]
    namespace: Option<String>,
    /// Where the engine is mounted.
    #[arg(long, value_name = "PATH", default_value = "transit")]
    mount: String,
    /// Trust these certificates, in PEM, in place of those of the system.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Move this key alone; may be given several times.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// Which product the server is, where it does not tell.
    #[arg(long, value_enum, value_name = "PRODUCT")]
    product: Option<Product>,
    /// Let the keys leave with their secrets, which --to-vault does unless it is a --dry-run.
    #[arg(long)]
    expose_secret_material: bool,
    /// Read, check and compare everything, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write what became of each key to this file too, a line of JSON for each.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Move {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (address, option, direction) = match (&self.from_vault, &self.to_vault) {
            (Some(address), _) => (address, "--from-vault", Direction::In),
            (None, Some(address)) => (address, "--to-vault", Direction::Out),
            (None, None) => return Err(Failure::usage("give --from-vault ADDR or --to-vault ADDR")),
        };
        if direction == Direction::Out && !self.dry_run && !self.expose_secret_material {
            return Err(Error::ExposureNotConfirmed.into());
        }
        if self.token_file.is_none() && has_two_tokens() {
            return Err(Failure::usage(
                "VAULT_TOKEN and BAO_TOKEN are both set and differ, so nobody knows which one is the server's; \
                 give --token-file, or set one of them",
            ));
        }
        let server = VaultServer::new(address.trim_end_matches('/'));
        let mut server = server.map_err(|error| misnamed(option, error))?;
        if let Some(file) = self.token_file {
            server = server.login(VaultLogin::token_file(file));
        }
        if let Some(namespace) = self.namespace {
            server = server.namespace(namespace);
        }
        if let Some(file) = self.ca_file {
            server = server.ca_file(file);
        }
        let mount = self.mount.trim_end_matches('/');
        let job = Job {
            transit: TransitMount::new(server, mount).map_err(|error| misnamed("--mount", error))?,
            mount: mount.to_owned(),
            ring: session.keyring()?,
            product: self.product.map(Into::into),
            dry_run: self.dry_run,
        };
        moving::run(job, direction, self.keys, self.report.as_deref(), session.printer)
    }
}

/// The token of the one product is not sent to the server of the other.
fn has_two_tokens() -> bool {
    let token = |name| std::env::var_os(name).filter(|token| !token.is_empty());
    matches!((token("VAULT_TOKEN"), token("BAO_TOKEN")), (Some(one), Some(other)) if one != other)
}

/// An address or a mount that is none.
fn misnamed(option: &str, error: Error) -> Failure {
    match error {
        Error::InvalidUrl { reason } => Failure::usage(format!("{option}: {}", reason.as_str())),
        other => other.into(),
    }
}
