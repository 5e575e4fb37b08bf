//! Asking a platform over HTTP: within one time-out, a few times where that is harmless, and with errors that
//! hold nothing of what was sent or answered.

use crate::answer::{Answer, MAX_BODY};
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::url::is_loopback;
use crate::wiped::Wiped;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use strongroom::{SealError, SecretBytes};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider};

/// How often something is asked again that went wrong by chance.
const RETRIES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// One platform's way over HTTP. What it needs is read when it is first asked.
pub(crate) struct Client {
    platform: &'static str,
    ca_file: Option<PathBuf>,
    /// Through the proxy that the environment names, and past it.
    agents: OnceLock<(ureq::Agent, ureq::Agent)>,
}

/// What is asked.
pub(crate) struct Request<'a> {
    /// What it is for, as an error says it.
    pub(crate) operation: &'a str,
    pub(crate) method: &'static str,
    /// With its scheme and host.
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'static str, &'a [u8])],
    pub(crate) body: Option<&'a SecretBytes>,
    /// Whether asking twice does what asking once does.
    pub(crate) repeatable: bool,
    /// Never through a proxy: for addresses of this machine and of the cloud's metadata.
    pub(crate) direct: bool,
}

/// What kept it from answering.
enum Trouble {
    /// It may have been asked, or not.
    Passing(String),
    /// Asking again does not help.
    Lasting(String),
}

impl Client {
    pub(crate) const fn new(platform: &'static str, ca_file: Option<PathBuf>) -> Self {
        Self { platform, ca_file, agents: OnceLock::new() }
    }

    pub(crate) const fn failure<'a>(&self, operation: &'a str) -> Failure<'a> {
        Failure { platform: self.platform, operation }
    }

    /// Asks until there is an answer of whatever status, or the deadline has come.
    pub(crate) fn ask(&self, request: &Request<'_>, deadline: Deadline) -> Result<Answer, SealError> {
        let failure = self.failure(request.operation);
        let late = || failure.says("it has not answered within 10 seconds");
        for retry in 0.. {
            let left = deadline.left().ok_or_else(late)?;
            let answer = self.once(request, left)?;
            let again = match &answer {
                Ok(answer) => answer.status == 429 || request.repeatable && is_passing(answer.status),
                Err(Trouble::Passing(_)) => request.repeatable,
                Err(Trouble::Lasting(_)) => false,
            };
            let asked = answer.as_ref().ok().and_then(|answer| answer.retry_after);
            let wait = asked.unwrap_or_default().max(jittered(FIRST_WAIT * 2u32.pow(retry)));
            if !again || retry == RETRIES || deadline.left().is_none_or(|left| left <= wait) {
                return answer.map_err(|trouble| match trouble {
                    Trouble::Passing(what) | Trouble::Lasting(what) => failure.says(what),
                });
            }
            std::thread::sleep(wait);
        }
        Err(late())
    }

    fn once(&self, request: &Request<'_>, left: Duration) -> Result<Result<Answer, Trouble>, SealError> {
        let (proxied, direct) = self.agents(request.operation)?;
        let host = request.url.split('/').nth(2).unwrap_or_default();
        let agent = if request.direct || is_loopback(host) { direct } else { proxied };
        let mut built = ureq::http::Request::builder().method(request.method).uri(request.url);
        for (name, value) in request.headers {
            let header = ureq::http::HeaderValue::from_bytes(value);
            let mut header = header.map_err(|_| {
                self.failure(request.operation)
                    .says(format!("what stands for the header {name} is nothing that a header takes"))
            })?;
            header.set_sensitive(true);
            built = built.header(*name, header);
        }
        let ask = || -> Result<Answer, ureq::Error> {
            let configured = |agent: &ureq::Agent| agent.clone();
            let agent = configured(agent);
            let response = match request.body {
                Some(body) => {
                    let built = built.body(body.expose())?;
                    agent.run(agent.configure_request(built).timeout_global(Some(left)).build())?
                }
                None => {
                    let built = built.body(())?;
                    agent.run(agent.configure_request(built).timeout_global(Some(left)).build())?
                }
            };
            let status = response.status().as_u16();
            let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
            let retry_after = retry_after.and_then(|value| value.parse().ok()).map(Duration::from_secs);
            let body = read(response.into_body().into_reader())?;
            Ok(Answer { status, retry_after, body })
        };
        Ok(ask().map_err(|error| trouble(error, host)))
    }

    fn agents(&self, operation: &str) -> Result<&(ureq::Agent, ureq::Agent), SealError> {
        if let Some(agents) = self.agents.get() {
            return Ok(agents);
        }
        let failure = self.failure(operation);
        let proxy = proxy().map_err(|variable| {
            failure.says(format!("the variable {variable} of the environment names no proxy"))
        })?;
        let roots = self.roots(&failure)?;
        let agent = |proxy: Option<ureq::Proxy>| {
            let tls = TlsConfig::builder()
                .provider(TlsProvider::Rustls)
                .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .root_certs(roots.clone());
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                // A seal is asked seldom; what was left open would have been closed by then, or be shared with
                // a forked child.
                .max_idle_connections(0)
                .proxy(proxy)
                .tls_config(tls.build())
                .user_agent(concat!("strongroom/", env!("CARGO_PKG_VERSION")))
                .build()
                .new_agent()
        };
        Ok(self.agents.get_or_init(|| (agent(proxy), agent(None))))
    }

    /// The system's roots, or those of the file alone.
    fn roots(&self, failure: &Failure<'_>) -> Result<RootCerts, SealError> {
        let Some(path) = &self.ca_file else { return Ok(RootCerts::PlatformVerifier) };
        let text = std::fs::read(path)
            .map_err(|error| failure.says(format!("cannot read the CA file {}: {error}", path.display())))?;
        let item = |item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        };
        let certificates: Vec<Certificate<'static>> = ureq::tls::parse_pem(&text).filter_map(item).collect();
        if certificates.is_empty() {
            return Err(failure.says(format!("the CA file {} has no certificate in PEM", path.display())));
        }
        Ok(RootCerts::from(certificates))
    }
}

/// The proxy of the environment; or the name of the variable that should have named one.
fn proxy() -> Result<Option<ureq::Proxy>, &'static str> {
    let named = ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    let set = named.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    match (ureq::Proxy::try_from_env(), set) {
        (None, Some(variable)) => Err(variable),
        (proxy, _) => Ok(proxy),
    }
}

/// All of a body, if it is not too long.
fn read(body: impl Read) -> io::Result<SecretBytes> {
    let mut body = body.take(MAX_BODY as u64 + 1);
    let (mut all, mut chunk) = (Wiped::default(), zeroize::Zeroizing::new([0; 8192]));
    loop {
        match body.read(chunk.as_mut_slice()) {
            Ok(0) => break,
            Ok(len) => all.push(&chunk[..len]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if all.len() > MAX_BODY {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    Ok(all.into_secret())
}

fn is_passing(status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504)
}

/// Somewhere between half of it and all of it.
fn jittered(wait: Duration) -> Duration {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let random = RandomState::new().build_hasher().finish();
    let half = wait / 2;
    half + half.mul_f64((random >> 11) as f64 / (1u64 << 53) as f64)
}

fn trouble(error: ureq::Error, host: &str) -> Trouble {
    use ureq::Error;
    match error {
        Error::HostNotFound => Trouble::Passing(format!("the name {host} does not resolve")),
        Error::Timeout(_) => Trouble::Passing(format!("{host} has not answered in time")),
        Error::Tls(_) | Error::Rustls(_) => Trouble::Lasting(format!("the TLS of {host} fails: {error}")),
        Error::Protocol(_) | Error::LargeResponseHeader(..) => {
            Trouble::Lasting(format!("what {host} answers is not HTTP"))
        }
        Error::ConnectProxyFailed(_) => Trouble::Lasting("the proxy refuses to lead there".to_owned()),
        Error::Io(error) => broken(&error, host),
        _ => Trouble::Lasting(format!("{host} cannot be asked")),
    }
}

fn broken(error: &io::Error, host: &str) -> Trouble {
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return Trouble::Lasting(format!("the TLS of {host} fails: {inner}"));
    }
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        return match inner {
            ureq::Error::Timeout(_) => Trouble::Passing(format!("{host} has not answered in time")),
            _ => Trouble::Passing(format!("the connection to {host} broke")),
        };
    }
    match error.kind() {
        io::ErrorKind::FileTooLarge => Trouble::Lasting(format!("the answer of {host} is longer than 1 MiB")),
        // The standard library has no kind for it.
        _ if error.to_string().contains("lookup address") => {
            Trouble::Passing(format!("the name {host} does not resolve"))
        }
        kind => Trouble::Passing(format!("the connection to {host} broke: {kind}")),
    }
}
