//! Tokens of Google, by the credentials that its own tools find (Application Default Credentials).

mod account;
mod external;

use super::bearer::Bearer;
use super::form::{self, Form};
use super::place::Place;
use crate::answer::Answer;
use crate::deadline::Deadline;
use crate::http::{Client, Request};
use crate::json;
use crate::url::is_loopback;
use std::path::PathBuf;
use strongroom::{SealError, SecretBytes};

/// Who asks Google. What it needs is read each time that a token is needed.
///
/// ```
/// use strongroom_platforms::GoogleLogin;
/// let login = GoogleLogin::file("/var/run/secrets/google.json");
/// ```
#[derive(Debug, Clone, Default)]
pub struct GoogleLogin(Way);

#[derive(Debug, Clone, Default)]
enum Way {
    #[default]
    Found,
    File(PathBuf),
    Metadata,
}

impl GoogleLogin {
    /// What Google's own tools find: the file that `GOOGLE_APPLICATION_CREDENTIALS` names, else the one that
    /// `gcloud auth application-default login` wrote, else the metadata of the machine.
    pub const fn found() -> Self {
        Self(Way::Found)
    }

    /// A file of credentials: of a service account, of a user, or of an identity of somebody else whose token
    /// is in a file (workload identity federation).
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Way::File(path.into()))
    }

    /// The account of the machine, as its metadata server gives it.
    pub const fn metadata() -> Self {
        Self(Way::Metadata)
    }

    /// The file, if it is one.
    fn place(&self) -> Option<PathBuf> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        match &self.0 {
            Way::File(path) => Some(path.clone()),
            Way::Metadata => None,
            Way::Found => set("GOOGLE_APPLICATION_CREDENTIALS").or_else(|| {
                let home = || std::env::home_dir().map(|home| home.join(".config/gcloud"));
                let windows = || set("APPDATA").filter(|_| cfg!(windows)).map(|data| data.join("gcloud"));
                let folder = set("CLOUDSDK_CONFIG").or_else(windows).or_else(home)?;
                Some(folder.join("application_default_credentials.json")).filter(|file| file.exists())
            }),
        }
    }
}

const LOGIN: &str = "log in";

/// Enough for what an account may do; what it may do is said of the account.
const EVERYTHING: &str = "https://www.googleapis.com/auth/cloud-platform";

/// Tokens of one scope.
pub(crate) struct Tokens {
    login: GoogleLogin,
    scope: &'static str,
}

impl Tokens {
    pub(crate) const fn new(login: GoogleLogin, scope: &'static str) -> Self {
        Self { login, scope }
    }

    /// A new token.
    pub(crate) fn another(&self, client: &Client, deadline: Deadline) -> Result<Bearer, SealError> {
        let endpoint = Endpoint { client, deadline, scope: self.scope };
        let Some(path) = self.login.place() else {
            let found = matches!(self.login.0, Way::Found);
            return endpoint.metadata(if found { " (there is no file of credentials)" } else { "" });
        };
        let text = Place::File(path).read().map_err(|reason| endpoint.says(reason))?;
        let file = Document(text);
        if file.text("universe_domain").is_some_and(|domain| domain != "googleapis.com") {
            return Err(endpoint.says("its credentials are of another universe than googleapis.com"));
        }
        match file.text("type").as_deref() {
            Some("service_account") => account::service(&endpoint, &file),
            Some("authorized_user") => account::user(&endpoint, &file),
            Some("external_account") => external::token(&endpoint, &file),
            _ => Err(endpoint.says(
                "its credentials are of no type that is taken: service_account, authorized_user and \
                external_account are",
            )),
        }
    }
}

/// Whether a token, or what one is given for, may be sent there.
pub(crate) fn is_google(scheme: &str, host: &str) -> bool {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let is_theirs = host.ends_with(".googleapis.com") || host == "accounts.google.com";
    !host.is_empty()
        && host.chars().all(is_host)
        && (scheme == "https" && is_theirs || matches!(scheme, "http" | "https") && is_loopback(host))
}

/// A file of credentials.
struct Document(SecretBytes);

impl Document {
    fn secret(&self, path: &[&str]) -> Option<SecretBytes> {
        json::text(self.0.expose(), path)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.at(&[name])
    }

    fn at(&self, path: &[&str]) -> Option<String> {
        String::from_utf8(self.secret(path)?.expose().to_vec()).ok()
    }

    fn needs(&self, endpoint: &Endpoint<'_>, name: &str) -> Result<SecretBytes, SealError> {
        self.secret(&[name]).ok_or_else(|| endpoint.says(format!("its credentials do not have {name}")))
    }
}

/// Where tokens are asked for.
struct Endpoint<'a> {
    client: &'a Client,
    deadline: Deadline,
    scope: &'static str,
}

impl Endpoint<'_> {
    fn says(&self, what: impl AsRef<str>) -> SealError {
        self.client.failure(LOGIN).says(what)
    }

    /// An address that a file of credentials names.
    fn address(&self, named: Option<String>, usual: &str) -> Result<String, SealError> {
        let address = named.unwrap_or_else(|| usual.to_owned());
        let (scheme, rest) = address.split_once("://").unwrap_or_default();
        if is_google(scheme, rest.split('/').next().unwrap_or_default())
            && !rest.contains(char::is_whitespace)
        {
            return Ok(address);
        }
        Err(self.says("its credentials name an address that is not Google's, where nothing is sent to"))
    }

    fn exchange(&self, url: &str, form: Form) -> Result<Bearer, SealError> {
        let body = form.into_body();
        let answer = self.ask(url, "POST", &[form::TYPE], Some(&body), false)?;
        Bearer::of(&answer, "access_token", "expires_in", &self.client.failure(LOGIN))
    }

    /// The scopes of such a token are those of the machine.
    fn metadata(&self, hint: &str) -> Result<Bearer, SealError> {
        let host = std::env::var("GCE_METADATA_HOST").ok().filter(|host| !host.is_empty());
        let host = host.unwrap_or_else(|| "metadata.google.internal".to_owned());
        let url = format!("http://{host}/computeMetadata/v1/instance/service-accounts/default/token");
        let answer = self.ask(&url, "GET", &[("metadata-flavor", b"Google")], None, true);
        let answer = answer.map_err(|error| match error {
            SealError::Failed(why) => SealError::Failed(format!("{why}{hint}").into()),
            other => other,
        })?;
        Bearer::of(&answer, "access_token", "expires_in", &self.client.failure(LOGIN))
    }

    fn ask(
        &self,
        url: &str,
        method: &'static str,
        headers: &[(&'static str, &[u8])],
        body: Option<&SecretBytes>,
        direct: bool,
    ) -> Result<Answer, SealError> {
        let request = Request { operation: LOGIN, method, url, headers, body, repeatable: true, direct };
        let answer = self.client.ask(&request, self.deadline)?;
        if answer.status == 200 {
            return Ok(answer);
        }
        let code = answer.code(&["error"]).or_else(|| answer.code(&["error", "status"]));
        let advice = match (answer.status, code.as_deref()) {
            (400 | 401, Some("invalid_grant")) => {
                "the credentials are expired or withdrawn, or this machine's clock is wrong"
            }
            (400..=403, _) => "check the credentials, and what their account may do",
            (404, _) => "there is no such account",
            _ => "",
        };
        Err(self.client.failure(LOGIN).answered(answer.status, code.as_deref(), advice))
    }
}

#[cfg(test)]
mod tests {
    use super::is_google;

    #[test]
    fn only_google_is_google() {
        for host in ["cloudkms.googleapis.com", "x.p.googleapis.com", "accounts.google.com", "localhost:1"] {
            assert!(is_google("https", host), "{host}");
        }
        for host in [
            "googleapis.com.example",
            "evilgoogleapis.com",
            "a@b.googleapis.com",
            "",
            "e.com/x.googleapis.com",
        ] {
            assert!(!is_google("https", host), "{host}");
        }
        assert!(!is_google("http", "cloudkms.googleapis.com") && is_google("http", "127.0.0.1:8"));
    }
}
