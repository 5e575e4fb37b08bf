//! What is done with the token of SoftHSM2 that the environment names, each in a process of its own.

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::Attribute;
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use std::collections::BTreeSet;
use strongroom::{Aad, Binding, DocName, Error, KeySpec, Keyring, Memory, Seal, Store};
use strongroom_platforms::{Pkcs11Key, Pkcs11Mechanism};

fn module() -> String {
    std::env::var("PKCS11_MODULE").unwrap()
}

/// The token, and whoever makes its keys.
fn token() -> (Pkcs11, Slot) {
    let module = Pkcs11::new(module()).unwrap();
    let _ = module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK));
    let slots = module.get_slots_with_token().unwrap();
    let is_ours = |slot: &Slot| module.get_token_info(*slot).unwrap().label().trim() == "strongroom";
    let slot = slots.into_iter().find(is_ours).unwrap();
    (module, slot)
}

fn officer(module: &Pkcs11, slot: Slot) -> Session {
    let session = module.open_rw_session(slot).unwrap();
    session.login(UserType::User, Some(&AuthPin::from("1234".to_owned()))).unwrap();
    session
}

fn make_aes(session: &Session, label: &str, id: u8) {
    let template = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Label(label.into()),
        Attribute::Id(vec![id]),
        Attribute::ValueLen(32.into()),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
    ];
    session.generate_key(&Mechanism::AesKeyGen, &template).unwrap();
}

fn make_rsa(session: &Session, label: &str) {
    let label = || Attribute::Label(label.into());
    let public = [
        Attribute::Token(true),
        label(),
        Attribute::ModulusBits(2048.into()),
        Attribute::PublicExponent(vec![1, 0, 1]),
        Attribute::Encrypt(true),
    ];
    let private = [Attribute::Token(true), label(), Attribute::Decrypt(true), Attribute::Sensitive(true)];
    session.generate_key_pair(&Mechanism::RsaPkcsKeyPairGen, &public, &private).unwrap();
}

fn url(object: &str, more: &str) -> String {
    format!("pkcs11:token=strongroom;object={object}?module-path={}{more}", module())
}

const PIN: &str = "&pin-source=env:TOKEN_PIN";

fn seal(object: &str) -> Seal {
    strongroom_platforms::seal(&url(object, PIN)).unwrap()
}

fn create(seal: Seal) -> Result<(Memory, Keyring, String), Error> {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal)?;
    let text = ring.create_key("cards", KeySpec::default())?.encrypt(b"4111", Aad::NONE)?;
    Ok((store, ring, text))
}

fn open(store: &Memory, seal: Seal, text: &str) -> Result<(), Error> {
    let ring = Keyring::open(store.clone(), seal)?;
    assert_eq!(ring.key("cards")?.decrypt(text, Aad::NONE)?.expose(), b"4111");
    Ok(())
}

fn reason<T>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::SealFailed { reason }) => reason.as_str().to_owned(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it did not fail"),
    }
}

#[test]
#[ignore = "it is started by another test, beside a token"]
fn aes_gcm() {
    let (module, slot) = token();
    let session = officer(&module, slot);
    for (label, id) in [("app", 1), ("other", 2), ("twice", 3), ("twice", 4)] {
        make_aes(&session, label, id);
    }
    session.close().unwrap();
    let (store, ring, text) = create(seal("app")).unwrap();
    let seals = ring.seals().unwrap();
    assert_eq!(
        (seals.len(), seals[0].kind.as_str(), seals[0].id.as_str(), seals[0].in_use),
        (1, "pkcs11", "strongroom/app", true)
    );
    open(&store, seal("app"), &text).unwrap();
    // The builder does the same, with the PIN in a file.
    let file = std::path::Path::new(&std::env::var("HOME").unwrap()).join("pin");
    std::fs::write(&file, "1234\n").unwrap();
    let built = Pkcs11Key::new(self::module(), "strongroom", "app").pin_file(&file);
    open(&store, built.seal(), &text).unwrap();
    let from_file = url("app", &format!("&pin-source=file:{}", file.display()));
    open(&store, strongroom_platforms::seal(&from_file).unwrap(), &text).unwrap();
    // Another key opens nothing, and SoftHSM2 says of that no more than that something went wrong.
    assert_eq!(open(&store, seal("other"), &text).unwrap_err(), Error::WrongSeal);
    // Two keys of one label: their ids tell them apart.
    let why = reason(create(seal("twice")));
    assert!(why.contains("several objects that fit"), "{why}");
    let by_id = |id: &str| strongroom_platforms::seal(&url(&format!("twice;id=%{id}"), PIN)).unwrap();
    let (store, ring, text) = create(by_id("03")).unwrap();
    open(&store, by_id("03"), &text).unwrap();
    assert_eq!(open(&store, by_id("04"), &text).unwrap_err(), Error::WrongSeal);
    ring.reseal([seal("app"), by_id("04")]).unwrap();
    open(&store, seal("app"), &text).unwrap();
    let backup = ring.key("cards").unwrap().backup(seal("app")).unwrap();
    Keyring::in_memory().restore_key(&backup, seal("app"), None).unwrap();
}

/// Another client of the token opens what is in the copy, with what binds it and not without.
#[test]
#[ignore = "it is started by another test, beside a token"]
fn bound() {
    let (module, slot) = token();
    let session = officer(&module, slot);
    make_aes(&session, "app", 1);
    let mut nonces = BTreeSet::new();
    for _ in 0..10 {
        let (store, ring, _) = create(seal("app")).unwrap();
        let (root, _) = store.load(&DocName::Root).unwrap().unwrap();
        let root = root.as_bytes();
        // "SP1" ‖ u16be n ‖ { "iv": 12 bytes, "blob": 48 bytes }, in CBOR
        let begin = b"SP1\0\x48\xa2\x62iv\x4c";
        let at = root.windows(begin.len()).position(|window| window == begin).unwrap() + begin.len();
        let (iv, rest) = root[at..].split_first_chunk::<12>().unwrap();
        let blob = &rest.strip_prefix(b"\x64blob\x58\x30").unwrap()[..48];
        let object = session.find_objects(&[Attribute::Label(b"app".into())]).unwrap()[0];
        let decrypt = |aad: &[u8]| {
            let mut iv = *iv;
            let params = GcmParams::new(&mut iv, aad, 128usize.try_into().unwrap()).unwrap();
            session.decrypt(&Mechanism::AesGcm(params), object, blob)
        };
        assert_eq!(decrypt(&Binding::keyring(ring.id(), 1).encoded()).unwrap().len(), 32);
        for aad in [
            vec![],
            Binding::keyring(ring.id(), 2).encoded(),
            Binding::backup(*ring.id().as_bytes()).encoded(),
        ] {
            decrypt(&aad).unwrap_err();
        }
        nonces.insert(*iv);
    }
    assert_eq!(nonces.len(), 10);
}

#[test]
#[ignore = "it is started by another test, beside a token"]
fn rsa_oaep() {
    let (module, slot) = token();
    let session = officer(&module, slot);
    make_rsa(&session, "pair");
    make_rsa(&session, "other");
    session.close().unwrap();
    let seal = |object: &str| {
        let key = Pkcs11Key::new(self::module(), "strongroom", object).pin_env("TOKEN_PIN");
        key.mechanism(Pkcs11Mechanism::RsaOaepSha1).seal()
    };
    // Whoever has the public key can wrap, so it opens with a pin, or beside a seal that wraps with a secret.
    let phrase = || Seal::passphrase("correct horse battery staple".as_bytes());
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), Seal::any([seal("pair"), phrase()])).unwrap();
    let text = ring.create_key("cards", KeySpec::default()).unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    let pin = ring.pin().unwrap();
    assert_eq!(Keyring::open(store.clone(), seal("pair")).unwrap_err(), Error::PinRequired);
    let opened = Keyring::builder().pinned(pin).open(store.clone(), seal("pair")).unwrap();
    assert_eq!(opened.key("cards").unwrap().decrypt(&text, Aad::NONE).unwrap().expose(), b"4111");
    let wrong = Keyring::builder().pinned(pin).open(store, seal("other")).unwrap_err();
    assert_eq!(wrong, Error::WrongSeal);
    // This token has no other hash, and says so.
    let key = Pkcs11Key::new(self::module(), "strongroom", "pair").pin_env("TOKEN_PIN");
    let why = reason(create(key.mechanism(Pkcs11Mechanism::RsaOaepSha256).seal()));
    assert!(why.contains("C_EncryptInit answers ArgumentsBad; the token does not do this"), "{why}");
}

#[test]
#[ignore = "it is started by another test, beside a token"]
fn threads() {
    let (module, slot) = token();
    let session = officer(&module, slot);
    make_aes(&session, "app", 1);
    session.close().unwrap();
    let (store, _, text) = create(seal("app")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    open(&store, seal("app"), &text).unwrap();
                }
            });
        }
    });
    // The login ends with the last session: nobody sees the key who has not logged in.
    let session = module.open_ro_session(slot).unwrap();
    assert!(session.find_objects(&[Attribute::Label(b"app".into())]).unwrap().is_empty());
}

#[test]
#[ignore = "it is started by another test, beside a token"]
fn faults() {
    let (module, slot) = token();
    let session = officer(&module, slot);
    make_aes(&session, "app", 1);
    session.close().unwrap();
    let at = |url: &str| reason(create(strongroom_platforms::seal(url).unwrap()));
    let file = std::path::Path::new(&std::env::var("HOME").unwrap()).join("pin");
    std::fs::write(&file, "hunter2").unwrap();
    let wrong_pin = format!("&pin-source=file:{}", file.display());
    let elsewhere = |from: &str, to: &str| url("app", PIN).replace(from, to);
    for (url, told) in [
        (url("app", &wrong_pin), "C_Login answers PinIncorrect; the PIN is wrong"),
        (url("app", "&pin-source=env:NOT_SET"), "the variable NOT_SET of the environment is not set"),
        (url("app", "&pin-source=file:/none"), "cannot read the file /none"),
        (url("app", ""), "the token has a PIN"),
        (url("absent", PIN), "no secret key of this name"),
        (url("app", &format!("{PIN}&mechanism=rsa-oaep-sha1")), "no public key of this name"),
        (elsewhere("token=strongroom", "token=none"), "no such token"),
        (elsewhere(&self::module(), "/none.so"), "the module /none.so cannot be loaded"),
        (elsewhere(&self::module(), "/etc/passwd"), "cannot be loaded"),
        (elsewhere("token=strongroom", "token=strongroom;serial=0"), "no such token"),
    ] {
        let why = at(&url);
        assert!(why.contains("pkcs11: encrypt") && why.contains(told), "{url}: {why}");
        assert!(!why.contains("hunter2") && !why.contains("1234"), "{why}");
    }
    // To open, too; and a copy that is none of a token's is refused before the token is asked.
    let (store, _, text) = create(seal("app")).unwrap();
    let why = reason(open(&store, strongroom_platforms::seal(&url("app", &wrong_pin)).unwrap(), &text));
    assert!(why.contains("decrypt") && why.contains("PinIncorrect"), "{why}");
    let session = officer(&module, slot);
    let object = session.find_objects(&[Attribute::Label(b"app".into())]).unwrap()[0];
    session.destroy_object(object).unwrap();
    session.close().unwrap();
    let why = reason(open(&store, seal("app"), &text));
    assert!(why.contains("no secret key of this name"), "{why}");
}
