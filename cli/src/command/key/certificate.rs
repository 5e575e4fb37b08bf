//! `strongroom key certificate`

use crate::failure::Failure;
use crate::input::read_file;
use crate::message::version;
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use strongroom::{Error, Version};

/// Give out the certificates that are kept with a version of a key, as PEM, or keep others.
#[derive(Args)]
pub(crate) struct Certificate {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: Output,
    /// Keep the certificates in this file, PEM: first the key's own, then those of authorities.
    #[arg(long, value_name = "FILE", conflicts_with = "out_file")]
    set: Option<PathBuf>,
    /// The version, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
}

#[derive(Serialize)]
struct Chain<'a> {
    certificate_chain: &'a str,
}

#[derive(Serialize)]
struct Kept<'a> {
    name: &'a str,
    key_version: u32,
}

const NONE: &str = "no certificates are kept with it; 'strongroom key certificate KEY --set FILE' does that";

impl Certificate {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.key(&self.name)?;
        if let Some(file) = &self.set {
            // Both go by one version, also where somebody else rotates meanwhile.
            let version = self.key_version.map_or_else(|| key.info().map(|info| info.latest_version), Ok)?;
            key.set_certificate_chain(read_file(file)?.expose(), Some(version))?;
            let text = format!("kept certificates of {}, version {version}\n", self.name);
            return session.printer.print(&text, &Kept { name: &self.name, key_version: version.get() });
        }
        let chain = key.certificate_chain(self.key_version)?;
        let chain = chain.ok_or_else(|| Failure::Advised(Error::NoSuchVersion, NONE.to_owned()))?;
        let json = Chain { certificate_chain: &chain };
        session.printer.data(&self.output, Readers::Anyone, chain.as_bytes(), &json)
    }
}
