//! The program `openssl` takes what is made here, and what it makes is taken here.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::HASHES;
use strongroom_rsa::{Hash, Padding, PrivateKey, PublicKey, Salt};

/// The program, with words split at spaces, in a folder.
fn openssl(folder: &Path, words: &str) -> Option<Output> {
    Command::new("openssl").args(words.split(' ')).current_dir(folder).output().ok()
}

/// That it succeeds.
#[track_caller]
fn does(folder: &Path, words: &str) {
    let output = openssl(folder, words).unwrap();
    assert!(output.status.success(), "openssl {words}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The name that the program has for a hash.
fn named(hash: &str) -> String {
    hash.replace('_', "-")
}

#[test]
fn openssl_and_this_crate_take_what_the_other_makes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let Some(version) = openssl(folder, "version") else {
        eprintln!("SKIPPED: openssl_and_this_crate_take_what_the_other_makes: there is no `openssl`");
        return;
    };
    println!("{}", String::from_utf8_lossy(&version.stdout).trim_end());
    let (read, write) = (
        |name: &str| std::fs::read(folder.join(name)).unwrap(),
        |name: &str, bytes: &[u8]| {
            std::fs::write(folder.join(name), bytes).unwrap();
        },
    );
    let mut steps = 0;
    for bits in [2048, 3072, 4096] {
        // A key that was made here, and in the second round one that was made there.
        for made_here in [true, false] {
            let key = if made_here {
                PrivateKey::generate(bits).unwrap()
            } else {
                does(folder, &format!("genrsa -traditional -out made.pem {bits}"));
                does(folder, "rsa -in made.pem -traditional -outform DER -out key.der");
                PrivateKey::from_der(&read("key.der")).unwrap()
            };
            write("key.der", &key.to_der().unwrap());
            does(folder, "rsa -inform DER -in key.der -check -noout");
            does(folder, "rsa -inform DER -in key.der -RSAPublicKey_out -outform DER -out public.der");
            let public = PublicKey::from_der(&read("public.der")).unwrap();
            assert_eq!(key.public().unwrap().to_der().unwrap(), read("public.der"));
            does(folder, "rsa -inform DER -in key.der -out key.pem");
            does(folder, "rsa -inform DER -in key.der -pubout -out public.pem");
            // The larger keys with fewer hashes: each step starts a program.
            for (name, hash, length) in HASHES.into_iter().skip(if bits == 2048 { 0 } else { 7 }) {
                steps += signatures(folder, &key, &public, (name, hash, length));
                let oaep = format!("-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:{}", named(name));
                write("plain", b"4111 1111 1111 1111");
                does(
                    folder,
                    &format!("pkeyutl -encrypt -pubin -inkey public.pem -in plain -out sealed {oaep}"),
                );
                let mut out = vec![0; bits / 8];
                let length = key.decrypt_oaep(hash, &read("sealed"), &mut out).unwrap();
                assert_eq!(out[..length], read("plain"), "{name}");
                write("sealed", &public.encrypt_oaep(hash, b"order-17").unwrap());
                does(folder, &format!("pkeyutl -decrypt -inkey key.pem -in sealed -out opened {oaep}"));
                assert_eq!(read("opened"), b"order-17", "{name}");
                steps += 2;
            }
        }
    }
    assert_eq!(steps, 2 * (9 + 2 + 2) * (2 * 4 + 2));
}

/// Both ways, by PKCS #1 v1.5 and by PSS with three lengths of salt.
fn signatures(
    folder: &Path,
    key: &PrivateKey,
    public: &PublicKey,
    (name, hash, length): (&str, Hash, usize),
) -> usize {
    let digest: Vec<u8> = (7..).take(length).collect();
    std::fs::write(folder.join("digest"), &digest).unwrap();
    let pss = |salt| Padding::Pss { hash, salt };
    let paddings = [
        (Padding::Pkcs1v15 { hash: Some(hash) }, "rsa_padding_mode:pkcs1".to_owned()),
        (pss(Salt::Auto), "rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:max".to_owned()),
        (pss(Salt::Len(0)), "rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:0".to_owned()),
        (pss(Salt::Len(length)), "rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest".to_owned()),
    ];
    for (padding, option) in &paddings {
        let options = format!("-pkeyopt digest:{} -pkeyopt {option}", named(name));
        std::fs::write(folder.join("signature"), key.sign(*padding, &digest).unwrap()).unwrap();
        let verify = "pkeyutl -verify -pubin -inkey public.pem -in digest -sigfile signature";
        does(folder, &format!("{verify} {options}"));
        does(folder, &format!("pkeyutl -sign -inkey key.pem -in digest -out made {options}"));
        let made = std::fs::read(folder.join("made")).unwrap();
        public.verify(*padding, &digest, &made).unwrap();
        if let Padding::Pkcs1v15 { .. } = padding {
            assert_eq!(key.sign(*padding, &digest).unwrap(), made, "{name}");
        }
    }
    paddings.len() * 2
}
