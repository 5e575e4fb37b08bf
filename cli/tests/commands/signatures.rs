//! `strongroom sign`, `verify` and `hmac`

use crate::place::Place;

#[test]
fn a_signature_fits_its_message_only() {
    let place = Place::new();
    place.run("key create releases --key-type ed25519").ok();
    for form in ["asn1", "jws"] {
        let signature = place.feed(&format!("sign releases --form {form}"), b"v1.0\n").line();
        assert!(signature.starts_with("vault:v1:"));
        let verify = format!("verify releases --form {form} --signature {signature}");
        assert_eq!(place.feed(&verify, b"v1.0\n").ok(), b"verified\n");
        assert_eq!(place.feed(&format!("{verify} --json"), b"v1.0\n").json()["valid"], true);
        assert!(place.feed(&verify, b"v1.0").fails(4).contains("does not fit"));
    }
    let jws = place.feed("sign releases --form jws", b"m").line();
    let error = place.feed(&format!("verify releases --signature {jws}"), b"m").fails(4);
    assert!(error.contains("--form jws"), "{error}");
}

#[test]
fn signatures_and_macs_are_read_from_files_too() {
    let place = Place::new();
    place.run("key create releases --key-type ed25519").ok();
    place.write("message", "v1.0");
    place.run("sign releases --in message --out message.sig").ok();
    place.run("verify releases --in message --signature-file message.sig").ok();
    place.run("hmac releases --in message --out message.mac").ok();
    place.run("hmac releases --in message --verify-file message.mac").ok();
    place.feed("hmac releases --verify-file message.mac", b"v1.1").fails(4);
    place.run("verify releases --in message").fails(2);
}

#[test]
fn a_derived_key_signs_under_a_context() {
    let place = Place::new();
    place.run("key create tenants --key-type ed25519 --derived").ok();
    let signature = place.feed("sign tenants --context acme", b"m").line();
    place.feed(&format!("verify tenants --context acme --signature {signature}"), b"m").ok();
    place.feed(&format!("verify tenants --context emca --signature {signature}"), b"m").fails(4);
    place.feed(&format!("verify tenants --signature {signature}"), b"m").fails(3);
    let public = |context: &str| place.run(&format!("key public-key tenants {context}"));
    assert!(place.run("key export tenants --kind public-key").fails(2).contains("strongroom key public-key"));
    assert_ne!(public("--context acme").line(), public("--context emca").line());
    public("").fails(3);
}

#[test]
fn macs_are_made_with_the_hash_that_is_asked_for() {
    let place = Place::new();
    place.run("key create sessions --key-type hmac --key-size 64").ok();
    let lengths = [
        ("sha2-224", 28),
        ("sha2-256", 32),
        ("sha2-384", 48),
        ("sha2-512", 64),
        ("sha3-224", 28),
        ("sha3-256", 32),
        ("sha3-384", 48),
        ("sha3-512", 64),
    ];
    for (hash, bytes) in lengths {
        let mac = place.feed(&format!("hmac sessions --hash {hash}"), b"m").line();
        assert_eq!(mac.len(), "vault:v1:".len() + 4 * (bytes + 2) / 3 / 4 * 4, "{hash}");
        place.feed(&format!("hmac sessions --hash {hash} --verify {mac}"), b"m").ok();
        place.feed(&format!("hmac sessions --hash {hash} --verify {mac}"), b"n").fails(4);
        let other = if hash == "sha2-256" { "sha3-256" } else { "sha2-256" };
        place.feed(&format!("hmac sessions --hash {other} --verify {mac}"), b"m").fails(4);
    }
    assert_eq!(
        place.feed("hmac sessions", b"m").line(),
        place.feed("hmac sessions --hash sha2-256 --json", b"m").json()["mac"]
    );
    place.run("hmac sessions --hash md5").fails(2);
    place.run("hmac sessions --verify a --verify-file b").fails(2);
}

#[test]
fn a_signature_is_made_with_what_is_asked_for() {
    let place = Place::new();
    for curve in ["p256", "p384", "p521"] {
        place.run(&format!("key create {curve} --key-type ecdsa-{curve}")).ok();
        // As long as a digest of SHA-224.
        let (message, other) = ([b'd'; 28], [b'e'; 28]);
        for said in ["", "--form jws", "--hash sha3-512", "--hash sha2-224 --form jws --prehashed"] {
            let signature = place.feed(&format!("sign {curve} {said}"), &message).line();
            let verify = format!("verify {curve} {said} --signature {signature}");
            assert_eq!(place.feed(&verify, &message).ok(), b"verified\n");
            place.feed(&verify, &other).fails(4);
            place.feed(&format!("verify {curve} --hash sha2-384 --signature {signature}"), &message).fails(4);
        }
        let cut = place.feed(&format!("sign {curve} --prehashed"), &message).fails(3);
        assert!(cut.contains("does not have the length of its hash"), "{cut}");
        let sha1 = place.feed(&format!("sign {curve} --hash sha1"), b"m").fails(3);
        assert!(sha1.contains("sha1"), "{sha1}");
        let signature = place.feed(&format!("sign {curve} --hash sha1 --transit"), b"m").line();
        place.feed(&format!("verify {curve} --hash sha1 --signature {signature}"), b"m").ok();
        for wrong in ["--hash none", "--padding pss", "--signature-algorithm pkcs1v15", "--salt-length 0"] {
            let error = place.feed(&format!("sign {curve} {wrong}"), b"m").fails(3);
            assert!(error.contains("rsa"), "{error}");
            place.feed(&format!("verify {curve} {wrong} --signature {signature}"), b"m").fails(3);
        }
    }
    for wrong in [
        "--hash md5",
        "--hash ''",
        "--padding PSS",
        "--padding oaep",
        "--salt-length -1",
        "--salt-length=-1",
        "--salt-length 65536",
        "--salt-length long",
        "--salt-length ''",
        "--prehashed=yes",
        "--form der",
    ] {
        place.feed(&format!("sign p256 {wrong}"), b"m").fails(2);
    }
    let lengths = place.feed("sign p256 --salt-length 65536", b"m").fails(2);
    assert!(lengths.contains("auto, hash or a number of bytes"), "{lengths}");
    place.feed("hmac p256 --hash none", b"m").fails(2);
    for bits in ["44", "65", "87"] {
        place.run(&format!("key create ml{bits} --key-type ml-dsa-{bits}")).ok();
        place.write("message", "v1.0");
        place.run(&format!("sign ml{bits} --in message --out message.sig")).ok();
        place.run(&format!("verify ml{bits} --in message --signature-file message.sig")).ok();
        place.run(&format!("sign ml{bits} --in message --prehashed")).fails(3);
    }
    for bits in ["128", "256"] {
        place.run(&format!("key create mac{bits} --key-type aes{bits}-cmac")).ok();
        let mac = place.feed(&format!("hmac mac{bits}"), b"m").line();
        place.feed(&format!("hmac mac{bits} --verify {mac}"), b"m").ok();
        place.feed(&format!("hmac mac{bits} --hash sha2-256"), b"m").fails(3);
    }
}

#[test]
fn an_rsa_key_pads_as_it_is_told() {
    let place = Place::new();
    place.run("key create invoices --key-type rsa-2048").ok();
    for (made, read) in [
        ("", "--padding pss --salt-length auto"),
        ("--padding pkcs1v15", "--signature-algorithm pkcs1v15 --hash sha2-256"),
        ("--form jws", "--form jws --salt-length hash"),
        ("--salt-length 20", "--salt-length auto"),
        ("--salt-length hash --hash sha3-384", "--salt-length 48 --hash sha3-384"),
        ("--hash none --padding pkcs1v15", "--hash none --prehashed --padding pkcs1v15"),
    ] {
        let signature = place.feed(&format!("sign invoices {made}"), b"m").line();
        place.feed(&format!("verify invoices {read} --signature {signature}"), b"m").ok();
        place.feed(&format!("verify invoices {read} --signature {signature}"), b"n").fails(4);
    }
    let signature = place.feed("sign invoices --salt-length 20", b"m").line();
    place.feed(&format!("verify invoices --salt-length hash --signature {signature}"), b"m").fails(4);
    place.feed("sign invoices --padding pkcs1v15 --salt-length auto", b"m").fails(3);
    place.feed("sign invoices --hash none", b"m").fails(3);
}
