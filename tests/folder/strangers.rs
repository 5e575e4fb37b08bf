//! Something else than a file of ours, under the name of one: links, pipes, sockets, folders, devices, files
//! without end.

use crate::{Place, in_time, make_fifo, mode, refused};
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

/// Something that is not a file of the keyring's own.
struct Stranger {
    what: &'static str,
    make: fn(&Path, &Place) -> bool,
}

const TARGET: &[u8] = b"a file that is nobody's business";

#[rustfmt::skip]
const STRANGERS: [Stranger; 8] = [
    Stranger {
        what: "a link to a file elsewhere",
        make: |path, place| {
            fs::write(place.beside("target"), TARGET).unwrap();
            symlink(place.beside("target"), path).is_ok()
        },
    },
    Stranger {
        what: "a link that leads nowhere",
        make: |path, place| symlink(place.beside("nowhere"), path).is_ok(),
    },
    Stranger { what: "a link to itself", make: |path, _| symlink(path, path).is_ok() },
    Stranger {
        what: "a link to a pipe",
        make: |path, place| {
            make_fifo(&place.beside("pipe"));
            symlink(place.beside("pipe"), path).is_ok()
        },
    },
    Stranger { what: "a pipe", make: |path, _| { make_fifo(path); true } },
    Stranger { what: "a socket", make: |path, _| UnixListener::bind(path).is_ok() },
    Stranger { what: "a folder", make: |path, _| fs::create_dir(path).is_ok() },
    // Only the superuser may make one.
    Stranger {
        what: "a device",
        make: |path, _| {
            Command::new("mknod").arg(path).args(["c", "1", "5"]).output().unwrap().status.success()
        },
    },
];

impl Stranger {
    /// A keyring with this under one of its names; `None` where it cannot be made.
    fn in_place_of(&self, name: &str) -> Option<Place> {
        let place = Place::new();
        let _ = fs::remove_file(place.file(name));
        let made = (self.make)(&place.file(name), &place);
        if !made {
            println!("{} cannot be made here", self.what);
        }
        made.then_some(place)
    }
}

/// Nothing outside the folder was written, made or changed.
fn untouched(what: &str, place: &Place) {
    assert!(!place.beside("nowhere").exists(), "{what}: a file was made outside of the folder");
    if place.beside("target").exists() {
        assert_eq!(
            fs::read(place.beside("target")).unwrap(),
            TARGET,
            "{what}: a file outside of the folder was written"
        );
    }
}

#[test]
fn in_the_place_of_a_temporary_file_it_is_replaced() {
    for stranger in &STRANGERS {
        let what = format!("{} as a temporary file", stranger.what);
        let Some(place) = stranger.in_place_of(".key-cards.sr.tmp") else { continue };
        let place = in_time(&what, move || {
            // A folder cannot be replaced by a file.
            if stranger.what == "a folder" {
                refused(stranger.what, ".key-cards.sr.tmp", place.cards().unwrap().rotate());
            } else {
                place.works();
            }
            place
        });
        untouched(&what, &place);
        let document = fs::symlink_metadata(place.file("key-cards.sr")).unwrap();
        assert!(document.is_file() && document.mode() & 0o7777 == 0o600 && document.nlink() == 1, "{what}");
    }
}

#[test]
fn in_the_place_of_the_epoch_it_is_replaced() {
    for stranger in &STRANGERS {
        let what = format!("{} as epoch", stranger.what);
        let Some(place) = stranger.in_place_of("epoch") else { continue };
        let place = in_time(&what, move || {
            if stranger.what == "a folder" {
                refused(stranger.what, "epoch", place.cards().unwrap().rotate());
            } else {
                place.works();
            }
            place
        });
        untouched(&what, &place);
        assert_eq!(
            fs::symlink_metadata(place.file("epoch")).unwrap().is_file(),
            stranger.what != "a folder",
            "{what}"
        );
    }
}

#[test]
fn in_the_place_of_the_lock_it_is_refused() {
    for stranger in &STRANGERS {
        let what = format!("{} as .lock", stranger.what);
        let Some(place) = stranger.in_place_of(".lock") else { continue };
        let ring = in_time(&what, {
            let store = place.store();
            move || strongroom::Keyring::open(store, crate::seal())
        });
        refused(&what, ".lock", ring);
        untouched(&what, &place);
    }
}

#[test]
fn in_the_place_of_a_document_it_is_refused() {
    for stranger in &STRANGERS {
        for name in ["root.sr", "key-cards.sr", "usage-counted.sr"] {
            let what = format!("{} as {name}", stranger.what);
            let Some(place) = stranger.in_place_of(name) else { continue };
            let place = in_time(&what, move || {
                match name {
                    "root.sr" => refused(stranger.what, name, place.open()),
                    "key-cards.sr" => refused(stranger.what, name, place.cards()),
                    _ => refused(stranger.what, name, place.open().unwrap().snapshot_bytes()),
                }
                place
            });
            untouched(&what, &place);
        }
    }
}

/// A second name of a file elsewhere is no link that could be refused, so it is never written in place.
#[test]
fn a_second_name_of_a_file_elsewhere_is_given_up() {
    for name in [".key-cards.sr.tmp", "epoch"] {
        let place = Place::new();
        let _ = fs::remove_file(place.file(name));
        fs::write(place.beside("target"), TARGET).unwrap();
        fs::hard_link(place.beside("target"), place.file(name)).unwrap();
        let before = mode(&place.beside("target"));
        place.works();
        untouched(name, &place);
        assert_eq!(
            (mode(&place.beside("target")), fs::metadata(place.beside("target")).unwrap().nlink()),
            (before, 1),
            "{name}"
        );
    }
}

#[test]
fn files_without_end_are_not_read() {
    for name in ["root.sr", "key-cards.sr"] {
        let place = Place::new();
        fs::File::options().write(true).open(place.file(name)).unwrap().set_len(1 << 40).unwrap();
        refused("too long", name, place.cards());
    }
    let place = Place::new();
    fs::File::options().write(true).open(place.file("epoch")).unwrap().set_len(1 << 40).unwrap();
    place.works();
    assert_eq!(fs::metadata(place.file("epoch")).unwrap().len(), 24);
}

/// As Kubernetes mounts a secret: every file is a link to one in a folder that is itself behind a link, all
/// of it below the one that is mounted.
#[test]
#[cfg(target_os = "linux")]
fn links_that_stay_in_the_folder_are_read() {
    let place = Place::new();
    let ciphertext = place.cards().unwrap().encrypt(b"4111", strongroom::Aad::NONE).unwrap();
    let hidden = place.file("..2026_11_28");
    fs::create_dir(&hidden).unwrap();
    symlink("..2026_11_28", place.file("..data")).unwrap();
    for name in ["root.sr", "key-cards.sr", "key-counted.sr", "usage-counted.sr"] {
        fs::rename(place.file(name), hidden.join(name)).unwrap();
        symlink(Path::new("..data").join(name), place.file(name)).unwrap();
    }
    fs::remove_file(place.file(".lock")).unwrap();
    fs::remove_file(place.file("epoch")).unwrap();
    let ring = place.open().unwrap();
    assert_eq!(
        ring.key("cards").unwrap().decrypt(&ciphertext, strongroom::Aad::NONE).unwrap().expose(),
        b"4111"
    );
    assert_eq!(ring.keys().unwrap().len(), 2);
    assert!(!place.file(".lock").exists() && !place.file("epoch").exists(), "who only reads has made a file");
}
