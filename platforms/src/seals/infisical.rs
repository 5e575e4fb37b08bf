//! Keys of Infisical's KMS (`infisical:`).

use crate::base64;
use crate::deadline::Deadline;
use crate::infisical::{self, Call, Infisical, InfisicalServer};
use crate::json::Object;
use crate::seals::unreadable;
use crate::url::{Url, invalid};
use std::sync::Arc;
use strongroom::{Binding, Error, KeyWrapper, PlatformToken, Seal, SealError, SecretArray, SecretBytes};

/// A symmetric key of Infisical's KMS.
///
/// The identity has to be allowed to encrypt and decrypt with it (`cmek`), and nothing else. Infisical has no
/// associated data; what a key is wrapped for is bound by the library alone.
///
/// ```
/// use strongroom_platforms::{InfisicalKey, InfisicalServer};
/// let server = InfisicalServer::new("https://eu.infisical.com")?;
/// let seal = InfisicalKey::new(server, "3fa85f64-5717-4562-b3fc-2c963f66afa6")?.seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct InfisicalKey {
    server: InfisicalServer,
    key: String,
    id: Option<String>,
}

impl InfisicalKey {
    /// The key with this id of Infisical's.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(server: InfisicalServer, key: &str) -> Result<Self, Error> {
        let is_id = infisical::is_id(key);
        let key = Self { server, key: key.to_ascii_lowercase(), id: None };
        if is_id { Ok(key) } else { Err(invalid(PATH)) }
    }

    /// What the seal is called, in place of the id of the key.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let path = |verb| format!("/api/v1/kms/keys/{}/{verb}", self.key);
        Seal::key_wrapper(Arc::new(Key {
            encrypt: path("encrypt"),
            decrypt: path("decrypt"),
            infisical: Infisical::new(KIND, self.server),
            id: self.id.unwrap_or(self.key),
        }))
    }
}

/// Of `infisical://eu.infisical.com/<id of the key>`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let server = InfisicalServer::of(&mut url)?;
    let [key] = url.path() else { return Err(invalid(PATH)) };
    let mut key = InfisicalKey::new(server, key)?;
    if let Some(id) = url.take("id") {
        key = key.id(id);
    }
    url.finish()?;
    Ok(key.seal())
}

const KIND: &str = "infisical-kms";
const PATH: &str = "its path is the id of the key, as in /3fa85f64-5717-4562-b3fc-2c963f66afa6";

struct Key {
    infisical: Infisical,
    encrypt: String,
    decrypt: String,
    id: String,
}

impl KeyWrapper for Key {
    fn kind(&self) -> &str {
        KIND
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, _: &Binding) -> Result<PlatformToken, SealError> {
        let body = Object::default().text("plaintext", base64::encode(key.expose()).expose()).into_body();
        let (body, needs) = (Some(body), "encrypt with the key (cmek)");
        let call = Call { operation: "encrypt", method: "POST", path: &self.encrypt, body, needs };
        let answer = self.infisical.ask(&call, Deadline::start())?;
        if answer.status != 200 {
            return Err(self.infisical.refusal(&call, &answer));
        }
        let ciphertext = answer.secret(&["ciphertext"]).filter(|text| is_ciphertext(text.expose()));
        let ciphertext = ciphertext.ok_or_else(|| unreadable(&self.infisical.failure("encrypt")))?;
        Ok(PlatformToken::new(ciphertext.expose()))
    }

    fn unwrap(&self, token: &PlatformToken, _: &Binding) -> Result<SecretBytes, SealError> {
        if token.version.is_some() || token.iv.is_some() || !is_ciphertext(&token.blob) {
            return Err(SealError::Refused);
        }
        let body = Some(Object::default().text("ciphertext", &token.blob).into_body());
        let needs = "decrypt with the key (cmek)";
        let call = Call { operation: "decrypt", method: "POST", path: &self.decrypt, body, needs };
        let answer = self.infisical.ask(&call, Deadline::start())?;
        match answer.status {
            200 => {}
            400 if infisical::says(&answer, "decrypt") => return Err(SealError::Refused),
            _ => return Err(self.infisical.refusal(&call, &answer)),
        }
        let key = answer.secret(&["plaintext"]).and_then(|text| base64::decode(text.expose()));
        key.ok_or_else(|| unreadable(&self.infisical.failure("decrypt")))
    }
}

/// Base64, as it is sent and kept.
fn is_ciphertext(text: &[u8]) -> bool {
    !text.is_empty() && base64::decode(text).is_some()
}
