//! Every limit on names, contexts, messages and versions from both sides, and every error that there is.

use std::collections::BTreeMap;
use strongroom::{
    Aad, Context, Error, ErrorFamily, Item, KeyName, KeySpec, KeyType, Keyring, KeyringId, Version,
};
use strongroom_tests::provoked::{Secrets, errors};

/// Errors that no call of this build gives, with the reason.
const NOT_PROVOKED: &[(&str, &str)] = &[
    ("plaintext_backup_not_allowed", "there are no plaintext backups yet"),
    ("exposure_not_confirmed", "the compiler asks for the confirmation; other languages cannot"),
    ("invalid_url", "it is of the crate for platforms, whose tests have it"),
    ("entropy_failed", "the operating system would have to fail"),
];

#[test]
fn every_error_is_provoked() {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for error in errors(&Secrets::default()) {
        *count.entry(error.name()).or_default() += 1;
    }
    println!("{count:?}");
    let mut families = BTreeMap::from([("misuse", 0), ("untrusted", 0), ("environment", 0)]);
    for row in Error::TABLE {
        let excused = NOT_PROVOKED.iter().any(|(name, _)| *name == row.name);
        assert_eq!(count.contains_key(row.name), !excused, "{}", row.name);
        let family = match row.family() {
            ErrorFamily::Misuse => "misuse",
            ErrorFamily::UntrustedInput => "untrusted",
            ErrorFamily::Environment => "environment",
        };
        *families.entry(family).or_default() += usize::from(!excused);
    }
    assert!(
        families["misuse"] >= 28 && families["untrusted"] >= 9 && families["environment"] >= 12,
        "{families:?}"
    );
    assert!(NOT_PROVOKED.iter().all(|(name, _)| Error::TABLE.iter().any(|row| row.name == *name)));
}

#[test]
fn names_of_keys() {
    let ring = Keyring::in_memory();
    let mut tried = 0;
    let mut check = |name: &str, proper: bool| {
        assert_eq!(KeyName::new(name).is_ok(), proper, "{name:?}");
        assert_eq!(name.parse::<KeyName>().is_ok(), proper, "{name:?}");
        let refused = ring.key(name).unwrap_err();
        assert_eq!(refused.name(), if proper { "key_not_found" } else { "invalid_key_name" }, "{name:?}");
        tried += 1;
    };
    for (len, proper) in [
        (0, false),
        (1, true),
        (2, true),
        (119, true),
        (120, true),
        (121, false),
        (255, false),
        (100_000, false),
    ] {
        check(&"a".repeat(len), proper);
        check(&"Z".repeat(len), proper);
    }
    for c in (0..=0x24F).chain([0x2024, 0xFF41, 0x1F511]).filter_map(char::from_u32) {
        let word = matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_');
        let inside = word || matches!(c, '-' | '.');
        for (name, proper) in [
            (format!("{c}"), word),
            (format!("{c}a"), word),
            (format!("a{c}"), word),
            (format!("a{c}a"), inside),
            (format!("a{c}{c}a"), inside),
        ] {
            check(&name, proper);
        }
    }
    for (name, proper) in [
        ("a\n", false),
        ("a/../b", false),
        ("..", false),
        ("a..b", true),
        ("-", false),
        ("a b", false),
        ("con", true),
    ] {
        check(name, proper);
    }
    assert!(tried >= 2_900, "{tried}");
    let longest = "Z".repeat(120);
    let key = ring.create_key(&longest, KeySpec::default()).unwrap();
    assert_eq!(key.info().unwrap().name.as_str(), longest);
    for (text, proper) in [
        ("0".repeat(31), false),
        ("0".repeat(32), true),
        ("0".repeat(33), false),
        ("g".repeat(32), false),
        (format!("+{}", "0".repeat(31)), false),
    ] {
        assert_eq!(text.parse::<KeyringId>().is_ok(), proper, "{text}");
    }
}

type Pairs = Vec<(String, String)>;

#[test]
fn contexts_and_aads() {
    let ring = Keyring::in_memory();
    let derived = ring.create_key("derived", KeySpec::default().derived(true)).unwrap();
    let plain = ring.create_key("plain", KeySpec::default()).unwrap();
    for (len, proper) in
        [(0, false), (1, true), (65_534, true), (65_535, true), (65_536, false), (1 << 20, false)]
    {
        let bytes = vec![b'c'; len];
        let through_a_view = derived.context(&bytes).and_then(|view| view.encrypt(b"message", Aad::NONE));
        let encrypted = derived.encrypt_item(&Item::plaintext("message").context(&bytes));
        assert_eq!((through_a_view.is_ok(), encrypted.is_ok()), (proper, proper), "context of {len}");
        for encrypted in [through_a_view, encrypted] {
            match encrypted {
                Ok(ciphertext) => assert_eq!(
                    derived.decrypt_item(&Item::ciphertext(&ciphertext).context(&bytes)).unwrap().expose(),
                    b"message"
                ),
                Err(error) => assert!(matches!(error, Error::InvalidContext { .. })),
            }
        }
        let encrypted = plain.encrypt(b"message", Aad::from(&bytes));
        assert_eq!(encrypted.is_ok(), proper, "aad of {len}");
        match encrypted {
            Ok(ciphertext) => {
                assert_eq!(plain.decrypt(&ciphertext, Aad::from(&bytes)).unwrap().expose(), b"message")
            }
            Err(error) => assert!(matches!(error, Error::InvalidAad { .. })),
        }
    }
    let unbound = plain.encrypt(b"m", Aad::NONE).unwrap();
    assert!(matches!(plain.decrypt(&unbound, Aad::from("")), Err(Error::InvalidAad { .. })));
    assert!(matches!(plain.encrypt(b"m", Aad::from(b"")), Err(Error::InvalidAad { .. })));

    // An encoding of one pair has 6 bytes beside key and value; one of n pairs has 2 and 4 for each.
    let long = |len: usize| "v".repeat(len);
    let pairs = |count: usize| (0..count).map(|at| (format!("{at:05}"), String::new())).collect::<Vec<_>>();
    let maps: Vec<(&str, Pairs, bool)> = vec![
        ("no pairs", vec![], false),
        ("empty strings", vec![(String::new(), String::new())], true),
        ("65,535 bytes", vec![("k".to_owned(), long(65_528))], true),
        ("65,536 bytes", vec![("k".to_owned(), long(65_529))], false),
        ("65,535 bytes of key", vec![(long(65_529), String::new())], true),
        ("a value too long for its length", vec![("k".to_owned(), long(65_536))], false),
        ("a key too long for its length", vec![(long(65_536), String::new())], false),
        ("many pairs that fit", pairs(7_281), true),
        ("one more", pairs(7_282), false),
        ("more than a count can say", pairs(65_536), false),
        (
            "one key twice",
            vec![
                ("k".to_owned(), "1".to_owned()),
                ("j".to_owned(), String::new()),
                ("k".to_owned(), "2".to_owned()),
            ],
            false,
        ),
        ("one pair twice", vec![("k".to_owned(), "1".to_owned()), ("k".to_owned(), "1".to_owned())], false),
        (
            "keys that differ in case",
            vec![("k".to_owned(), "1".to_owned()), ("K".to_owned(), "1".to_owned())],
            true,
        ),
        (
            "keys that would be one after normalisation",
            vec![("\u{e9}".to_owned(), "1".to_owned()), ("e\u{301}".to_owned(), "1".to_owned())],
            true,
        ),
    ];
    for (what, map, proper) in maps {
        let context = Context::map(map.clone());
        assert!(
            if proper { context.is_ok() } else { matches!(context, Err(Error::InvalidContext { .. })) },
            "context: {what}"
        );
        let aad = Aad::map(map.clone());
        assert!(
            if proper { aad.is_ok() } else { matches!(aad, Err(Error::InvalidAad { .. })) },
            "aad: {what}"
        );
        if proper {
            let backwards: Vec<_> = map.iter().rev().cloned().collect();
            let ciphertext = derived
                .encrypt_item(&Item::plaintext("m").context(map.clone()).aad(Aad::map(map).unwrap()))
                .unwrap();
            derived
                .decrypt_item(
                    &Item::ciphertext(&ciphertext)
                        .context(backwards.clone())
                        .aad(Aad::map(backwards).unwrap()),
                )
                .unwrap();
        }
    }
}

const MAX_MESSAGE: usize = 1 << 30;

/// The memory is never written to, so it is hardly there.
#[test]
fn sizes_of_messages() {
    let ring = Keyring::in_memory();
    let zeros = vec![0; MAX_MESSAGE + 200];
    let (longest, longer) = (&zeros[..MAX_MESSAGE], &zeros[..=MAX_MESSAGE]);
    for key_type in KeyType::ALL.iter().copied().filter(|t| t.is_supported()) {
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        assert_eq!(key.hmac(longer).unwrap_err(), Error::MessageTooLong);
        if key_type.signs() {
            assert_eq!(key.sign(longer).unwrap_err(), Error::MessageTooLong);
        }
        if !key_type.encrypts() {
            continue;
        }
        if !key_type.derives() {
            // A block of RSA holds a few hundred bytes.
            assert_eq!(key.encrypt(&longest[..1000], Aad::NONE).unwrap_err(), Error::MessageTooLong);
            continue;
        }
        // At the limit a buffer is asked for, one byte above it nothing is.
        let overhead = match key.encrypt_into_item(&Item::plaintext(b""), &mut []) {
            Err(Error::BufferTooSmall { needed }) => needed,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            key.encrypt_into_item(&Item::plaintext(&longest), &mut [0; 64]).unwrap_err(),
            Error::BufferTooSmall { needed: MAX_MESSAGE + overhead }
        );
        assert_eq!(
            key.encrypt_into_item(&Item::plaintext(&longer), &mut [0; 64]).unwrap_err(),
            Error::MessageTooLong
        );
        assert_eq!(key.encrypt(longer, Aad::NONE).unwrap_err(), Error::MessageTooLong);
        assert_eq!(key.encrypt_binary_item(&Item::plaintext(&longer)).unwrap_err(), Error::MessageTooLong);
        let batch =
            key.encrypt_batch([Item::plaintext(longer), Item::plaintext("short"), Item::plaintext(longer)]);
        assert_eq!(batch.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, false]);

        let mut ciphertext = vec![0; MAX_MESSAGE + overhead];
        ciphertext[..5].copy_from_slice(&[0xFE, 0, 0, 0, 1]);
        assert_eq!(
            key.decrypt_into_item(&Item::binary(&ciphertext), &mut [0; 64]).unwrap_err(),
            Error::BufferTooSmall { needed: MAX_MESSAGE }
        );
        drop(ciphertext);
        if key_type == KeyType::Xaes256Gcm {
            let mut ciphertext = vec![0; MAX_MESSAGE + 128 + 5 + 1];
            ciphertext[..5].copy_from_slice(&[0xFE, 0, 0, 0, 1]);
            assert_eq!(
                key.decrypt_into_item(&Item::binary(&ciphertext), &mut [0; 64]).unwrap_err(),
                Error::Malformed
            );
            assert_eq!(key.needs_rewrap_item(&Item::binary(&ciphertext)).unwrap_err(), Error::Malformed);
        }
    }
}

#[test]
fn a_message_of_no_bytes_and_a_mac_of_the_longest() {
    let ring = Keyring::in_memory();
    for key_type in KeyType::ALL.iter().copied().filter(|t| t.is_supported()) {
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        key.verify_hmac(b"", key.hmac(b"").unwrap()).unwrap();
        if key_type.encrypts() {
            assert_eq!(key.decrypt(key.encrypt(b"", Aad::NONE).unwrap(), Aad::NONE).unwrap().len(), 0);
        }
        if key_type.signs() {
            key.verify(b"", key.sign(b"").unwrap()).unwrap();
        }
    }
    let longest = vec![0; MAX_MESSAGE];
    let key = ring.key("hmac").unwrap();
    let mac = key.hmac(&longest).unwrap();
    assert_eq!(key.verify_hmac(&longest[1..], &mac).unwrap_err(), Error::BadSignature);
}

#[test]
fn numbers_of_versions() {
    assert_eq!(Version::new(0), None);
    assert_eq!(Version::new(1).map(Version::get), Some(1));
    assert_eq!(Version::new((1 << 31) - 1).map(Version::get), Some(i32::MAX as u32));
    assert_eq!((Version::new(1 << 31), Version::new(u32::MAX)), (None, None));
    let ring = Keyring::in_memory();
    let key = ring.create_key("k", KeySpec::default()).unwrap();
    let signing = ring.create_key("s", KeyType::Ed25519).unwrap();
    let (text, binary) =
        (key.encrypt(b"m", Aad::NONE).unwrap(), key.encrypt_binary_item(&Item::plaintext(b"m")).unwrap());
    let (mac, signature) = (key.hmac(b"m").unwrap(), signing.sign(b"m").unwrap());
    let cases = [
        ("0", Error::Malformed),
        ("00", Error::Malformed),
        ("01", Error::Malformed),
        ("001", Error::Malformed),
        ("+1", Error::Malformed),
        ("-1", Error::Malformed),
        ("1.0", Error::Malformed),
        (" 1", Error::Malformed),
        ("1 ", Error::Malformed),
        ("", Error::Malformed),
        ("0x1", Error::Malformed),
        ("１", Error::Malformed),
        ("2", Error::VersionTooNew),
        ("2147483647", Error::VersionTooNew),
        ("2147483648", Error::Malformed),
        ("4294967295", Error::Malformed),
        ("4294967297", Error::Malformed),
        ("18446744073709551617", Error::Malformed),
        ("1000000000000000000000000000000000001", Error::Malformed),
    ];
    for (number, expected) in cases {
        let with = |text: &str| text.replace(":v1:", &format!(":v{number}:"));
        assert_eq!(key.decrypt(with(&text), Aad::NONE).unwrap_err(), expected, "{number}");
        assert_eq!(key.rewrap(with(&text), Aad::NONE).unwrap_err(), expected, "{number}");
        assert_eq!(key.needs_rewrap(with(&text)).unwrap_err(), expected, "{number}");
        assert_eq!(key.verify_hmac(b"m", with(&mac)).unwrap_err(), expected, "{number}");
        assert_eq!(signing.verify(b"m", with(&signature)).unwrap_err(), expected, "{number}");
    }
    for (number, expected) in [
        (0, Error::Malformed),
        (2, Error::VersionTooNew),
        (i32::MAX as u32, Error::VersionTooNew),
        (1 << 31, Error::Malformed),
        (u32::MAX, Error::Malformed),
    ] {
        let mut with = binary.clone();
        with[1..5].copy_from_slice(&number.to_be_bytes());
        assert_eq!(key.decrypt_item(&Item::binary(&with)).unwrap_err(), expected, "{number}");
        assert_eq!(key.needs_rewrap_item(&Item::binary(&with)).unwrap_err(), expected, "{number}");
    }
    assert_eq!(
        key.encrypt_item(&Item::plaintext("m").version(Version::new(2).unwrap())).unwrap_err(),
        Error::VersionTooNew
    );
}
