//! Material that is wrapped for the wrapping key of another keyring.

use super::imported;
use strongroom::{
    Aad, Error, ExportKind, Expose, HashAlgorithm, Import, Key, KeySpec, KeyType, Keyring, PublicKey, Version,
};

const NOT_UNWRAPPED: &str =
    "it does not unwrap: it was wrapped for another key or with another hash, or is damaged";

fn exportable(key_type: KeyType) -> Key {
    Keyring::in_memory().create_key("k", KeySpec::new(key_type).exportable(true)).unwrap()
}

fn wrapped(key: &Key, to: &PublicKey, hash: HashAlgorithm) -> String {
    let wrapped = key.export_wrapped(to, hash, Expose::SecretMaterial).unwrap();
    wrapped[&Version::FIRST].clone()
}

fn reason(error: Error) -> String {
    match error {
        Error::InvalidMaterial { reason } | Error::InvalidOption { reason } => reason.to_owned(),
        other => panic!("{other:?}"),
    }
}

/// A build without RSA has no wrapping key.
fn has_wrapping_key() -> bool {
    if KeyType::Rsa4096.is_supported() {
        return true;
    }
    let ring = Keyring::in_memory();
    let key_type = "rsa-4096";
    assert_eq!(ring.wrapping_key().unwrap_err(), Error::TypeNotSupported { key_type });
    let import = Import::wrapped([7; 600], HashAlgorithm::Sha256);
    let refused = ring.import_key("k", import, KeyType::Hmac).unwrap_err();
    assert_eq!(refused, Error::TypeNotSupported { key_type });
    false
}

#[test]
fn what_one_keyring_wraps_another_imports() {
    if !has_wrapping_key() {
        return;
    }
    let there = Keyring::in_memory();
    let refused = there.import_key("k", Import::wrapped([7; 600], HashAlgorithm::Sha256), KeyType::Hmac);
    assert!(reason(refused.unwrap_err()).starts_with("the keyring has no wrapping key yet"));
    let to = there.wrapping_key().unwrap();
    assert_eq!(to.key_type(), KeyType::Rsa4096);
    assert_eq!(there.wrapping_key().unwrap(), to);
    assert_eq!(PublicKey::parse(to.to_pem()).unwrap(), to);
    let mut hashes = HashAlgorithm::WITH_SHA1.into_iter().cycle();
    for key_type in KeyType::ALL.iter().copied().filter(|key_type| key_type.is_supported()) {
        if [KeyType::Rsa3072, KeyType::Rsa4096].contains(&key_type) {
            continue;
        }
        let (key, hash) = (exportable(key_type), hashes.next().unwrap());
        let text = wrapped(&key, &to, hash);
        let bytes = base64_simd::STANDARD.decode_to_vec(&text).unwrap();
        let same =
            there.import_key(key_type.name(), Import::wrapped(text.as_bytes(), hash), key_type).unwrap();
        assert!(same.info().unwrap().imported);
        let twice = same.import_version(Import::wrapped(bytes, hash)).unwrap_err();
        assert_eq!(twice, Error::DuplicateMaterial, "{key_type}: the bytes are what their base64 is");
        if key_type.encrypts() {
            let ciphertext = key.encrypt(b"4111", Aad::NONE).unwrap();
            assert_eq!(same.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        }
        if key_type.signs() {
            same.verify(b"v1.0", key.sign(b"v1.0").unwrap()).unwrap();
            key.verify(b"v1.0", same.sign(b"v1.0").unwrap()).unwrap();
        }
    }
    assert!(there.keys().unwrap().iter().all(|name| !name.as_str().contains("wrapping")));
    let near = there.key("wrapping").unwrap_err().to_string();
    assert!(!near.contains("did you mean"), "{near}");
    for name in ["-wrapping", "import/wrapping-key"] {
        assert_eq!(there.key(name).unwrap_err(), Error::InvalidKeyName);
        assert_eq!(there.delete_key(name).unwrap_err(), Error::InvalidKeyName);
    }
    refusals(&there, &to);
}

fn refusals(there: &Keyring, to: &PublicKey) {
    let hash = HashAlgorithm::Sha256;
    let import = |blob: &[u8], hash, key_type: KeyType| {
        let refused = there.import_key("refused", Import::wrapped(blob, hash), key_type);
        reason(refused.unwrap_err())
    };
    let text = wrapped(&exportable(KeyType::EcdsaP256), to, hash);
    let blob = base64_simd::STANDARD.decode_to_vec(&text).unwrap();
    assert_eq!(import(&blob, HashAlgorithm::Sha384, KeyType::EcdsaP256), NOT_UNWRAPPED);
    for at in [0, 511, 512, blob.len() - 1] {
        let mut damaged = blob.clone();
        damaged[at] ^= 1;
        assert_eq!(import(&damaged, hash, KeyType::EcdsaP256), NOT_UNWRAPPED);
    }
    for len in [0, 1, 511, 512, 520, blob.len() - 8, blob.len() - 1] {
        assert_eq!(import(&blob[..len], hash, KeyType::EcdsaP256), NOT_UNWRAPPED);
    }
    let other = Keyring::in_memory();
    other.wrapping_key().unwrap();
    let refused = other.import_key("k", Import::wrapped(blob.as_slice(), hash), KeyType::EcdsaP256);
    assert_eq!(reason(refused.unwrap_err()), NOT_UNWRAPPED);
    // What was unwrapped is told as what is given in the clear.
    assert!(import(&blob, hash, KeyType::EcdsaP384).starts_with("it is a key of type ecdsa-p256"));
    assert_eq!(import(&blob, hash, KeyType::Aes256Gcm96), "it has the wrong length for its type");
    let blob = wrapped(&exportable(KeyType::Aes128Gcm96), to, hash);
    assert_eq!(import(blob.as_bytes(), hash, KeyType::EcdsaP384), "it is not a private key in PKCS#8");
    let passphrase = Import::wrapped(blob.as_bytes(), hash).passphrase(b"1234");
    let refused = there.import_key("refused", passphrase, KeyType::Aes128Gcm96).unwrap_err();
    assert!(reason(refused).ends_with("leave it out"));
}

#[test]
fn only_what_may_leave_is_wrapped() {
    if !KeyType::Rsa2048.is_supported() {
        return;
    }
    let ring = Keyring::in_memory();
    let to = ring.create_key("to", KeyType::Rsa2048).unwrap().public_key(None).unwrap();
    let wrap =
        |key: &Key, to: &PublicKey| key.export_wrapped(to, HashAlgorithm::Sha256, Expose::SecretMaterial);
    let closed = ring.create_key("closed", KeyType::Aes256Gcm96).unwrap();
    assert_eq!(wrap(&closed, &to), Err(Error::NotExportable));
    let open = exportable(KeyType::Ed25519);
    let operation = "wrapping of keys";
    let refused = Error::OperationNotSupported { operation, key_type: "ed25519" };
    assert_eq!(wrap(&open, &open.public_key(None).unwrap()), Err(refused));
    let second = open.rotate().unwrap();
    assert_eq!(wrap(&open, &to).unwrap().len(), 2);
    open.configure(strongroom::KeyConfig::new().min_decryption_version(second)).unwrap();
    assert_eq!(wrap(&open, &to).unwrap().into_keys().collect::<Vec<_>>(), [second]);
    let public = open.public_key(None).unwrap().to_der();
    let alone = imported(KeyType::Ed25519, Import::public_key(public)).unwrap();
    assert!(wrap(&alone, &to).unwrap().is_empty());
    assert!(alone.export(ExportKind::SigningKey, Expose::SecretMaterial).unwrap().is_empty());
    open.disable().unwrap();
    assert!(matches!(wrap(&open, &to), Err(Error::KeyDisabled { .. })));
}

/// The wrapping key lies with the keys: another process has it, and a reseal and a check include it.
#[test]
fn the_wrapping_key_is_stored() {
    if !KeyType::Rsa4096.is_supported() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let seal = || strongroom::Seal::root_key(strongroom::SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    let open = || Keyring::open(strongroom::Directory::new(folder.path()), seal()).unwrap();
    let ring = Keyring::create(strongroom::Directory::new(folder.path()), seal()).unwrap();
    let to = ring.wrapping_key().unwrap();
    assert!(folder.path().join("key--wrapping.sr").exists());
    let other = open();
    assert_eq!(other.wrapping_key().unwrap(), to);
    assert!(other.keys().unwrap().is_empty());
    ring.reseal([seal()]).unwrap();
    let again = open();
    assert_eq!(again.wrapping_key().unwrap(), to);
    let report = again.check().unwrap();
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!((report.documents, report.keys), (2, 0), "it is no user's");
    let key = exportable(KeyType::Hmac);
    let blob = wrapped(&key, &to, HashAlgorithm::Sha512);
    let import = Import::wrapped(blob.as_bytes(), HashAlgorithm::Sha512);
    let same = again.import_key("k", import, KeyType::Hmac).unwrap();
    same.verify_hmac(b"message", key.hmac(b"message").unwrap()).unwrap();
    assert_eq!(again.keys().unwrap().len(), 1);
}

#[test]
fn a_public_key_is_read_by_what_it_says() {
    let signing = KeyType::ALL.iter().copied().filter(|key_type| key_type.signs());
    let slow = [KeyType::Rsa3072, KeyType::Rsa4096];
    for key_type in signing.filter(|key_type| !slow.contains(key_type)) {
        let public = exportable(key_type).public_key(None).unwrap();
        assert_eq!(PublicKey::parse(public.to_pem()).unwrap(), public);
        assert_eq!(PublicKey::parse(public.to_der()).unwrap(), public);
        // Bare bytes do not say what they are.
        let bare = PublicKey::parse(public.as_bytes()).unwrap_err();
        assert_eq!(reason(bare), "it is no public key, as PEM or DER");
    }
    let unknown = "-----BEGIN CERTIFICATE-----\nMCow\n-----END CERTIFICATE-----\n";
    let says = "it is no public key of a type that there is, as PEM or DER";
    assert_eq!(reason(PublicKey::parse(unknown).unwrap_err()), says);
}
