//! Tokens of Infisical, by universal auth.

use super::bearer::Bearer;
use super::place::Place;
use crate::deadline::Deadline;
use crate::http::{Client, Request};
use crate::json::Object;
use std::path::PathBuf;
use strongroom::{SealError, SecretBytes};

/// Who asks Infisical: a machine identity with universal auth. What it needs is read each time that a token
/// is needed.
///
/// ```
/// use strongroom_platforms::InfisicalLogin;
/// let login = InfisicalLogin::universal().client_id("f0f5a3e2").client_secret_file("/run/infisical");
/// ```
#[derive(Debug, Clone)]
pub struct InfisicalLogin {
    client_id: Id,
    client_secret: Place,
}

#[derive(Debug, Clone)]
enum Id {
    Named(String),
    At(Place),
}

const LOGIN: &str = "log in";

impl InfisicalLogin {
    /// By the client's id and secret in `INFISICAL_UNIVERSAL_AUTH_CLIENT_ID` and
    /// `INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET`.
    pub const fn universal() -> Self {
        Self {
            client_id: Id::At(Place::Env("INFISICAL_UNIVERSAL_AUTH_CLIENT_ID")),
            client_secret: Place::Env("INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET"),
        }
    }

    /// The client's id, which is no secret.
    #[must_use]
    pub fn client_id(self, id: impl Into<String>) -> Self {
        Self { client_id: Id::Named(id.into()), ..self }
    }

    /// The client's id, in a file.
    #[must_use]
    pub fn client_id_file(self, path: impl Into<PathBuf>) -> Self {
        Self { client_id: Id::At(Place::File(path.into())), ..self }
    }

    /// The client's secret, in a file.
    #[must_use]
    pub fn client_secret_file(self, path: impl Into<PathBuf>) -> Self {
        Self { client_secret: Place::File(path.into()), ..self }
    }

    /// A new token.
    pub(crate) fn token(
        &self,
        client: &Client,
        address: &str,
        deadline: Deadline,
    ) -> Result<Bearer, SealError> {
        let failure = client.failure(LOGIN);
        let form = self.form().map_err(|reason| failure.says(reason))?;
        let request = Request {
            operation: LOGIN,
            method: "POST",
            url: &format!("{address}/api/v1/auth/universal-auth/login"),
            headers: &[("content-type", b"application/json")],
            body: Some(&form),
            // A secret may be good for a few logins only.
            repeatable: false,
            direct: false,
        };
        let answer = client.ask(&request, deadline)?;
        if answer.status != 200 {
            let code = answer.code(&["error"]);
            let advice = match answer.status {
                400..=403 => "check the client's id and secret: the secret may be expired, or used up",
                404 => "there is no Infisical there",
                _ => "",
            };
            return Err(failure.answered(answer.status, code.as_deref(), advice));
        }
        Bearer::of(&answer, "accessToken", "expiresIn", &failure)
    }

    fn form(&self) -> Result<SecretBytes, String> {
        let id = match &self.client_id {
            Id::Named(id) => SecretBytes::from(id.as_bytes()),
            Id::At(place) => place.read()?,
        };
        let form = Object::default().text("clientId", id.expose());
        Ok(form.text("clientSecret", self.client_secret.read()?.expose()).into_body())
    }
}
