//! What a rotation costs does not grow with the versions that a key has, but for the bytes of its document:
//! no more allocations, and no more multiplications on the curve. Counted, not timed.

use allocation_counter::measure;
use strongroom::hazmat::{curve_multiplications, ed25519_public};
use strongroom::{DocName, KeyName, Keyring, Memory, Seal, SecretArray};
use strongroom_tests::cbor::Cbor;
use strongroom_tests::forge::{Known, key_fields, put};

/// Growing memory doubles, so that a document of a hundred times the length takes a few blocks more.
const DOUBLINGS: u64 = 10;

/// A version of a type, by its number in documents.
fn version(number: u64) -> Cbor {
    let material = match number {
        7 => [[9; 32], ed25519_public(&[9; 32])].concat(),
        _ => (80..112).collect(),
    };
    Cbor::map([
        ("type", Cbor::Uint(number)),
        ("created", Cbor::Uint(1)),
        ("hmac_key", Cbor::Bytes((40..72).collect())),
        ("material", Cbor::Bytes(material)),
    ])
}

/// A store with a key of so many versions, and the length of its document.
fn stored(number: u64, count: usize) -> (Memory, Known, usize) {
    let (store, known) = (Memory::new(), Known::default());
    put(&store, &DocName::Root, known.own_root_document());
    let document = known.key_document(
        "k",
        1,
        &Cbor::map(key_fields("k", Cbor::Array(vec![version(number); count]))).encode(),
    );
    let len = document.len();
    put(&store, &DocName::Key(KeyName::new("k").unwrap()), document);
    (store, known, len)
}

fn open(store: &Memory, known: &Known) -> Keyring {
    Keyring::open(store.clone(), Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap())).unwrap()
}

/// Allocations, allocated bytes for each of the document, and multiplications of one call.
fn cost(len: usize, call: impl FnOnce()) -> (u64, u64, u64) {
    let before = curve_multiplications();
    let used = measure(call);
    (used.count_total, used.bytes_total / len as u64, curve_multiplications() - before)
}

#[test]
fn a_rotation_costs_the_same_with_ten_thousand_versions() {
    for (name, number) in [("xaes256-gcm", 1), ("aes256-gcm96", 3), ("ed25519", 7)] {
        let costs = [100, 1_000, 10_000].map(|count| {
            let (store, known, len) = stored(number, count);
            let ring = open(&store, &known);
            let key = ring.key("k").unwrap();
            let elsewhere = open(&store, &known);
            let seen = elsewhere.key("k").unwrap();
            let rotated = cost(len, || assert!(key.rotate().is_ok()));
            let again = cost(len, || assert!(key.rotate().is_ok()));
            // Another process reads all of it, and computes what is new.
            let (_, _, read) = cost(len, || {
                elsewhere.refresh().unwrap();
                assert_eq!(seen.info().unwrap().versions.len(), count + 2);
            });
            println!("{name}, {count} versions: rotated {rotated:?}, again {again:?}; {read} multiplications to read it elsewhere");
            (rotated, again, read)
        });
        let [(few, ..), _, (many, again, read)] = costs;
        for more in [many, again] {
            assert!(
                more.0 <= few.0 + DOUBLINGS,
                "{name}: {} allocations, and {} with 100 versions",
                more.0,
                few.0
            );
            assert!(more.1 <= 16, "{name}: {} times the document", more.1);
            assert!(more.2 <= 2, "{name}: {} multiplications", more.2);
        }
        assert!(read <= 2, "{name}: {read} multiplications to read two new versions");
    }
}
