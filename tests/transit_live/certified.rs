//! Certificate requests of a real server and of this library for one key, and chains that go both ways.

use super::checked::check;
use super::der::{Said, authority, certificate, element, name, other, own, pem, request, sequence};
use super::{Transit, written};
use serde_json::Value;
use strongroom::{Dialect, Error, Key, KeySpec, KeyType, Keyring, Version, hazmat};

const TYPES: [KeyType; 5] =
    [KeyType::Ed25519, KeyType::EcdsaP256, KeyType::EcdsaP384, KeyType::EcdsaP521, KeyType::Rsa2048];

/// The attribute with two extensions, a usage and names. None is critical: of one that is, the server leaves
/// out the value.
fn extensions() -> Vec<u8> {
    let usage = sequence(&[&[6, 3, 0x55, 0x1d, 0x0f], &element(4, &[&[3, 2, 7, 0x80]])]);
    let names = sequence(&[&element(0x82, &[b"tls.example"])]);
    let names = sequence(&[&[6, 3, 0x55, 0x1d, 0x11], &element(4, &[&names])]);
    sequence(&[
        &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14],
        &element(0x31, &[&sequence(&[&usage, &names])]),
    ])
}

/// A call with a text in a file, which is too long for an argument.
fn write(server: &Transit, path: &str, field: &str, text: &str, more: &[&str]) -> Result<Value, String> {
    let file = server.server.home().join("text");
    std::fs::write(&file, text).unwrap();
    let text = format!("{field}=@{}", file.display());
    let answer = server.ask(&[&["write", "-format=json", path, &text], more].concat())?;
    Ok(serde_json::from_str::<Value>(&answer).unwrap()["data"].take())
}

fn requests(server: &Transit, key: &Key, name_there: &str) -> usize {
    let (subject, attributes) = (name("tls.example"), extensions());
    let template = pem("CERTIFICATE REQUEST", &request(&subject, &attributes));
    let path = format!("transit/keys/{name_there}/csr");
    let latest = key.info().unwrap().latest_version;
    for version in [None, Some(latest)] {
        let number = version.map(|version| format!("version={version}"));
        let more: Vec<&str> = number.as_deref().into_iter().collect();
        let theirs = write(server, &path, "csr", &template, &more).unwrap();
        let ours = key.certificate_request(Some(template.as_bytes()), version).unwrap();
        check(key, latest, theirs["csr"].as_str().unwrap(), &subject, &attributes);
        check(key, latest, &ours, &subject, &attributes);
    }
    // Either is a template for the other, and without one both ask for nothing.
    let theirs = write(server, &path, "csr", &key.certificate_request(None, None).unwrap(), &[]).unwrap();
    let theirs = theirs["csr"].as_str().unwrap();
    check(key, latest, theirs, &sequence(&[]), &[]);
    let again = key.certificate_request(Some(theirs.as_bytes()), None).unwrap();
    check(key, latest, &again, &sequence(&[]), &[]);
    let bare = server.ask(&["write", "-f", "-field=csr", &path]).unwrap() + "\n";
    check(key, latest, &bare, &sequence(&[]), &[]);
    7
}

/// What the server has of a version, with a newline behind each block as here.
fn chain_there(server: &Transit, name: &str, version: Version) -> String {
    let path = format!("transit/export/certificate-chain/{name}/{version}");
    let answer = server.ask(&["read", "-format=json", &path]).unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    answer["data"]["keys"][version.to_string()].as_str().unwrap().trim_end().to_owned() + "\n"
}

fn chains(server: &Transit, key: &Key, name: &str) -> usize {
    let latest = key.info().unwrap().latest_version;
    let public = |version| key.public_key(Some(version)).unwrap();
    let set = |chain: &str, more: &[&str]| {
        write(server, &format!("transit/keys/{name}/set-certificate"), "certificate_chain", chain, more)
    };
    // Set there and read here.
    let of_latest = own(&public(latest)) + &other(1) + &other(2);
    set(&of_latest, &[]).unwrap();
    let backup = server.ask(&["read", "-field=backup", &format!("transit/backup/{name}")]).unwrap();
    let back = Keyring::in_memory().restore_transit(backup.trim(), Some("back"), None).unwrap();
    let here = back.certificate_chain(None).unwrap().unwrap();
    assert_eq!(here, chain_there(server, name, latest), "{name}");
    assert_eq!(back.certificate_chain(Some(Version::FIRST)).unwrap(), None);
    // Set here and read there, with the other one beside it.
    let of_first = own(&public(Version::FIRST)) + &other(3);
    back.set_certificate_chain(&of_first, Some(Version::FIRST)).unwrap();
    let moved = format!("{name}-moved");
    server.restore(&moved, &written(&back, Dialect::OpenBao).unwrap());
    for version in [Version::FIRST, latest] {
        let ours = back.certificate_chain(Some(version)).unwrap().unwrap();
        assert_eq!(chain_there(server, &moved, version), ours, "{name}");
    }
    // What is refused here is refused there.
    let spki = public(latest).to_der();
    let of_an_authority = pem("CERTIFICATE", &certificate(&spki, &Said::new(&[authority()])));
    let refused = [
        own(&public(Version::FIRST)),
        of_an_authority,
        other(1) + &own(&public(latest)),
        own(&public(latest)) + &own(&public(latest)),
        own(&public(latest)) + &own(&public(latest)) + &other(1),
        "no certificate".to_owned(),
        pem("CERTIFICATE", &spki),
    ];
    for chain in &refused {
        assert!(set(chain, &[]).is_err(), "{name}: {chain}");
        let ours = back.set_certificate_chain(chain, None);
        assert!(matches!(ours, Err(Error::InvalidCertificate { .. })), "{name}: {chain}");
    }
    3 + refused.len()
}

#[test]
fn requests_and_chains_go_to_a_server_and_come_back() {
    hazmat::few_rsa_keys();
    let server = match Transit::start() {
        Ok(server) => server,
        Err(skipped) => {
            return println!("{skipped}: requests_and_chains_go_to_a_server_and_come_back, 0 checks");
        }
    };
    let mut checks = 0;
    for key_type in TYPES.into_iter().filter(|key_type| key_type.is_supported()) {
        let spec = KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true);
        let key = Keyring::in_memory().create_key("made", spec).unwrap();
        key.rotate().unwrap();
        server.restore(key_type.name(), &written(&key, Dialect::OpenBao).unwrap());
        checks += requests(&server, &key, key_type.name());
        checks += chains(&server, &key, key_type.name());
    }
    println!("transit_live: {checks} requests and chains with a real server");
    assert!(checks >= 68, "{checks}");
}
