//! Reads and writes a secret as text and compares it, with the secret's bytes marked as undefined for
//! valgrind, which then tells of every branch and every address that depends on them. Started by
//! `tests/secret_text.rs`, and built as a release: what a compiler makes of arithmetic is what counts.
//!
//! It lies in `entropy` because a request to valgrind takes unsafe code. The files of `core` that it is about
//! are compiled as they are.
#![deny(unsafe_op_in_unsafe_fn)]
#![allow(clippy::cast_possible_truncation, reason = "a number of a byte within 256, or any byte does")]
#![allow(dead_code, unreachable_pub, missing_docs, reason = "the files have more in them than is used here")]

#[path = "../../../core/src/alg/compare.rs"]
mod compare;
#[path = "../../../core/src/secret.rs"]
mod secret;
mod valgrind;
mod wire;

use std::hint::black_box;
use strongroom_entropy::Error;
use valgrind::{reveal, secret};
use wire::base64::Alphabet;
use wire::{api_key, secret_text};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, what, len] = arguments.as_slice() else { panic!("what to do, and with how many bytes?") };
    let mut bytes: Vec<u8> =
        (0..len.parse().expect("a number")).map(|number: usize| (number * 37 + 11) as u8).collect();
    let mut text = secret_text::encode(&bytes).expose().to_vec();
    let mut digits: Vec<u8> = bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect();
    match what.as_str() {
        "encode" => {
            secret(&mut bytes);
            black_box(secret_text::encode(black_box(&bytes)));
        }
        "standard" => {
            // By the last two, which may be padding, one sees how long it is, and every loop goes by that.
            let end = text.len() - 2;
            secret(&mut text[..end]);
            reveal(&mut secret_text::decode(black_box(&text), Alphabet::Standard));
        }
        "url-safe" => {
            secret(&mut text);
            reveal(&mut secret_text::decode(black_box(&text), Alphabet::UrlSafe));
        }
        "hex" => {
            secret(&mut digits);
            reveal(&mut secret_text::decode_hex(black_box(&digits)));
        }
        "api-key" => {
            let mut number = std::array::from_fn(|index| bytes[index]);
            secret(&mut number);
            black_box(api_key::write("acme", black_box(&number)));
        }
        // As it is, and mistyped in its last letter. The prefix everybody may know.
        "api-key-check" => {
            let number = std::array::from_fn(|index| bytes[index]);
            for last in [None, Some(b'!')] {
                let mut text = api_key::write("acme", &number).expose().to_vec();
                last.into_iter().for_each(|last| *text.last_mut().expect("a letter") = last);
                secret(&mut text["acme_".len()..]);
                // SAFETY: all of it is ASCII. To look whether it is would be a look at it.
                let text = unsafe { std::str::from_utf8_unchecked(&text) };
                reveal(&mut api_key::check(black_box(text)));
            }
        }
        // The first byte differs, and the last one, and none.
        "compare" => {
            let (mut first, mut last, same) = (bytes.clone(), bytes.clone(), bytes.clone());
            first[0] ^= 1;
            *last.last_mut().expect("a length") ^= 1;
            secret(&mut bytes);
            for other in [&first, &last, &same] {
                reveal(&mut compare::constant_time_eq(black_box(&bytes), black_box(other)));
            }
        }
        // What has to be found.
        "table" => {
            let table: [u8; 256] = std::array::from_fn(|index| index as u8 ^ 0x5a);
            secret(&mut bytes);
            for byte in &bytes {
                black_box(black_box(&table)[usize::from(*byte)]);
            }
        }
        "branch" => {
            secret(&mut bytes);
            for byte in &bytes {
                if *byte > 100 {
                    black_box(byte);
                }
            }
        }
        _ => panic!("what is {what}?"),
    }
}
