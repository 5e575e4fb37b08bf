//! The folder under attack: what somebody does to its files who may write there, and what a process makes of
//! it that was running or is new.
#![cfg(unix)]

mod epoch;
mod lock;
mod modes;
mod outside;
mod strangers;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;
use strongroom::{Aad, Directory, Error, Key, KeySpec, KeyType, Keyring, Seal, SecretArray};

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

/// A keyring in a folder that is gone with it.
struct Place {
    around: tempfile::TempDir,
}

impl Place {
    /// With two keys, of which one is counted.
    fn new() -> Self {
        let place = Self { around: tempfile::tempdir().unwrap() };
        let ring = Keyring::create(place.store(), seal()).unwrap();
        ring.create_key("cards", KeySpec::default()).unwrap();
        ring.create_key("counted", KeyType::Aes256Gcm96).unwrap().encrypt(b"4111", Aad::NONE).unwrap();
        // A thread of its own might give back what was leased a moment later.
        ring.close();
        place
    }

    fn folder(&self) -> PathBuf {
        self.around.path().join("keys")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// A path that is not in the folder.
    fn beside(&self, name: &str) -> PathBuf {
        self.around.path().join(name)
    }

    fn store(&self) -> Directory {
        Directory::new(self.folder())
    }

    fn open(&self) -> Result<Keyring, Error> {
        Keyring::open(self.store(), seal())
    }

    fn cards(&self) -> Result<Key, Error> {
        self.open()?.key("cards")
    }

    /// All is well, for a new process too.
    fn works(&self) {
        let cards = self.cards().unwrap();
        let before = cards.info().unwrap().latest_version.get();
        assert_eq!(cards.rotate().unwrap().get(), before + 1);
        let ciphertext = cards.encrypt(b"4111", Aad::NONE).unwrap();
        assert_eq!(self.cards().unwrap().decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        let ring = self.open().unwrap();
        ring.key("counted").unwrap().encrypt(b"4111", Aad::NONE).unwrap();
        ring.close();
    }
}

/// What a call gives, if it gives anything: whoever waits for ever is found out.
fn in_time<T: Send + 'static>(what: &str, call: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::spawn(move || sender.send(call()));
    match receiver.recv_timeout(Duration::from_secs(60)) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what}: it hangs"),
        // It panicked, and its own words say why.
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("{what}: {:?}", thread.join().is_err()),
    }
}

fn mode(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::mode(&std::fs::symlink_metadata(path).unwrap()) & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

fn run(program: &str, arguments: &[&Path]) -> bool {
    Command::new(program).args(arguments).status().unwrap().success()
}

fn make_fifo(path: &Path) {
    assert!(run("mkfifo", &[path]));
}

/// The store says which file it does not take.
fn refused<T: std::fmt::Debug>(what: &str, file: &str, result: Result<T, Error>) {
    match result {
        Err(Error::StoreFailed { reason }) => assert!(reason.contains(file), "{what}: {reason}"),
        other => panic!("{what}: {other:?}"),
    }
}
