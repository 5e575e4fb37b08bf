//! One of Azure's key vaults: where it is, and how it is asked.

use crate::answer::Answer;
use crate::credentials::azure::{AzureLogin, Challenge, Place};
use crate::credentials::bearer::{Bearer, Held};
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::http::{Client, Request};
use crate::url::{Url, invalid, is_loopback};
use std::path::PathBuf;
use strongroom::{Error, SealError, SecretBytes};

/// A key vault or a managed HSM, and who asks it.
///
/// ```
/// use strongroom_platforms::{AzureLogin, AzureVault};
/// let vault = AzureVault::new("https://app.vault.azure.net")?.login(AzureLogin::managed());
/// assert!(AzureVault::new("http://app.vault.azure.net").is_err());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AzureVault {
    /// `https://host`
    address: String,
    host: String,
    resource: Option<String>,
    ca_file: Option<PathBuf>,
    login: AzureLogin,
}

impl AzureVault {
    /// The vault at an address, with the [credentials](AzureLogin::found) that Azure's own tools find.
    /// Without TLS it must be this machine.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(address: &str) -> Result<Self, Error> {
        let is_tls = address.starts_with("https://");
        let url = Url::parse(address)?;
        let host = url.host().filter(|_| is_tls || address.starts_with("http://")).map(str::to_owned);
        let host =
            host.ok_or_else(|| invalid("the address of a key vault begins with https:// and a host"))?;
        if !url.path().is_empty() || !is_tls && !is_loopback(&host) {
            return Err(invalid("a key vault is asked over https, and its address has no path"));
        }
        url.finish()?;
        let address = format!("{}://{host}", if is_tls { "https" } else { "http" });
        Ok(Self { address, host, resource: None, ca_file: None, login: AzureLogin::found() })
    }

    /// Who asks.
    #[must_use]
    pub fn login(self, login: AzureLogin) -> Self {
        Self { login, ..self }
    }

    /// What tokens are asked for, where it is not the domain of the vault's own address: for an emulator, or
    /// a vault behind another name. Whatever answers there is given such a token.
    #[must_use]
    pub fn resource(self, resource: impl Into<String>) -> Self {
        Self { resource: Some(resource.into()), ..self }
    }

    /// Certificates in PEM that its own must lead to, in place of those of the system.
    #[must_use]
    pub fn ca_file(self, path: impl Into<PathBuf>) -> Self {
        Self { ca_file: Some(path.into()), ..self }
    }

    /// The vault that a URL names, with the parameters that every vault takes.
    pub(crate) fn of(url: &mut Url) -> Result<Self, Error> {
        let scheme = if url.scheme().ends_with("+http") { "http" } else { "https" };
        let host = url.host().ok_or_else(|| invalid("it names no host, such as app.vault.azure.net"))?;
        let mut vault = Self::new(&format!("{scheme}://{host}"))?;
        if let Some(resource) = url.take("resource") {
            vault = vault.resource(resource);
        }
        if let Some(path) = url.take("ca_file") {
            vault = vault.ca_file(path);
        }
        Ok(vault.login(AzureLogin::of(url)?))
    }
}

/// The name of something in a vault, if it is one.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=127).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A version of a key or a secret.
pub(crate) fn is_version(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A vault that is asked, with the token that it was asked with last.
pub(crate) struct Vault {
    client: Client,
    vault: AzureVault,
    held: Held,
}

/// A call of the vault's.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a str,
    pub(crate) method: &'static str,
    /// Below the host, with what follows a question mark.
    pub(crate) path: &'a str,
    pub(crate) body: Option<SecretBytes>,
    /// The right that it takes.
    pub(crate) needs: &'a str,
}

const VERSION: &str = "api-version=7.4";

impl Vault {
    pub(crate) fn new(platform: &'static str, vault: AzureVault) -> Self {
        Self { client: Client::new(platform, vault.ca_file.clone()), vault, held: Held::none() }
    }

    pub(crate) const fn failure<'a>(&self, operation: &'a str) -> Failure<'a> {
        self.client.failure(operation)
    }

    /// Asks with a token.
    pub(crate) fn ask(&self, call: &Call<'_>, deadline: Deadline) -> Result<Answer, SealError> {
        self.held.ask(|| self.log_in(call.path, deadline), |bearer| self.send(call, Some(bearer), deadline))
    }

    /// Asks without a token, to be told where to get one: of whom, and for what.
    fn log_in(&self, path: &str, deadline: Deadline) -> Result<Bearer, SealError> {
        let call = Call { operation: "log in", method: "GET", path, body: None, needs: "" };
        let answer = self.send(&call, None, deadline)?;
        if answer.status != 401 {
            let advice = "a vault asks who is there with 401; is something else listening there?";
            return Err(self.failure("log in").answered(answer.status, None, advice));
        }
        let known = self.vault.login.authority();
        let challenge = Challenge::read(answer.challenge.as_deref().unwrap_or_default())
            .and_then(|challenge| {
                challenge.check(&self.vault.host, self.vault.resource.as_deref(), known.as_deref())
            })
            .map_err(|reason| self.failure("log in").says(reason))?;
        let place = Place { client: &self.client, deadline, challenge: &challenge };
        self.vault.login.token(&place)
    }

    fn send(
        &self,
        call: &Call<'_>,
        bearer: Option<&Bearer>,
        deadline: Deadline,
    ) -> Result<Answer, SealError> {
        let joined = if call.path.contains('?') { '&' } else { '?' };
        let url = format!("{}/{}{joined}{VERSION}", self.vault.address, call.path);
        let mut headers: Vec<(&'static str, &[u8])> = Vec::new();
        headers.extend(bearer.map(|bearer| ("authorization", bearer.header().expose())));
        headers.extend(call.body.is_some().then_some(("content-type", b"application/json".as_slice())));
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
    }

    /// What to say of an answer that is not the one that was hoped for.
    pub(crate) fn refusal(&self, call: &Call<'_>, answer: &Answer) -> SealError {
        let inner = answer.code(&["error", "innererror", "code"]);
        let code = inner.or_else(|| answer.code(&["error", "code"]));
        let advice = match (answer.status, code.as_deref()) {
            (_, Some("KeyDisabled" | "SecretDisabled")) => {
                "this version is disabled; enable it, or open with another seal".to_owned()
            }
            (_, Some("KeyExpired" | "KeyNotYetValid" | "SecretExpired" | "SecretNotYetValid")) => {
                "the dates of this version do not allow it; change them".to_owned()
            }
            (_, Some("ForbiddenByFirewall" | "ForbiddenByConnection")) => {
                "the vault's network rules do not let this machine in".to_owned()
            }
            (300..=399, _) => "it leads elsewhere, which is not followed".to_owned(),
            (401, _) => "the token is not taken; check the tenant".to_owned(),
            (403, _) => format!("who asks needs the right {}", call.needs),
            (404 | 409, _) => {
                "it is not there or was deleted; check the name, or recover it from the vault's deleted ones"
                    .to_owned()
            }
            _ => String::new(),
        };
        self.failure(call.operation).answered(answer.status, code.as_deref(), &advice)
    }
}
