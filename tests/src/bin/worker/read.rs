//! Reads whatever it can until it is killed.

use crate::peers::{Peers, encrypted};
use crate::{Job, may, must};
use strongroom::{Aad, Error, Keyring};

pub(crate) fn run(mut job: Job) {
    let ring = job.open();
    println!("open");
    let mut peers = Peers::new(job.log.parent().expect("a folder").to_owned());
    loop {
        job.still_alive();
        let lines = peers.news();
        let found: Vec<_> = lines.iter().filter_map(|line| encrypted(line)).collect();
        let first = job.dice.below(found.len() as u64 + 1) as usize;
        let opened = found.iter().skip(first).take(100).filter(|line| open(&ring, line)).count();
        println!("opened {opened}");
        match job.dice.below(8) {
            0 | 1 => check(&ring),
            2 => println!("listed {}", must("keys", ring.keys()).len()),
            3 => println!("snapshot {}", must("snapshot", ring.snapshot_bytes()).len()),
            _ => std::thread::sleep(std::time::Duration::from_millis(1)),
        }
    }
}

/// Whether a ciphertext opened, and was not of a version that was trimmed.
fn open(ring: &Keyring, (key, ciphertext, text): &(&str, &str, &str)) -> bool {
    let key = must("key", ring.key(key));
    let result = key.decrypt(ciphertext, Aad::from("aad"));
    match may(&format!("decrypt {ciphertext}"), result, |error| *error == Error::VersionTooOld) {
        Some(plaintext) if plaintext.expose() == text.as_bytes() => true,
        Some(_) => {
            println!("failed decrypt {ciphertext}: another plaintext");
            false
        }
        None => false,
    }
}

fn check(ring: &Keyring) {
    match must("check", ring.check()).faults.as_slice() {
        [] => println!("checked"),
        faults => println!("failed check: {faults:?}"),
    }
}
