//! What Vault and OpenBao made with keys that are known.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{HASHES, bytes, integer, lines, private_der, public_der};
use strongroom_rsa::{Hash, Padding, PrivateKey, PublicKey, Salt};

fn hash(name: &str) -> Option<Hash> {
    HASHES.iter().find(|hash| hash.0 == name).map(|hash| hash.1)
}

fn salt(text: &str) -> Salt {
    text.parse().map_or(Salt::Auto, Salt::Len)
}

#[test]
fn keys_signatures_and_ciphertexts_of_transit_are_taken() {
    let mut keys: BTreeMap<&str, (PrivateKey, PublicKey)> = BTreeMap::new();
    let mut ran: BTreeMap<&str, usize> = BTreeMap::new();
    let mut hashes = BTreeSet::new();
    for line in lines(include_str!("transit.txt")) {
        *ran.entry(line[0]).or_default() += 1;
        match line[..] {
            ["key", name, ..] => {
                let numbers = common::numbers(name);
                let [n, e, d, p, q, ..] = &numbers;
                let key = PrivateKey::from_numbers(n, e, d, p, q).unwrap();
                // Also the three numbers that were computed: Go has computed them as well.
                assert_eq!(*key.to_der().unwrap(), private_der(&numbers), "{name}");
                let read = PrivateKey::from_der(&private_der(&numbers)).unwrap();
                assert_eq!(read.to_der().unwrap(), key.to_der().unwrap(), "{name}");
                let public = PublicKey::from_der(&public_der(n, e)).unwrap();
                assert_eq!(key.public().unwrap().to_der().unwrap(), public_der(n, e), "{name}");
                assert_eq!(public.to_der().unwrap(), public_der(n, e), "{name}");
                assert_eq!((key.bits(), public.bits(), public.size()), (n.len() * 8, n.len() * 8, n.len()));
                keys.insert(name, (key, public));
            }
            ["pkcs1v15", name, named, digest, signature] => {
                let (key, public) = &keys[name];
                let (padding, digest) = (Padding::Pkcs1v15 { hash: hash(named) }, bytes(digest));
                hashes.insert(named);
                assert_eq!(key.sign(padding, &digest).unwrap(), bytes(signature), "{name} {named}");
                public.verify(padding, &digest, &bytes(signature)).unwrap();
            }
            [verdict @ ("pss" | "not-pss"), name, named, length, digest, signature] => {
                let padding = Padding::Pss { hash: hash(named).unwrap(), salt: salt(length) };
                let verified = keys[name].1.verify(padding, &bytes(digest), &bytes(signature));
                assert_eq!(verified.is_ok(), verdict == "pss", "{name} {named} {length}");
            }
            ["oaep", name, plaintext, ciphertext] => {
                let (key, _) = &keys[name];
                let mut out = vec![0; key.bits() / 8];
                let length = key.decrypt_oaep(Hash::Sha256, &bytes(ciphertext), &mut out).unwrap();
                assert_eq!(out[..length], bytes(plaintext), "{name}");
            }
            _ => panic!("a line is of no kind: {line:?}"),
        }
    }
    let counted = [("key", 9), ("not-pss", 4), ("oaep", 14), ("pkcs1v15", 18), ("pss", 34)];
    assert_eq!(ran, BTreeMap::from(counted));
    assert_eq!(hashes.len(), 10, "every hash, and none");
}

#[test]
fn zeros_before_a_number_do_not_count_up_to_512_bytes() {
    let numbers = common::numbers("vault-2048-1");
    let long = numbers.each_ref().map(|number| [&[0, 0, 0][..], number].concat());
    let [n, e, d, p, q, ..] = &long;
    let key = PrivateKey::from_numbers(n, e, d, p, q).unwrap();
    assert_eq!(*key.to_der().unwrap(), private_der(&numbers));
    for place in 0..5 {
        let mut long: [Vec<u8>; 5] = std::array::from_fn(|place| numbers[place].clone());
        long[place].splice(0..0, vec![0; 512 - numbers[place].len()]);
        let made = |[n, e, d, p, q]: &[Vec<u8>; 5]| PrivateKey::from_numbers(n, e, d, p, q);
        assert!(made(&long).is_ok());
        long[place].insert(0, 0);
        common::refused(made(&long));
    }
    assert_eq!(integer(&[0, 0, 0x80]), [2, 2, 0, 0x80]);
}
