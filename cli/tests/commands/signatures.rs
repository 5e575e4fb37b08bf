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
