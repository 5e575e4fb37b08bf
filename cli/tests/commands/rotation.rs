//! `strongroom reseal --to-secret`, against a live `OpenBao`, and against servers of ours that the clients of
//! Azure, Google and Infisical drive.
#![cfg(feature = "platforms")]

use crate::place::{Place, Run};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use strongroom::{Directory, Keyring, Seal};
use strongroom_servers::{Server, bao, clouds};

/// A keyring with a key `cards`, whose root key is a secret of the server's.
struct Rotation {
    program: PathBuf,
    server: Server,
    place: Place,
    url: String,
}

impl Rotation {
    /// Where the server cannot be had, that is said.
    fn start() -> Option<Self> {
        let server = match bao::start() {
            Ok(server) => server,
            Err(skipped) => {
                println!("{skipped}: no secret was replaced");
                return None;
            }
        };
        let (program, mut place) = (bao::program().unwrap(), Place::empty());
        place.write("token", "root");
        let token = place.path("token").display().to_string();
        let url = format!("vaultkv+http://{}/secret/app?token_file={token}", server.address);
        place.set("STRONGROOM_SEAL", &url);
        place.set("PASS", "correct horse");
        let rotation = Self { program, server, place, url };
        rotation.put(&key());
        rotation.place.run("init --seal-label kv").ok();
        rotation.place.run("key create cards").ok();
        Some(rotation)
    }

    fn ask(&self, words: &[&str]) -> String {
        bao::ask(&self.server, &self.program, words).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    fn put(&self, key: &str) {
        self.ask(&["kv", "put", "secret/app", &format!("key={key}")]);
    }

    fn held(&self) -> String {
        self.ask(&["kv", "get", "-field=key", "secret/app"])
    }

    /// How many copies the keyring has.
    fn copies(&self) -> usize {
        self.place.run("seal list --json").json().as_array().unwrap().len()
    }

    /// The whole of it: the secret holds another key, which alone opens the keyring.
    fn rotate(&self) {
        let before = self.held();
        let done = self.place.run(&format!("reseal --to-secret {}", self.url));
        assert!(String::from_utf8(done.ok()).unwrap().contains(" anew\npin srp1:"));
        assert_ne!(self.held(), before);
        self.opens_with_what_the_secret_holds();
        assert_eq!(self.copies(), 1);
        let old = Seal::root_key_text(before.as_bytes());
        assert!(Keyring::open(Directory::new(self.place.path("ring")), old).is_err());
    }

    #[track_caller]
    fn opens_with_what_the_secret_holds(&self) {
        assert_eq!(self.place.run("key list").ok(), b"cards\n");
    }

    fn opened(&self) -> Keyring {
        let seal = Seal::root_key_text(self.held().as_bytes());
        Keyring::open(Directory::new(self.place.path("ring")), seal).unwrap()
    }
}

fn key() -> String {
    String::from_utf8(Seal::generate_root_key().unwrap().expose().to_vec()).unwrap()
}

fn seal(key: &str) -> Seal {
    Seal::root_key_text(key.as_bytes())
}

#[test]
fn a_secret_is_replaced_whatever_an_interruption_left() {
    let Some(rotation) = Rotation::start() else { return };
    rotation.rotate();
    // The keyring has a copy, and the key of it is gone.
    rotation.opened().add_seal(seal(&key())).unwrap();
    rotation.opens_with_what_the_secret_holds();
    assert_eq!(rotation.copies(), 2);
    rotation.rotate();
    // The secret holds the new key, and the keyring has not been resealed.
    let (ring, new) = (rotation.opened(), key());
    ring.add_seal(seal(&new)).unwrap();
    rotation.put(&new);
    rotation.opens_with_what_the_secret_holds();
    rotation.rotate();
    // The reseal was begun: a document that cannot be read stops it.
    let (ring, new) = (rotation.opened(), key());
    ring.add_seal(seal(&new)).unwrap();
    rotation.put(&new);
    let document = rotation.place.read("ring/key-cards.sr");
    rotation.place.write("ring/key-cards.sr", b"damaged");
    assert!(ring.reseal([seal(&new)]).is_err());
    rotation.place.write("ring/key-cards.sr", document);
    rotation.opens_with_what_the_secret_holds();
    rotation.rotate();
}

#[test]
fn other_seals_stay_where_they_are_named() {
    let Some(rotation) = Rotation::start() else { return };
    let place = &rotation.place;
    place.run("seal add --with-passphrase-env PASS").ok();
    let done = place.run(&format!("reseal --to-secret {} --with-passphrase-env PASS --json", rotation.url));
    let done = done.json();
    assert_eq!(done["seals"].as_array().unwrap().len(), 2, "{done}");
    place.run("key list --passphrase-env PASS").ok();
    rotation.opens_with_what_the_secret_holds();
    place.run(&format!("reseal --to-secret {} --label new", rotation.url)).ok();
    assert_eq!(place.run("seal list --json").json()[0]["label"], "new");
    place.run("key list --passphrase-env PASS").fails(5);
}

#[test]
fn a_secret_that_is_not_written_leaves_nothing_behind() {
    let Some(rotation) = Rotation::start() else { return };
    let place = &rotation.place;
    let held = rotation.held();
    // Who may read and not write.
    let policy = place.path("policy.hcl");
    std::fs::write(&policy, "path \"secret/data/app\" { capabilities = [\"read\"] }").unwrap();
    rotation.ask(&["policy", "write", "read", policy.to_str().unwrap()]);
    let token = rotation.ask(&["token", "create", "-field=token", "-policy=read"]);
    place.write("reader", token);
    let url = rotation.url.replace("/token", "/reader");
    let said = place.run(&format!("reseal --to-secret {url}")).fails(5);
    assert!(said.contains("write the secret: it answers 403") && said.contains("`update`"), "{said}");
    assert_eq!((rotation.held(), rotation.copies()), (held.clone(), 1));
    // Another keyring's root key would be lost.
    let other = key();
    rotation.ask(&["kv", "put", "secret/other", &format!("key={other}")]);
    let said =
        place.run(&format!("reseal --to-secret {}", rotation.url.replace("secret/app", "secret/other")));
    assert!(said.fails(2).contains("no copy for"));
    assert_eq!(rotation.ask(&["kv", "get", "-field=key", "secret/other"]), other);
    // And so would what is no root key.
    rotation.ask(&["kv", "put", "secret/password", "key=hunter2"]);
    let said =
        place.run(&format!("reseal --to-secret {}", rotation.url.replace("secret/app", "secret/password")));
    let said = said.fails(3);
    assert!(!said.contains("hunter2"), "{said}");
    assert_eq!(rotation.ask(&["kv", "get", "-field=key", "secret/password"]), "hunter2");
    // What else it holds would be lost.
    rotation.ask(&["kv", "put", "secret/more", &format!("key={held}"), "note=x"]);
    let more = format!("{}&field=key", rotation.url.replace("secret/app", "secret/more"));
    let said = place.run(&format!("reseal --to-secret {more}")).fails(5);
    assert!(said.contains("holds more than the key"), "{said}");
    for (arguments, code, told) in [
        (format!("--to-secret {}&version=1", rotation.url), 3, "without a version"),
        (
            "--to-secret vault:///transit/app".to_owned(),
            3,
            "it can at awssecret:, azuresecret:, gcpsecret:, ",
        ),
        ("--to-secret env:KEY".to_owned(), 3, "it can at awssecret:, azuresecret:, gcpsecret:, "),
        ("--to-secret hunter2:x".to_owned(), 3, "names no platform"),
        (format!("--to-secret {} --new-root-key-file x", rotation.url), 2, "cannot be used with"),
        ("--label x".to_owned(), 2, "--to-secret"),
    ] {
        let said = place.run(&format!("reseal {arguments}")).fails(code);
        assert!(said.contains(told) && !said.contains("hunter2"), "{arguments}: {said}");
    }
    assert_eq!((rotation.held(), rotation.copies()), (held, 1));
    rotation.opens_with_what_the_secret_holds();
}

/// What becomes of a request that writes.
enum Way {
    Through,
    Nowhere,
    /// It is done, and the answer is lost. With `false` nothing comes through after it.
    Unanswered(bool),
}

/// Hands requests on to a server, and shows those that write to somebody who says what becomes of them.
fn between(server: String, way: impl Fn(&str) -> Way + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let Some((head, body)) = request(&mut client) else { continue };
            let way = if head.starts_with("POST ") { way(&body) } else { Way::Through };
            if matches!(way, Way::Nowhere) {
                continue;
            }
            let mut upstream = TcpStream::connect(&server).unwrap();
            // So that the end of the answer is the end of the connection.
            let head = head.replacen("\r\n", "\r\nconnection: close\r\n", 1);
            upstream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
            let mut answer = Vec::new();
            upstream.read_to_end(&mut answer).unwrap();
            match way {
                Way::Unanswered(false) => return,
                Way::Unanswered(true) => {}
                Way::Through | Way::Nowhere => drop(client.write_all(&answer)),
            }
        }
    });
    address
}

fn request(client: &mut TcpStream) -> Option<(String, String)> {
    let (mut text, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let so_far = String::from_utf8_lossy(&text).into_owned();
        if let Some((head, body)) = so_far.split_once("\r\n\r\n") {
            let length =
                |line: &str| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok();
            if body.len() >= head.lines().find_map(length).unwrap_or(0) {
                return Some((head.to_owned(), body.to_owned()));
            }
        }
        match client.read(&mut chunk) {
            Ok(len @ 1..) => text.extend_from_slice(&chunk[..len]),
            _ => return None,
        }
    }
}

/// The key that is about to be written.
fn written(body: &str) -> Seal {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    seal(body["data"]["key"].as_str().unwrap())
}

#[test]
fn the_keyring_opens_with_a_key_before_the_secret_holds_it() {
    let Some(rotation) = Rotation::start() else { return };
    let (ring, opened) = (rotation.place.path("ring"), Arc::new(AtomicUsize::new(0)));
    let opens = {
        let (ring, opened) = (ring.clone(), opened.clone());
        move |body: &str| {
            let one = Keyring::open(Directory::new(&ring), written(body)).is_ok();
            opened.fetch_add(usize::from(one), Ordering::SeqCst);
            Way::Through
        }
    };
    let address = between(rotation.server.address.clone(), opens);
    let url = rotation.url.replace(&rotation.server.address, &address);
    rotation.place.run(&format!("reseal --to-secret {url}")).ok();
    assert_eq!(opened.load(Ordering::SeqCst), 1);
    rotation.opens_with_what_the_secret_holds();

    // Where nobody knows whether the secret was written, the copy stays until somebody runs it again.
    let address = between(rotation.server.address.clone(), |_| Way::Nowhere);
    let url = rotation.url.replace(&rotation.server.address, &address);
    let held = rotation.held();
    let said = rotation.place.run(&format!("reseal --to-secret {url}")).fails(5);
    assert!(said.contains("vault-kv: write the secret: ") && said.contains("run this again"), "{said}");
    assert_eq!((rotation.held(), rotation.copies()), (held, 2));
    rotation.opens_with_what_the_secret_holds();
    rotation.rotate();
}

#[test]
fn a_lost_answer_loses_no_key() {
    let Some(rotation) = Rotation::start() else { return };
    // It was written, and the next try is refused for that.
    let address = between(rotation.server.address.clone(), |_| Way::Unanswered(true));
    let before = rotation.held();
    rotation
        .place
        .run(&format!("reseal --to-secret {}", rotation.url.replace(&rotation.server.address, &address)))
        .ok();
    assert_ne!(rotation.held(), before);
    assert_eq!(rotation.copies(), 1);
    rotation.opens_with_what_the_secret_holds();
    // It was written, and after that nothing can be asked.
    let address = between(rotation.server.address.clone(), |_| Way::Unanswered(false));
    let before = rotation.held();
    let said = rotation
        .place
        .run(&format!("reseal --to-secret {}", rotation.url.replace(&rotation.server.address, &address)))
        .fails(5);
    assert!(said.contains("run this again"), "{said}");
    assert_ne!(rotation.held(), before);
    assert_eq!(rotation.copies(), 2);
    rotation.opens_with_what_the_secret_holds();
    rotation.rotate();
}

/// A keyring whose root key is a secret of a platform that takes what is written last.
struct Unguarded {
    platform: &'static str,
    server: Server,
    place: Place,
    url: String,
}

impl Unguarded {
    /// Those whose clients can be had; where they cannot, that is said.
    fn all() -> impl Iterator<Item = Self> {
        let starts = [clouds::azure, clouds::google, clouds::infisical];
        ["azure", "google", "infisical"].into_iter().zip(starts).filter_map(|(platform, start)| {
            let server = match start() {
                Ok(server) => server,
                Err(skipped) => {
                    println!("{skipped}: no secret was replaced");
                    return None;
                }
            };
            let mut place = Place::empty();
            let url = url(platform, &server);
            place.set("STRONGROOM_SEAL", &url);
            place.set("PASS", "correct horse");
            let one = Self { platform, server, place, url };
            one.put(&key());
            one.place.run("init").ok();
            one.place.run("key create cards").ok();
            Some(one)
        })
    }

    fn client(&self, words: &[&str]) -> String {
        clouds::client(self.platform, &self.server, words)
            .unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    fn put(&self, key: &str) {
        self.client(&["add_secret", key]);
    }

    fn control(&self, what: &serde_json::Value) {
        self.client(&["control", &what.to_string()]);
    }

    fn held(&self) -> String {
        self.client(&["secret"]).split(' ').next().unwrap().to_owned()
    }

    fn copies(&self) -> usize {
        self.place.run("seal list --json").json().as_array().unwrap().len()
    }

    fn reseal(&self) -> Run {
        self.place.run(&format!("reseal --to-secret {}", self.url))
    }

    fn opened(&self) -> Keyring {
        Keyring::open(Directory::new(self.place.path("ring")), seal(&self.held())).unwrap()
    }

    /// The secret holds another key, which alone opens the keyring.
    fn rotate(&self) {
        let before = self.held();
        self.reseal().ok();
        assert_ne!(self.held(), before);
        assert_eq!(self.place.run("key list").ok(), b"cards\n");
        assert_eq!(self.copies(), 1);
        assert!(Keyring::open(Directory::new(self.place.path("ring")), seal(&before)).is_err());
    }
}

fn url(platform: &str, server: &Server) -> String {
    let (address, file) = (&server.address, |name| server.home().join(name).display().to_string());
    match platform {
        "azure" => format!(
            "azuresecret://{address}/secrets/sealing?ca_file={}&authority=https://{address}&\
             resource=https://vault.azure.net&client_secret_file={}&client_id={}&tenant_id={}",
            file("ca.pem"),
            file("secret"),
            "22222222-2222-2222-2222-222222222222",
            "11111111-1111-1111-1111-111111111111",
        ),
        "google" => format!(
            "gcpsecret://projects/tests/secrets/sealing?endpoint=http://{address}&credentials_file={}",
            file("service.json"),
        ),
        _ => format!(
            "infisicalsecret+http://{address}/5b5f8b8e-0000-4000-8000-2c963f66afa6/prod/SEALING?\
             client_id=client-id&client_secret_file={}",
            file("secret"),
        ),
    }
}

#[test]
fn every_platform_takes_a_new_key_whatever_an_interruption_left() {
    for one in Unguarded::all() {
        one.rotate();
        // The keyring has a copy, and the key of it is gone.
        one.opened().add_seal(seal(&key())).unwrap();
        one.rotate();
        // The secret holds the new key, and the keyring has not been resealed.
        let new = key();
        one.opened().add_seal(seal(&new)).unwrap();
        one.put(&new);
        one.rotate();
        // No answer comes back, and the secret was written all the same.
        one.control(&json!({"lost": 9}));
        one.rotate();
        one.control(&json!({"lost": 0}));
        println!("replaced: {}", one.platform);
    }
}

#[test]
fn of_two_who_write_a_platforms_secret_one_is_refused() {
    for one in Unguarded::all() {
        // Another one has given the keyring a copy too, and writes just before.
        let theirs = key();
        one.opened().add_seal(seal(&theirs)).unwrap();
        one.control(&json!({"raced": theirs}));
        let said = one.reseal().fails(5);
        assert!(said.contains("meanwhile") && said.contains("run this again"), "{said}");
        assert_eq!((one.held(), one.copies()), (theirs, 3));
        assert_eq!(one.place.run("key list").ok(), b"cards\n");
        one.rotate();
        // The other one was through with it, and this one was late: it loses nothing of the other's.
        let theirs = key();
        one.control(&json!({"raced": theirs}));
        one.reseal().fails(5);
        assert_eq!(one.held(), theirs);
        println!("raced: {}", one.platform);
    }
}

#[test]
fn a_platforms_secret_that_is_not_written_leaves_nothing_behind() {
    for one in Unguarded::all() {
        let held = one.held();
        let (word, right) = match one.platform {
            "azure" => ("set", "set (secrets/setSecret)"),
            "google" => ("addVersion", "secretmanager.versions.add"),
            _ => ("edit", "edit the secret"),
        };
        one.control(&json!({"denied": [word]}));
        let said = one.reseal().fails(5);
        one.control(&json!({"denied": []}));
        assert!(said.contains("write the secret: it answers 403") && said.contains(right), "{said}");
        assert_eq!((one.held(), one.copies()), (held, 1));
        // Another keyring's root key would be lost, and so would what is none.
        one.place.run("seal add --with-passphrase-env PASS").ok();
        for (other, code, told) in [(key().as_str(), 2, "no copy for"), ("hunter2hunter2", 3, "")] {
            one.put(other);
            let said = one.place.run(&format!("reseal --passphrase-env PASS --to-secret {}", one.url));
            let said = said.fails(code);
            assert!(said.contains(told) && !said.contains("hunter2"), "{said}");
            assert_eq!(one.held(), other);
        }
        println!("left alone: {}", one.platform);
    }
}
