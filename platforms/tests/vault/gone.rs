//! A platform that is gone.

use crate::live::{Live, seal};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use strongroom::{Aad, Directory, Key, KeySpec, Keyring, Seal};

/// How long a keyring goes on without its platform: seconds, or ten minutes in the long form.
fn span() -> Duration {
    let is_long = std::env::var_os("STRONGROOM_SOAK").is_some_and(|value| value == "1");
    Duration::from_secs(if is_long { 600 } else { 20 })
}

/// Does everything that a keyring is opened for, and gives how many messages came back a second.
fn busy(ring: &Keyring, key: &Key, old: &str, span: Duration) -> f64 {
    let (begun, mut messages, mut turns) = (Instant::now(), 0_u32, 0_u32);
    while begun.elapsed() < span {
        for _ in 0..1000 {
            let text = key.encrypt(b"4111", Aad::NONE).unwrap();
            assert_eq!(key.decrypt(&text, Aad::NONE).unwrap().expose(), b"4111");
            messages += 1;
        }
        // Some times a second, what is written to the store, and what is read of it again.
        if begun.elapsed() > turns * Duration::from_millis(500) {
            turns += 1;
            key.rotate().unwrap();
            let name = format!("made-{}", ring.keys().unwrap().len());
            ring.create_key(&name, KeySpec::default()).unwrap();
            assert!(key.rewrap(old, Aad::NONE).is_ok());
            ring.refresh().unwrap();
        }
    }
    f64::from(messages) / begun.elapsed().as_secs_f64()
}

#[test]
fn a_keyring_that_is_open_goes_on_without_its_platform() {
    let live = match Live::start() {
        Ok(live) => live,
        Err(skipped) => return println!("{skipped}"),
    };
    let folder = tempfile::tempdir().unwrap();
    // Not in the folder of the server, which goes with it.
    let token = folder.path().join("token");
    std::fs::write(&token, live.token("use")).unwrap();
    let url = format!("vault+http://{}/transit/app?token_file={}", live.server.address, token.display());
    let place = folder.path().join("keyring");
    let paper = || Seal::passphrase_named("paper", b"correct horse battery staple");
    Keyring::create(Directory::new(&place), Seal::any([seal(&url), paper()])).unwrap();
    let open = |seal: Seal| {
        // So that it has to look at the store again and again.
        Keyring::builder().max_staleness(Duration::from_secs(1)).open(Directory::new(&place), seal)
    };
    let ring = open(seal(&url)).unwrap();
    let key = ring.create_key("cards", KeySpec::default()).unwrap();
    let old = key.encrypt(b"4111", Aad::NONE).unwrap();
    let before = busy(&ring, &key, &old, Duration::from_secs(2));

    // What takes the server's place never answers, and sees whoever asks.
    let address = live.server.address.clone();
    drop(live);
    let listener = TcpListener::bind(&address).unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for connection in listener.incoming() {
            seen.fetch_add(1, Ordering::SeqCst);
            held.push(connection);
        }
    });
    let after = busy(&ring, &key, &old, span());
    println!("messages a second: {before:.0} with the platform, {after:.0} without it");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the platform was asked");

    // A process that starts needs another copy, and is told of it. Of three seals two are dead.
    let nobody = seal(&url.replace(&address, "127.0.0.1:9"));
    let refused = open(nobody.clone()).unwrap_err().to_string();
    assert!(refused.contains("127.0.0.1:9") && refused.contains("passphrase \"paper\""), "{refused}");
    let other = open(Seal::any([nobody, seal("env:STRONGROOM_NOT_SET"), paper()])).unwrap();
    assert_eq!(other.key("cards").unwrap().decrypt(&old, Aad::NONE).unwrap().expose(), b"4111");
}
