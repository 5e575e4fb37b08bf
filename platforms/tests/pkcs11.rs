//! Seals by PKCS#11: asked of SoftHSM2, whose module reads where its tokens are from the environment, so each
//! test runs in a process of its own. Where it cannot be had (`strongroom_servers`), a test says so and
//! counts nothing.
#![cfg(feature = "pkcs11")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "pkcs11/names.rs"]
mod names;
#[path = "pkcs11/on_a_token.rs"]
mod on_a_token;

use std::process::Command;
use strongroom_servers::softhsm;

/// Runs a test of `on_a_token` beside a token of its own.
fn run(name: &str) {
    let server = match softhsm::start() {
        Ok(server) => server,
        Err(skipped) => return println!("{skipped}"),
    };
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([&format!("on_a_token::{name}"), "--exact", "--ignored", "--nocapture"]);
    child.envs(server.variables.iter().map(|(name, value)| (*name, value.as_str())));
    let output = child.env("TOKEN_PIN", "1234").env("HOME", server.home()).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}{errors}");
}

#[test]
fn a_key_of_a_token_wraps() {
    run("aes_gcm");
}

#[test]
fn what_is_wrapped_is_bound_to_its_keyring() {
    run("bound");
}

#[test]
fn a_key_pair_of_a_token_wraps() {
    run("rsa_oaep");
}

#[test]
fn threads_share_one_login_and_leave_no_session() {
    run("threads");
}

#[test]
fn what_is_wrong_is_said() {
    run("faults");
}
