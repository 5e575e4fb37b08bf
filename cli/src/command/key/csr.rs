//! `strongroom key csr`

use crate::failure::Failure;
use crate::input::read_file;
use crate::message::version;
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use strongroom::Version;

/// Give out a certificate request (PKCS#10) of a signing key, as PEM: what an authority makes a certificate
/// of.
#[derive(Args)]
pub(crate) struct Csr {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: Output,
    /// A request as PEM or DER that any key may have signed: its subject and its extensions are taken
    /// [default: none].
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// The version, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
}

#[derive(Serialize)]
struct Request<'a> {
    certificate_request: &'a str,
}

impl Csr {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.key(&self.name)?;
        let template = self.template.as_deref().map(read_file).transpose()?;
        let template = template.as_ref().map(|template| template.expose());
        let request = key.certificate_request(template, self.key_version)?;
        let json = Request { certificate_request: &request };
        session.printer.data(&self.output, Readers::Anyone, request.as_bytes(), &json)
    }
}
