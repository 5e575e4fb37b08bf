//! Identities of somebody else, whose token lies in a file (workload identity federation, RFC 8693).

use super::account::impersonated;
use super::{Document, EVERYTHING, Endpoint, Form};
use crate::credentials::bearer::Bearer;
use crate::credentials::place::Place;
use crate::json;
use strongroom::{SealError, SecretBytes};

const TOKENS: &str = "https://sts.googleapis.com/v1/token";

pub(super) fn token(endpoint: &Endpoint<'_>, file: &Document) -> Result<Bearer, SealError> {
    let address = endpoint.address(file.text("token_url"), TOKENS)?;
    let account = file.text("service_account_impersonation_url");
    let scope = if account.is_some() { EVERYTHING } else { endpoint.scope };
    let form = Form::default()
        .field("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .field("requested_token_type", "urn:ietf:params:oauth:token-type:access_token")
        .field("scope", scope)
        .field("audience", file.needs(endpoint, "audience")?.expose())
        .field("subject_token_type", file.needs(endpoint, "subject_token_type")?.expose())
        .field("subject_token", subject(endpoint, file)?.expose());
    let bearer = endpoint.exchange(&address, form)?;
    match account {
        Some(account) => impersonated(endpoint, &account, &bearer),
        None => Ok(bearer),
    }
}

/// The token of the other identity.
fn subject(endpoint: &Endpoint<'_>, file: &Document) -> Result<SecretBytes, SealError> {
    let source = |name| file.at(&["credential_source", name]);
    let Some(path) = source("file") else {
        return Err(endpoint.says(
            "the credential_source of its credentials is no file; others (url, executable, AWS) are not",
        ));
    };
    let text = Place::File(path.into()).read().map_err(|reason| endpoint.says(reason))?;
    let format = |name| file.at(&["credential_source", "format", name]);
    match (format("type").as_deref(), format("subject_token_field_name")) {
        (None | Some("text"), _) => Ok(text),
        (Some("json"), Some(field)) => json::text(text.expose(), &[&field])
            .ok_or_else(|| endpoint.says("the file of the other identity's token does not have the field")),
        _ => Err(endpoint.says("the format of its credential_source is neither text nor json with a field")),
    }
}
