//! Sealing keys in the KV of Vault and OpenBao, version 2 (`vaultkv:`).

use crate::answer::Answer;
use crate::deadline::Deadline;
use crate::json::{self, Object};
use crate::seals::unreadable;
use crate::url::{Url, encoded_path, invalid};
use crate::vault::{Call, Vault, VaultServer};
use crate::writable::{NotReplaced, SecretVersion, WritableSecret};
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
        Seal::root_key_source(Arc::new(self.source()))
    }

    /// The secret, to be written: the token needs `update` on `<mount>/data/<path>` too. It may hold nothing
    /// beside the key.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for one version of it
    pub fn writable(self) -> Result<Box<dyn WritableSecret>, Error> {
        if self.version.is_some() {
            return Err(invalid("a secret that is to be written is named without a version"));
        }
        Ok(Box::new(WritableKv { seal: self.clone().seal(), kv: self.source() }))
    }

    fn source(self) -> Kv {
        let version = self.version.map(|version| format!("?version={version}")).unwrap_or_default();
        Kv {
            place: self.place,
            path: format!("{}{version}", self.path),
            vault: Vault::new("vault-kv", self.server),
            field: self.field,
        }
    }
}

/// Of `vaultkv://host:8200/<mount>/<path>`.
pub(crate) fn of(url: Url) -> Result<Seal, Error> {
    Ok(parsed(url)?.seal())
}

/// Of the same.
pub(crate) fn writable(url: Url) -> Result<Box<dyn WritableSecret>, Error> {
    parsed(url)?.writable()
}

fn parsed(mut url: Url) -> Result<VaultKv, Error> {
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
        (None, [mount, _, ..]) if mount == "v1" => return Err(of_the_api("v1/", url.scheme())),
        (None, [_, data, _, ..]) if data == "data" => return Err(of_the_api("data/", url.scheme())),
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
    Ok(kv)
}

/// A path as it stands in the server's own interface.
fn of_the_api(part: &str, scheme: &str) -> Error {
    invalid(format!(
        "its path is the mount of the engine and the path of the secret, without the {part} of the server's own \
         paths: {scheme}://HOST:PORT/secret/app (where it is called so, say mount=MOUNT too)"
    ))
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
        let (answer, field) = self.ask()?;
        let text = answer.secret(&[DATA[0], DATA[1], &field]);
        text.ok_or_else(|| self.vault.failure(READ).says("the field of the secret is no text"))
    }
}

const READ: &str = "read the secret";
const DATA: [&str; 2] = ["data", "data"];

impl Kv {
    /// What it answers, and the field that holds the key.
    fn ask(&self) -> Result<(Answer, String), SealError> {
        let call = Call { operation: READ, method: "GET", path: &self.path, body: None, needs: "read" };
        let answer = self.vault.ask(&call, Deadline::start())?;
        if answer.status != 200 {
            return Err(self.vault.refusal(&call, &answer));
        }
        let failure = self.vault.failure(READ);
        let names = fields(&answer).ok_or_else(|| unreadable(&failure))?;
        let field = match (&self.field, names.as_slice()) {
            (Some(field), names) if names.contains(field) => field.clone(),
            (Some(_), _) => return Err(failure.says("the secret does not have this field")),
            (None, [only]) => only.clone(),
            (None, _) => {
                return Err(failure.says("the secret has several fields or none; name one: field=NAME"));
            }
        };
        Ok((answer, field))
    }
}

fn fields(answer: &Answer) -> Option<Vec<String>> {
    json::names(answer.body.expose(), &DATA)
}

struct WritableKv {
    kv: Kv,
    seal: Seal,
}

impl WritableSecret for WritableKv {
    fn seal(&self) -> Seal {
        self.seal.clone()
    }

    fn newest(&self) -> Result<SecretVersion, Error> {
        let (answer, field) = self.kv.ask()?;
        let failure = self.kv.vault.failure(READ);
        if fields(&answer).is_none_or(|fields| fields.len() != 1) {
            Err(failure.says(
                "the secret holds more than the key, which would be lost; keep the key in a secret of its \
                 own",
            ))?;
        }
        let number = answer.number(&["data", "metadata", "version"]).ok_or_else(|| unreadable(&failure))?;
        Ok(SecretVersion { name: number.to_string(), field: Some(field) })
    }

    /// By check-and-set, so that of two who write at once one is refused.
    fn replace(&self, newest: &SecretVersion, key: &SecretBytes) -> Result<(), NotReplaced> {
        let Kv { vault, path, .. } = &self.kv;
        let operation = "write the secret";
        let failure = vault.failure(operation);
        let odd = || NotReplaced::refused(unreadable(&failure));
        let number = newest.name.parse().map_err(|_| odd())?;
        let field = newest.field.as_deref().ok_or_else(odd)?;
        let options = Object::default().number("cas", number);
        let data = Object::default().text(field, key.expose());
        let body = Object::default().object("options", options).object("data", data).into_body();
        let call = Call { operation, method: "POST", path, body: Some(body), needs: "update" };
        let answer = vault.ask(&call, Deadline::start()).map_err(NotReplaced::unknown)?;
        match answer.status {
            200 => Ok(()),
            status => Err(NotReplaced::answered(status, vault.refusal(&call, &answer))),
        }
    }
}
