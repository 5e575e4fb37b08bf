//! Threads of one process on one keyring: nobody is refused because another was faster.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use strongroom::{Aad, Directory, KeyConfig, KeySpec, KeyType, Keyring, Memory, Store};
use strongroom_tests::process::{Place, seal};
use strongroom_tests::soak::scaled;

#[test]
fn eight_threads_change_and_use_one_key_in_memory() {
    everyone_at_once(Memory::new(), scaled(40, 200));
}

#[test]
fn eight_threads_change_and_use_one_key_in_a_folder() {
    let place = Place::in_memory();
    everyone_at_once(Directory::new(place.keys()), scaled(25, 100));
}

/// Two keyrings as two processes would have them, four threads on each.
fn everyone_at_once(store: impl Store + Clone + 'static, rounds: u64) {
    let rings = [Keyring::create(store.clone(), seal()).unwrap(), Keyring::open(store, seal()).unwrap()];
    rings[0].create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let (versions, encryptions, shared) =
        (Mutex::new(BTreeSet::new()), AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (ring, versions, encryptions, shared) =
                (&rings[thread % 2], &versions, &encryptions, &shared);
            scope.spawn(move || {
                let key = ring.key("cards").unwrap();
                for round in 0..rounds {
                    assert!(
                        versions.lock().unwrap().insert(key.rotate().unwrap().get()),
                        "a version was made twice"
                    );
                    key.configure(
                        KeyConfig::new().label(format!("thread{thread}"), Some((round + 1).to_string())),
                    )
                    .unwrap();
                    let made: Vec<_> = (0..8).map(|_| key.encrypt(b"x", Aad::NONE).unwrap()).collect();
                    encryptions.fetch_add(8, Relaxed);
                    let others = std::mem::replace(&mut *shared.lock().unwrap(), made);
                    others.iter().for_each(|ciphertext| {
                        assert_eq!(key.decrypt(ciphertext, Aad::NONE).unwrap().expose(), b"x")
                    });
                    match round % 5 {
                        0 => assert!(ring.check().unwrap().faults.is_empty()),
                        1 => drop(ring.snapshot_bytes().unwrap()),
                        2 => drop(ring.key_or_create(&format!("new{round}"), KeySpec::default()).unwrap()),
                        3 => ring.refresh().unwrap(),
                        _ => assert!(ring.rotate_due().unwrap().is_empty()),
                    }
                    key.info().unwrap();
                }
            });
        }
    });
    let rotations = 8 * u32::try_from(rounds).unwrap();
    assert_eq!(versions.into_inner().unwrap(), (2..=rotations + 1).collect());
    rings[0].refresh().unwrap();
    let info = rings[0].key("cards").unwrap().info().unwrap();
    assert_eq!(info.latest_version.get(), rotations + 1);
    assert!(
        info.labels.len() == 8 && info.labels.values().all(|done| *done == rounds.to_string()),
        "{:?}",
        info.labels
    );
    let counted: u64 = info.versions.iter().map(|version| version.uses.unwrap()).sum();
    println!("threads: {rotations} rotations, {encryptions:?} encryptions, {counted} leased");
    assert!(counted >= encryptions.into_inner());
}
