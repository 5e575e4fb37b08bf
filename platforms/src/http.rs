//! Asking a platform over HTTP: within one time-out, a few times where that is harmless, and with errors that
//! hold nothing of what was sent or answered.

use crate::answer::{Answer, MAX_BODY};
use crate::connection::Wiping;
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::file;
use crate::proxy::{self, Proxy};
use crate::url::is_loopback;
use crate::wiped::Wiped;
use bytes::Bytes;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use strongroom::{SealError, SecretBytes};
use ureq::AsSendBody;
use ureq::http::HeaderValue;
use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use zeroize::Zeroizing;

/// How often something is asked again that went wrong by chance.
const RETRIES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// How long the roots that were read serve: for the requests of one call. A CA that was exchanged is taken by
/// the next.
const ROOTS_SERVE: Duration = Duration::from_secs(2);
/// The longest CA file.
const MAX_CA_FILE: usize = 4 << 20;

/// One platform's way over HTTP. What it needs is read when it is asked.
pub(crate) struct Client {
    platform: &'static str,
    ca_file: Option<PathBuf>,
    /// The longest body that is read.
    max_body: usize,
    /// With the roots, and when they were read.
    agent: Mutex<Option<(Instant, ureq::Agent)>>,
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
struct Trouble {
    what: String,
    /// Whether it may have been asked, or not; else asking again does not help.
    is_passing: bool,
    /// What the operating system said.
    cause: Option<io::Error>,
}

impl Trouble {
    fn passing(what: String) -> Self {
        Self { what, is_passing: true, cause: None }
    }

    fn lasting(what: impl Into<String>) -> Self {
        Self { what: what.into(), is_passing: false, cause: None }
    }

    /// Its own words are the system's where it has a number; others may be anybody's.
    fn caused_by(self, error: &io::Error) -> Self {
        let cause = error.raw_os_error().map(io::Error::from_raw_os_error);
        Self { cause, ..self }
    }

    fn timed_out(host: &str) -> Self {
        let what = format!("{host} has not answered in time");
        Self { cause: Some(io::ErrorKind::TimedOut.into()), ..Self::passing(what) }
    }

    fn said_by(self, failure: &Failure<'_>) -> SealError {
        match (failure.says(self.what), self.cause) {
            (SealError::Failed(reason), Some(cause)) => SealError::Failed(reason.caused_by(cause)),
            (error, _) => error,
        }
    }
}

impl Client {
    pub(crate) const fn new(platform: &'static str, ca_file: Option<PathBuf>) -> Self {
        Self { platform, ca_file, max_body: MAX_BODY, agent: Mutex::new(None) }
    }

    /// Reads longer or shorter bodies.
    #[allow(dead_code, reason = "not every platform has such answers")]
    pub(crate) fn up_to(self, max_body: usize) -> Self {
        Self { max_body, ..self }
    }

    pub(crate) const fn failure<'a>(&self, operation: &'a str) -> Failure<'a> {
        Failure { platform: self.platform, operation }
    }

    /// Asks until there is an answer of whatever status, or the deadline has come.
    pub(crate) fn ask(&self, request: &Request<'_>, deadline: Deadline) -> Result<Answer, SealError> {
        let failure = self.failure(request.operation);
        let mut retry = 0;
        loop {
            let left = deadline.left();
            let left = left.ok_or_else(|| {
                let seconds = deadline.whole().as_secs();
                failure.says(format!("it has not answered within {seconds} seconds"))
            })?;
            let answer = self.once(request, left);
            let again = match &answer {
                Ok(answer) => answer.status == 429 || request.repeatable && is_passing(answer.status),
                Err(trouble) => trouble.is_passing && request.repeatable,
            };
            let asked = answer.as_ref().ok().and_then(|answer| answer.retry_after);
            let wait = asked.unwrap_or_default().max(jittered(FIRST_WAIT * 2u32.pow(retry)));
            if !again || retry == RETRIES || deadline.left().is_none_or(|left| left <= wait) {
                return answer.map_err(|trouble| trouble.said_by(&failure));
            }
            std::thread::sleep(wait);
            retry += 1;
        }
    }

    fn once(&self, request: &Request<'_>, left: Duration) -> Result<Answer, Trouble> {
        let host = request.url.split('/').nth(2).unwrap_or_default();
        // Without TLS this machine and the cloud's metadata are asked, and nobody else.
        let is_direct = request.direct || is_loopback(host) || request.url.starts_with("http:");
        let proxy = match is_direct {
            true => None,
            false => proxy::to(host, std::env::var_os).map_err(Trouble::lasting)?,
        };
        let agent = self.agent().map_err(Trouble::lasting)?;
        let mut built = ureq::http::Request::builder().method(request.method).uri(request.url);
        for (name, value) in request.headers {
            built = built.header(*name, header(name, value)?);
        }
        let ask = || -> Result<Answer, ureq::Error> {
            let way = proxy.as_ref().map(|proxy| proxy.way.clone());
            let response = match request.body {
                Some(body) => run(&agent, built.body(body.expose())?, left, way)?,
                None => run(&agent, built.body(())?, left, way)?,
            };
            let status = response.status().as_u16();
            let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
            let retry_after = retry_after.and_then(|value| value.parse().ok()).map(Duration::from_secs);
            let challenge = response.headers().get("www-authenticate").and_then(|value| value.to_str().ok());
            let challenge = challenge.map(str::to_owned);
            let body = read(response.into_body().into_reader(), self.max_body)?;
            Ok(Answer { status, retry_after, challenge, body })
        };
        let asked = Asked { platform: self.platform, host, proxy: proxy.as_ref(), limit: self.max_body };
        ask().map_err(|error| trouble(error, &asked))
    }

    fn agent(&self) -> Result<ureq::Agent, String> {
        let held = self.agent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, agent)) = held.filter(|(read, _)| read.elapsed() < ROOTS_SERVE) {
            return Ok(agent);
        }
        let roots = self.ca_file.as_deref().map_or(Ok(RootCerts::PlatformVerifier), roots)?;
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .root_certs(roots);
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A seal is asked seldom; what was left open would have been closed by then, or be shared with a
            // forked child.
            .max_idle_connections(0)
            .proxy(None)
            .tls_config(tls.build())
            .user_agent(concat!("strongroom/", env!("CARGO_PKG_VERSION")))
            .build();
        let connector = Wiping(DefaultConnector::default());
        let agent = ureq::Agent::with_parts(config, connector, DefaultResolver::default());
        *self.agent.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), agent.clone()));
        Ok(agent)
    }
}

fn run(
    agent: &ureq::Agent,
    request: ureq::http::Request<impl AsSendBody>,
    left: Duration,
    proxy: Option<ureq::Proxy>,
) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
    agent.run(agent.configure_request(request).timeout_global(Some(left)).proxy(proxy).build())
}

/// A header whose value is wiped.
fn header(name: &str, value: &[u8]) -> Result<HeaderValue, Trouble> {
    let header = HeaderValue::from_maybe_shared(Bytes::from_owner(Zeroizing::new(value.to_vec())));
    let mut header = header.map_err(|_| {
        Trouble::lasting(format!("what stands for the header {name} is nothing that a header takes"))
    })?;
    header.set_sensitive(true);
    Ok(header)
}

/// The roots in a file, all of which must be sound: one that is left out is one that somebody misses.
fn roots(path: &Path) -> Result<RootCerts, String> {
    let name = || format!("the CA file {}", path.display());
    let text = file::read(path, MAX_CA_FILE).map_err(|reason| format!("the CA file: {reason}"))?;
    if text.len() > MAX_CA_FILE {
        return Err(format!("{} is longer than 4 MiB", name()));
    }
    let mut certificates = Vec::new();
    for item in ureq::tls::parse_pem(&text) {
        let broken = || format!("{} has a damaged part behind {} certificates", name(), certificates.len());
        let PemItem::Certificate(certificate) = item.map_err(|_| broken())? else { continue };
        let added = RootCertStore::empty().add(CertificateDer::from(certificate.der()));
        added.map_err(|_| broken())?;
        certificates.push(certificate);
    }
    if certificates.is_empty() {
        return Err(format!("{} has no certificate in PEM", name()));
    }
    Ok(RootCerts::from(certificates))
}

/// All of a body, if it is not too long.
fn read(body: impl Read, limit: usize) -> io::Result<SecretBytes> {
    let mut body = body.take(limit as u64 + 1);
    let (mut all, mut chunk) = (Wiped::default(), Zeroizing::new([0; 8192]));
    loop {
        match body.read(chunk.as_mut_slice()) {
            Ok(0) => break,
            Ok(len) => all.push(&chunk[..len]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if all.len() > limit {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    Ok(all.into_secret())
}

fn is_passing(status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504)
}

/// Somewhere between half of it and all of it.
pub(crate) fn jittered(wait: Duration) -> Duration {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let random = RandomState::new().build_hasher().finish();
    let half = wait / 2;
    half + half.mul_f64((random >> 11) as f64 / (1u64 << 53) as f64)
}

/// Who was asked, and how.
struct Asked<'a> {
    platform: &'static str,
    host: &'a str,
    proxy: Option<&'a Proxy>,
    /// The longest answer.
    limit: usize,
}

fn trouble(error: ureq::Error, asked: &Asked<'_>) -> Trouble {
    use ureq::Error;
    let Asked { host, proxy, .. } = asked;
    match error {
        Error::HostNotFound => unresolved(asked),
        Error::Timeout(_) => Trouble::timed_out(host),
        Error::Rustls(error) => insecure(&error, asked),
        Error::Tls(_) => Trouble::lasting(format!("the TLS of {host} fails: {error}")),
        Error::Protocol(_) | Error::LargeResponseHeader(..) => {
            Trouble::lasting(format!("what {host} answers is not HTTP"))
        }
        Error::ConnectProxyFailed(_) => {
            let proxy = proxy.map_or_else(|| "a proxy".to_owned(), Proxy::name);
            Trouble::lasting(format!("{proxy} does not lead to {host}"))
        }
        Error::Io(error) => broken(&error, asked),
        _ => Trouble::lasting(format!("{host} cannot be asked")),
    }
}

fn broken(error: &io::Error, asked: &Asked<'_>) -> Trouble {
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return insecure(inner, asked);
    }
    let Asked { host, proxy, limit, .. } = asked;
    let through = proxy.map(|proxy| format!(" through {}", proxy.name())).unwrap_or_default();
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        return match inner {
            ureq::Error::Timeout(_) => Trouble::timed_out(host),
            _ => Trouble::passing(format!("the connection to {host}{through} broke")),
        };
    }
    match error.kind() {
        io::ErrorKind::FileTooLarge => {
            Trouble::lasting(format!("the answer of {host} is longer than {} MiB", limit >> 20))
        }
        // The standard library has no kind for it.
        _ if error.to_string().contains("lookup address") => unresolved(asked),
        kind => Trouble::passing(format!("the connection to {host}{through} broke: {kind}")).caused_by(error),
    }
}

fn insecure(error: &rustls::Error, Asked { platform, host, .. }: &Asked<'_>) -> Trouble {
    let is_none = matches!(error, rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType));
    let advice = match is_none {
        true if is_loopback(host) => format!("; it does not seem to speak TLS; {}", plain(platform)),
        true => "; it does not seem to speak TLS, without which only this machine is asked".to_owned(),
        false => String::new(),
    };
    Trouble::lasting(format!("the TLS of {host} fails: {error}{advice}"))
}

/// How a server of this machine without TLS is named.
fn plain(platform: &str) -> String {
    let scheme = match platform {
        "vault-transit" => "vault+http",
        "vault-kv" => "vaultkv+http",
        "azure-kv" => "azurekv+http",
        "azure-secret" => "azuresecret+http",
        "infisical-kms" => "infisical+http",
        "infisical-secret" => "infisicalsecret+http",
        _ => return "the address of a server of this machine without TLS begins with http://".to_owned(),
    };
    let server = format!("a server of this machine without TLS is `{scheme}://HOST:PORT`");
    if platform.starts_with("vault-") {
        format!("{server}, and in VAULT_ADDR or BAO_ADDR `http://HOST:PORT`")
    } else {
        server
    }
}

/// Where there is a proxy, it is the one whose name is looked up.
fn unresolved(asked: &Asked<'_>) -> Trouble {
    Trouble::passing(match asked.proxy {
        Some(proxy) => format!("the name of {} does not resolve", proxy.name()),
        None => format!("the name {} does not resolve", asked.host),
    })
}
