//! Seals of users' own: what they wrap is unwrapped before anything depends on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use strongroom::{
    Aad, Error, KeySpec, Keyring, Memory, Pin, Seal, SealError, SealProvider, SecretArray, Store,
};

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

/// What is wrong with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    /// It loses the last byte, and makes it up.
    AnotherKey,
    /// It wraps under what it does not have any more.
    Refuses,
    /// A key service without the right to decrypt.
    NoRight,
}

struct Provider {
    flaw: Flaw,
    is_public: bool,
    unwrapped: AtomicU64,
}

impl Provider {
    fn new(flaw: Flaw, is_public: bool) -> Arc<Self> {
        Arc::new(Self { flaw, is_public, unwrapped: AtomicU64::new(0) })
    }

    fn unwrapped(&self) -> u64 {
        self.unwrapped.load(Ordering::SeqCst)
    }
}

impl SealProvider for Provider {
    fn kind(&self) -> &str {
        "provider"
    }
    fn key_id(&self) -> &str {
        "one"
    }
    fn wrap(&self, key: &SecretArray<32>, _: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok(key.expose().iter().map(|byte| byte ^ 0x55).collect())
    }
    fn unwrap(&self, blob: &[u8], _: &[u8]) -> Result<SecretArray<32>, SealError> {
        self.unwrapped.fetch_add(1, Ordering::SeqCst);
        let mut key: Vec<u8> = blob.iter().map(|byte| byte ^ 0x55).collect();
        match self.flaw {
            Flaw::None => {}
            Flaw::AnotherKey => key[31] ^= 1,
            Flaw::Refuses => return Err(SealError::Refused),
            Flaw::NoRight => return Err(SealError::Failed("403 decrypt is not allowed".into())),
        }
        SecretArray::copy_of(&key).ok_or(SealError::Refused)
    }
    fn public_wrap(&self) -> bool {
        self.is_public
    }
}

/// Everything that wraps, with a keyring that another seal opens.
fn attempts(provider: &Arc<Provider>) -> Vec<(&'static str, Result<(), Error>)> {
    let (store, bad) = (Memory::new(), || Seal::provider(provider.clone()));
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    let cards = ring.create_key("cards", KeySpec::default()).unwrap();
    let before = store.load_all().unwrap();
    let (empty, other) = (Memory::new(), Memory::new());
    let attempts = vec![
        ("create", Keyring::create(empty.clone(), bad()).map(drop)),
        ("open_or_create", Keyring::open_or_create(other.clone(), bad()).map(drop)),
        ("add_seal", ring.add_seal(bad())),
        ("reseal", ring.reseal([seal(), bad()]).map(drop)),
        ("backup", cards.backup(bad()).map(drop)),
    ];
    if attempts.iter().all(|(_, result)| result.is_err()) {
        assert!(store.load_all().unwrap() == before, "something was written");
        assert!(
            empty.load_all().unwrap().is_empty() && other.load_all().unwrap().is_empty(),
            "something was written"
        );
        let cards = Keyring::open(store, seal()).unwrap().key("cards").unwrap();
        cards.encrypt(b"4111", Aad::NONE).unwrap();
    }
    attempts
}

#[test]
fn a_provider_that_cannot_unwrap_what_it_wraps_makes_nothing() {
    for (flaw, told) in [
        (Flaw::AnotherKey, "to another key"),
        (Flaw::Refuses, "refuses to unwrap"),
        (Flaw::NoRight, "403 decrypt is not allowed"),
    ] {
        for (what, result) in attempts(&Provider::new(flaw, false)) {
            match result {
                Err(Error::SealFailed { reason }) => assert!(reason.contains(told), "{what}: {reason}"),
                other => panic!("{what} with {flaw:?}: {other:?}"),
            }
        }
    }
}

/// Where wrapping needs no secret, whoever makes a keyring may be unable to open it. What is known to be
/// wrong is refused all the same.
#[test]
fn a_provider_that_can_only_wrap_is_believed_until_it_says_something_else() {
    for flaw in [Flaw::Refuses, Flaw::NoRight] {
        let provider = Provider::new(flaw, true);
        let store = Memory::new();
        let ring = Keyring::create(store.clone(), Seal::provider(provider.clone())).unwrap();
        let ciphertext =
            ring.create_key("cards", KeySpec::default()).unwrap().encrypt(b"4111", Aad::NONE).unwrap();
        let pin: Pin = ring.pin().unwrap();
        // Where the private key is.
        let opened = Keyring::builder()
            .pinned(pin)
            .open(store, Seal::provider(Provider::new(Flaw::None, true)))
            .unwrap();
        assert_eq!(opened.key("cards").unwrap().decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
    }
    for (what, result) in attempts(&Provider::new(Flaw::AnotherKey, true)) {
        match result {
            Err(Error::SealFailed { .. }) => {}
            // It is not asked to make anything where it may not open.
            Err(Error::PinRequired) if what == "open_or_create" => {}
            other => panic!("{what}: {other:?}"),
        }
    }
}

/// Once for each copy, and no more.
#[test]
fn each_copy_is_unwrapped_once() {
    let (provider, store) = (Provider::new(Flaw::None, false), Memory::new());
    let bad = || Seal::provider(provider.clone());
    let ring = Keyring::create(store.clone(), bad()).unwrap();
    assert_eq!(provider.unwrapped(), 1);
    Keyring::open(store, bad()).unwrap();
    assert_eq!(provider.unwrapped(), 2);
    // Of the old root key and of the new one.
    ring.reseal([bad()]).unwrap();
    assert_eq!(provider.unwrapped(), 4);
}
