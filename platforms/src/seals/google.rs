//! Keys of Google's Cloud KMS (`gcpkms:`).

use crate::crc32c::crc32c;
use crate::deadline::Deadline;
use crate::google::{self, Call, Google, GoogleCloud};
use crate::json::Object;
use crate::seals::unreadable;
use crate::url::{Url, invalid};
use crate::{base64, json};
use std::sync::Arc;
use strongroom::{Binding, Error, KeyWrapper, PlatformToken, Seal, SealError, SecretArray, SecretBytes};

/// A symmetric key of Cloud KMS.
///
/// The account needs `cloudkms.cryptoKeyVersions.useToEncrypt` and `useToDecrypt` on the key (the role
/// `roles/cloudkms.cryptoKeyEncrypterDecrypter`) and nothing else.
///
/// ```
/// use strongroom_platforms::{GoogleCloud, GoogleKms};
/// let name = "projects/p/locations/europe-west3/keyRings/r/cryptoKeys/app";
/// let seal = GoogleKms::new(GoogleCloud::new(), name)?.seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GoogleKms {
    cloud: GoogleCloud,
    name: String,
    id: Option<String>,
}

impl GoogleKms {
    /// The key `projects/…/locations/…/keyRings/…/cryptoKeys/…`, whose primary version wraps.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(cloud: GoogleCloud, name: &str) -> Result<Self, Error> {
        let name = google::name(name, &KINDS).ok_or_else(|| invalid(PATH))?;
        Ok(Self { cloud, name, id: None })
    }

    /// What the seal is called, in place of the name of the key.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        Seal::key_wrapper(Arc::new(Kms {
            google: Google::new(KIND, self.cloud, "https://cloudkms.googleapis.com".to_owned(), SCOPE),
            encrypt: format!("{}:encrypt", self.name),
            decrypt: format!("{}:decrypt", self.name),
            id: self.id.unwrap_or(self.name),
        }))
    }
}

/// Of `gcpkms://projects/…/locations/…/keyRings/…/cryptoKeys/…`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let cloud = GoogleCloud::of(&mut url)?;
    let name = google::resource(&url, &KINDS).ok_or_else(|| invalid(PATH))?;
    let mut kms = GoogleKms::new(cloud, &name)?;
    if let Some(id) = url.take("id") {
        kms = kms.id(id);
    }
    url.finish()?;
    Ok(kms.seal())
}

const KIND: &str = "gcp-kms";
const KINDS: [&str; 4] = ["projects", "locations", "keyRings", "cryptoKeys"];
const PATH: &str = "it names a key as projects/…/locations/…/keyRings/…/cryptoKeys/…";
const SCOPE: &str = "https://www.googleapis.com/auth/cloudkms";

struct Kms {
    google: Google,
    encrypt: String,
    decrypt: String,
    id: String,
}

impl Kms {
    /// Bytes under a name, and under another their checksum, which the service compares.
    fn checked(body: Object, name: &str, bytes: &[u8]) -> Object {
        body.text(name, base64::encode(bytes).expose())
            .text(&format!("{name}Crc32c"), crc32c(bytes).to_string())
    }

    fn bound(body: Object, binding: &Binding) -> SecretBytes {
        Self::checked(body, AAD, &binding.encoded()).into_body()
    }
}

const AAD: &str = "additionalAuthenticatedData";

impl KeyWrapper for Kms {
    fn kind(&self) -> &str {
        KIND
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, binding: &Binding) -> Result<PlatformToken, SealError> {
        let body = Self::bound(Self::checked(Object::default(), "plaintext", key.expose()), binding);
        let needs = "cloudkms.cryptoKeyVersions.useToEncrypt";
        let call =
            Call { operation: "encrypt", method: "POST", path: &self.encrypt, body: Some(body), needs };
        let answer = self.google.ask(&call, Deadline::start())?;
        if answer.status != 200 {
            return Err(self.google.refusal(&call, &answer));
        }
        let failure = self.google.failure("encrypt");
        let ciphertext = answer.secret(&["ciphertext"]).and_then(|text| base64::decode(text.expose()));
        let ciphertext = ciphertext.filter(|bytes| !bytes.is_empty()).ok_or_else(|| unreadable(&failure))?;
        let version = answer.plain(&["name"]).and_then(|name| Some(version(&name)?.to_owned()));
        let version = version.ok_or_else(|| unreadable(&failure))?;
        let has_arrived = google::is_true(&answer, &["verifiedPlaintextCrc32c"])
            && google::is_true(&answer, &["verifiedAdditionalAuthenticatedDataCrc32c"]);
        let sum = google::number(&answer, &["ciphertextCrc32c"]);
        if !has_arrived || sum != Some(crc32c(ciphertext.expose()).into()) {
            return Err(google::damaged(&failure));
        }
        Ok(PlatformToken::new(ciphertext.expose()).of_version(version))
    }

    fn unwrap(&self, token: &PlatformToken, binding: &Binding) -> Result<SecretBytes, SealError> {
        // The service knows the version from the ciphertext; that of the token is for people.
        if token.iv.is_some() || !token.version.as_deref().is_some_and(is_version) {
            return Err(SealError::Refused);
        }
        let body = Self::bound(Self::checked(Object::default(), "ciphertext", &token.blob), binding);
        let needs = "cloudkms.cryptoKeyVersions.useToDecrypt";
        let call =
            Call { operation: "decrypt", method: "POST", path: &self.decrypt, body: Some(body), needs };
        let answer = self.google.ask(&call, Deadline::start())?;
        let is_invalid = answer.code(&["error", "status"]).as_deref() == Some("INVALID_ARGUMENT");
        let is_not_authentic = is_invalid
            && json::text(answer.body.expose(), &["error", "message"])
                .is_some_and(|said| said.expose().starts_with(b"Decryption failed"));
        match answer.status {
            200 => {}
            400 if is_not_authentic => return Err(SealError::Refused),
            _ => return Err(self.google.refusal(&call, &answer)),
        }
        let failure = self.google.failure("decrypt");
        let key = answer.secret(&["plaintext"]).and_then(|text| base64::decode(text.expose()));
        let key = key.ok_or_else(|| unreadable(&failure))?;
        if google::number(&answer, &["plaintextCrc32c"]) != Some(crc32c(key.expose()).into()) {
            return Err(google::damaged(&failure));
        }
        Ok(key)
    }
}

/// The number at the end of a version's name.
fn version(name: &str) -> Option<&str> {
    name.rsplit_once("/cryptoKeyVersions/").map(|(_, version)| version).filter(|version| is_version(version))
}

fn is_version(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}
