//! A reseal that happens between any two steps of somebody else: nothing comes to stand under a root key that
//! is gone, and nobody is told that a document is damaged which is not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use strongroom::{
    Aad, DocName, Error, Expected, Fence, Fencing, KeySpec, KeyType, Keyring, Memory, PutError, Seal, Sealed,
    SecretArray, Store,
};
use strongroom_tests::hooked::{Hooked, Step};

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

struct Two {
    documents: Memory,
    /// Whom the reseal overtakes.
    slow: Keyring,
    store: Hooked,
    fast: Keyring,
}

/// Two handles of a keyring with a counted key, `cards`, that was never used, and another one.
fn two() -> Two {
    let documents = Memory::new();
    let fast = Keyring::create(documents.clone(), seal()).unwrap();
    fast.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    fast.create_key("other", KeySpec::default()).unwrap();
    let store = Hooked::new(documents.clone());
    let slow = Keyring::open(store.clone(), seal()).unwrap();
    slow.key("cards").unwrap();
    slow.key("other").unwrap();
    Two { documents, slow, store, fast }
}

impl Two {
    /// Before step number `skip` of the slow one, the fast one reseals.
    fn overtake(&self, skip: usize) -> Arc<AtomicBool> {
        let (ring, done) = (self.fast.clone(), Arc::new(AtomicBool::new(false)));
        let (has_run, mut left) = (done.clone(), skip);
        self.store.set(move |_, _| {
            if left > 0 {
                left -= 1;
                return false;
            }
            ring.reseal([seal()]).unwrap();
            has_run.store(true, Ordering::Relaxed);
            true
        });
        done
    }

    /// Everything works, for both and for somebody who comes now, and every document stands under the one
    /// root key.
    fn check(&self, at: &str) {
        for ring in [&self.slow, &self.fast, &Keyring::open(self.documents.clone(), seal()).unwrap()] {
            let report = ring.check().unwrap();
            assert!(report.faults.is_empty() && !report.unfinished_reseal, "{at}: {report:?}");
            assert!(ring.keys().unwrap().len() >= 2, "{at}");
            assert!(ring.rotate_due().unwrap().is_empty(), "{at}");
            ring.snapshot_bytes().unwrap_or_else(|error| panic!("{at}: snapshot: {error}"));
            let cards = ring.key("cards").unwrap();
            cards.info().unwrap_or_else(|error| panic!("{at}: info: {error}"));
            let ciphertext =
                cards.encrypt(b"4111", Aad::NONE).unwrap_or_else(|error| panic!("{at}: encrypt: {error}"));
            assert_eq!(cards.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        }
        let newest = root_numbers(&self.documents).into_iter().max().unwrap();
        assert!(
            root_numbers(&self.documents).iter().all(|number| *number == newest),
            "{at}: {:?}",
            root_numbers(&self.documents)
        );
        self.fast.reseal([seal()]).unwrap_or_else(|error| panic!("{at}: reseal: {error}"));
    }
}

/// The root number in the header of each key and usage document (`docs/formats.md`, section 7).
fn root_numbers(documents: &Memory) -> Vec<u32> {
    let all = documents.load_all().unwrap().into_iter().filter(|(name, _)| *name != DocName::Root);
    all.map(|(_, document)| u32::from_be_bytes(document.as_bytes()[20..24].try_into().unwrap())).collect()
}

type Act = fn(&Keyring) -> Result<(), Error>;

const ACTS: [(&str, Act); 13] = [
    ("encrypt, which takes the first lease", |ring| ring.key("cards")?.encrypt(b"4111", Aad::NONE).map(drop)),
    ("create_key", |ring| ring.create_key("new", KeySpec::default()).map(drop)),
    ("rotate", |ring| ring.key("cards")?.rotate().map(drop)),
    ("configure", |ring| {
        ring.key("other")?.configure(strongroom::KeyConfig::new().deletion_allowed(true)).map(drop)
    }),
    ("disable", |ring| ring.key("other")?.disable()),
    ("info", |ring| ring.key("cards")?.info().map(drop)),
    ("keys", |ring| ring.keys().map(|names| assert_eq!(names.len(), 2))),
    ("check", |ring| ring.check().map(|report| assert!(report.faults.is_empty(), "{report:?}"))),
    ("snapshot", |ring| ring.snapshot_bytes().map(drop)),
    ("refresh and decrypt", |ring| {
        ring.refresh()?;
        match ring.key("other")?.decrypt("strongroom:v2:AAAA", Aad::NONE) {
            Err(Error::VersionTooNew) => Ok(()),
            other => panic!("{other:?}"),
        }
    }),
    ("add_seal", |ring| ring.add_seal(Seal::root_key(SecretArray::copy_of(&[9, 1].repeat(16)).unwrap()))),
    ("rewrap_seals", |ring| ring.rewrap_seals([])),
    ("rotate_due", |ring| ring.rotate_due().map(|rotated| assert!(rotated.is_empty()))),
];

#[test]
fn a_reseal_between_any_two_steps_harms_nobody() {
    let mut overtaken = 0;
    for (name, act) in ACTS {
        for skip in 0.. {
            let two = two();
            let done = two.overtake(skip);
            let at = format!("{name}, overtaken at step {skip}");
            act(&two.slow).unwrap_or_else(|error| panic!("{at}: {error}"));
            if !done.load(Ordering::Relaxed) {
                break;
            }
            two.check(&at);
            overtaken += 1;
        }
    }
    assert!(overtaken >= 18, "only {overtaken} places were tried");
}

/// Two reseals: one overtakes the other at each of its steps. Whichever ends last, one root key is left and
/// everything opens with it.
#[test]
fn two_reseals_at_once_leave_one_root_key() {
    for skip in 0..40 {
        let two = two();
        two.slow.key("cards").unwrap().encrypt(b"4111", Aad::NONE).unwrap();
        two.overtake(skip);
        // It may be told that the other has changed what it was about to.
        match two.slow.reseal([seal()]) {
            Ok(_) | Err(Error::Conflict) => {}
            Err(error) => panic!("at step {skip}: {error}"),
        }
        two.fast.reseal([seal()]).unwrap_or_else(|error| panic!("at step {skip}: {error}"));
        two.check(&format!("reseal, overtaken at step {skip}"));
    }
}

/// The one that overtakes is interrupted after each of its writes, so it may have added a root key and have
/// sealed nothing under it yet.
#[test]
fn a_reseal_that_another_interrupts_leaves_nothing_under_a_root_key_that_is_gone() {
    let mut tried = 0;
    for skip in 0.. {
        let before = tried;
        for writes in 0..7 {
            let two = two();
            let done = Arc::new(AtomicBool::new(false));
            let at = format!("overtaken at step {skip} by one that fails after {writes} writes");
            let place = Hooked::new(two.documents.clone());
            let fast = Keyring::open(place.clone(), seal()).unwrap();
            two.store.set({
                let (place, done, mut left) = (place.clone(), done.clone(), skip);
                move |_, _| {
                    if left > 0 {
                        left -= 1;
                        return false;
                    }
                    let (here, mut left) = (place.clone(), writes);
                    place.set(move |step, _| {
                        here.unplug(step == Step::Putting && left == 0);
                        left -= i32::from(step == Step::Putting);
                        left < 0
                    });
                    // To other seals, or it would take the one that is under way for its own, and only finish
                    // that.
                    let _ = fast
                        .reseal([seal(), Seal::root_key(SecretArray::copy_of(&[9, 1].repeat(16)).unwrap())]);
                    place.unplug(false);
                    done.store(true, Ordering::Relaxed);
                    true
                }
            });
            match two.slow.reseal([seal()]) {
                Ok(_) | Err(Error::Conflict) => {}
                Err(error) => panic!("{at}: {error}"),
            }
            if !done.load(Ordering::Relaxed) {
                break;
            }
            tried += 1;
            let now = Keyring::open(two.documents.clone(), seal()).unwrap();
            let report = now.check().unwrap();
            assert!(report.faults.is_empty(), "{at}: {report:?}");
            now.key("cards").unwrap_or_else(|error| panic!("{at}: {error}"));
            two.fast.reseal([seal()]).unwrap_or_else(|error| panic!("{at}: {error}"));
            two.check(&at);
        }
        if tried == before {
            break;
        }
    }
    assert!(tried >= 40, "only {tried} places were tried");
}

/// A store that cannot fence says for how long a write may be under way; a reseal waits for that before it
/// takes the old root key away.
#[test]
fn without_a_fence_a_reseal_waits_for_writes_that_are_under_way() {
    let documents = Memory::new();
    let store = Hooked::new(documents.clone()).without_fence(Fencing::Deadline(Duration::from_millis(150)));
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    ring.create_key("cards", KeySpec::default()).unwrap();
    let late = Keyring::open(store.clone(), seal()).unwrap();
    let key = late.key("cards").unwrap();
    let writer = Arc::new(Mutex::new(None));
    let (other, handle) = (ring.clone(), writer.clone());
    // Sealed under the old root key, and put while the reseal is waiting.
    store.set(move |step, name| {
        let is_it = step == Step::Putting && matches!(name, DocName::Key(_));
        if is_it {
            let other = other.clone();
            *handle.lock().unwrap() = Some(std::thread::spawn(move || other.reseal([seal()]).unwrap()));
            std::thread::sleep(Duration::from_millis(50));
        }
        is_it
    });
    key.rotate().unwrap();
    writer.lock().unwrap().take().unwrap().join().unwrap();
    assert_eq!(root_numbers(&documents), [2]);
    let report = Keyring::open(store, seal()).unwrap().check().unwrap();
    assert!(report.faults.is_empty(), "{report:?}");
}

#[test]
fn every_store_looks_at_the_fence() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Box<dyn Store>; 2] =
        [Box::new(Memory::new()), Box::new(strongroom::Directory::new(folder.path()))];
    for store in stores {
        let document = |byte: u8| Sealed::from_stored(vec![byte; 9]);
        let (absent, name) = (Fence::new(Expected::Absent), DocName::from_file_name("key-cards.sr").unwrap());
        // Without a root document, as in a restore.
        let key = store.put_if(&name, &document(1), Expected::Absent, absent).unwrap();
        let root = store.put_if(&DocName::Root, &document(2), Expected::Absent, absent).unwrap();
        let under = |root| Fence::new(Expected::Revision(root));
        assert_eq!(
            store.put_if(&name, &document(3), Expected::Revision(key), absent),
            Err(PutError::Conflict)
        );
        let key = store.put_if(&name, &document(3), Expected::Revision(key), under(root)).unwrap();
        let next = store.put_if(&DocName::Root, &document(4), Expected::Revision(root), under(root)).unwrap();
        assert_eq!(
            store.put_if(&name, &document(5), Expected::Revision(key), under(root)),
            Err(PutError::Conflict)
        );
        assert_eq!(store.load(&name).unwrap().unwrap().0.as_bytes(), [3; 9]);
        store.put_if(&name, &document(5), Expected::Revision(key), under(next)).unwrap();
    }
}
