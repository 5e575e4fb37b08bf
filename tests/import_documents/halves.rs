//! Versions of a public key alone, and how they get their private half.

use super::imported;
use strongroom::{
    Aad, Error, ExportFormat, ExportKind, Expose, Import, Key, KeySpec, KeyType, Keyring, Version,
};

/// The types that sign, but for those that take long to make a key of.
fn signing() -> impl Iterator<Item = KeyType> {
    let slow = [KeyType::Rsa3072, KeyType::Rsa4096];
    KeyType::ALL.iter().copied().filter(move |key_type| key_type.signs() && !slow.contains(key_type))
}

/// A key pair: the key that has it, its public key as DER, and its private one as it is kept.
struct Pair {
    key: Key,
    public: Vec<u8>,
    private: Vec<u8>,
}

fn pair(key_type: KeyType) -> Pair {
    let key = Keyring::in_memory().create_key("pair", KeySpec::new(key_type).exportable(true)).unwrap();
    let public = key.public_key(None).unwrap().to_der();
    let exported = key.export(ExportKind::SigningKey, Expose::SecretMaterial).unwrap();
    let private = exported[&Version::FIRST].expose().to_vec();
    Pair { key, public, private }
}

fn reason(error: Error) -> String {
    match error {
        Error::InvalidMaterial { reason } | Error::InvalidOption { reason } => reason.to_owned(),
        other => panic!("{other:?}"),
    }
}

fn version(number: u32) -> Version {
    Version::new(number).unwrap()
}

#[test]
fn a_public_key_alone_verifies_and_signs_nothing() {
    for key_type in signing() {
        let pair = pair(key_type);
        let signature = pair.key.sign(b"message").unwrap();
        let key = imported(key_type, Import::public_key(pair.public.as_slice())).unwrap();
        key.verify(b"message", &signature).unwrap();
        assert_eq!(key.verify(b"another", &signature), Err(Error::BadSignature));
        let refused = key.sign(b"message").unwrap_err();
        assert_eq!((refused.number(), refused.name()), (109, "no_such_version"));
        assert!(refused.to_string().contains("import its private half with import_version"));
        assert!(key.export(ExportKind::SigningKey, Expose::SecretMaterial).unwrap().is_empty());
        // It has an hmac key, as in Transit.
        key.verify_hmac(b"message", key.hmac(b"message").unwrap()).unwrap();
        assert_eq!(key.rotate(), Err(Error::RotationNotAllowed));
        assert_eq!(
            key.import_version(Import::public_key(pair.public.as_slice())),
            Err(Error::DuplicateMaterial)
        );
        assert_eq!(key.jwks().unwrap(), pair.key.jwks().unwrap().replace("pair:1", "k:1"));
    }
}

#[test]
fn the_private_half_completes_the_latest_version_or_one_that_is_named() {
    for key_type in signing() {
        let (first, second, third) = (pair(key_type), pair(key_type), pair(key_type));
        let key = imported(key_type, Import::public_key(first.public.as_slice())).unwrap();
        let mac = key.hmac(b"message").unwrap();
        let created = key.info().unwrap().versions[0].created;
        assert_eq!(key.import_version(Import::public_key(second.public.as_slice())), Ok(version(2)));

        let earlier = key.import_version(Import::raw(first.private.as_slice())).unwrap_err();
        let says = "it is the private half of an earlier version; name that version to complete it";
        assert_eq!(reason(earlier), says);
        let wrong = key.import_version(Import::raw(third.private.as_slice()).at(Version::FIRST)).unwrap_err();
        assert_eq!(reason(wrong), "it is not the private half of the version's public key");
        assert_eq!(key.sign(b"message"), Err(Error::NoSuchVersion));

        let named = Import::raw(first.private.as_slice()).at(Version::FIRST);
        assert_eq!(key.import_version(named), Ok(Version::FIRST));
        assert_eq!(key.import_version(Import::raw(second.private.as_slice())), Ok(version(2)));
        assert_eq!(key.import_version(Import::raw(third.private.as_slice())), Ok(version(3)));
        key.verify_hmac(b"message", mac).unwrap();
        assert_eq!(key.info().unwrap().versions[0].created, created);
        for (at, pair) in [first, second, third].into_iter().enumerate() {
            let at = version(at as u32 + 1);
            assert_eq!(key.public_key(Some(at)).unwrap().to_der(), pair.public);
            let exported = key.export(ExportKind::SigningKey, Expose::SecretMaterial).unwrap();
            assert_eq!(exported[&at].expose(), pair.private);
        }
        assert_eq!(key.import_version(Import::raw(pair(key_type).private)), Ok(version(4)));
    }
}

#[test]
fn a_public_key_of_rsa_encrypts_and_decrypts_nothing() {
    if !KeyType::Rsa2048.is_supported() {
        return;
    }
    let pair = pair(KeyType::Rsa2048);
    let key = imported(KeyType::Rsa2048, Import::public_key(pair.public.as_slice())).unwrap();
    let ciphertext = key.encrypt(b"4111", Aad::NONE).unwrap();
    assert_eq!(pair.key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
    assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap_err(), Error::NoSuchVersion);
    assert_eq!(key.rewrap(&ciphertext, Aad::NONE).unwrap_err(), Error::NoSuchVersion);
    key.import_version(Import::raw(pair.private)).unwrap();
    assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
}

#[test]
fn what_cannot_be_completed_is_refused() {
    let (first, second) = (pair(KeyType::EcdsaP256), pair(KeyType::EcdsaP256));
    let key = imported(KeyType::EcdsaP256, Import::raw(first.private.as_slice())).unwrap();
    let complete = |import: Import, at| key.import_version(import.at(version(at))).unwrap_err();
    let raw = || Import::raw(second.private.as_slice());
    let says = "the version has its private key already; leave the number out to add a version";
    assert_eq!(reason(complete(raw(), 1)), says);
    assert_eq!(complete(raw(), 2), Error::NoSuchVersion);
    assert!(
        reason(complete(Import::public_key(second.public.as_slice()), 1))
            .starts_with("a version that there is has its public key")
    );
    let created = imported(KeyType::EcdsaP256, raw().at(Version::FIRST)).unwrap_err();
    assert_eq!(reason(created), "a new key has no version to complete; leave the number out");
    let symmetric = imported(KeyType::Aes256Gcm96, Import::raw(second.private.as_slice())).unwrap();
    let refused = symmetric.import_version(Import::raw(first.private.as_slice()).at(Version::FIRST));
    assert_eq!(reason(refused.unwrap_err()), says);

    // A half that is there as a whole is the same key.
    let same = key.import_version(Import::public_key(first.public.as_slice()));
    assert_eq!(same, Err(Error::DuplicateMaterial));
    // Types of other curves are told.
    let other = key.import_version(Import::public_key(pair(KeyType::EcdsaP384).public)).unwrap_err();
    assert!(reason(other).contains("ecdsa-p384"));
}

/// What is said beside the material counts as it does for a new version.
#[test]
fn completing_heeds_the_other_options() {
    let pair = pair(KeyType::Ed25519);
    let key = imported(KeyType::Ed25519, Import::public_key(pair.public.as_slice())).unwrap();
    let half = || Import::raw(pair.private.as_slice()).at(Version::FIRST);
    let kdf = key.import_version(half().kdf(strongroom::Kdf::HmacCounter)).unwrap_err();
    assert!(reason(kdf).starts_with("the key derives its subkeys in another way"));
    assert_eq!(key.rotate(), Err(Error::RotationNotAllowed));
    key.import_version(half().allow_rotation(true)).unwrap();
    assert_eq!(key.rotate(), Ok(version(2)));
}

#[test]
fn a_derived_key_needs_its_private_half() {
    let pair = pair(KeyType::Ed25519);
    let spec = KeySpec::new(KeyType::Ed25519).derived(true);
    let public = || Import::public_key(pair.public.as_slice());
    let ring = Keyring::in_memory();
    let says = "the keys for each context are made of the private half, so a derived key needs it; import \
                the private key";
    assert_eq!(reason(ring.import_key("k", public(), spec.clone()).unwrap_err()), says);
    let key = ring.import_key("k", Import::raw(super::imported_seed()), spec).unwrap();
    assert_eq!(reason(key.import_version(public()).unwrap_err()), says);
}

/// Completing takes the version as it is, also one that a rotation made an earlier one of.
#[test]
fn a_version_is_completed_after_a_rotation_and_when_it_is_no_longer_read() {
    let pair = pair(KeyType::EcdsaP384);
    let import = Import::public_key(pair.public.as_slice()).allow_rotation(true);
    let key = imported(KeyType::EcdsaP384, import).unwrap();
    let second = key.rotate().unwrap();
    assert!(key.import_version(Import::raw(pair.private.as_slice())).is_err());
    key.configure(strongroom::KeyConfig::new().min_decryption_version(second)).unwrap();
    let half = Import::raw(pair.private.as_slice()).at(Version::FIRST);
    assert_eq!(key.import_version(half), Ok(Version::FIRST));
    key.configure(strongroom::KeyConfig::new().min_decryption_version(Version::FIRST)).unwrap();
    let exported = key.export_transit(ExportKind::SigningKey, ExportFormat::Pem, Expose::SecretMaterial);
    assert_eq!(exported.unwrap().len(), 2, "the first version came back whole");
    assert_eq!(key.info().unwrap().latest_version, second);
    key.disable().unwrap();
    let disabled = key.import_version(Import::raw(pair.private.as_slice()).at(Version::FIRST));
    assert!(matches!(disabled, Err(Error::KeyDisabled { .. })));
}

/// Another process sees the private half, and an older document without it is told from a newer one.
#[test]
fn both_halves_are_stored() {
    let (folder, pair) = (tempfile::tempdir().unwrap(), pair(KeyType::Ed25519));
    let seal = || strongroom::Seal::root_key(strongroom::SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    let store = || strongroom::Directory::new(folder.path());
    let ring = Keyring::create(store(), seal()).unwrap();
    ring.import_key("k", Import::public_key(pair.public.as_slice()), KeyType::Ed25519).unwrap();
    let other = Keyring::open(store(), seal()).unwrap();
    let key = other.key("k").unwrap();
    assert_eq!(key.sign(b"message"), Err(Error::NoSuchVersion));
    key.import_version(Import::raw(pair.private.as_slice())).unwrap();
    ring.refresh().unwrap();
    let signature = ring.key("k").unwrap().sign(b"message").unwrap();
    assert_eq!(
        Keyring::open(store(), seal()).unwrap().key("k").unwrap().verify(b"message", signature),
        Ok(())
    );
}
