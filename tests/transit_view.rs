//! What the native view refuses and the transit view takes: one test for each difference, with both outcomes
//! side by side.

#[path = "transit_view/derivations.rs"]
mod derivations;

use strongroom::hazmat;
use strongroom::{
    Aad, DataKeySize, Error, HashAlgorithm, Import, Item, Key, KeyConfig, KeySpec, KeyType, Keyring,
    SignatureForm, Version,
};
use strongroom_tests::transit::fixtures;

fn key(spec: impl Into<KeySpec>) -> Key {
    Keyring::in_memory().create_key("key", spec).unwrap()
}

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

fn convergent() -> KeySpec {
    KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true)
}

/// Both views of one decryption, with the plaintext as text.
fn both(key: &Key, item: &Item<'_>) -> [Result<String, Error>; 2] {
    let text = |opened: Result<strongroom::SecretBytes, Error>| {
        opened.map(|plaintext| String::from_utf8_lossy(plaintext.expose()).into_owned())
    };
    [text(key.decrypt_item(item)), text(key.transit().decrypt_item(item))]
}

#[test]
fn line_breaks_in_base64() {
    let key = key(KeyType::Aes256Gcm96);
    let text = key.encrypt(b"x", Aad::NONE).unwrap();
    for break_at in [text.len(), text.len() - 1, 10] {
        for line_break in ["\n", "\r\n", "\r"] {
            let mut odd = text.clone();
            odd.insert_str(break_at, line_break);
            assert_eq!(
                both(&key, &Item::ciphertext(&odd)),
                [Err(Error::Malformed), Ok("x".into())],
                "{odd:?}"
            );
        }
    }
    let spaced = text.replace("v1:", "v1: ");
    assert_eq!(
        both(&key, &Item::ciphertext(&spaced)),
        [Err(Error::Malformed), Err(Error::Malformed)],
        "Go takes no spaces"
    );
}

#[test]
fn spare_bits_in_base64() {
    let key = key(KeyType::Aes256Gcm96);
    // 28 + 2 bytes need no padding, 28 + 1 one "=", 28 two.
    for (plaintext, padding) in [("ab", ""), ("a", "="), ("", "==")] {
        let text = key.encrypt(plaintext, Aad::NONE).unwrap();
        assert!(text.ends_with(padding) && text.trim_end_matches('=').len() + padding.len() == text.len());
        let digits = text.trim_end_matches('=');
        let (rest, last) = digits.split_at(digits.len() - 1);
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let next = ALPHABET.find(last).map(|at| &ALPHABET[(at + 1) % 64..(at + 1) % 64 + 1]).unwrap();
        let odd = format!("{rest}{next}{padding}");
        let expected = if padding.is_empty() {
            [Err(Error::DecryptFailed), Err(Error::DecryptFailed)]
        } else {
            [Err(Error::Malformed), Ok(plaintext.into())]
        };
        assert_eq!(both(&key, &Item::ciphertext(&odd)), expected, "{odd}");
    }
}

#[test]
fn other_spellings_of_a_version() {
    let key = key(KeyType::Aes256Gcm96);
    let text = key.encrypt(b"x", Aad::NONE).unwrap();
    let outcomes = |number: &str| both(&key, &Item::ciphertext(&text.replace("v1:", &format!("v{number}:"))));
    for number in ["+1", "01", "0001", "0", "-0", "+0"] {
        assert_eq!(outcomes(number), [Err(Error::Malformed), Ok("x".into())], "{number}");
    }
    assert_eq!(outcomes("-1"), [Err(Error::Malformed), Err(Error::VersionTooOld)]);
    assert_eq!(outcomes("3000000000"), [Err(Error::Malformed), Err(Error::VersionTooNew)]);
    for number in ["", "+", "1x", "1.0", "99999999999999999999"] {
        assert_eq!(outcomes(number), [Err(Error::Malformed), Err(Error::Malformed)], "{number:?}");
    }
}

#[test]
fn version_0_of_signatures_and_macs() {
    let key = key(KeyType::Ed25519);
    let signature = key.sign(b"m").unwrap().replace("v1:", "v0:");
    assert_eq!(key.verify(b"m", &signature), Err(Error::Malformed));
    assert_eq!(key.transit().verify(b"m", &signature), Err(Error::VersionTooOld));
    let mac = key.hmac(b"m").unwrap().replace("v1:", "v0:");
    assert_eq!(key.verify_hmac(b"m", &mac), Err(Error::Malformed));
    assert_eq!(key.transit().verify_hmac(b"m", &mac), Err(Error::VersionTooOld));
}

#[test]
fn an_older_version_to_make_something_with() {
    let aes = key(KeyType::Aes256Gcm96);
    aes.rotate().unwrap();
    let old = || Item::plaintext(b"x").version(v(1));
    assert_eq!(aes.encrypt_item(&old()), Err(Error::VersionNotAllowed));
    assert!(aes.transit().encrypt_item(&old()).unwrap().starts_with("vault:v1:"));
    assert_eq!(aes.hmac_item(&Item::message(b"x").version(v(1))), Err(Error::VersionNotAllowed));
    assert!(aes.transit().hmac_item(&Item::message(b"x").version(v(1))).unwrap().starts_with("vault:v1:"));
    let data_key = Item::data_key(DataKeySize::Bits128).version(v(1));
    assert_eq!(aes.data_key_item(&data_key).unwrap_err(), Error::VersionNotAllowed);
    assert!(aes.transit().data_key_item(&data_key).unwrap().ciphertext.starts_with("vault:v1:"));
    let signing = key(KeyType::Ed25519);
    signing.rotate().unwrap();
    assert_eq!(signing.sign_item(&Item::message(b"x").version(v(1))), Err(Error::VersionNotAllowed));
    assert!(
        signing.transit().sign_item(&Item::message(b"x").version(v(1))).unwrap().starts_with("vault:v1:")
    );

    // A minimum is one in both views, and so is what no longer decrypts.
    aes.configure(KeyConfig::new().min_encryption_version(Some(v(2)))).unwrap();
    assert_eq!(aes.transit().encrypt_item(&old()), Err(Error::VersionNotAllowed));
    aes.configure(KeyConfig::new().min_decryption_version(v(2))).unwrap();
    aes.configure(KeyConfig::new().min_encryption_version(None)).unwrap();
    assert_eq!(aes.transit().encrypt_item(&old()), Err(Error::VersionNotAllowed));
    assert_eq!(aes.transit().encrypt_item(&Item::plaintext(b"x").version(v(3))), Err(Error::VersionTooNew));
}

#[test]
fn what_the_transit_view_encrypts_counts_as_well() {
    let ring = Keyring::builder()
        .usage_limit(3)
        .create(strongroom::Memory::new(), strongroom::Seal::root_key(seed()))
        .unwrap();
    let key = ring.create_key("key", KeyType::Aes256Gcm96).unwrap();
    key.rotate().unwrap();
    let old = Item::plaintext(b"x").version(v(1));
    for _ in 0..3 {
        key.transit().encrypt_item(&old).unwrap();
    }
    assert_eq!(key.transit().encrypt_item(&old), Err(Error::UsageLimitReached));
    assert!(key.encrypt(b"x", Aad::NONE).is_ok(), "another version");
}

fn seed() -> strongroom::SecretArray<32> {
    strongroom::SecretArray::copy_of(&[7, 1].repeat(16)).unwrap()
}

#[test]
fn a_context_that_a_plain_key_has_no_use_for() {
    let aes = key(KeyType::Aes256Gcm96);
    let text = aes.encrypt(b"x", Aad::NONE).unwrap();
    assert_eq!(
        both(&aes, &Item::ciphertext(&text).context("c")),
        [Err(Error::ContextNotAllowed), Ok("x".into())]
    );
    assert_eq!(aes.encrypt_item(&Item::plaintext(b"x").context("c")), Err(Error::ContextNotAllowed));
    let ignored = aes.transit().encrypt_item(&Item::plaintext(b"x").context("c")).unwrap();
    assert_eq!(both(&aes, &Item::ciphertext(&ignored)), [Ok("x".into()), Ok("x".into())]);
    let signing = key(KeyType::Ed25519);
    let item = Item::message(b"x").context("c");
    assert_eq!(
        [signing.sign_item(&item), signing.transit().sign_item(&item)],
        [Err(Error::ContextNotAllowed), signing.sign(b"x")]
    );
}

#[test]
fn a_context_for_a_mac() {
    for spec in [KeySpec::new(KeyType::Hmac), KeySpec::new(KeyType::Aes256Gcm96).derived(true)] {
        let key = key(spec);
        let item = Item::message(b"x").context("c");
        assert!(matches!(key.hmac_item(&item), Err(Error::InvalidContext { .. } | Error::ContextNotAllowed)));
        assert_eq!(key.transit().hmac_item(&item), key.hmac(b"x"));
    }
}

#[test]
fn a_derived_key_needs_its_context_in_both() {
    let key = key(KeySpec::new(KeyType::Aes256Gcm96).derived(true));
    assert_eq!(key.encrypt(b"x", Aad::NONE), Err(Error::ContextRequired));
    assert_eq!(key.transit().encrypt(b"x", Aad::NONE), Err(Error::ContextRequired));
    let view = key.context("c").unwrap();
    assert_eq!(
        view.transit().decrypt(view.encrypt(b"x", Aad::NONE).unwrap(), Aad::NONE).unwrap().expose(),
        b"x"
    );
}

#[test]
fn long_contexts_and_aads() {
    let derived = key(KeySpec::new(KeyType::Aes256Gcm96).derived(true));
    let long = vec![7; 65_536];
    let item = || Item::plaintext(b"x").context(&long);
    assert!(matches!(derived.encrypt_item(&item()), Err(Error::InvalidContext { .. })));
    let text = derived.transit().encrypt_item(&item()).unwrap();
    let back = Item::ciphertext(&text).context(&long);
    assert!(matches!(both(&derived, &back), [Err(Error::InvalidContext { .. }), Ok(_)]));
    assert!(matches!(
        derived.context(&long).unwrap().encrypt(b"x", Aad::NONE),
        Err(Error::InvalidContext { .. })
    ));

    let plain = key(KeyType::Aes256Gcm96);
    assert!(matches!(plain.encrypt(b"x", Aad::from(&long)), Err(Error::InvalidAad { .. })));
    let text = plain.transit().encrypt(b"x", Aad::from(&long)).unwrap();
    assert!(matches!(
        both(&plain, &Item::ciphertext(&text).aad(&long)),
        [Err(Error::InvalidAad { .. }), Ok(_)]
    ));
}

/// The one difference to Transit in the other direction: no view makes such ciphertexts, and both read what a
/// server has made.
#[test]
fn an_aad_on_a_convergent_key() {
    let material = [7u8, 1, 9, 4].repeat(8);
    let spec = convergent();
    let key = Keyring::in_memory()
        .import_key("k", Import::raw(material.clone()).allow_rotation(true), spec)
        .unwrap();
    let lenient = key.transit();
    let item = || Item::plaintext(b"x").context("c").aad("a");
    let data_key = || Item::data_key(DataKeySize::Bits256).context("c").aad("a");
    for view in [&*key, &lenient] {
        let mut buffer = [0; 500];
        assert_eq!(view.encrypt_item(&item()), Err(Error::AadNotAllowed));
        assert_eq!(view.encrypt_binary_item(&item()), Err(Error::AadNotAllowed));
        assert_eq!(view.encrypt_into_item(&item(), &mut buffer), Err(Error::AadNotAllowed));
        assert_eq!(view.encrypt_text_into_item(&item(), &mut buffer), Err(Error::AadNotAllowed));
        assert_eq!(view.encrypted_len(&item()), Err(Error::AadNotAllowed));
        assert_eq!(view.encrypt_batch([item()]), [Err(Error::AadNotAllowed)]);
        assert_eq!(view.data_key_item(&data_key()).unwrap_err(), Error::AadNotAllowed);
        assert_eq!(view.data_key_batch([data_key()]).pop().unwrap().unwrap_err(), Error::AadNotAllowed);
    }
    let empty = || Item::plaintext(b"x").context("c").aad("");
    assert!(matches!(key.encrypt_item(&empty()), Err(Error::InvalidAad { .. })));
    assert!(lenient.encrypt_item(&empty()).is_ok(), "to Transit an empty aad is none");
    let okm = hazmat::hkdf_sha256(b"", &material, b"c", 64).unwrap();
    let nonce = &hazmat::hmac(HashAlgorithm::Sha256, &okm[32..], b"x")[..12];
    let sealed = hazmat::seal(hazmat::Aead::Aes256Gcm, &okm[..32], nonce, b"a", b"x").unwrap();
    let text = format!("vault:v1:{}", base64_simd::STANDARD.encode_to_string([nonce, &sealed].concat()));
    let made = || Item::ciphertext(&text).context("c").aad("a");
    assert_eq!(both(&key, &made()), [Ok("x".into()), Ok("x".into())]);
    assert_eq!(key.rewrap_item(&made()), Ok(text.clone()), "it is up to date");
    assert_eq!(lenient.rewrap_item(&made()), Err(Error::AadNotAllowed));
    key.rotate().unwrap();
    for view in [&*key, &lenient] {
        assert_eq!(view.rewrap_item(&made()), Err(Error::AadNotAllowed));
        assert_eq!(view.rewrap_batch([made()]), [Err(Error::AadNotAllowed)]);
        assert_eq!(view.rewrapped_len(&made()), Err(Error::AadNotAllowed));
    }
    assert_eq!(both(&key, &made()), [Ok("x".into()), Ok("x".into())]);
}

#[test]
fn a_nonce_that_is_not_the_rules() {
    // The same material with and without the convergent option: what the second encrypts has a random nonce.
    let material = [7u8, 1, 9, 4].repeat(8);
    let ring = Keyring::in_memory();
    let import = || strongroom::Import::raw(material.clone());
    let converging = ring.import_key("convergent", import(), convergent()).unwrap();
    let random =
        ring.import_key("random", import(), KeySpec::new(KeyType::Aes256Gcm96).derived(true)).unwrap();
    let text = random.encrypt_item(&Item::plaintext(b"x").context("c")).unwrap();
    assert_eq!(
        both(&converging, &Item::ciphertext(&text).context("c")),
        [Err(Error::DecryptFailed), Ok("x".into())]
    );
}

#[test]
fn a_rewrap_makes_a_new_ciphertext() {
    let key = key(KeyType::Aes256Gcm96);
    let text = key.encrypt(b"x", Aad::NONE).unwrap();
    assert_eq!(key.rewrap(&text, Aad::NONE).unwrap(), text);
    assert_ne!(key.transit().rewrap(&text, Aad::NONE).unwrap(), text);
    key.rotate().unwrap();
    let to_first = Item::ciphertext(&text).version(v(1));
    assert!(matches!(key.rewrap_item(&to_first), Err(Error::InvalidOption { .. })));
    let again = key.transit().rewrap_item(&to_first).unwrap();
    assert!(again.starts_with("vault:v1:"));
    assert_eq!(both(&key, &Item::ciphertext(&again)), [Ok("x".into()), Ok("x".into())]);
    // A batch equals the singles, in this view as in the other.
    let batch = key.transit().rewrap_batch([
        Item::ciphertext(&text).version(v(1)),
        Item::ciphertext(&text),
        Item::ciphertext("vault:v9:AAAA"),
    ]);
    let heads: Vec<_> = batch.iter().map(|result| result.as_ref().map(|text| text[..9].to_owned())).collect();
    assert_eq!(heads, [Ok("vault:v1:".to_owned()), Ok("vault:v2:".to_owned()), Err(&Error::VersionTooNew)]);
}

#[test]
fn a_hash_with_a_signature() {
    let key = key(KeyType::Ed25519);
    let item = Item::message(b"x").hash(HashAlgorithm::Sha3_384);
    assert!(matches!(key.sign_item(&item), Err(Error::InvalidOption { .. })));
    let signature = key.sign(b"x").unwrap();
    assert_eq!(key.transit().sign_item(&item).unwrap(), signature);
    let verify = Item::signed(b"x", &signature).hash(HashAlgorithm::Sha512);
    assert!(matches!(key.verify_item(&verify), Err(Error::InvalidOption { .. })));
    assert_eq!(key.transit().verify_item(&verify), Ok(()));
    // With Vault this name means another algorithm, which nothing here has.
    let backup = fixtures("vault").into_iter().find(|fixture| fixture.id == "ed25519-plain").unwrap().backup;
    let vaults = Keyring::in_memory().restore_transit(backup, None, None).unwrap();
    assert!(vaults.transit().sign_item(&Item::message(b"x").hash(HashAlgorithm::Sha256)).is_ok());
    let ph = vaults.transit().sign_item(&Item::message(b"x").hash(HashAlgorithm::Sha512));
    assert!(matches!(ph, Err(Error::OperationNotSupported { .. })));
}

#[test]
fn leniency_holds_for_both_forms_of_signatures() {
    let key = key(KeyType::Ed25519);
    let jws = key.sign_item(&Item::message(b"x").form(SignatureForm::Jws)).unwrap();
    let odd = format!("{}\r\n", jws.replace("v1:", "v+1:"));
    let item = Item::signed(b"x", &odd).form(SignatureForm::Jws);
    assert_eq!([key.verify_item(&item), key.transit().verify_item(&item)], [Err(Error::Malformed), Ok(())]);
    let padded = format!("{jws}==");
    let item = Item::signed(b"x", &padded).form(SignatureForm::Jws);
    assert_eq!(
        [key.verify_item(&item), key.transit().verify_item(&item)],
        [Err(Error::Malformed), Err(Error::Malformed)]
    );
}

#[test]
fn a_mac_with_sha_1() {
    let key = key(KeyType::Hmac);
    let item = || Item::message(b"x").hash(HashAlgorithm::Sha1);
    assert!(matches!(key.hmac_item(&item()), Err(Error::InvalidOption { .. })));
    let mac = key.transit().hmac_item(&item()).unwrap();
    let verify = Item::signed(b"x", &mac).hash(HashAlgorithm::Sha1);
    assert!(matches!(key.verify_hmac_item(&verify), Err(Error::InvalidOption { .. })));
    assert_eq!(key.transit().verify_hmac_item(&verify), Ok(()));
}

#[test]
fn a_template_and_the_default_form() {
    let template = key(KeySpec::new(KeyType::Aes256Gcm96).version_template("app-{{version}}-"));
    let text = template.encrypt(b"x", Aad::NONE).unwrap();
    assert_eq!(both(&template, &Item::ciphertext(&text)), [Ok("x".into()), Ok("x".into())]);
    let default = text.replace("app-1-", "vault:v1:");
    assert_eq!(both(&template, &Item::ciphertext(&default)), [Ok("x".into()), Err(Error::Malformed)]);
}

#[test]
fn types_that_transit_does_not_have_are_read_as_leniently() {
    let key = key(KeyType::Xaes256Gcm);
    let text = key.encrypt(b"x", Aad::NONE).unwrap();
    let odd = format!("{}\n", text.replace("v1:", "v01:"));
    assert_eq!(both(&key, &Item::ciphertext(&odd)), [Err(Error::Malformed), Ok("x".into())]);
    let other = text.replace("strongroom:", "vault:");
    assert_eq!(both(&key, &Item::ciphertext(&other)), [Err(Error::Malformed), Err(Error::Malformed)]);
}

#[test]
fn a_public_key_takes_no_longer_context_than_a_signature() {
    let view = key(KeySpec::new(KeyType::Ed25519).derived(true)).context(vec![b'c'; 65_536]).unwrap();
    assert!(matches!(view.sign(b"m"), Err(Error::InvalidContext { .. })));
    assert!(matches!(view.public_key(None), Err(Error::InvalidContext { .. })));
    assert!(view.transit().sign(b"m").is_ok() && view.transit().public_key(None).is_ok());
}
