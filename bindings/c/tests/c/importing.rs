//! Keys that OpenSSL made, imported in C, and signatures of theirs that it verifies.

use crate::sanitized::under_valgrind;
use crate::toolchain::{is_installed, run};
use crate::touched::touched;
use std::path::Path;
use std::process::Command;

pub(crate) fn openssl(folder: &Path, arguments: &str) {
    run(Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder));
}

const PAIRS: [(&str, &str); 5] = [
    ("ecdsa-p256", "ecparam -name prime256v1 -genkey -noout"),
    ("ecdsa-p384", "ecparam -name secp384r1 -genkey"),
    ("ecdsa-p521", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521"),
    ("ed25519", "genpkey -algorithm ed25519"),
    ("second", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
];

#[test]
fn keys_come_in_as_openssl_writes_them() {
    if !is_installed("openssl") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (name, made) in PAIRS {
        openssl(at, &format!("{made} -out {name}.pem"));
        openssl(at, &format!("pkey -in {name}.pem -outform DER -out {name}.der"));
        openssl(at, &format!("pkey -in {name}.pem -pubout -out {name}.pub"));
    }
    openssl(at, "genpkey -algorithm ed25519 -aes-256-cbc -pass pass:hunter2 -out encrypted.pem");
    let output = run(Command::new(touched("bindings/c/tests/importing.c", "importing", &[])).arg(at));
    println!("{}", String::from_utf8_lossy(&output.stdout));
    std::fs::write(at.join("message"), "m").unwrap();
    for (name, _) in &PAIRS[..4] {
        openssl(at, &format!("base64 -d -A -in {name}.sig -out signature"));
        let verify = if *name == "ed25519" {
            format!("pkeyutl -verify -pubin -inkey {name}.pub -rawin -in message -sigfile signature")
        } else {
            format!("dgst -sha256 -verify {name}.pub -signature signature message")
        };
        openssl(at, &verify);
    }
    let set = std::fs::read_to_string(at.join("jwks.json")).unwrap();
    let set: serde_json::Value = serde_json::from_str(&set).unwrap();
    assert_eq!(set["keys"].as_array().unwrap().len(), 2);
    under_valgrind("importing", &[at.as_os_str(), "without-wrapping".as_ref()]);
}
