//! Every limit on what keys, keyrings and seals can be made with, from both sides.

use std::time::Duration;
use strongroom::{
    Aad, DataKeySize, Error, Import, Item, KeyConfig, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray,
    Version,
};
use strongroom_tests::noise::{noise, noise_array};
use strongroom_tests::provoked::Secrets;

/// Whether a specification makes a key; if not, it is the option that is refused.
fn makes(spec: KeySpec) -> bool {
    match Keyring::in_memory().create_key("k", spec) {
        Ok(_) => true,
        Err(Error::InvalidOption { .. }) => false,
        Err(other) => panic!("{other:?}"),
    }
}

fn v(number: u32) -> Version {
    Version::new(number).unwrap()
}

#[test]
fn key_sizes() {
    for (size, proper) in [
        (0, false),
        (1, false),
        (31, false),
        (32, true),
        (33, true),
        (511, true),
        (512, true),
        (513, false),
        (u16::MAX, false),
    ] {
        assert_eq!(makes(KeySpec::new(KeyType::Hmac).key_size(size)), proper, "{size}");
        let imported =
            Keyring::in_memory().import_key("k", Import::raw(noise(size.into(), 1)), KeyType::Hmac);
        assert!(
            if proper { imported.is_ok() } else { matches!(imported, Err(Error::InvalidMaterial { .. })) },
            "{size}"
        );
    }
    for key_type in KeyType::ALL.iter().copied().filter(|t| t.is_supported() && *t != KeyType::Hmac) {
        assert!(!makes(KeySpec::new(key_type).key_size(32)), "{key_type}");
    }
    let other = Keyring::in_memory().import_key(
        "k",
        Import::raw(noise(32, 1)),
        KeySpec::new(KeyType::Hmac).key_size(33),
    );
    assert!(matches!(other, Err(Error::InvalidMaterial { .. })));
}

#[test]
fn lengths_of_material() {
    let mut tried = 0;
    for (key_type, lengths) in [
        (KeyType::Xaes256Gcm, &[32][..]),
        (KeyType::Aes256Siv, &[64]),
        (KeyType::Aes256Gcm96, &[32]),
        (KeyType::Aes128Gcm96, &[16]),
        (KeyType::ChaCha20Poly1305, &[32]),
        (KeyType::XChaCha20Poly1305, &[32]),
        (KeyType::Ed25519, &[32]),
    ] {
        for len in 0..=130 {
            let imported = Keyring::in_memory().import_key("k", Import::raw(noise(len, 3)), key_type);
            let proper = lengths.contains(&len);
            assert!(
                if proper {
                    imported.is_ok()
                } else {
                    matches!(imported, Err(Error::InvalidMaterial { .. }))
                },
                "{key_type} {len}"
            );
            tried += 1;
        }
    }
    assert!(tried >= 900);
    // One byte that differs is enough to be taken; none is not.
    let nearly = [[7; 31].as_slice(), &[8]].concat();
    assert!(Keyring::in_memory().import_key("k", Import::raw(nearly), KeyType::Xaes256Gcm).is_ok());
    assert!(Keyring::in_memory().import_key("k", Import::raw([7; 32]), KeyType::Xaes256Gcm).is_err());
}

#[test]
fn sizes_of_data_keys() {
    for bytes in 0..=130 {
        let size = DataKeySize::from_bytes(bytes);
        assert_eq!(size.is_ok(), [16, 32, 64].contains(&bytes), "{bytes}");
        match size {
            Ok(size) => {
                let key = Keyring::in_memory().create_key("k", KeySpec::default()).unwrap();
                let data_key = key.data_key(size, Aad::from("file-1")).unwrap();
                assert_eq!(data_key.plaintext.len(), bytes);
                assert_eq!(
                    key.decrypt(&data_key.ciphertext, Aad::from("file-1")).unwrap().expose(),
                    data_key.plaintext.expose()
                );
            }
            Err(error) => assert_eq!(error, Error::InvalidSize),
        }
    }
}

#[test]
fn version_templates() {
    let fill = |len: usize| format!("{}{{{{version}}}}:", "x".repeat(len - 12));
    let mut cases = vec![
        (String::new(), false),
        ("{{version}}".to_owned(), false),
        ("{{version}}:".to_owned(), true),
        (fill(127), true),
        (fill(128), true),
        (fill(129), false),
        (format!("{{{{version}}}}{}", "x".repeat(117)), true),
        (format!("{{{{version}}}}{}", "x".repeat(118)), false),
        ("{{version}}:{{version}}:".to_owned(), false),
        ("{{Version}}:".to_owned(), false),
        ("{version}:".to_owned(), false),
        ("{{version}:".to_owned(), false),
        ("{{ version }}:".to_owned(), false),
        ("1{{version}}:".to_owned(), true),
        ("é{{version}}:".to_owned(), false),
    ];
    for byte in 0..=0x7F_u8 {
        let printable = (0x21..=0x7E).contains(&byte);
        cases.push((format!("{{{{version}}}}{}", char::from(byte)), printable && !byte.is_ascii_digit()));
        cases.push((format!("{{{{version}}}}:{}", char::from(byte)), printable));
        cases.push((format!("{}{{{{version}}}}:", char::from(byte)), printable));
    }
    // The default forms are read beside a template, so one changed character must not lead from one to the
    // other.
    for default in ["vault:v{{version}}:", "strongroom:v{{version}}:"] {
        cases.push((default.to_owned(), true));
        let number = default.find('{').unwrap()..default.len() - 1;
        for at in (0..default.len()).filter(|at| !number.contains(at)) {
            for other in ["V", ".", "~"] {
                cases.push((format!("{}{other}{}", &default[..at], &default[at + 1..]), false));
            }
            cases.push((format!("{}{}", &default[..at], &default[at + 1..]), at != default.len() - 1));
        }
        cases.push((default.to_ascii_uppercase().replace("VERSION", "version"), true));
        cases.push((format!("{default}:"), true));
    }
    let mut proper_ones = 0;
    for (template, proper) in &cases {
        assert_eq!(
            makes(KeySpec::new(KeyType::Aes256Gcm96).version_template(template)),
            *proper,
            "{template:?}"
        );
        assert!(!makes(KeySpec::new(KeyType::Hmac).version_template(template)), "{template:?} for macs");
        if *proper {
            let key =
                Keyring::in_memory().create_key("k", KeySpec::default().version_template(template)).unwrap();
            for number in 1..=11 {
                let text = key.encrypt(b"message", Aad::NONE).unwrap();
                assert!(text.starts_with(&template.replace("{{version}}", &number.to_string())), "{text}");
                assert_eq!(key.decrypt(&text, Aad::NONE).unwrap().expose(), b"message", "{template}");
                assert_eq!(key.rotate().unwrap(), v(number + 1));
                assert_eq!(key.needs_rewrap(&text), Ok(true));
            }
            proper_ones += 1;
        }
    }
    println!("{} templates, {proper_ones} of them proper", cases.len());
    assert!(cases.len() >= 390 && proper_ones >= 270, "{proper_ones}");
}

#[test]
fn labels_and_periods() {
    let labels =
        |count: usize| (0..count).fold(KeySpec::default(), |spec, at| spec.label(format!("label-{at}"), ""));
    for (count, proper) in [(0, true), (64, true), (65, false)] {
        assert_eq!(makes(labels(count)), proper, "{count}");
    }
    for (name, value, proper) in
        [(0, 1, false), (1, 0, true), (255, 255, true), (256, 1, false), (1, 256, false)]
    {
        assert_eq!(
            makes(KeySpec::default().label("n".repeat(name), "v".repeat(value))),
            proper,
            "{name} {value}"
        );
    }
    let key = Keyring::in_memory().create_key("k", labels(64)).unwrap();
    assert!(matches!(
        key.configure(KeyConfig::new().label("another", Some(String::new()))),
        Err(Error::InvalidOption { .. })
    ));
    key.configure(KeyConfig::new().label("another", Some(String::new())).label("label-0", None)).unwrap();

    let longest = Duration::from_nanos(u64::MAX);
    for (period, proper) in [
        (Duration::ZERO, true),
        (Duration::from_nanos(1), false),
        (Duration::from_nanos(3_599_999_999_999), false),
        (Duration::from_secs(3_600), true),
        (longest, true),
        (longest + Duration::from_nanos(1), false),
        (Duration::MAX, false),
    ] {
        assert_eq!(makes(KeySpec::default().auto_rotate_period(period)), proper, "{period:?}");
        assert_eq!(key.configure(KeyConfig::new().auto_rotate_period(period)).is_ok(), proper, "{period:?}");
    }
    for (len, proper) in [(0, true), (255, true), (256, false)] {
        let made = Keyring::builder().label("l".repeat(len)).create(Memory::new(), Secrets::default().seal());
        assert_eq!(made.is_ok(), proper, "{len}");
    }
}

#[test]
fn windows() {
    let key = Keyring::in_memory().create_key("k", KeySpec::default()).unwrap();
    while key.rotate().unwrap() < v(5) {}
    let set = |config: KeyConfig| match key.configure(config) {
        Ok(_) => true,
        Err(Error::InvalidWindow { .. }) => false,
        Err(other) => panic!("{other:?}"),
    };
    assert!(!set(KeyConfig::new().min_decryption_version(v(6))));
    assert!(set(KeyConfig::new().min_decryption_version(v(5))));
    assert!(set(KeyConfig::new().min_decryption_version(v(3))));
    assert!(!set(KeyConfig::new().min_encryption_version(Some(v(2)))), "below min_decryption_version");
    assert!(!set(KeyConfig::new().min_encryption_version(Some(v(6)))));
    assert!(set(KeyConfig::new().min_encryption_version(Some(v(5)))));
    assert!(set(KeyConfig::new().min_encryption_version(Some(v(3)))));
    assert!(matches!(key.trim(v(4)), Err(Error::InvalidWindow { .. })), "above both minima");
    key.trim(v(3)).unwrap();
    assert!(matches!(key.trim(v(2)), Err(Error::InvalidWindow { .. })), "what is gone is gone");
    key.trim(v(3)).unwrap();
    assert!(!set(KeyConfig::new().min_decryption_version(v(2))));
    assert!(
        !set(KeyConfig::new().min_encryption_version(None)),
        "it must stay set once versions were trimmed"
    );
    for (number, expected) in
        [(2, Some(Error::VersionNotAllowed)), (3, None), (5, None), (6, Some(Error::VersionTooNew))]
    {
        assert_eq!(key.encrypt_item(&Item::plaintext("m").version(v(number))).err(), expected, "{number}");
    }
}

#[test]
fn buffers() {
    let ring = Keyring::in_memory();
    for key_type in KeyType::ALL.iter().copied().filter(|t| t.encrypts()) {
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        for plaintext in [&b""[..], b"m", &[7; 100]] {
            let binary = key.encrypt_binary_item(&Item::plaintext(&plaintext)).unwrap();
            for len in [0, binary.len() - 1, binary.len(), binary.len() + 1] {
                let mut out = vec![0xA5; len];
                let written = key.encrypt_into_item(&Item::plaintext(&plaintext), &mut out);
                if len < binary.len() {
                    assert_eq!(written, Err(Error::BufferTooSmall { needed: binary.len() }));
                    assert!(out.iter().all(|byte| *byte == 0xA5), "written to all the same");
                } else {
                    assert_eq!(written, Ok(binary.len()));
                    assert!(out[binary.len()..].iter().all(|byte| *byte == 0xA5), "written behind the end");
                    assert_eq!(
                        key.decrypt_item(&Item::binary(&out[..binary.len()])).unwrap().expose(),
                        plaintext
                    );
                }
            }
            for len in [plaintext.len().saturating_sub(1), plaintext.len(), plaintext.len() + 1] {
                let mut out = vec![0xA5; len];
                let written = key.decrypt_into_item(&Item::binary(&binary), &mut out);
                if len < plaintext.len() {
                    assert_eq!(written, Err(Error::BufferTooSmall { needed: plaintext.len() }));
                    assert!(out.iter().all(|byte| *byte == 0xA5), "written to all the same");
                } else {
                    assert_eq!(written, Ok(plaintext.len()));
                    assert_eq!(&out[..plaintext.len()], plaintext);
                    assert!(
                        out[plaintext.len()..].iter().all(|byte| *byte == 0xA5),
                        "written behind the end"
                    );
                }
            }
        }
    }
}

#[test]
fn batches() {
    let key = Keyring::in_memory().create_key("k", KeySpec::new(KeyType::Aes256Siv)).unwrap();
    assert!(
        key.encrypt_batch([]).is_empty() && key.decrypt_batch([]).is_empty() && key.hmac_batch([]).is_empty()
    );
    for count in [1_usize, 2, 10_000] {
        let messages: Vec<Vec<u8>> = (0..count).map(|at| noise(at % 50, at as u64)).collect();
        // Every third one asks for what there is not.
        let item =
            |(at, message)| if at % 3 == 2 { Item::message(message) } else { Item::plaintext(message) };
        let batch = key.encrypt_batch(messages.iter().enumerate().map(item));
        let singles: Vec<_> = messages.iter().enumerate().map(|case| key.encrypt_item(&item(case))).collect();
        assert_eq!(batch, singles, "a deterministic type gives the same in a batch as one by one");
        assert_eq!(batch.iter().filter(|result| result.is_err()).count(), count / 3);
        let texts: Vec<String> =
            batch.into_iter().map(|result| result.unwrap_or_else(|error| error.to_string())).collect();
        let opened = key.decrypt_batch(texts.iter().map(Item::ciphertext));
        for (at, result) in opened.iter().enumerate() {
            match result {
                Ok(plaintext) => assert_eq!(plaintext.expose(), messages[at]),
                Err(error) => assert!(at % 3 == 2 && *error == Error::Malformed, "{at}: {error:?}"),
            }
        }
    }
}

#[test]
fn copies_of_the_root_key() {
    let ring = Keyring::create(Memory::new(), Secrets::default().seal()).unwrap();
    for number in 2..=64_u64 {
        ring.add_seal(Seal::root_key(SecretArray::copy_of(&noise_array::<32>(1_000 + 2 * number)).unwrap()))
            .unwrap();
    }
    assert_eq!(ring.seals().unwrap().len(), 64);
    assert!(matches!(ring.add_seal(Secrets::default().other_seal()), Err(Error::InvalidOption { .. })));
    assert_eq!(ring.seals().unwrap().len(), 64, "nothing was written");
    for (len, proper) in [(0, false), (256, false), (255, true)] {
        let ring = Keyring::create(Memory::new(), Secrets::default().seal()).unwrap();
        let added = ring.add_seal(Seal::passphrase_named("i".repeat(len), b"correct horse"));
        assert!(
            if proper { added.is_ok() } else { matches!(added, Err(Error::InvalidRootKey { .. })) },
            "{len}: {added:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn texts_of_sealing_keys() {
    use std::os::unix::fs::PermissionsExt;
    let secrets = Secrets::default();
    let (hex, base64) =
        (hex::encode(secrets.known.sealing), base64_simd::STANDARD.encode_to_string(secrets.known.sealing));
    let mixed: String =
        hex.chars().enumerate().map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.key");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let cases = [
        (hex.clone(), true),
        (mixed, true),
        (base64.clone(), true),
        (format!("hex:{hex}"), true),
        (format!("base64:{base64}"), true),
        (format!("{hex}\n"), true),
        (format!("{base64}\r\n"), true),
        (format!("{hex}\n\n"), false),
        (format!("{hex}\r"), false),
        (format!("{hex} "), false),
        (format!(" {hex}"), false),
        (format!("hex:{base64}"), false),
        (format!("base64:{hex}"), false),
        (format!("HEX:{hex}"), false),
        (format!("0x{hex}"), false),
        (hex[..63].to_owned(), false),
        (format!("{hex}0"), false),
        (hex[..62].to_owned(), false),
        (base64[..43].to_owned(), false),
        (format!("{base64}="), false),
        (base64.replace('=', "A"), false),
        (hex.replace('a', "g"), false),
        (String::new(), false),
        ("\n".to_owned(), false),
        ("00".repeat(32), false),
        ("ff".repeat(32), false),
        ("A".repeat(43) + "=", false),
        ("a".repeat(1 << 20), false),
    ];
    for (text, proper) in &cases {
        std::fs::write(&path, text).unwrap();
        let opened = Keyring::open(secrets.store(), Seal::root_key_file(&path));
        let shown: String = text.chars().take(80).collect();
        assert!(
            if *proper { opened.is_ok() } else { matches!(opened, Err(Error::InvalidRootKey { .. })) },
            "{shown:?}: {opened:?}"
        );
    }
    assert!(cases.len() >= 28 && hex.contains('a'));
}
