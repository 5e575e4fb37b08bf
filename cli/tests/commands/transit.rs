//! `--transit`: what the lenient view takes, and what the native one says to the same.

use crate::place::Place;
use serde_json::Value;

/// The name of the error with which a command ends.
#[track_caller]
fn refused(place: &Place, arguments: &str, input: &[u8], code: i32) -> String {
    let said: Value =
        serde_json::from_str(&place.feed(&format!("--json {arguments}"), input).fails(code)).unwrap();
    said["error"]["name"].as_str().unwrap().to_owned()
}

fn with_key(options: &str) -> Place {
    let place = Place::new();
    place.run(&format!("key create cards {options}")).ok();
    place
}

#[test]
fn texts_are_read_as_transit_reads_them() {
    let place = with_key("--key-type aes256-gcm96");
    let text = place.feed("encrypt cards", b"4111").line();
    let (head, tail) = text.split_at(20);
    for odd in [
        text.replace("v1:", "v01:"),
        text.replace("v1:", "v+1:"),
        text.replace("v1:", "v0:"),
        format!("{head}\n{tail}\n"),
    ] {
        assert_eq!(refused(&place, "decrypt cards", odd.as_bytes(), 4), "malformed");
        assert_eq!(refused(&place, "rewrap cards", odd.as_bytes(), 4), "malformed");
        assert_eq!(place.feed("decrypt cards --transit", odd.as_bytes()).ok(), b"4111");
        assert_eq!(
            place.feed("decrypt cards --transit --json", odd.as_bytes()).json()["plaintext_base64"],
            "NDExMQ=="
        );
        place.feed("rewrap cards --transit", odd.as_bytes()).ok();
    }
    let mac = place.feed("hmac cards", b"m").line().replace("v1:", "v001:");
    assert_eq!(refused(&place, &format!("hmac cards --verify {mac}"), b"m", 4), "malformed");
    place.feed(&format!("hmac cards --verify {mac} --transit"), b"m").ok();
    assert_eq!(refused(&place, &format!("hmac cards --verify {mac} --transit"), b"n", 4), "bad_signature");
    assert_eq!(refused(&place, "decrypt cards --transit", b"vault:v-1:AAAA", 4), "version_too_old");
}

#[test]
fn older_versions_are_worked_with() {
    let place = with_key("--key-type aes256-gcm96");
    place.run("key create releases --key-type ed25519").ok();
    let old = place.feed("encrypt cards", b"4111").line();
    place.run("key rotate cards").ok();
    place.run("key rotate releases").ok();
    for arguments in ["encrypt cards", "datakey cards", "hmac cards", "sign releases"] {
        assert_eq!(
            refused(&place, &format!("{arguments} --key-version 1"), b"m", 3),
            "version_not_allowed",
            "{arguments}"
        );
        assert!(
            place
                .feed(&format!("{arguments} --key-version 1 --transit"), b"m")
                .line()
                .starts_with("vault:v1:"),
            "{arguments}"
        );
        assert!(
            place.feed(&format!("{arguments} --transit"), b"m").line().starts_with("vault:v2:"),
            "{arguments}"
        );
        assert_eq!(
            refused(&place, &format!("{arguments} --key-version 3 --transit"), b"m", 4),
            "version_too_new",
            "{arguments}"
        );
    }
    assert_eq!(refused(&place, "rewrap cards --key-version 1", old.as_bytes(), 3), "invalid_option");
    let new = place.feed("rewrap cards --key-version 1 --transit --json", old.as_bytes()).json();
    assert_eq!(new["changed"], true);
    assert!(
        new["ciphertext"].as_str().unwrap().starts_with("vault:v1:") && new["ciphertext"] != old.as_str()
    );
    let current = place.feed("rewrap cards", old.as_bytes()).line();
    assert_eq!(place.feed("rewrap cards", current.as_bytes()).line(), current);
    assert_ne!(place.feed("rewrap cards --transit", current.as_bytes()).line(), current);
    let binary = place.feed("encrypt cards --binary", b"4111").ok();
    let old = place.feed("rewrap cards --binary --transit --key-version 1", &binary).ok();
    assert_eq!(old[..5], *b"\xfe\0\0\0\x01");
    assert_eq!(place.feed("decrypt cards --binary --transit", &old).ok(), b"4111");
}

#[test]
fn a_context_is_ignored_where_transit_ignores_it() {
    let place = with_key("--key-type aes256-gcm96");
    place.run("key create tenants --key-type aes256-gcm96 --derived").ok();
    let text = place.feed("encrypt cards --transit --context acme", b"4111").line();
    assert_eq!(refused(&place, "encrypt cards --context acme", b"4111", 3), "context_not_allowed");
    assert_eq!(refused(&place, "decrypt cards --context acme", text.as_bytes(), 3), "context_not_allowed");
    for context in ["--context other", "", "--context-map a=b", "--context-base64="] {
        assert_eq!(
            place.feed(&format!("decrypt cards --transit {context}"), text.as_bytes()).ok(),
            b"4111",
            "{context}"
        );
    }
    assert_eq!(refused(&place, "decrypt cards --transit --context-base64 ???", text.as_bytes(), 2), "usage");
    assert_eq!(refused(&place, "encrypt tenants --transit", b"4111", 3), "context_required");
    let text = place.feed("encrypt tenants --transit --context acme", b"4111").line();
    assert_eq!(place.feed("decrypt tenants --context acme", text.as_bytes()).ok(), b"4111");
    assert_eq!(
        refused(&place, "decrypt tenants --transit --context other", text.as_bytes(), 4),
        "decrypt_failed"
    );
    // The mac is not derived.
    assert_eq!(refused(&place, "hmac tenants --context acme", b"m", 3), "invalid_context");
    assert_eq!(
        place.feed("hmac tenants --transit --context acme", b"m").line(),
        place.feed("hmac tenants", b"m").line()
    );
    assert_eq!(refused(&place, "hmac cards --context acme", b"m", 3), "context_not_allowed");
    let long = "x".repeat(70_000);
    assert_eq!(refused(&place, &format!("encrypt tenants --context {long}"), b"4111", 3), "invalid_context");
    let text =
        place.feed(&format!("encrypt tenants --transit --context {long} --aad {long}"), b"4111").line();
    assert_eq!(
        place.feed(&format!("decrypt tenants --transit --context {long} --aad {long}"), text.as_bytes()).ok(),
        b"4111"
    );
}

#[test]
fn hashes_that_only_transit_takes() {
    let place = with_key("--key-type ed25519");
    assert_eq!(refused(&place, "hmac cards --hash sha1", b"m", 3), "invalid_option");
    let mac = place.feed("hmac cards --hash sha1 --transit", b"m").line();
    assert_eq!(mac.len(), "vault:v1:".len() + 28);
    place.feed(&format!("hmac cards --hash sha1 --transit --verify {mac}"), b"m").ok();
    assert_eq!(refused(&place, &format!("hmac cards --hash sha1 --verify {mac}"), b"m", 3), "invalid_option");
    assert_eq!(refused(&place, &format!("hmac cards --transit --verify {mac}"), b"m", 4), "bad_signature");
    assert_eq!(refused(&place, "sign cards --hash sha2-384", b"m", 3), "invalid_option");
    let signature = place.feed("sign cards", b"m").line();
    assert_eq!(place.feed("sign cards --hash sha2-384 --transit", b"m").line(), signature);
    assert_eq!(
        refused(&place, &format!("verify cards --hash sha2-384 --signature {signature}"), b"m", 3),
        "invalid_option"
    );
    let verified = place
        .feed(&format!("verify cards --hash sha1 --transit --json --signature {signature}"), b"m")
        .json();
    assert_eq!(verified["valid"], true);
    assert_eq!(refused(&place, "sign cards --hash md5 --transit", b"m", 2), "usage");
}

#[test]
fn a_convergent_key_takes_no_aad() {
    let place = with_key("--key-type aes256-gcm96 --derived --convergent");
    for view in ["", "--transit"] {
        assert_eq!(
            refused(&place, &format!("encrypt cards --context c --aad a {view}"), b"m", 3),
            "aad_not_allowed"
        );
        assert_eq!(
            refused(&place, &format!("datakey cards --context c --aad a {view}"), b"", 3),
            "aad_not_allowed"
        );
    }
}

#[test]
fn tables_are_worked_on_as_transit_would() {
    let place = with_key("--key-type aes256-gcm96");
    place.run("key rotate cards").ok();
    place.write("t.csv", "id,number\n1,4111\n2,4242\n");
    let run =
        |verb: &str, options: &str| place.run(&format!("{verb} cards --csv t.csv --column number {options}"));
    let cells = || String::from_utf8(place.read("t.csv")).unwrap();
    run("encrypt", "--key-version 1").fails(3);
    run("encrypt", "--context c").fails(3);
    assert_eq!(run("encrypt", "--key-version 1 --context c --transit --json").json()["changed"], 2);
    assert_eq!(cells().matches(",vault:v1:").count(), 2);
    place.write("t.csv", cells().replacen("v1:", "v001:", 1));
    run("decrypt", "").fails(4);
    run("encrypt", "--transit").fails(4);
    let plan = run("rewrap", "--transit --dry-run --json").json();
    assert_eq!((&plan["would_change"], &plan["ciphertexts"]["1"]), (&2.into(), &2.into()));
    assert_eq!(run("rewrap", "--transit --json").json()["changed"], 2);
    let first = cells();
    assert_eq!(first.matches(",vault:v2:").count(), 2);
    // Transit's tables are not bound to the names of their columns.
    run("rewrap", "").fails(4);
    assert_eq!(run("rewrap", "--bind-column no --json").json()["changed"], 0);
    assert_eq!(run("rewrap", "--transit --dry-run --json").json()["would_change"], 2);
    assert_eq!(run("rewrap", "--transit --json").json()["changed"], 2);
    assert_ne!(cells(), first);
    run("rewrap", "--key-version 1 --bind-column no").fails(3);
    run("rewrap", "--key-version 1 --transit").ok();
    assert_eq!(cells().matches(",vault:v1:").count(), 2);
    place.write("t.csv", cells().replacen("v1:", "v+1:", 1));
    run("decrypt", "--transit").ok();
    assert_eq!(cells(), "id,number\n1,4111\n2,4242\n");
}

/// RFC 8410 section 10.3.
const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

#[test]
fn keys_come_in_and_go_out_in_the_forms_of_transit() {
    let place = Place::new();
    place.feed("key import releases --key-type ed25519 --format pkcs8 --exportable", PEM.as_bytes()).ok();
    assert_eq!(
        place.run("key export releases --transit=pem --key-version 1 --expose-secret-material").ok(),
        PEM.as_bytes()
    );
    let der = PEM.lines().nth(1).unwrap();
    assert_eq!(
        place.run("key export releases --transit=der --expose-secret-material").line(),
        format!("1 {der}")
    );
    place
        .feed(
            "key import der --key-type ed25519 --format pkcs8 --encoding base64 --exportable",
            der.as_bytes(),
        )
        .ok();
    let raw = |name: &str, form: &str| {
        place.run(&format!("key export {name} {form} --key-version 1 --expose-secret-material")).line()
    };
    assert_eq!(raw("der", "--transit"), raw("releases", ""));
    assert_eq!(raw("der", "--transit=raw"), raw("releases", ""));
    let public = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    assert_eq!(
        place.run("key export releases --kind public-key --transit=der").line(),
        format!("1 {public}")
    );
    let pem = place.run("key export releases --kind public-key --transit=pem --json").json();
    assert_eq!(pem["keys"]["1"], format!("-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----"));
    assert_eq!(pem["kind"], "public-key");
    assert_eq!(place.run("key public-key releases --format der").line(), public);
    assert_eq!(
        String::from_utf8(place.run("key public-key releases --format pem").ok()).unwrap().trim_end(),
        pem["keys"]["1"].as_str().unwrap()
    );
    let jwk = place.run("key public-key releases --format jwk --json").json();
    assert!(jwk["public_key"].as_str().unwrap().starts_with(r#"{"crv":"Ed25519","kty":"OKP","x":"Gb9ECWmE"#));
    assert_eq!(jwk["key_type"], "ed25519");
    assert_eq!(
        place.run("key export releases --kind public-key --key-version 1").line(),
        place.run("key public-key releases").line()
    );
    assert_eq!(place.run("key export releases --kind public-key --key-version 1 --binary").ok().len(), 32);

    place.run("key create cards --exportable").ok();
    for (arguments, code, name) in [
        ("key export releases --transit=pem --key-version 1", 3, "exposure_not_confirmed"),
        ("key export releases --transit=pem --expose-secret-material", 2, "usage"),
        ("key export releases --transit=pkcs1 --expose-secret-material", 2, "usage"),
        ("key export releases --transit --key-version 1 --binary --expose-secret-material", 2, "usage"),
        ("key export releases --kind public-key --key-version 2", 4, "no_such_version"),
        ("key export cards --kind public-key", 3, "operation_not_supported"),
        ("key export cards --transit=der --expose-secret-material", 3, "invalid_option"),
        ("key import other --key-type ed25519", 2, "usage"),
        ("key import other --key-type aes256-gcm96 --format pkcs8", 3, "invalid_material"),
    ] {
        let arguments = if arguments.contains("pem --expose") {
            format!("{arguments} --out pem")
        } else {
            arguments.to_owned()
        };
        assert_eq!(refused(&place, &arguments, PEM.as_bytes(), code), name, "{arguments}");
    }
    assert_eq!(
        refused(&place, "key import other --key-type ed25519 --format pkcs8", &PEM.as_bytes()[1..], 3),
        "invalid_material"
    );
    assert_eq!(place.run("key list").ok(), b"cards\nder\nreleases\n");
}

#[test]
fn version_0_is_the_latest_for_transit_alone() {
    let place = Place::new();
    place.run("key create cards --key-type aes256-gcm96").ok();
    place.run("key rotate cards").ok();
    assert!(place.feed("encrypt cards --transit --key-version 0", b"m").line().starts_with("vault:v2:"));
    assert_eq!(refused(&place, "encrypt cards --key-version 0", b"m", 3), "invalid_option");
}
