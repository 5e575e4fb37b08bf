//! What keys are refused: each time by the one failure, with no error of AWS-LC's left.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{Numbers, integer, key, no_errors, numbers, off, private_der, public_der, refused, tagged};
use strongroom_rsa::{Hash, Padding, PrivateKey, PublicKey, Rejected, Salt};

const N: usize = 0;
const E: usize = 1;
const D: usize = 2;
const P: usize = 3;
const Q: usize = 4;
const DP: usize = 5;
const DQ: usize = 6;

/// Reads it in both ways.
fn read(numbers: &Numbers) -> [Result<PrivateKey, Rejected>; 2] {
    let [n, e, d, p, q, ..] = numbers;
    [PrivateKey::from_der(&private_der(numbers)), PrivateKey::from_numbers(n, e, d, p, q)]
}

#[track_caller]
fn refused_both_ways(numbers: &Numbers) {
    read(numbers).into_iter().for_each(refused);
}

#[test]
fn other_sizes() {
    for name in ["1024-bits", "2040-bits", "2047-bits", "2049-bits", "2056-bits"] {
        let numbers = numbers(name);
        refused_both_ways(&numbers);
        refused(PublicKey::from_der(&public_der(&numbers[N], &numbers[E])));
    }
    for bits in [0, 1, 512, 1024, 2047, 2049, 2176, 3071, 4095, 4097, 8192, usize::MAX] {
        refused(PrivateKey::generate(bits));
    }
}

#[test]
fn exponents_that_are_even_or_one_or_above_32_bits() {
    for name in ["e-3", "e-4294967291"] {
        let numbers = numbers(name);
        assert!(read(&numbers).iter().all(Result::is_ok), "{name}");
        PublicKey::from_der(&public_der(&numbers[N], &numbers[E])).unwrap();
    }
    let above = numbers("e-4294967297");
    refused_both_ways(&above);
    refused(PublicKey::from_der(&public_der(&above[N], &above[E])));
    let good = numbers("vault-2048-1");
    let other: [&[u8]; 8] =
        [&[], &[1], &[2], &[1, 0, 0], &[1, 0, 2], &[0x80, 0, 0, 0], &[1, 0, 0, 0, 0], &good[N]];
    for e in other {
        let mut numbers = good.clone();
        numbers[E] = e.to_vec();
        refused_both_ways(&numbers);
        refused(PublicKey::from_der(&public_der(&good[N], e)));
    }
    // Another odd one is that of another key.
    let mut numbers = good.clone();
    numbers[E] = vec![3];
    refused_both_ways(&numbers);
    PublicKey::from_der(&public_der(&good[N], &[3])).unwrap();
}

#[test]
fn numbers_that_do_not_belong_together() {
    let good = numbers("vault-2048-1");
    assert!(read(&good).iter().all(Result::is_ok));
    for place in 0..8 {
        for bits in [1, 2, 4, 0x80] {
            let mut numbers = good.clone();
            numbers[place] = off(&good[place], bits);
            refused(PrivateKey::from_der(&private_der(&numbers)));
            if place < DP {
                refused_both_ways(&numbers);
            }
        }
        for other in [&[][..], &[1], &[2], &[255; 512], &[255; 513], &good[N]] {
            let mut numbers = good.clone();
            numbers[place] = other.to_vec();
            let is_same = other == good[place];
            assert_eq!(
                PrivateKey::from_der(&private_der(&numbers)).is_ok(),
                is_same,
                "{place} {}",
                other.len()
            );
            let [n, e, d, p, q, ..] = &numbers;
            assert_eq!(PrivateKey::from_numbers(n, e, d, p, q).is_ok(), is_same || place >= DP);
            no_errors();
        }
    }
    refused(PublicKey::from_der(&public_der(&off(&good[N], 1), &good[E])));
}

#[test]
fn primes_in_the_other_order() {
    for name in ["p-larger", "q-larger"] {
        let numbers = numbers(name);
        assert!(read(&numbers).iter().all(Result::is_ok), "{name}");
        let mut swapped = numbers.clone();
        swapped.swap(P, Q);
        refused(PrivateKey::from_der(&private_der(&swapped)));
        swapped.swap(DP, DQ);
        refused(PrivateKey::from_der(&private_der(&swapped)));
        let [n, e, d, p, q, ..] = &swapped;
        let key = PrivateKey::from_numbers(n, e, d, p, q).unwrap();
        swapped[7] = numbers_of(&key.to_der().unwrap()).pop().unwrap();
        assert_eq!(*key.to_der().unwrap(), private_der(&swapped), "the order stays");
    }
}

/// The integers of a SEQUENCE, each shorter than 64 KiB.
fn numbers_of(der: &[u8]) -> Vec<Vec<u8>> {
    let contents = |der: &[u8]| match der[1] {
        short @ ..=0x7f => (2, short.into()),
        0x81 => (3, der[2].into()),
        _ => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
    };
    let mut rest = &der[contents(der).0..];
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (start, length) = contents(rest);
        found.push(rest[start..start + length].to_vec());
        rest = &rest[start + length..];
    }
    found
}

#[test]
fn primes_that_are_none_or_equal() {
    refused_both_ways(&numbers("p-is-q"));
    let good = numbers("vault-2048-1");
    for name in ["p-of-two-primes", "q-of-two-primes"] {
        let [read, computed] = read(&numbers(name));
        let key = read.unwrap();
        refused(key.prove());
        refused(key.sign(Padding::Pkcs1v15 { hash: None }, b"order-17"));
        // Modulo a p that is not prime the inverse of q is not computed by Fermat's theorem.
        assert_eq!(computed.is_ok(), name == "q-of-two-primes", "{name}");
    }
    assert!(read(&good).into_iter().all(|key| key.unwrap().prove().is_ok()));
    for (p, q) in
        [(vec![1], good[N].clone()), (good[N].clone(), vec![1]), (vec![], vec![]), (vec![0], vec![2])]
    {
        let mut numbers = good.clone();
        (numbers[P], numbers[Q]) = (p, q);
        refused_both_ways(&numbers);
    }
}

#[test]
fn primes_of_two_sizes_are_taken() {
    for name in ["primes-1280-and-768", "primes-768-and-1280"] {
        for key in read(&numbers(name)) {
            let key = key.unwrap();
            let padding = Padding::Pss { hash: Hash::Sha1, salt: Salt::Auto };
            let signature = key.sign(padding, &[3; 20]).unwrap();
            key.public().unwrap().verify(padding, &[3; 20], &signature).unwrap();
        }
    }
}

#[test]
fn a_private_exponent_above_the_modulus() {
    refused_both_ways(&numbers("d-above-n"));
    // RFC 8017 lets d be reduced by either totient.
    assert!(read(&numbers("d-modulo-phi")).iter().all(Result::is_ok));
}

#[test]
fn keys_without_primes() {
    let good = numbers("vault-2048-1");
    for kept in [&[N, D][..], &[N, E, D], &[N, E, D, P, Q], &[N, E], &[N], &[]] {
        let zeros = good.clone().map(|_| vec![0]);
        let numbers: Numbers = std::array::from_fn(|place| {
            if kept.contains(&place) { good[place].clone() } else { zeros[place].clone() }
        });
        refused(PrivateKey::from_der(&private_der(&numbers)));
    }
}

#[test]
fn what_is_no_der() {
    let numbers = numbers("vault-2048-1");
    let private = private_der(&numbers);
    let public = public_der(&numbers[N], &numbers[E]);
    let bad = |good: &[u8], fields: &[&[u8]]| {
        let contents = fields.concat();
        let mut bad = vec![
            [good, &[0]].concat(),
            good[..good.len() - 1].to_vec(),
            good[1..].to_vec(),
            tagged(0x31, &contents),
            tagged(0x30, &[&contents[..], &[5, 0]].concat()),
            tagged(0x30, &[&contents[..], &integer(&[1])].concat()),
            // A length that is not the shortest, and one that is not given.
            [&[0x30, 0x83, 0], &good[2..]].concat(),
            [&[0x30, 0x80], &contents[..], &[0, 0]].concat(),
            vec![0x30; 5_000_000],
            tagged(0x30, &vec![0; 5_000_000]),
        ];
        for place in 0..fields.len() {
            let with = |field: &[u8]| {
                let mut fields = fields.to_vec();
                fields[place] = field;
                tagged(0x30, &fields.concat())
            };
            let number = &numbers_of(&tagged(0x30, fields[place]))[0];
            bad.push(with(&[]));
            bad.push(with(&tagged(2, &[])));
            bad.push(with(&tagged(2, &[&[0, 0], &number[..]].concat())));
            bad.push(with(&tagged(2, &[&[0xff], &number[..]].concat())));
            bad.push(with(&tagged(4, number)));
        }
        bad
    };
    let fields: Vec<Vec<u8>> = numbers.iter().map(|number| integer(number)).collect();
    let mut all: Vec<&[u8]> = vec![&[2, 1, 0]];
    all.extend(fields.iter().map(Vec::as_slice));
    let privates = bad(&private, &all);
    assert_eq!(tagged(0x30, &all.concat()), private);
    assert_eq!(privates.len(), 10 + 9 * 5);
    for der in privates.iter().chain([&vec![], &public]) {
        refused(PrivateKey::from_der(der));
    }
    for version in [1, 2, 255] {
        let other = [&integer(&[version]), &all[1..].concat()[..]].concat();
        refused(PrivateKey::from_der(&tagged(0x30, &other)));
    }
    let publics = bad(&public, &all[1..3]);
    assert_eq!(publics.len(), 10 + 2 * 5);
    for der in publics.iter().chain([&vec![], &private]) {
        refused(PublicKey::from_der(der));
    }
}

#[test]
fn nothing_prints_a_key() {
    let key = key("vault-2048-1");
    assert_eq!(format!("{key:?}"), "PrivateKey(2048 bits)");
    assert_eq!(format!("{:?}", key.public().unwrap()), "PublicKey(2048 bits)");
    assert_eq!(Rejected.to_string(), "RSA does not accept this key, input or signature");
}
