//! Memory that changes while a call reads or writes it.

use crate::toolchain::{program, run};
use std::process::Command;

/// Every kind of input that is named, alone: a fault names it. With `STRONGROOM_SOAK=1` each takes its time.
fn meanwhile(kinds: &[&str]) {
    let soak = std::env::var_os("STRONGROOM_SOAK").is_some_and(|on| on == "1");
    let program = program("bindings/c/tests/meanwhile.c", "meanwhile", &[], false);
    for kind in kinds {
        let folder = tempfile::tempdir().unwrap();
        let output = run(Command::new(&program)
            .args([*kind, if soak { "5" } else { "0.05" }])
            .arg(folder.path().join("keys")));
        println!("{kind}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn what_is_encrypted_is_what_was_there_once() {
    meanwhile(&["convergent", "siv", "plaintext"]);
}

#[test]
fn what_is_bound_is_what_was_there_once() {
    meanwhile(&["aad", "map"]);
}

#[test]
fn what_is_signed_is_what_was_there_once() {
    meanwhile(&["sign", "hmac"]);
}

#[test]
fn what_is_indexed_is_what_was_there_once() {
    meanwhile(&["index"]);
}

#[test]
fn what_is_decrypted_and_given_back_is_what_was_authenticated() {
    meanwhile(&["ciphertext", "convergent-ciphertext", "text", "token", "backup", "witness"]);
}

#[test]
fn what_is_written_is_not_read_again() {
    meanwhile(&["output", "convergent-output"]);
}
