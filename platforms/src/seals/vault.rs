//! Transit keys of Vault and OpenBao (`vault:`).

use crate::deadline::Deadline;
use crate::json::Object;
use crate::url::{Url, encoded, invalid};
use crate::vault::{Call, Said, Vault, VaultServer};
use crate::{base64, seals};
use std::sync::Arc;
use strongroom::{Binding, Error, KeyWrapper, PlatformToken, Seal, SealError, SecretArray, SecretBytes};

/// A Transit key of a Vault or an OpenBao.
///
/// The token needs `update` on `<mount>/encrypt/<name>` and `<mount>/decrypt/<name>` and nothing else: a key
/// that is not there is refused, and never made.
///
/// ```
/// use strongroom_platforms::{VaultLogin, VaultServer, VaultTransit};
/// let server = VaultServer::new("https://vault.example:8200")?.login(VaultLogin::kubernetes("app"));
/// let seal = VaultTransit::new(server, "transit", "app").seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct VaultTransit {
    server: VaultServer,
    mount: String,
    name: String,
    id: Option<String>,
    bind: Bind,
}

/// What the server is given to bind a wrapped key to, beside what the library binds it to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bind {
    /// As `associated_data`.
    #[default]
    AssociatedData,
    /// As `context`, for keys that are derived. Transit rewraps these too.
    Context,
}

impl VaultTransit {
    /// The key `name` of the engine at `mount`.
    pub fn new(server: VaultServer, mount: impl Into<String>, name: impl Into<String>) -> Self {
        Self { server, mount: mount.into(), name: name.into(), id: None, bind: Bind::default() }
    }

    /// What the seal is called, in place of `<mount>/<name>`.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// How a wrapped key is bound.
    #[must_use]
    pub fn bind(self, bind: Bind) -> Self {
        Self { bind, ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let id = self.id.unwrap_or_else(|| format!("{}/{}", self.mount, self.name));
        let mount: Vec<String> = self.mount.split('/').map(encoded).collect();
        let path = |verb: &str| format!("{}/{verb}/{}", mount.join("/"), encoded(&self.name));
        Seal::key_wrapper(Arc::new(Transit {
            encrypt: path("encrypt"),
            decrypt: path("decrypt"),
            vault: Vault::new(KIND, self.server),
            bind: self.bind,
            id,
        }))
    }
}

/// Of `vault://host:8200/<mount>/<name>`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let server = VaultServer::of(&mut url)?;
    let [mount @ .., name] = url.path() else { return Err(invalid(PATH)) };
    if mount.is_empty() {
        return Err(invalid(PATH));
    }
    let mut transit = VaultTransit::new(server, mount.join("/"), name);
    if let Some(id) = url.take("id") {
        transit = transit.id(id);
    }
    transit.bind = match url.take("bind").as_deref() {
        None | Some("associated-data") => Bind::AssociatedData,
        Some("context") => Bind::Context,
        Some(_) => return Err(invalid("its bind is associated-data or context")),
    };
    url.finish()?;
    Ok(transit.seal())
}

const KIND: &str = "vault-transit";
const PATH: &str = "its path is the mount of the engine and the name of the key, as in /transit/app";

/// What opens under no key: a nonce and a tag of zeros.
const NOTHING: &str = "vault:v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct Transit {
    vault: Vault,
    encrypt: String,
    decrypt: String,
    bind: Bind,
    id: String,
}

impl Transit {
    fn bound(&self, body: Object, binding: &Binding) -> Object {
        let name = match self.bind {
            Bind::AssociatedData => "associated_data",
            Bind::Context => "context",
        };
        body.text(name, base64::encode(&binding.encoded()).expose())
    }

    fn call<'a>(&'a self, operation: &'a str, path: &'a str, body: Object) -> Call<'a> {
        Call { operation, method: "POST", path, body: Some(body.into_body()), needs: "update" }
    }

    /// Whoever may create keys creates one by encrypting with a name that there is not, so it is asked first
    /// for something that makes none.
    fn check_key(&self, binding: &Binding, deadline: Deadline) -> Result<(), SealError> {
        let body = self.bound(Object::default().text("ciphertext", NOTHING), binding);
        let call = self.call("look for the key", &self.decrypt, body);
        let answer = self.vault.ask(&call, deadline)?;
        match (answer.status, Said::of(&answer)) {
            (400, Some(Said::NoKey | Said::NoRoute | Said::NeedsContext | Said::NotConvertible)) => {
                Err(self.vault.refusal(&call, &answer))
            }
            // It has looked at the ciphertext, so there is a key.
            (400, _) => Ok(()),
            _ => Err(self.vault.refusal(&call, &answer)),
        }
    }
}

impl KeyWrapper for Transit {
    fn kind(&self) -> &str {
        KIND
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, binding: &Binding) -> Result<PlatformToken, SealError> {
        let deadline = Deadline::start();
        self.check_key(binding, deadline)?;
        let body = Object::default().text("plaintext", base64::encode(key.expose()).expose());
        let call = self.call("encrypt", &self.encrypt, self.bound(body, binding));
        let answer = self.vault.ask(&call, deadline)?;
        if answer.status != 200 {
            return Err(self.vault.refusal(&call, &answer));
        }
        let ciphertext = answer.plain(&["data", "ciphertext"]).filter(|text| is_ciphertext(text.as_bytes()));
        let ciphertext = ciphertext.ok_or_else(|| seals::unreadable(&self.vault.failure("encrypt")))?;
        Ok(PlatformToken::new(ciphertext))
    }

    fn unwrap(&self, token: &PlatformToken, binding: &Binding) -> Result<SecretBytes, SealError> {
        if !is_ciphertext(&token.blob) || token.version.is_some() || token.iv.is_some() {
            return Err(SealError::Refused);
        }
        let body = self.bound(Object::default().text("ciphertext", &token.blob), binding);
        let call = self.call("decrypt", &self.decrypt, body);
        let answer = self.vault.ask(&call, Deadline::start())?;
        match (answer.status, Said::of(&answer)) {
            (200, _) => {}
            (400, Some(Said::NotAuthentic)) => return Err(SealError::Refused),
            _ => return Err(self.vault.refusal(&call, &answer)),
        }
        let plaintext = answer.secret(&["data", "plaintext"]);
        let key = plaintext.and_then(|text| base64::decode(text.expose()));
        key.ok_or_else(|| seals::unreadable(&self.vault.failure("decrypt")))
    }
}

/// `vault:v<version>:<base64>`
fn is_ciphertext(text: &[u8]) -> bool {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b':');
    text.starts_with(b"vault:v") && text.iter().all(is_inside)
}
