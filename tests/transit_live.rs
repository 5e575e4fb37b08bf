//! What is refused on the way out is what a server really cannot work with, asked of a real OpenBao. Where
//! none can be had (`strongroom_servers`), it says so and counts nothing.

#[path = "transit_live/agreed.rs"]
mod agreed;
#[path = "transit_live/certified.rs"]
mod certified;
#[path = "certificates/checked.rs"]
mod checked;
#[path = "certificates/der.rs"]
mod der;
#[path = "transit_live/signed.rs"]
mod signed;
#[path = "transit_live/wrapped.rs"]
mod wrapped;

use serde_json::Value;
use std::path::PathBuf;
use strongroom::{
    Aad, Dialect, Error, Expose, Item, Key, KeyConfig, KeySpec, KeyType, Keyring, TransitBackup,
};
use strongroom_servers::{Server, Skipped, bao};
use strongroom_tests::transit::fixtures;

/// A server with Transit switched on.
struct Transit {
    program: PathBuf,
    server: Server,
}

impl Transit {
    fn start() -> Result<Self, Skipped> {
        let transit = Self { program: bao::program()?, server: bao::start()? };
        transit.ask(&["secrets", "enable", "transit"]).unwrap();
        Ok(transit)
    }

    /// What the program prints, or complains of.
    fn ask(&self, arguments: &[&str]) -> Result<String, String> {
        bao::ask(&self.server, &self.program, arguments)
    }

    /// Restores a backup, then asks for something with it.
    fn restore(&self, name: &str, backup: &str) {
        let file = self.server.home().join("backup");
        std::fs::write(&file, backup).unwrap();
        self.ask(&["write", &format!("transit/restore/{name}"), &format!("backup=@{}", file.display())])
            .unwrap();
    }

    fn encrypt(&self, name: &str, fields: &[&str]) -> Result<String, String> {
        self.ask(
            &[
                &["write", "-field=ciphertext", &format!("transit/encrypt/{name}"), "plaintext=NDExMQ=="],
                fields,
            ]
            .concat(),
        )
    }
}

fn written(key: &Key, to: impl Into<TransitBackup>) -> Result<String, Error> {
    key.backup_transit(to, Expose::SecretMaterial)
        .map(|backup| String::from_utf8(backup.expose().to_vec()).unwrap())
}

#[test]
fn a_live_server_agrees() {
    let server = match Transit::start() {
        Ok(server) => server,
        Err(skipped) => return println!("{skipped}: a_live_server_agrees, 0 checks"),
    };
    let mut checks = 0;
    // What is refused cannot be worked with there.
    for fixture in
        fixtures("vault").into_iter().filter(|fixture| fixture.id.starts_with("convergent-v2-kdf1"))
    {
        let key = Keyring::in_memory().restore_transit(&fixture.backup, Some("key"), None).unwrap();
        key.configure(KeyConfig::new().exportable(true).allow_plaintext_backup(true)).unwrap();
        assert!(
            matches!(written(&key, Dialect::OpenBao), Err(Error::InvalidOption { .. })),
            "{}",
            fixture.id
        );
        server.restore(
            &fixture.id,
            &written(&key, TransitBackup::new(Dialect::OpenBao).even_if_unusable()).unwrap(),
        );
        let refused = server.encrypt(&fixture.id, &["context=Yw==", "key_version=1"]).unwrap_err();
        assert!(refused.contains("old convergent"), "{refused}");
        checks += 1;
    }
    // What is not refused works in both directions.
    let spec = |key_type| KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true);
    for (name, key_type) in [
        ("plain", KeyType::Aes256Gcm96),
        ("short", KeyType::Aes128Gcm96),
        ("chacha", KeyType::XChaCha20Poly1305),
    ] {
        let key = Keyring::in_memory().create_key("key", spec(key_type)).unwrap();
        key.rotate().unwrap();
        server.restore(name, &written(&key, Dialect::OpenBao).unwrap());
        // Version 0 is the latest there, as in our lenient view.
        let text = server.encrypt(name, &["key_version=0"]).unwrap();
        assert!(text.starts_with("vault:v2:"), "{text}");
        assert_eq!(key.decrypt(text.trim(), Aad::NONE).unwrap().expose(), b"4111");
        let ours = key.transit().encrypt_item(&Item::plaintext(b"4111").version_number(0)).unwrap();
        let opened = server
            .ask(&[
                "write",
                "-field=plaintext",
                &format!("transit/decrypt/{name}"),
                &format!("ciphertext={ours}"),
            ])
            .unwrap();
        assert_eq!(opened.trim(), "NDExMQ==");
        checks += 1;
    }
    // A backup of an hmac key for Vault is taken for another type.
    let hmac = Keyring::in_memory().create_key("key", spec(KeyType::Hmac)).unwrap();
    server.restore("hooks", &written(&hmac, Dialect::Vault).unwrap());
    let answer: Value =
        serde_json::from_str(&server.ask(&["read", "-format=json", "transit/keys/hooks"]).unwrap()).unwrap();
    assert_eq!(answer["data"]["type"].as_str(), Dialect::Vault.mistaken_for(KeyType::Hmac));
    checks += 1;
    // The whole answer to a backup is restored here.
    let answer = server.ask(&["read", "-format=json", "transit/backup/plain"]).unwrap();
    assert!(answer.trim_start().starts_with('{'));
    assert!(Keyring::in_memory().restore_transit(&answer, Some("back"), None).is_ok());
    checks += 1;
    println!("transit_live: {checks} checks with a real server");
    assert!(checks >= 6, "{checks}");
}
