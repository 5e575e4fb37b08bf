//! Who may: types, versions, contexts and aads, what was disabled or closed, and what is refused by its name.

use crate::{CHUNK, HEAD, inside, key, opened, plaintext, sealed};
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use strongroom::{
    Aad, Context, Error, Import, Item, KeyConfig, KeySpec, KeyType, Keyring, StreamInfo, Version,
};

fn version(number: u32) -> Version {
    Version::new(number).unwrap()
}

#[test]
fn other_types_are_refused_by_name() {
    let ring = Keyring::in_memory();
    let (_other, of_streams) = key();
    let file = sealed(&of_streams, b"message", Aad::NONE);
    let mut refused = 0;
    for key_type in KeyType::ALL.iter().copied().filter(|key_type| key_type.is_supported()) {
        if key_type == KeyType::Xaes256Gcm || key_type.name().starts_with("rsa") {
            continue;
        }
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        let error = key.encrypt_writer(Vec::new(), Aad::NONE).unwrap_err();
        let name = key_type.name();
        let says = |operation| Error::OperationNotSupported { operation, key_type: name };
        assert_eq!(error, says("encrypting a stream"));
        assert!(error.to_string().contains(name), "{error}");
        let error = key.decrypt_reader(&file[..], Aad::NONE).unwrap_err();
        assert_eq!(inside(&error), says("decrypting a stream"));
        let error = key.decrypt_range(Cursor::new(&file), 0..9, Aad::NONE).unwrap_err();
        assert_eq!(inside(&error), says("decrypting a stream"));
        let error = key.rewrap_stream(&file[..], Vec::new(), Aad::NONE).unwrap_err();
        assert_eq!(inside(&error), says("rewrapping a stream"));
        refused += 1;
    }
    assert!(refused >= 14, "{refused}");
}

/// A key may have versions of several types: what was written under one of the right type opens.
#[test]
fn versions_of_other_types_make_none_and_open_none() {
    let ring = Keyring::in_memory();
    let key = ring.create_key("mixed", KeyType::Aes256Gcm96).unwrap();
    key.rotate_to(KeyType::Xaes256Gcm).unwrap();
    let file = sealed(&key, b"message", Aad::NONE);
    assert_eq!(file[..8], *b"SRF1\0\0\0\x02");
    key.configure(KeyConfig::new().min_encryption_version(Some(Version::FIRST))).unwrap();
    let under_first = key.encrypt_writer_item(Vec::new(), &Item::stream().version(Version::FIRST));
    assert_eq!(
        under_first.unwrap_err(),
        Error::OperationNotSupported { operation: "encrypting a stream", key_type: "aes256-gcm96" }
    );
    let mut forged = file.clone();
    forged[7] = 1;
    assert_eq!(opened(&key, &forged, Aad::NONE).1, Err(Error::Malformed));
    key.rotate_to(KeyType::Aes256Siv).unwrap();
    assert_eq!(opened(&key, &file, Aad::NONE), (b"message".to_vec(), Ok(())));
    let says = |operation| Error::OperationNotSupported { operation, key_type: "aes256-siv" };
    assert_eq!(key.encrypt_writer(Vec::new(), Aad::NONE).unwrap_err(), says("encrypting a stream"));
    let rewrapped = key.rewrap_stream(&file[..], Vec::new(), Aad::NONE).unwrap_err();
    assert_eq!(inside(&rewrapped), says("rewrapping a stream"));
}

#[test]
fn versions_have_their_window() {
    let (_ring, key) = key();
    let first = sealed(&key, b"message", Aad::NONE);
    key.rotate().unwrap();
    key.rotate().unwrap();
    let under = |number: u32| key.encrypt_writer_item(Vec::new(), &Item::stream().version(version(number)));
    assert_eq!(under(2).unwrap_err(), Error::VersionNotAllowed);
    assert_eq!(under(4).unwrap_err(), Error::VersionTooNew);
    key.configure(KeyConfig::new().min_encryption_version(Some(version(2)))).unwrap();
    let second = under(2).unwrap();
    assert_eq!(second.version(), version(2));
    let second = second.finish().unwrap();
    assert_eq!(StreamInfo::read(&second[..]).unwrap().version, version(2));
    key.configure(KeyConfig::new().min_decryption_version(version(2))).unwrap();
    assert_eq!(opened(&key, &first, Aad::NONE).1, Err(Error::VersionTooOld));
    assert!(opened(&key, &second, Aad::NONE).1.is_ok());
    let rewrapped = key.rewrap_stream(&first[..], Vec::new(), Aad::NONE).unwrap_err();
    assert_eq!(inside(&rewrapped), Error::VersionTooOld);
    let mut later = second.clone();
    later[7] = 4;
    assert_eq!(opened(&key, &later, Aad::NONE).1, Err(Error::VersionTooNew));
    // Only what the outside says.
    assert_eq!(StreamInfo::read(&later[..]).unwrap().version, version(4));
    let zero = key.encrypt_writer_item(Vec::new(), &Item::stream().version_number(0)).unwrap_err();
    assert_eq!(zero.detail(), Some("version_out_of_range"));
}

#[test]
fn a_rewrap_goes_from_any_version_to_the_latest() {
    let (_ring, key) = key();
    let message = plaintext(2 * CHUNK + 40);
    let mut files = Vec::new();
    for _ in 0..4 {
        files.push(sealed(&key, &message, Aad::from("aad")));
        key.rotate().unwrap();
    }
    for file in &files {
        let mut new = Vec::new();
        assert_eq!(key.rewrap_stream(&file[..], &mut new, Aad::from("aad")).unwrap(), version(5));
        assert_eq!(new[..8], *b"SRF1\0\0\0\x05");
        assert_ne!(new[8..HEAD], file[8..HEAD]);
        assert_eq!(opened(&key, &new, Aad::from("aad")), (message.clone(), Ok(())));
        let mut same = Vec::new();
        assert_eq!(key.rewrap_stream(&new[..], &mut same, Aad::from("aad")).unwrap(), version(5));
        assert!(same == new);
        for file in [file, &new] {
            let mut none = Vec::new();
            let error = key.rewrap_stream(&file[..], &mut none, Aad::from("other")).unwrap_err();
            assert_eq!((inside(&error), none.len()), (Error::DecryptFailed, 0));
        }
    }
}

#[test]
fn contexts_and_aads_bind_it() {
    let ring = Keyring::in_memory();
    let key = ring.create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let map = [("a", "b")];
    let bytes: &[u8] = b"\0\x01\0\x01a\0\x01b";
    let contexts =
        || [Context::bytes("acme").unwrap(), Context::map(map).unwrap(), Context::bytes(bytes).unwrap()];
    let aads = || [Aad::NONE, Aad::from("acme"), Aad::map(map).unwrap(), Aad::from(bytes)];
    let mut opens = 0;
    for (i, context) in contexts().iter().enumerate() {
        for (j, aad) in aads().iter().enumerate() {
            let file = sealed(&key.context(context).unwrap(), b"message", Aad::from(aad));
            for (k, other) in contexts().iter().enumerate() {
                for (l, said) in aads().iter().enumerate() {
                    let (out, end) = opened(&key.context(other).unwrap(), &file, Aad::from(said));
                    if (i, j) == (k, l) {
                        assert_eq!((out, end), (b"message".to_vec(), Ok(())));
                        opens += 1;
                    } else {
                        assert_eq!((out, end), (Vec::new(), Err(Error::DecryptFailed)), "{i} {j} {k} {l}");
                    }
                }
            }
            assert_eq!(opened(&key, &file, Aad::from(aad)).1, Err(Error::ContextRequired));
        }
    }
    assert_eq!(opens, 12);
    assert_eq!(key.encrypt_writer(Vec::new(), Aad::NONE).unwrap_err(), Error::ContextRequired);
    let twice = key.context("acme").unwrap().encrypt_writer_item(Vec::new(), &Item::stream().context("acme"));
    assert!(matches!(twice.unwrap_err(), Error::InvalidContext { .. }));
    let empty = key.encrypt_writer_item(Vec::new(), &Item::stream().context(""));
    assert!(matches!(empty.unwrap_err(), Error::InvalidContext { .. }));

    let plain = ring.create_key("plain", KeySpec::default()).unwrap();
    let about = || Item::stream().context("acme");
    assert_eq!(plain.encrypt_writer_item(Vec::new(), &about()).unwrap_err(), Error::ContextNotAllowed);
    let file = sealed(&plain, b"message", Aad::NONE);
    let error = plain.decrypt_reader_item(&file[..], &about()).unwrap_err();
    assert_eq!(inside(&error), Error::ContextNotAllowed);
    let error = plain.rewrap_stream_item(&file[..], Vec::new(), &about()).unwrap_err();
    assert_eq!(inside(&error), Error::ContextNotAllowed);
    for aad in [Aad::from(""), Aad::from(&vec![7; 65_536])] {
        assert!(matches!(plain.encrypt_writer(Vec::new(), Aad::from(&aad)), Err(Error::InvalidAad { .. })));
        let error = plain.decrypt_reader(&file[..], aad).unwrap_err();
        assert!(matches!(inside(&error), Error::InvalidAad { .. }));
    }
    let longest = vec![7; 65_535];
    let file = sealed(&plain, b"message", Aad::from(&longest));
    assert_eq!(opened(&plain, &file, Aad::from(&longest)), (b"message".to_vec(), Ok(())));
}

#[test]
fn what_an_item_says_too_much_is_refused() {
    let (_ring, key) = key();
    let file = sealed(&key, b"message", Aad::NONE);
    let detail = |error: &std::io::Error| inside(error).detail();
    for item in [Item::stream().form(strongroom::SignatureForm::Jws), Item::stream().prehashed()] {
        let error = key.encrypt_writer_item(Vec::new(), &item).unwrap_err();
        assert_eq!(error.detail(), Some("item_says_too_much"));
    }
    let with_version = Item::stream().version(Version::FIRST);
    let error = key.decrypt_reader_item(&file[..], &with_version).unwrap_err();
    assert_eq!(detail(&error), Some("item_says_too_much"));
    let error = key.rewrap_stream_item(&file[..], Vec::new(), &with_version).unwrap_err();
    assert_eq!(detail(&error), Some("item_says_too_much"));
    let of_another = Item::plaintext(b"message");
    let error = key.encrypt_writer_item(Vec::new(), &of_another).unwrap_err();
    assert_eq!(error.detail(), Some("item_of_another_operation"));
    let error = key.decrypt_reader_item(&file[..], &Item::binary(&file)).unwrap_err();
    assert_eq!(detail(&error), Some("item_of_another_operation"));
    assert!(key.encrypt_item(&Item::stream()).is_err() && key.decrypt_item(&Item::stream()).is_err());
    // A ciphertext is no stream, and a stream none.
    assert_eq!(key.decrypt_item(&Item::binary(&file)).unwrap_err(), Error::Malformed);
    let ciphertext = key.encrypt_binary_item(&Item::plaintext(b"message")).unwrap();
    assert_eq!(opened(&key, &ciphertext, Aad::NONE).1, Err(Error::Malformed));
}

#[test]
fn a_key_that_is_disabled_or_has_no_material_is_refused() {
    let (ring, key) = key();
    let file = sealed(&key, b"message", Aad::NONE);
    let mut reader = key.decrypt_reader(&file[..], Aad::NONE).unwrap();
    key.disable().unwrap();
    assert!(matches!(key.encrypt_writer(Vec::new(), Aad::NONE), Err(Error::KeyDisabled { .. })));
    assert!(matches!(opened(&key, &file, Aad::NONE).1, Err(Error::KeyDisabled { .. })));
    // What was let in before goes on to its end.
    let mut out = Vec::new();
    reader.read_to_end(&mut out).unwrap();
    assert_eq!(out, b"message");
    key.enable().unwrap();
    key.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
    ring.delete_key("exports").unwrap();
    assert!(matches!(opened(&key, &file, Aad::NONE).1, Err(Error::KeyNotFound { .. })));
}

#[test]
fn it_ends_with_the_keyring() {
    let (ring, key) = key();
    let message = plaintext(3 * CHUNK);
    let file = sealed(&key, &message, Aad::NONE);
    let mut reader = key.decrypt_reader(Cursor::new(&file), Aad::NONE).unwrap();
    reader.read_exact(&mut [0; 10]).unwrap();
    let mut kept = Vec::new();
    let mut writer = key.encrypt_writer(&mut kept, Aad::NONE).unwrap();
    writer.write_all(&message).unwrap();
    ring.close();
    for _ in 0..2 {
        assert_eq!(inside(&reader.read(&mut [0; 10]).unwrap_err()), Error::Closed);
        assert_eq!(inside(&reader.seek(SeekFrom::Start(0)).unwrap_err()), Error::Closed);
        assert_eq!(inside(&writer.write(b"more").unwrap_err()), Error::Closed);
        assert_eq!(inside(&writer.flush().unwrap_err()), Error::Closed);
    }
    assert_eq!(inside(&writer.finish().unwrap_err()), Error::Closed);
    assert_eq!(key.encrypt_writer(Vec::new(), Aad::NONE).unwrap_err(), Error::Closed);
    assert_eq!(inside(&key.decrypt_reader(&file[..], Aad::NONE).unwrap_err()), Error::Closed);
    assert_eq!(inside(&key.rewrap_stream(&file[..], Vec::new(), Aad::NONE).unwrap_err()), Error::Closed);
    assert!(!kept.is_empty());
}

/// Closed by what is read or written, in the middle of a call.
#[test]
fn a_rewrap_ends_with_the_keyring_too() {
    struct Closing<'a>(&'a [u8], &'a Keyring, usize);
    impl Read for Closing<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            self.2 -= 1;
            if self.2 == 0 {
                self.1.close();
            }
            self.0.read(out)
        }
    }
    for is_rotated in [false, true] {
        let (ring, key) = key();
        let file = sealed(&key, &plaintext(3 * CHUNK), Aad::NONE);
        if is_rotated {
            key.rotate().unwrap();
        }
        let error = key.rewrap_stream(Closing(&file, &ring, 3), Vec::new(), Aad::NONE).unwrap_err();
        assert_eq!(inside(&error), Error::Closed);
    }
}

#[test]
fn an_imported_key_reads_what_another_keyring_wrote() {
    let material: Vec<u8> = (0..32).collect();
    let import = || Import::raw(material.clone());
    let one = Keyring::in_memory().import_key("one", import(), KeySpec::default()).unwrap();
    let other = Keyring::in_memory().import_key("other", import(), KeySpec::default()).unwrap();
    let file = sealed(&one, b"message", Aad::NONE);
    assert_eq!(opened(&other, &file, Aad::NONE), (b"message".to_vec(), Ok(())));
    // The name of the key is not bound, and its version is.
    other.import_version(Import::raw((1..33).collect::<Vec<u8>>())).unwrap();
    let mut forged = file.clone();
    forged[7] = 2;
    assert_eq!(opened(&other, &forged, Aad::NONE).1, Err(Error::DecryptFailed));
}

#[test]
fn what_a_message_cannot_be_a_stream_is() {
    let error = Error::MessageTooLong;
    assert!(error.to_string().contains("encrypt it as a stream"), "{error}");
}
