//! The line of roots: whoever holds an old root key, an old root document and the folder cannot put the old
//! root key back.

use std::sync::{Arc, Mutex};
use strongroom::{
    Aad, DocName, Error, KeySpec, KeyType, Keyring, Memory, Pin, Seal, SealError, SealProvider, SecretArray,
    Store,
};
use strongroom_tests::cbor::Cbor;
use strongroom_tests::forge::{Known, put};
use strongroom_tests::hooked::{Hooked, Step};

/// The seal that everybody has all the time. It records what it was asked to unwrap, so that a test can know
/// root keys.
#[derive(Clone, Default)]
struct Module(Arc<Mutex<Vec<Wrapped>>>, bool);

/// A root key, and what it was bound to.
type Wrapped = ([u8; 32], Vec<u8>);

impl SealProvider for Module {
    fn kind(&self) -> &str {
        "module"
    }
    fn key_id(&self) -> &str {
        "one"
    }
    fn wrap(&self, key: &SecretArray<32>, aad: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut kept = self.0.lock().unwrap();
        kept.push((*key.expose(), aad.to_vec()));
        Ok(((kept.len() - 1) as u64).to_be_bytes().to_vec())
    }
    fn unwrap(&self, blob: &[u8], aad: &[u8]) -> Result<SecretArray<32>, SealError> {
        let number = u64::from_be_bytes(blob.try_into().map_err(|_| SealError::Refused)?);
        let kept = self.0.lock().unwrap();
        let (key, bound) = kept.get(number as usize).ok_or(SealError::Refused)?;
        if bound == aad { Ok(SecretArray::copy_of(key).unwrap()) } else { Err(SealError::Refused) }
    }
    fn public_wrap(&self) -> bool {
        self.1
    }
}

impl Module {
    fn seal(&self) -> Seal {
        Seal::provider(Arc::new(self.clone()))
    }

    /// The key that was wrapped first: root key 1.
    fn first_root(&self) -> [u8; 32] {
        self.0.lock().unwrap()[0].0
    }
}

/// A root document of the highest generation that lists root key 1 alone, in a copy that everybody's seal
/// opens, with a line of its own: all that the holder of the old root key can write.
fn forged(module: &Module, ring: &Keyring, blob: Vec<u8>, with_line: bool) -> Vec<u8> {
    let known = Known { id: *ring.id().as_bytes(), root: module.first_root(), ..Known::default() };
    let root = Cbor::map([
        ("number", Cbor::Uint(1)),
        ("copies", Cbor::Array(vec![Known::copy("module", "one", blob)])),
    ]);
    let mut fields = vec![("label", Cbor::text("")), ("roots", Cbor::Array(vec![root]))];
    if with_line {
        fields.push(("line", known.line_of_one()));
    }
    known.root_document_of(u64::MAX >> 1, &Cbor::map(fields).encode())
}

struct Resealed {
    module: Module,
    store: Memory,
    /// Opened before the reseal, with a key in use.
    running: Keyring,
    /// The blob of root key 1 that the seal opens, as it stood in the root document while the reseal went on.
    old_copy: Vec<u8>,
    first_pin: Pin,
}

fn resealed() -> Resealed {
    let (module, store) = (Module::default(), Memory::new());
    let running = Keyring::create(store.clone(), module.seal()).unwrap();
    running.create_key("cards", KeySpec::default()).unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    let first_pin = running.pin().unwrap();
    running.reseal([module.seal()]).unwrap();
    running.key("cards").unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    // The first copy was wrapped at creation.
    Resealed { module, store, running, old_copy: 0u64.to_be_bytes().to_vec(), first_pin }
}

fn rolled_back(error: Error) {
    assert!(matches!(&error, Error::RolledBack { document } if document == "root.sr"), "{error:?}");
}

#[test]
fn an_old_root_key_does_not_become_the_newest_again() {
    for with_line in [true, false] {
        let Resealed { module, store, running, old_copy, first_pin } = resealed();
        let (key, late_pin) = (running.key("cards").unwrap(), running.pin().unwrap());
        let ciphertext = key.encrypt(b"4111", Aad::NONE).unwrap();
        put(&store, &DocName::Root, forged(&module, &running, old_copy, with_line));
        // Whoever runs takes none of it: no change is sealed under the old root key, and what there is goes
        // on.
        rolled_back(key.rotate().unwrap_err());
        rolled_back(running.create_key("new", KeySpec::default()).unwrap_err());
        rolled_back(
            running.add_seal(Seal::root_key(SecretArray::copy_of(&[9, 1].repeat(16)).unwrap())).unwrap_err(),
        );
        rolled_back(running.reseal([module.seal()]).unwrap_err());
        rolled_back(running.pin().unwrap_err());
        assert_eq!(running.check().unwrap().faults[0].error.name(), "rolled_back");
        running.refresh().unwrap();
        assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        // Whoever starts with a pin sees that it is not what it was, whenever the pin was taken after the
        // reseal.
        let open = |pin: Pin| Keyring::builder().pinned(pin).open(store.clone(), module.seal()).map(drop);
        assert_eq!(open(late_pin), Err(Error::KeyringMismatch));
        // An older one is met by the old root key, as the page about compromised keys says: renew it.
        assert_eq!(open(first_pin), Ok(()));
    }
}

#[test]
fn a_pin_stays_good_over_reseals_and_names_one_keyring() {
    let Resealed { module, store, running, first_pin, .. } = resealed();
    for _ in 0..3 {
        running.reseal([module.seal()]).unwrap();
    }
    let open = |pin: Pin| Keyring::builder().pinned(pin).open(store.clone(), module.seal()).map(drop);
    assert_eq!(open(first_pin), Ok(()));
    let now = running.pin().unwrap();
    assert_eq!((now.root_number(), now.keyring()), (5, running.id()));
    assert_eq!(open(now.to_string().parse().unwrap()), Ok(()));
    let text = now.to_string();
    for wrong in [
        text.replace(":5:", ":4:"),
        text.replace(&running.id().to_string(), &"00".repeat(16)),
        format!("{text}0"),
    ] {
        assert_eq!(open(wrong.parse().unwrap()), Err(Error::KeyringMismatch), "{wrong}");
    }
}

/// A document from before there were lines opens, with a pin too, and the next write gives it one.
#[test]
fn a_document_without_a_line_gets_one() {
    let (known, store) = (Known::default(), Memory::new());
    put(&store, &DocName::Root, known.own_root_document());
    let seal = || Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap());
    let ring = Keyring::open(store.clone(), seal()).unwrap();
    let pin = ring.pin().unwrap();
    Keyring::builder().pinned(pin).open(store.clone(), seal()).unwrap();
    let has_line = |store: &Memory| {
        store.load(&DocName::Root).unwrap().unwrap().0.as_bytes().windows(5).any(|five| five == b"\x64line")
    };
    assert!(!has_line(&store));
    ring.add_seal(Seal::passphrase("correct horse battery staple".as_bytes())).unwrap();
    assert!(has_line(&store));
    ring.reseal([seal()]).unwrap();
    Keyring::builder().pinned(pin).open(store.clone(), seal()).unwrap();
    // From then on one without is a step back, also in the hand of whoever holds that root key.
    let running = Keyring::open(store.clone(), seal()).unwrap();
    put(
        &store,
        &DocName::Root,
        known.root_document_of(
            99,
            &Known::roots(vec![Known::copy(
                "root-key",
                &known.seal_id(),
                known.wrapped(&known.id, &known.root),
            )]),
        ),
    );
    rolled_back(running.create_key("cards", KeyType::Ed25519).map(drop).unwrap_err());
}

#[test]
fn a_seal_that_wraps_without_a_secret_needs_a_pin() {
    let (module, store) = (Module(Arc::default(), true), Memory::new());
    let ring = Keyring::create(store.clone(), module.seal()).unwrap();
    assert_eq!(Keyring::open(store.clone(), module.seal()).unwrap_err(), Error::PinRequired);
    assert_eq!(
        Keyring::builder().pin(ring.id(), 1).open(store.clone(), module.seal()).unwrap_err(),
        Error::PinRequired
    );
    Keyring::builder().pinned(ring.pin().unwrap()).open(store, module.seal()).unwrap();
}

/// A key or usage document of a higher generation under an older root key, as its holder can write it while
/// the root document still lists both.
#[test]
fn a_document_never_goes_back_to_an_older_root_key() {
    let (module, documents) = (Module::default(), Memory::new());
    let store = Hooked::new(documents.clone());
    let ring = Keyring::create(store.clone(), module.seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    key.encrypt(b"4111", Aad::NONE).unwrap();
    let names = ["key-cards.sr", "usage-cards.sr"].map(|name| DocName::from_file_name(name).unwrap());
    let body = |key: &Keyring, name: &DocName| {
        let (document, _) = documents.load(name).unwrap().unwrap();
        let header = document.as_bytes()[..49 + "cards".len()].to_vec();
        (
            header,
            strongroom_tests::forge::open_document(
                &module.first_root(),
                key.id().as_bytes(),
                document.as_bytes(),
                "cards",
            ),
        )
    };
    let old = names.clone().map(|name| body(&ring, &name));
    // Once both are under the new root key, and before the root document drops the old one.
    let (forge_into, id, root) = (documents.clone(), *ring.id().as_bytes(), module.first_root());
    let forged = Arc::new(Mutex::new(0));
    let (count, reader) = (forged.clone(), Keyring::open(documents.clone(), module.seal()).unwrap());
    let seen = reader.key("cards").unwrap();
    store.set(move |step, name| {
        let under_new = names
            .iter()
            .all(|name| forge_into.load(name).unwrap().unwrap().0.as_bytes()[20..24] == 2u32.to_be_bytes());
        if !under_new || step != Step::Putting || *name != DocName::Root {
            return false;
        }
        reader.refresh().unwrap();
        seen.encrypt(b"4111", Aad::NONE).unwrap();
        seen.info().unwrap();
        for (name, (header, body)) in names.iter().zip(&old) {
            put(
                &forge_into,
                name,
                strongroom_tests::forge::seal_document(&root, &id, header, 1_000, body, "cards"),
            );
        }
        reader.refresh().unwrap();
        for refused in [seen.rotate().map(drop), seen.info().map(drop)] {
            assert!(
                matches!(&refused, Err(Error::RolledBack { document }) if document.ends_with("cards.sr")),
                "{refused:?}"
            );
        }
        *count.lock().unwrap() += 1;
        true
    });
    let _ = ring.reseal([module.seal()]);
    assert_eq!(*forged.lock().unwrap(), 1);
}
