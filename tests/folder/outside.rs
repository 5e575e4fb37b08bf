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
    set_mode(&key, 0o640);
    assert!(matches!(
        with_root_key("others may read it", &place, &link),
        Err(Error::InsecurePermissions { .. })
    ));

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
