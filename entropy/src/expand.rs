//! From a seed to as many bytes as a pool holds: AES-256 in counter mode, from counter 0 on.
//!
//! What makes the nonces of a pool unlike each other and unlike all others is in [`crate`], under "Why no
//! nonce comes twice".

use aes::Aes256Enc;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use zeroize::Zeroize;

/// Length of a seed, in bytes.
pub(crate) const SEED: usize = 32;

/// Fills `out` with `AES(seed, 0) ‖ AES(seed, 1) ‖ …`, the counters as 128-bit numbers with the highest byte
/// first (SP 800-38A section 6.5). Never called twice with one seed. The key schedule is wiped when it is
/// dropped; the seed is the caller's to wipe.
pub(crate) fn expand(seed: &[u8; SEED], out: &mut [u8]) {
    let cipher = Aes256Enc::new(seed.into());
    let (blocks, rest) = out.as_chunks_mut();
    let mut counter = 0u128;
    for block in blocks.iter_mut() {
        *block = counter.to_be_bytes();
        counter += 1;
    }
    cipher.encrypt_blocks(Array::cast_slice_from_core_mut(blocks));
    if !rest.is_empty() {
        let mut last = Array(counter.to_be_bytes());
        cipher.encrypt_block(&mut last);
        rest.copy_from_slice(&last[..rest.len()]);
        last.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What another implementation makes of the seed `00 01 … 1f`:
    ///
    /// ```text
    /// head -c 4032 /dev/zero | openssl enc -aes-256-ctr -iv 00000000000000000000000000000000 \
    ///   -K 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f | xxd -p
    /// ```
    ///
    /// (OpenSSL 3.0.19.) Its first 40 bytes and its last 16, which are block 251.
    const FIRST: [u8; 40] = [
        0xf2, 0x90, 0x00, 0xb6, 0x2a, 0x49, 0x9f, 0xd0, 0xa9, 0xf3, 0x9a, 0x6a, 0xdd, 0x2e, 0x77, 0x80, 0xf0,
        0x5d, 0x76, 0xae, 0x4a, 0xb9, 0x9f, 0xe5, 0xa6, 0xf6, 0x9b, 0x31, 0x48, 0xc2, 0x36, 0x3d, 0x0e, 0xbc,
        0xb5, 0xde, 0xb5, 0x2c, 0x83, 0xbd,
    ];
    const LAST: [u8; 16] =
        [0xeb, 0xb8, 0x9a, 0x01, 0x6e, 0xc9, 0xc8, 0x47, 0x1a, 0x99, 0x22, 0x9a, 0x85, 0x0c, 0x69, 0x1f];

    fn seed() -> [u8; SEED] {
        std::array::from_fn(|i| u8::try_from(i).unwrap())
    }

    #[test]
    fn it_is_what_openssl_makes_of_the_seed() {
        let mut out = [0xa5; 4032];
        expand(&seed(), &mut out);
        assert_eq!(out[..40], FIRST);
        assert_eq!(out[4016..], LAST);
    }

    #[test]
    fn every_length_is_the_beginning_of_the_longest() {
        let mut longest = [0; 200];
        expand(&seed(), &mut longest);
        for len in 0..longest.len() {
            let mut out = vec![0xa5; len];
            expand(&seed(), &mut out);
            assert_eq!(out, longest[..len], "{len}");
        }
    }

    #[test]
    fn every_bit_of_the_seed_counts() {
        let (mut original, mut out) = ([0; 16], [0; 16]);
        expand(&seed(), &mut original);
        for bit in 0..8 * SEED {
            let mut other = seed();
            other[bit / 8] ^= 1 << (bit % 8);
            expand(&other, &mut out);
            assert_ne!(out, original, "bit {bit}");
        }
    }
}
