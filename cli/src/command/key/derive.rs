//! `strongroom key derive`

use super::spec::SpecArguments;
use crate::failure::Failure;
use crate::input::read_file;
use crate::message::version;
use crate::session::{Session, no_name};
use clap::Args;
use std::path::PathBuf;
use strongroom::{PublicKey, Version};

/// Make a key that two sides agree on, each with a key of type ecdsa-p256, -p384 or -p521 and the other's
/// public key, as OpenBao's derive-key. A key of the name that was made so gets a further version.
#[derive(Args)]
pub(crate) struct Derive {
    /// The name of the new key.
    name: String,
    /// The key of this side.
    #[arg(long, value_name = "KEY")]
    base: String,
    /// The version of the key of this side, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
    /// The public key of the other side, PEM or DER: know from elsewhere whose it is.
    #[arg(long, value_name = "FILE")]
    peer: PathBuf,
    #[command(flatten)]
    spec: SpecArguments,
}

impl Derive {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let spec = self.spec.spec()?;
        let (ring, base) = (session.keyring()?, session.key(&self.base)?);
        let peer = PublicKey::parse(read_file(&self.peer)?.expose())?;
        let key = ring
            .derive_key(&self.name, &base, self.key_version, &peer, spec)
            .map_err(|error| no_name(&self.name, error))?;
        super::show::print(session, &key.info()?, Some("derived"))
    }
}
