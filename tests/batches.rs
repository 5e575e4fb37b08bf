//! A batch is one call: let in once, with the key as it is then. Its results are those of the singles.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use strongroom::{Aad, Clock, Error, Item, KeyType, Keyring, Memory, Seal, SecretArray};

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

/// Counts how often a call asks for the time, which it does when it is let in.
#[derive(Default)]
struct Counting(AtomicU64);

impl Clock for Counting {
    fn now(&self) -> u64 {
        1_800_000_000_000_000_000
    }

    fn coarse_millis(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed);
        1000
    }
}

#[test]
fn a_batch_is_let_in_once() {
    let clock = Arc::new(Counting::default());
    let ring = Keyring::builder().clock(clock.clone()).create(Memory::new(), seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Xaes256Gcm).unwrap();
    let asked = |work: &dyn Fn()| {
        let before = clock.0.load(Ordering::Relaxed);
        work();
        clock.0.load(Ordering::Relaxed) - before
    };
    key.encrypt(b"4111", Aad::NONE).unwrap();
    let single = asked(&|| drop(key.encrypt(b"4111", Aad::NONE).unwrap()));
    let batch = asked(&|| {
        assert!(key.encrypt_batch([b"4111"; 500].iter().map(Item::plaintext)).iter().all(Result::is_ok))
    });
    assert!(single >= 1 && batch <= single + 2, "{batch} times for a batch of 500, {single} for one");
    // Not for ever: others may change the key meanwhile.
    let long =
        asked(&|| assert_eq!(key.encrypt_batch((0..5000).map(|_| Item::plaintext(b"4111"))).len(), 5000));
    assert!((5..50).contains(&long), "{long} times for 5000");
    let large = vec![7; 5 << 20];
    let heavy = asked(&|| assert_eq!(key.encrypt_batch((0..8).map(|_| Item::plaintext(&large))).len(), 8));
    assert!(heavy > single, "{heavy} times for 40 MiB");
}

/// What is not known here is looked up once, and the rest of the batch goes on with what was found.
#[test]
fn a_batch_meets_versions_that_others_have_made() {
    let store = Memory::new();
    let there = Keyring::create(store.clone(), seal()).unwrap();
    let other = there.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let clock = Arc::new(Counting::default());
    let key = Keyring::builder().clock(clock).open(store, seal()).unwrap().key("cards").unwrap();
    let mut texts = vec![other.encrypt(b"0", Aad::NONE).unwrap()];
    for number in 1..4 {
        other.rotate().unwrap();
        texts.push(other.encrypt(number.to_string(), Aad::NONE).unwrap());
    }
    texts.insert(2, "nothing".to_owned());
    texts.push(texts[0].replace("v1:", "v9:"));
    let results = key.decrypt_batch(texts.iter().map(Item::ciphertext));
    let told: Vec<_> =
        results.iter().map(|result| result.as_ref().map(|plaintext| plaintext.expose().to_vec())).collect();
    let plain = |number: &str| Ok(number.as_bytes().to_vec());
    assert_eq!(
        told,
        [plain("0"), plain("1"), Err(&Error::Malformed), plain("2"), plain("3"), Err(&Error::VersionTooNew)]
    );
}

/// Every item has its own answer, whatever stands in the way of all of them, and whoever brings the items may
/// do it in the middle.
#[test]
fn what_stops_a_batch_is_said_for_each_item_that_is_left() {
    let ring = Keyring::create(Memory::new(), seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let results =
        key.encrypt_batch([Item::plaintext(b"4111"), Item::message(b"4111"), Item::plaintext(b"4111")]);
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let late = ring.clone();
    let items = (0..2500).map(|number| {
        if number == 1500 {
            late.close();
        }
        Item::plaintext(b"4111")
    });
    let results = key.encrypt_batch(items);
    assert_eq!(results.len(), 2500);
    assert!(results[..1000].iter().all(Result::is_ok));
    assert!(results[1000..].iter().all(|result| result.as_ref().is_err_and(|error| *error == Error::Closed)));
    let other = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96).unwrap();
    other.disable().unwrap();
    let results = other.encrypt_batch([b"4111", b"4242"].iter().map(Item::plaintext));
    let disabled = || Err(Error::KeyDisabled { name: "cards".to_owned() });
    assert_eq!(results, [disabled(), disabled()]);
    assert!(other.encrypt_batch([]).is_empty());
}
