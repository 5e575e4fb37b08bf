//! The keys that the matrix is run on: one of every type and way to work, with what it made under its two
//! versions.

use serde_json::Value;
use std::sync::Arc;
use strongroom::{
    Clock, DocName, Error, ExportKind, Expose, HashAlgorithm, Item, Key, KeySpec, KeyType, Keyring, Memory,
    Seal, SecretArray, SignatureForm, SystemClock, Version, View, hazmat,
};
use strongroom_tests::clock::Dates;

pub(crate) const MESSAGE: &[u8] = b"a message";
pub(crate) const CONTEXT: &str = "tenant-1";
pub(crate) const AAD: &str = "order-17";

/// Reads as a ciphertext or a signature, for keys that cannot make one.
const MADE_UP: &str = "vault:v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A key, and how it works.
pub(crate) struct Subject {
    pub(crate) label: String,
    pub(crate) clock: Arc<Dates>,
    pub(crate) ring: Keyring,
    pub(crate) key: Key,
    pub(crate) key_type: KeyType,
    pub(crate) derived: bool,
    pub(crate) convergent: bool,
    /// Under version 1.
    pub(crate) old: Made,
    /// Under the latest version.
    pub(crate) new: Made,
}

/// What a version made of [`MESSAGE`]: made up where the type does not make such a thing.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) text: String,
    pub(crate) with_aad: String,
    pub(crate) binary: Vec<u8>,
    pub(crate) signature: String,
    pub(crate) jws: String,
    pub(crate) mac: String,
}

/// Every type, in every way in which it works.
pub(crate) fn subjects() -> Vec<Subject> {
    let ways = [(false, false), (true, false), (true, true)];
    let supported = KeyType::ALL.iter().filter(|t| t.is_supported());
    let mut subjects: Vec<Subject> = supported
        .flat_map(|t| {
            ways.into_iter()
                .filter(|(derived, convergent)| (!derived || t.derives()) && (!convergent || t.converges()))
                .map(|way| (*t, way))
        })
        .map(|(t, (derived, convergent))| Subject::new(t, derived, convergent))
        .collect();
    let clock = Dates::at(Clock::now(&SystemClock));
    let lifecycle = lifecycle(clock.clone());
    subjects.extend(
        KeyType::ALL
            .iter()
            .filter(|t| !t.is_supported())
            .map(|t| Subject::unsupported(&lifecycle, &clock, *t)),
    );
    subjects
}

/// The keyring of the vectors that holds keys of the types that are assigned and not yet used.
fn lifecycle(clock: Arc<Dates>) -> Keyring {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/strongroom/keyrings.json");
    let keyrings: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let keyring = keyrings["keyrings"].as_array().unwrap().iter().find(|k| k["id"] == "lifecycle").unwrap();
    let store = Memory::new();
    for (name, document) in keyring["documents"].as_object().unwrap() {
        strongroom_tests::forge::put(
            &store,
            &DocName::from_file_name(name).unwrap(),
            hex::decode(document.as_str().unwrap()).unwrap(),
        );
    }
    let key = hex::decode(keyring["seals"][0]["key"].as_str().unwrap()).unwrap();
    Keyring::builder().clock(clock).open(store, Seal::root_key(SecretArray::copy_of(&key).unwrap())).unwrap()
}

impl Subject {
    pub(crate) fn new(key_type: KeyType, derived: bool, convergent: bool) -> Self {
        let clock = Dates::at(Clock::now(&SystemClock));
        let seal = Seal::root_key(SecretArray::copy_of(&(0..32).collect::<Vec<u8>>()).unwrap());
        let ring = Keyring::builder().clock(clock.clone()).create(Memory::new(), seal).unwrap();
        let key =
            ring.create_key("k", KeySpec::new(key_type).derived(derived).convergent(convergent)).unwrap();
        let way = if convergent { ", convergent" } else { "" };
        let label = format!("`{key_type}`{}{way}", if derived { ", derived" } else { "" });
        let mut subject =
            Self { label, clock, ring, key, key_type, derived, convergent, old: Made::up(), new: Made::up() };
        subject.old = subject.make(1);
        subject.key.rotate().unwrap();
        subject.new = subject.make(2);
        subject
    }

    fn unsupported(ring: &Keyring, clock: &Arc<Dates>, key_type: KeyType) -> Self {
        let key = ring.key(key_type.name()).unwrap();
        let (old, new) = (Made::up(), Made::up());
        Self {
            label: format!("`{key_type}`"),
            clock: clock.clone(),
            ring: ring.clone(),
            key,
            key_type,
            derived: false,
            convergent: false,
            old,
            new,
        }
    }

    /// The item, with the context that a derived key needs.
    pub(crate) fn item<'a>(&self, item: Item<'a>) -> Item<'a> {
        if self.derived { item.context(CONTEXT) } else { item }
    }

    /// The key, under the context that a derived key needs.
    pub(crate) fn view(&self) -> View {
        if self.derived { self.key.context(CONTEXT).unwrap() } else { View::clone(&self.key) }
    }

    fn make(&self, version: u32) -> Made {
        let made_up = Made::up();
        let message = || self.item(Item::message(MESSAGE));
        let sign = |form| self.key.sign_item(&message().form(form)).unwrap_or(made_up.text.clone());
        // One that could not be standard base64, as two in a hundred of P-384 could: a wrong signature then.
        let jws = || {
            let mut made = (0..64).map(|_| sign(SignatureForm::Jws));
            made.find(|jws| jws.contains(['-', '_'])).unwrap_or_else(|| sign(SignatureForm::Jws))
        };
        let with_aad = || {
            self.key
                .encrypt_item(&self.item(Item::plaintext(MESSAGE)).aad(AAD))
                .unwrap_or(made_up.text.clone())
        };
        Made {
            text: self.key.encrypt_item(&self.item(Item::plaintext(MESSAGE))).unwrap_or(made_up.text.clone()),
            with_aad: if self.convergent { self.made_elsewhere(version) } else { with_aad() },
            binary: self.view().encrypt_binary_item(&Item::plaintext(&MESSAGE)).unwrap_or(made_up.binary),
            signature: sign(SignatureForm::Asn1),
            jws: jws(),
            mac: self.key.hmac(MESSAGE).unwrap_or(made_up.mac),
        }
    }

    /// A convergent ciphertext with an aad, which a server writes and this library does not: rule 3 of
    /// `docs/formats.md`, section 3.1.
    fn made_elsewhere(&self, version: u32) -> String {
        let (aead, len, nonce_len) = match self.key_type {
            KeyType::Aes256Gcm96 => (hazmat::Aead::Aes256Gcm, 32, 12),
            KeyType::Aes128Gcm96 => (hazmat::Aead::Aes128Gcm, 16, 12),
            KeyType::ChaCha20Poly1305 => (hazmat::Aead::ChaCha20Poly1305, 32, 12),
            _ => (hazmat::Aead::XChaCha20Poly1305, 32, 24),
        };
        // Exported from a copy, so that the key itself stays as it was made.
        let seal = || Seal::root_key(SecretArray::copy_of(&(0..32).collect::<Vec<u8>>()).unwrap());
        let copy = Keyring::in_memory().restore_key(&self.key.backup(seal()).unwrap(), seal(), None).unwrap();
        copy.configure(strongroom::KeyConfig::new().exportable(true)).unwrap();
        let materials = copy.export(ExportKind::EncryptionKey, Expose::SecretMaterial).unwrap();
        let material = materials[&Version::new(version).unwrap()].expose();
        let okm = hazmat::hkdf_sha256(b"", material, CONTEXT.as_bytes(), len + 32).unwrap();
        let nonce = &hazmat::hmac(HashAlgorithm::Sha256, &okm[len..], MESSAGE)[..nonce_len];
        let sealed = hazmat::seal(aead, &okm[..len], nonce, AAD.as_bytes(), MESSAGE).unwrap();
        format!("vault:v{version}:{}", base64_simd::STANDARD.encode_to_string([nonce, &sealed].concat()))
    }
}

impl Made {
    fn up() -> Self {
        let text = MADE_UP.to_owned();
        let binary = [&[0xFE, 0, 0, 0, 1], [0; 48].as_slice()].concat();
        Self {
            text: text.clone(),
            with_aad: text.clone(),
            binary,
            signature: text.clone(),
            jws: text.clone(),
            mac: text,
        }
    }
}

/// A batch of one equals the single, in what comes out and in what is refused.
pub(crate) fn as_single<T, U>(single: Result<T, Error>, batch: Vec<Result<U, Error>>) -> Result<T, Error> {
    let [of_batch] = <[_; 1]>::try_from(batch).ok().expect("one result for one item");
    assert_eq!(single.as_ref().err(), of_batch.as_ref().err(), "a batch equals the singles");
    single
}
