//! The lock is held by somebody who does not let go, or it, or the whole folder, is taken away from under a
//! writer that holds it.

use crate::{Place, in_time, seal};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use strongroom::{
    Aad, Directory, Error, Files, Folder, KeyConfig, KeySpec, Keyring, LocalFiles, LockGuard, LockMode,
    NewFile, Status,
};

/// What somebody does to the folder while a writer is between locking and renaming.
type Attack = Box<dyn Fn(&Path) + Send + Sync>;

/// The file system of this machine, with an attack on each new file. None unless armed.
#[derive(Clone, Default)]
struct Attacked(Arc<Mutex<Option<Attack>>>);

impl std::fmt::Debug for Attacked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attacked")
    }
}

struct Inside {
    folder: Box<dyn Folder>,
    path: PathBuf,
    attack: Attacked,
}

impl Files for Attacked {
    fn create_folder(&self, path: &Path) -> io::Result<bool> {
        LocalFiles::default().create_folder(path)
    }
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        LocalFiles::default().sync_folder(path)
    }
    fn open_folder(&self, path: &Path) -> io::Result<Box<dyn Folder>> {
        Ok(Box::new(Inside {
            folder: LocalFiles::default().open_folder(path)?,
            path: path.to_owned(),
            attack: self.clone(),
        }))
    }
}

impl Folder for Inside {
    fn lock(&self, name: &str, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard + '_>>> {
        self.folder.lock(name, mode)
    }
    fn read(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        self.folder.read(name, limit)
    }
    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile + '_>> {
        if let Some(attack) = self.attack.0.lock().unwrap().take() {
            attack(&self.path);
        }
        self.folder.create(name)
    }
    fn overwrite(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.folder.overwrite(name, bytes)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.folder.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.folder.remove(name)
    }
    fn sync(&self) -> io::Result<()> {
        self.folder.sync()
    }
    fn list(&self, each: &mut dyn FnMut(&str)) -> io::Result<()> {
        self.folder.list(each)
    }
    fn status(&self, name: Option<&str>) -> io::Result<Option<Status>> {
        self.folder.status(name)
    }
}

/// A rotation during which something is done to the folder is refused, and nothing was written there or
/// anywhere.
fn nothing_is_put(what: &str, reason: &str, attack: impl Fn(&Path) + Send + Sync + 'static) {
    let (place, files) = (Place::new(), Attacked::default());
    let before = fs::read(place.file("key-cards.sr")).unwrap();
    let ring = Keyring::open(Directory::with_files(place.folder(), Arc::new(files.clone())), seal()).unwrap();
    let cards = ring.key("cards").unwrap();
    *files.0.lock().unwrap() = Some(Box::new(attack));
    match cards.rotate() {
        Err(Error::StoreFailed { reason: said }) => assert!(said.contains(reason), "{what}: {said}"),
        other => panic!("{what}: {other:?}"),
    }
    assert!(files.0.lock().unwrap().is_none(), "{what}: it did not happen");
    for folder in [place.folder(), place.beside("elsewhere")] {
        if folder.exists() {
            assert_eq!(
                fs::read(folder.join("key-cards.sr")).unwrap(),
                before,
                "{what}: {}",
                folder.display()
            );
            assert!(!folder.join(".key-cards.sr.tmp").exists(), "{what}: {}", folder.display());
        }
    }
    // The next one takes the lock that is there.
    assert_eq!(cards.rotate().unwrap().get(), 2, "{what}");
    place.works();
}

#[test]
fn a_lock_that_was_taken_away_while_it_was_held_is_noticed() {
    nothing_is_put("removed", ".lock was replaced", |folder| fs::remove_file(folder.join(".lock")).unwrap());
    nothing_is_put("replaced", ".lock was replaced", |folder| {
        fs::write(folder.join("another"), b"").unwrap();
        fs::rename(folder.join("another"), folder.join(".lock")).unwrap();
    });
}

#[test]
fn a_folder_that_was_replaced_while_it_was_locked_is_noticed() {
    nothing_is_put("replaced by a copy", "another folder", |folder| {
        let elsewhere = folder.with_file_name("elsewhere");
        fs::rename(folder, &elsewhere).unwrap();
        fs::create_dir(folder).unwrap();
        for entry in fs::read_dir(&elsewhere).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
    });
}

/// Whoever has waited for a lock that is no longer the folder's waits for the one that is.
#[test]
fn a_lock_that_was_replaced_while_it_was_waited_for_is_not_taken() {
    let place = Place::new();
    let locked = |path: &Path| {
        let file =
            fs::File::options().read(true).write(true).create(true).truncate(false).open(path).unwrap();
        file.lock().unwrap();
        file
    };
    let first = locked(&place.file(".lock"));
    let store = place.store();
    let (sender, rotated) = std::sync::mpsc::channel();
    let folder = place.folder();
    let writer = std::thread::spawn(move || {
        // Opened by hand, so that the only lock that is taken is the writer's.
        let open = LocalFiles::default().open_folder(&folder).unwrap();
        let _lock = open.lock(".lock", LockMode::Exclusive).unwrap();
        sender.send(()).unwrap();
    });
    // It waits now, or will in a moment: either way it must not get in before the second lock is free.
    assert!(rotated.recv_timeout(Duration::from_millis(300)).is_err());
    fs::remove_file(place.file(".lock")).unwrap();
    let second = locked(&place.file(".lock"));
    drop(first);
    assert!(
        rotated.recv_timeout(Duration::from_millis(300)).is_err(),
        "it took a lock that is not the folder's"
    );
    drop(second);
    rotated.recv_timeout(Duration::from_secs(60)).unwrap();
    writer.join().unwrap();
    in_time("afterwards", move || {
        Keyring::open(store, seal()).unwrap().key("cards").unwrap().rotate().unwrap()
    });
}

/// A store that waits for no more than a moment.
fn impatient(place: &Place) -> Directory {
    Directory::with_files(place.folder(), Arc::new(LocalFiles::with_patience(Duration::from_millis(20))))
}

fn says_who_waits_for_what<T: std::fmt::Debug>(what: &str, place: &Place, result: Result<T, Error>) {
    match result {
        Err(Error::StoreFailed { reason }) => {
            for part in [
                "another process has held the lock .lock",
                place.folder().to_str().unwrap(),
                "stopped",
                "lslocks",
            ] {
                assert!(reason.contains(part), "{what}: {reason}");
            }
        }
        other => panic!("{what}: {other:?}"),
    }
}

/// Somebody who was stopped while it held the lock: whoever looks at keys or changes them is told so in the
/// end, nothing was written, and all works once it lets go.
#[test]
fn a_lock_that_nobody_lets_go_of_is_not_waited_for_for_ever() {
    let place = Place::new();
    let ring = Keyring::open(impatient(&place), seal()).unwrap();
    let (cards, counted) = (ring.key("cards").unwrap(), ring.key("counted").unwrap());
    let before = fs::read(place.file("key-cards.sr")).unwrap();
    for mode in [LockMode::Exclusive, LockMode::Shared] {
        let lock = fs::File::open(place.file(".lock")).unwrap();
        match mode {
            LockMode::Exclusive => lock.lock().unwrap(),
            LockMode::Shared => lock.lock_shared().unwrap(),
        }
        let (here, ring, cards, counted) = (impatient(&place), ring.clone(), cards.clone(), counted.clone());
        let results = in_time("a lock that is held", move || {
            let changes = vec![
                ("rotate", cards.rotate().map(drop)),
                ("configure", cards.configure(KeyConfig::new().deletion_allowed(true)).map(drop)),
                ("create_key", ring.create_key("new", KeySpec::default()).map(drop)),
                ("reseal", ring.reseal([seal()]).map(drop)),
                // The first use that is counted is a write, too.
                ("encrypt", counted.encrypt(b"4111", Aad::NONE).map(drop)),
            ];
            let looks =
                vec![("seals", ring.seals().map(drop)), ("open", Keyring::open(here, seal()).map(drop))];
            (changes, looks)
        });
        results.0.into_iter().for_each(|(what, result)| says_who_waits_for_what(what, &place, result));
        for (what, result) in results.1 {
            match mode {
                LockMode::Exclusive => says_who_waits_for_what(what, &place, result),
                LockMode::Shared => assert_eq!(result, Ok(()), "{what} beside another reader"),
            }
        }
        assert_eq!(fs::read(place.file("key-cards.sr")).unwrap(), before);
        drop(lock);
    }
    assert_eq!(cards.rotate().unwrap().get(), 2);
    counted.encrypt(b"4111", Aad::NONE).unwrap();
    place.works();
}

/// A child that does nothing, for as long as this is there.
struct Paused(libc::pid_t);

impl Drop for Paused {
    fn drop(&mut self) {
        let mut status = 0;
        // SAFETY: it is a child of this process that nobody else waits for; `status` is there for the call.
        unsafe {
            libc::kill(self.0, libc::SIGKILL);
            libc::waitpid(self.0, &raw mut status, 0);
        }
    }
}

/// A child that was forked in the middle of a write has the descriptor of the lock as well. While its parent
/// lives that does no harm, since the parent lets go for both; but the parent may be killed before.
#[test]
fn a_child_that_has_inherited_the_lock_is_not_waited_for_for_ever() {
    let place = Place::new();
    let lock = fs::File::open(place.file(".lock")).unwrap();
    lock.lock().unwrap();
    // SAFETY: the child calls nothing but what signal handlers may.
    let child = match unsafe { libc::fork() } {
        0 => loop {
            // SAFETY: `pause` is a plain system call, which signal handlers may make.
            unsafe { libc::pause() };
        },
        child => Paused(child),
    };
    // As if this process, which does not let go explicitly, had been killed.
    drop(lock);
    let store = impatient(&place);
    let held = in_time("a child that holds the lock", move || Keyring::open(store, seal()).map(drop));
    says_who_waits_for_what("open", &place, held);
    drop(child);
    place.works();
}
