//! Who else may read and write: the modes of what is made, whatever the process's mask and whatever was
//! there, and of a folder that is given.

use crate::{Place, mode, refused, seal, set_mode};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use strongroom::{Directory, Error, KeySpec, Keyring};

#[test]
fn leftovers_that_others_may_write_make_no_document_that_they_may() {
    let place = Place::new();
    fs::write(place.file(".key-cards.sr.tmp"), b"left behind").unwrap();
    for name in [".key-cards.sr.tmp", "epoch", ".lock"] {
        set_mode(&place.file(name), 0o666);
    }
    place.works();
    for name in ["key-cards.sr", "epoch", ".lock"] {
        assert_eq!(mode(&place.file(name)), 0o600, "{name}");
    }
    assert!(!place.file(".key-cards.sr.tmp").exists());
}

/// Runs a test in a process of its own with a mask.
fn under_mask(mask: &str, test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("umask {mask}; exec \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh"]).arg(std::env::current_exe().unwrap()).args([
        "--exact",
        test,
        "--ignored",
        "--nocapture",
    ]);
    let output = command.env("FOLDER", folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{mask}: {said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn whatever_the_mask_is_what_is_made_is_for_its_owner_only() {
    for mask in ["0", "077", "777"] {
        under_mask(mask, "modes::under_a_mask");
    }
}

#[test]
#[ignore = "started by another test, with a mask"]
fn under_a_mask() {
    let around: PathBuf = std::env::var_os("FOLDER").expect("another test starts this one").into();
    let (folder, snapshot) = (around.join("above").join("keys"), around.join("snapshot.sr"));
    let ring = Keyring::create(Directory::new(&folder), seal()).unwrap();
    ring.create_key("cards", KeySpec::default()).unwrap();
    ring.snapshot(&snapshot).unwrap();
    assert_eq!((mode(&folder), mode(&around.join("above"))), (0o700, 0o700));
    assert_eq!(mode(&snapshot), 0o600);
    let mut files = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert_eq!(files, 4, "root, key, epoch and lock");
}

#[test]
fn no_keyring_is_made_where_everybody_may_write() {
    for bits in [0o777, 0o1777, 0o702] {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("keys");
        fs::create_dir(&folder).unwrap();
        set_mode(&folder, bits);
        refused("creating", "may write", Keyring::create(Directory::new(&folder), seal()));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "something was left behind");
        assert_eq!(mode(&folder), bits, "what was there before is not ours to change");
        // One of its own in there is all that is needed.
        Keyring::create(Directory::new(folder.join("own")), seal()).unwrap();
        assert_eq!(mode(&folder.join("own")), 0o700);
    }
    // With a mask of 002 every folder is like this.
    let around = tempfile::tempdir().unwrap();
    set_mode(around.path(), 0o775);
    Keyring::create(Directory::new(around.path()), seal()).unwrap();
}

#[test]
fn no_keyring_is_made_among_other_files() {
    let around = tempfile::tempdir().unwrap();
    fs::write(around.path().join("letter"), b"dear").unwrap();
    refused("creating", "not empty", Keyring::create(Directory::new(around.path()), seal()));
    refused("creating", "not empty", Keyring::open_or_create(Directory::new(around.path()), seal()));
    assert_eq!(fs::read_dir(around.path()).unwrap().count(), 1, "something was left behind");
    // What a file system, an attempt that failed, and a container's mount leave.
    fs::remove_file(around.path().join("letter")).unwrap();
    for name in ["lost+found", "..data"] {
        fs::create_dir(around.path().join(name)).unwrap();
    }
    fs::write(around.path().join("epoch"), b"").unwrap();
    Keyring::create(Directory::new(around.path()), seal()).unwrap();
    // A keyring that something was put beside later still opens.
    fs::write(around.path().join("letter"), b"dear").unwrap();
    Keyring::open_or_create(Directory::new(around.path()), seal()).unwrap();
    let twice = Keyring::create(Directory::new(around.path()), seal());
    assert!(matches!(twice, Err(Error::KeyringExists { .. })));
}

/// A keyring that is there opens: whether its place is safe is for `check` to say.
#[test]
fn what_is_there_opens_whatever_its_modes() {
    let place = Place::new();
    set_mode(&place.folder(), 0o777);
    for entry in fs::read_dir(place.folder()).unwrap() {
        set_mode(&entry.unwrap().path(), 0o666);
    }
    place.works();
}

fn warnings(place: &Place) -> Vec<(String, &'static str)> {
    let report = place.open().unwrap().check().unwrap();
    assert_eq!(report.faults, []);
    report.warnings.into_iter().map(|warning| (warning.subject, warning.code)).collect()
}

#[test]
fn check_warns_of_what_lets_others_at_the_files() {
    let place = Place::new();
    assert_eq!(warnings(&place), []);
    let expect = |set: &[(&str, u32)], expected: &[(&str, &str)]| {
        set.iter().for_each(|(name, mode)| set_mode(&place.file(name), *mode));
        let expected: Vec<_> =
            expected.iter().map(|(subject, code)| ((*subject).to_owned(), *code)).collect();
        assert_eq!(warnings(&place), expected, "{set:?}");
        set_mode(&place.folder(), 0o700);
        set.iter().skip(1).for_each(|(name, _)| set_mode(&place.file(name), 0o600));
    };
    expect(&[(".", 0o755)], &[(".", "others_may_read")]);
    expect(&[(".", 0o775)], &[(".", "others_may_write")]);
    expect(&[(".", 0o1777)], &[(".", "others_may_write")]);
    for name in [".lock", "epoch", "key-cards.sr", "root.sr", "usage-counted.sr"] {
        expect(&[(".", 0o700), (name, 0o644)], &[(name, "others_may_read")]);
        expect(&[(".", 0o700), (name, 0o620)], &[(name, "others_may_write")]);
    }
    fs::write(place.file(".key-cards.sr.tmp"), b"left behind").unwrap();
    set_mode(&place.file(".key-cards.sr.tmp"), 0o666);
    assert_eq!(warnings(&place), [(".key-cards.sr.tmp".to_owned(), "others_may_write")]);
    fs::remove_file(place.file(".key-cards.sr.tmp")).unwrap();
    // What is nobody's here is not looked at.
    fs::write(place.file("notes.txt"), b"").unwrap();
    set_mode(&place.file("notes.txt"), 0o666);
    assert_eq!(warnings(&place), []);
    fs::rename(place.file("key-cards.sr"), place.file("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", place.file("key-cards.sr")).unwrap();
    if cfg!(target_os = "linux") {
        assert_eq!(warnings(&place), [("key-cards.sr".to_owned(), "not_a_regular_file")]);
    }
}

/// Only the superuser may give a file away.
#[test]
fn check_warns_of_owners() {
    let place = Place::new();
    if std::os::unix::fs::chown(place.file("key-cards.sr"), Some(65_534), None).is_err() {
        return println!("not allowed to give files away here");
    }
    assert_eq!(warnings(&place), [("key-cards.sr".to_owned(), "foreign_owner")]);
    std::os::unix::fs::chown(place.folder(), Some(65_534), None).unwrap();
    assert_eq!(
        warnings(&place),
        [(".".to_owned(), "foreign_owner"), ("key-cards.sr".to_owned(), "foreign_owner")]
    );
    // The next write makes the file ours.
    place.works();
    assert_eq!(warnings(&place), [(".".to_owned(), "foreign_owner")]);
}
