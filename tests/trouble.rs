//! A disk that is full or read-only, a folder without access or gone: decryption goes on, and whoever cannot
//! go on is told what to do.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use strongroom::{Aad, Directory, Error, Key, KeySpec, KeyType, Keyring, Seal, SecretArray, Store};
use strongroom_tests::clock::Told;
use strongroom_tests::disk::{Disk, Fault};

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

/// A keyring with a key whose encryptions are counted and one whose are not, and a ciphertext of each.
struct Furnished {
    ring: Keyring,
    cards: Key,
    counted: Key,
    old: [String; 2],
}

impl Furnished {
    fn new(store: impl Store + 'static) -> Self {
        let ring = Keyring::create(store, seal()).unwrap();
        let cards = ring.create_key("cards", KeySpec::default()).unwrap();
        let counted = ring.create_key("counted", KeyType::Aes256Gcm96).unwrap();
        let old = [&cards, &counted].map(|key| key.encrypt(b"4111", Aad::NONE).unwrap());
        Self { ring, cards, counted, old }
    }

    /// The store cannot be written: what needs no writing goes on, and the rest says so.
    fn expect_no_writing(&self, advice: &str) {
        let told = |result: Result<(), Error>| match result {
            Err(Error::StoreFailed { reason }) => assert!(reason.contains(advice), "{reason}"),
            other => panic!("{other:?}"),
        };
        self.expect_decryption(&self.ring);
        self.cards.encrypt(b"this writes nothing", Aad::NONE).unwrap();
        told(self.cards.rotate().map(drop));
        told(self.ring.create_key("more", KeySpec::default()).map(drop));
        // What was leased is spent first, then a lease has to be written.
        let mut spent = 0;
        let refused = loop {
            match self.counted.encrypt(b"counted", Aad::NONE) {
                Ok(_) => spent += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(spent, 255, "the lease that it had");
        told(Err(refused));
        assert_eq!(self.cards.info().unwrap().latest_version.get(), 1);
        assert!(self.ring.check().unwrap().faults.is_empty());
    }

    fn expect_decryption(&self, ring: &Keyring) {
        for (name, old) in ["cards", "counted"].iter().zip(&self.old) {
            assert_eq!(ring.key(name).unwrap().decrypt(old, Aad::NONE).unwrap().expose(), b"4111");
        }
    }

    fn expect_writing(&self) {
        let before = self.cards.info().unwrap().latest_version.get();
        assert_eq!(self.cards.rotate().unwrap().get(), before + 1);
        self.counted.encrypt(b"counted", Aad::NONE).unwrap();
        self.expect_decryption(&self.ring);
    }
}

#[test]
fn whatever_is_in_the_way_of_writing_decryption_goes_on() {
    for (kind, advice) in [
        (ErrorKind::ReadOnlyFilesystem, "mount it writable, decryption goes on meanwhile"),
        (ErrorKind::PermissionDenied, "give the user that this process runs as access to the folder"),
        (ErrorKind::StorageFull, "free some space and try again"),
        (ErrorKind::QuotaExceeded, "free some space and try again"),
    ] {
        let disk = Disk::new();
        let process = disk.process();
        let furnished = Furnished::new(Directory::with_files("/disk/keys", Arc::new(process.clone())));
        process.plan(Some((usize::MAX, Fault::NoWriting(kind))));
        furnished.expect_no_writing(advice);
        // A process that starts meanwhile reads too.
        let another = disk.process();
        another.plan(Some((usize::MAX, Fault::NoWriting(kind))));
        furnished.expect_decryption(
            &Keyring::open(Directory::with_files("/disk/keys", Arc::new(another)), seal()).unwrap(),
        );
        process.plan(None);
        furnished.expect_writing();
    }
}

#[test]
fn a_folder_that_cannot_be_read_is_named() {
    let disk = Disk::new();
    let process = disk.process();
    let furnished = Furnished::new(Directory::with_files("/disk/keys", Arc::new(process.clone())));
    let another = disk.process();
    another.plan(Some((0, Fault::Once(ErrorKind::PermissionDenied))));
    match Keyring::open(Directory::with_files("/disk/keys", Arc::new(another)), seal()) {
        Err(Error::StoreFailed { reason }) => {
            assert!(reason.contains("/disk/keys") && reason.contains("give the user"), "{reason}")
        }
        other => panic!("{other:?}"),
    }
    furnished.expect_writing();
}

#[test]
fn a_folder_that_is_taken_away_under_a_running_process() {
    let folder = tempfile::tempdir().unwrap();
    let (place, elsewhere) = (folder.path().join("keys"), folder.path().join("elsewhere"));
    let clock = Told::at(0);
    drop(Furnished::new(Directory::new(&place)));
    let ring = Keyring::builder().clock(clock.clone()).open(Directory::new(&place), seal()).unwrap();
    let cards = ring.key("cards").unwrap();
    let old = cards.encrypt(b"4111", Aad::NONE).unwrap();
    std::fs::rename(&place, &elsewhere).unwrap();

    let gone = |result: Result<(), Error>| match result {
        Err(Error::StoreFailed { reason }) => {
            assert!(reason.contains("the folder is gone, restore it"), "{reason}")
        }
        other => panic!("{other:?}"),
    };
    gone(cards.rotate().map(drop));
    gone(ring.create_key("new", KeySpec::default()).map(drop));
    gone(ring.keys().map(drop));
    gone(ring.check().map(drop));
    gone(ring.refresh());
    gone(ring.seals().map(drop));
    gone(ring.pin().map(drop));
    assert!(!place.exists(), "nobody made it anew");
    cards.encrypt(b"for a while", Aad::NONE).unwrap();
    clock.pass(Duration::from_millis(60_001));
    assert_eq!(cards.encrypt(b"too long", Aad::NONE).unwrap_err(), Error::Stale);
    assert_eq!(cards.decrypt(&old, Aad::NONE).unwrap().expose(), b"4111");
    assert!(matches!(Keyring::open(Directory::new(&place), seal()), Err(Error::KeyringNotFound { .. })));

    std::fs::rename(&elsewhere, &place).unwrap();
    // A quarter of a second later it looks again.
    clock.pass(Duration::from_millis(250));
    assert_eq!(cards.rotate().unwrap().get(), 2);
    assert!(cards.encrypt(b"again", Aad::NONE).unwrap().starts_with("strongroom:v2:"));
}

/// Runs one of the tests below in a process of its own, after what a shell has prepared. `FOLDER` is for its
/// use.
fn elsewhere(prepare: &[&str], script: &str, test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut words = prepare.iter().copied().chain(["sh", "-c", script, "sh"]);
    let mut command = Command::new(words.next().unwrap());
    command
        .args(words)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("FOLDER", folder.path());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn given_folder() -> PathBuf {
    std::env::var_os("FOLDER").expect("another test starts this one").into()
}

/// What mounts a file system that only the process itself sees, if that is allowed here.
const MOUNTING: [&str; 2] = ["unshare", "--mount"];

fn may_mount() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let tried = Command::new(MOUNTING[0])
        .args([MOUNTING[1], "mount", "-t", "tmpfs", "none"])
        .arg(folder.path())
        .output();
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        println!("not allowed to mount here: left to the limit on file sizes and to the simulated disk");
    }
    may
}

#[test]
fn keys_without_their_root_document_are_not_taken_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("keys");
    let ring = Keyring::create(Directory::new(&place), seal()).unwrap();
    let text = ring.create_key("cards", KeySpec::default()).unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    ring.close();
    let (root, kept) = (place.join("root.sr"), folder.path().join("root.sr"));
    std::fs::rename(&root, &kept).unwrap();
    match Keyring::open(Directory::new(&place), seal()).unwrap_err() {
        Error::CorruptDocument { document, reason } => {
            assert!(document == "root.sr" && reason.contains("missing"), "{document}: {reason}");
        }
        other => panic!("{other}"),
    }
    for made in [Keyring::create, Keyring::open_or_create] {
        assert!(matches!(made(Directory::new(&place), seal()), Err(Error::StoreFailed { .. })));
    }
    std::fs::rename(&kept, &root).unwrap();
    let ring = Keyring::open(Directory::new(&place), seal()).unwrap();
    assert_eq!(ring.key("cards").unwrap().decrypt(&text, Aad::NONE).unwrap().expose(), b"4111");
    // Where there is nothing at all, there is no keyring.
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    assert!(matches!(Keyring::open(Directory::new(&empty), seal()), Err(Error::KeyringNotFound { .. })));
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_size_limit_of_zero() {
    elsewhere(&["env"], r#"trap "" XFSZ; ulimit -S -f 0; exec "$@""#, "under_a_file_size_limit");
}

#[test]
#[ignore = "started by another test, under a limit"]
fn under_a_file_size_limit() {
    let place = given_folder().join("keys");
    assert!(matches!(Keyring::create(Directory::new(&place), seal()), Err(Error::StoreFailed { .. })));
    let left: Vec<_> = std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [".lock"], "nothing is left behind");
    assert!(matches!(Keyring::open(Directory::new(&place), seal()), Err(Error::KeyringNotFound { .. })));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_and_one_that_is_mounted_read_only() {
    if may_mount() {
        elsewhere(&MOUNTING, r#"mount -t tmpfs -o size=256k none "$FOLDER" && exec "$@""#, "on_a_small_disk");
    }
}

#[test]
#[ignore = "started by another test, with a small file system"]
fn on_a_small_disk() {
    let folder = given_folder();
    let furnished = Furnished::new(Directory::new(folder.join("keys")));
    fill(&folder.join("filler"));
    furnished.expect_no_writing("free some space and try again");
    assert!(matches!(furnished.ring.snapshot(folder.join("snapshot")), Err(Error::StoreFailed { .. })));
    assert!(!folder.join("snapshot").exists());
    std::fs::remove_file(folder.join("filler")).unwrap();
    furnished.expect_writing();

    let second = Furnished::new(Directory::new(folder.join("second")));
    let remount =
        |how: &str| assert!(Command::new("mount").args(["-o", how]).arg(&folder).status().unwrap().success());
    remount("remount,ro");
    second.expect_no_writing("mount it writable, decryption goes on meanwhile");
    second.expect_decryption(&Keyring::open(Directory::new(folder.join("second")), seal()).unwrap());
    remount("remount,rw");
    second.expect_writing();
}

/// Writes until nothing more fits.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    let full = std::iter::repeat_with(|| file.write_all(&[1; 512])).find_map(Result::err).unwrap();
    assert_eq!(full.kind(), ErrorKind::StorageFull);
}
