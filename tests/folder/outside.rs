//! What a keyring reads and writes outside of its folder: root keys and snapshots.

use crate::{Place, in_time, make_fifo, seal, set_mode};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use strongroom::{Error, Keyring, Seal};

/// Opens the keyring of a place with the root key in a file.
fn with_root_key(what: &str, place: &Place, file: &Path) -> Result<(), Error> {
    let (store, file) = (place.store(), file.to_owned());
    in_time(what, move || Keyring::open(store, Seal::root_key_file(file)).map(drop))
}

#[test]
fn a_root_key_is_read_from_a_file_and_nothing_else() {
    let place = Place::new();
    let (key, pipe, folder, link) =
        (place.beside("key"), place.beside("pipe"), place.beside("folder"), place.beside("link"));
    fs::write(&key, "0701".repeat(16)).unwrap();
    set_mode(&key, 0o600);
    with_root_key("a file", &place, &key).unwrap();
    // As Kubernetes mounts a secret; what the link leads to is what is looked at.
    symlink(&key, &link).unwrap();
    with_root_key("a link", &place, &link).unwrap();

    make_fifo(&pipe);
    set_mode(&pipe, 0o600);
    fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o700);
    for (what, path) in [("a pipe", &*pipe), ("a folder", &*folder), ("a device", Path::new("/dev/zero"))] {
        match with_root_key(what, &place, path) {
            Err(Error::SealFailed { reason }) => assert!(reason.contains("regular file"), "{what}: {reason}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    set_mode(&key, 0o600);
    fs::File::options().write(true).open(&key).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(with_root_key("a file without end", &place, &key), Err(Error::InvalidRootKey { .. })));
}

/// Opens the keyring with what is in the file, as one that others may read and as one that they may not.
fn others_may_read(place: &Place, file: &Path, seal: fn(&Path) -> Seal) -> bool {
    let open = |seal: Seal| {
        let store = place.store();
        in_time("a secret", move || Keyring::open(store, seal).map(drop))
    };
    assert_eq!(open(seal(file).insecure_mode_ok()), Ok(()), "{}", file.display());
    match open(seal(file)) {
        Ok(()) => true,
        Err(Error::InsecurePermissions { path }) if path == file.display().to_string() => false,
        other => panic!("{}: {other:?}", file.display()),
    }
}

#[test]
fn a_secret_may_be_as_container_platforms_mount_it() {
    let place = Place::new();
    Keyring::open(place.store(), seal()).unwrap().add_seal(Seal::passphrase(b"correct horse")).unwrap();
    let mount = place.beside("secrets");
    fs::create_dir_all(mount.join("..data")).unwrap();
    for (name, text, seal) in [
        ("root-key", "0701".repeat(16), (|file| Seal::root_key_file(file)) as fn(&Path) -> Seal),
        ("passphrase", "correct horse\n".to_owned(), |file| Seal::passphrase_file(file)),
    ] {
        let (file, link) = (mount.join("..data").join(name), mount.join(name));
        fs::write(&file, text).unwrap();
        symlink(&file, &link).unwrap();
        // The folder of the link does not count, only the one of the file.
        for (folder, others_write) in [(0o755, false), (0o750, false), (0o775, true), (0o1777, true)] {
            set_mode(&mount.join("..data"), folder);
            for (mode, is_mounted) in
                [(0o440, true), (0o640, true), (0o444, true), (0o644, false), (0o660, false), (0o604, false)]
            {
                set_mode(&file, mode);
                let taken = others_may_read(&place, &link, seal);
                assert_eq!(taken, is_mounted && !others_write, "{name} {mode:o} in {folder:o}");
            }
            for mode in [0o400, 0o600] {
                set_mode(&file, mode);
                assert!(others_may_read(&place, &link, seal), "{name} {mode:o} in {folder:o}");
            }
        }
    }
}

#[test]
fn what_has_no_mode_takes_no_leave_to_ignore_it() {
    let place = Place::new();
    for seal in [seal(), Seal::root_key_env("HOME"), Seal::root_key_text("0701".repeat(16).into_bytes())] {
        let opened = Keyring::open(place.store(), seal.insecure_mode_ok());
        assert!(matches!(opened, Err(Error::InvalidOption { .. })), "{opened:?}");
    }
}

#[test]
fn a_passphrase_in_a_file_has_an_end() {
    let place = Place::new();
    Keyring::open(place.store(), seal()).unwrap().add_seal(Seal::passphrase(b"correct horse")).unwrap();
    let file = place.beside("passphrase");
    for (text, opens) in [
        ("correct horse".to_owned(), true),
        ("correct horse\r\n".to_owned(), true),
        ("correct horse\n\n".to_owned(), false),
        ("correct horse\r".to_owned(), false),
        ("\n".to_owned(), false),
        ("x".repeat(65_537), false),
    ] {
        fs::write(&file, &text).unwrap();
        set_mode(&file, 0o600);
        let opened = Keyring::open(place.store(), Seal::passphrase_file(&file));
        assert_eq!(opened.is_ok(), opens, "{:.20}: {:?}", text, opened.err());
    }
}

#[test]
fn a_snapshot_goes_into_a_new_file() {
    let place = Place::new();
    let path = place.beside("snapshot.sr");
    let snapshot = |what: &str| {
        let (store, path) = (place.store(), path.clone());
        in_time(what, move || Keyring::open(store, seal()).unwrap().snapshot(path))
    };
    fs::write(place.beside("target"), b"a file that is nobody's business").unwrap();
    for (what, target) in
        [("a link", Some("target")), ("a link that leads nowhere", Some("nowhere")), ("a pipe", None)]
    {
        match target {
            Some(target) => symlink(place.beside(target), &path).unwrap(),
            None => make_fifo(&path),
        }
        assert!(matches!(snapshot(what), Err(Error::StoreFailed { .. })), "{what}");
        assert!(fs::symlink_metadata(&path).is_ok(), "{what}: what was there before was removed");
        fs::remove_file(&path).unwrap();
    }
    assert!(!place.beside("nowhere").exists());
    assert_eq!(fs::read(place.beside("target")).unwrap(), b"a file that is nobody's business");
    snapshot("nothing").unwrap();
}
