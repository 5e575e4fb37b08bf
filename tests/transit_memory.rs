//! A restore and a backup in the clear leave no key behind in memory, neither as bytes nor as base64 nor as
//! JSON.
#![cfg(target_os = "linux")]

#[path = "zeroing/memory.rs"]
mod memory;

/// What the search is given.
mod secrets {
    pub(crate) struct Secret {
        pub(crate) what: String,
        pub(crate) bytes: Vec<u8>,
    }
}

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use memory::{Found, Pieces};
use secrets::Secret;
use strongroom::{Dialect, Expose, Keyring, SecretBytes};
use strongroom_tests::transit::{Fixture, fixtures};

const FILE: &str = "STRONGROOM_TEST_BACKUP";

/// The process that is searched: restores the backup of a file, takes another, and drops it all.
#[test]
#[ignore = "run by the other test, as a process of its own"]
fn restores_and_waits() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let wait_for = |stage: &str| {
        println!("\nnow {stage}");
        std::io::stdout().flush().unwrap();
        std::io::stdin().read_exact(&mut [0]).unwrap();
    };
    let text = SecretBytes::new(std::fs::read(path).unwrap());
    let ring = Keyring::in_memory();
    let key = ring.restore_transit(text.expose(), Some("key"), None).unwrap();
    let again = key.backup_transit(Dialect::OpenBao, Expose::SecretMaterial).unwrap();
    wait_for("open");
    drop((text, again));
    ring.close();
    wait_for("closed");
}

/// The key in every form in which it passes through memory.
fn forms(backup: &str) -> Vec<Secret> {
    let base64 = base64_simd::STANDARD;
    let json = String::from_utf8(base64.decode_to_vec(backup).unwrap()).unwrap();
    let mut secrets = Vec::new();
    for (at, _) in json.match_indices("key\":\"").filter(|(at, _)| !json[..*at].ends_with("public_")) {
        let text = json[at + 6..].split('"').next().unwrap();
        let bytes = base64.decode_to_vec(text).unwrap();
        // The public half of an Ed25519 key is no secret.
        let secret = if bytes.len() == 64 { bytes[..32].to_vec() } else { bytes };
        let inner = text.as_bytes()[..secret.len() / 3 * 4].to_vec();
        // The JSON as base64, from the digit at which a digit of the text begins, in case it is cut there.
        let from = (at + 6).next_multiple_of(3);
        let outer =
            base64.encode_to_string(&json.as_bytes()[from..(at + 6 + inner.len()) / 3 * 3]).into_bytes();
        for (what, bytes) in [("material", secret), ("base64", inner), ("base64 of JSON", outer)] {
            secrets.push(Secret { what: what.to_owned(), bytes });
        }
    }
    secrets
}

#[test]
fn no_form_of_a_key_is_left() {
    for id in ["aes256-gcm96", "ed25519", "hmac-129"] {
        let Fixture { backup, .. } =
            fixtures("openbao").into_iter().find(|fixture| fixture.id == id).unwrap();
        let secrets = forms(&backup);
        assert!(secrets.len() >= 18, "{id}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        std::fs::write(&file, &backup).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "--test-threads=1", "restores_and_waits"])
            .env(FILE, &file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut wait_for =
            |stage: &str| assert!(lines.any(|line| line.unwrap() == format!("now {stage}")), "{id}: {stage}");
        let pieces = Pieces::new(&secrets);
        assert!(pieces.len() >= 50, "{id}: {}", pieces.len());

        wait_for("open");
        let (found, _) = memory::search(child.id(), &pieces);
        for what in ["material", "base64 of JSON"] {
            assert!(found.iter().any(|found| found.what == what), "{id}: {what} is in use and was not found");
        }
        child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        wait_for("closed");
        let (found, searched) = memory::search(child.id(), &pieces);
        let regions = memory::regions(child.id());
        let place =
            |found: &Found<'_>| format!("{} in {}", found.what, memory::place(&regions, found.address));
        println!("{id}: {} pieces left in {searched} bytes", found.len());
        assert!(found.is_empty(), "{id}: {:?}", found.iter().map(place).collect::<Vec<_>>());
        child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        assert!(child.wait().unwrap().success());
    }
}
