//! What is said beside an error where more is known than it holds, and what a program that ends with one
//! shows.

use strongroom::{
    Aad, ApiKey, BlindIndex, Directory, Error, ExportFormat, ExportKind, Expose, Import, Item, KeyConfig,
    KeyName, KeySpec, KeyType, Keyring, Memory, Near, Normalize, Seal, SecretArray, Version, View,
};

fn seal(byte: u8) -> Seal {
    Seal::root_key(SecretArray::copy_of(&[byte, 1].repeat(16)).unwrap())
}

#[test]
fn debug_is_the_variant_and_the_sentence() {
    let shown = |error: Error| format!("{error:?}");
    for error in [Error::Closed, Error::DecryptFailed, Error::WrongSeal] {
        let (debug, sentence) = (shown(error.clone()), error.to_string());
        let variant = debug.strip_suffix(&format!(": {sentence}")).expect(&debug);
        // `decrypt_failed` is `DecryptFailed`.
        assert_eq!(variant.to_lowercase(), error.name().replace('_', ""));
    }
    let missing = Error::KeyNotFound { name: "cards".to_owned(), near: Near::default() };
    assert_eq!(shown(missing), r#"KeyNotFound: there is no key "cards"; list the keys, or create it first"#);
    // As `unwrap` shows it.
    let wrapped: Result<(), Error> = Err(Error::Closed);
    assert_eq!(format!("{wrapped:?}"), format!("Err(Closed: {})", Error::Closed));
}

#[test]
fn what_is_odd_about_a_text_is_said() {
    let ring = Keyring::in_memory();
    let own = ring.create_key("own", KeySpec::default()).unwrap();
    let transit = ring.create_key("transit", KeyType::Aes256Gcm96).unwrap();
    let (text, vault) = (own.encrypt("x", Aad::NONE).unwrap(), transit.encrypt("x", Aad::NONE).unwrap());
    for (key, odd, why) in [
        (&own, String::new(), "it is empty"),
        (&own, "\n".to_owned(), "it is empty"),
        (&own, format!("{text}\n"), "newline before it or behind it"),
        (&own, format!(" {text}"), "newline before it or behind it"),
        (&own, format!("{text}\n{text}"), "newline inside"),
        (&own, vault.clone(), "it is of Vault's or OpenBao's Transit"),
        (&transit, text.clone(), "it is of a key of another type"),
        (&own, text[..text.len() - 3].to_owned(), "cut off or changed"),
        (&transit, vault[..9].to_owned(), "cut off or changed"),
    ] {
        assert_eq!(key.decrypt(&odd, Aad::NONE).unwrap_err(), Error::Malformed, "{odd:?}");
        let said = key.why_malformed(&odd).unwrap();
        assert!(said.contains(why), "{odd:?}: {said}");
    }
    let index = own.index("x", &BlindIndex::new("n")).unwrap();
    let api_key = ApiKey::generate("acme").unwrap();
    for key in [&own, &transit] {
        for (odd, why) in [
            (&*index, "it is a blind index, from which nobody gets the value back: search by it"),
            (api_key.expose(), "it is an API key, which holds nothing that could be read: check it"),
            ("SRF1", "it is a stream"),
        ] {
            let said = key.why_malformed(odd).unwrap();
            assert!(said.contains(why) && !said.contains(odd), "{said}");
        }
        // Of what cannot be seen from outside nothing is said.
        assert_eq!(key.why_malformed("nonsense"), None);
    }
    let view = own.transit();
    ring.close();
    assert_eq!(view.why_malformed(""), None);
}

#[test]
fn what_is_no_binary_ciphertext_is_named() {
    let key = Keyring::in_memory().create_key("own", KeySpec::default()).unwrap();
    let stream = key.encrypt_writer(Vec::new(), Aad::NONE).unwrap().finish().unwrap();
    let text = key.encrypt("x", Aad::NONE).unwrap();
    for (odd, why) in [
        (&b""[..], "it is empty"),
        (&*stream, "it is a stream: give it to the call for streams"),
        (text.as_bytes(), "it is the text form: give it to the call for text"),
    ] {
        assert_eq!(key.decrypt_item(&Item::binary(odd)).unwrap_err(), Error::Malformed);
        assert_eq!(View::why_malformed_binary(odd), Some(why));
    }
    assert_eq!(View::why_malformed_binary(b"\xfe\0\0\0\x01"), None);
}

#[test]
fn what_is_no_blind_index_and_no_api_key_is_named() {
    let key = Keyring::in_memory().create_key("own", KeySpec::default()).unwrap();
    let text = key.encrypt("x", Aad::NONE).unwrap();
    let index = key.index("x", &BlindIndex::new("n")).unwrap();
    let token = key.issue("x", std::time::Duration::from_secs(60), Aad::NONE).unwrap();
    let api_key = ApiKey::generate("acme").unwrap();
    let spaced = |text: &str| format!("{text}\n");
    let cut = |text: &str| text[..text.len() - 1].to_owned();
    for (odd, why) in [
        (String::new(), "it is empty"),
        (spaced(&index), "newline before it or behind it"),
        (format!("{index}!"), "it begins as one"),
        (text.clone(), "it is a ciphertext, signature or mac; the blind index is"),
        (token.clone(), "it is a token"),
        (api_key.expose().to_owned(), "it is an API key"),
        ("foo".to_owned(), "begins with strongroom:i and the number of its version"),
    ] {
        assert_eq!(key.needs_reindex(&odd).unwrap_err(), Error::Malformed, "{odd:?}");
        let said = View::why_malformed_index(&odd).unwrap();
        assert!(said.contains(why), "{odd:?}: {said}");
    }
    for (odd, why) in [
        (String::new(), "it is empty"),
        (spaced(api_key.expose()), "newline before it or behind it; cut that off"),
        (format!(" {}", api_key.expose()), "it has a space or a newline before it"),
        (cut(api_key.expose()), "it begins as one; what follows was mistyped, cut off or changed"),
        (token, "it is a token"),
        (index, "it is a blind index"),
        (text, "it is a ciphertext"),
        ("foo".to_owned(), "begins with a prefix of a to z and 0 to 9 and an underscore, such as acme_"),
    ] {
        assert_eq!(ApiKey::check(&odd).unwrap_err(), Error::Malformed, "{odd:?}");
        let said = ApiKey::why_malformed(&odd).unwrap();
        assert!(said.contains(why), "{odd:?}: {said}");
    }
}

#[test]
fn names_that_others_have_for_types_and_steps_are_recognised() {
    for (name, meant) in [
        ("aes", "did you mean \"xaes256-gcm\" or \"aes256-gcm96\"?"),
        ("AES256-GCM96", "did you mean \"aes256-gcm96\"?"),
        ("AES-256-GCM", "did you mean \"xaes256-gcm\" or \"aes256-gcm96\"?"),
        ("chacha20", "did you mean \"chacha20-poly1305\"?"),
        ("ES256", "did you mean \"ecdsa-p256\"?"),
        ("rsa", "did you mean \"rsa-2048\" or \"rsa-3072\" or \"rsa-4096\"?"),
    ] {
        assert_eq!(KeyType::meant_by(name).as_deref(), Some(meant), "{name}");
    }
    assert!(["rot13", "", "a"].iter().all(|name| KeyType::meant_by(name).is_none()));
    for (name, meant) in [
        ("lower", "did you mean \"casefold\"?"),
        ("Email", "did you mean \"email\"?"),
        ("casefolt", "did you mean \"casefold\"?"),
        ("NFC", "did you mean \"nfkc\"?"),
        ("nfkc,casefold", "several steps are a list with one name for each, \"nfkc\" and \"casefold\""),
        ("strip lower", "several steps are a list with one name for each, \"trim\" and \"casefold\""),
    ] {
        assert_eq!(Normalize::meant_by(name).as_deref(), Some(meant), "{name}");
    }
    assert!(["rot13", "", "nfkc,rot13", ","].iter().all(|name| Normalize::meant_by(name).is_none()));
}

#[test]
fn a_key_that_is_to_be_deleted_is_named_with_the_one_that_was_perhaps_meant() {
    let ring = Keyring::in_memory();
    ring.create_key("customers", KeySpec::default().deletion_allowed(true)).unwrap();
    let said = |name: &str| ring.delete_key(name).unwrap_err().to_string();
    assert!(said("custmoers").starts_with("there is no key \"custmoers\" (did you mean \"customers\"?)"));
    assert!(said("invoices").starts_with("there is no key \"invoices\"; list the keys"));
}

#[test]
fn what_cannot_be_a_seal_is_refused_before_it_is_used() {
    for seal in [
        Seal::passphrase(b""),
        Seal::passphrase_named("", b"correct horse"),
        Seal::root_key_text(b""),
        Seal::root_key_text(b"short"),
        Seal::root_key(SecretArray::copy_of(&[7; 32]).unwrap()),
    ] {
        let said = seal.check().unwrap_err();
        assert_eq!(Keyring::create(Memory::new(), seal).unwrap_err(), said);
    }
    // What lies elsewhere is read when it is needed.
    for seal in [Seal::root_key_env("NOT_SET"), Seal::passphrase_file("no/such/file"), seal(7)] {
        assert_eq!(seal.check(), Ok(()));
    }
}

#[test]
fn the_seals_of_a_keyring_are_named_to_who_has_none_of_them() {
    let store = Memory::new();
    assert_eq!(Keyring::seals_named_in(&store, &seal(8)), None);
    let ring = Keyring::create(store.clone(), seal(7)).unwrap();
    let id = seal(7).id().unwrap();
    ring.add_seal(Seal::passphrase_named("the\noffice", b"correct horse")).unwrap();
    assert_eq!(Keyring::open(store.clone(), seal(8)).unwrap_err(), Error::WrongSeal);
    let given = seal(8).id().unwrap();
    let expected = format!(
        "the keyring has copies for root-key {id:?}, passphrase \"the\\noffice\"; the seal given is {given:?}"
    );
    assert_eq!(Keyring::seals_named_in(&store, &seal(8)), Some(expected));
    let mistyped = Seal::passphrase_named("the\noffice", b"correct hose");
    assert_eq!(Keyring::open(store.clone(), mistyped.clone()).unwrap_err(), Error::WrongSeal);
    let said = Keyring::seals_named_in(&store, &mistyped).unwrap();
    assert!(
        said.ends_with(
            "\"the\\noffice\", which it has a copy for, so it is the passphrase itself that is wrong"
        ),
        "{said}"
    );
    for byte in 10..18 {
        ring.add_seal(seal(byte)).unwrap();
    }
    let said = Keyring::seals_named_in(&store, &seal(8)).unwrap();
    assert!(said.contains(", 2 more;") && said.matches("root-key").count() == 7, "{said}");
    // A store that does not answer says nothing more.
    assert_eq!(Keyring::seals_named_in(&Directory::new("no/such/folder"), &seal(8)), None);
}

#[test]
fn material_in_another_form_or_of_another_type_is_recognised() {
    let ring = Keyring::in_memory();
    let pair = ring.create_key("pair", KeySpec::new(KeyType::EcdsaP256).exportable(true)).unwrap();
    let pem = pair.export_transit(ExportKind::SigningKey, ExportFormat::Pem, Expose::SecretMaterial).unwrap();
    let pem = pem[&Version::FIRST].expose();
    let refused = |import: Import, key_type: KeyType| match ring.import_key("x", import, key_type) {
        Err(Error::InvalidMaterial { reason }) => reason,
        other => panic!("{other:?}"),
    };
    for key_type in [KeyType::EcdsaP256, KeyType::default(), KeyType::Hmac] {
        assert!(
            refused(Import::raw(pem), key_type)
                .starts_with("it is PEM and not raw bytes; import a private key")
        );
    }
    for import in [Import::private_key(pem), Import::pkcs8(pem)] {
        assert!(refused(import, KeyType::default()).starts_with("it is a key of type ecdsa-p256"));
    }
    // What is encrypted is not decrypted to find out.
    for import in [Import::private_key(pem).passphrase(b"x"), Import::private_key(b"nonsense")] {
        assert!(refused(import, KeyType::default()).starts_with("keys of this type are secret bytes"));
    }
}

#[test]
fn what_is_wrong_with_a_name_is_said() {
    for (name, why) in [
        ("", "it is empty"),
        ("my cards", "it has ' ' in it"),
        ("eu/cards", "it has '/' in it"),
        ("cärds", "it has 'ä' in it"),
        ("a\nb", "it has '\\n' in it"),
        ("-cards", "it begins or ends with '-' or '.'"),
        ("cards.", "it begins or ends with '-' or '.'"),
        (&"x".repeat(121), "it has 121 characters"),
    ] {
        assert_eq!(KeyName::new(name).unwrap_err(), Error::InvalidKeyName);
        assert_eq!(KeyName::why_not(name).as_deref(), Some(why));
    }
    assert_eq!(KeyName::why_not("cards-2.eu"), None);
}

#[test]
fn both_minimum_versions_are_named_at_once_and_a_time_if_that_is_all() {
    let key = Keyring::create(Memory::new(), seal(7)).unwrap().create_key("a", KeySpec::default()).unwrap();
    let second = key.rotate().unwrap();
    let refused = |key: &strongroom::Key| key.trim(second).unwrap_err().to_string();
    assert!(refused(&key).contains("below both min_encryption_version and min_decryption_version"));
    assert_eq!(key.trim_possible_from(second).unwrap(), None);
    key.configure(KeyConfig::new().min_encryption_version(Some(second))).unwrap();
    assert!(refused(&key).starts_with("only versions below min_decryption_version can be trimmed"));
    let before = strongroom::Clock::now(&strongroom::SystemClock);
    key.configure(KeyConfig::new().min_decryption_version(second)).unwrap();
    assert!(refused(&key).contains("another process may not have seen yet"));
    // The longest staleness of a keyring, an hour unless that was changed, and ten seconds.
    let from = key.trim_possible_from(second).unwrap().unwrap();
    assert!(from > before + 10_000_000_000 && from < before + 90_000 * 1_000_000_000, "{}", from - before);
    assert_eq!(key.trim_possible_from(Version::new(3).unwrap()).unwrap(), None);
    // Of a keyring that nobody else has it is done at once.
    let alone = Keyring::in_memory().create_key("a", KeySpec::default()).unwrap();
    let second = alone.rotate().unwrap();
    let both = KeyConfig::new().min_decryption_version(second).min_encryption_version(Some(second));
    alone.configure(both).unwrap();
    assert_eq!(alone.trim_possible_from(second).unwrap(), None);
    alone.trim(second).unwrap();
}

#[test]
fn a_root_key_in_bytes_where_its_text_is_meant_is_recognised() {
    let open = |seal: Seal| Keyring::create(Memory::new(), seal).unwrap_err().to_string();
    for bytes in [[200; 32], std::array::from_fn(|at| at as u8)] {
        let said = open(Seal::root_key_text(bytes));
        assert!(said.contains("the 32 bytes of a root key, not their text"), "{said}");
    }
    let said = open(Seal::root_key_env("STRONGROOM_IS_NOT_SET"));
    assert!(said.contains("generate_root_key or 'openssl rand -base64 32' makes one"), "{said}");
}

#[test]
fn a_file_where_a_folder_is_meant_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let said = Keyring::open(Directory::new(&path), seal(7)).unwrap_err().to_string();
        assert!(said.contains("a keyring is a folder, and this path leads to a file"), "{said}");
    }
}

#[test]
fn what_is_guessed_at_once_is_known_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passphrase");
    for (passphrase, short) in [("x", true), ("hunter2", true), ("hunter22", false), ("correct horse", false)]
    {
        assert_eq!(Seal::passphrase(passphrase.as_bytes()).is_easily_guessed(), short, "{passphrase}");
        std::fs::write(&file, format!("{passphrase}\n")).unwrap();
        assert_eq!(Seal::passphrase_file(&file).is_easily_guessed(), short, "{passphrase}");
    }
    assert!(!Seal::passphrase_file("no/such/file").is_easily_guessed());
    assert!(!seal(7).is_easily_guessed());
}
