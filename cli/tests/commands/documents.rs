//! `strongroom key import`, `export` and `wrapping-key`, with keys as OpenSSL writes and reads them.

use crate::place::Place;
use std::process::Command;

/// Runs OpenSSL in the place.
pub(crate) fn openssl(place: &Place, arguments: &str) {
    let done = Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(place.path(""))
        .output()
        .unwrap_or_else(|error| panic!("openssl is needed: {error}"));
    assert!(done.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr));
}

/// The name of an error, after a run that gave it.
pub(crate) fn refused(place: &Place, arguments: &str, input: &[u8], code: i32) -> String {
    let said = place.feed(&format!("--json {arguments}"), input).fails(code);
    let said: serde_json::Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    said["error"]["name"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn a_private_key_of_openssl_signs_what_openssl_verifies() {
    let place = Place::new();
    place.write("message", "v1.0");
    for (name, made) in [
        ("ecdsa-p256", "ecparam -name prime256v1 -genkey -noout -out KEY.pem"),
        ("ecdsa-p384", "ecparam -name secp384r1 -genkey -out KEY.pem"),
        ("ecdsa-p521", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out KEY.pem"),
        ("rsa-2048", "genrsa -traditional -out KEY.pem 2048"),
        ("ed25519", "genpkey -algorithm ed25519 -out KEY.pem"),
    ] {
        openssl(&place, &made.replace("KEY", name));
        openssl(&place, &format!("pkey -in {name}.pem -outform DER -out {name}.der"));
        openssl(&place, &format!("pkey -in {name}.pem -pubout -out {name}.pub"));
        let import = format!("--key-type {name} --format private-key --exportable");
        place.run(&format!("key import {name} {import} --in {name}.pem")).ok();
        place.run(&format!("key import {name}-der {import} --in {name}.der")).ok();
        let padding = if name.starts_with("rsa") { "--padding pkcs1v15" } else { "" };
        let signature = place.run(&format!("sign {name} {padding} --in message")).line();
        place.write("signature.txt", signature.strip_prefix("vault:v1:").unwrap());
        openssl(&place, "base64 -d -A -in signature.txt -out signature");
        let verify = if name == "ed25519" {
            format!("pkeyutl -verify -pubin -inkey {name}.pub -rawin -in message -sigfile signature")
        } else {
            format!("dgst -sha256 -verify {name}.pub -signature signature message")
        };
        openssl(&place, &verify);
        place.run(&format!("verify {name}-der {padding} --in message --signature {signature}")).ok();
        // The material itself is base64 in a line, also of the types that Transit writes as PEM.
        let raw = format!("key export {name} --expose-secret-material --key-version 1");
        let bytes = place.run(&format!("{raw} --binary")).ok();
        place
            .feed(&format!("key import {name}-raw --key-type {name} --encoding base64"), &{
                place.run(&raw).ok()
            })
            .ok();
        assert!(!bytes.starts_with(b"-----"), "{name}");
        assert_eq!(
            place.run(&format!("key public-key {name}-raw")).line(),
            place.run(&format!("key export {name} --kind public-key --key-version 1")).line()
        );
        let jwk = place.run(&format!("key export {name} --transit=jwk --expose-secret-material")).line();
        assert!(jwk.contains(r#""d":""#), "{name}");
        let public = place.run(&format!("key export {name} --kind public-key --transit=jwk")).line();
        assert!(public.contains(r#""kty":""#) && !public.contains(r#""d":""#), "{public}");
    }
    place.run("key export rsa-2048 --transit --expose-secret-material").fails(2);
    let pem = place.run("key export rsa-2048 --transit --key-version 1 --expose-secret-material").ok();
    assert!(pem.starts_with(b"-----BEGIN RSA PRIVATE KEY") && pem.ends_with(b"-----\n"));
    assert!(
        place
            .run("key import other --key-type ecdsa-p384 --format private-key --in ecdsa-p256.pem")
            .fails(3)
            .contains("it is a key of type ecdsa-p256")
    );
    // Neither PKCS#1 nor SEC 1 is PKCS#8.
    for name in ["ecdsa-p256", "rsa-2048"] {
        let import = format!("key import other --key-type {name} --format pkcs8 --in {name}.pem");
        assert_eq!(refused(&place, &import, b"", 3), "invalid_material");
    }
}

#[test]
fn an_encrypted_key_needs_its_passphrase() {
    let place = Place::new();
    place.write("right", "hunter2\n");
    place.write("wrong", "hunter3\n");
    openssl(&place, "genpkey -algorithm ed25519 -aes-256-cbc -pass file:right -out key.pem");
    for format in ["pkcs8", "private-key"] {
        let import = format!("key import {format} --key-type ed25519 --format {format} --in key.pem");
        assert_eq!(refused(&place, &import, b"", 3), "invalid_material");
        for wrong in ["wrong", "key.pem"] {
            let said = place.run(&format!("{import} --in-passphrase-file {wrong}")).fails(3);
            assert!(said.contains("passphrase") && !said.contains("hunter"), "{said}");
        }
        place.run(&format!("{import} --in-passphrase-file missing")).fails(5);
        place.run(&format!("{import} --in-passphrase-file right")).ok();
    }
    let public = place.run("key public-key pkcs8 --format pem").ok();
    place.write("raw", place.run("key public-key pkcs8").ok());
    openssl(&place, "pkey -in key.pem -passin file:right -pubout -out key.pub");
    assert_eq!(public, place.read("key.pub"));
    let useless = "key import other --key-type ed25519 --format public-key --in key.pub";
    assert_eq!(refused(&place, &format!("{useless} --in-passphrase-file right"), b"", 3), "invalid_option");
    let useless = "key import other --key-type hmac --encoding raw --in key.pub --in-passphrase-file right";
    assert_eq!(refused(&place, useless, b"", 3), "invalid_option");
}

#[test]
fn a_public_key_alone_verifies_until_it_is_completed() {
    let place = Place::new();
    for name in ["first", "second"] {
        openssl(&place, &format!("ecparam -name prime256v1 -genkey -noout -out {name}.pem"));
        openssl(&place, &format!("pkey -in {name}.pem -pubout -out {name}.pub"));
    }
    place.run("key import here --key-type ecdsa-p256 --format private-key --in first.pem").ok();
    place.run("key import there --key-type ecdsa-p256 --format public-key --in first.pub").ok();
    place.run("key import there --add-version --format public-key --in second.pub").ok();
    let signature = place.feed("sign here", b"m").line();
    place.feed(&format!("verify there --signature {signature}"), b"m").ok();
    assert_eq!(refused(&place, "sign there", b"m", 4), "no_such_version");
    place.run("key configure there --min-encryption-version 1").ok();
    assert_eq!(refused(&place, "sign there --key-version 1", b"m", 4), "no_such_version");
    // A private half belongs to one version; that of an earlier one is taken when it is named.
    let complete = "key import there --add-version --format private-key";
    assert_eq!(refused(&place, &format!("{complete} --in first.pem"), b"", 3), "invalid_material");
    for (version, code, error) in [("2", 3, "invalid_material"), ("3", 4, "no_such_version")] {
        let named = format!("{complete} --in first.pem --key-version {version}");
        assert_eq!(refused(&place, &named, b"", code), error);
    }
    place.run(&format!("{complete} --in first.pem --key-version 1")).ok();
    place.run(&format!("{complete} --in second.pem")).ok();
    assert_eq!(place.run("key show there --json").json()["latest_version"], 2);
    for version in ["1", "2"] {
        let signature = place.feed(&format!("sign there --key-version {version}"), b"m").line();
        place.feed(&format!("verify there --signature {signature}"), b"m").ok();
    }
    assert_eq!(
        refused(&place, &format!("{complete} --in first.pem --key-version 1"), b"", 3),
        "invalid_option"
    );
    let new = "key import new --key-type ecdsa-p256 --format private-key --in first.pem --key-version 1";
    assert_eq!(refused(&place, new, b"", 3), "invalid_option");
    assert_eq!(
        refused(
            &place,
            "key import cards --key-type aes256-gcm96 --format public-key --in first.pub",
            b"",
            3
        ),
        "operation_not_supported"
    );
}

#[test]
fn a_keyring_wraps_a_key_for_another() {
    let (here, there) = (Place::new(), Place::new());
    let wrapping = there.run("key wrapping-key").ok();
    assert_eq!(there.run("key wrapping-key --format pem").ok(), wrapping, "it stays");
    assert_eq!(there.run("key list").ok(), b"");
    let der = there.run("key wrapping-key --format der").line();
    let json = there.run("key wrapping-key --json").json();
    assert_eq!(json["public_key"].as_str().unwrap(), String::from_utf8_lossy(&wrapping).trim_end());
    assert_eq!(json["key_type"], "rsa-4096");
    here.write("to.pem", &wrapping);
    here.write("to.txt", der);
    openssl(&here, "base64 -d -A -in to.txt -out to.der");
    for (name, key_type) in [("cards", "aes256-gcm96"), ("releases", "ecdsa-p256"), ("macs", "aes256-cmac")] {
        here.run(&format!("key create {name} --key-type {key_type} --exportable")).ok();
    }
    let export = "--wrap-for to.pem --expose-secret-material";
    let import = "--format wrapped --encoding raw";
    for (name, key_type, hash, file) in [
        ("cards", "aes256-gcm96", "", "to.pem"),
        ("releases", "ecdsa-p256", "--hash sha3-512", "to.der"),
        ("macs", "aes256-cmac", "--hash sha1", "to.pem"),
    ] {
        let export = format!("key export {name} --wrap-for {file} --expose-secret-material {hash}");
        let blob = here.run(&format!("{export} --key-version 1")).ok();
        assert_eq!(here.run(&format!("{export} --json")).json()["kind"], "wrapped");
        there.feed(&format!("key import {name} --key-type {key_type} {import} {hash}"), &blob).ok();
        let bytes = here.run(&format!("{export} --key-version 1 --binary")).ok();
        let again = format!("key import again --key-type {key_type} {import} --hash sha2-384");
        let said = there.feed(&again, &bytes).fails(3);
        assert!(said.contains("it does not unwrap"), "{said}");
    }
    let text = here.feed("encrypt cards", b"4111").ok();
    assert_eq!(there.feed("decrypt cards", &text).ok(), b"4111");
    let signature = here.feed("sign releases", b"m").line();
    there.feed(&format!("verify releases --signature {signature}"), b"m").ok();
    let mac = here.feed("hmac macs", b"m").line();
    there.feed(&format!("hmac macs --verify {mac}"), b"m").ok();

    // The keyring here has no wrapping key, and what may not leave does not leave wrapped either.
    let blob = here.run(&format!("key export cards {export} --key-version 1")).ok();
    let own = format!("key import own --key-type aes256-gcm96 {import}");
    assert_eq!(refused(&here, &own, &blob, 3), "invalid_option");
    here.run("key create closed").ok();
    here.write("no.pem", here.run("key public-key releases --format pem").ok());
    for (arguments, code, error) in [
        ("key export closed --wrap-for to.pem --expose-secret-material", 3, "not_exportable"),
        ("key export cards --wrap-for to.pem", 3, "exposure_not_confirmed"),
        ("key export cards --wrap-for no.pem --expose-secret-material", 3, "operation_not_supported"),
        ("key export cards --wrap-for to.txt --expose-secret-material", 3, "invalid_material"),
        ("key export cards --wrap-for missing --expose-secret-material", 5, "file_failed"),
        ("key export cards --wrap-for to.pem --kind hmac-key --expose-secret-material", 2, "usage"),
        ("key export cards --hash sha2-256 --expose-secret-material", 2, "usage"),
        ("key import new --key-type hmac --encoding raw --hash sha2-256", 2, "usage"),
    ] {
        assert_eq!(refused(&here, arguments, b"", code), error, "{arguments}");
    }
}

#[test]
fn a_cmac_key_is_exported_as_what_macs() {
    let place = Place::new();
    place.run("key create macs --key-type aes128-cmac --exportable").ok();
    let export = "key export macs --expose-secret-material --json";
    let material = place.run(export).json();
    assert_eq!(material["kind"], "hmac-key");
}

#[test]
fn the_public_keys_of_all_versions_are_one_set() {
    let place = Place::new();
    place.run("key create tokens --key-type ecdsa-p256").ok();
    place.run("key rotate tokens").ok();
    let set: serde_json::Value =
        serde_json::from_str(&place.run("key public-key tokens --format jwks").line()).unwrap();
    let kids: Vec<&str> =
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids, ["tokens:1", "tokens:2"]);
    assert_eq!(set["keys"][0]["alg"], "ES256");
    let json = place.run("key public-key tokens --format jwks --json").json();
    assert_eq!(serde_json::from_str::<serde_json::Value>(json["public_key"].as_str().unwrap()).unwrap(), set);
    place.run("key public-key tokens --format jwks --key-version 1").fails(2);
    place.run("key public-key tokens --format jwks --context a").fails(2);
    place.run("key create cards").ok();
    assert_eq!(refused(&place, "key public-key cards --format jwks", b"", 3), "operation_not_supported");
}
