//! What operations refuse: each time by the one failure, with no error of AWS-LC's left.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test may panic")]

mod common;

use common::{HASHES, key, numbers, off, refused};
use strongroom_rsa::{Hash, Padding, PrivateKey, Salt};

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
    let n = &numbers("vault-2048-1")[0];
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
            let n = &numbers(name)[0];
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

/// Whatever opens by the other way replaces a key of its length, and nothing else replaces one.
#[test]
fn a_key_is_replaced_by_a_plaintext_or_stays() {
    for (name, another) in [("vault-2048-1", "vault-2048-2"), ("openbao-3072-1", "openbao-3072-2")] {
        let (key, other) = (key(name), key(another));
        let public = key.public().unwrap();
        let size = public.size();
        let replaced = |key: &PrivateKey, hash, ciphertext: &[u8]| {
            let mut ephemeral = [9; 32];
            key.replace_by_oaep(hash, ciphertext, &mut ephemeral).map(|()| ephemeral)
        };
        for (_, hash, _) in HASHES {
            let ciphertext = public.encrypt_oaep(hash, &[5; 32]).unwrap();
            assert_eq!(replaced(&key, hash, &ciphertext), Ok([5; 32]));
            for len in [0, 1, 31, 33] {
                let ciphertext = public.encrypt_oaep(hash, &vec![5; len]).unwrap();
                assert_eq!(replaced(&key, hash, &ciphertext), Ok([9; 32]), "{len}");
            }
            for (_, another, _) in HASHES.into_iter().filter(|(_, another, _)| *another != hash) {
                assert_eq!(replaced(&key, another, &ciphertext), Ok([9; 32]));
            }
            for place in [1, size / 2, size - 1] {
                let mut changed = ciphertext.clone();
                changed[place] ^= 1;
                assert_eq!(replaced(&key, hash, &changed), Ok([9; 32]), "{place}");
            }
            // What everybody can see is an error.
            let n = &numbers(name)[0];
            for ciphertext in
                [&[][..], &ciphertext[1..], &[&[0], &ciphertext[..]].concat(), n, &[255; 512][..size]]
            {
                refused(replaced(&key, hash, ciphertext));
            }
            refused(key.replace_by_oaep(hash, &ciphertext, &mut vec![9; size]));
            // Below the modulus of the other key or not.
            assert_ne!(replaced(&other, hash, &ciphertext), Ok([5; 32]));
        }
    }
}
