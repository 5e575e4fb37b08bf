//! Keys that are agreed on with a real server, each side with the other's public key.

use super::Transit;
use serde_json::Value;
use strongroom::{Aad, Error, KeyType, Keyring, PublicKey};

const CURVES: [KeyType; 3] = [KeyType::EcdsaP256, KeyType::EcdsaP384, KeyType::EcdsaP521];
const AGREED: [KeyType; 4] =
    [KeyType::Aes128Gcm96, KeyType::Aes256Gcm96, KeyType::ChaCha20Poly1305, KeyType::XChaCha20Poly1305];

fn public_key(server: &Transit, name: &str) -> PublicKey {
    let answer =
        server.ask(&["read", "-format=json", &format!("transit/export/public-key/{name}/1")]).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    PublicKey::parse(answer["data"]["keys"]["1"].as_str().unwrap()).unwrap()
}

#[test]
fn a_server_and_a_keyring_agree_on_a_key() {
    let server = match Transit::start() {
        Ok(server) => server,
        Err(skipped) => return println!("{skipped}: a_server_and_a_keyring_agree_on_a_key, 0 checks"),
    };
    let mut checks = 0;
    for base_type in CURVES {
        let ring = Keyring::in_memory();
        let (theirs, others) = (format!("bob-{base_type}"), format!("carol-{base_type}"));
        for name in [&theirs, &others] {
            server.ask(&["write", &format!("transit/keys/{name}"), &format!("type={base_type}")]).unwrap();
        }
        let base = ring.create_key("alice", base_type).unwrap();
        base.rotate().unwrap();
        for agreed in AGREED {
            let name = format!("{base_type}-{agreed}");
            let mut versions = 0;
            // One with each of two keys of the server, and with each of two versions of ours.
            for (peer, version) in [(&theirs, 1), (&others, 1), (&theirs, 2)] {
                let version = strongroom::Version::new(version).unwrap();
                let ours = base.public_key(Some(version)).unwrap().to_pem();
                let peer_key = public_key(&server, peer);
                let here = ring.derive_key(&name, &base, Some(version), &peer_key, agreed).unwrap();
                server
                    .ask(&[
                        "write",
                        &format!("transit/derive-key/{name}"),
                        &format!("base_key_name={peer}"),
                        &format!("peer_public_key={ours}"),
                        &format!("derived_key_type={agreed}"),
                    ])
                    .unwrap();
                versions += 1;
                assert_eq!(here.info().unwrap().latest_version.get(), versions);
                let ciphertext = here.encrypt(b"4111", Aad::NONE).unwrap();
                assert!(ciphertext.starts_with(&format!("vault:v{versions}:")));
                let decrypt = format!("transit/decrypt/{name}");
                let asked = ["write", "-field=plaintext", &decrypt, &format!("ciphertext={ciphertext}")];
                assert_eq!(server.ask(&asked).unwrap(), "NDExMQ==", "{name}");
                let ciphertext = server.encrypt(&name, &[]).unwrap();
                assert_eq!(here.decrypt(ciphertext.trim(), Aad::NONE).unwrap().expose(), b"4111", "{name}");
                checks += 2;
            }
        }
        // What does not fit both refuse.
        let other = ring.create_key("other", CURVES.into_iter().find(|other| *other != base_type).unwrap());
        let other = other.unwrap().public_key(None).unwrap();
        let refused = ring.derive_key("refused", &base, None, &other, KeyType::Aes256Gcm96).unwrap_err();
        assert!(matches!(refused, Error::InvalidMaterial { .. }), "{refused}");
        let asked = [
            "write",
            "transit/derive-key/refused",
            &format!("base_key_name={theirs}"),
            &format!("peer_public_key={}", other.to_pem()),
        ];
        let refused = server.ask(&asked).unwrap_err();
        assert!(refused.contains("does not match peer public key curve"), "{refused}");
        checks += 1;
    }
    println!("transit_live: {checks} ciphertexts under keys that were agreed on with a real server");
    assert_eq!(checks, 75);
}
