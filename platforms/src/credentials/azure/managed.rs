//! The identity of an app service or of a machine, from an address that is the machine's own and is never
//! asked through a proxy.

use super::{At, Place};
use crate::credentials::bearer::Bearer;
use crate::url::encoded;
use strongroom::SealError;

pub(super) fn token(place: &Place<'_>, client: Option<&str>) -> Result<Bearer, SealError> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let client = client.map(str::to_owned).or_else(|| set("AZURE_CLIENT_ID"));
    let client = client.map(|client| format!("&client_id={}", encoded(&client))).unwrap_or_default();
    let resource = encoded(&place.challenge.resource);
    let header = At::Env("IDENTITY_HEADER");
    let answer = match set("IDENTITY_ENDPOINT").filter(|_| header.is_there()) {
        Some(endpoint) => {
            let header = header.read().map_err(|reason| place.says(reason))?;
            let url = format!("{endpoint}?api-version=2019-08-01&resource={resource}{client}");
            place.ask(&url, "GET", &[("x-identity-header", header.expose())], None, true)?
        }
        None => {
            let host = set("AZURE_POD_IDENTITY_AUTHORITY_HOST");
            let host = host.unwrap_or_else(|| "http://169.254.169.254".to_owned());
            let path = "metadata/identity/oauth2/token?api-version=2018-02-01";
            let url = format!("{}/{path}&resource={resource}{client}", host.trim_end_matches('/'));
            place.ask(&url, "GET", &[("metadata", b"true")], None, true)?
        }
    };
    place.bearer(&answer)
}
