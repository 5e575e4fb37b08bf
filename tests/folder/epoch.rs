//! The file `epoch` is removed or spoilt while processes run that remember what it said.

use crate::seal;
use std::path::Path;
use std::time::Duration;
use strongroom::{Aad, Directory, Error, KeySpec, Keyring};
use strongroom_tests::clock::Told;

fn epoch(place: &Path) -> u64 {
    u64::from_be_bytes(std::fs::read(place.join("epoch")).unwrap()[..8].try_into().unwrap())
}

/// Somebody does something to `epoch` after a process has looked at it; another one makes as many changes as
/// there were before, the last of which disables the key. Then the first one looks again, by itself.
fn a_disabled_key_stops(what: &str, spoil: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let (place, clock) = (folder.path().join("keys"), Told::at(0));
    Keyring::create(Directory::new(&place), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    let ring = Keyring::builder().clock(clock.clone()).open(Directory::new(&place), seal()).unwrap();
    let cards = ring.key("cards").unwrap();
    cards.encrypt(b"4111", Aad::NONE).unwrap();

    let another = Keyring::open(Directory::new(&place), seal()).unwrap().key("cards").unwrap();
    another.rotate().unwrap();
    // Seen, and read again under it.
    clock.pass(Duration::from_millis(250));
    assert!(cards.encrypt(b"4111", Aad::NONE).unwrap().starts_with("strongroom:v2:"), "{what}");
    let known = epoch(&place);
    spoil(&place.join("epoch"));
    // Two were made by the first process and one by the second one: were they counted from the start again,
    // the number would be the same.
    another.rotate().unwrap();
    another.rotate().unwrap();
    another.disable().unwrap();
    assert_ne!(epoch(&place), known, "{what}: the numbers began again");
    clock.pass(Duration::from_millis(250));
    let refused = cards.encrypt(b"4111", Aad::NONE);
    assert!(matches!(refused, Err(Error::KeyDisabled { .. })), "{what}");
}

#[test]
fn an_epoch_that_begins_again_never_meets_a_number_that_was_known() {
    a_disabled_key_stops("removed", |epoch| std::fs::remove_file(epoch).unwrap());
    a_disabled_key_stops("emptied", |epoch| std::fs::write(epoch, b"").unwrap());
    a_disabled_key_stops("torn", |epoch| std::fs::write(epoch, [0; 3]).unwrap());
    a_disabled_key_stops("nothing but zeros", |epoch| std::fs::write(epoch, [0; 24]).unwrap());
    a_disabled_key_stops("the highest number", |epoch| std::fs::write(epoch, [0xff; 24]).unwrap());
}

/// Nobody writes after it was removed: whoever only reads makes none, and is told of everything when asked to
/// look.
#[test]
fn without_an_epoch_a_look_reads_every_key_anew() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("keys");
    Keyring::create(Directory::new(&place), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    let ring = Keyring::open(Directory::new(&place), seal()).unwrap();
    let cards = ring.key("cards").unwrap();
    let another = Keyring::open(Directory::new(&place), seal()).unwrap().key("cards").unwrap();
    for disable in [true, false, true] {
        if disable { another.disable() } else { another.enable() }.unwrap();
        std::fs::remove_file(place.join("epoch")).unwrap();
        ring.refresh().unwrap();
        assert_eq!(cards.encrypt(b"4111", Aad::NONE).is_err(), disable);
        assert!(!place.join("epoch").exists(), "who only reads has made one");
    }
}
