//! Keys of Azure's Key Vault and managed HSMs (`azurekv:`).

use crate::azure::{self, AzureVault, Call, Vault};
use crate::deadline::Deadline;
use crate::json::Object;
use crate::seals::unreadable;
use crate::url::{Url, invalid};
use crate::{base64, json};
use std::sync::Arc;
use strongroom::{Binding, Error, KeyWrapper, PlatformToken, Seal, SealError, SecretArray, SecretBytes};

/// An RSA key of a key vault, by RSA-OAEP with SHA-256.
///
/// Who asks needs `get`, `wrapKey` and `unwrapKey` (the role *Key Vault Crypto Service Encryption User*).
/// Whoever has the public key can wrap, so a keyring with no other seal is opened with a
/// [pin](strongroom::KeyringBuilder::pinned) only.
///
/// ```
/// use strongroom_platforms::{AzureKey, AzureVault};
/// let seal = AzureKey::new(AzureVault::new("https://app.vault.azure.net")?, "app")?.seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AzureKey {
    vault: AzureVault,
    name: String,
    id: Option<String>,
}

impl AzureKey {
    /// The key with this name, whose newest version wraps.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(vault: AzureVault, name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        if azure::is_name(&name) { Ok(Self { vault, name, id: None }) } else { Err(invalid(PATH)) }
    }

    /// What the seal is called, in place of `keys/<name>`.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let path = format!("keys/{}", self.name);
        let id = self.id.unwrap_or_else(|| path.clone());
        Seal::key_wrapper(Arc::new(Key { vault: Vault::new(KIND, self.vault), path, id }))
    }
}

/// Of `azurekv://app.vault.azure.net/keys/<name>`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let vault = AzureVault::of(&mut url)?;
    let [_, name] = url.path() else { return Err(invalid(PATH)) };
    if url.path()[0] != "keys" {
        return Err(invalid(PATH));
    }
    let mut key = AzureKey::new(vault, name)?;
    if let Some(id) = url.take("id") {
        key = key.id(id);
    }
    url.finish()?;
    Ok(key.seal())
}

const KIND: &str = "azure-kv";
const PATH: &str = "its path is /keys/NAME";
const ALGORITHM: &str = "RSA-OAEP-256";

struct Key {
    vault: Vault,
    /// `keys/<name>`
    path: String,
    id: String,
}

impl Key {
    /// The newest version, if it wraps.
    fn newest(&self, deadline: Deadline) -> Result<String, SealError> {
        let operation = "look for the key";
        let call = Call { operation, method: "GET", path: &self.path, body: None, needs: "get (keys/read)" };
        let answer = self.vault.ask(&call, deadline)?;
        if answer.status != 200 {
            return Err(self.vault.refusal(&call, &answer));
        }
        let failure = self.vault.failure(operation);
        let version = answer.plain(&["key", "kid"]).and_then(|kid| self.version(&kid));
        let version = version.ok_or_else(|| unreadable(&failure))?;
        if !matches!(answer.plain(&["key", "kty"]).as_deref(), Some("RSA" | "RSA-HSM")) {
            return Err(failure.says("the key is no RSA key; make one of type RSA or RSA-HSM"));
        }
        if json::is_false(answer.body.expose(), &["attributes", "enabled"]) {
            return Err(failure.says("the newest version of the key is disabled; enable it, or make another"));
        }
        Ok(version)
    }

    /// The version that a kid of this key ends with: `https://host/keys/<name>/<version>`.
    fn version(&self, kid: &str) -> Option<String> {
        let (key, version) = kid.rsplit_once('/')?;
        let is_this = key.strip_suffix(&self.path).is_some_and(|host| host.ends_with('/'));
        (is_this && azure::is_version(version)).then(|| version.to_owned())
    }

    fn body(value: &[u8]) -> SecretBytes {
        let value = base64::encode_url(value);
        Object::default().text("alg", ALGORITHM).text("value", value.expose()).into_body()
    }
}

impl KeyWrapper for Key {
    fn kind(&self) -> &str {
        KIND
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn public_wrap(&self) -> bool {
        true
    }

    fn wrap(&self, key: &SecretArray<32>, _: &Binding) -> Result<PlatformToken, SealError> {
        let deadline = Deadline::start();
        let version = self.newest(deadline)?;
        let path = format!("{}/{version}/wrapkey", self.path);
        let body = Some(Self::body(key.expose()));
        let call =
            Call { operation: "wrap", method: "POST", path: &path, body, needs: "wrapKey (keys/wrap)" };
        let answer = self.vault.ask(&call, deadline)?;
        if answer.status != 200 {
            return Err(self.vault.refusal(&call, &answer));
        }
        let failure = self.vault.failure("wrap");
        let by = answer.plain(&["kid"]).and_then(|kid| self.version(&kid));
        let value = answer.secret(&["value"]).and_then(|text| base64::decode_url(text.expose()));
        let value = value.filter(|value| by.as_ref() == Some(&version) && is_wrapped(value.expose()));
        let value = value.ok_or_else(|| unreadable(&failure))?;
        Ok(PlatformToken::new(value.expose()).of_version(version))
    }

    fn unwrap(&self, token: &PlatformToken, _: &Binding) -> Result<SecretBytes, SealError> {
        let version = token.version.as_deref().filter(|version| azure::is_version(version));
        let Some(version) = version.filter(|_| token.iv.is_none() && is_wrapped(&token.blob)) else {
            return Err(SealError::Refused);
        };
        let path = format!("{}/{version}/unwrapkey", self.path);
        let (body, needs) = (Some(Self::body(&token.blob)), "unwrapKey (keys/unwrap)");
        let call = Call { operation: "unwrap", method: "POST", path: &path, body, needs };
        let answer = self.vault.ask(&call, Deadline::start())?;
        let code = answer.code(&["error", "code"]);
        match (answer.status, code.as_deref()) {
            (200, _) => {}
            (400, Some("BadParameter")) => return Err(SealError::Refused),
            _ => return Err(self.vault.refusal(&call, &answer)),
        }
        let key = answer.secret(&["value"]).and_then(|text| base64::decode_url(text.expose()));
        key.ok_or_else(|| unreadable(&self.vault.failure("unwrap")))
    }
}

/// As long as the modulus of a key of 2,048, 3,072 or 4,096 bits.
fn is_wrapped(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 256 | 384 | 512)
}
