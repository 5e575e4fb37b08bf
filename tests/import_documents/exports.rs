//! What is exported is what the products export, and what other programs read.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use strongroom::{Error, ExportFormat, ExportKind, Expose, Import, Key, KeySpec, KeyType, Keyring, Version};
use strongroom_tests::transit::base64;
use strongroom_tests::vectors::load;

#[derive(Deserialize)]
struct Exports {
    keys: Vec<Exported>,
}

#[derive(Deserialize)]
struct Exported {
    id: String,
    #[serde(rename = "type")]
    key_type: String,
    document: Value,
    public_key: Option<String>,
    #[serde(default)]
    is_completed: bool,
    exports: BTreeMap<String, String>,
}

fn ours(key: &Key, form: &str) -> String {
    let (part, format) = form.split_once(':').unwrap_or((form, "raw"));
    let format = match format {
        "der" => ExportFormat::Der,
        "pem" => ExportFormat::Pem,
        _ => ExportFormat::Raw,
    };
    match part {
        "public-key" => key.public_keys_transit(format).unwrap()[&Version::FIRST].clone(),
        "signing-key" => text(key, format),
        other => panic!("{other}"),
    }
}

/// A version without the part is an empty text of the servers.
fn text(key: &Key, format: ExportFormat) -> String {
    let all = key.export_transit(ExportKind::SigningKey, format, Expose::SecretMaterial).unwrap();
    all.get(&Version::FIRST)
        .map(|text| String::from_utf8(text.expose().to_vec()).unwrap())
        .unwrap_or_default()
}

#[test]
fn exports_are_those_of_the_server_that_imported_the_same() {
    let (mut ran, mut completed, mut alone) = (0, 0, 0);
    for Exported { id, key_type, document, public_key, is_completed, exports } in
        load::<Exports>("transit/exports.json").keys
    {
        let key_type: KeyType = key_type.parse().unwrap();
        if !key_type.is_supported() {
            continue;
        }
        let private = || Import::private_key(base64(&document));
        let first = public_key.as_ref().map_or_else(private, |public| Import::public_key(public.as_bytes()));
        let spec = KeySpec::new(key_type).exportable(true);
        let key = Keyring::in_memory().import_key("k", first, spec).unwrap();
        if public_key.is_some() && is_completed {
            assert_eq!(key.import_version(private()).unwrap(), Version::FIRST, "{id}");
            completed += 1;
        } else if public_key.is_some() {
            alone += 1;
        }
        for (form, exported) in exports {
            assert_eq!(ours(&key, &form), exported, "{id} {form}");
            ran += 1;
        }
    }
    println!("{ran} exports agree, {completed} keys were completed, {alone} have a public key alone");
    assert!(ran >= 90 && completed >= 3 && alone >= 3, "{ran} {completed} {alone}");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// RFC 8037 appendix A.1 and A.2; of EC, RFC 7515 appendix A.3.1.
#[test]
fn json_web_keys_are_those_of_the_rfcs() {
    let ed25519 = json(
        r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    );
    let p256 = json(
        r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#,
    );
    for (key_type, jwk) in [(KeyType::Ed25519, ed25519), (KeyType::EcdsaP256, p256)] {
        let url_safe =
            |member: &str| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(jwk[member].as_str().unwrap()).unwrap();
        let spec = KeySpec::new(key_type).exportable(true);
        let key = Keyring::in_memory().import_key("tokens", Import::raw(url_safe("d")), spec).unwrap();
        let exported = text(&key, ExportFormat::Jwk);
        assert_eq!(json(&exported), jwk);
        let names: Vec<usize> =
            ["crv", "\"d\"", "kty", "\"x\""].iter().map(|name| exported.find(name).unwrap()).collect();
        assert!(names.is_sorted() && !exported.contains(' '), "{exported}");
        let public = &key.public_keys_transit(ExportFormat::Jwk).unwrap()[&Version::FIRST];
        assert_eq!(*public, key.public_key(None).unwrap().to_jwk());
        let mut without = jwk.clone();
        without.as_object_mut().unwrap().remove("d");
        assert_eq!(json(public), without);
    }
}

#[test]
fn the_set_has_every_version_that_verifies() {
    for (key_type, alg) in [
        (KeyType::Ed25519, "EdDSA"),
        (KeyType::EcdsaP256, "ES256"),
        (KeyType::EcdsaP384, "ES384"),
        (KeyType::EcdsaP521, "ES512"),
        (KeyType::MlDsa44, "ML-DSA-44"),
        (KeyType::MlDsa65, "ML-DSA-65"),
        (KeyType::MlDsa87, "ML-DSA-87"),
    ] {
        let key = Keyring::in_memory().create_key("id-tokens.a_b", key_type).unwrap();
        key.rotate().unwrap();
        let third = key.rotate().unwrap();
        let second = Version::new(2).unwrap();
        key.configure(strongroom::KeyConfig::new().min_decryption_version(second)).unwrap();
        let set = json(&key.jwks().unwrap());
        let keys = set["keys"].as_array().unwrap();
        assert_eq!((set.as_object().unwrap().len(), keys.len()), (1, 2));
        for (entry, version) in keys.iter().zip([second, third]) {
            assert_eq!(entry["kid"], format!("id-tokens.a_b:{version}"));
            assert_eq!((&entry["alg"], &entry["use"]), (&alg.into(), &"sig".into()));
            let mut bare = entry.clone();
            for name in ["kid", "use"] {
                bare.as_object_mut().unwrap().remove(name);
            }
            if !key_type.name().starts_with("ml-dsa") {
                bare.as_object_mut().unwrap().remove("alg");
            }
            assert_eq!(bare, json(&key.public_key(Some(version)).unwrap().to_jwk()));
        }
    }
}

/// The numbers of a key, which are those of its `RSAPrivateKey`: RFC 8017 appendix A.1.2, RFC 7518 section
/// 6.3.
#[test]
fn a_json_web_key_of_rsa_has_every_number() {
    if !KeyType::Rsa2048.is_supported() {
        return;
    }
    let spec = KeySpec::new(KeyType::Rsa2048).exportable(true);
    let key = Keyring::in_memory().create_key("k", spec).unwrap();
    let material = key.export(ExportKind::SigningKey, Expose::SecretMaterial).unwrap();
    assert_eq!(
        key.export(ExportKind::EncryptionKey, Expose::SecretMaterial).unwrap()[&Version::FIRST].expose(),
        material[&Version::FIRST].expose()
    );
    // Two heads of three and four bytes, a version, and then the numbers.
    let mut rest = &material[&Version::FIRST].expose()[4 + 3..];
    let jwk = json(&text(&key, ExportFormat::Jwk));
    for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        let (len, head) = match rest[1] {
            0x82 => (usize::from(rest[2]) << 8 | usize::from(rest[3]), 4),
            0x81 => (usize::from(rest[2]), 3),
            len => (usize::from(len), 2),
        };
        let number = &rest[head..head + len];
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        assert_eq!(jwk[name], base64_simd::URL_SAFE_NO_PAD.encode_to_string(number), "{name}");
        rest = &rest[head + len..];
    }
    assert_eq!((rest.len(), jwk.as_object().unwrap().len()), (0, 9));
    let entry = &json(&key.jwks().unwrap())["keys"][0];
    assert_eq!((&entry["alg"], &entry["use"], &entry["kid"]), (&Value::Null, &Value::Null, &"k:1".into()));
}

#[test]
fn what_has_no_such_form_is_refused() {
    let ring = Keyring::in_memory();
    let spec = |key_type| KeySpec::new(key_type).exportable(true);
    for key_type in [KeyType::Aes256Gcm96, KeyType::Hmac, KeyType::Aes128Cmac] {
        let key = ring.create_key(key_type.name(), spec(key_type)).unwrap();
        let operation = "export of a public key";
        let refused = Error::OperationNotSupported { operation, key_type: key_type.name() };
        assert_eq!(key.jwks(), Err(refused));
        for format in [ExportFormat::Der, ExportFormat::Pem, ExportFormat::Jwk] {
            let kind = match key_type {
                KeyType::Hmac => ExportKind::HmacKey,
                KeyType::Aes128Cmac => ExportKind::HmacKey,
                _ => ExportKind::EncryptionKey,
            };
            let refused = key.export_transit(kind, format, Expose::SecretMaterial).unwrap_err();
            assert_eq!(refused.to_string(), "symmetric and hmac keys have no other form than raw");
        }
    }
    let derived = ring.create_key("derived", spec(KeyType::Ed25519).derived(true)).unwrap();
    assert_eq!(derived.jwks(), Err(Error::ContextRequired));
    let closed = ring.create_key("closed", KeyType::EcdsaP256).unwrap();
    let refused = closed.export_transit(ExportKind::SigningKey, ExportFormat::Jwk, Expose::SecretMaterial);
    assert_eq!(refused.unwrap_err(), Error::NotExportable);
    closed.disable().unwrap();
    assert!(matches!(closed.jwks(), Err(Error::KeyDisabled { .. })));
}

#[test]
fn a_cmac_key_is_exported_as_one() {
    for (key_type, len) in [(KeyType::Aes128Cmac, 16), (KeyType::Aes256Cmac, 32)] {
        let key = Keyring::in_memory().create_key("k", KeySpec::new(key_type).exportable(true)).unwrap();
        let exported = key.export(ExportKind::HmacKey, Expose::SecretMaterial).unwrap();
        assert_eq!(exported[&Version::FIRST].len(), len);
        let again = Import::raw(exported[&Version::FIRST].expose());
        let same = Keyring::in_memory().import_key("k", again, key_type).unwrap();
        same.verify_hmac(b"message", key.hmac(b"message").unwrap()).unwrap();
        for kind in [ExportKind::SigningKey, ExportKind::EncryptionKey] {
            let refused = key.export(kind, Expose::SecretMaterial).unwrap_err();
            assert!(matches!(refused, Error::OperationNotSupported { .. }), "{kind:?}: {refused}");
        }
    }
}
