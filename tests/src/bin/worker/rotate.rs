//! Rotates one key a number of times, encrypting and opening what the others encrypt.

use crate::peers::{Peers, encrypted};
use crate::{Job, must};
use strongroom::{Aad, Key, KeyConfig, Keyring};

pub(crate) fn run(job: Job) {
    let ring = job.open_with(Keyring::builder());
    let key = must("key", ring.key("cards"));
    let (rotations, slot) = (job.number(0), &job.words[1]);
    let mut peers = Peers::new(job.log.parent().expect("a folder").to_owned());
    for round in 1..=rotations {
        println!("rotated {}", must("rotate", key.rotate()));
        must("configure", key.configure(KeyConfig::new().label(slot, Some(round.to_string()))));
        for number in 0..4 {
            let text = format!("{slot}-{round}-{number}");
            println!("encrypted cards {} {text}", must("encrypt", key.encrypt(&text, Aad::NONE)));
        }
        open(&key, &peers.news());
    }
    open(&key, &peers.news());
    ring.close();
    println!("done {rotations}");
}

fn open(key: &Key, lines: &[String]) {
    let mut opened = 0;
    for (_, ciphertext, text) in lines.iter().filter_map(|line| encrypted(line)) {
        let plaintext = must(&format!("decrypt {ciphertext}"), key.decrypt(ciphertext, Aad::NONE));
        if plaintext.expose() != text.as_bytes() {
            println!("failed decrypt {ciphertext}: another plaintext");
        }
        opened += 1;
    }
    println!("opened {opened}");
}
