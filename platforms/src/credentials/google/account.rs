//! Accounts whose credentials are in their file: a service's, by a signature, and a user's.

use super::{Document, Endpoint, Form};
use crate::credentials::bearer::Bearer;
use crate::json::Object;
use crate::wiped::Wiped;
use crate::{base64, json};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use std::time::{SystemTime, UNIX_EPOCH};
use strongroom::{SealError, SecretBytes};

const TOKENS: &str = "https://oauth2.googleapis.com/token";

/// Signs that it is the account (RFC 7523 section 2.1).
pub(super) fn service(endpoint: &Endpoint<'_>, file: &Document) -> Result<Bearer, SealError> {
    let address = endpoint.address(file.text("token_uri"), TOKENS)?;
    let email = file.needs(endpoint, "client_email")?;
    let key = file.needs(endpoint, "private_key")?;
    let key = pem(key.expose()).and_then(|der| RsaKeyPair::from_pkcs8(der.expose()).ok());
    let key =
        key.ok_or_else(|| endpoint.says("the private_key of its credentials is no RSA key in PKCS #8"))?;
    let mut head = Object::default().text("alg", "RS256").text("typ", "JWT");
    if let Some(id) = file.text("private_key_id") {
        head = head.text("kid", id);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let claims = Object::default()
        .text("iss", email.expose())
        .text("scope", endpoint.scope)
        .text("aud", &address)
        .number("iat", now)
        .number("exp", now + 3600);
    let signed = assertion(&key, head.into_body(), claims.into_body());
    let signed = signed.ok_or_else(|| endpoint.says("the private_key of its credentials does not sign"))?;
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let form = Form::default().field("grant_type", grant).field("assertion", signed.expose());
    endpoint.exchange(&address, form)
}

/// `head ‖ "." ‖ claims ‖ "." ‖ signature`, each in base64url (RFC 7515 section 3.1).
fn assertion(key: &RsaKeyPair, head: SecretBytes, claims: SecretBytes) -> Option<SecretBytes> {
    let mut text = Wiped::default();
    text.push(base64::encode_url(head.expose()).expose());
    text.push(b".");
    text.push(base64::encode_url(claims.expose()).expose());
    let text = text.into_secret();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.expose(), &mut signature).ok()?;
    let mut whole = Wiped::default();
    whole.push(text.expose());
    whole.push(b".");
    whole.push(base64::encode_url(&signature).expose());
    Some(whole.into_secret())
}

/// What is between the lines of PEM.
fn pem(text: &[u8]) -> Option<SecretBytes> {
    let text = std::str::from_utf8(text).ok()?;
    let (_, rest) = text.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (inside, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let mut joined = Wiped::default();
    inside.split_ascii_whitespace().for_each(|line| joined.push(line.as_bytes()));
    base64::decode(joined.into_secret().expose())
}

/// A user, as `gcloud auth application-default login` leaves one.
pub(super) fn user(endpoint: &Endpoint<'_>, file: &Document) -> Result<Bearer, SealError> {
    let address = endpoint.address(file.text("token_uri"), TOKENS)?;
    let mut form = Form::default().field("grant_type", "refresh_token");
    for name in ["client_id", "client_secret", "refresh_token"] {
        form = form.field(name, file.needs(endpoint, name)?.expose());
    }
    endpoint.exchange(&address, form)
}

/// A token as an account that lets itself be impersonated.
pub(super) fn impersonated(endpoint: &Endpoint<'_>, url: &str, by: &Bearer) -> Result<Bearer, SealError> {
    let url = endpoint.address(Some(url.to_owned()), "")?;
    let body = Object::default().texts("scope", &[endpoint.scope]).into_body();
    let headers = [("authorization", by.header().expose()), ("content-type", b"application/json".as_slice())];
    let answer = endpoint.ask(&url, "POST", &headers, Some(&body), false)?;
    let token = json::text(answer.body.expose(), &["accessToken"]).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| endpoint.says("its answer has no token"))?;
    // It lasts for an hour where no other time was asked for.
    Ok(Bearer::new(&token, Some(3600)))
}
