//! Material that servers exported and imported.

use super::with;
use strongroom::{
    Error, ExportFormat, ExportKind, Expose, HashAlgorithm, Import, Item, Kdf, KeySpec, KeyType, Keyring,
    Version,
};
use strongroom_tests::transit::{Fixture, PRODUCTS, base64, fixtures};

#[test]
fn exports_are_what_the_server_exported() {
    let mut ran = 0;
    for product in PRODUCTS {
        for Fixture { id, backup, material, .. } in fixtures(product) {
            let key = Keyring::in_memory().restore_transit(&backup, None, None).unwrap();
            let derived = key.info().unwrap().derived;
            for (version, forms) in material.as_object().unwrap() {
                for (form, exported) in forms.as_object().unwrap() {
                    let (part, format) = form.split_once(':').unwrap_or((form, "raw"));
                    let format = match format {
                        "der" => ExportFormat::Der,
                        "pem" => ExportFormat::Pem,
                        _ => ExportFormat::Raw,
                    };
                    let version = Version::new(version.parse().unwrap()).unwrap();
                    let secret = |kind| {
                        let all = key.export_transit(kind, format, Expose::SecretMaterial).unwrap();
                        // A part that a version does not have is an empty text of the servers.
                        all.get(&version)
                            .map(|text| String::from_utf8(text.expose().to_vec()).unwrap())
                            .unwrap_or_default()
                    };
                    let ours = match part {
                        "encryption-key" => secret(ExportKind::EncryptionKey),
                        "signing-key" => secret(ExportKind::SigningKey),
                        "hmac-key" => secret(ExportKind::HmacKey),
                        "cmac-key" => secret(ExportKind::HmacKey),
                        "public-key" if derived => {
                            assert_eq!(key.public_keys_transit(format), Err(Error::ContextRequired));
                            continue;
                        }
                        "public-key" => key.public_keys_transit(format).unwrap()[&version].clone(),
                        other => panic!("{other}"),
                    };
                    assert_eq!(&ours, exported, "{id} {version} {form}");
                    ran += 1;
                }
            }
        }
    }
    println!("{ran} exports agree");
    assert!(ran >= 600, "{ran}");
}

#[test]
fn imported_material_makes_the_key_that_the_server_made_of_it() {
    let mut ran = 0;
    for Fixture { id, imported_material, key: said, cases, .. } in fixtures("openbao") {
        let material = base64(&imported_material);
        if material.is_empty() || said["latest_version"] != 1 {
            continue;
        }
        let derived = said["derived"] == true;
        let key_type: KeyType = said["type"].as_str().unwrap().parse().unwrap();
        let import = if key_type.signs() { Import::pkcs8(material) } else { Import::raw(material) };
        let import = import.kdf(if derived { Kdf::HmacCounter } else { Kdf::HkdfSha256 });
        let key =
            Keyring::in_memory().import_key("key", import, KeySpec::new(key_type).derived(derived)).unwrap();
        for case in cases {
            let (context, aad, input) =
                (base64(&case["context"]), base64(&case["associated_data"]), base64(&case["input"]));
            let ours = match case["op"].as_str().unwrap() {
                "decrypt" if case.get("error").is_none() => {
                    let item = Item::ciphertext(case["ciphertext"].as_str().unwrap());
                    let item = with(if aad.is_empty() { item } else { item.aad(&aad) }, &context);
                    assert_eq!(
                        key.decrypt_item(&item).unwrap().expose(),
                        base64(&case["plaintext"]),
                        "{id} {}",
                        case["id"]
                    );
                    1
                }
                "sign"
                    if case.get("error").is_none()
                        && case["marshaling_algorithm"] != "jws"
                        && key_type == KeyType::Ed25519 =>
                {
                    assert_eq!(key.sign(&input).unwrap(), case["signature"], "{id} {}", case["id"]);
                    1
                }
                // Other types have an hmac key that is not in what was imported.
                "hmac" if key_type == KeyType::Hmac => {
                    let hash = HashAlgorithm::from_name(case["algorithm"].as_str().unwrap()).unwrap();
                    assert_eq!(
                        key.transit().hmac_item(&Item::message(&input).hash(hash)).unwrap(),
                        case["hmac"],
                        "{id} {}",
                        case["id"]
                    );
                    1
                }
                _ => 0,
            };
            ran += ours;
        }
    }
    println!("{ran} answers of imported keys agree");
    assert!(ran >= 50, "{ran}");
}
