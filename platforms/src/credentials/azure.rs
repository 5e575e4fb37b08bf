//! Tokens of Azure: by a client's secret, by the token of a workload, by the identity of a machine, or from
//! the command line.

mod challenge;
mod command;
mod managed;

use super::bearer::Bearer;
use super::form::{self, Form};
use super::place::Place as At;
use crate::answer::Answer;
use crate::deadline::Deadline;
use crate::http::{Client, Request};
use crate::url::{Url, encoded, invalid, is_loopback};
pub(crate) use challenge::Challenge;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};
use strongroom::{Error, SealError, SecretBytes};

/// Who asks Azure. What it needs is read each time that a token is needed.
///
/// ```
/// use strongroom_platforms::AzureLogin;
/// let login = AzureLogin::client_secret().tenant_id("contoso").client_id("app").secret_file("/run/secret");
/// ```
#[derive(Debug, Clone)]
pub struct AzureLogin {
    way: Way,
    tenant_id: Option<String>,
    client_id: Option<String>,
    authority: Option<String>,
}

#[derive(Debug, Clone)]
enum Way {
    Found,
    Secret(At),
    Workload(Option<PathBuf>),
    Managed,
    CommandLine,
}

impl AzureLogin {
    /// What the environment has: a client's secret in `AZURE_CLIENT_SECRET`, else a workload's token in the
    /// file that `AZURE_FEDERATED_TOKEN_FILE` names, else the identity of the machine.
    pub const fn found() -> Self {
        Self::of_way(Way::Found)
    }

    /// A client with a secret, in `AZURE_CLIENT_SECRET`. Tenant and client are those of `AZURE_TENANT_ID` and
    /// `AZURE_CLIENT_ID` unless they are said.
    pub const fn client_secret() -> Self {
        Self::of_way(Way::Secret(At::Env(SECRET)))
    }

    /// A workload whose platform vouches for it (workload identity), in the file that
    /// `AZURE_FEDERATED_TOKEN_FILE` names.
    pub const fn workload() -> Self {
        Self::of_way(Way::Workload(None))
    }

    /// The identity of the machine or of the app service; of several, the one with the
    /// [client id](Self::client_id).
    pub const fn managed() -> Self {
        Self::of_way(Way::Managed)
    }

    /// Who has logged in with `az`, for developers.
    pub const fn command_line() -> Self {
        Self::of_way(Way::CommandLine)
    }

    /// The secret of a client, in a file.
    #[must_use]
    pub fn secret_file(self, path: impl Into<PathBuf>) -> Self {
        Self { way: Way::Secret(At::File(path.into())), ..self }
    }

    /// The token of a workload, in a file.
    #[must_use]
    pub fn token_file(self, path: impl Into<PathBuf>) -> Self {
        Self { way: Way::Workload(Some(path.into())), ..self }
    }

    /// The tenant, in place of `AZURE_TENANT_ID`.
    #[must_use]
    pub fn tenant_id(self, id: impl Into<String>) -> Self {
        Self { tenant_id: Some(id.into()), ..self }
    }

    /// The client, in place of `AZURE_CLIENT_ID`.
    #[must_use]
    pub fn client_id(self, id: impl Into<String>) -> Self {
        Self { client_id: Some(id.into()), ..self }
    }

    const fn of_way(way: Way) -> Self {
        Self { way, tenant_id: None, client_id: None, authority: None }
    }

    /// The login that a URL names.
    pub(crate) fn of(url: &mut Url) -> Result<Self, Error> {
        let (auth, secret, token) =
            (url.take("auth"), url.take("client_secret_file"), url.take("token_file"));
        let login = match (auth.as_deref(), secret, token) {
            (None, None, None) => Self::found(),
            (None | Some("secret"), Some(path), None) => Self::client_secret().secret_file(path),
            (Some("secret"), None, None) => Self::client_secret(),
            (None | Some("workload"), None, Some(path)) => Self::workload().token_file(path),
            (Some("workload"), None, None) => Self::workload(),
            (Some("managed"), None, None) => Self::managed(),
            (Some("az"), None, None) => Self::command_line(),
            _ => return Err(invalid("its auth is secret, workload, managed or az, each with its own file")),
        };
        let authority = url.take("authority").map(|authority| authority.trim_end_matches('/').to_owned());
        if authority.as_ref().is_some_and(|authority| !is_authority(authority)) {
            return Err(invalid("its authority begins with https:// and has no path"));
        }
        Ok(Self { tenant_id: url.take("tenant_id"), client_id: url.take("client_id"), authority, ..login })
    }

    /// Who gives tokens, if it was said.
    pub(crate) fn authority(&self) -> Option<String> {
        let set = || std::env::var("AZURE_AUTHORITY_HOST").ok().filter(|host| !host.is_empty());
        let with_scheme = |host: String| if host.contains("://") { host } else { format!("https://{host}") };
        let named = || set().map(with_scheme).map(|host| host.trim_end_matches('/').to_owned());
        self.authority.clone().or_else(|| named().filter(|host| is_authority(host)))
    }

    /// A new token.
    pub(crate) fn token(&self, place: &Place<'_>) -> Result<Bearer, SealError> {
        let is_set = |name| At::Env(name).is_there();
        match &self.way {
            Way::Secret(secret) => self.by_secret(place, secret),
            Way::Found if is_set(SECRET) => self.by_secret(place, &At::Env(SECRET)),
            Way::Workload(file) => self.by_workload(place, file.clone()),
            Way::Found if is_set(TOKEN_FILE) => self.by_workload(place, None),
            Way::Managed | Way::Found => managed::token(place, self.client_id.as_deref()),
            Way::CommandLine => command::token(place, self.tenant_id.as_deref()),
        }
    }

    fn by_secret(&self, place: &Place<'_>, secret: &At) -> Result<Bearer, SealError> {
        let secret = secret.read().map_err(|reason| place.says(reason))?;
        place.exchange(self, Form::default().field("client_secret", secret.expose()))
    }

    fn by_workload(&self, place: &Place<'_>, file: Option<PathBuf>) -> Result<Bearer, SealError> {
        let file = file.or_else(|| std::env::var_os(TOKEN_FILE).map(PathBuf::from));
        let file = file.ok_or_else(|| place.says(format!("the variable {TOKEN_FILE} is not set")))?;
        let token = At::File(file).read().map_err(|reason| place.says(reason))?;
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let form = Form::default().field("client_assertion_type", kind);
        place.exchange(self, form.field("client_assertion", token.expose()))
    }
}

const SECRET: &str = "AZURE_CLIENT_SECRET";
const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
const LOGIN: &str = "log in";

fn is_authority(text: &str) -> bool {
    let (scheme, host) = text.split_once("://").unwrap_or_default();
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let is_safe = scheme == "https" || scheme == "http" && is_loopback(host);
    is_safe && !host.is_empty() && host.chars().all(is_host)
}

/// Where a token is asked for, and for what.
pub(crate) struct Place<'a> {
    pub(crate) client: &'a Client,
    pub(crate) deadline: Deadline,
    pub(crate) challenge: &'a Challenge,
}

impl Place<'_> {
    fn says(&self, what: impl AsRef<str>) -> SealError {
        self.client.failure(LOGIN).says(what)
    }

    fn exchange(&self, login: &AzureLogin, form: Form) -> Result<Bearer, SealError> {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let tenant = login.tenant_id.clone().or_else(|| set("AZURE_TENANT_ID"));
        let tenant = tenant.unwrap_or_else(|| self.challenge.tenant.clone());
        let client = login.client_id.clone().or_else(|| set("AZURE_CLIENT_ID"));
        let client = client.ok_or_else(|| self.says("no client is named, and AZURE_CLIENT_ID is not set"))?;
        let body = form
            .field("grant_type", "client_credentials")
            .field("client_id", client)
            .field("scope", format!("{}/.default", self.challenge.resource))
            .into_body();
        let url = format!("{}/{}/oauth2/v2.0/token", self.challenge.authority, encoded(&tenant));
        let answer = self.ask(&url, "POST", &[form::TYPE], Some(&body), false)?;
        self.bearer(&answer)
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
        let code = answer.code(&["error"]).or_else(|| answer.code(&["error", "code"]));
        let advice = match (answer.status, code.as_deref()) {
            (_, Some("invalid_client")) => {
                "the secret is wrong or expired, or nobody vouches for the workload so"
            }
            (_, Some("unauthorized_client" | "invalid_request")) => "check the tenant and the client",
            (400..=404, _) if direct => "the machine has no such identity; assign one, or name its client_id",
            _ => "",
        };
        Err(self.client.failure(LOGIN).answered(answer.status, code.as_deref(), advice))
    }

    /// The token of an answer. Some say when it ends, and some in how many seconds; some as a text.
    fn bearer(&self, answer: &Answer) -> Result<Bearer, SealError> {
        let number = |name| answer.number(&[name]).or_else(|| answer.plain(&[name])?.parse().ok());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let until = || number("expires_on").map(|at: u64| at.saturating_sub(now));
        let token = answer.secret(&["access_token"]).filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| self.client.failure(LOGIN).unreadable())?;
        Ok(Bearer::new(&token, number("expires_in").or_else(until)))
    }
}
