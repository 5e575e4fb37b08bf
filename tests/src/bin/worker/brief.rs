//! Encrypts a few times and ends, with or without giving back what is left of its lease.

use crate::count::version;
use crate::{Job, must};
use strongroom::{Aad, Keyring};

pub(crate) fn run(job: Job) {
    let ring = job.open_with(Keyring::builder());
    let key = must("key", ring.key("counted"));
    for _ in 0..job.number(0) {
        println!("used {}", version(&must("encrypt", key.encrypt(b"x", Aad::NONE))));
    }
    if job.words[1] == "close" {
        ring.close();
    }
    // Nothing is dropped.
    std::process::exit(0);
}
