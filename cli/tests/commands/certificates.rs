//! `strongroom key csr`, `certificate` and `derive`, with OpenSSL as the authority.

use crate::documents::{openssl, refused};
use crate::place::Place;

const SETTINGS: &str = "[req]\ndistinguished_name=dn\nreq_extensions=ex\nprompt=no\n\
    [dn]\nCN=tls.example\n[ex]\nsubjectAltName=DNS:tls.example\n";

#[test]
fn an_authority_certifies_a_key_which_keeps_the_certificates() {
    let place = Place::new();
    place.write("settings", SETTINGS);
    openssl(&place, "req -x509 -newkey ed25519 -nodes -keyout ca.key -out ca.pem -subj /CN=Root");
    openssl(&place, "req -new -newkey ed25519 -nodes -keyout t.key -config settings -out template.pem");
    openssl(&place, "req -in template.pem -outform DER -out template.der");
    for (name, key_type, template) in [
        ("tls", "ecdsa-p384", "template.pem"),
        ("mail", "ed25519", "template.der"),
        ("legacy", "rsa-2048", "template.pem"),
    ] {
        place.run(&format!("key create {name} --key-type {key_type}")).ok();
        place.run(&format!("key rotate {name}")).ok();
        place.run(&format!("key csr {name} --template {template} --out {name}.csr")).ok();
        openssl(&place, &format!("req -in {name}.csr -noout -verify"));
        let issue = "-CA ca.pem -CAkey ca.key -copy_extensions copyall";
        openssl(&place, &format!("x509 -req -in {name}.csr {issue} -out {name}.pem"));
        let chain = [place.read(&format!("{name}.pem")), place.read("ca.pem")].concat();
        place.write("chain.pem", &chain);
        assert_eq!(refused(&place, &format!("key certificate {name}"), b"", 4), "no_such_version");
        let said = place.run(&format!("key certificate {name} --set chain.pem")).line();
        assert_eq!(said, format!("kept certificates of {name}, version 2"));
        assert_eq!(place.run(&format!("key certificate {name} --key-version 2")).ok(), chain);
        assert_eq!(
            refused(&place, &format!("key certificate {name} --key-version 1"), b"", 4),
            "no_such_version"
        );
        let json = place.run(&format!("key certificate {name} --json")).json();
        assert_eq!(json["certificate_chain"].as_str().unwrap().as_bytes(), chain);
        place.run(&format!("key certificate {name} --out kept.pem")).ok();
        openssl(&place, "verify -CAfile ca.pem kept.pem");
    }
    let bare = place.run("key csr tls --json").json();
    let bare = bare["certificate_request"].as_str().unwrap();
    assert!(bare.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"), "{bare}");
    place.write("empty", "");
    place.run("key create cards").ok();
    for (arguments, code, error) in [
        ("key csr tls --template empty", 4, "invalid_certificate"),
        ("key csr tls --template ca.pem", 4, "invalid_certificate"),
        ("key csr tls --template missing", 5, "file_failed"),
        ("key csr tls --key-version 1", 3, "version_not_allowed"),
        ("key csr cards", 3, "operation_not_supported"),
        ("key certificate tls --set mail.pem", 4, "invalid_certificate"),
        ("key certificate tls --set ca.pem", 4, "invalid_certificate"),
        ("key certificate tls --set tls.pem --key-version 1", 4, "invalid_certificate"),
        ("key certificate tls --set tls.pem --key-version 3", 4, "version_too_new"),
        ("key certificate tls --set tls.pem --out other", 2, "usage"),
        ("key certificate cards", 3, "operation_not_supported"),
    ] {
        assert_eq!(refused(&place, arguments, b"", code), error, "{arguments}");
    }
    let said = place.run("key certificate tls --set tls.pem --key-version 2 --json").json();
    assert_eq!((&said["name"], &said["key_version"]), (&"tls".into(), &2.into()));
}

#[test]
fn two_sides_agree_on_a_key() {
    let (here, there) = (Place::new(), Place::new());
    for (place, name) in [(&here, "alice"), (&there, "bob")] {
        place.run(&format!("key create {name} --key-type ecdsa-p256")).ok();
    }
    here.write("bob.pem", there.run("key public-key bob --format pem").ok());
    there.write("alice.pem", here.run("key public-key alice --format pem").ok());
    let ours = here.run("key derive shared --base alice --peer bob.pem --key-type chacha20-poly1305").line();
    assert_eq!(ours, "derived shared, type chacha20-poly1305, version 1");
    let theirs = "key derive shared --base bob --key-version 1 --peer alice.pem --key-type chacha20-poly1305";
    there.run(theirs).ok();
    let text = here.feed("encrypt shared", b"4111").ok();
    assert_eq!(there.feed("decrypt shared", &text).ok(), b"4111");
    // The other side's next key makes the next version.
    there.run("key rotate bob").ok();
    here.write("next.pem", there.run("key public-key bob --format pem").ok());
    let next = here.run("key derive shared --base alice --peer next.pem --key-type chacha20-poly1305").line();
    assert_eq!(next, "derived shared, type chacha20-poly1305, version 2");
    openssl(&here, "ecparam -name secp384r1 -genkey -noout -out other.key");
    openssl(&here, "pkey -in other.key -pubout -out other.pem");
    here.run("key create signing --key-type ed25519").ok();
    for (arguments, code, error) in [
        ("shared --base alice --peer bob.pem --key-type chacha20-poly1305", 3, "duplicate_material"),
        ("shared --base alice --peer bob.pem --key-type aes256-gcm96", 3, "key_mismatch"),
        ("new --base alice --peer bob.pem", 3, "invalid_option"),
        ("new --base alice --peer other.pem --key-type aes256-gcm96", 3, "invalid_material"),
        ("new --base alice --peer other.key --key-type aes256-gcm96", 3, "invalid_material"),
        ("new --base signing --peer bob.pem --key-type aes256-gcm96", 3, "operation_not_supported"),
        ("new --base nobody --peer bob.pem --key-type aes256-gcm96", 4, "key_not_found"),
        ("new --base alice --key-version 2 --peer bob.pem --key-type aes256-gcm96", 4, "version_too_new"),
        ("a/b --base alice --peer bob.pem --key-type aes256-gcm96", 3, "invalid_key_name"),
        ("new --base alice --peer missing --key-type aes256-gcm96", 5, "file_failed"),
        ("new --base alice --key-type aes256-gcm96", 2, "usage"),
    ] {
        assert_eq!(refused(&here, &format!("key derive {arguments}"), b"", code), error, "{arguments}");
    }
}
