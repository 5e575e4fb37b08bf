//! One Infisical: where it is, and how it is asked.

use crate::answer::Answer;
use crate::credentials::bearer::{Bearer, Held};
use crate::credentials::infisical::InfisicalLogin;
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::http::{Client, Request};
use crate::json;
use crate::url::{Url, invalid, is_loopback};
use std::path::PathBuf;
use strongroom::{Error, SealError, SecretBytes};

/// Where an Infisical is, and who asks it.
///
/// ```
/// use strongroom_platforms::{InfisicalLogin, InfisicalServer};
/// let login = InfisicalLogin::universal().client_id("f0f5a3e2").client_secret_file("/run/infisical");
/// let server = InfisicalServer::new("https://eu.infisical.com")?.login(login);
/// assert!(InfisicalServer::new("http://eu.infisical.com").is_err());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct InfisicalServer {
    /// `https://host:port`
    address: String,
    ca_file: Option<PathBuf>,
    login: InfisicalLogin,
}

impl InfisicalServer {
    /// The server at an address, with [universal auth](InfisicalLogin::universal) of the environment. Without
    /// TLS it must be this machine.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(address: &str) -> Result<Self, Error> {
        let is_tls = address.starts_with("https://");
        let url = Url::parse(address)?;
        let host = url.host().filter(|_| is_tls || address.starts_with("http://"));
        let host = host.ok_or_else(|| invalid("the address of Infisical begins with https:// and a host"))?;
        if !url.path().is_empty() || !is_tls && !is_loopback(host) {
            return Err(invalid("Infisical is asked over https, and its address has no path"));
        }
        let address = format!("{}://{host}", if is_tls { "https" } else { "http" });
        url.finish()?;
        Ok(Self { address, ca_file: None, login: InfisicalLogin::universal() })
    }

    /// Who asks.
    #[must_use]
    pub fn login(self, login: InfisicalLogin) -> Self {
        Self { login, ..self }
    }

    /// Certificates in PEM that its own must lead to, in place of those of the system.
    #[must_use]
    pub fn ca_file(self, path: impl Into<PathBuf>) -> Self {
        Self { ca_file: Some(path.into()), ..self }
    }

    /// The server that a URL names, with the parameters that every Infisical takes.
    pub(crate) fn of(url: &mut Url) -> Result<Self, Error> {
        let scheme = if url.scheme().ends_with("+http") { "http" } else { "https" };
        let host = url.host().ok_or_else(|| invalid("it names no host, such as eu.infisical.com"))?;
        let mut server = Self::new(&format!("{scheme}://{host}"))?;
        if let Some(path) = url.take("ca_file") {
            server = server.ca_file(path);
        }
        let mut login = InfisicalLogin::universal();
        if let Some(id) = url.take("client_id") {
            login = login.client_id(id);
        }
        if let Some(path) = url.take("client_id_file") {
            login = login.client_id_file(path);
        }
        if let Some(path) = url.take("client_secret_file") {
            login = login.client_secret_file(path);
        }
        Ok(server.login(login))
    }
}

/// An id of Infisical's (RFC 9562 section 4).
pub(crate) fn is_id(text: &str) -> bool {
    let lens: Vec<usize> = text.split('-').map(str::len).collect();
    lens == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// A server that is asked, with the token that it was asked with last.
pub(crate) struct Infisical {
    client: Client,
    server: InfisicalServer,
    held: Held,
}

/// A call of the server's.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a str,
    pub(crate) method: &'static str,
    /// Below the host, with what follows a question mark.
    pub(crate) path: &'a str,
    pub(crate) body: Option<SecretBytes>,
    /// What the identity has to be allowed.
    pub(crate) needs: &'a str,
}

impl Infisical {
    pub(crate) fn new(platform: &'static str, server: InfisicalServer) -> Self {
        Self { client: Client::new(platform, server.ca_file.clone()), server, held: Held::none() }
    }

    pub(crate) const fn failure<'a>(&self, operation: &'a str) -> Failure<'a> {
        self.client.failure(operation)
    }

    /// Asks with a token.
    pub(crate) fn ask(&self, call: &Call<'_>, deadline: Deadline) -> Result<Answer, SealError> {
        let new = || self.server.login.token(&self.client, &self.server.address, deadline);
        self.held.ask(new, |bearer| self.send(call, bearer, deadline))
    }

    fn send(&self, call: &Call<'_>, bearer: &Bearer, deadline: Deadline) -> Result<Answer, SealError> {
        let url = format!("{}{}", self.server.address, call.path);
        let mut headers = vec![("authorization", bearer.header().expose())];
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
        let mut answer = self.client.ask(&request, deadline)?;
        // A token that has ended is refused with either.
        if answer.status == 403 && answer.code(&["error"]).as_deref() == Some("TokenError") {
            answer.status = 401;
        }
        Ok(answer)
    }

    /// What to say of an answer that is not the one that was hoped for.
    pub(crate) fn refusal(&self, call: &Call<'_>, answer: &Answer) -> SealError {
        let code = answer.code(&["error"]);
        let advice = match answer.status {
            _ if says(answer, "disabled") => {
                "the key is disabled; enable it, or open with another seal".to_owned()
            }
            300..=399 => {
                "it leads elsewhere, which is not followed; name the server that it leads to".to_owned()
            }
            401 => "the token is not taken".to_owned(),
            403 => format!("the identity has to be allowed to {}", call.needs),
            404 => "there is no such thing, or the identity is no member of its project".to_owned(),
            _ => String::new(),
        };
        self.failure(call.operation).answered(answer.status, code.as_deref(), &advice)
    }
}

/// Whether the message of an answer has this word. Nothing else of it is looked at or repeated.
pub(crate) fn says(answer: &Answer, word: &str) -> bool {
    json::text(answer.body.expose(), &["message"]).is_some_and(|said| {
        said.expose().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    })
}
