//! What is said to somebody who has made a mistake that many make: what was meant, and how it is said.

use crate::place::{Place, mode};
use serde_json::Value;
use std::fs;
use strongroom::{KeyConfig, KeySpec, Version};

/// What is said for people and, with `--json`, to programs: message and hint.
#[track_caller]
fn said(place: &Place, arguments: &str, input: &[u8], code: i32) -> (String, String) {
    let text = place.feed(arguments, input).fails(code);
    let json: Value =
        serde_json::from_str(&place.feed(&format!("--json {arguments}"), input).fails(code)).unwrap();
    let part = |name: &str| json["error"][name].as_str().unwrap_or_default().to_owned();
    let (message, hint) = (part("message"), part("hint"));
    assert!(text.contains(&message) && text.contains(&hint), "{text}");
    (message, hint)
}

#[test]
fn a_command_in_the_wrong_place_is_shown_where_it_is() {
    let place = Place::empty();
    for (arguments, meant) in [
        ("create cards", "'strongroom key create'"),
        ("rotate cards", "'strongroom key rotate'"),
        ("list", "'strongroom key list' or 'strongroom seal list'"),
        ("key encrypt cards", "'strongroom encrypt'"),
        ("keys", "'strongroom key list'"),
        ("info cards", "'strongroom key show'"),
    ] {
        let (message, _) = said(&place, arguments, b"", 2);
        assert!(message.ends_with(&format!("; did you mean {meant}?")), "{arguments}: {message}");
    }
    let text = place.run("create cards").fails(2);
    assert!(text.contains("\n\nUsage: strongroom"), "{text}");
    // Of what nobody calls so nothing is said.
    assert!(!place.run("frobnicate").fails(2).contains("did you mean"));
}

#[test]
fn what_is_missing_is_named_as_it_is_given() {
    let place = Place::empty();
    let missing = |arguments, what: &str| {
        let (message, _) = said(&place, arguments, b"", 2);
        assert_eq!(message, format!("something is missing: give {what}"), "{arguments}");
    };
    missing("key delete", "NAME and --confirm NAME");
    missing("encrypt", "KEY");
    #[cfg(feature = "platforms")]
    missing("move", "--from-vault ADDR or --to-vault ADDR");
}

#[test]
fn an_option_with_the_name_that_others_give_it_is_recognised() {
    let place = Place::empty();
    for (arguments, meant) in [
        ("encrypt cards --associated-data x", "--aad"),
        ("decrypt cards --additional-data x", "--aad"),
        ("key create cards --type ed25519", "--key-type"),
        ("encrypt cards --input x", "--in FILE, or standard input"),
        ("encrypt cards --output x", "--out"),
        ("encrypt cards --plaintext x", "--in FILE, or standard input"),
        ("key list --root-key x", "--root-key-file"),
        ("key list --passphrase-id x", "--seal-id"),
        ("key delete cards --force", "--confirm"),
        ("token issue sessions --expires-in 1h", "--ttl"),
    ] {
        let (message, _) = said(&place, arguments, b"", 2);
        assert!(message.ends_with(&format!("; did you mean {meant}?")), "{arguments}: {message}");
    }
    for (arguments, meant) in [
        ("sign cards --hash sha256", "sha2-256"),
        ("key create x --key-type ecdsap256", "ecdsa-p256"),
        ("key create x --key-type aes256-gcm", "xaes256-gcm' or 'aes256-gcm96"),
        ("key create x --key-type aes", "xaes256-gcm' or 'aes256-gcm96"),
        ("key create x --key-type AES256-GCM96", "aes256-gcm96"),
        ("key rotate x --key-type AES256_GCM96", "aes256-gcm96"),
        ("sign cards --hash SHA2-256", "sha2-256"),
        ("index x --name n --normalize lower", "casefold"),
        ("index x --name n --normalize Email", "email"),
    ] {
        let (message, _) = said(&place, arguments, b"", 2);
        assert!(message.ends_with(&format!("; did you mean '{meant}'?")), "{arguments}: {message}");
    }
    let (message, _) = said(&place, "index x --name n --normalize nfkc+lower", b"", 2);
    assert!(message.ends_with("; did you mean nfkc,casefold?"), "{message}");
    // What nobody needs.
    for arguments in ["init --force", "encrypt cards --out x --force", "key create cards --yes"] {
        let (message, _) = said(&place, arguments, b"", 2);
        assert!(message.starts_with("nothing is forced here: --out replaces a file by itself"), "{message}");
    }
    // Only where the command has it.
    assert!(!place.run("encrypt cards --type x").fails(2).contains("--key-type"));
}

#[test]
fn what_is_no_ciphertext_of_the_key_is_named() {
    let place = Place::new();
    place.run("key create cards").ok();
    let text = place.feed("encrypt cards", b"4111").line();
    let hint = |arguments: &str, input: &str| said(&place, arguments, input.as_bytes(), 4).1;
    assert_eq!(hint("decrypt cards", ""), "it is empty");
    assert_eq!(hint("rewrap cards", "\n"), "it is empty");
    assert!(hint("decrypt cards", "vault:v1:AAAA").starts_with("it is of Vault's or OpenBao's Transit"));
    assert!(hint("decrypt cards", &format!("{text}\n\n")).contains("a newline before it or behind it"));
    place.run("key create releases --key-type ed25519").ok();
    assert_eq!(hint("verify releases --signature vault:v1:", "m"), "");
    assert!(hint("hmac cards --verify vault:v1:AAAA", "m").contains("Transit"));
    for command in ["decrypt", "rewrap"] {
        let hint = hint(&format!("{command} cards --binary"), &text);
        assert_eq!(hint, "it is the text form of a ciphertext; leave out --binary");
    }
    // One newline, which a shell or an editor has put there, is none of these.
    assert_eq!(place.feed("decrypt cards", format!("{text}\n").as_bytes()).ok(), b"4111");
    // Bytes that are no text.
    for command in ["decrypt", "rewrap"] {
        let hint = said(&place, &format!("{command} cards"), b"\xff\xfe", 4).1;
        assert_eq!(hint, "it is not text; a binary ciphertext needs --binary");
    }
    // What may help with one form is not said of another.
    assert_eq!(hint("decrypt cards", "nonsense"), "");
    place.run("key create api-keys").ok();
    let api_key = place.run("api-key generate acme").line();
    let index = place.feed("index cards --name n", b"4111").line();
    let token = place.feed("token issue cards --ttl 1h", b"x").line();
    for (command, given, why) in [
        ("decrypt cards", &api_key, "it is an API key"),
        ("decrypt cards", &index, "it is a blind index"),
        ("decrypt cards", &token, "it is a token: redeem it"),
        ("token redeem cards", &api_key, "it is an API key"),
        ("token redeem cards", &index, "it is a blind index"),
        ("api-key check", &token, "it is a token: redeem it"),
        ("api-key check", &index, "it is a blind index"),
    ] {
        let hint = hint(command, given);
        assert!(hint.starts_with(why) && !hint.contains("--binary"), "{command}: {hint}");
    }
}

#[test]
fn a_signature_of_the_other_form_is_named() {
    let place = Place::new();
    place.run("key create releases --key-type ecdsa-p256").ok();
    let jws = place.feed("sign releases --form jws", b"m").line();
    let hint = |arguments: &str| said(&place, arguments, b"m", 4).1;
    assert_eq!(
        hint(&format!("verify releases --signature {jws}")),
        "a signature of the jws form needs --form jws"
    );
    assert_eq!(
        hint("verify releases --form jws --signature vault:v1:AA=="),
        "a signature that was made without --form jws is verified without it"
    );
    assert_eq!(hint("verify releases --signature nonsense"), "");
}

#[test]
fn a_variable_that_is_not_set_is_named_unless_it_may_be_the_secret() {
    let place = Place::empty();
    let message =
        |name: &str| said(&place, &format!("key list --keyring k --passphrase-env {name}"), b"", 3).0;
    assert!(message("OFFICE_PASS").contains("the environment variable OFFICE_PASS that --passphrase-env"));
    let hidden = message("hunter2");
    assert!(hidden.contains("whose name is not shown") && !hidden.contains("hunter2"), "{hidden}");
}

#[test]
fn who_has_the_wrong_seal_learns_which_there_are() {
    let mut place = Place::empty();
    place.set("PASS", "correct horse");
    place.set("OTHER", "battery staple");
    place.run("init --passphrase-env PASS --seal-id office").ok();
    let (_, hint) = said(&place, "key list --passphrase-env OTHER", b"", 5);
    assert!(
        hint.starts_with("the keyring has copies for passphrase \"office\"; the seal given is \"")
            && hint.contains("\"; look at --root-key-file"),
        "{hint}"
    );
}

#[test]
fn a_name_that_is_none_is_explained() {
    let place = Place::new();
    for arguments in ["key create a/b", "key show a/b", "encrypt a/b", "key import a/b --encoding raw"] {
        let (message, hint) = said(&place, arguments, &[7; 32], 3);
        assert!(message.starts_with("not a key name") && hint == "it has '/' in it", "{arguments}: {hint}");
    }
    let (_, hint) = said(&place, "key import a --encoding raw --key-type aes256-gcm96", b"short", 3);
    assert_eq!(hint, "5 bytes of it came in");
}

#[test]
fn who_trims_too_early_learns_what_comes_first() {
    let place = Place::new();
    place.two_hours_ago().create_key("a", KeySpec::default()).unwrap().rotate().unwrap();
    let trim = "key trim a --confirm a --min-available-version 2";
    let (message, hint) = said(&place, trim, b"", 3);
    assert!(message.contains("--min-encryption-version and --min-decryption-version"), "{message}");
    let configure = "key configure a --min-decryption-version 2 --min-encryption-version 2";
    assert_eq!(hint, format!("'strongroom {configure}'"));
    place.run(configure).ok();
    let (_, hint) = said(&place, trim, b"", 3);
    let from =
        hint.strip_prefix("it can be done from ").and_then(|rest| rest.strip_suffix(" on")).expect(&hint);
    assert!(from.len() == 20 && from.ends_with('Z'), "{from}");
    let (_, hint) = said(&place, &trim.replace("-version 2", "-version 9"), b"", 3);
    assert_eq!(hint, "the latest version is 2; 'strongroom key rotate' makes a newer one");
    // What stands in the hint is so.
    let both = KeyConfig::new()
        .min_decryption_version(Version::new(2).unwrap())
        .min_encryption_version(Version::new(2));
    let old = place.two_hours_ago().create_key("b", KeySpec::default()).unwrap();
    old.rotate().unwrap();
    old.configure(both).unwrap();
    place.run("key trim b --confirm b --min-available-version 2").ok();
}

#[test]
fn init_says_what_it_made_and_what_is_weak() {
    let mut place = Place::empty();
    let text =
        String::from_utf8(place.run("init --keyring a/b/ring --new-root-key-file root.key").ok()).unwrap();
    assert!(text.ends_with("the folders from a on are new\n"), "{text}");
    let text = String::from_utf8(place.run("init --keyring a/other --root-key-file root.key").ok()).unwrap();
    assert!(!text.contains("new"), "{text}");
    let said = place.run("init --keyring c --new-root-key-file root.key").fails(5);
    assert!(
        said.contains("cannot create root.key") && said.contains("open with it by --root-key-file"),
        "{said}"
    );
    place.set("PASS", "x");
    let made = place.run("init --keyring weak --passphrase-env PASS");
    assert!(made.err.starts_with("warning: the passphrase has fewer than 8 characters"), "{}", made.err);
    made.ok();
    for command in ["seal add", "reseal"] {
        let run = place
            .run(&format!("{command} --keyring a/other --root-key-file root.key --with-passphrase-env PASS"));
        assert!(run.err.contains("warning: the passphrase has fewer"), "{}", run.err);
        run.ok();
    }
}

#[test]
fn files_that_are_in_the_way_or_open_to_others_are_named() {
    let place = Place::new();
    place.write("file", "");
    let (message, _) = said(&place, "key list --keyring file", b"", 5);
    assert!(message.contains("a keyring is a folder, and this path leads to a file"), "{message}");
    fs::set_permissions(place.path("root.key"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(mode(&place.path("root.key")), 0o644);
    let (_, hint) = said(&place, "key list --root-key-file root.key", b"", 5);
    assert!(hint.starts_with("'chmod 600 FILE'"), "{hint}");
    let (message, _) = said(&place, "key list --root-key-env NOT_SET", b"", 3);
    assert!(message.contains("'openssl rand -base64 32' makes one"), "{message}");
}
