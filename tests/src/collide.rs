//! One AES-GCM ciphertext that opens under many keys, and one that opens under two aads: what a commitment is
//! there to refuse.
//!
//! GHASH is linear in the blocks of the ciphertext, so that all keys give the same tag is a system of linear
//! equations over GF(2^128), with as many unknown blocks as it takes (Dodis, Grubbs, Ristenpart and Woodage,
//! CRYPTO 2018; Len, Grubbs and Ristenpart, USENIX Security 2021).

use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use aes::{Aes128Enc, Aes256Enc};

/// Multiplication in the field of GCM (SP 800-38D section 6.3); bits run from the left.
pub fn product(a: u128, b: u128) -> u128 {
    let (mut sum, mut shifted) = (0, b);
    for at in (0..128).rev() {
        if a >> at & 1 == 1 {
            sum ^= shifted;
        }
        shifted = shifted >> 1 ^ if shifted & 1 == 1 { 0xE1 << 120 } else { 0 };
    }
    sum
}

/// `a^(2^128 − 2)`.
fn inverse(a: u128) -> u128 {
    let (mut out, mut square) = (1 << 127, a);
    for _ in 0..127 {
        square = product(square, square);
        out = product(out, square);
    }
    out
}

fn power(a: u128, exponent: usize) -> u128 {
    (0..exponent).fold(1 << 127, |out, _| product(out, a))
}

/// One block of AES under a key of 16 or 32 bytes.
///
/// # Panics
/// When the key has another length.
pub fn aes_block(key: &[u8], block: [u8; 16]) -> [u8; 16] {
    let mut block = Array(block);
    match key.len() {
        16 => Aes128Enc::new_from_slice(key).unwrap().encrypt_block(&mut block),
        _ => Aes256Enc::new_from_slice(key).unwrap().encrypt_block(&mut block),
    }
    block.0
}

/// AES-GCM under a key, for one message with a 12-byte nonce and an aad.
#[derive(Debug, Clone)]
pub struct Gcm {
    hash_key: u128,
    mask: u128,
    aad: Vec<u8>,
}

impl Gcm {
    /// As AES-GCM has it.
    ///
    /// # Panics
    /// When the nonce is not 12 bytes long.
    pub fn new(key: &[u8], nonce: &[u8], aad: &[u8]) -> Self {
        let counter: [u8; 16] = [nonce, &[0, 0, 0, 1]].concat().try_into().unwrap();
        let number = |block| u128::from_be_bytes(aes_block(key, block));
        Self { hash_key: number([0; 16]), mask: number(counter), aad: aad.to_vec() }
    }

    /// As XAES-256-GCM has it, with a 24-byte nonce: the key of a message is CMAC of its first half
    /// (c2sp.org/XAES-256-GCM).
    ///
    /// # Panics
    /// When the nonce is not 24 bytes long.
    pub fn xaes(key: &[u8], nonce: &[u8], aad: &[u8]) -> Self {
        let (first, last) = nonce.split_at(12);
        let zero = u128::from_be_bytes(aes_block(key, [0; 16]));
        let subkey = zero << 1 ^ if zero >> 127 == 1 { 0x87 } else { 0 };
        let half = |number: u8| {
            let block: [u8; 16] = [&[0, number, b'X', 0], first].concat().try_into().unwrap();
            aes_block(key, (u128::from_be_bytes(block) ^ subkey).to_be_bytes())
        };
        Self::new(&[half(1), half(2)].concat(), last, aad)
    }

    /// What the tag is made of, but for the ciphertext, when that has `blocks` whole blocks.
    fn rest(&self, blocks: usize) -> u128 {
        let lengths = (self.aad.len() as u128 * 8) << 64 | (blocks as u128 * 128);
        let padded = self
            .aad
            .chunks(16)
            .map(|chunk| u128::from_be_bytes(std::array::from_fn(|at| chunk.get(at).copied().unwrap_or(0))));
        let count = self.aad.len().div_ceil(16);
        let hashed = padded
            .enumerate()
            .fold(0, |sum, (at, block)| sum ^ product(block, power(self.hash_key, count - at + blocks + 1)));
        self.mask ^ hashed ^ product(lengths, self.hash_key)
    }
}

/// `ct ‖ tag` that opens under all of the keys; the ciphertext has as many blocks as there are keys, the
/// first of them given.
///
/// # Panics
/// When two of the keys are the same.
pub fn colliding(keys: &[Gcm], first: [u8; 16]) -> Vec<u8> {
    let count = keys.len();
    // Each row: the coefficients of the blocks but the first, that of the tag, and what they have to add up
    // to.
    let row = |key: &Gcm| {
        let mut row: Vec<u128> = (1..count).map(|block| power(key.hash_key, count + 1 - block)).collect();
        row.push(1 << 127);
        row.push(key.rest(count) ^ product(u128::from_be_bytes(first), power(key.hash_key, count + 1)));
        row
    };
    let solved = solve(keys.iter().map(row).collect());
    solved.iter().fold(first.to_vec(), |out, block| [out, block.to_be_bytes().to_vec()].concat())
}

/// Gauss and Jordan.
fn solve(mut rows: Vec<Vec<u128>>) -> Vec<u128> {
    let count = rows.len();
    for column in 0..count {
        let pivot = (column..count).find(|row| rows[*row][column] != 0).expect("the keys differ");
        rows.swap(column, pivot);
        let scale = inverse(rows[column][column]);
        rows[column].iter_mut().for_each(|cell| *cell = product(*cell, scale));
        let pivot = rows[column].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != column) {
            let factor = row[column];
            row.iter_mut().zip(&pivot).for_each(|(cell, above)| *cell ^= product(factor, *above));
        }
    }
    rows.iter().map(|row| row[count]).collect()
}

/// Two aads under which one ciphertext of any plaintext has the same tag, for someone who knows the key: `x ‖
/// 0` and `0 ‖ x·H`.
pub fn two_aads(key: &Gcm, x: [u8; 16]) -> [Vec<u8>; 2] {
    let moved = product(u128::from_be_bytes(x), key.hash_key).to_be_bytes();
    [[x, [0; 16]].concat(), [[0; 16], moved].concat()]
}
