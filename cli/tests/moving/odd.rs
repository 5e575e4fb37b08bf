//! Keys that did not simply grow on the server: imported ones, public keys alone, certificates, other types.

use crate::live::{Live, count, line, place, report, ring};
use base64_simd::STANDARD;
use serde_json::{Value, json};
use strongroom::{
    Aad, ExportFormat, Expose, HashAlgorithm, Item, KeySpec, KeyType, Keyring, PublicKey, Version,
};

#[test]
fn imported_keys_come_by_their_exports() {
    let Some(live) = Live::get("imported_keys_come_by_their_exports") else { return };
    live.mount("imported");
    let wrapping = live.read("imported/wrapping_key")["public_key"].as_str().unwrap().to_owned();
    let wrapping = PublicKey::parse(wrapping.as_bytes()).unwrap();
    let own = Keyring::in_memory();
    let import = |name: &str, key_type: KeyType, more: Value| {
        let key = own.create_key(name, KeySpec::new(key_type).exportable(true)).unwrap();
        let wrapped = key.export_wrapped(&wrapping, HashAlgorithm::Sha256, Expose::SecretMaterial).unwrap();
        let mut asked =
            json!({"type": key_type.name(), "ciphertext": wrapped[&Version::FIRST], "exportable": true});
        for (option, value) in more.as_object().unwrap() {
            asked[option] = value.clone();
        }
        live.write(&format!("imported/keys/{name}/import"), &asked);
        key
    };
    import("plain", KeyType::Aes256Gcm96, json!({}));
    // Its subkeys are made by the older way.
    import("derived", KeyType::Aes256Gcm96, json!({"derived": true}));
    import("rotated", KeyType::ChaCha20Poly1305, json!({"allow_rotation": true}));
    live.write("imported/keys/rotated/rotate", &Value::Null);
    let verifying = [KeyType::EcdsaP256, KeyType::Ed25519, KeyType::Rsa2048].map(|key_type| {
        let name = format!("public-{key_type}");
        let key = own.create_key(&name, key_type).unwrap();
        let pem = key.public_keys_transit(ExportFormat::Pem).unwrap().remove(&Version::FIRST).unwrap();
        let asked = json!({"type": key_type.name(), "public_key": pem, "exportable": true});
        live.write(&format!("imported/keys/{name}/import"), &asked);
        (name, key)
    });
    let place = place();
    let said = report(&place.run(&format!("--json move --from-vault {} --mount imported", live.url())), 0);
    assert_eq!((count(&said, "moved"), line(&said, "plain")["by"].as_str()), (6, Some("export")));
    let ours = ring(&place);
    let told = |name: &str| {
        let info = ours.key(name).unwrap().info().unwrap();
        (info.imported, info.allow_rotation)
    };
    assert_eq!(
        [told("plain"), told("derived"), told("rotated")],
        [(true, false), (true, false), (false, true)]
    );
    for (name, context) in [("plain", None), ("derived", Some("tenant")), ("rotated", None)] {
        let (view, mut asked) = (ours.key(name).unwrap().transit(), json!({"plaintext": "NDExMQ=="}));
        let with = |item: Item<'static>| context.into_iter().fold(item, Item::context);
        if let Some(context) = context {
            asked["context"] = json!(STANDARD.encode_to_string(context));
        }
        let theirs = live.write(&format!("imported/encrypt/{name}"), &asked);
        let theirs: &'static str = theirs["ciphertext"].as_str().unwrap().to_owned().leak();
        assert_eq!(view.decrypt_item(&with(Item::ciphertext(theirs))).unwrap().expose(), b"4111", "{name}");
        asked["ciphertext"] = json!(view.encrypt_item(&with(Item::plaintext("4111"))).unwrap());
        assert_eq!(
            live.write(&format!("imported/decrypt/{name}"), &asked)["plaintext"],
            "NDExMQ==",
            "{name}"
        );
    }
    for (name, key) in verifying {
        let view = ours.key(&name).unwrap();
        let (signature, mac) = (key.transit().sign("L").unwrap(), json!({"input": "TA=="}));
        view.transit().verify("L", &signature).unwrap();
        assert!(view.transit().sign("L").is_err());
        let mac = live.write(&format!("imported/hmac/{name}"), &mac)["hmac"].as_str().unwrap().to_owned();
        view.transit().verify_hmac("L", &mac).unwrap();
    }
}

#[test]
fn certificates_come_along() {
    let Some(live) = Live::get("certificates_come_along") else { return };
    live.mount("certified");
    live.mount("certified-back");
    live.write("sys/mounts/certified-pki", &json!({"type": "pki"}));
    live.write("certified-pki/root/generate/internal", &json!({"common_name": "root"}));
    let options = json!({"type": "ecdsa-p256", "exportable": true});
    live.write("certified/keys/releases", &options);
    let request = live.write("certified/keys/releases/csr", &json!({"version": 1}))["csr"].take();
    let signed = live.write(
        "certified-pki/sign-verbatim",
        &json!({"csr": request, "common_name": "releases", "ttl": "1h"}),
    );
    let chain = json!({"certificate_chain": signed["certificate"], "version": 1});
    live.write("certified/keys/releases/set-certificate", &chain);
    let place = place();
    let said = report(&place.run(&format!("--json move --from-vault {} --mount certified", live.url())), 0);
    assert_eq!(line(&said, "releases")["by"], "export");
    place.run("key configure releases --allow-plaintext-backup").ok();
    report(
        &place.run(&format!(
            "--json move --expose-secret-material --to-vault {} --mount certified-back",
            live.url()
        )),
        0,
    );
    let there = |mount: &str| live.read(&format!("{mount}/keys/releases"))["keys"].take();
    assert!(there("certified")["1"]["certificate_chain"].as_str().unwrap().contains("BEGIN CERTIFICATE"));
    assert_eq!(there("certified-back"), there("certified"));
}

#[test]
fn a_type_that_is_not_known_here_is_named_and_odd_names_move() {
    let Some(live) = Live::get("a_type_that_is_not_known_here_is_named") else { return };
    live.mount("odd");
    for name in ["a.b", "A-1", "_", "0"] {
        live.write(&format!("odd/keys/{name}"), &json!({"exportable": true}));
    }
    let place = place();
    let call = format!("--json move --from-vault {} --mount odd", live.url());
    let moves = report(&place.run(&call), 0);
    assert_eq!(count(&moves, "moved"), 4);
    let text = ring(&place).key("a.b").unwrap().encrypt("4111", Aad::NONE).unwrap();
    assert!(text.starts_with("vault:v1:"));
    for (options, by) in [(json!({}), "exports"), (json!({"allow_plaintext_backup": true}), "backup")] {
        let mut asked = json!({"type": "mldsa-44", "exportable": true});
        options.as_object().unwrap().iter().for_each(|(name, on)| asked[name] = on.clone());
        if live.ask("POST", &format!("odd/keys/pq-{by}"), &asked).0 >= 300 {
            return println!("the server has no type that is not known here, 2 checks less");
        }
    }
    let said = report(&place.run(&call), 3);
    assert_eq!((count(&said, "there_already"), count(&said, "not_movable")), (4, 2), "{said}");
    for by in ["exports", "backup"] {
        let reason = line(&said, &format!("pq-{by}"))["reason"].as_str().unwrap();
        assert!(reason.contains("type"), "{reason}");
    }
}
