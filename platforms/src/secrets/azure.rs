//! Sealing keys among the secrets of Azure's Key Vault (`azuresecret:`).

use crate::answer::Answer;
use crate::azure::{self, AzureVault, Call, Vault};
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::seals::unreadable;
use crate::secrets::unguarded::{self, READ, Unguarded, WRITE};
use crate::url::{Url, invalid};
use crate::writable::{NotReplaced, SecretVersion, WritableSecret};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use strongroom::{Error, RootKeySource, Seal, SealError, SecretBytes};

/// A sealing key among the secrets of a key vault: the text that a root key has in a file. Who asks needs
/// `get` on secrets (the role *Key Vault Secrets User*).
///
/// ```
/// use strongroom_platforms::{AzureSecret, AzureVault};
/// let seal = AzureSecret::new(AzureVault::new("https://app.vault.azure.net")?, "sealing-key")?.seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AzureSecret {
    vault: AzureVault,
    name: String,
    version: Option<String>,
}

impl AzureSecret {
    /// The newest version of the secret with this name.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(vault: AzureVault, name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        if azure::is_name(&name) { Ok(Self { vault, name, version: None }) } else { Err(invalid(PATH)) }
    }

    /// A version, in place of the newest: 32 hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn version(self, version: impl Into<String>) -> Result<Self, Error> {
        let version = version.into();
        if azure::is_version(&version) {
            Ok(Self { version: Some(version), ..self })
        } else {
            Err(invalid("its version has 32 hexadecimal digits"))
        }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        Seal::root_key_source(Arc::new(self.source()))
    }

    /// The secret, to be written: who asks needs `set` and `list` on secrets too (a role with
    /// `secrets/setSecret/action` and `secrets/readMetadata/action`). A new version has the tags and the
    /// content type of the one before, and no dates.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for one version of it
    pub fn writable(self) -> Result<Box<dyn WritableSecret>, Error> {
        if self.version.is_some() {
            return Err(invalid("a secret that is to be written is named without a version"));
        }
        Ok(Box::new(WritableAzure { seal: self.clone().seal(), secret: self.source() }))
    }

    fn source(self) -> Secret {
        let version = self.version.map(|version| format!("/{version}")).unwrap_or_default();
        Secret {
            place: format!("secrets/{} of the key vault", self.name),
            path: format!("secrets/{}{version}", self.name),
            vault: Vault::new("azure-secret", self.vault),
        }
    }
}

/// Of `azuresecret://app.vault.azure.net/secrets/<name>`.
pub(crate) fn of(url: Url) -> Result<Seal, Error> {
    Ok(parsed(url)?.seal())
}

/// Of the same.
pub(crate) fn writable(url: Url) -> Result<Box<dyn WritableSecret>, Error> {
    parsed(url)?.writable()
}

fn parsed(mut url: Url) -> Result<AzureSecret, Error> {
    let vault = AzureVault::of(&mut url)?;
    let [_, name] = url.path() else { return Err(invalid(PATH)) };
    if url.path()[0] != "secrets" {
        return Err(invalid(PATH));
    }
    let mut secret = AzureSecret::new(vault, name)?;
    if let Some(version) = url.take("version") {
        secret = secret.version(version)?;
    }
    url.finish()?;
    Ok(secret)
}

const PATH: &str = "its path is /secrets/NAME";

struct Secret {
    vault: Vault,
    path: String,
    place: String,
}

impl Secret {
    fn ask(&self, path: &str, needs: &'static str, deadline: Deadline) -> Result<Answer, SealError> {
        let call = Call { operation: READ, method: "GET", path, body: None, needs };
        let answer = self.vault.ask(&call, deadline)?;
        if answer.status == 200 { Ok(answer) } else { Err(self.vault.refusal(&call, &answer)) }
    }

    fn value(&self, path: &str) -> Result<SecretBytes, SealError> {
        let answer = self.ask(path, GET, Deadline::start())?;
        answer.secret(&["value"]).ok_or_else(|| unreadable(&self.vault.failure(READ)))
    }

    /// The newest version, and which it is.
    fn newest(&self) -> Result<(Answer, String), SealError> {
        let answer = self.ask(&self.path, GET, Deadline::start())?;
        let version = answer.plain(&["id"]).and_then(|id| version(&id));
        version.map(|version| (answer, version)).ok_or_else(|| unreadable(&self.vault.failure(READ)))
    }

    /// Every version, with the second in which it was made.
    fn versions(&self) -> Result<BTreeMap<String, u64>, SealError> {
        let (mut all, mut page, deadline) = (BTreeMap::new(), String::new(), Deadline::start());
        loop {
            let answer = self.ask(&format!("{}/versions{page}", self.path), LIST, deadline)?;
            let odd = || unreadable(&self.vault.failure(READ));
            let listed: Value = serde_json::from_slice(answer.body.expose()).map_err(|_| odd())?;
            for each in listed.get("value").and_then(Value::as_array).ok_or_else(odd)? {
                let version = each.get("id").and_then(Value::as_str).and_then(version).ok_or_else(odd)?;
                let made = each.pointer("/attributes/created").and_then(Value::as_u64).ok_or_else(odd)?;
                all.insert(version, made);
            }
            match listed.get("nextLink").and_then(Value::as_str).filter(|link| !link.is_empty()) {
                None => return Ok(all),
                Some(link) => page = format!("?$skiptoken={}", skip(link).ok_or_else(odd)?),
            }
        }
    }
}

const GET: &str = "get (secrets/getSecret)";
const LIST: &str = "list (secrets/readMetadata)";

fn version(id: &str) -> Option<String> {
    Some(id.rsplit('/').next()?.to_owned()).filter(|version| azure::is_version(version))
}

/// Where the next page begins. Of a link to it nothing else is used, so that nobody is led elsewhere.
fn skip(link: &str) -> Option<&str> {
    let (_, query) = link.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, token) = pairs.find(|(name, _)| matches!(*name, "$skiptoken" | "%24skiptoken"))?;
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || b"%-._~!*()+/:=".contains(&byte);
    Some(token).filter(|token| !token.is_empty() && token.bytes().all(is_inside))
}

impl RootKeySource for Secret {
    fn place(&self) -> &str {
        &self.place
    }

    fn read(&self) -> Result<SecretBytes, SealError> {
        self.value(&self.path)
    }
}

struct WritableAzure {
    secret: Secret,
    seal: Seal,
}

impl WritableSecret for WritableAzure {
    fn seal(&self) -> Seal {
        self.seal.clone()
    }

    fn newest(&self) -> Result<SecretVersion, Error> {
        Ok(SecretVersion { name: self.secret.newest()?.1, field: None })
    }

    /// The list of versions says whether somebody else wrote in between.
    fn replace(&self, newest: &SecretVersion, key: &SecretBytes) -> Result<(), NotReplaced> {
        unguarded::replace(&self.secret, &newest.name, key)
    }
}

/// The versions that there were, and the newest of them.
struct Before {
    versions: BTreeSet<String>,
    newest: Answer,
}

impl Unguarded for Secret {
    type Before = Before;

    fn failure(&self) -> Failure<'_> {
        self.vault.failure(WRITE)
    }

    fn before(&self, version: &str) -> Result<Option<Before>, SealError> {
        // What is written after the list is read is seen by the next one.
        let versions = self.versions()?.into_keys().collect();
        let (newest, current) = self.newest()?;
        Ok((current == version).then_some(Before { versions, newest }))
    }

    /// A version has tags and a content type of its own, which would be lost.
    fn write(&self, before: &Before, value: &SecretBytes) -> Result<(), NotReplaced> {
        let mut body = Object::default().text("value", value.expose());
        for name in ["contentType", "tags"] {
            let kept = json::find(before.newest.body.expose(), &[name]).filter(|kept| *kept != "null");
            body = kept.into_iter().fold(body, |body, kept| body.raw(name, kept.as_bytes()));
        }
        let (body, needs) = (Some(body.into_body()), "set (secrets/setSecret)");
        let call = Call { operation: WRITE, method: "PUT", path: &self.path, body, needs };
        let answer = self.vault.ask(&call, Deadline::start()).map_err(NotReplaced::unknown)?;
        match answer.status {
            200 => Ok(()),
            status => Err(NotReplaced::answered(status, self.vault.refusal(&call, &answer))),
        }
    }

    fn since(&self, before: &Before) -> Result<Vec<SecretBytes>, SealError> {
        let mut since: Vec<(u64, String)> = self
            .versions()?
            .into_iter()
            .filter(|(version, _)| !before.versions.contains(version))
            .map(|(version, made)| (made, version))
            .collect();
        since.sort_unstable();
        since.iter().map(|(_, version)| self.value(&format!("{}/{version}", self.path))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::skip;

    #[test]
    fn of_a_link_to_the_next_page_its_beginning_alone_is_used() {
        let token = "eyJOZXh0TWFya2VyIjoiMiE4OCJ9";
        for link in [
            format!("https://app.vault.azure.net:443/secrets/a/versions?api-version=7.4&$skiptoken={token}"),
            format!("https://elsewhere.example/?%24skiptoken={token}&maxresults=25"),
        ] {
            assert_eq!(skip(&link), Some(token));
        }
        for link in ["https://h/secrets", "https://h/?$skiptoken=", "https://h/?$skiptoken=a b", "?a=b"] {
            assert_eq!(skip(link), None, "{link}");
        }
    }
}
