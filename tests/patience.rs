//! A store that does not answer, answers late, or cannot say whether it has changed: calls with keys in
//! memory go on.

#[path = "patience/way.rs"]
mod way;

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use strongroom::{
    Aad, Directory, Error, Key, KeySpec, KeyType, Keyring, Looks, Memory, Seal, SealError, SealProvider,
    SecretArray,
};
use strongroom_tests::clock::Told;
use way::Way;

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

/// Runs on a thread of its own, so that what hangs fails the test instead of hanging it.
fn ends<T: Send + 'static>(what: &str, call: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait): (Sender<T>, Receiver<T>) = channel();
    std::thread::spawn(move || done.send(call()));
    wait.recv_timeout(Duration::from_secs(40)).unwrap_or_else(|_| panic!("{what} hangs"))
}

struct Scene {
    /// Somebody whose way is free.
    elsewhere: Key,
    /// Somebody whose way is `way`.
    here: Key,
    way: Arc<Way>,
    clock: Arc<Told>,
}

fn scene(looks: Looks, has_epoch: bool, key_type: KeyType) -> Scene {
    let (documents, clock) = (Memory::new(), Told::at(1_000_000));
    let elsewhere =
        Keyring::create(documents.clone(), seal()).unwrap().create_key("cards", key_type).unwrap();
    let way = Way::to(&documents, looks, has_epoch);
    let ring = Keyring::builder().clock(clock.clone()).open(way.clone(), seal()).unwrap();
    let here = ring.key("cards").unwrap();
    here.encrypt(b"4111", Aad::NONE).unwrap();
    Scene { elsewhere, here, way, clock }
}

#[test]
fn a_store_that_hangs_keeps_nobody_from_the_keys_in_memory() {
    for looks in [Looks::Inline, Looks::Watched] {
        let Scene { elsewhere, here, way, clock } = scene(looks, true, KeyType::default());
        let old = here.encrypt(b"4111", Aad::NONE).unwrap();
        elsewhere.rotate().unwrap();
        way.block(true);
        clock.pass(Duration::from_millis(300));
        let (many, ciphertext) = (here.clone(), old.clone());
        ends("encryption and decryption", move || {
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..100 {
                            many.encrypt(b"4111", Aad::NONE).unwrap();
                            assert_eq!(many.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
                        }
                    });
                }
            });
        });
        // What is not known is said to be so, and not that it does not exist.
        let (other, new) = (here.clone(), elsewhere.encrypt(b"4111", Aad::NONE).unwrap());
        let refused = ends("a look for a version", move || other.decrypt(&new, Aad::NONE).unwrap_err());
        assert!(
            matches!(&refused, Error::StoreFailed { reason } if reason.contains("did not answer")),
            "{refused:?}"
        );
        // Encryption goes on for as long as it may not have seen the store.
        clock.pass(Duration::from_millis(61_000));
        let (other, ciphertext) = (here.clone(), old.clone());
        ends("encryption that is stale", move || {
            assert_eq!(other.encrypt(b"4111", Aad::NONE).unwrap_err(), Error::Stale);
            assert_eq!(other.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        });
        way.block(false);
        ends("the way back", move || {
            while !here.encrypt(b"4111", Aad::NONE).is_ok_and(|text| text.contains(":v2:")) {
                std::thread::sleep(Duration::from_millis(5));
                clock.pass(Duration::from_millis(10));
            }
        });
    }
}

/// Where uses are counted, a lease waits for the store, and not for ever.
#[test]
fn a_lease_does_not_wait_for_ever() {
    let Scene { here, way, .. } = scene(Looks::Inline, true, KeyType::Aes256Gcm96);
    way.block(true);
    let other = here.clone();
    let refused = ends("a lease", move || {
        loop {
            if let Err(error) = other.encrypt(b"4111", Aad::NONE) {
                break error;
            }
        }
    });
    assert!(matches!(&refused, Error::StoreFailed { reason } if reason.contains("counted")), "{refused:?}");
    way.block(false);
    ends("the way back", move || while here.encrypt(b"4111", Aad::NONE).is_err() {});
}

/// Leases of many keys are given back when a keyring closes, and a store that hangs is not waited for once
/// for each of them.
#[test]
fn whoever_closes_gives_up_on_a_store_that_hangs() {
    let Scene { here, way, .. } = scene(Looks::Inline, true, KeyType::Aes256Gcm96);
    drop(here);
    let ring = Keyring::open(way.clone(), seal()).unwrap();
    for name in ["one", "two", "three"] {
        ring.create_key(name, KeyType::Aes256Gcm96).unwrap().encrypt(b"4111", Aad::NONE).unwrap();
    }
    way.block(true);
    let blocked = way.clone();
    let closing = std::thread::spawn(move || ring.close());
    ends("the first lease", move || {
        while blocked.waiting.load(Ordering::SeqCst) == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        // Longer than anybody who closes goes on.
        std::thread::sleep(Duration::from_millis(10_500));
        blocked.block(false);
    });
    closing.join().unwrap();
    let keys = Keyring::open(way.documents.clone(), seal()).unwrap();
    let given_back = ["one", "two", "three"]
        .iter()
        .filter(|name| keys.key(name).unwrap().info().unwrap().versions[0].uses < Some(256))
        .count();
    assert_eq!(given_back, 1, "what is not given back counts as used");
}

/// Somebody who holds the lock of a folder and was stopped (a debugger, a paused container, a disk that
/// hangs).
#[cfg(unix)]
#[test]
fn a_stopped_holder_of_the_lock_keeps_nobody_from_the_keys_in_memory() {
    use std::os::fd::AsRawFd;
    let folder = tempfile::tempdir().unwrap();
    let store = || Directory::new(folder.path());
    let elsewhere =
        Keyring::create(store(), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    let here = Keyring::open(store(), seal()).unwrap().key("cards").unwrap();
    let old = here.encrypt(b"4111", Aad::NONE).unwrap();
    elsewhere.rotate().unwrap();
    let lock = std::fs::File::open(folder.path().join(".lock")).unwrap();
    // SAFETY: the descriptor is open for as long as `lock` is.
    assert_eq!(unsafe { libc::flock(lock.as_raw_fd(), libc::LOCK_EX) }, 0);
    std::thread::sleep(Duration::from_millis(300));
    let (other, ciphertext) = (here.clone(), old);
    ends("encryption and decryption", move || {
        for _ in 0..100 {
            other.encrypt(b"4111", Aad::NONE).unwrap();
            assert_eq!(other.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        }
    });
    drop(lock);
    ends("the way back", move || while !here.encrypt(b"4111", Aad::NONE).unwrap().contains(":v2:") {});
}

fn is_disabled(key: &Key) -> bool {
    matches!(key.encrypt(b"4111", Aad::NONE), Err(Error::KeyDisabled { .. }))
}

/// Without an epoch keys are read anew by time: a key that was disabled elsewhere does not encrypt for ever.
#[test]
fn a_store_without_an_epoch_is_reloaded_by_time() {
    for looks in [Looks::Inline, Looks::Watched] {
        let Scene { elsewhere, here, clock, .. } = scene(looks, false, KeyType::default());
        elsewhere.disable().unwrap();
        ends("a change that nobody tells of", move || {
            while !is_disabled(&here) {
                std::thread::sleep(Duration::from_millis(5));
                clock.pass(Duration::from_millis(100));
            }
        });
    }
}

/// `refresh` compares documents, whatever the epoch says, and whoever calls afterwards sees what it found.
#[test]
fn refresh_compares_documents_and_not_epochs() {
    let folder = tempfile::tempdir().unwrap();
    let store = || Directory::new(folder.path());
    let elsewhere =
        Keyring::create(store(), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    let ring = Keyring::open(store(), seal()).unwrap();
    let here = ring.key("cards").unwrap();
    here.encrypt(b"4111", Aad::NONE).unwrap();
    let epoch = folder.path().join("epoch");
    let known = std::fs::read(&epoch).unwrap();
    elsewhere.disable().unwrap();
    // As an editor, a restore or a power cut may leave it.
    std::fs::write(&epoch, known).unwrap();
    ring.refresh().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(is_disabled(&here)));
        }
    });
}

#[cfg(target_os = "linux")]
fn housekeepers() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    tasks
        .filter(|task| {
            std::fs::read_to_string(task.as_ref().unwrap().path().join("comm"))
                .is_ok_and(|name| name.trim() == "strongroom")
        })
        .count()
}

/// One thread at most for each keyring; none while nothing changes in a folder, and none once it is closed; a
/// forked child has its own.
#[cfg(target_os = "linux")]
#[test]
fn a_keyring_has_a_thread_only_while_it_needs_one() {
    // In a process of its own: the other tests have threads, too.
    let test = "a_keyring_has_a_thread_only_while_it_needs_one";
    if std::env::var_os("STRONGROOM_ALONE").is_none() {
        let alone = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test])
            .env("STRONGROOM_ALONE", "1")
            .status()
            .unwrap();
        assert!(alone.success());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    Keyring::create(Directory::new(folder.path()), seal())
        .unwrap()
        .create_key("cards", KeySpec::default())
        .unwrap();
    let ring = Keyring::open(Directory::new(folder.path()), seal()).unwrap();
    let key = ring.key("cards").unwrap();
    for _ in 0..8 {
        key.encrypt(b"4111", Aad::NONE).unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(housekeepers(), 0, "nothing had changed");
    let documents = Memory::new();
    let elsewhere =
        Keyring::create(documents.clone(), seal()).unwrap().create_key("cards", KeySpec::default()).unwrap();
    let watched = Keyring::open(Way::to(&documents, Looks::Watched, true), seal()).unwrap();
    let here = watched.key("cards").unwrap();
    let sees = |version: &str| {
        let (here, version) = (here.clone(), version.to_owned());
        ends("seeing a change", move || {
            while !here.encrypt(b"4111", Aad::NONE).unwrap().contains(&version) {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
    };
    here.encrypt(b"4111", Aad::NONE).unwrap();
    elsewhere.rotate().unwrap();
    sees(":v2:");
    assert_eq!(housekeepers(), 1);
    // SAFETY: the child calls what a child of a program with threads may call here: the library is made for
    // that, and glibc's allocator is.
    match unsafe { libc::fork() } {
        0 => {
            let mut seen = false;
            elsewhere.rotate().unwrap();
            for _ in 0..1000 {
                seen |= here.encrypt(b"4111", Aad::NONE).is_ok_and(|text| text.contains(":v3:"));
                std::thread::sleep(Duration::from_millis(5));
            }
            // SAFETY: it ends the child at once, without the parent's destructors.
            unsafe { libc::_exit(i32::from(!seen)) }
        }
        child => {
            let mut status = 0;
            // SAFETY: `status` is there for the call.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            assert_eq!(status, 0, "the child did not see the change");
        }
    }
    watched.close();
    ends("the thread", || {
        while housekeepers() > 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
}

/// A seal that uses the keyring while the keyring asks it: for what needs no seal that works, and for the
/// rest it is told.
#[test]
fn a_seal_that_calls_its_own_keyring_does_not_hang() {
    #[derive(Default)]
    struct Calling {
        ring: Mutex<Option<Keyring>>,
        told: Mutex<Vec<Result<(), Error>>>,
        keys: Mutex<Vec<[u8; 32]>>,
    }
    impl Calling {
        fn call(&self) {
            let ring = self.ring.lock().unwrap().clone();
            let Some(ring) = ring else { return };
            let key = ring.key("cards").and_then(|key| key.encrypt(b"4111", Aad::NONE).map(drop));
            let created = ring.create_key("new", KeySpec::default()).map(drop);
            let rotated = ring.key("cards").and_then(|key| key.rotate().map(drop));
            self.told.lock().unwrap().extend([key, created, rotated]);
        }
    }
    impl SealProvider for Calling {
        fn kind(&self) -> &str {
            "calling"
        }
        fn key_id(&self) -> &str {
            "one"
        }
        fn wrap(&self, key: &SecretArray<32>, _: &[u8]) -> Result<Vec<u8>, SealError> {
            let number = {
                let mut keys = self.keys.lock().unwrap();
                keys.push(*key.expose());
                keys.len() as u8
            };
            self.call();
            Ok(vec![number])
        }
        fn unwrap(&self, blob: &[u8], _: &[u8]) -> Result<SecretArray<32>, SealError> {
            self.call();
            let key = self.keys.lock().unwrap()[usize::from(blob[0]) - 1];
            SecretArray::copy_of(&key).ok_or(SealError::Refused)
        }
    }
    let (store, module) = (Memory::new(), Arc::new(Calling::default()));
    let first = Keyring::create(store.clone(), Seal::provider(module.clone())).unwrap();
    first.create_key("cards", KeySpec::default()).unwrap();
    let second = Keyring::open(store.clone(), Seal::provider(module.clone())).unwrap();
    second.key("cards").unwrap();
    let other = module.clone();
    ends("a reseal", move || {
        *other.ring.lock().unwrap() = Some(second.clone());
        first.reseal([Seal::provider(other.clone())]).unwrap();
        // Its root key is gone, so this asks the seal, which calls this keyring.
        second.refresh().unwrap();
        second.key("cards").unwrap().rotate().unwrap();
    });
    let told = module.told.lock().unwrap();
    assert!(told.len() >= 6, "{told:?}");
    assert!(told.iter().any(Result::is_ok), "{told:?}");
    assert!(
        told.iter()
            .flat_map(|told| told.as_ref().err())
            .any(|error| matches!(error, Error::SealFailed { reason } if reason.contains("the seal"))),
        "{told:?}"
    );
}
