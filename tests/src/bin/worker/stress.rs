//! Everything that meets at the root document, a number of times: reseals, trims, restores, deletions and
//! encryptions that are counted, among the other changes.

use crate::write::one;
use crate::{Job, may, must};
use strongroom::{Aad, Error, KeySpec, KeyType, Keyring};
use strongroom_tests::process::seal;

pub(crate) fn run(mut job: Job) {
    let ring = job.open();
    let steps = job.number(1);
    for step in 0..steps {
        match job.dice.below(8) {
            0 => {
                must("reseal", ring.reseal([seal()]));
                println!("resealed");
            }
            1 => restore(&ring, &format!("r-{:016x}-{step}", job.seed)),
            2 => look(&ring),
            _ => one(&mut job, &ring, step),
        }
    }
    ring.close();
    println!("done {steps}");
}

/// A key is lost and comes back from its backup, which says what it has encrypted.
fn restore(ring: &Keyring, name: &str) {
    let spec = KeySpec::new(KeyType::Aes256Gcm96).deletion_allowed(true);
    let key = must("create", ring.create_key(name, spec));
    println!("created {name}");
    let ciphertexts: Vec<_> = (0..3).map(|_| must("encrypt", key.encrypt(name, Aad::NONE))).collect();
    let backup = must("backup", key.backup(seal()));
    must("delete", ring.delete_key(name));
    let key = must("restore", ring.restore_key(&backup, seal(), None));
    for ciphertext in ciphertexts {
        let plaintext = must("decrypt", key.decrypt(&ciphertext, Aad::NONE));
        if plaintext.expose() != name.as_bytes() {
            println!("failed decrypt {ciphertext}: another plaintext");
        }
    }
    must("encrypt", key.encrypt(name, Aad::NONE));
    let uses = must("info", key.info()).versions[0].uses;
    if uses < Some(1 << 31) {
        println!("failed: {uses:?} encryptions are counted for {name} after its restoration");
    }
    println!("restored {name}");
}

/// What takes a moment of the whole keyring.
fn look(ring: &Keyring) {
    println!("listed {}", must("keys", ring.keys()).len());
    println!("snapshot {}", must("snapshot", ring.snapshot_bytes()).len());
    must("rotate_due", ring.rotate_due());
    // Another may have deleted the key meanwhile.
    may("witness", ring.witness(), |error| matches!(error, Error::Conflict));
    match must("check", ring.check()).faults.as_slice() {
        [] => println!("checked"),
        faults => println!("failed check: {faults:?}"),
    }
}
