//! What is refused, in which order, and that a batch equals the singles.

use crate::{emails, users, v};
use strongroom::{Aad, BlindIndex, Error, Import, KeyConfig, KeySpec, KeyType, Keyring, Normalize};

fn name(result: Result<impl std::fmt::Debug, Error>) -> &'static str {
    result.map_or_else(|error| error.name(), |_| "works")
}

/// Every form, told apart by nothing but what comes out.
fn all(key: &strongroom::View, value: &[u8], column: &BlindIndex) -> Vec<&'static str> {
    vec![
        name(key.index(value, column)),
        name(key.index_binary(value, column)),
        name(key.indexes(value, column)),
        name(key.indexes_binary(value, column)),
        name(key.index_prefixes(value, &[1], column)),
        name(key.index_prefixes_binary(value, &[], column)),
        name(key.index_ngrams(value, 1, column)),
        name(key.index_ngrams_binary(value, 255, column)),
        name(key.indexes_prefix(value, column)),
        name(key.indexes_prefix_binary(value, column)),
        name(key.indexes_ngrams(value, 1, column)),
        name(key.indexes_ngrams_binary(value, 255, column)),
        name(key.index_batch([value], column).remove(0)),
        name(key.index_binary_batch([value], column).remove(0)),
        name(key.indexes_batch([value], column).remove(0)),
        name(key.indexes_binary_batch([value], column).remove(0)),
    ]
}

fn every_form(key: &strongroom::View, value: &[u8], column: &BlindIndex) -> &'static str {
    let mut names = all(key, value, column);
    assert_eq!(names.len(), 16);
    names.dedup();
    let [name] = <[_; 1]>::try_from(names).expect("every form answers alike");
    name
}

#[test]
fn what_makes_no_index_is_refused() {
    let key = users();
    let of = |value: &[u8], column: &BlindIndex| every_form(&key, value, column);
    assert_eq!(of(b"ann@example.com", &emails()), "works");
    for (name, expected) in [
        ("", "invalid_option"),
        ("n", "works"),
        (&"ñ".repeat(127), "works"),
        (&"n".repeat(255), "works"),
        (&"ñ".repeat(128), "invalid_option"),
    ] {
        assert_eq!(of(b"v", &BlindIndex::new(name)), expected, "{} bytes", name.len());
    }
    for (bits, expected) in [
        (0, "invalid_option"),
        (7, "invalid_option"),
        (8, "works"),
        (256, "works"),
        (257, "invalid_option"),
        (u16::MAX, "invalid_option"),
    ] {
        assert_eq!(of(b"v", &emails().bits(bits)), expected, "{bits} bits");
    }
    for value in [&b""[..], b"\xff", b"v\xc3", b"\xc0\xaf", b"\xed\xa0\x80"] {
        assert_eq!(of(value, &BlindIndex::new("n")), "invalid_value", "{value:?}");
        assert_eq!(of(value, &emails()), "invalid_value", "{value:?}");
    }
    assert_eq!(of(b" \t\n", &emails()), "invalid_value");
    assert_eq!(of(b" \t\n", &BlindIndex::new("n")), "works");
    assert_eq!(of("½".as_bytes(), &emails().normalize(Normalize::Digits)), "invalid_value");
    // The column comes before the value, and the value before the version.
    assert_eq!(of(b"", &BlindIndex::new("")), "invalid_option");
    assert_eq!(of(b"", &emails().version(v(3))), "invalid_value");
}

#[test]
fn lengths_are_from_1_to_255_characters() {
    let (key, names) = (users(), BlindIndex::new("users.name"));
    assert_eq!(name(key.index_prefixes("Smith", &[1, 0], &names)), "invalid_option");
    assert_eq!(name(key.index_ngrams("Smith", 0, &names)), "invalid_option");
    assert_eq!(name(key.indexes_ngrams("Smith", 0, &names)), "invalid_option");
    // Before the value is looked at.
    assert_eq!(name(key.index_ngrams("", 0, &names)), "invalid_option");
    assert_eq!(name(key.indexes_prefix("ñ".repeat(255), &names)), "works");
    assert_eq!(name(key.indexes_prefix("ñ".repeat(256), &names)), "invalid_option");
    assert_eq!(key.index_prefixes("Smith", &[], &names).unwrap(), Vec::<String>::new());
    assert_eq!(key.index_prefixes("ñandú", &[6, 255], &names).unwrap(), Vec::<String>::new());
    assert_eq!(key.index_prefixes("ñandú", &[5, 5, 6], &names).unwrap().len(), 1);
    assert_eq!(key.index_ngrams("ñandú", 6, &names).unwrap(), Vec::<String>::new());
    assert_eq!(key.indexes_ngrams("ñandú", 6, &names).unwrap(), [Vec::<String>::new()]);
    assert_eq!(key.index_ngrams("aaaaa", 2, &names).unwrap().len(), 1);
}

#[test]
fn versions_are_those_that_are_searched() {
    let key = users();
    for _ in 2..=4 {
        key.rotate().unwrap();
    }
    key.configure(KeyConfig::new().min_decryption_version(v(2)).min_encryption_version(Some(v(4)))).unwrap();
    let of = |version| every_form(&key, b"v", &emails().version(v(version)));
    // What may encrypt has nothing to do with it.
    assert_eq!([1, 2, 3, 4, 5].map(of), ["version_too_old", "works", "works", "works", "version_too_new"]);
    assert_eq!(key.indexes("v", &emails()).unwrap().len(), 3);
    let of_third = emails().version(v(3));
    assert_eq!(key.indexes("v", &of_third).unwrap(), [key.index("v", &of_third).unwrap()]);
    assert!(key.indexes("v", &emails()).unwrap().contains(&key.index("v", &of_third).unwrap()));
}

#[test]
fn contexts_are_for_derived_keys() {
    let ring = Keyring::in_memory();
    let derived = ring.create_key("tenants", KeySpec::default().derived(true)).unwrap();
    assert_eq!(every_form(&derived, b"v", &emails()), "context_required");
    assert_eq!(every_form(&derived.context("acme").unwrap(), b"v", &emails()), "works");
    assert_eq!(name(users().context("acme")), "context_not_allowed");
    let of = |context: &str| derived.context(context).unwrap().index("v", &emails()).unwrap();
    assert_eq!(of("acme"), of("acme"));
    assert_ne!(of("acme"), of("umbrella"));
    // Longer ones than are remembered come out the same each time.
    assert_eq!(of(&"x".repeat(5000)), of(&"x".repeat(5000)));
}

#[test]
fn a_disabled_and_a_closed_key_say_so() {
    let ring = Keyring::in_memory();
    let key = ring.create_key("users", KeySpec::default()).unwrap();
    let stored = key.index("v", &emails()).unwrap();
    key.disable().unwrap();
    assert_eq!(every_form(&key, b"v", &emails()), "key_disabled");
    assert_eq!(name(key.needs_reindex(&stored)), "key_disabled");
    key.enable().unwrap();
    assert_eq!(every_form(&key, b"v", &emails()), "works");
    ring.close();
    assert_eq!(every_form(&key, b"v", &emails()), "closed");
    assert_eq!(name(key.needs_reindex(&stored)), "closed");
}

/// Of a public key alone others may hold a copy that has other secrets beside it.
#[test]
fn public_keys_alone_index_nothing() {
    let ring = Keyring::in_memory();
    let private = ring.create_key("mine", KeyType::Ed25519).unwrap();
    let public = private.public_key(None).unwrap();
    let theirs = ring
        .import_key("theirs", Import::public_key(public.to_pem().into_bytes()), KeyType::Ed25519)
        .unwrap();
    assert_eq!(every_form(&theirs, b"v", &emails()), "index_not_supported");
    assert_eq!(every_form(&theirs, b"", &BlindIndex::new("")), "index_not_supported");
    theirs.hmac(b"v").unwrap();
    assert_eq!(every_form(&private, b"v", &emails()), "works");
}

#[test]
fn a_batch_equals_the_singles() {
    let key = users();
    key.rotate().unwrap();
    let values = ["ann@example.com", "", "Bob@Example.com", " ", "ann@example.com"];
    let singles = values.map(|value| key.index(value, &emails()));
    assert_eq!(key.index_batch(values, &emails()), singles);
    assert_eq!(
        key.index_binary_batch(values, &emails()),
        values.map(|value| key.index_binary(value, &emails()))
    );
    assert_eq!(key.indexes_batch(values, &emails()), values.map(|value| key.indexes(value, &emails())));
    let binary = values.map(|value| key.indexes_binary(value, &emails()));
    assert_eq!(key.indexes_binary_batch(values, &emails()), binary);
    assert!(singles[1].is_err() && singles[2].is_ok() && singles[0] == singles[4]);
    let texts = ["strongroom:i1:AA", "strongroom:i2:AA", "strongroom:i3:AA", "strongroom:i1:A"];
    let expected = [Ok(true), Ok(false), Err(Error::VersionTooNew), Err(Error::Malformed)];
    assert_eq!(key.needs_reindex_batch(texts), expected);
    assert_eq!(texts.map(|text| key.needs_reindex(text)), expected);
    assert_eq!(key.index_batch(Vec::<String>::new(), &emails()), []);
}

/// No index opens, and no ciphertext is one.
#[test]
fn an_index_is_no_ciphertext_and_the_other_way_round() {
    let key = users();
    let (index, ciphertext) = (key.index("v", &emails()).unwrap(), key.encrypt("v", Aad::NONE).unwrap());
    assert_eq!(key.decrypt(&index, Aad::NONE).unwrap_err(), Error::Malformed);
    assert_eq!(key.verify_hmac("v", &index).unwrap_err(), Error::Malformed);
    assert_eq!(key.needs_reindex(&ciphertext), Err(Error::Malformed));
}

/// Every change of a text is either another text of the same form or refused: nothing panics.
#[test]
fn changed_texts_are_read_or_refused() {
    let key = users();
    let text = key.index("v", &emails()).unwrap();
    let mut refused = 0;
    for at in 0..text.len() {
        for byte in 0..=255u8 {
            let mut changed = text.clone().into_bytes();
            changed[at] = byte;
            let Ok(changed) = String::from_utf8(changed) else { continue };
            match key.needs_reindex(&changed) {
                Ok(_) => assert!(at >= "strongroom:i1:".len() || changed == text, "{changed}"),
                Err(Error::Malformed) => refused += 1,
                Err(error) => assert_eq!(error, Error::VersionTooNew, "{changed}"),
            }
        }
        assert_eq!(key.needs_reindex(&text[..at]).is_ok(), {
            // What is cut where base64 may end, with spare bits that are zero, is a shorter index.
            let cut = at.checked_sub("strongroom:i1:".len()).map(|_| &text.as_bytes()[14..at]);
            cut.is_some_and(|cut| !cut.is_empty() && base64_simd::URL_SAFE_NO_PAD.decode_to_vec(cut).is_ok())
        });
    }
    assert!(refused > 1000, "{refused}");
    assert_eq!(key.needs_reindex("x".repeat(1 << 20)), Err(Error::Malformed));
    assert_eq!(key.needs_reindex(format!("strongroom:i1:{}", "A".repeat(1 << 20))), Err(Error::Malformed));
}

#[test]
fn the_view_for_transit_indexes_alike() {
    let key = users();
    assert_eq!(key.transit().index("v", &emails()).unwrap(), key.index("v", &emails()).unwrap());
    let derived = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let view = derived.context("acme").unwrap();
    assert_eq!(view.transit().index("v", &emails()).unwrap(), view.index("v", &emails()).unwrap());
    assert_eq!(every_form(&derived.transit(), b"v", &emails()), "context_required");
}
