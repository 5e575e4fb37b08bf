//! Sealing keys among the secrets of Azure's Key Vault (`azuresecret:`).

use crate::azure::{self, AzureVault, Call, Vault};
use crate::deadline::Deadline;
use crate::seals::unreadable;
use crate::url::{Url, invalid};
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
        let version = self.version.map(|version| format!("/{version}")).unwrap_or_default();
        Seal::root_key_source(Arc::new(Secret {
            place: format!("secrets/{} of the key vault", self.name),
            path: format!("secrets/{}{version}", self.name),
            vault: Vault::new("azure-secret", self.vault),
        }))
    }
}

/// Of `azuresecret://app.vault.azure.net/secrets/<name>`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
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
    Ok(secret.seal())
}

const PATH: &str = "its path is /secrets/NAME";

struct Secret {
    vault: Vault,
    path: String,
    place: String,
}

impl RootKeySource for Secret {
    fn place(&self) -> &str {
        &self.place
    }

    fn read(&self) -> Result<SecretBytes, SealError> {
        let (operation, needs) = ("read the secret", "get (secrets/getSecret)");
        let call = Call { operation, method: "GET", path: &self.path, body: None, needs };
        let answer = self.vault.ask(&call, Deadline::start())?;
        if answer.status != 200 {
            return Err(self.vault.refusal(&call, &answer));
        }
        answer.secret(&["value"]).ok_or_else(|| unreadable(&self.vault.failure(operation)))
    }
}
