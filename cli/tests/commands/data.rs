//! `strongroom encrypt`, `decrypt`, `rewrap` and `datakey`

use crate::place::{Place, mode};

#[test]
fn bytes_come_back_as_they_were() {
    let place = Place::new();
    place.run("key create cards").ok();
    let all: Vec<u8> = (0..=255).collect();
    for plaintext in [b"".as_slice(), b"4111 1111\n", b"\n\n", &all, &all.repeat(5000)] {
        let text = place.feed("encrypt cards", plaintext).line();
        assert!(text.starts_with("strongroom:v1:"));
        // With the newline that a shell leaves, without it, and with that of other systems.
        for end in ["\n", "", "\r\n"] {
            assert_eq!(place.feed("decrypt cards", format!("{text}{end}").as_bytes()).ok(), plaintext);
        }
        let binary = place.feed("encrypt cards --binary", plaintext).ok();
        assert_eq!(&binary[..5], b"\xfe\0\0\0\x01");
        assert_eq!(place.feed("decrypt cards --binary", &binary).ok(), plaintext);
    }
}

#[test]
fn files_take_the_place_of_the_streams() {
    let place = Place::new();
    place.run("key create cards").ok();
    place.write("card", "4111\n");
    assert_eq!(place.run("encrypt cards --in card --out card.ct").ok(), b"");
    let ciphertext = place.read("card.ct");
    assert!(ciphertext.ends_with(b"\n"));
    assert_eq!(place.run("decrypt cards --in card.ct").ok(), b"4111\n");
    // A file that all could read is replaced by one that only its owner can.
    place.write("card.pt", "old");
    std::fs::set_permissions(place.path("card.pt"), std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .unwrap();
    let written = place.run("decrypt cards --in card.ct --out card.pt --json").json();
    assert_eq!((written["out"].as_str(), written["bytes"].as_u64()), (Some("card.pt"), Some(5)));
    assert_eq!(place.read("card.pt"), b"4111\n");
    assert_eq!(mode(&place.path("card.pt")), 0o600);
    assert_eq!(place.feed("decrypt cards --in - --out -", &ciphertext).ok(), b"4111\n");
    // Nothing is left of the temporary file.
    assert!(
        !std::fs::read_dir(place.path("")).unwrap().any(|entry| entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with('.'))
    );
}

#[test]
fn a_failure_leaves_the_old_file() {
    let place = Place::new();
    place.run("key create cards").ok();
    place.write("card.pt", "old");
    place.feed("decrypt cards --out card.pt", b"strongroom:v1:AAAA").fails(4);
    assert_eq!(place.read("card.pt"), b"old");
    assert!(place.run("decrypt cards --in missing").fails(5).contains("cannot read missing"));
    assert!(
        place
            .feed("encrypt cards --out missing/card", b"4111")
            .fails(5)
            .contains("cannot write missing/card")
    );
}

#[test]
fn a_link_and_a_device_stay_what_they_are() {
    let place = Place::new();
    place.run("key create cards").ok();
    place.write("target", "old");
    std::os::unix::fs::symlink("target", place.path("link")).unwrap();
    place.feed("encrypt cards --out link", b"4111").ok();
    assert!(place.path("link").is_symlink());
    assert!(place.read("target").starts_with(b"strongroom:v1:"));
    assert_eq!(place.feed("encrypt cards --out /dev/null", b"4111").ok(), b"");
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    assert!(place.feed("encrypt cards --out /dev/stdout", b"4111").ok().starts_with(b"strongroom:v1:"));
}

#[test]
fn the_aad_has_to_be_said_again() {
    let place = Place::new();
    place.run("key create cards").ok();
    let seal = |aad: &str| place.feed(&format!("encrypt cards {aad}"), b"4111").line();
    let opens =
        |aad: &str, text: &str| place.feed(&format!("decrypt cards {aad}"), text.as_bytes()).code == 0;
    let text = seal("--aad order-17");
    assert!(opens("--aad order-17", &text) && opens("--aad-base64 b3JkZXItMTc=", &text));
    assert!(!opens("", &text) && !opens("--aad order-18", &text));
    let map = seal("--aad-map order=17 --aad-map shop=a=b");
    assert!(opens("--aad-map shop=a=b --aad-map order=17", &map));
    assert!(!opens("--aad-map order=17", &map) && !opens("--aad order=17", &map));
    assert!(opens("--aad-base64 AAIABW9yZGVyAAIxNwAEc2hvcAADYT1i", &map));
}

/// In a script, that is a variable that is not set: the ciphertext would be bound to nothing.
#[test]
fn an_empty_aad_is_refused() {
    let place = Place::new();
    place.run("key create cards").ok();
    let text = place.feed("encrypt cards", b"4111").line();
    for option in ["--aad", "--aad-base64"] {
        for command in ["encrypt", "decrypt", "rewrap", "datakey"] {
            let error = place.exec(&[command, "cards", option, ""], text.as_bytes()).fails(2);
            assert!(error.contains(&format!("{option} is empty")), "{error}");
        }
        place.write("t.csv", "v\nx\n");
        place.exec(&["encrypt", "cards", "--csv", "t.csv", "--column", "v", option, ""], b"").fails(2);
    }
}

#[test]
fn a_derived_key_needs_its_context() {
    let place = Place::new();
    place.run("key create tenants --derived").ok();
    let error = place.feed("encrypt tenants", b"x").fails(3);
    assert!(error.contains("needs a context") && error.contains("hint: give --context"), "{error}");
    for (context, same, other) in [
        ("--context acme", "--context-base64 YWNtZQ==", "--context emca"),
        ("--context-map t=a --context-map u=b", "--context-map u=b --context-map t=a", "--context-map t=a"),
    ] {
        let text = place.feed(&format!("encrypt tenants {context}"), b"x").line();
        assert_eq!(place.feed(&format!("decrypt tenants {same}"), text.as_bytes()).ok(), b"x");
        place.feed(&format!("decrypt tenants {other}"), text.as_bytes()).fails(4);
        let binary = place.feed(&format!("encrypt tenants --binary {context}"), b"x").ok();
        assert_eq!(place.feed(&format!("decrypt tenants --binary {same}"), &binary).ok(), b"x");
        place.run("key rotate tenants").ok();
        assert_ne!(place.feed(&format!("rewrap tenants {same}"), text.as_bytes()).line(), text);
    }
    place.run("key create plain").ok();
    assert!(place.feed("encrypt plain --context acme", b"x").fails(3).contains("takes no context"));
}

#[test]
fn rewrap_brings_ciphertexts_up_to_date() {
    let place = Place::new();
    place.run("key create cards").ok();
    let old = place.feed("encrypt cards --aad a", b"4111").line();
    let old_binary = place.feed("encrypt cards --aad a --binary", b"4111").ok();
    place.run("key rotate cards").ok();
    let new = place.feed("rewrap cards --aad a --json", old.as_bytes()).json();
    assert_eq!(new["changed"], true);
    let new = new["ciphertext"].as_str().unwrap();
    assert!(new.starts_with("strongroom:v2:"));
    let same = place.feed("rewrap cards --aad a --json", new.as_bytes()).json();
    assert_eq!((same["changed"].as_bool(), same["ciphertext"].as_str()), (Some(false), Some(new)));
    let new_binary = place.feed("rewrap cards --aad a --binary", &old_binary).ok();
    assert_eq!(new_binary[4], 2);
    assert_eq!(place.feed("decrypt cards --aad a", new.as_bytes()).ok(), b"4111");
    assert_eq!(place.feed("decrypt cards --aad a --binary", &new_binary).ok(), b"4111");
    place.feed("rewrap cards", old.as_bytes()).fails(4);
}

#[test]
fn a_version_can_be_asked_for() {
    let place = Place::new();
    place.run("key create cards").ok();
    place.run("key rotate cards").ok();
    assert!(place.feed("encrypt cards --key-version 1", b"x").fails(3).contains("--min-encryption-version"));
    place.run("key configure cards --min-encryption-version 1").ok();
    assert!(place.feed("encrypt cards --key-version 1", b"x").line().starts_with("strongroom:v1:"));
    assert_eq!(place.feed("encrypt cards --key-version 1 --binary", b"x").ok()[4], 1);
    assert!(place.run("datakey cards --key-version 1").line().starts_with("strongroom:v1:"));
    assert!(place.feed("encrypt cards", b"x").line().starts_with("strongroom:v2:"));
    place.feed("encrypt cards --key-version=0", b"x").fails(3);
    for version in ["-1", "x", "2147483648", "99999999999999999999"] {
        place.feed(&format!("encrypt cards --key-version={version}"), b"x").fails(2);
    }
    place.feed("encrypt cards --key-version 3", b"x").fails(4);
}

#[test]
fn results_are_json_when_asked() {
    let place = Place::new();
    place.run("key create cards").ok();
    let text = place.feed("encrypt cards --json", b"\0\xff").json();
    let text = text["ciphertext"].as_str().unwrap();
    assert_eq!(place.feed("decrypt cards --json", text.as_bytes()).json()["plaintext_base64"], "AP8=");
    let binary = place.feed("encrypt cards --json --binary", b"").json();
    assert!(binary["ciphertext_base64"].as_str().unwrap().starts_with("/gAAAA"));
}

#[test]
fn a_data_key_stays_wrapped_unless_said_otherwise() {
    let place = Place::new();
    place.run("key create files").ok();
    let wrapped = place.run("datakey files --aad f").line();
    assert_eq!(place.feed("decrypt files --aad f", wrapped.as_bytes()).ok().len(), 32);
    assert_eq!(place.run("datakey files --json").json().as_object().unwrap().len(), 1);
    for (bits, bytes) in [("128", 16), ("256", 32), ("512", 64)] {
        let both = place.run(&format!("datakey files --bits {bits} --json --expose-secret-material")).json();
        let opened =
            place.feed("decrypt files --json", both["ciphertext"].as_str().unwrap().as_bytes()).json();
        assert_eq!(opened["plaintext_base64"], both["plaintext_base64"]);
        assert_eq!(
            place.feed("decrypt files", both["ciphertext"].as_str().unwrap().as_bytes()).ok().len(),
            bytes
        );
    }
    place.run("datakey files --out key.ct --plaintext-out key --expose-secret-material").ok();
    assert_eq!(mode(&place.path("key")), 0o600);
    assert_eq!(place.run("decrypt files --in key.ct").ok(), place.read("key"));
    let piped = place.run("datakey files --out key.ct --plaintext-out - --expose-secret-material").ok();
    assert_eq!(place.run("decrypt files --in key.ct").ok(), piped);
    for wrong in [
        "--plaintext-out key",
        "--expose-secret-material",
        "--expose-secret-material --plaintext-out -",
        "--bits 192",
        "--expose-secret-material --json --out x",
    ] {
        place.run(&format!("datakey files {wrong}")).fails(2);
    }
}
