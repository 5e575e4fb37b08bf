//! One Vault or OpenBao: where it is, and how it is asked.

mod exported;
pub(crate) mod mount;

use crate::answer::Answer;
use crate::credentials::vault::{Lease, Login, Tokens, VaultLogin};
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::http::{Client, Request};
use crate::url::{Url, invalid, is_loopback};
use std::path::PathBuf;
use strongroom::{Error, SealError, SecretBytes};

/// Where a Vault or an OpenBao is, and who asks it.
///
/// ```
/// use strongroom_platforms::{VaultLogin, VaultServer};
/// let server = VaultServer::new("https://vault.example:8200")?
///     .login(VaultLogin::kubernetes("app"))
///     .ca_file("/etc/vault/ca.pem");
/// assert!(VaultServer::new("http://vault.example:8200").is_err());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct VaultServer {
    /// `https://host:port/v1/`
    address: String,
    namespace: Option<String>,
    ca_file: Option<PathBuf>,
    login: VaultLogin,
}

const DEFAULT_PORT: u16 = 8200;

impl VaultServer {
    /// The server at an address, with the [token](VaultLogin::token) that is there unless another login is
    /// said. Without TLS it must be this machine.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(address: &str) -> Result<Self, Error> {
        let is_tls = address.starts_with("https://");
        let none = || {
            invalid(
                "the address of a Vault begins with https:// and a host, or on this machine with http://; URLs \
                 such as vault:// are those of seals",
            )
        };
        if !is_tls && !address.starts_with("http://") {
            return Err(none());
        }
        let url = Url::parse(address)?;
        let host = url.host().ok_or_else(none)?;
        if !url.path().is_empty() {
            return Err(invalid("the address of a Vault has no path"));
        }
        if !is_tls && !is_loopback(host) {
            return Err(invalid("without TLS a Vault is asked on this machine only; use https"));
        }
        let address = format!("{}://{host}/v1/", if is_tls { "https" } else { "http" });
        url.finish()?;
        Ok(Self { address, namespace: None, ca_file: None, login: VaultLogin::token() })
    }

    /// The server that the environment names, as for the command lines: `VAULT_ADDR`, `VAULT_NAMESPACE` and
    /// `VAULT_CACERT`, and the token in `VAULT_TOKEN` or `~/.vault-token`; or the same with `BAO_` where
    /// there is no `VAULT_ADDR`. Nothing of the one is said to the server of the other.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn from_env() -> Result<Self, Error> {
        let read = |name: &str| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty());
            let text = value.map(std::ffi::OsString::into_string).transpose();
            text.map_err(|_| invalid(format!("the variable {name} of the environment is not UTF-8")))
        };
        for [address, namespace, ca_file, token, other] in [
            ["VAULT_ADDR", "VAULT_NAMESPACE", "VAULT_CACERT", "VAULT_TOKEN", "BAO_TOKEN"],
            ["BAO_ADDR", "BAO_NAMESPACE", "BAO_CACERT", "BAO_TOKEN", "VAULT_TOKEN"],
        ] {
            let Some(named) = read(address)? else { continue };
            let server =
                Self::new(named.trim_end_matches('/')).map_err(|error| of_variable(address, error))?;
            let ca_file = read(ca_file)?.map(PathBuf::from);
            let login = VaultLogin::token_of(address, token, other);
            return Ok(Self { namespace: read(namespace)?, ca_file, login, ..server });
        }
        Err(invalid("it names no host, and neither VAULT_ADDR nor BAO_ADDR is set in the environment"))
    }

    /// Who asks.
    #[must_use]
    pub fn login(self, login: VaultLogin) -> Self {
        Self { login, ..self }
    }

    /// The namespace.
    #[must_use]
    pub fn namespace(self, namespace: impl Into<String>) -> Self {
        Self { namespace: Some(namespace.into()), ..self }
    }

    /// Certificates in PEM that its own must lead to, in place of those of the system.
    #[must_use]
    pub fn ca_file(self, path: impl Into<PathBuf>) -> Self {
        Self { ca_file: Some(path.into()), ..self }
    }

    /// The server that a URL names, with the parameters that every Vault takes.
    pub(crate) fn of(url: &mut Url) -> Result<Self, Error> {
        let is_tls = !url.scheme().ends_with("+http");
        let mut server = match url.host() {
            None => Self::from_env()?,
            Some(host) => {
                let has_port = host.rsplit(':').next().is_some_and(|port| port.parse::<u16>().is_ok())
                    && host.contains(':');
                if !is_tls && !is_loopback(host) {
                    let with = url.scheme().trim_end_matches("+http");
                    return Err(invalid(format!(
                        "without TLS a Vault is asked on this machine only; {with}:// is over TLS"
                    )));
                }
                let port = if has_port { String::new() } else { format!(":{DEFAULT_PORT}") };
                Self::new(&format!("{}://{host}{port}", if is_tls { "https" } else { "http" }))?
            }
        };
        if let Some(namespace) = url.take("namespace") {
            server = server.namespace(namespace);
        }
        if let Some(path) = url.take("ca_file") {
            server = server.ca_file(path);
        }
        Ok(match login(url)? {
            Some(login) => server.login(login),
            None => server,
        })
    }
}

/// What is wrong with an address, of which nobody has said where it stands.
fn of_variable(name: &str, error: Error) -> Error {
    match error {
        Error::InvalidUrl { reason } => invalid(format!("in the variable {name}: {}", reason.as_str())),
        other => other,
    }
}

/// The login that a URL names.
fn login(url: &mut Url) -> Result<Option<VaultLogin>, Error> {
    let (auth, token_file) = (url.take("auth"), url.take("token_file"));
    let role = |url: &mut Url| {
        url.take("role").ok_or_else(|| invalid("with this auth it has to name a role: role=NAME"))
    };
    let mut login = match (auth.as_deref(), token_file) {
        (None | Some("token"), Some(path)) => VaultLogin::token_file(path),
        // The server has the token of its environment.
        (None | Some("token"), None) => return Ok(None),
        (Some("approle"), None) => {
            let mut login = VaultLogin::app_role();
            if let Some(id) = url.take("role_id") {
                login = login.role_id(id);
            }
            if let Some(path) = url.take("role_id_file") {
                login = login.role_id_file(path);
            }
            if let Some(path) = url.take("secret_id_file") {
                login = login.secret_id_file(path);
            }
            login
        }
        (Some("kubernetes"), None) => {
            let login = VaultLogin::kubernetes(role(url)?);
            match url.take("jwt_file") {
                Some(path) => login.jwt_file(path),
                None => login,
            }
        }
        (Some("jwt"), None) => {
            let file = url.take("jwt_file");
            VaultLogin::jwt(role(url)?, file.ok_or_else(|| invalid("auth=jwt needs jwt_file=PATH"))?)
        }
        (_, Some(_)) => return Err(invalid("token_file goes with auth=token alone")),
        (Some(_), None) => return Err(invalid("its auth is token, approle, kubernetes or jwt")),
    };
    if let Some(mount) = url.take("auth_mount") {
        login = login.mount(&mount)?;
    }
    Ok(Some(login))
}

/// A server that is asked, with the token that it was asked with last.
pub(crate) struct Vault {
    client: Client,
    address: String,
    namespace: Option<String>,
    tokens: Tokens,
}

/// A call of the server's.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a str,
    pub(crate) method: &'static str,
    /// Below `/v1/`, encoded.
    pub(crate) path: &'a str,
    pub(crate) body: Option<SecretBytes>,
    /// What the token's policy has to allow.
    pub(crate) needs: &'a str,
}

impl Vault {
    pub(crate) fn new(platform: &'static str, server: VaultServer) -> Self {
        let VaultServer { address, namespace, ca_file, login } = server;
        let client = Client::new(platform, ca_file);
        Self { client, address, namespace, tokens: Tokens::new(login) }
    }

    /// Reads answers up to this long.
    pub(crate) fn up_to(self, max_body: usize) -> Self {
        Self { client: self.client.up_to(max_body), ..self }
    }

    pub(crate) const fn failure<'a>(&self, operation: &'a str) -> Failure<'a> {
        self.client.failure(operation)
    }

    /// Asks with a token, and once more with another where one was refused that was there before: an expired
    /// token and a forbidden call are answered alike.
    pub(crate) fn ask(&self, call: &Call<'_>, deadline: Deadline) -> Result<Answer, SealError> {
        let (client, address, namespace) = (&self.client, self.address.as_str(), self.namespace.as_deref());
        let login = Login { client, address, namespace };
        let (lease, was_held) = self.tokens.current(&login, deadline)?;
        let answer = self.send(call, &lease, deadline)?;
        // What was had for this call is not expired.
        if answer.status != 403 || !was_held {
            return Ok(answer);
        }
        // Where there is no other token, the refusal is what there is to say.
        match self.tokens.another(&lease, &login, deadline) {
            // What lies somewhere and is the same is refused again.
            Ok(another) if another.value.expose() != lease.value.expose() => {
                self.send(call, &another, deadline)
            }
            _ => Ok(answer),
        }
    }

    fn send(&self, call: &Call<'_>, lease: &Lease, deadline: Deadline) -> Result<Answer, SealError> {
        let url = format!("{}{}", self.address, call.path);
        let mut headers =
            vec![("x-vault-token", lease.value.expose()), ("x-vault-request", b"true".as_slice())];
        headers.extend(call.body.is_some().then_some(("content-type", b"application/json".as_slice())));
        headers.extend(self.namespace.as_ref().map(|name| ("x-vault-namespace", name.as_bytes())));
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
        let failure = self.failure(call.operation);
        let said = Said::of(answer);
        let advice = match (answer.status, said) {
            (_, Some(said)) if !said.advice().is_empty() => said.advice().to_owned(),
            (403, _) => format!(
                "the token is expired, or its policy does not allow `{}` on {}",
                call.needs,
                call.path.split('?').next().unwrap_or_default()
            ),
            (300..=399, _) => {
                "it leads elsewhere, which is not followed; name the server that it leads to".to_owned()
            }
            (404, _) => format!("there is nothing at {}; check the mount and the name", call.path),
            (503, _) => "the server is sealed or not ready".to_owned(),
            _ => String::new(),
        };
        failure.answered(answer.status, said.map(Said::code), &advice)
    }
}

/// What the server says where it refuses, of which nothing else is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Denied,
    Sealed,
    NoKey,
    NoRoute,
    /// The ciphertext is not of this key, or is bound to something else.
    NotAuthentic,
    TooOld,
    NeedsContext,
    NotConvertible,
    /// Somebody else has written meanwhile.
    Changed,
}

impl Said {
    const ALL: [(&'static str, Self); 12] = [
        ("permission denied", Self::Denied),
        ("Vault is sealed", Self::Sealed),
        ("encryption key not found", Self::NoKey),
        ("no handler for route", Self::NoRoute),
        ("message authentication failed", Self::NotAuthentic),
        ("invalid ciphertext", Self::NotAuthentic),
        ("unable to decrypt", Self::NotAuthentic),
        ("disallowed by policy (too old)", Self::TooOld),
        ("missing 'context'", Self::NeedsContext),
        ("does not support encryption", Self::NotConvertible),
        ("associated_data", Self::NotConvertible),
        ("check-and-set parameter did not match", Self::Changed),
    ];

    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        let texts = crate::json::texts(answer.body.expose(), &["errors"])?;
        let says = |text: &SecretBytes, what: &str| {
            text.expose().windows(what.len()).any(|window| window == what.as_bytes())
        };
        let said = Self::ALL.iter().find(|(what, _)| texts.iter().any(|text| says(text, what)));
        said.map(|(_, said)| *said)
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Denied => "permission denied",
            Self::Sealed => "sealed",
            Self::NoKey => "encryption key not found",
            Self::NoRoute => "no handler for route",
            Self::NotAuthentic => "message authentication failed",
            Self::TooOld => "ciphertext too old",
            Self::NeedsContext => "missing context",
            Self::NotConvertible => "not supported by the key",
            Self::Changed => "changed",
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Denied | Self::NotAuthentic => "",
            Self::Sealed => "unseal the server",
            Self::NoKey => "there is no such key and none is made; check its name, or make it",
            Self::NoRoute => "no engine is mounted there; check the mount",
            Self::TooOld => {
                "lower the min_decryption_version of the platform's key for as long as this copy is needed"
            }
            Self::NeedsContext => "the key is derived; add bind=context",
            Self::NotConvertible => "use a key of a type with associated data, such as aes256-gcm96",
            Self::Changed => "somebody else has written the secret meanwhile; look who, and begin again",
        }
    }
}
