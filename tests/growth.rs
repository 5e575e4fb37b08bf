//! What a keyring keeps grows with the keys that there are, not with the names that it is asked for; and one
//! key more costs what the others did. Counted in allocations, not in time.

use allocation_counter::{AllocationInfo, measure};
use strongroom::{Directory, Error, Import, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray};

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

/// How many names are asked for.
const NAMES: usize = 20_000;

/// What a hundred calls take, the numbers of which begin at one.
fn hundred(from: usize, call: &mut dyn FnMut(&str)) -> AllocationInfo {
    let names: Vec<_> = (from..from + 100).map(|number| format!("name-{number:06}")).collect();
    measure(|| names.iter().for_each(|name| call(name)))
}

/// Asks for many names: nothing of them is left, and the last ones cost what the first did.
fn leaves_nothing(what: &str, mut call: impl FnMut(&str) -> Error, expected: Error) {
    let said = |error: &Error| (error.number(), error.detail());
    let mut refused = |name: &str| assert_eq!(said(&call(name)), said(&expected), "{what}");
    // What is made once, such as the thread's place among the readers of a map.
    hundred(0, &mut refused);
    let first = hundred(100, &mut refused);
    let all = measure(|| {
        for from in (200..NAMES).step_by(100) {
            hundred(from, &mut refused);
        }
    });
    let last = hundred(NAMES, &mut refused);
    println!(
        "{what}: {} bytes a name at first, {} at last, {} left of {NAMES}",
        first.bytes_total / 100,
        last.bytes_total / 100,
        all.bytes_current
    );
    assert_eq!((all.count_current, all.bytes_current), (0, 0), "{what}: something is left behind");
    assert!(
        last.bytes_total <= first.bytes_total + first.bytes_total / 10,
        "{what}: it was {first:?} and is {last:?}"
    );
}

#[test]
fn names_that_do_not_exist_leave_nothing_behind() {
    let ring = Keyring::create(Memory::new(), seal()).unwrap();
    ring.create_key("cards", KeySpec::default()).unwrap();
    ring.create_key("gone", KeySpec::default().deletion_allowed(true)).unwrap();
    ring.delete_key("gone").unwrap();
    let absent = ring.key("absent").unwrap_err();
    leaves_nothing("key", |name| ring.key(name).unwrap_err(), absent.clone());
    leaves_nothing("delete_key", |name| ring.delete_key(name).unwrap_err(), absent);
    let impossible = || KeySpec::new(KeyType::Ed25519).convergent(true);
    let refusal = impossible_refusal(&ring);
    leaves_nothing("create_key", |name| ring.create_key(name, impossible()).unwrap_err(), refusal.clone());
    leaves_nothing("key_or_create", |name| ring.key_or_create(name, impossible()).unwrap_err(), refusal);
    let short = || Import::raw(vec![1; 7]);
    let refusal = ring.import_key("short", short(), KeyType::Aes256Gcm96).unwrap_err();
    leaves_nothing(
        "import_key",
        |name| ring.import_key(name, short(), KeyType::Aes256Gcm96).unwrap_err(),
        refusal,
    );
    let refusal = ring.restore_key(b"no backup", seal(), Some("bad")).unwrap_err();
    leaves_nothing(
        "restore_key",
        |name| ring.restore_key(b"no backup", seal(), Some(name)).unwrap_err(),
        refusal,
    );
    assert_eq!(ring.keys().unwrap().len(), 1);
}

fn impossible_refusal(ring: &Keyring) -> Error {
    ring.create_key("impossible", KeySpec::new(KeyType::Ed25519).convergent(true)).unwrap_err()
}

/// How many keys there are, and from which one on the cost is compared.
const KEYS: usize = 100_000;
const FEW: usize = 1_000;

/// Makes something of a number, many times, and sees to it that what one costs does not grow with how many
/// there are.
fn is_flat(what: &str, mut call: impl FnMut(&str)) {
    let mut at_first = None;
    for from in (0..KEYS).step_by(100) {
        let used = hundred(from, &mut call);
        if from < FEW {
            continue;
        }
        let first = *at_first.get_or_insert(used.bytes_total);
        // A tree that is deeper by a level or two copies a few hundred bytes more.
        assert!(
            used.bytes_total <= 2 * first,
            "{what}: {} bytes each with {FEW} there, {} with {from}",
            first / 100,
            used.bytes_total / 100
        );
        if from + 100 == KEYS {
            println!(
                "{what}: {} bytes each with {FEW} there, {} with {KEYS}",
                first / 100,
                used.bytes_total / 100
            );
        }
    }
}

#[test]
fn one_key_more_costs_what_the_others_did() {
    let store = Memory::new();
    let ring = Keyring::create(store.clone(), seal()).unwrap();
    is_flat("create_key", |name| drop(ring.create_key(name, KeySpec::default()).unwrap()));
    let another = Keyring::open(store, seal()).unwrap();
    is_flat("key", |name| drop(another.key(name).unwrap()));
    assert_eq!(another.keys().unwrap().len(), KEYS);
}

/// There may be very many, and who lists them works with few. A deleted one is kept, as its tombstone is what
/// an older document is known by.
#[test]
fn a_key_that_is_only_listed_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (memory, directory) = (Memory::new(), Directory::new(folder.path().join("keys")));
    let rings = [
        [Keyring::create(memory.clone(), seal()).unwrap(), Keyring::open(memory, seal()).unwrap()],
        [Keyring::create(directory.clone(), seal()).unwrap(), Keyring::open(directory, seal()).unwrap()],
    ];
    for [made, ring] in rings {
        for number in 0..600 {
            made.create_key(&format!("name-{number}"), KeySpec::default().deletion_allowed(true)).unwrap();
        }
        (0..10).for_each(|number| made.delete_key(&format!("name-{number}")).unwrap());
        let used = ring.key("name-17").unwrap();
        let mut listed = ring.keys().unwrap();
        let left = measure(|| listed = ring.keys().unwrap()).bytes_current;
        assert!(left.abs() < 8192, "{left} bytes are left of {}", listed.len());
        assert!(listed.len() == 590 && listed.contains(&used.name().clone()), "{listed:?}");
        assert_eq!(listed, made.keys().unwrap());
    }
}
