//! What the program gives, computed again from the exported keys by other crates.

use crate::place::Place;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use hmac::Mac;
use serde_json::Value;

/// Standard base64, by hand.
fn decode(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text
        .trim_end_matches('=')
        .bytes()
        .map(|digit| ALPHABET.iter().position(|d| *d == digit).unwrap() as u32);
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for digit in digits {
        (bits, count) = (bits << 6 | digit, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

fn payload(text: &str, prefix: &str) -> Vec<u8> {
    decode(text.strip_prefix(prefix).unwrap())
}

fn exported(place: &Place, arguments: &str) -> Vec<u8> {
    let keys = place.run(&format!("key export {arguments} --expose-secret-material --json")).json();
    decode(keys["keys"]["1"].as_str().unwrap())
}

#[test]
fn the_message_and_the_aad_are_encrypted_as_given() {
    let place = Place::new();
    place.run("key create cards --key-type aes256-gcm96 --exportable").ok();
    let cipher = Aes256Gcm::new_from_slice(&exported(&place, "cards")).unwrap();
    let open = |payload: &[u8], aad: &[u8]| {
        let nonce = aes_gcm::Nonce::try_from(&payload[..12]).unwrap();
        cipher.decrypt(&nonce, Payload { msg: &payload[12..], aad }).unwrap()
    };
    let text = place.feed("encrypt cards --aad order-17", b"4111\n").line();
    assert_eq!(open(&payload(&text, "vault:v1:"), b"order-17"), b"4111\n");
    let binary = place.feed("encrypt cards --binary --aad-map b=2 --aad-map a=1", b"4111").ok();
    assert_eq!(
        open(binary.strip_prefix(b"\xfe\0\0\0\x01").unwrap(), b"\0\x02\0\x01a\0\x011\0\x01b\0\x012"),
        b"4111"
    );
    let text = place.feed("encrypt cards --aad-base64 AP8=", b"").line();
    assert_eq!(open(&payload(&text, "vault:v1:"), b"\0\xff"), b"");
}

#[test]
fn an_imported_key_opens_what_another_program_made() {
    let place = Place::new();
    let material: Vec<u8> = (0..32).collect();
    place.feed("key import theirs --key-type aes256-gcm96 --encoding raw", &material).ok();
    let nonce = aes_gcm::Nonce::try_from([9; 12].as_slice()).unwrap();
    let sealed = Aes256Gcm::new_from_slice(&material)
        .unwrap()
        .encrypt(&nonce, Payload { msg: b"hello", aad: b"a" })
        .unwrap();
    let ciphertext = [b"\xfe\0\0\0\x01".as_slice(), &[9; 12], &sealed].concat();
    assert_eq!(place.feed("decrypt theirs --binary --aad a", &ciphertext).ok(), b"hello");
}

#[test]
fn macs_are_those_of_the_exported_key() {
    let place = Place::new();
    place.run("key create cards --exportable").ok();
    let key = exported(&place, "cards --kind hmac-key");
    let mac = payload(&place.feed("hmac cards --hash sha2-512", b"a message").line(), "strongroom:v1:");
    let mut expected = <hmac::Hmac<sha2::Sha512> as hmac::KeyInit>::new_from_slice(&key).unwrap();
    expected.update(b"a message");
    assert_eq!(mac, expected.finalize().into_bytes().to_vec());
}

#[test]
fn signatures_fit_the_public_key() {
    let place = Place::new();
    place.run("key create releases --key-type ed25519 --exportable").ok();
    let public = decode(&place.run("key public-key releases").line());
    assert_eq!(exported(&place, "releases")[32..], public, "seed and public key are exported together");
    let key = ed25519_dalek::VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
    let signature = payload(&place.feed("sign releases", b"v1.0\n").line(), "vault:v1:");
    key.verify_strict(b"v1.0\n", &ed25519_dalek::Signature::from_slice(&signature).unwrap()).unwrap();
}

#[test]
fn base64_in_results_is_standard() {
    let place = Place::new();
    place.run("key create cards").ok();
    let all: Vec<u8> = (0..=255).collect();
    let text = place.feed("encrypt cards", &all).line();
    let shown: Value = place.feed("decrypt cards --json", text.as_bytes()).json();
    assert_eq!(decode(shown["plaintext_base64"].as_str().unwrap()), all);
}
