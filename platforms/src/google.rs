//! Google's services: where they are, and how they are asked.

use crate::answer::Answer;
use crate::credentials::bearer::Held;
use crate::credentials::google::{GoogleLogin, Tokens, is_google};
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::http::{Client, Request};
use crate::json;
use crate::url::{Url, invalid};
use std::path::PathBuf;
use strongroom::{Error, SealError, SecretBytes};

/// Where Google's services are, and who asks them.
///
/// ```
/// use strongroom_platforms::{GoogleCloud, GoogleLogin};
/// let cloud = GoogleCloud::new().login(GoogleLogin::file("/etc/app/google.json"));
/// assert!(GoogleCloud::new().endpoint("https://kms.example").is_err());
/// ```
#[derive(Debug, Clone, Default)]
pub struct GoogleCloud {
    login: GoogleLogin,
    /// `https://host:port`
    endpoint: Option<String>,
    ca_file: Option<PathBuf>,
}

impl GoogleCloud {
    /// The services at their usual addresses, with the [credentials](GoogleLogin::found) that Google's own
    /// tools find.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who asks.
    #[must_use]
    pub fn login(self, login: GoogleLogin) -> Self {
        Self { login, ..self }
    }

    /// Another address of the service: below `googleapis.com`, as private endpoints are, since its token is
    /// good for everything that its account may do; or on this machine, there also without TLS.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn endpoint(self, address: &str) -> Result<Self, Error> {
        let (scheme, host) = address.trim_end_matches('/').split_once("://").unwrap_or_default();
        if !is_google(scheme, host) {
            return Err(invalid(
                "its endpoint begins with https:// and is below googleapis.com, or is on this machine",
            ));
        }
        Ok(Self { endpoint: Some(format!("{scheme}://{host}")), ..self })
    }

    /// Certificates in PEM that its own must lead to, in place of those of the system.
    #[must_use]
    pub fn ca_file(self, path: impl Into<PathBuf>) -> Self {
        Self { ca_file: Some(path.into()), ..self }
    }

    /// With the parameters that every URL of Google's takes.
    pub(crate) fn of(url: &mut Url) -> Result<Self, Error> {
        let mut cloud = Self::new();
        if let Some(endpoint) = url.take("endpoint") {
            cloud = cloud.endpoint(&endpoint)?;
        }
        if let Some(path) = url.take("ca_file") {
            cloud = cloud.ca_file(path);
        }
        Ok(match (url.take("auth").as_deref(), url.take("credentials_file")) {
            (None, None) => cloud,
            (None | Some("file"), Some(path)) => cloud.login(GoogleLogin::file(path)),
            (Some("metadata"), None) => cloud.login(GoogleLogin::metadata()),
            _ => return Err(invalid("it says auth=metadata, or credentials_file=PATH, or neither")),
        })
    }
}

/// The name of something of a project's, such as `projects/p/secrets/s`, of the parts of a URL.
pub(crate) fn resource(url: &Url, kinds: &[&str]) -> Option<String> {
    let mut parts: Vec<&str> = url.host().into_iter().collect();
    parts.extend(url.path().iter().map(String::as_str));
    name(&parts.join("/"), kinds)
}

/// The name, if it is one: a collection and a name in turn, `projects` first.
pub(crate) fn name(text: &str, kinds: &[&str]) -> Option<String> {
    let parts: Vec<&str> = text.split('/').collect();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_part = |(place, part): (usize, &&str)| match (place % 2, place) {
        (0, _) => *part == kinds[place / 2],
        // The project, which may have a domain before it.
        (_, 1) => !part.is_empty() && part.chars().all(|c| is_plain(c) || matches!(c, '.' | ':')),
        _ => !part.is_empty() && part.chars().all(is_plain),
    };
    let fits = parts.len() == 2 * kinds.len() && parts.iter().enumerate().all(is_part);
    fits.then(|| parts.join("/"))
}

/// One service, with the token that it was asked with last.
pub(crate) struct Google {
    client: Client,
    endpoint: String,
    tokens: Tokens,
    held: Held,
}

/// A call of the service's.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a str,
    pub(crate) method: &'static str,
    /// Below `/v1/`.
    pub(crate) path: &'a str,
    pub(crate) body: Option<SecretBytes>,
    /// The right that it takes.
    pub(crate) needs: &'a str,
}

impl Google {
    pub(crate) fn new(
        platform: &'static str,
        cloud: GoogleCloud,
        usual: String,
        scope: &'static str,
    ) -> Self {
        let GoogleCloud { login, endpoint, ca_file } = cloud;
        Self {
            client: Client::new(platform, ca_file),
            endpoint: endpoint.unwrap_or(usual),
            tokens: Tokens::new(login, scope),
            held: Held::none(),
        }
    }

    pub(crate) const fn failure<'a>(&self, operation: &'a str) -> Failure<'a> {
        self.client.failure(operation)
    }

    /// Asks with a token.
    pub(crate) fn ask(&self, call: &Call<'_>, deadline: Deadline) -> Result<Answer, SealError> {
        let url = format!("{}/v1/{}", self.endpoint, call.path);
        self.held.ask(
            || self.tokens.another(&self.client, deadline),
            |bearer| {
                let mut headers = vec![("authorization", bearer.header().expose())];
                headers
                    .extend(call.body.is_some().then_some(("content-type", b"application/json".as_slice())));
                let request = Request {
                    operation: call.operation,
                    method: call.method,
                    url: &url,
                    headers: &headers,
                    body: call.body.as_ref(),
                    repeatable: true,
                    direct: false,
                };
                self.client.ask(&request, deadline)
            },
        )
    }

    /// What to say of an answer that is not the one that was hoped for.
    pub(crate) fn refusal(&self, call: &Call<'_>, answer: &Answer) -> SealError {
        let code = answer.code(&["error", "status"]);
        let advice = match (answer.status, code.as_deref()) {
            (400, Some("FAILED_PRECONDITION")) => {
                "the version is disabled or destroyed; enable or restore it, or open with another seal"
                    .to_owned()
            }
            (300..=399, _) => "it leads elsewhere, which is not followed".to_owned(),
            (401, _) => "the credentials are not taken; they may have been withdrawn".to_owned(),
            (403, _) => format!("the account needs {} there, or the service is not enabled", call.needs),
            (404, _) => "there is no such thing; check the project, the place and the name".to_owned(),
            (429, _) => "the quota is used up".to_owned(),
            _ => String::new(),
        };
        self.failure(call.operation).answered(answer.status, code.as_deref(), &advice)
    }
}

/// A number of 64 bits, which Google writes as a text.
pub(crate) fn number(answer: &Answer, path: &[&str]) -> Option<u64> {
    answer.number(path).or_else(|| answer.plain(path)?.parse().ok())
}

/// Whether the service says that it is so.
pub(crate) fn is_true(answer: &Answer, path: &[&str]) -> bool {
    json::is_true(answer.body.expose(), path)
}

/// What arrived is not what was sent.
pub(crate) fn damaged(failure: &Failure<'_>) -> SealError {
    failure.says("its checksum does not fit, so it was changed on its way; try again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names() {
        let kinds = ["projects", "secrets"];
        assert!(name("projects/p/secrets/s", &kinds).is_some());
        assert!(name("projects/example.com:p/secrets/s", &kinds).is_some());
        for wrong in
            ["projects/p/secrets/s:x", "projects/p/secrets", "projects//secrets/s", "projects/p/keys/s", ""]
        {
            assert!(name(wrong, &kinds).is_none(), "{wrong}");
        }
    }
}
