//! Copies of the root key that are wrapped anew under the newest version of a platform's key.

use super::*;

/// Beside the blob of the one copy nothing changes.
#[test]
fn a_copy_is_wrapped_anew_in_its_place() {
    let (a, b, store) = (Service::with(Flaw::None), Service::with(Flaw::None), Memory::new());
    let seals = [a.of_kind("a", "old name").labelled("the first"), phrase(), b.of_kind("b", "b")];
    let ring = Keyring::create(store.clone(), Seal::any(seals)).unwrap();
    let (before, pin, infos) = (root(&store), ring.pin().unwrap(), ring.seals().unwrap());
    let number = ring.seals().unwrap().len();
    let opened = Keyring::open(store.clone(), a.of_kind("a", "new name")).unwrap();
    a.asked();
    b.asked();
    // Of the seal that opened it, where none is named: it opens its copy, wraps, and opens what it wrapped.
    opened.rewrap_seals([]).unwrap();
    let binding = Binding::keyring(ring.id(), 1);
    assert_eq!(a.asked(), [("unwrap", binding), ("wrap", binding), ("unwrap", binding)]);
    assert_eq!(b.asked(), []);
    assert_ne!(root(&store), before);
    let after = ring.seals().unwrap();
    let known = |infos: &[strongroom::SealInfo]| -> Vec<_> {
        infos.iter().map(|i| (i.kind.clone(), i.id.clone(), i.label.clone(), i.added)).collect()
    };
    assert_eq!((known(&after), after.len()), (known(&infos), number));
    assert_eq!(ring.pin().unwrap().root_number(), pin.root_number());
    // What was wrapped before is gone; the others are as they were.
    a.keys.lock().unwrap().remove(&0_u64.to_be_bytes().to_vec()).unwrap();
    for seal in [a.of_kind("a", "old name"), a.of_kind("a", "new name"), phrase(), b.of_kind("b", "b")] {
        Keyring::open(store.clone(), seal).unwrap();
    }
    opened.rewrap_seals([b.of_kind("b", "b"), phrase()]).unwrap();
    b.keys.lock().unwrap().remove(&0_u64.to_be_bytes().to_vec()).unwrap();
    Keyring::open(store.clone(), b.of_kind("b", "b")).unwrap();
    Keyring::open(store, phrase()).unwrap();
}

#[test]
fn what_does_not_open_its_copy_does_not_take_its_place() {
    let (a, other, store) = (Service::with(Flaw::None), Service::with(Flaw::None), Memory::new());
    let ring = Keyring::create(store.clone(), Seal::any([a.seal("app"), phrase()])).unwrap();
    let before = root(&store);
    // Another key of the name, and another passphrase.
    assert_eq!(ring.rewrap_seals([other.seal("app")]).unwrap_err(), Error::WrongSeal);
    let mistyped = ring.rewrap_seals([a.seal("app"), Seal::passphrase(b"correct hoarse")]).unwrap_err();
    assert_eq!(mistyped, Error::WrongSeal);
    let missing = ring.rewrap_seals([a.of_kind("b", "b")]).unwrap_err();
    assert_eq!(missing.detail(), Some("seal_without_copy"));
    assert!(missing.to_string().contains("add_seal"), "{missing}");
    assert_eq!(ring.rewrap_seals([phrase(), phrase()]).unwrap_err(), Error::SealExists);
    a.away.store(true, Ordering::SeqCst);
    assert!(matches!(ring.rewrap_seals([phrase(), a.seal("app")]), Err(Error::SealFailed { .. })));
    assert_eq!(root(&store), before);
    // What can only wrap does not show that it opens what it wraps.
    let (public, kept) = (Service::with(Flaw::PublicWithoutDecrypt), Memory::new());
    let ring = Keyring::create(kept.clone(), public.seal("app")).unwrap();
    let before = root(&kept);
    assert!(ring.rewrap_seals([public.seal("app")]).is_err());
    assert_eq!(root(&kept), before);
    let none = Keyring::in_memory().rewrap_seals([]).unwrap_err();
    assert_eq!(none.detail(), Some("no_seal"));
}

/// While a reseal is under way there are two root keys.
#[test]
fn every_root_key_is_wrapped_anew() {
    let (a, store) = (Service::with(Flaw::None), Memory::new());
    let ring = Keyring::create(store.clone(), a.seal("app")).unwrap();
    ring.create_key("cards", KeySpec::default()).unwrap();
    let name = DocName::Key("cards".parse().unwrap());
    let sound = store.load(&name).unwrap().unwrap().0.as_bytes().to_vec();
    forge::put(&store, &name, b"damaged".to_vec());
    assert!(ring.reseal([a.seal("app")]).is_err());
    forge::put(&store, &name, sound);
    let before = a.keys.lock().unwrap().len();
    a.asked();
    ring.rewrap_seals([a.seal("app")]).unwrap();
    let roots: Vec<Binding> = a.asked().into_iter().map(|(_, binding)| binding).collect();
    let root = |number| [Binding::keyring(ring.id(), number); 3];
    assert_eq!(roots, [root(1), root(2)].concat());
    a.keys.lock().unwrap().retain(|number, _| *number >= (before as u64).to_be_bytes().to_vec());
    Keyring::open(store, a.seal("app")).unwrap().key("cards").unwrap();
}
