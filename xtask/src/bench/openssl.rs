//! `openssl speed`, which signs for a second with each algorithm, as lines of JSON like those of the other
//! programs.

use std::process::Command;

use crate::step::command;

/// What it is asked for, what its line says, and what that is here. Of RSA it signs by PKCS #1 v1.5; PSS
/// takes as long.
const ALGORITHMS: [(&str, &str, &str); 7] = [
    ("ed25519", "(Ed25519)", "ed25519"),
    ("ecdsap256", "(nistp256)", "ecdsa-p256"),
    ("ecdsap384", "(nistp384)", "ecdsa-p384"),
    ("ecdsap521", "(nistp521)", "ecdsa-p521"),
    ("rsa2048", "rsa 2048 bits", "rsa-2048"),
    ("rsa3072", "rsa 3072 bits", "rsa-3072"),
    ("rsa4096", "rsa 4096 bits", "rsa-4096"),
];

pub(super) fn speed() -> Command {
    let mut openssl = command("openssl");
    openssl.args(["speed", "-seconds", "1"]).args(ALGORITHMS.map(|(asked, _, _)| asked));
    openssl
}

/// A line of it ends with signatures and verifications in a second.
pub(super) fn lines(printed: &str) -> String {
    let mut lines = String::new();
    for line in printed.lines() {
        let Some((_, _, name)) = ALGORITHMS.iter().find(|(_, said, _)| line.contains(said)) else { continue };
        let rates: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [.., signed, verified] = rates.as_slice() else { continue };
        for (work, rate) in [("signature", signed), ("verification", verified)] {
            let ns = 1e9 / rate;
            lines +=
                &format!("{{\"work\":\"{work}\",\"size\":64,\"who\":\"openssl {name}\",\"ns\":{ns:.1}}}\n");
        }
    }
    let version = printed.lines().find_map(|line| line.strip_prefix("version: "));
    if let Some(version) = version {
        lines += &format!("{{\"package\":\"openssl\",\"version\":\"{}\"}}\n", version.trim());
    }
    lines
}

#[test]
fn lines_of_openssl_are_read() {
    let printed = "\
version: 3.0.17
                  sign    verify    sign/s verify/s
rsa 2048 bits 0.000500s 0.000016s   2000.0  62500.0
                              sign    verify    sign/s verify/s
 256 bits ecdsa (nistp256)   0.0000s   0.0001s  40000.0  12500.0
 253 bits EdDSA (Ed25519)   0.0000s   0.0001s  25000.0  10000.0
";
    let read = lines(printed);
    assert_eq!(read.lines().count(), 7, "{read}");
    for line in [
        r#"{"work":"signature","size":64,"who":"openssl rsa-2048","ns":500000.0}"#,
        r#"{"work":"verification","size":64,"who":"openssl ecdsa-p256","ns":80000.0}"#,
        r#"{"work":"signature","size":64,"who":"openssl ed25519","ns":40000.0}"#,
        r#"{"package":"openssl","version":"3.0.17"}"#,
    ] {
        assert!(read.contains(line), "{read}");
    }
}
