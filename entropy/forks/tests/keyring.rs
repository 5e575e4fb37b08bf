//! Forked children of a process whose threads are in the middle of rotating and encrypting: the handles work,
//! no lease is shared and no nonce is repeated.
//!
//! These tests are here because a fork is `unsafe`. Other than what `children/table.rs` says, a child
//! allocates: `fork` of the C library leaves the allocator usable, and the library takes no lock of its own
//! that a vanished thread could hold.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "what draws nonces without a keyring is for the other tests")]
#[path = "../../tests/children/table.rs"]
mod table;

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use strongroom::{Aad, Directory, Error, Item, Key, KeyInfo, KeySpec, KeyType, Keyring, Memory, Seal};
use table::{Table, child, ended_well, fork};

fn seal() -> Seal {
    strongroom_forks::seal().unwrap()
}

/// The long form, for `cargo xtask soak`.
fn is_soak() -> bool {
    std::env::var_os("STRONGROOM_SOAK").is_some_and(|value| value == "1")
}

/// What a binary ciphertext under a 96-bit nonce shows, in a cell of the table: `1 ‖ u32be version ‖
/// nonce(12)`.
fn seen(ciphertext: &[u8]) -> [u8; 24] {
    let mut cell = [0; 24];
    cell[0] = 1;
    cell[1..17].copy_from_slice(&ciphertext[1..17]);
    cell
}

fn version(cell: &[u8; 24]) -> u32 {
    u32::from_be_bytes(cell[1..5].try_into().unwrap())
}

/// Stops the threads, also when a check fails.
struct AtTheEnd<'a>(&'a AtomicBool);

impl Drop for AtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Encryptions of one child.
const EACH: usize = 20;
/// The smallest lease.
const LEASE: u64 = 256;

#[test]
fn a_thousand_children_of_a_busy_process_share_no_lease_and_repeat_no_nonce() {
    let children = if is_soak() { 20_000 } else { 1_000 };
    let folder = strongroom_forks::folder().unwrap();
    let ring = Keyring::create(Directory::new(folder.path()), seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let before = key.encrypt_binary_item(&Item::plaintext(b"before")).unwrap();
    let table = Table::new(children, EACH);
    let (over, rotations) = (AtomicBool::new(false), AtomicU64::new(0));
    let parents: Vec<_> = std::thread::scope(|scope| {
        let (key, over, rotations) = (&key, &over, &rotations);
        let threads: Vec<_> =
            (0..8).map(|thread| scope.spawn(move || work(key, thread, over, rotations))).collect();
        let end = AtTheEnd(over);
        let mut alive = Vec::new();
        for row in 0..children {
            alive.push(child(fork, || encrypts_and_opens(key, &before, &table, row)));
            if alive.len() == 8 || row + 1 == children {
                assert!(alive.drain(..).all(ended_well), "a child failed or hung");
            }
        }
        drop(end);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let cells = table.cells();
    assert!(cells.iter().all(|cell| cell[0] == 1), "a child encrypted less often than it should");
    let nonces: HashSet<&[u8]> = cells.iter().chain(&parents).map(|cell| &cell[5..17]).collect();
    assert_eq!(nonces.len(), cells.len() + parents.len(), "a nonce was repeated");

    ring.refresh().unwrap();
    let info = key.info().unwrap();
    assert_eq!(u64::from(info.latest_version.get()), 1 + rotations.load(Relaxed));
    let leased = check_leases(&info, &cells, &parents);
    println!(
        "forks: {children} children of 8 threads, {rotations:?} rotations, {} nonces, {leased} leased",
        nonces.len()
    );
    assert!(rotations.into_inner() >= 20 && parents.len() >= 1_000);
    assert!(ring.check().unwrap().faults.is_empty());
}

/// Each child leases for itself, so each version that it encrypts under costs a lease besides what the parent
/// encrypts.
fn check_leases(info: &KeyInfo, cells: &[[u8; 24]], parents: &[[u8; 24]]) -> u64 {
    let mut least = BTreeMap::<u32, u64>::new();
    for cell in parents {
        *least.entry(version(cell)).or_default() += 1;
    }
    for row in cells.chunks(EACH) {
        let versions: HashSet<u32> = row.iter().map(version).collect();
        versions.into_iter().for_each(|version| *least.entry(version).or_default() += LEASE);
    }
    for (version, least) in &least {
        let leased = info.versions[*version as usize - 1].uses.unwrap();
        assert!(leased >= *least, "version {version}: {leased} were leased, and at least {least} had to be");
    }
    info.versions.iter().filter_map(|version| version.uses).sum()
}

/// One thread of the parent: encrypts, alone or in a batch, which takes its uses at once, and now and then
/// rotates.
fn work(key: &Key, thread: u64, over: &AtomicBool, rotations: &AtomicU64) -> Vec<[u8; 24]> {
    let mut made = Vec::new();
    for round in 0.. {
        if over.load(Relaxed) {
            break;
        }
        // Documents grow with their versions, so not too many.
        if round % 200 == thread * 25 && rotations.load(Relaxed) < 400 {
            key.rotate().unwrap();
            rotations.fetch_add(1, Relaxed);
        }
        let items = (0..1 + round % 4).map(|_| Item::plaintext(b"parent"));
        for ciphertext in key.encrypt_binary_batch(items) {
            let ciphertext = ciphertext.unwrap();
            assert_eq!(key.decrypt_item(&Item::binary(&ciphertext)).unwrap().expose(), b"parent");
            if made.len() < 50_000 {
                made.push(seen(&ciphertext));
            }
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    made
}

fn encrypts_and_opens(key: &Key, before: &[u8], table: &Table, row: usize) -> bool {
    let mine = (0..EACH).all(|column| match key.encrypt_binary_item(&Item::plaintext(b"child")) {
        Ok(ciphertext) => {
            table.set(row, column, seen(&ciphertext));
            key.decrypt_item(&Item::binary(&ciphertext)).is_ok_and(|plaintext| plaintext.expose() == b"child")
        }
        Err(_) => false,
    });
    mine && key.decrypt_item(&Item::binary(&before)).is_ok_and(|plaintext| plaintext.expose() == b"before")
}

#[test]
fn handles_do_everything_in_a_forked_child() {
    let folder = strongroom_forks::folder().unwrap();
    let ring = Keyring::create(Directory::new(folder.path()), seal()).unwrap();
    let cards = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let tenants = ring.create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let acme = tenants.context("acme").unwrap();
    let (old, of_acme) =
        (cards.encrypt(b"old", Aad::NONE).unwrap(), acme.encrypt(b"acme", Aad::NONE).unwrap());
    let leased = |version: usize| cards.info().unwrap().versions[version - 1].uses.unwrap();
    assert_eq!(leased(1), LEASE);

    let works = || -> Result<bool, Error> {
        let ours = cards.encrypt(b"child", Aad::NONE)?;
        if leased(1) != 2 * LEASE {
            return Ok(false);
        }
        cards.rotate()?;
        let rewrapped = cards.rewrap(&old, Aad::NONE)?;
        ring.create_key("made-by-a-child", KeySpec::default())?;
        let opened = [
            cards.decrypt(&ours, Aad::NONE)?,
            cards.decrypt(&rewrapped, Aad::NONE)?,
            acme.decrypt(&of_acme, Aad::NONE)?,
        ];
        let new = acme.encrypt(b"new", Aad::NONE)?;
        let all = opened.iter().map(|plaintext| plaintext.expose()).eq([&b"child"[..], b"old", b"acme"]);
        let all = all && acme.decrypt(new, Aad::NONE)?.expose() == b"new" && ring.check()?.faults.is_empty();
        ring.close();
        Ok(all && cards.encrypt(b"x", Aad::NONE) == Err(Error::Closed))
    };
    assert!(ended_well(child(fork, || works() == Ok(true))));

    // The child rotated and closed: it gave back all but one of its lease of each version. The parent still
    // has its own of version 1.
    assert_eq!(ring.key("made-by-a-child").unwrap().info().unwrap().latest_version.get(), 1);
    ring.refresh().unwrap();
    assert_eq!((cards.info().unwrap().latest_version.get(), leased(1), leased(2)), (2, LEASE + 1, 1));
    cards.encrypt(b"parent", Aad::NONE).unwrap();
    assert_eq!(leased(2), 1 + LEASE);

    // A child that closes gives back what is left of its own lease, and nothing of the parent's.
    let closes = || {
        cards.encrypt(b"child", Aad::NONE).is_ok() && leased(2) == 1 + 2 * LEASE && {
            ring.close();
            true
        }
    };
    assert!(ended_well(child(fork, closes)));
    assert_eq!(leased(2), 1 + LEASE + 1);
    assert!(ended_well(child(fork, || {
        ring.close();
        true
    })));
    assert_eq!(leased(2), 1 + LEASE + 1);
    ring.close();
    let again = Keyring::open(Directory::new(folder.path()), seal()).unwrap();
    assert_eq!(
        again.key("cards").unwrap().info().unwrap().versions[1].uses,
        Some(3),
        "one each of the parent and of two children"
    );
}

/// A child that is forked while threads sign, and that signs itself with keys that these threads use.
#[test]
fn children_sign_while_threads_of_the_parent_do() {
    let children = if is_soak() { 5_000 } else { 100 };
    let ring = Keyring::create(Memory::new(), seal()).unwrap();
    let types =
        [KeyType::Ed25519, KeyType::EcdsaP256, KeyType::EcdsaP384, KeyType::EcdsaP521, KeyType::MlDsa44];
    let keys = types.map(|key_type| ring.create_key(key_type.name(), key_type).unwrap());
    let signs = |key: &Key| key.sign(b"m").is_ok_and(|signature| key.verify(b"m", &signature).is_ok());
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _at_the_end = AtTheEnd(&over);
        for at in 0..2 {
            let (keys, over) = (&keys, &over);
            scope.spawn(move || {
                for key in keys.iter().cycle().skip(at).take_while(|_| !over.load(Relaxed)) {
                    assert!(signs(key));
                }
            });
        }
        for _ in 0..children {
            assert!(ended_well(child(fork, || keys.iter().all(signs))));
        }
    });
}

/// The child would seal the next chunk under the nonce of the parent's. It reads on, and writes streams that
/// it begins.
#[test]
fn a_stream_is_written_on_by_the_parent_alone() {
    let key = Keyring::in_memory().create_key("exports", KeyType::Xaes256Gcm).unwrap();
    let message = vec![7; 50_000];
    let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE).unwrap();
    writer.write_all(&message).unwrap();
    let before = key.encrypt_writer(Vec::new(), Aad::NONE).unwrap().finish().unwrap();
    let mut reader = key.decrypt_reader(&before[..], Aad::NONE).unwrap();
    let closed = |error: std::io::Error| Error::inside(&error) == Some(&Error::Closed);
    let (of_child, of_parent) = (&mut writer, &mut reader);
    assert!(ended_well(child(fork, || {
        let writes = of_child.write(b"child").is_err_and(closed) && of_child.flush().is_err_and(closed);
        let own = key.encrypt_writer(Vec::new(), Aad::NONE).is_ok_and(|own| own.finish().is_ok());
        writes && own && of_parent.read_to_end(&mut Vec::new()).is_ok()
    })));
    let mut finishing = Some(writer);
    assert!(ended_well(child(fork, || finishing
        .take()
        .is_some_and(|writer| writer.finish().is_err_and(closed)))));
    let mut out = Vec::new();
    let file = finishing.unwrap().finish().unwrap();
    key.decrypt_reader(&file[..], Aad::NONE).unwrap().read_to_end(&mut out).unwrap();
    assert!(out == message);
}

/// Parent and child go on from the same pool of nonces, and draw others.
#[test]
fn tokens_of_a_child_are_others_than_those_of_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let hour = Duration::from_secs(3600);
    for spec in [KeySpec::default(), KeySpec::default().derived(true)] {
        let is_derived = spec == KeySpec::default().derived(true);
        let key = Keyring::in_memory().create_key("sessions", spec).unwrap();
        let view = if is_derived { key.context("acme").unwrap() } else { (*key).clone() };
        let before = view.issue("user-17", hour, Aad::NONE).unwrap();
        let path = folder.path().join("of-child");
        assert!(ended_well(child(fork, || {
            let own = view.issue("user-17", hour, Aad::NONE);
            view.redeem(&before, Aad::NONE).is_ok() && own.is_ok_and(|own| std::fs::write(&path, own).is_ok())
        })));
        let of_child = std::fs::read_to_string(&path).unwrap();
        let of_parent = view.issue("user-17", hour, Aad::NONE).unwrap();
        assert!(view.redeem(&of_child, Aad::NONE).is_ok() && view.redeem(&of_parent, Aad::NONE).is_ok());
        // The nonce is in the characters from the eleventh on.
        let nonces: HashSet<&str> = [&before, &of_child, &of_parent].map(|token| &token[11..40]).into();
        assert_eq!(nonces.len(), 3);
    }
}
