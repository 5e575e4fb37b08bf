//! The program in whose memory `tests/zeroing.rs` searches: uses a keyring in every way, closes it, and
//! waits.
//!
//! It reads masked secrets and commands, and writes the secrets that were made here, masked too, so that what
//! a search finds is what the library left behind.
#![forbid(unsafe_code)]

mod captor;
mod last;
mod work;

use std::io::BufRead;
use std::sync::mpsc::channel;
use strongroom::{Directory, Keyring, Seal, SecretArray, SecretBytes};
use strongroom_tests::closing::{Case, mask, unmask, unmask_into};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let mut lines = std::io::stdin().lock().lines().map(|line| line.expect("a line"));
    let mut next = || lines.next().expect("another line");
    let (sealing, passphrase, plaintext) = (next(), next(), next());
    let materials: Vec<String> = Case::all().iter().map(|_| next()).collect();

    let root_key = || root_key(&sealing);
    let passphrase = || Seal::passphrase(SecretBytes::new(unmask(&passphrase)));
    let first = Keyring::create(Directory::new(&folder), root_key()).expect("a keyring");
    println!("keyring {}", mask(first.id().as_bytes()));
    first.add_seal(captor::seal("root 1")).expect("a further seal");
    first.add_seal(passphrase()).expect("a further seal");

    let root = std::fs::read(std::path::Path::new(&folder).join("root.sr")).expect("a root document");
    println!("root {}", root.iter().map(|byte| format!("{byte:02x}")).collect::<String>());

    // Half of the keys are worked with by a thread that lives on, since its stack does too.
    let (done, is_done) = channel();
    let (_alive, wait) = channel::<()>();
    let work = work::Work { folder: folder.clone(), plaintext, materials };
    let (even, odd): (Vec<Case>, Vec<Case>) = Case::all().into_iter().partition(|case| case.index % 2 == 0);
    let ring = first.clone();
    let here = work.clone();
    std::thread::spawn(move || {
        let local = 0u8;
        println!("stack worker {}", std::ptr::from_ref(&local) as usize);
        let kept = work.run(&ring, &odd);
        done.send(kept.len()).expect("a main thread");
        let _ = wait.recv();
    });
    is_done.recv().expect("a worker");
    let local = 0u8;
    println!("stack main {}", std::ptr::from_ref(&local) as usize);
    let kept = here.run(&first, &even);

    let second = Keyring::open(Directory::new(&folder), passphrase()).expect("the keyring");
    second.reseal([root_key(), captor::seal("root 2")]).expect("a new root key");
    second.key("key-0").expect("a key").info().expect("what it is");
    first.refresh().expect("a look");
    for case in Case::all() {
        first.key(&case.name()).expect("a key").hmac(b"message").expect("a mac");
    }

    let parked = last::park(&first, &folder, &sealing);

    let mut say = |what: &str| {
        println!("{what}");
        assert_eq!(next(), "go on");
    };
    say("open");
    first.close();
    second.close();
    say("closed");
    drop((first, second, kept, parked));
    say("dropped");
    std::process::abort();
}

/// A seal whose key is masked.
fn root_key(masked: &str) -> Seal {
    let mut key = SecretArray::zeroed();
    unmask_into(masked, key.expose_mut());
    Seal::root_key(key)
}
