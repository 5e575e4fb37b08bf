//! What is refused: each time by the one failure, with no error of AWS-LC's left.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test may panic")]

mod common;

use common::{HASHES, Numbers, integer, key, no_errors, numbers, private_der, public_der, refused, tagged};
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

/// The bytes with the lowest bits changed.
fn off(number: &[u8], bits: u8) -> Vec<u8> {
    let mut number = number.to_vec();
    *number.last_mut().unwrap() ^= bits;
    number
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
fn hashes_of_other_lengths() {
    let key = key("vault-2048-1");
    let public = key.public().unwrap();
    for (name, hash, length) in HASHES {
        let paddings = [Padding::Pkcs1v15 { hash: Some(hash) }, Padding::Pss { hash, salt: Salt::Auto }];
        for padding in paddings {
            let digest = vec![7; length];
            let signature = key.sign(padding, &digest).unwrap();
            public.verify(padding, &digest, &signature).unwrap();
            for other in [0, 1, length - 1, length + 1, 65, 300].map(|length| vec![7; length]) {
                assert_ne!(other.len(), length, "{name}");
                refused(key.sign(padding, &other));
                refused(public.verify(padding, &other, &signature));
            }
            refused(public.verify(padding, &off(&digest, 1), &signature));
        }
    }
}

#[test]
fn texts_without_a_hash_that_are_too_long() {
    let plain = Padding::Pkcs1v15 { hash: None };
    for name in ["vault-2048-1", "openbao-3072-1", "vault-4096-1"] {
        let key = key(name);
        let public = key.public().unwrap();
        for length in [0, 1, 36, public.size() - 11] {
            let signature = key.sign(plain, &vec![9; length]).unwrap();
            public.verify(plain, &vec![9; length], &signature).unwrap();
            refused(public.verify(plain, &vec![9; length + 1], &signature));
            refused(public.verify(Padding::Pkcs1v15 { hash: Some(Hash::Sha1) }, &[9; 20], &signature));
        }
        for length in [public.size() - 10, public.size(), 100_000] {
            refused(key.sign(plain, &vec![9; length]));
        }
    }
}

#[test]
fn salts_of_other_lengths() {
    let key = key("vault-2048-1");
    let public = key.public().unwrap();
    for (name, hash, length) in HASHES {
        let digest = vec![1; length];
        let pss = |salt| Padding::Pss { hash, salt };
        let longest = 256 - 2 - length;
        for salt in [0, 1, length, longest] {
            let signature = key.sign(pss(Salt::Len(salt)), &digest).unwrap();
            public.verify(pss(Salt::Len(salt)), &digest, &signature).unwrap();
            public.verify(pss(Salt::Auto), &digest, &signature).unwrap();
            for other in [salt.wrapping_sub(1), salt + 1, longest + 1, 1 << 20, usize::MAX] {
                refused(public.verify(pss(Salt::Len(other)), &digest, &signature));
            }
        }
        let signature = key.sign(pss(Salt::Auto), &digest).unwrap();
        public.verify(pss(Salt::Len(longest)), &digest, &signature).unwrap();
        for salt in [longest + 1, 256, 1 << 31, (1 << 32) - 1, (1 << 32) - 2, usize::MAX, usize::MAX - 1] {
            refused(key.sign(pss(Salt::Len(salt)), &digest));
        }
        println!("{name}: salts of at most {longest} bytes");
    }
}

#[test]
fn signatures_of_other_lengths_or_of_something_else() {
    let key = key("vault-2048-1");
    let other = common::key("vault-2048-2").public().unwrap();
    let public = key.public().unwrap();
    let n = &numbers("vault-2048-1")[N];
    let paddings = [
        Padding::Pkcs1v15 { hash: None },
        Padding::Pkcs1v15 { hash: Some(Hash::Sha256) },
        Padding::Pss { hash: Hash::Sha256, salt: Salt::Auto },
        Padding::Pss { hash: Hash::Sha3_256, salt: Salt::Len(32) },
    ];
    for (place, padding) in paddings.into_iter().enumerate() {
        let good = key.sign(padding, &[5; 32]).unwrap();
        public.verify(padding, &[5; 32], &good).unwrap();
        refused(other.verify(padding, &[5; 32], &good));
        for (other, _) in paddings.iter().enumerate().filter(|(other, _)| *other != place) {
            refused(public.verify(paddings[other], &[5; 32], &good));
        }
        let bad: [&[u8]; 9] = [
            &[],
            &good[1..],
            &good[..255],
            &[&good[..], &[0]].concat(),
            &[&[0], &good[..]].concat(),
            &[0; 256],
            &[255; 256],
            n,
            &vec![1; 1 << 20],
        ];
        for signature in bad {
            refused(public.verify(padding, &[5; 32], signature));
        }
        for place in 0..256 {
            for bit in [1, 0x80] {
                let mut signature = good.clone();
                signature[place] ^= bit;
                refused(public.verify(padding, &[5; 32], &signature));
            }
        }
    }
}

#[test]
fn plaintexts_and_ciphertexts() {
    for (name, sealed) in [("vault-2048-1", "vault-2048-2"), ("openbao-3072-1", "openbao-3072-2")] {
        let (key, other) = (key(name), key(sealed));
        let public = key.public().unwrap();
        let size = public.size();
        for (_, hash, length) in HASHES {
            let mut out = vec![0xaa; size];
            for text in [0, 1, size - 2 - 2 * length] {
                let plaintext: Vec<u8> = (0..text).map(|byte| byte as u8).collect();
                let ciphertext = public.encrypt_oaep(hash, &plaintext).unwrap();
                assert_ne!(ciphertext, public.encrypt_oaep(hash, &plaintext).unwrap());
                let length = key.decrypt_oaep(hash, &ciphertext, &mut out).unwrap();
                assert_eq!(out[..length], plaintext);
                // More room than a plaintext needs is used no further.
                let mut more = vec![0xaa; size + 1];
                assert_eq!(key.decrypt_oaep(hash, &ciphertext, &mut more), Ok(text));
                assert_eq!((&more[..text], more[size]), (&plaintext[..], 0xaa));
            }
            for text in [size - 1 - 2 * length, size, 100_000] {
                refused(public.encrypt_oaep(hash, &vec![1; text]));
            }
            let ciphertext = public.encrypt_oaep(hash, b"4111 1111 1111 1111").unwrap();
            let mut untouched = vec![0xaa; size];
            for room in [0, 19, size - 1] {
                refused(key.decrypt_oaep(hash, &ciphertext, &mut untouched[..room]));
            }
            let changed = |place: usize| {
                let mut ciphertext = ciphertext.clone();
                ciphertext[place] ^= 1;
                ciphertext
            };
            let n = &numbers(name)[N];
            let bad: [&[u8]; 11] = [
                &[],
                &ciphertext[1..],
                &ciphertext[..size - 1],
                &[&ciphertext[..], &[0]].concat(),
                &[&[0], &ciphertext[..]].concat(),
                &vec![0; size],
                &vec![255; size],
                n,
                &off(n, 1),
                &changed(size - 1),
                &changed(size / 2),
            ];
            for ciphertext in bad {
                refused(key.decrypt_oaep(hash, ciphertext, &mut untouched));
            }
            refused(other.decrypt_oaep(hash, &ciphertext, &mut untouched));
            for (_, another, _) in HASHES.into_iter().filter(|(_, another, _)| *another != hash) {
                refused(key.decrypt_oaep(another, &ciphertext, &mut untouched));
            }
            assert_eq!(untouched, vec![0xaa; size], "nothing is written");
        }
    }
}

#[test]
fn nothing_prints_a_key() {
    let key = key("vault-2048-1");
    assert_eq!(format!("{key:?}"), "PrivateKey(2048 bits)");
    assert_eq!(format!("{:?}", key.public().unwrap()), "PublicKey(2048 bits)");
    assert_eq!(Rejected.to_string(), "RSA does not accept this key, input or signature");
}
