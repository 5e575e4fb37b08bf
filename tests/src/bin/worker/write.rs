//! Changes and encrypts whatever it can until it is killed.

use crate::{Job, may, must};
use std::time::{SystemTime, UNIX_EPOCH};
use strongroom::{Aad, Error, Key, KeyConfig, KeySpec, Keyring};

const KEYS: [&str; 3] = ["cards", "notes", "passing"];

pub(crate) fn run(mut job: Job) {
    let ring = job.open();
    println!("open");
    for step in 0u64.. {
        job.still_alive();
        one(&mut job, &ring, step);
    }
}

/// One of the things that can be done.
pub(crate) fn one(job: &mut Job, ring: &Keyring, step: u64) {
    let key = must("key", ring.key(job.dice.of(&KEYS)));
    match job.dice.below(12) {
        0 | 1 => println!("rotated {} {}", name(&key), must("rotate", key.rotate())),
        2 | 3 => label(&key, &job.words[0]),
        4 => create(ring, &format!("k-{:016x}-{step}", job.seed), job.dice.below(2) == 0),
        5 | 6 => trim(&must("key", ring.key("passing")), job.dice.below(4) == 0),
        _ => (0..8).for_each(|round| encrypt(&key, &format!("{:x}-{step}-{round}", job.seed))),
    }
}

fn name(key: &Key) -> String {
    must("info", key.info()).name.to_string()
}

fn encrypt(key: &Key, text: &str) {
    let begun = now();
    let ciphertext = must("encrypt", key.encrypt(text, Aad::from("aad")));
    println!("encrypted {} {ciphertext} {text} {begun}", name(key));
}

/// A label of its own counts what this and its predecessors have done.
fn label(key: &Key, slot: &str) {
    let done: u64 =
        must("info", key.info()).labels.get(slot).map_or(0, |text| text.parse().expect("a number"));
    must("configure", key.configure(KeyConfig::new().label(slot, Some((done + 1).to_string()))));
    println!("labelled {} {slot} {}", name(key), done + 1);
}

fn create(ring: &Keyring, name: &str, delete: bool) {
    must("create", ring.create_key(name, KeySpec::default().deletion_allowed(true)));
    println!("created {name}");
    if delete {
        println!("deleting {name}");
        must("delete", ring.delete_key(name));
        println!("deleted {name}");
    }
}

/// Destroys the versions that were closed long enough ago, or tries to destroy those that were not; closes
/// others when there are none.
fn trim(key: &Key, too_early: bool) {
    let info = must("info", key.info());
    let closed = info.min_decryption_version;
    if closed.get() > info.min_available_version.max(1) && !too_early {
        // Not yet, or another was faster.
        if may("trim", key.trim(closed), refused).is_some() {
            println!("trimmed {closed} {}", now());
        }
        return;
    }
    let latest = info.latest_version;
    let window = KeyConfig::new().min_encryption_version(Some(latest)).min_decryption_version(latest);
    let is_closed = may("configure the window", key.configure(window), refused).is_some();
    if is_closed && too_early && may("trim", key.trim(latest), refused).is_some() {
        println!("trimmed {latest} {}", now());
    }
}

/// Another may have gone further already, or have rotated meanwhile.
fn refused(error: &Error) -> bool {
    matches!(error, Error::InvalidWindow { .. })
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    u64::try_from(since.as_nanos()).expect("a date before 2554")
}
