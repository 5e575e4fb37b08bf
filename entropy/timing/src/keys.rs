//! Signs, or unwraps a key, with the secret bytes of the private key marked as undefined for valgrind, which
//! then tells of every branch and every address that depends on them. Started by `tests/secret_keys.rs`, and
//! built as a release but for the names of functions.
#![deny(unsafe_op_in_unsafe_fn)]
#![allow(clippy::cast_possible_truncation, reason = "a number of a byte")]

mod valgrind;

use std::hint::black_box;
use strongroom::hazmat::{self, Rejected};
use strongroom::{HashAlgorithm, KeyType};
use valgrind::{reveal, secret};

const MESSAGE: &[u8] = b"message";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let read = |digits: &String| base16ct::lower::decode_vec(digits).expect("digits");
    let made = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["sign", key_type, _] => sign(key_type.parse().expect("a type"), read(&arguments[2])),
        ["table", _] => looked_up(read(&arguments[1])),
        ["unwrap", _, _] => unwrap(read(&arguments[1]), &read(&arguments[2])),
        _ => panic!("what to do, with which key?"),
    };
    // Whether there is something is for everybody to see in the end.
    let mut is_made = made.is_ok();
    reveal(&mut is_made);
    println!("{}", if is_made { "made" } else { "refused" });
    // Not even how long it is, which freeing would ask.
    std::mem::forget(black_box(made));
}

fn sign(key_type: KeyType, mut material: Vec<u8>) -> Result<Vec<u8>, Rejected> {
    if key_type.name().starts_with("rsa") {
        mark_rsa(&mut material)
    } else {
        secret(&mut material)
    }
    match key_type {
        // The key of a seed alone; what is kept has its public key as well, which is compared.
        KeyType::Ed25519 => {
            let seed = black_box(&material).as_slice().try_into().expect("a seed");
            Ok(hazmat::ed25519_sign(seed, MESSAGE).to_vec())
        }
        _ => hazmat::sign(key_type, black_box(&material), MESSAGE),
    }
}

/// With SHA-256, as the blob was wrapped.
fn unwrap(mut private: Vec<u8>, blob: &[u8]) -> Result<Vec<u8>, Rejected> {
    mark_rsa(&mut private);
    hazmat::unwrap(black_box(&private), HashAlgorithm::Sha256, blob)
}

/// What has to be found: a signature, and a table in which the private number is looked up meanwhile.
fn looked_up(mut material: Vec<u8>) -> Result<Vec<u8>, Rejected> {
    secret(&mut material);
    let table: [u8; 256] = std::array::from_fn(|index| index as u8 ^ 0x5a);
    for byte in &material {
        black_box(black_box(&table)[usize::from(*byte)]);
    }
    hazmat::sign(KeyType::EcdsaP256, black_box(&material), MESSAGE)
}

/// Marks the six secret numbers of an `RSAPrivateKey`: all but how long they are, and with it the 64 bits at
/// their beginning, by which everything that asks for that goes.
fn mark_rsa(private: &mut [u8]) {
    // Behind the heads of the sequence and of its version.
    let mut at = 7;
    for number in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        let (head, len) = match private[at + 1] {
            0x82 => (4, usize::from(u16::from_be_bytes([private[at + 2], private[at + 3]]))),
            0x81 => (3, usize::from(private[at + 2])),
            short => (2, usize::from(short)),
        };
        at += head + len;
        if !["n", "e"].contains(&number) {
            // There may be a zero in front.
            secret(&mut private[at - len + 9..at]);
        }
    }
    assert_eq!(at, private.len(), "an RSAPrivateKey with long numbers");
}
