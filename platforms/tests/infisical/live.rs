//! An Infisical with what the tests need.

use crate::cloud::{Cloud, Theirs};
use std::sync::Arc;
use strongroom::Seal;
use strongroom_servers::{Skipped, clouds};

pub(crate) const KEY: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
pub(crate) const PROJECT: &str = "5b5f8b8e-0000-4000-8000-2c963f66afa6";

pub(crate) fn start() -> Result<Arc<Cloud>, Skipped> {
    Cloud::start("infisical", clouds::infisical)
}

pub(crate) fn login(cloud: &Cloud) -> String {
    format!("client_id=client-id&client_secret_file={}", cloud.file("secret"))
}

pub(crate) fn url(cloud: &Cloud, key: &str) -> String {
    format!("infisical+http://{}/{key}?{}", cloud.server.address, login(cloud))
}

/// The seal of the key, by Infisical's own client.
pub(crate) fn theirs(cloud: &Arc<Cloud>) -> Seal {
    Theirs { cloud: cloud.clone(), kind: "infisical-kms", id: KEY }.seal()
}
