//! HMAC, HKDF and XAES-256-GCM as they are written here, against other people's: on random input they do the
//! same and refuse the same.

use aes::Aes256;
use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, Nonce};
use cmac::Cmac;
use hkdf::Hkdf;
use hmac::digest::Digest;
use hmac::digest::common::BlockSizeUser;
use hmac::{KeyInit, Mac, SimpleHmac};
use proptest::collection::vec;
use proptest::prelude::*;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use std::cell::Cell;
use strongroom::HashAlgorithm;
use strongroom::hazmat::{Aead, hkdf_sha256, hmac as ours, hmac_verify, open, seal};
use strongroom_tests::soak::scaled;

fn config() -> ProptestConfig {
    let cases = scaled(2_000, 50_000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Bytes of any length up to one, and often of a length at which something begins anew: a block of a hash
/// (64, 72, 104, 128, 136 or 144 bytes) or of AES, or what a message ends with.
fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let lengths: Vec<usize> = [0, 16, 32, 55, 64, 72, 104, 111, 128, 136, 144, 256]
        .into_iter()
        .flat_map(|edge: usize| edge.saturating_sub(1)..=edge + 1)
        .filter(|edge| *edge <= most)
        .collect();
    let length = prop_oneof![0..=most, prop::sample::select(lengths)];
    length.prop_flat_map(|length| vec(any::<u8>(), length))
}

/// HMAC by the crate of that name.
fn theirs<D: Digest + BlockSizeUser>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = SimpleHmac::<D>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn their_hmac(algorithm: HashAlgorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = match algorithm {
        HashAlgorithm::Sha1 => theirs::<Sha1>,
        HashAlgorithm::Sha224 => theirs::<Sha224>,
        HashAlgorithm::Sha256 => theirs::<Sha256>,
        HashAlgorithm::Sha384 => theirs::<Sha384>,
        HashAlgorithm::Sha512 => theirs::<Sha512>,
        HashAlgorithm::Sha3_224 => theirs::<Sha3_224>,
        HashAlgorithm::Sha3_256 => theirs::<Sha3_256>,
        HashAlgorithm::Sha3_384 => theirs::<Sha3_384>,
        HashAlgorithm::Sha3_512 => theirs::<Sha3_512>,
        other => panic!("{other:?} is not compared"),
    };
    mac(key, message)
}

#[test]
fn hmac_is_that_of_the_crate() {
    let longer = Cell::new(0);
    let all = prop::sample::select(&HashAlgorithm::WITH_SHA1[..]);
    proptest!(config(), |(algorithm in all, key in bytes(300), message in bytes(700), bit in 0..160usize)| {
        let tag = ours(algorithm, &key, &message);
        prop_assert_eq!(&tag, &their_hmac(algorithm, &key, &message), "{}", algorithm.name());
        prop_assert!(hmac_verify(algorithm, &key, &message, &tag).is_ok());
        let mut other = tag;
        other[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(hmac_verify(algorithm, &key, &message, &other).is_err());
        longer.set(longer.get() + u32::from(key.len() > 144));
    });
    assert!(longer.get() > 50, "only {} keys were longer than every block", longer.get());
}

#[test]
fn hkdf_is_that_of_the_crate() {
    let refused = Cell::new(0);
    let lengths = prop_oneof![0..200usize, 8_100..8_200usize];
    proptest!(config(), |(salt in bytes(200), ikm in bytes(600), info in bytes(300), length in lengths)| {
        let key = Hkdf::<Sha256>::new(Some(&salt), &ikm);
        let mut expected = vec![0; length];
        let fits = key.expand(&info, &mut expected).is_ok();
        prop_assert_eq!(hkdf_sha256(&salt, &ikm, &info, length).ok(), fits.then_some(expected));
        refused.set(refused.get() + u32::from(!fits));
    });
    assert!(refused.get() > 20, "only {} were too long", refused.get());
}

#[test]
fn a_salt_that_is_not_there_is_one_of_nothing_and_one_of_zeros() {
    proptest!(config(), |(ikm in bytes(100), info in bytes(100), zeros in 0..=64usize)| {
        let mut expected = [0; 64];
        Hkdf::<Sha256>::new(None, &ikm).expand(&info, &mut expected).unwrap();
        prop_assert_eq!(&hkdf_sha256(&vec![0; zeros], &ikm, &info, 64).unwrap(), &expected);
    });
}

/// c2sp.org/XAES-256-GCM as the page says it, of a CMAC and a GCM that are not ours: the key of a message is
/// `CMAC(0x00 ‖ 0x01 ‖ "X" ‖ 0x00 ‖ nonce[..12]) ‖ CMAC(0x00 ‖ 0x02 ‖ "X" ‖ 0x00 ‖ nonce[..12])`.
fn xaes(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let half = |counter: u8| {
        let mut mac = Cmac::<Aes256>::new_from_slice(key).unwrap();
        mac.update(&[0, counter, b'X', 0]);
        mac.update(&nonce[..12]);
        mac.finalize().into_bytes()
    };
    let derived = [half(1), half(2)].concat();
    let cipher = Aes256Gcm::new_from_slice(&derived).unwrap();
    let mut sealed = plaintext.to_vec();
    let nonce = Nonce::try_from(&nonce[12..]).unwrap();
    let tag = cipher.encrypt_inout_detached(&nonce, aad, sealed.as_mut_slice().into()).unwrap();
    sealed.extend_from_slice(&tag);
    sealed
}

#[test]
fn xaes_is_a_cmac_and_a_gcm() {
    let (long, carries) = (Cell::new(0), Cell::new([0; 2]));
    let keys = (any::<[u8; 32]>(), any::<[u8; 24]>());
    proptest!(config(), |((key, nonce) in keys, aad in bytes(300), plaintext in bytes(1_000), bit: usize)| {
        let sealed = xaes(&key, &nonce, &aad, &plaintext);
        prop_assert_eq!(&seal(Aead::Xaes256Gcm, &key, &nonce, &aad, &plaintext).unwrap(), &sealed);
        prop_assert_eq!(open(Aead::Xaes256Gcm, &key, &nonce, &aad, &sealed).unwrap(), &plaintext[..]);
        // Whatever bit of it is another.
        let mut other = sealed;
        let bit = bit % (other.len() * 8);
        other[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(open(Aead::Xaes256Gcm, &key, &nonce, &aad, &other).is_err());
        long.set(long.get() + u32::from(plaintext.len() > 128));
        let mut counted = carries.get();
        counted[usize::from(first_bit(&key))] += 1;
        carries.set(counted);
    });
    assert!(long.get() > 50, "only {} messages were longer than eight blocks", long.get());
    // The doubling that makes the subkey of CMAC goes two ways.
    assert!(carries.get().iter().all(|count| *count > 50), "{:?}", carries.get());
}

/// The first bit of what AES makes of zeros: whether the doubling of it is reduced.
fn first_bit(key: &[u8; 32]) -> bool {
    use aes::cipher::{Array, BlockCipherEncrypt};
    let mut block = Array([0; 16]);
    Aes256::new(key.into()).encrypt_block(&mut block);
    block[0] >> 7 == 1
}
