//! OpenSSL as the authority: it takes requests, and what it issues is kept.

use super::signing;
use std::path::Path;
use std::process::Command;
use strongroom::{KeyType, Keyring};
use strongroom_servers::output;

fn openssl(folder: &Path, arguments: &str) -> Result<String, String> {
    output(Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder))
}

const SETTINGS: &str = "[req]\ndistinguished_name=dn\nattributes=at\nreq_extensions=ex\nprompt=no\n\
    [dn]\nC=DE\nO=Example\nCN=tls.example\n[at]\nchallengePassword=word\n\
    [ex]\nsubjectAltName=DNS:tls.example,IP:192.0.2.1\nkeyUsage=critical,digitalSignature\n";

/// What OpenSSL shows of a request between its subject and its signature, without its public key.
fn asked(text: &str) -> (String, String) {
    let subject = text.lines().find(|line| line.trim_start().starts_with("Subject:")).unwrap();
    let (_, attributes) = text.split_once("Attributes:").unwrap();
    (subject.trim().to_owned(), attributes.split("Signature Algorithm:").next().unwrap().to_owned())
}

#[test]
fn openssl_issues_what_is_asked_for_and_finds_it_again() {
    if let Err(error) = openssl(Path::new("."), "version") {
        return println!("SKIPPED: openssl_issues_what_is_asked_for_and_finds_it_again: {error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("settings"), SETTINGS).unwrap();
    let run = |arguments: &str| openssl(at, arguments).unwrap();
    run("req -x509 -newkey ed25519 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 3650");
    run("req -new -newkey ed25519 -nodes -keyout other.key -config settings -out template.pem");
    let template = std::fs::read(at.join("template.pem")).unwrap();
    let wanted = asked(&run("req -in template.pem -noout -text"));
    let ring = Keyring::in_memory();
    let mut issued = 0;
    for key_type in signing() {
        let name = key_type.name();
        let key = ring.create_key(name, key_type).unwrap();
        std::fs::write(at.join("k.csr"), key.certificate_request(Some(&template), None).unwrap()).unwrap();
        let text = run("req -in k.csr -noout -text");
        assert_eq!(asked(&text), wanted, "{name}");
        std::fs::write(at.join("bare.csr"), key.certificate_request(None, None).unwrap()).unwrap();
        let is_new = [KeyType::MlDsa44, KeyType::MlDsa65, KeyType::MlDsa87].contains(&key_type);
        if is_new && openssl(at, "req -in k.csr -noout -verify").is_err() {
            println!("SKIPPED: {name} needs OpenSSL 3.5");
            continue;
        }
        run("req -in k.csr -noout -verify");
        run("req -in bare.csr -noout -verify");
        run("x509 -req -in k.csr -CA ca.pem -CAkey ca.key -copy_extensions copyall -days 30 -out k.pem");
        let read = |file: &str| std::fs::read_to_string(at.join(file)).unwrap();
        let chain = read("k.pem") + &read("ca.pem");
        key.set_certificate_chain(&chain, None).unwrap();
        let kept = key.certificate_chain(None).unwrap().unwrap();
        assert_eq!(kept, chain, "{name}");
        std::fs::write(at.join("kept.pem"), kept).unwrap();
        run("verify -CAfile ca.pem kept.pem");
        issued += 1;
    }
    println!("certificates: {issued} types were certified by OpenSSL");
    assert!(issued >= 4, "{issued}");
}
