//! Transit keys of Vault and OpenBao (`vault:`).

use crate::deadline::Deadline;
use crate::json::Object;
use crate::url::{Url, encoded_path, invalid};
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
/// let seal = VaultTransit::new(server, "transit", "app")?.seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct VaultTransit {
    server: VaultServer,
    /// Of the mount and of the key, encoded.
    path: (String, String),
    id: String,
    bind: VaultBind,
    public_wrap: bool,
}

/// What the server is given to bind a wrapped key to, beside what the library binds it to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum VaultBind {
    /// As `associated_data`.
    #[default]
    AssociatedData,
    /// As `context`, for keys that are derived. Transit rewraps these too.
    Context,
}

impl VaultTransit {
    /// The key `name` of the engine at `mount`, which has no `/` at its end.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for what is no mount or no name.
    pub fn new(server: VaultServer, mount: &str, name: &str) -> Result<Self, Error> {
        let path = (encoded_path(mount)?, encoded_path(name)?);
        if name.contains('/') {
            return Err(invalid("the name of a key has no '/'"));
        }
        let id = format!("{mount}/{name}");
        Ok(Self { server, path, id, bind: VaultBind::default(), public_wrap: false })
    }

    /// What the seal is called, in place of `<mount>/<name>`.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }

    /// How a wrapped key is bound.
    #[must_use]
    pub fn bind(self, bind: VaultBind) -> Self {
        Self { bind, ..self }
    }

    /// Says that others than those who may open the keyring have `update` on `encrypt`. Who has it and can
    /// write to the store could put a root key of their own in the place of yours, so a keyring opens with
    /// this seal only if it is [pinned](strongroom::KeyringBuilder::pinned).
    #[must_use]
    pub fn public_wrap(self) -> Self {
        Self { public_wrap: true, ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let path = |verb: &str| format!("{}/{verb}/{}", self.path.0, self.path.1);
        Seal::key_wrapper(Arc::new(Transit {
            encrypt: path("encrypt"),
            decrypt: path("decrypt"),
            vault: Vault::new(KIND, self.server),
            bind: self.bind,
            public_wrap: self.public_wrap,
            id: self.id,
        }))
    }
}

/// Of `vault://host:8200/<mount>/<name>`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let server = VaultServer::of(&mut url)?;
    let path = url.path().to_vec();
    let [mount @ .., name] = path.as_slice() else { return Err(invalid(PATH)) };
    if mount.is_empty() {
        return Err(invalid(PATH));
    }
    match url.take("mount") {
        Some(named) if named != mount.join("/") => {
            return Err(invalid("its path is the mount that it names, and the name of the key"));
        }
        Some(_) => {}
        None if mount[0] == "v1" || matches!(mount, [_, .., last] if last == "keys") => {
            return Err(invalid(format!(
                "its path is the mount of the engine and the name of the key, without the v1/ and keys/ of the \
                 server's own paths: {}://HOST:PORT/transit/app (where a mount is called so, say mount=MOUNT too)",
                url.scheme()
            )));
        }
        None => {}
    }
    let mut transit = VaultTransit::new(server, &mount.join("/"), name)?;
    if let Some(id) = url.take("id") {
        transit = transit.id(id);
    }
    transit.bind = match url.take("bind").as_deref() {
        None | Some("associated-data") => VaultBind::AssociatedData,
        Some("context") => VaultBind::Context,
        Some(_) => return Err(invalid("its bind is associated-data or context")),
    };
    transit.public_wrap = match url.take("public_wrap").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(invalid("its public_wrap is true or false")),
    };
    url.finish()?;
    Ok(transit.seal())
}

const KIND: &str = "vault-transit";
const PATH: &str = "its path is the mount of the engine and the name of the key, as in /transit/app";
const GONE: &str = "there is no key of this name; if the name is right, it was deleted, and one that is made anew \
     under it opens nothing, so restore the server's own from a backup, or open with another copy";

/// What opens under no key: a nonce and a tag of zeros.
const NOTHING: &str = "vault:v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct Transit {
    vault: Vault,
    encrypt: String,
    decrypt: String,
    bind: VaultBind,
    public_wrap: bool,
    id: String,
}

impl Transit {
    fn bound(&self, body: Object, binding: &Binding) -> Object {
        let name = match self.bind {
            VaultBind::AssociatedData => "associated_data",
            VaultBind::Context => "context",
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
            // It has looked at the ciphertext, so there is a key. No other answer says so.
            (400, Some(Said::NotAuthentic | Said::TooOld)) => Ok(()),
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
            (400, Some(said @ Said::NoKey)) => {
                return Err(self.vault.failure("decrypt").answered(400, Some(said.code()), GONE));
            }
            _ => return Err(self.vault.refusal(&call, &answer)),
        }
        let plaintext = answer.secret(&["data", "plaintext"]);
        let key = plaintext.and_then(|text| base64::decode(text.expose()));
        key.ok_or_else(|| seals::unreadable(&self.vault.failure("decrypt")))
    }

    fn public_wrap(&self) -> bool {
        self.public_wrap
    }
}

/// `vault:v<version>:<base64>`
fn is_ciphertext(text: &[u8]) -> bool {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b':');
    text.starts_with(b"vault:v") && text.iter().all(is_inside)
}
