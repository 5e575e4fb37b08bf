//! Sealing keys in the KV of Vault and OpenBao, version 2 (`vaultkv:`).

use crate::deadline::Deadline;
use crate::json;
use crate::seals::unreadable;
use crate::url::{Url, encoded_path, invalid};
use crate::vault::{Call, Vault, VaultServer};
use std::sync::Arc;
use strongroom::{Error, RootKeySource, Seal, SealError, SecretBytes};

/// A sealing key in the KV of a Vault or an OpenBao, version 2: the text that a root key has in a file. The
/// token needs `read` on `<mount>/data/<path>`.
///
/// ```
/// use strongroom_platforms::{VaultKv, VaultServer};
/// let server = VaultServer::new("https://vault.example:8200")?;
/// let seal = VaultKv::new(server, "secret", "team/app")?.field("sealing-key").seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct VaultKv {
    server: VaultServer,
    /// What it is called, and where it is read, encoded.
    place: String,
    path: String,
    field: Option<String>,
    version: Option<u32>,
}

impl VaultKv {
    /// The secret at `path` of the engine at `mount`, neither of which has a `/` at its end.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for what is no mount or no path.
    pub fn new(server: VaultServer, mount: &str, path: &str) -> Result<Self, Error> {
        let place = format!("{mount}/{path} of the Vault");
        let path = format!("{}/data/{}", encoded_path(mount)?, encoded_path(path)?);
        Ok(Self { server, place, path, field: None, version: None })
    }

    /// The field that holds the key, where the secret has several.
    #[must_use]
    pub fn field(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// A version, in place of the newest.
    #[must_use]
    pub fn version(self, version: u32) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let version = self.version.map(|version| format!("?version={version}")).unwrap_or_default();
        Seal::root_key_source(Arc::new(Kv {
            place: self.place,
            path: format!("{}{version}", self.path),
            vault: Vault::new("vault-kv", self.server),
            field: self.field,
        }))
    }
}

/// Of `vaultkv://host:8200/<mount>/<path>`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let server = VaultServer::of(&mut url)?;
    let named = url.take("mount");
    let (mount, path) = match (named, url.path()) {
        (Some(mount), path @ [_, ..]) => {
            let parts = mount.split('/').count();
            let (first, rest) = path.split_at(parts.min(path.len()));
            if first.join("/") != mount || rest.is_empty() {
                return Err(invalid("its path begins with the mount, and goes on with the secret"));
            }
            (mount, rest.join("/"))
        }
        (None, [mount, path @ ..]) if !path.is_empty() => (mount.clone(), path.join("/")),
        _ => {
            return Err(invalid(
                "its path is the mount of the engine and the path of the secret, as in /secret/app",
            ));
        }
    };
    let mut kv = VaultKv::new(server, &mount, &path)?;
    if let Some(field) = url.take("field") {
        kv = kv.field(field);
    }
    if let Some(version) = url.take("version") {
        let version = version.parse().ok().filter(|version| *version > 0);
        kv = kv.version(version.ok_or_else(|| invalid("its version is a number from 1"))?);
    }
    url.finish()?;
    Ok(kv.seal())
}

struct Kv {
    vault: Vault,
    path: String,
    field: Option<String>,
    place: String,
}

impl RootKeySource for Kv {
    fn place(&self) -> &str {
        &self.place
    }

    fn read(&self) -> Result<SecretBytes, SealError> {
        let operation = "read the secret";
        let call = Call { operation, method: "GET", path: &self.path, body: None, needs: "read" };
        let answer = self.vault.ask(&call, Deadline::start())?;
        if answer.status != 200 {
            return Err(self.vault.refusal(&call, &answer));
        }
        let failure = self.vault.failure(operation);
        let data = ["data", "data"];
        let names = json::names(answer.body.expose(), &data).ok_or_else(|| unreadable(&failure))?;
        let field = match (&self.field, names.as_slice()) {
            (Some(field), names) if names.contains(field) => field,
            (Some(_), _) => return Err(failure.says("the secret does not have this field")),
            (None, [only]) => only,
            (None, _) => {
                return Err(failure.says("the secret has several fields or none; name one: field=NAME"));
            }
        };
        let text = answer.secret(&[data[0], data[1], field]);
        text.ok_or_else(|| failure.says("the field of the secret is no text"))
    }
}
