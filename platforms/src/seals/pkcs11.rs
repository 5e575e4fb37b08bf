//! Keys of hardware modules and other tokens, by PKCS#11 (`pkcs11:`).

use crate::credentials::place::Place;
use crate::failure::Failure;
use crate::pkcs11::uri::Uri;
use crate::pkcs11::{PLATFORM, Token, Which, told};
use crate::url::{Url, invalid};
use cryptoki::error::{Error as Said, RvError};
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsOaepParams, PkcsOaepSource};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::ObjectClass;
use cryptoki::session::Session;
use cryptoki::types::Ulong;
use std::path::PathBuf;
use std::sync::Arc;
use strongroom::{Binding, Error, KeyWrapper, PlatformToken, Seal, SealError, SecretArray, SecretBytes};

/// A key of a token that a module for PKCS#11 leads to: an HSM, a smart card, a cloud's HSM.
///
/// The module is code that is loaded into this process. A call of it that hangs cannot be ended from here:
/// the ten seconds that other platforms have do not hold.
///
/// ```
/// use strongroom_platforms::Pkcs11Key;
/// let key = Pkcs11Key::new("/usr/lib/softhsm/libsofthsm2.so", "production", "app");
/// let seal = key.pin_file("/run/secrets/pin").seal();
/// ```
#[derive(Debug, Clone)]
pub struct Pkcs11Key {
    module: PathBuf,
    which: Which,
    pin: Option<Place>,
    mechanism: Pkcs11Mechanism,
    id: Option<String>,
}

/// How a token wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Pkcs11Mechanism {
    /// AES-GCM with a secret key, which binds what it wraps.
    #[default]
    AesGcm,
    /// RSA-OAEP with SHA-256. Whoever has the public key can wrap, so with this seal alone a keyring opens
    /// with a pin only.
    RsaOaepSha256,
    /// RSA-OAEP with SHA-1, for tokens that have no other. OAEP does not rest on that hash's collisions.
    RsaOaepSha1,
}

impl Pkcs11Key {
    /// The key of this label in the token of this label.
    pub fn new(module: impl Into<PathBuf>, token: impl Into<String>, object: impl Into<String>) -> Self {
        let which = Which { token: Some(token.into()), object: Some(object.into()), ..Which::default() };
        Self { module: module.into(), which, pin: None, mechanism: Pkcs11Mechanism::default(), id: None }
    }

    /// The file that holds the PIN.
    #[must_use]
    pub fn pin_file(self, path: impl Into<PathBuf>) -> Self {
        Self { pin: Some(Place::File(path.into())), ..self }
    }

    /// The variable of the environment that holds the PIN.
    #[must_use]
    pub fn pin_env(self, name: impl Into<String>) -> Self {
        Self { pin: Some(Place::Named(name.into())), ..self }
    }

    /// How it wraps.
    #[must_use]
    pub fn mechanism(self, mechanism: Pkcs11Mechanism) -> Self {
        Self { mechanism, ..self }
    }

    /// What the seal is called, in place of `TOKEN/KEY` by their labels.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let which = &self.which;
        let token = which.token.clone().or_else(|| which.serial.clone());
        let object = which.object.clone().or_else(|| which.object_id.as_deref().map(hex));
        let id =
            self.id.unwrap_or_else(|| [token, object].into_iter().flatten().collect::<Vec<_>>().join("/"));
        let token = Token::new(self.module, self.which, self.pin);
        Seal::key_wrapper(Arc::new(Pkcs11 { token, mechanism: self.mechanism, id }))
    }
}

/// Of `pkcs11:token=production;object=app?module-path=/usr/lib/module.so&pin-source=file:/run/secrets/pin`.
pub(crate) fn of(url: &Url) -> Result<Seal, Error> {
    let Uri { which, module, pin, mechanism, seal_id } = Uri::read(url.rest())?;
    if which.token.is_none() && which.serial.is_none() && which.slot.is_none() {
        return Err(invalid("it names no token: token=LABEL"));
    }
    if which.object.is_none() && which.object_id.is_none() {
        return Err(invalid("it names no key: object=LABEL"));
    }
    let module = module.ok_or_else(|| invalid("it names no module: module-path=/PATH"))?;
    let mechanism = match mechanism.as_deref() {
        None | Some("aes-gcm") => Pkcs11Mechanism::AesGcm,
        Some("rsa-oaep-sha256") => Pkcs11Mechanism::RsaOaepSha256,
        Some("rsa-oaep-sha1") => Pkcs11Mechanism::RsaOaepSha1,
        Some(_) => return Err(invalid("its mechanism is aes-gcm, rsa-oaep-sha256 or rsa-oaep-sha1")),
    };
    Ok(Pkcs11Key { module, which, pin, mechanism, id: seal_id }.seal())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const IV: usize = 12;
const TAG: usize = 16;
const KEK: usize = 32;
/// Of RSA with 16,384 bits.
const MAX_OAEP: usize = 2048;

/// The parameters of AES-GCM with a whole tag.
fn tagged<'a>(iv: &'a mut [u8], aad: &'a [u8]) -> Result<GcmParams<'a>, Said> {
    GcmParams::new(iv, aad, Ulong::try_from(TAG * 8)?)
}

struct Pkcs11 {
    token: Token,
    mechanism: Pkcs11Mechanism,
    id: String,
}

impl Pkcs11 {
    fn encrypt(
        &self,
        session: &Session,
        key: &[u8],
        binding: &Binding,
        failure: &Failure<'_>,
    ) -> Result<PlatformToken, SealError> {
        let said = |said| told(failure, &said);
        let Some(oaep) = self.oaep() else {
            let object = self.token.object(session, ObjectClass::SECRET_KEY, failure)?;
            let mut iv = [0; IV];
            strongroom_entropy::fill(&mut iv).map_err(|error| failure.says(error.to_string()))?;
            let aad = binding.encoded();
            let blob = {
                let params = tagged(&mut iv, &aad).map_err(said)?;
                session.encrypt(&Mechanism::AesGcm(params), object, key).map_err(said)?
            };
            // A module may have put one of its own there.
            return Ok(PlatformToken::new(blob).with_iv(iv));
        };
        let object = self.token.object(session, ObjectClass::PUBLIC_KEY, failure)?;
        let blob = session.encrypt(&Mechanism::RsaPkcsOaep(oaep), object, key).map_err(said)?;
        Ok(PlatformToken::new(blob))
    }

    /// The key; or what the token says to the ciphertext.
    fn decrypt(
        &self,
        session: &Session,
        token: &PlatformToken,
        binding: &Binding,
        failure: &Failure<'_>,
    ) -> Result<Result<SecretBytes, Said>, SealError> {
        let Some(oaep) = self.oaep() else {
            let object = self.token.object(session, ObjectClass::SECRET_KEY, failure)?;
            let (mut iv, aad) = (token.iv.clone().unwrap_or_default(), binding.encoded());
            let params = tagged(&mut iv, &aad);
            let params = params.map_err(|said| told(failure, &said))?;
            return Ok(session
                .decrypt(&Mechanism::AesGcm(params), object, &token.blob)
                .map(SecretBytes::new));
        };
        let object = self.token.object(session, ObjectClass::PRIVATE_KEY, failure)?;
        Ok(session.decrypt(&Mechanism::RsaPkcsOaep(oaep), object, &token.blob).map(SecretBytes::new))
    }

    /// Without a label: some tokens have none, and what it would bind is bound around it.
    fn oaep(&self) -> Option<PkcsOaepParams<'static>> {
        let (hash, mgf) = match self.mechanism {
            Pkcs11Mechanism::AesGcm => return None,
            Pkcs11Mechanism::RsaOaepSha256 => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256),
            Pkcs11Mechanism::RsaOaepSha1 => (MechanismType::SHA1, PkcsMgfType::MGF1_SHA1),
        };
        Some(PkcsOaepParams::new(hash, mgf, PkcsOaepSource::empty()))
    }

    /// Whether the token opens what it has just made: some say of a wrong ciphertext no more than that
    /// something went wrong, which a broken token says too.
    fn works(&self, session: &Session, binding: &Binding, failure: &Failure<'_>) -> bool {
        let made = self.encrypt(session, &[0; KEK], binding, failure);
        made.is_ok_and(|token| {
            let opened = self.decrypt(session, &token, binding, failure);
            opened.is_ok_and(|opened| opened.is_ok_and(|opened| opened.expose() == [0; KEK]))
        })
    }

    fn is_one_of_its_own(&self, token: &PlatformToken) -> bool {
        let iv = token.iv.as_ref().map(Vec::len);
        token.version.is_none()
            && match self.mechanism {
                Pkcs11Mechanism::AesGcm => iv == Some(IV) && token.blob.len() == KEK + TAG,
                Pkcs11Mechanism::RsaOaepSha256 | Pkcs11Mechanism::RsaOaepSha1 => {
                    iv.is_none() && token.blob.len() <= MAX_OAEP
                }
            }
    }
}

impl KeyWrapper for Pkcs11 {
    fn kind(&self) -> &str {
        PLATFORM
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, binding: &Binding) -> Result<PlatformToken, SealError> {
        let failure = Failure { platform: PLATFORM, operation: "encrypt" };
        let session = self.token.session(&failure)?;
        let token = self.encrypt(&session, key.expose(), binding, &failure)?;
        if !self.is_one_of_its_own(&token) {
            return Err(failure.says("what the token makes has another length than it should have"));
        }
        Ok(token)
    }

    fn unwrap(&self, token: &PlatformToken, binding: &Binding) -> Result<SecretBytes, SealError> {
        if !self.is_one_of_its_own(token) {
            return Err(SealError::Refused);
        }
        let failure = Failure { platform: PLATFORM, operation: "decrypt" };
        let session = self.token.session(&failure)?;
        match self.decrypt(&session, token, binding, &failure)? {
            Ok(key) => Ok(key),
            Err(Said::Pkcs11(
                RvError::EncryptedDataInvalid | RvError::EncryptedDataLenRange | RvError::DataInvalid,
                _,
            )) => Err(SealError::Refused),
            Err(Said::Pkcs11(RvError::GeneralError | RvError::FunctionFailed, _))
                if self.works(&session, binding, &failure) =>
            {
                Err(SealError::Refused)
            }
            Err(said) => Err(told(&failure, &said)),
        }
    }

    fn public_wrap(&self) -> bool {
        self.mechanism != Pkcs11Mechanism::AesGcm
    }
}
