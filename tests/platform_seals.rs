//! Keys of platforms, and several seals at once: what is asked of whom, and what is refused.

#[path = "platform_seals/rewrapped.rs"]
mod rewrapped;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use strongroom::{
    Aad, Binding, DocName, Error, KeySpec, KeyWrapper, Keyring, Memory, PlatformToken, RootKeySource, Seal,
    SealError, SecretArray, SecretBytes, Store,
};
use strongroom_tests::clock::Told;
use strongroom_tests::forge;

/// A key, and what it is bound to.
type Wrapped = (Vec<u8>, Binding);

/// A platform in memory: what it has wrapped, by a number, and for whom.
#[derive(Default)]
struct Service {
    keys: Mutex<BTreeMap<Vec<u8>, Wrapped>>,
    asked: Mutex<Vec<(&'static str, Binding)>>,
    away: AtomicBool,
    /// How often it was asked while it was away.
    refused: AtomicUsize,
    /// How many milliseconds it takes to say so.
    slow: AtomicU64,
    flaw: Flaw,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Flaw {
    #[default]
    None,
    AnotherKey,
    ShortKey,
    LongToken,
    EmptyToken,
    NoDecrypt,
    PublicWithoutDecrypt,
}

/// One key of the service, under the name that a user gives it.
struct Wrapper {
    service: Arc<Service>,
    kind: &'static str,
    id: &'static str,
}

impl KeyWrapper for Wrapper {
    fn kind(&self) -> &str {
        self.kind
    }

    fn key_id(&self) -> &str {
        self.id
    }

    fn wrap(&self, key: &SecretArray<32>, binding: &Binding) -> Result<PlatformToken, SealError> {
        self.ask("wrap", binding)?;
        let mut keys = self.service.keys.lock().unwrap();
        let number = (keys.len() as u64).to_be_bytes().to_vec();
        keys.insert(number.clone(), (key.expose().to_vec(), *binding));
        Ok(match self.service.flaw {
            Flaw::LongToken => PlatformToken::new(vec![7; 59_992]),
            Flaw::EmptyToken => PlatformToken::new([]),
            _ => PlatformToken::new(number).of_version("3").with_iv([1, 2, 3]),
        })
    }

    fn unwrap(&self, token: &PlatformToken, binding: &Binding) -> Result<SecretBytes, SealError> {
        self.ask("unwrap", binding)?;
        assert_eq!((token.version.as_deref(), token.iv.as_deref()), (Some("3"), Some([1, 2, 3].as_slice())));
        let keys = self.service.keys.lock().unwrap();
        let (key, bound) = keys.get(&token.blob).ok_or(SealError::Refused)?;
        match self.service.flaw {
            Flaw::AnotherKey => return Ok(SecretBytes::new(vec![1; 32])),
            Flaw::ShortKey => return Ok(SecretBytes::new(key[..31].to_vec())),
            Flaw::NoDecrypt | Flaw::PublicWithoutDecrypt => {
                return Err(SealError::Failed("403 decrypt is not allowed".into()));
            }
            _ => {}
        }
        if bound != binding {
            return Err(SealError::Refused);
        }
        Ok(SecretBytes::new(key.clone()))
    }

    fn public_wrap(&self) -> bool {
        self.service.flaw == Flaw::PublicWithoutDecrypt
    }
}

impl Wrapper {
    fn ask(&self, what: &'static str, binding: &Binding) -> Result<(), SealError> {
        if self.service.away.load(Ordering::SeqCst) {
            self.service.refused.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(self.service.slow.load(Ordering::SeqCst)));
            return Err(SealError::Failed("nobody answers".into()));
        }
        self.service.asked.lock().unwrap().push((what, *binding));
        Ok(())
    }
}

impl Service {
    fn with(flaw: Flaw) -> Arc<Self> {
        Arc::new(Self { flaw, ..Self::default() })
    }

    fn seal(self: &Arc<Self>, id: &'static str) -> Seal {
        self.of_kind("example-kms", id)
    }

    fn of_kind(self: &Arc<Self>, kind: &'static str, id: &'static str) -> Seal {
        Seal::key_wrapper(Arc::new(Wrapper { service: self.clone(), kind, id }))
    }

    fn asked(&self) -> Vec<(&'static str, Binding)> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn phrase() -> Seal {
    Seal::passphrase(b"correct horse battery staple")
}

fn used(ring: &Keyring) -> Vec<String> {
    let seals = ring.seals().unwrap();
    seals.into_iter().filter(|seal| seal.in_use).map(|seal| format!("{} {}", seal.kind, seal.id)).collect()
}

#[test]
fn a_platform_is_told_which_keyring_and_which_root_key() {
    let (service, store) = (Service::with(Flaw::None), Memory::new());
    let ring = Keyring::create(store.clone(), service.seal("app")).unwrap();
    let root = |number| Binding::keyring(ring.id(), number);
    // Once, and then whether it comes back.
    assert_eq!(service.asked(), [("wrap", root(1)), ("unwrap", root(1))]);
    Keyring::open(store.clone(), service.seal("app")).unwrap();
    assert_eq!(service.asked(), [("unwrap", root(1))]);
    ring.reseal([service.seal("app")]).unwrap();
    let both: Vec<_> = [1, 2].into_iter().flat_map(|n| [("wrap", root(n)), ("unwrap", root(n))]).collect();
    assert_eq!(service.asked(), both);
    // A backup is none of the keyring's, and names itself.
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    let backup = key.backup(service.seal("app")).unwrap();
    let asked = service.asked();
    let pairs = asked[0].1.pairs();
    assert_eq!((pairs[0].0, pairs[1].1.as_str()), ("strongroom-backup", "1"));
    Keyring::in_memory().restore_key(&backup, service.seal("another"), None).unwrap();
    assert_eq!(service.asked(), [("unwrap", asked[0].1)]);
}

#[test]
fn what_cannot_be_opened_again_is_not_written() {
    for (flaw, told) in [
        (Flaw::AnotherKey, "to another key"),
        (Flaw::ShortKey, "to another key"),
        (Flaw::LongToken, "longer than a copy"),
        (Flaw::EmptyToken, "is empty"),
        (Flaw::NoDecrypt, "403 decrypt is not allowed"),
    ] {
        let (service, store) = (Service::with(flaw), Memory::new());
        match Keyring::create(store.clone(), service.seal("app")) {
            Err(Error::SealFailed { reason }) => assert!(reason.contains(told), "{reason}"),
            other => panic!("{told}: {:?}", other.err()),
        }
        assert!(store.load_all().unwrap().is_empty(), "{told}");
    }
    // Whoever can only wrap is believed, and opens with a pin only.
    let (service, store) = (Service::with(Flaw::PublicWithoutDecrypt), Memory::new());
    Keyring::create(store.clone(), service.seal("app")).unwrap();
    assert_eq!(Keyring::open(store.clone(), service.seal("app")).unwrap_err(), Error::PinRequired);
    // Another seal needs none.
    let ring = Keyring::create(Memory::new(), phrase()).unwrap();
    drop(ring);
    let other = Service::with(Flaw::None);
    let both = Memory::new();
    Keyring::create(both.clone(), Seal::any([service.of_kind("public", "p"), other.seal("app")])).unwrap();
    let ring = Keyring::open(both, Seal::any([service.of_kind("public", "p"), other.seal("app")])).unwrap();
    assert_eq!(used(&ring), ["example-kms app"]);
}

#[test]
fn the_only_copy_of_its_kind_is_tried_under_another_name() {
    let (service, store) = (Service::with(Flaw::None), Memory::new());
    let ring = Keyring::create(store.clone(), service.seal("old name")).unwrap();
    let opened = Keyring::open(store.clone(), service.seal("new name")).unwrap();
    assert_eq!(used(&opened), ["example-kms old name"]);
    // Written again it has the new name, and the old one opens it no less.
    opened.reseal([service.seal("new name")]).unwrap();
    assert_eq!(used(&opened), ["example-kms new name"]);
    Keyring::open(store.clone(), service.seal("old name")).unwrap();
    ring.create_key("cards", KeySpec::default()).unwrap();
    // Two are not tried one after the other.
    opened.add_seal(service.seal("third name")).unwrap();
    service.asked();
    assert_eq!(Keyring::open(store.clone(), service.seal("old name")).unwrap_err(), Error::WrongSeal);
    assert_eq!(service.asked(), []);
    Keyring::open(store, service.seal("third name")).unwrap();
}

fn root(store: &Memory) -> Vec<u8> {
    store.load(&DocName::Root).unwrap().unwrap().0.as_bytes().to_vec()
}

#[test]
fn several_seals_are_tried_in_order_and_read_in_their_turn() {
    struct Source(AtomicUsize, Vec<u8>);
    impl RootKeySource for Source {
        fn place(&self) -> &str {
            "the drawer"
        }
        fn read(&self) -> Result<SecretBytes, SealError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(SecretBytes::new(self.1.clone()))
        }
    }
    let text = Seal::generate_root_key().unwrap().expose().to_vec();
    let (first, second, store) = (Service::with(Flaw::None), Service::with(Flaw::None), Memory::new());
    let drawer = Arc::new(Source(AtomicUsize::new(0), text));
    let all = || {
        Seal::any([
            first.seal("first"),
            Seal::any([second.seal("second")]),
            Seal::root_key_source(drawer.clone()).labelled("drawer"),
        ])
    };
    let ring = Keyring::create(store.clone(), all().labelled("all")).unwrap();
    let labels: Vec<_> = ring.seals().unwrap().into_iter().map(|seal| seal.label.unwrap()).collect();
    assert_eq!(labels, ["all", "all", "drawer"]);
    assert_eq!((drawer.0.load(Ordering::SeqCst), used(&ring)), (1, vec!["example-kms first".to_owned()]));
    second.asked();
    assert_eq!(used(&Keyring::open(store.clone(), all()).unwrap()), ["example-kms first"]);
    assert_eq!((drawer.0.load(Ordering::SeqCst), second.asked().len()), (1, 0), "they were not needed");
    first.away.store(true, Ordering::SeqCst);
    let ring = Keyring::open(store.clone(), all()).unwrap();
    assert_eq!(used(&ring), ["example-kms second"]);
    second.away.store(true, Ordering::SeqCst);
    let later = Keyring::open(store.clone(), all()).unwrap();
    assert!(used(&later)[0].starts_with("root-key "), "{:?}", used(&later));
    assert_eq!(drawer.0.load(Ordering::SeqCst), 2);

    // A reseal by another process needs a seal: those that are there do it.
    later.reseal([Seal::root_key_source(drawer.clone())]).unwrap();
    later.create_key("cards", KeySpec::default()).unwrap();
    assert!(ring.key("cards").unwrap().encrypt(b"4111", Aad::NONE).is_ok());

    // Nothing opens: each is named, and the id of a passphrase is not.
    let seals =
        [first.seal("first"), Seal::passphrase_named("hunter2", b"wrong"), Seal::root_key_env("NOT_SET")];
    match Keyring::open(store.clone(), Seal::any(seals)) {
        Err(Error::SealFailed { reason }) => {
            assert!(reason.contains("example-kms \"first\": it opens no copy"), "{reason}");
            assert!(reason.contains("passphrase: it opens no copy"), "{reason}");
            assert!(reason.contains("NOT_SET") && !reason.contains("hunter2"), "{reason}");
        }
        other => panic!("{:?}", other.err()),
    }
    let wrong = Seal::any([Seal::passphrase(b"wrong"), Seal::passphrase_named("other", b"wrong")]);
    assert_eq!(Keyring::open(store.clone(), wrong).unwrap_err(), Error::WrongSeal);

    // All of them, or none: and no one twice.
    let before = root(&store);
    assert!(matches!(
        later.add_seal(Seal::any([phrase(), second.seal("second")])),
        Err(Error::SealFailed { .. })
    ));
    assert!(root(&store) == before, "something was written");
    assert_eq!(later.add_seal(Seal::any([phrase(), phrase()])).unwrap_err(), Error::SealExists);
    later.add_seal(Seal::any([phrase(), Seal::passphrase_named("two", b"second passphrase")])).unwrap();
    assert_eq!(later.seals().unwrap().len(), 3);
    let empty = || Seal::any([]);
    for refused in [
        later.add_seal(empty()),
        Keyring::create(Memory::new(), empty()).map(drop),
        later.reseal([empty()]).map(drop),
        later.key("cards").unwrap().backup(Seal::any([phrase(), all()])).map(drop),
        Seal::any([phrase(), all()]).id().map(drop),
        Keyring::open(store, empty()).map(drop),
    ] {
        assert!(matches!(refused, Err(Error::InvalidOption { .. })), "{refused:?}");
    }
}

/// A keyring that was opened with several goes on with those that it is resealed to.
#[test]
fn a_reseal_keeps_the_seals_that_it_names() {
    let (a, b, store) = (Service::with(Flaw::None), Service::with(Flaw::None), Memory::new());
    let both = || Seal::any([a.of_kind("a", "a"), b.of_kind("b", "b")]);
    let ring = Keyring::create(store.clone(), both()).unwrap();
    ring.reseal([both()]).unwrap();
    // Another process makes a new root key, which needs a seal here; the first is away.
    Keyring::open(store.clone(), b.of_kind("b", "b")).unwrap().reseal([both()]).unwrap();
    a.away.store(true, Ordering::SeqCst);
    ring.create_key("cards", KeySpec::default()).unwrap();
    assert_eq!(used(&ring), ["b b"]);
    ring.reseal([b.of_kind("b", "b")]).unwrap();
    assert_eq!(used(&ring), ["b b"]);
    // One that none of them is takes their place.
    ring.reseal([phrase()]).unwrap();
    assert_eq!(used(&ring), ["passphrase passphrase"]);
}

/// The id of a passphrase says nothing of its text.
#[test]
fn a_reseal_goes_on_with_the_text_that_it_was_given() {
    let store = Memory::new();
    let (old, new) = (|| Seal::passphrase(b"an old passphrase"), || Seal::passphrase(b"a new passphrase"));
    let ring = Keyring::create(store.clone(), old()).unwrap();
    ring.reseal([new()]).unwrap();
    // Another process makes a new root key, which this one can open.
    Keyring::open(store, new()).unwrap().reseal([new()]).unwrap();
    ring.create_key("cards", KeySpec::default()).unwrap();
}

#[test]
fn whoever_cannot_be_asked_is_told_of_the_other_copies() {
    let (a, b, store) = (Service::with(Flaw::None), Service::with(Flaw::None), Memory::new());
    Keyring::create(store.clone(), Seal::any([a.of_kind("a", "a"), b.of_kind("b", "b"), phrase()])).unwrap();
    a.away.store(true, Ordering::SeqCst);
    b.away.store(true, Ordering::SeqCst);
    let told = |seal: Seal| Keyring::open(store.clone(), seal).unwrap_err().to_string();
    assert_eq!(
        told(a.of_kind("a", "a")),
        "the seal failed: nobody answers; the keyring has other copies, for b \"b\", passphrase \"passphrase\""
    );
    let both = told(Seal::any([a.of_kind("a", "a"), b.of_kind("b", "b")]));
    assert!(both.ends_with("; the keyring has other copies, for passphrase \"passphrase\""), "{both}");
    // Of what cannot be read nobody knows which copy is its own.
    let unread = told(Seal::root_key_file("no/such/file"));
    assert!(
        unread.ends_with("; the keyring has copies, for a \"a\", b \"b\", passphrase \"passphrase\""),
        "{unread}"
    );
    // Under another name it is its own copy all the same, and perhaps not the key that was meant.
    assert!(
        told(a.of_kind("a", "ap")).starts_with(
            "the seal failed: nobody answers; the keyring's copy is for a \"a\", and this seal is \"ap\"; the \
             keyring has other copies"
        ),
        "{}",
        told(a.of_kind("a", "ap"))
    );
    // Where there is no other, nothing is said of one.
    let alone = Memory::new();
    let service = Service::with(Flaw::None);
    Keyring::create(alone.clone(), service.seal("app")).unwrap();
    service.away.store(true, Ordering::SeqCst);
    let said = Keyring::open(alone, service.seal("app")).unwrap_err().to_string();
    assert_eq!(said, "the seal failed: nobody answers");
    let ring = Keyring::create(Memory::new(), service.seal("app"));
    assert_eq!(ring.unwrap_err().to_string(), said);
}

/// Whoever opened the only copy of a kind under another id could not open it beside a second one.
#[test]
fn a_second_copy_of_a_kind_waits_until_the_first_has_its_id() {
    let (service, store) = (Service::with(Flaw::None), Memory::new());
    Keyring::create(store.clone(), service.seal("old name")).unwrap();
    let ring = Keyring::open(store.clone(), service.seal("new name")).unwrap();
    let refused = ring.add_seal(service.seal("third name")).unwrap_err();
    assert_eq!(refused.detail(), Some("seal_under_another_id"));
    ring.add_seal(phrase()).unwrap();
    ring.add_seal(service.seal("new name")).unwrap();
    ring.add_seal(service.seal("third name")).unwrap();
    Keyring::open(store, service.seal("new name")).unwrap();
}

/// Another process makes a new root key while the platform is away from this one.
#[test]
fn an_open_keyring_goes_on_while_its_platform_is_away() {
    let (service, store, clock) = (Service::with(Flaw::None), Memory::new(), Told::at(1_700_000_000_000));
    let ring = Keyring::builder().clock(clock.clone());
    let ring =
        ring.create(store.clone(), Seal::any([service.seal("app"), service.of_kind("b", "b")])).unwrap();
    let cards = ring.create_key("cards", KeySpec::default()).unwrap();
    let text = cards.encrypt(b"4111", Aad::NONE).unwrap();
    let other = Keyring::open(store, service.seal("app")).unwrap();
    other.reseal([service.seal("app")]).unwrap();
    let others = other.key("cards").unwrap();
    others.rotate().unwrap();
    let new = others.encrypt(b"5500", Aad::NONE).unwrap();
    service.away.store(true, Ordering::SeqCst);
    service.refused.store(0, Ordering::SeqCst);
    service.slow.store(300, Ordering::SeqCst);
    clock.pass(Duration::from_secs(1));
    for _ in 0..50 {
        assert_eq!(cards.decrypt(&text, Aad::NONE).unwrap().expose(), b"4111");
        cards.encrypt(b"x", Aad::NONE).unwrap();
        // What it does not know it cannot open, and it says why.
        assert!(matches!(cards.decrypt(&new, Aad::NONE), Err(Error::SealFailed { .. })));
    }
    let asked = service.refused.load(Ordering::SeqCst);
    assert!((1..=4).contains(&asked), "each of 150 calls would have waited for it: {asked}");
    // As stale as it may be, it encrypts no more, and opens all the same.
    clock.pass(Duration::from_secs(3600));
    assert!(matches!(cards.encrypt(b"x", Aad::NONE), Err(Error::Stale)));
    assert_eq!(cards.decrypt(&text, Aad::NONE).unwrap().expose(), b"4111");
    // What fails at once is asked again at once.
    clock.pass(Duration::from_secs(60));
    service.slow.store(0, Ordering::SeqCst);
    for asked in 1..4 {
        service.refused.store(0, Ordering::SeqCst);
        assert!(matches!(cards.decrypt(&new, Aad::NONE), Err(Error::SealFailed { .. })));
        assert!(service.refused.load(Ordering::SeqCst) > 0, "{asked}");
    }
    service.away.store(false, Ordering::SeqCst);
    assert_eq!(cards.decrypt(&new, Aad::NONE).unwrap().expose(), b"5500");
    cards.encrypt(b"x", Aad::NONE).unwrap();
}

/// A secret that was replaced where it lies is read again.
#[test]
fn a_stored_secret_is_read_again_where_it_does_not_open() {
    struct Drawer(Mutex<Vec<u8>>);
    impl RootKeySource for Drawer {
        fn place(&self) -> &str {
            "the drawer"
        }
        fn read(&self) -> Result<SecretBytes, SealError> {
            Ok(SecretBytes::new(self.0.lock().unwrap().clone()))
        }
    }
    let text = || Seal::generate_root_key().unwrap().expose().to_vec();
    let (drawer, store) = (Arc::new(Drawer(Mutex::new(text()))), Memory::new());
    let seal = || Seal::root_key_source(drawer.clone());
    Keyring::create(store.clone(), seal()).unwrap();
    let (ring, other) =
        (Keyring::open_or_create(store.clone(), seal()).unwrap(), Keyring::open(store, seal()).unwrap());
    *drawer.0.lock().unwrap() = text();
    other.reseal([seal()]).unwrap();
    ring.create_key("cards", KeySpec::default()).unwrap();
}

#[test]
fn what_several_seals_say_alike_is_said_as_one_says_it() {
    let (public, store) = (Service::with(Flaw::PublicWithoutDecrypt), Memory::new());
    let both = || Seal::any([public.of_kind("a", "a"), public.of_kind("b", "b")]);
    Keyring::create(store.clone(), both()).unwrap();
    assert_eq!(Keyring::open(store, both()).unwrap_err(), Error::PinRequired);
    // A snapshot that somebody else has made may be theirs as well.
    let ring = Keyring::create(Memory::new(), public.seal("app")).unwrap();
    let snapshot = ring.snapshot_bytes().unwrap();
    let restored = Keyring::builder().restore_bytes(&snapshot, Memory::new(), public.seal("app"));
    assert_eq!(restored.unwrap_err(), Error::PinRequired);
    // What only one of them knows is said of that one.
    let store = Memory::new();
    let some = || Seal::any([Service::with(Flaw::None).seal("app"), phrase()]).allow_costly();
    Keyring::create(store.clone(), some()).unwrap();
    Keyring::open(store, some()).unwrap();
}
