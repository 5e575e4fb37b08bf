//! A platform whose own client is at hand.

use base64ct::{Base64, Encoding};
use std::sync::{Arc, OnceLock};
use strongroom::{
    Aad, Binding, Error, KeySpec, KeyWrapper, Keyring, Memory, Pin, PlatformToken, Seal, SealError,
    SecretArray, SecretBytes,
};
use strongroom_servers::{Server, Skipped, clouds};

/// A server, and the platform's own client for it.
pub(crate) struct Cloud {
    pub(crate) platform: &'static str,
    pub(crate) server: Server,
}

impl Cloud {
    /// Before the first is used, the platform's own client confirms that one does what the platform does.
    pub(crate) fn start(
        platform: &'static str,
        start: fn() -> Result<Server, Skipped>,
    ) -> Result<Arc<Self>, Skipped> {
        static DRIVEN: OnceLock<()> = OnceLock::new();
        let server = start()?;
        DRIVEN.get_or_init(|| {
            let another = start().unwrap_or_else(|skipped| panic!("{skipped}"));
            clouds::drive(platform, &another).unwrap_or_else(|error| panic!("{error}"));
            println!("driven: {platform}, by its own client");
        });
        Ok(Arc::new(Self { platform, server }))
    }

    /// What the platform's own client prints.
    pub(crate) fn client(&self, words: &[&str]) -> Result<String, String> {
        clouds::client(self.platform, &self.server, words)
    }

    /// Tells the server what to refuse, and gives what it had been told.
    pub(crate) fn control(&self, what: serde_json::Value) -> serde_json::Value {
        serde_json::from_str(&self.client(&["control", &what.to_string()]).unwrap()).unwrap()
    }

    /// How often it was asked for something with this in its line, since this was last asked.
    pub(crate) fn count(&self, what: &str) -> usize {
        let before = self.control(serde_json::json!({"log": []}));
        let lines = before["log"].as_array().unwrap();
        lines.iter().filter(|line| line.as_str().unwrap().contains(what)).count()
    }

    /// A file of its folder.
    pub(crate) fn file(&self, name: &str) -> String {
        self.server.home().join(name).display().to_string()
    }
}

/// A seal for which the platform's own client wraps and unwraps.
pub(crate) struct Theirs {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) kind: &'static str,
    pub(crate) id: &'static str,
}

impl Theirs {
    pub(crate) fn seal(self) -> Seal {
        Seal::key_wrapper(Arc::new(self))
    }

    fn ask(&self, words: &[&str]) -> Result<String, SealError> {
        self.cloud.client(words).map_err(|error| SealError::Failed(error.into()))
    }
}

impl KeyWrapper for Theirs {
    fn kind(&self) -> &str {
        self.kind
    }

    fn key_id(&self) -> &str {
        self.id
    }

    fn wrap(&self, key: &SecretArray<32>, binding: &Binding) -> Result<PlatformToken, SealError> {
        let said = self.ask(&["wrap", &base64(key.expose()), &base64(&binding.encoded())])?;
        let (blob, version) = said.split_once(' ').unwrap();
        let token = PlatformToken::new(bytes(blob));
        Ok(if version == "-" { token } else { token.of_version(version) })
    }

    fn unwrap(&self, token: &PlatformToken, binding: &Binding) -> Result<SecretBytes, SealError> {
        let version = token.version.as_deref().unwrap_or("-");
        let said = self.ask(&["unwrap", &base64(&token.blob), version, &base64(&binding.encoded())])?;
        Ok(SecretBytes::new(bytes(&said)))
    }
}

fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

fn bytes(text: &str) -> Vec<u8> {
    Base64::decode_vec(text).unwrap()
}

pub(crate) fn seal(url: &str) -> Seal {
    strongroom_platforms::seal(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// A keyring that the seal made, a text of it, and its pin.
pub(crate) struct Made {
    pub(crate) store: Memory,
    pub(crate) ring: Keyring,
    pub(crate) text: String,
    pub(crate) pin: Pin,
}

pub(crate) fn create(seal: Seal) -> Result<Made, Error> {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal)?;
    let text = ring.create_key("cards", KeySpec::default())?.encrypt(b"4111", Aad::NONE)?;
    let pin = ring.pin()?;
    Ok(Made { store, ring, text, pin })
}

impl Made {
    /// Whether it opens, and opens what was made.
    pub(crate) fn open(&self, seal: Seal) -> Result<(), Error> {
        let ring = Keyring::builder().pinned(self.pin).open(self.store.clone(), seal)?;
        assert_eq!(ring.key("cards")?.decrypt(&self.text, Aad::NONE)?.expose(), b"4111");
        Ok(())
    }
}

/// Why a seal failed. None says what is secret: everything that is has this in it.
pub(crate) fn reason<T>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::SealFailed { reason }) => {
            assert!(!reason.as_str().contains("hunter2"), "{reason:?}");
            reason.as_str().to_owned()
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it did not fail"),
    }
}

/// A seal that makes copies as the platform's, with a token as somebody may have written it.
pub(crate) fn forged(
    kind: &'static str,
    id: &'static str,
    version: Option<&'static str>,
    iv: Option<Vec<u8>>,
) -> Seal {
    Seal::key_wrapper(Arc::new(Forged { kind, id, version, iv }))
}

struct Forged {
    kind: &'static str,
    id: &'static str,
    version: Option<&'static str>,
    iv: Option<Vec<u8>>,
}

impl KeyWrapper for Forged {
    fn kind(&self) -> &str {
        self.kind
    }

    fn key_id(&self) -> &str {
        self.id
    }

    fn wrap(&self, key: &SecretArray<32>, _: &Binding) -> Result<PlatformToken, SealError> {
        let mut token = PlatformToken::new(key.expose().as_slice());
        token.version = self.version.map(str::to_owned);
        token.iv.clone_from(&self.iv);
        Ok(token)
    }

    fn unwrap(&self, token: &PlatformToken, _: &Binding) -> Result<SecretBytes, SealError> {
        Ok(SecretBytes::from(token.blob.as_slice()))
    }
}
