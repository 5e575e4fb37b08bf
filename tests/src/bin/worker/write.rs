//! Changes and encrypts whatever it can until it is killed.

use crate::{Job, may, must};
use std::time::{SystemTime, UNIX_EPOCH};
use strongroom::{Aad, Error, Key, KeyConfig, KeySpec, Keyring, Version};

const KEYS: [&str; 3] = ["cards", "notes", "passing"];

pub(crate) fn run(mut job: Job) {
    let ring = job.open();
    let slot = job.words[0].clone();
    println!("open");
    for step in 0u64.. {
        job.still_alive();
        let key = must("key", ring.key(job.dice.of(&KEYS)));
        match job.dice.below(12) {
            0 | 1 => println!("rotated {} {}", name(&key), must("rotate", key.rotate())),
            2 | 3 => label(&key, &slot),
            4 => create(&ring, &format!("k-{:016x}-{step}", job.seed), job.dice.below(2) == 0),
            5 | 6 => trim(&must("key", ring.key("passing")), job.dice.below(2) == 0),
            _ => (0..8).for_each(|round| encrypt(&key, &format!("{:x}-{step}-{round}", job.seed))),
        }
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
    let done: u64 = must("info", key.info()).labels.get(slot).map_or(0, |text| text.parse().expect("a number"));
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

/// Destroys the versions that were retired long enough ago, or tries to destroy those that were not.
fn trim(key: &Key, too_early: bool) {
    let (info, then) = (must("info", key.info()), now() - if too_early { 0 } else { 200_000_000 });
    let retired = info.versions.iter().take_while(|version| version.retired.is_some_and(|retired| retired < then)).count();
    let Some(available) = u32::try_from(retired + 1).ok().and_then(Version::new).filter(|version| version.get() > 1) else { return };
    // Another may have gone further already, or have rotated meanwhile.
    let refused = |error: &Error| matches!(error, Error::InvalidWindow { .. });
    let window = KeyConfig::new().min_encryption_version(Some(available)).min_decryption_version(available);
    if may("configure the window", key.configure(window), refused).is_some() && may("trim", key.trim(available), refused).is_some() {
        println!("trimmed {available} {}", now());
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    u64::try_from(since.as_nanos()).expect("a date before 2554")
}
