//! Encrypts until it is killed, rotating when a version has encrypted as often as it may.

use crate::{Job, must};
use strongroom::{Aad, Error, Keyring};

pub(crate) fn run(job: Job) {
    let ring = job.open_with(Keyring::builder().usage_limit(job.number(0)));
    let key = must("key", ring.key("counted"));
    println!("open");
    let mut refused = false;
    loop {
        job.still_alive();
        match key.encrypt(b"x", Aad::NONE) {
            Ok(ciphertext) => {
                println!("used {}", version(&ciphertext));
                refused = false;
            }
            // Another may have rotated already: look before doing it once more.
            Err(Error::UsageLimitReached) if !refused => {
                println!("refused");
                must("refresh", ring.refresh());
                refused = true;
            }
            Err(Error::UsageLimitReached) => println!("rotated {}", must("rotate", key.rotate())),
            Err(error) => must("encrypt", Err(error)),
        }
    }
}

/// The number in `vault:v7:…`.
pub(crate) fn version(ciphertext: &str) -> &str {
    ciphertext.split(':').nth(1).and_then(|word| word.strip_prefix('v')).expect("a version")
}
