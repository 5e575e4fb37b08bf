//! A key vault with what the tests need.

use crate::cloud::{Cloud, Theirs};
use std::sync::Arc;
use strongroom::Seal;
use strongroom_servers::{Skipped, clouds};

pub(crate) const TENANT: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const CLIENT: &str = "22222222-2222-2222-2222-222222222222";

pub(crate) fn start() -> Result<Arc<Cloud>, Skipped> {
    Cloud::start("azure", clouds::azure)
}

/// What every URL needs here: who gives tokens is the server itself, and it is not below `vault.azure.net`.
pub(crate) fn place(cloud: &Cloud) -> String {
    let ca = cloud.file("ca.pem");
    format!("ca_file={ca}&authority=https://{}&resource=https://vault.azure.net", cloud.server.address)
}

/// `azurekv://` of a key, with the client's secret.
pub(crate) fn url(cloud: &Cloud, key: &str) -> String {
    let secret = cloud.file("secret");
    let login = format!("client_secret_file={secret}&client_id={CLIENT}&tenant_id={TENANT}");
    format!("azurekv://{}/keys/{key}?{}&{login}", cloud.server.address, place(cloud))
}

/// The seal of the key, by Azure's own client.
pub(crate) fn theirs(cloud: &Arc<Cloud>) -> Seal {
    Theirs { cloud: cloud.clone(), kind: "azure-kv", id: "keys/app" }.seal()
}
