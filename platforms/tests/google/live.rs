//! A Google with what the tests need.

use crate::cloud::{Cloud, Theirs};
use std::sync::Arc;
use strongroom::Seal;
use strongroom_servers::{Skipped, clouds};

pub(crate) const KEY: &str = "projects/tests/locations/global/keyRings/ring/cryptoKeys/app";

pub(crate) fn start() -> Result<Arc<Cloud>, Skipped> {
    Cloud::start("google", clouds::google)
}

/// `gcpkms://` of a key, with the credentials of a file of the server's folder.
pub(crate) fn url(cloud: &Cloud, key: &str, credentials: &str) -> String {
    let file = cloud.file(credentials);
    format!("gcpkms://{key}?endpoint=http://{}&credentials_file={file}", cloud.server.address)
}

/// `gcpsecret://` of the secret.
pub(crate) fn secret_url(cloud: &Cloud, more: &str) -> String {
    let file = cloud.file("service.json");
    let address = &cloud.server.address;
    format!(
        "gcpsecret://projects/tests/secrets/sealing?endpoint=http://{address}&credentials_file={file}{more}"
    )
}

/// The seal of the key, by Google's own client.
pub(crate) fn theirs(cloud: &Arc<Cloud>) -> Seal {
    Theirs { cloud: cloud.clone(), kind: "gcp-kms", id: KEY }.seal()
}
