//! `encrypt`, `decrypt` and `rewrap` with `--stream`: files of any size.

use crate::place::{Place, mode};
use serde_json::Value;

/// What stands before the chunks, and a chunk of 16 KiB when it is sealed.
const HEAD: usize = 64;
const SEALED: usize = 16_400;

fn large() -> Vec<u8> {
    (0..200_001u32).map(|at| (at * 7 + at / 251) as u8).collect()
}

/// What comes of a file. Through two pipes at once the program would wait for somebody to read, who waits for
/// it.
fn through(place: &Place, command: &str, given: &[u8]) -> Vec<u8> {
    place.write("given", given);
    place.run(&format!("{command} --in given")).ok()
}

#[test]
fn files_of_any_size_come_back_as_they_were() {
    let place = Place::new();
    place.run("key create cards").ok();
    for plaintext in [b"".as_slice(), b"4111\n", &[7; 16_384], &large()] {
        let stream = through(&place, "encrypt cards --stream --aad a", plaintext);
        assert_eq!(&stream[..8], b"SRF1\0\0\0\x01");
        assert_eq!(through(&place, "decrypt cards --stream --aad a", &stream), plaintext);
        place.write("plain", plaintext);
        let written = place.run("encrypt cards --stream --in plain --out sealed --json").json();
        assert_eq!(written["bytes"].as_u64(), Some(place.read("sealed").len() as u64));
        assert_eq!(place.run("decrypt cards --stream --in sealed --out opened").ok(), b"");
        assert!(place.read("opened") == plaintext);
        assert_eq!(mode(&place.path("opened")), 0o600);
    }
    assert!(place.run("decrypt cards --stream --aad b --in sealed").fails(4).contains("failed"));
}

#[test]
fn a_rewrap_takes_the_place_of_its_file() {
    let place = Place::new();
    place.run("key create tenants --derived").ok();
    place.write("plain", large());
    place.run("encrypt tenants --stream --context acme --in plain --out sealed").ok();
    let old = place.read("sealed");
    place.run("rewrap tenants --stream --context acme --in sealed --out sealed").ok();
    assert!(place.read("sealed") == old, "it is under the latest version");
    place.run("key rotate tenants").ok();
    place.run("rewrap tenants --stream --context acme --in sealed --out sealed").ok();
    let new = place.read("sealed");
    assert_eq!(new[..8], *b"SRF1\0\0\0\x02");
    assert!(through(&place, "decrypt tenants --stream --context acme", &new) == large());
    place.run("key configure tenants --min-encryption-version 1").ok();
    let under_first = place.feed("encrypt tenants --stream --context acme --key-version 1", b"x").ok();
    assert_eq!(under_first[7], 1);
}

#[test]
fn what_is_not_whole_leaves_no_file() {
    let place = Place::new();
    place.run("key create cards").ok();
    let stream = through(&place, "encrypt cards --stream", &large());
    place.write("cut", &stream[..HEAD + 2 * SEALED]);
    place.write("old", "old");
    for command in ["decrypt", "rewrap"] {
        let said = place.run(&format!("{command} cards --stream --in cut --out new")).fails(4);
        assert!(said.contains("ends before its last chunk"), "{said}");
        assert!(!place.path("new").exists());
        place.run(&format!("{command} cards --stream --in cut --out old")).fails(4);
        assert_eq!(place.read("old"), b"old");
    }
    assert!(place.run("decrypt cards --stream --in missing").fails(5).contains("cannot read missing"));
    assert!(place.run("encrypt cards --stream --in missing").fails(5).contains("cannot read missing"));
    place.feed("decrypt cards --stream", b"strongroom:v1:AAAA").fails(4);
}

#[test]
fn what_has_no_sense_is_refused() {
    let place = Place::new();
    place.run("key create cards").ok();
    place.run("key create macs --key-type aes256-gcm96").ok();
    for command in ["encrypt", "decrypt", "rewrap"] {
        let binary = place.run(&format!("{command} cards --stream --binary")).fails(2);
        assert!(binary.contains("cannot be used with"), "{binary}");
        let table = place.run(&format!("{command} cards --stream --csv c.csv --column v")).fails(2);
        assert!(table.contains("cannot be used with"), "{table}");
        let json = place.feed(&format!("{command} cards --stream --json"), b"").fails(2);
        assert!(json.contains("give --out FILE"), "{json}");
        let other = place.feed(&format!("{command} macs --stream"), b"SRF1").fails(3);
        // As it is said in every language, whose calls have other names.
        let doing = if command == "rewrap" { "rewrapping" } else { &*format!("{command}ing") };
        let expected = format!("{doing} a stream is not supported by keys of type aes256-gcm96");
        assert!(other.contains(&expected), "{other}");
    }
    assert!(place.feed("rewrap cards --stream --key-version 1", b"").fails(2).contains("--key-version"));
}

#[test]
fn a_stream_that_is_taken_for_a_message_is_named() {
    let place = Place::new();
    place.run("key create cards").ok();
    let stream = through(&place, "encrypt cards --stream", &large());
    place.write("sealed", &stream);
    for call in ["decrypt cards", "decrypt cards --binary", "rewrap cards --binary"] {
        let error = place.run(&format!("{call} --in sealed")).fails(4);
        assert!(error.contains("it is a stream; say --stream"), "{call}: {error}");
    }
    // And the other way round.
    let text = place.feed("encrypt cards", b"4111").line();
    for call in ["decrypt cards --stream", "rewrap cards --stream"] {
        let error = place.feed(call, text.repeat(2).as_bytes()).fails(4);
        assert!(error.contains("leave out --stream"), "{call}: {error}");
    }
    let threads = place.feed("rewrap cards --stream --threads 2", b"SRF1").fails(2);
    assert!(threads.contains("leave out --threads"), "{threads}");
    for wrong in [
        "encrypt cards --threads 2",
        "encrypt cards --stream --threads 65",
        "decrypt cards --stream --threads 0",
    ] {
        place.feed(wrong, b"").fails(2);
    }
}

#[test]
fn a_file_says_what_it_is_without_its_key() {
    let place = Place::new();
    place.run("key create cards").ok();
    place.run("key rotate cards").ok();
    place.write("plain", large());
    place.run("encrypt cards --stream --in plain --out sealed").ok();
    let sealed = place.read("sealed");
    // No keyring, and nobody to ask.
    let elsewhere = Place::empty();
    elsewhere.write("sealed", &sealed);
    let told = |json: &Value| {
        let number = |name: &str| json[name].as_u64();
        (number("version"), number("file_bytes"), number("chunks"), number("plaintext_bytes"))
    };
    let whole = (Some(2), Some(sealed.len() as u64), Some(13), Some(200_001));
    let json = elsewhere.run("--json info --in sealed").json();
    assert_eq!((told(&json), json["has_end"].as_bool()), (whole, Some(true)));
    assert_eq!(told(&elsewhere.feed("info --json", &sealed).json()), whole, "of a pipe");
    let text = String::from_utf8(elsewhere.run("info --in sealed").ok()).unwrap();
    assert!(text.contains("key version  2\n") && text.contains("plaintext    200,001 bytes\n"), "{text}");

    let (one, none) = (HEAD + 17, HEAD + 16);
    place.write("one", b"1");
    place.run("encrypt cards --stream --in one --out one").ok();
    assert_eq!(place.read("one").len(), one);
    assert_eq!(told(&place.run("info --json --in one").json()).3, Some(1));
    let empty = place.feed("info --json", &place.read("one")[..none]).json();
    assert_eq!(
        (told(&empty).2, told(&empty).3),
        (Some(1), Some(0)),
        "it opens not, which only the key tells"
    );

    for (len, chunks) in [(HEAD, 0), (HEAD + 15, 1), (HEAD + 2 * SEALED, 2), (HEAD + 2 * SEALED + 15, 3)] {
        let run = elsewhere.feed("info --json", &sealed[..len]);
        assert_eq!(run.code, 4, "{}", run.err);
        assert!(run.err.contains("truncated_stream"), "{}", run.err);
        let json: Value = serde_json::from_slice(&run.out).unwrap();
        assert_eq!(
            (told(&json), json["has_end"].as_bool()),
            ((Some(2), Some(len as u64), Some(chunks), None), Some(false))
        );
        elsewhere.write("cut", &sealed[..len]);
        let run = elsewhere.run("info --in cut");
        assert!(run.code == 4 && String::from_utf8_lossy(&run.out).contains("end          missing"));
    }
    assert!(elsewhere.feed("info", &sealed[..63]).fails(4).contains("ends before"));
    assert!(
        elsewhere.feed("info", &sealed[1..]).fails(4).contains("a stream is what 'encrypt --stream' wrote")
    );
    elsewhere.feed("info", b"SRF2").fails(4 + 1);
    assert!(elsewhere.run("info --in none").fails(5).contains("none"));
    assert!(elsewhere.run("info sealed").fails(2).contains("--in"));
}
