//! Requests that are made in C, which OpenSSL takes, and the certificates that it issues.

use crate::importing::openssl;
use crate::sanitized::under_valgrind;
use crate::toolchain::{is_installed, run};
use crate::touched::touched;
use std::path::Path;
use std::process::Command;

const SETTINGS: &str = "[req]\ndistinguished_name=dn\nreq_extensions=ex\nprompt=no\n\
    [dn]\nC=DE\nCN=tls.example\n[ex]\nsubjectAltName=DNS:tls.example\n";

fn issue(at: &Path) {
    for name in ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519"] {
        openssl(at, &format!("req -in {name}.csr -noout -verify"));
        let issued = format!(
            "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -copy_extensions copyall -out {name}.own"
        );
        openssl(at, &issued);
        let read = |file: &str| std::fs::read_to_string(at.join(file)).unwrap();
        std::fs::write(at.join(format!("{name}.pem")), read(&format!("{name}.own")) + &read("ca.pem"))
            .unwrap();
        let text = run(Command::new("openssl")
            .args(["x509", "-noout", "-text", "-in", &format!("{name}.pem")])
            .current_dir(at));
        let text = String::from_utf8(text.stdout).unwrap();
        assert!(text.contains("CN = tls.example") && text.contains("DNS:tls.example"), "{text}");
    }
}

#[test]
fn openssl_issues_what_c_asks_for() {
    if !is_installed("openssl") {
        return;
    }
    let program = touched("bindings/c/tests/certificates.c", "certificates", &[]);
    for with_valgrind in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        std::fs::write(at.join("settings"), SETTINGS).unwrap();
        openssl(at, "req -x509 -newkey ed25519 -nodes -keyout ca.key -out ca.pem -subj /CN=Root");
        openssl(at, "req -new -newkey ed25519 -nodes -keyout t.key -config settings -out template.pem");
        for step in ["request", "chain"] {
            if with_valgrind {
                under_valgrind("certificates", &[at.as_os_str(), step.as_ref()]);
            } else {
                run(Command::new(&program).args([at.as_os_str(), step.as_ref()]));
            }
            if step == "request" && at.join("ed25519.csr").exists() {
                issue(at);
            }
        }
    }
}
