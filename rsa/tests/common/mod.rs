//! What the tests share: keys from a file, DER, and refusals that leave nothing behind.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::fmt::Debug;

use strongroom_rsa::{Hash, PrivateKey, Rejected};

/// n, e, d, p, q, dP, dQ and qInv, each big-endian.
pub(crate) type Numbers = [Vec<u8>; 8];

pub(crate) const HASHES: [(&str, Hash, usize); 9] = [
    ("sha1", Hash::Sha1, 20),
    ("sha224", Hash::Sha224, 28),
    ("sha256", Hash::Sha256, 32),
    ("sha384", Hash::Sha384, 48),
    ("sha512", Hash::Sha512, 64),
    ("sha3_224", Hash::Sha3_224, 28),
    ("sha3_256", Hash::Sha3_256, 32),
    ("sha3_384", Hash::Sha3_384, 48),
    ("sha3_512", Hash::Sha3_512, 64),
];

/// The lines of a file, in words, without its comments.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

/// Bytes from hexadecimal digits; `-` is none.
pub(crate) fn bytes(digits: &str) -> Vec<u8> {
    if digits == "-" { Vec::new() } else { hex::decode(digits).unwrap() }
}

/// A key of `odd.txt`, or of `transit.txt`.
pub(crate) fn numbers(name: &str) -> Numbers {
    let files = lines(include_str!("../odd.txt")).chain(lines(include_str!("../transit.txt")));
    let mut keys = files.map(|line| if line[0] == "key" { line[1..].to_vec() } else { line });
    let line = keys.find(|line| line[0] == name && line.len() == 9).unwrap();
    std::array::from_fn(|place| bytes(line[place + 1]))
}

/// A key of these files.
pub(crate) fn key(name: &str) -> PrivateKey {
    PrivateKey::from_der(&private_der(&numbers(name))).unwrap()
}

/// An RSAPrivateKey.
pub(crate) fn private_der(numbers: &Numbers) -> Vec<u8> {
    let fields: Vec<u8> = numbers.iter().flat_map(|number| integer(number)).collect();
    tagged(0x30, &[integer(&[0]), fields].concat())
}

/// An RSAPublicKey.
pub(crate) fn public_der(n: &[u8], e: &[u8]) -> Vec<u8> {
    tagged(0x30, &[integer(n), integer(e)].concat())
}

/// An INTEGER that is not negative.
pub(crate) fn integer(number: &[u8]) -> Vec<u8> {
    let first = number.iter().position(|&byte| byte != 0).unwrap_or(number.len());
    let number = &number[first..];
    let zero: &[u8] = if number.first().is_none_or(|&byte| byte >= 0x80) { &[0] } else { &[] };
    tagged(0x02, &[zero, number].concat())
}

/// A tag, the shortest length and the contents.
pub(crate) fn tagged(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len().to_be_bytes();
    let first = length.iter().position(|&byte| byte != 0).unwrap_or(length.len() - 1);
    let length = &length[first..];
    let long: &[u8] = if contents.len() < 0x80 { &[] } else { &[0x80 | u8::try_from(length.len()).unwrap()] };
    [&[tag], long, length, contents].concat()
}

/// Asserts that it was refused, and that AWS-LC's queue of errors is empty after it.
#[track_caller]
pub(crate) fn refused<T: Debug>(result: Result<T, Rejected>) {
    assert_eq!(result.map(|given| format!("{given:?}")), Err(Rejected));
    no_errors();
}

/// Asserts that this thread has no error of AWS-LC's left.
#[track_caller]
pub(crate) fn no_errors() {
    // SAFETY: this takes nothing, and reads the queue of this thread.
    assert_eq!(unsafe { aws_lc_sys::ERR_peek_error() }, 0, "an error was left");
}

/// The bytes with the lowest bits changed.
pub(crate) fn off(number: &[u8], bits: u8) -> Vec<u8> {
    let mut number = number.to_vec();
    *number.last_mut().unwrap() ^= bits;
    number
}
