//! Which version an index is stored with: the newest that everybody who searches knows by now.

use crate::{KNOWN_AFTER, emails, raise, seal, v, version_of};
use std::sync::Arc;
use std::time::Duration;
use strongroom::{Key, KeySpec, Keyring, Memory};
use strongroom_tests::clock::Told;

const SECOND: Duration = Duration::from_secs(1);

fn shared() -> (Arc<Told>, Keyring, Key) {
    let clock = Told::at(1_000_000_000);
    let ring = Keyring::builder().clock(clock.clone()).create(Memory::new(), seal()).unwrap();
    let key = ring.create_key("users", KeySpec::default()).unwrap();
    (clock, ring, key)
}

fn written(key: &Key) -> u32 {
    let text = key.index("v", &emails()).unwrap();
    assert!(!key.needs_reindex(&text).unwrap(), "what was written now is as it should be");
    for batch in [
        key.index_batch(["v"], &emails()),
        vec![key.index_prefixes("v", &[1], &emails()).map(|mut all| all.remove(0))],
    ] {
        assert_eq!(
            batch.iter().map(|one| version_of(one.as_ref().unwrap())).collect::<Vec<_>>(),
            [version_of(&text)]
        );
    }
    assert_eq!(version_of(&key.index_ngrams("v", 1, &emails()).unwrap()[0]), version_of(&text));
    version_of(&text)
}

#[test]
fn a_new_version_is_written_once_everybody_knows_it() {
    let (clock, _ring, key) = shared();
    assert_eq!(written(&key), 1, "the only one there is");
    clock.pass(SECOND);
    key.rotate().unwrap();
    let stored = key.index("v", &emails()).unwrap();
    assert_eq!(written(&key), 1);
    clock.pass(KNOWN_AFTER - Duration::from_millis(1));
    assert_eq!(written(&key), 1);
    assert!(!key.needs_reindex(&stored).unwrap());
    clock.pass(Duration::from_millis(1));
    assert_eq!(written(&key), 2);
    assert!(key.needs_reindex(&stored).unwrap());
    assert_eq!(key.indexes("v", &emails()).unwrap().len(), 2);
    assert_eq!(key.indexes("v", &emails()).unwrap()[1], stored);
}

/// One version after the other becomes known, however fast they came.
#[test]
fn of_several_new_ones_the_newest_that_is_known() {
    let (clock, _ring, key) = shared();
    clock.pass(KNOWN_AFTER);
    for _ in 2..=4 {
        key.rotate().unwrap();
        clock.pass(20 * SECOND);
    }
    // Versions 2, 3 and 4 are 60, 40 and 20 seconds old.
    let mut seen = vec![written(&key)];
    for _ in 0..5 {
        clock.pass(10 * SECOND);
        seen.push(written(&key));
    }
    assert_eq!(seen, [1, 2, 2, 3, 3, 4]);
}

#[test]
fn where_none_is_known_the_oldest_that_is_searched() {
    let (clock, _ring, key) = shared();
    clock.pass(SECOND);
    key.rotate().unwrap();
    key.rotate().unwrap();
    assert_eq!(written(&key), 1);
    let stored = key.index("v", &emails()).unwrap();
    raise(&key, 2);
    assert_eq!(written(&key), 2);
    assert!(key.needs_reindex(&stored).unwrap(), "it is found no more");
    raise(&key, 3);
    assert_eq!(written(&key), 3);
}

/// The bound is the keyring's, and that of before for as long as somebody may go by it.
#[test]
fn a_longer_bound_counts_until_everybody_has_seen_the_change() {
    let (clock, ring, key) = shared();
    ring.set_max_staleness(600 * SECOND).unwrap();
    clock.pass(SECOND);
    key.rotate().unwrap();
    clock.pass(609 * SECOND);
    assert_eq!(written(&key), 1);
    ring.set_max_staleness(5 * SECOND).unwrap();
    assert_eq!(written(&key), 1);
    clock.pass(SECOND);
    assert_eq!(written(&key), 2);
    // Lowered, it holds once those who went by the longer one have seen it.
    clock.pass(600 * SECOND);
    key.rotate().unwrap();
    clock.pass(14 * SECOND);
    assert_eq!(written(&key), 2);
    clock.pass(SECOND);
    assert_eq!(written(&key), 3);
}

/// A clock that is set back knows less, and then again as much.
#[test]
fn a_clock_that_goes_back_writes_an_older_version() {
    let (clock, _ring, key) = shared();
    clock.pass(SECOND);
    key.rotate().unwrap();
    clock.pass(KNOWN_AFTER);
    assert_eq!(written(&key), 2);
    clock.set_back(2 * SECOND);
    assert_eq!(written(&key), 1);
    clock.pass(2 * SECOND);
    assert_eq!(written(&key), 2);
}

/// Nobody else can have a keyring in memory alone.
#[test]
fn in_memory_alone_the_newest_is_written_at_once() {
    let key = crate::users();
    key.rotate().unwrap();
    assert_eq!(written(&key), 2);
}

/// What nobody searches for yet can be written all the same, by who says so: to fill a second column before
/// searches go over to it.
#[test]
fn a_version_that_is_named_is_written() {
    let (_clock, _ring, key) = shared();
    key.rotate().unwrap();
    assert_eq!(version_of(&key.index("v", &emails().version(v(2))).unwrap()), 2);
    assert_eq!(written(&key), 1);
}
