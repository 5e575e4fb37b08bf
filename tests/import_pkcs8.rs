//! Ed25519 keys in PKCS#8, as other programs write them, and everything near to that.

use serde::Deserialize;
use strongroom::{Error, ExportFormat, ExportKind, Expose, Import, KeySpec, KeyType, Keyring, Version};
use strongroom_tests::noise::noise;
use strongroom_tests::vectors::{File, Hex, load};

#[derive(Deserialize)]
struct Vector {
    id: String,
    document: Hex,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Outcome {
    Read { seed: Hex, public: Hex },
    Refused { reason: String },
}

fn vectors() -> Vec<Vector> {
    load::<File<Vector>>("rfc/rfc8410-pkcs8.json").vectors
}

/// Seed and public key of the key that is made of a document.
fn imported(document: &[u8]) -> Result<Vec<u8>, Error> {
    let key = Keyring::in_memory().import_key(
        "k",
        Import::pkcs8(document),
        KeySpec::new(KeyType::Ed25519).exportable(true),
    )?;
    Ok(key.export(ExportKind::SigningKey, Expose::SecretMaterial)?[&Version::FIRST].expose().to_vec())
}

fn document(id: &str) -> Vec<u8> {
    vectors()
        .into_iter()
        .find(|v| v.id == id)
        .map(|v| v.document.0)
        .unwrap_or_else(|| panic!("no vector {id}"))
}

#[test]
fn documents_of_other_programs() {
    let (mut read, mut refused) = (0, 0);
    for v in vectors() {
        match (v.outcome, imported(&v.document)) {
            (Outcome::Read { seed, public }, material) => {
                assert_eq!(material, Ok([&seed[..], &public[..]].concat()), "{}", v.id);
                read += 1;
            }
            (Outcome::Refused { reason }, Err(Error::InvalidMaterial { reason: given })) => {
                assert_eq!(given, reason, "{}", v.id);
                refused += 1;
            }
            (Outcome::Refused { .. }, other) => panic!("{}: {other:?}", v.id),
        }
    }
    assert!(read >= 22 && refused >= 51, "only {read} were read and {refused} refused");
}

#[test]
fn what_was_imported_signs_and_is_exported_as_it_came() {
    let pem = document("RFC 8410 section 10.3, without the public key");
    let ring = Keyring::in_memory();
    let key = ring
        .import_key("k", Import::pkcs8(pem.as_slice()), KeySpec::new(KeyType::Ed25519).exportable(true))
        .unwrap();
    let exported =
        key.export_transit(ExportKind::SigningKey, ExportFormat::Pem, Expose::SecretMaterial).unwrap();
    assert_eq!(exported[&Version::FIRST].expose(), pem.strip_suffix(b"\n").unwrap());
    key.verify(b"message", key.sign(b"message").unwrap()).unwrap();
    assert!(key.info().unwrap().imported);

    let further = document("pyca 0, DER");
    assert_eq!(key.import_version(Import::pkcs8(pem)).unwrap_err(), Error::DuplicateMaterial);
    assert_eq!(key.rotate().unwrap_err(), Error::RotationNotAllowed);
    assert_eq!(key.import_version(Import::pkcs8(further).allow_rotation(true)).unwrap().get(), 2);
    assert_eq!(key.rotate().unwrap().get(), 3);
}

#[test]
fn only_a_type_that_has_the_form_takes_it() {
    let pem = document("RFC 8410 section 10.3, without the public key");
    for key_type in KeyType::ALL.iter().copied().filter(|t| *t != KeyType::Ed25519) {
        let refused =
            Keyring::in_memory().import_key("k", Import::pkcs8(pem.as_slice()), key_type).unwrap_err();
        match refused {
            Error::TypeNotSupported { .. } => assert!(!key_type.is_supported()),
            Error::InvalidMaterial { .. } => assert!(key_type.is_supported()),
            other => panic!("{key_type}: {other}"),
        }
    }
    // A PEM text of 32 bytes is no seed either.
    assert!(matches!(imported(&noise(32, 1)), Err(Error::InvalidMaterial { .. })));
}

/// Every bit turned over: what is still read differs in the seed, or in an attribute, which says nothing.
#[test]
fn one_bit() {
    for (id, seed_bits, other_bits) in [
        ("the first as DER", 256, 0),
        ("version 1 with the public key, no attributes", 0, 0),
        ("the second as DER", 0, 8 * 25),
        ("version 0 with attributes of 200 bytes", 256, 8 * (3 + 2 + 1 + 200 + 3)),
    ] {
        let document = document(id);
        let whole = imported(&document).unwrap();
        let (mut same, mut others) = (0, 0);
        for bit in 0..8 * document.len() {
            let mut damaged = document.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            match imported(&damaged) {
                Ok(material) if material == whole => same += 1,
                Ok(material) => {
                    let distance: u32 =
                        material[..32].iter().zip(&whole).map(|(a, b)| (a ^ b).count_ones()).sum();
                    assert_eq!(distance, 1, "{id}: bit {bit}");
                    others += 1;
                }
                Err(Error::InvalidMaterial { .. }) => {}
                Err(other) => panic!("{id}: bit {bit}: {other}"),
            }
        }
        assert_eq!((others, same), (seed_bits, other_bits), "{id}");
    }
}

const END: &[u8] = b"-----END PRIVATE KEY-----";

/// Bytes cut off, put in, taken out and replaced, in DER and in PEM: refused or read, and never a panic.
#[test]
fn damage() {
    let mut tried = 0;
    for v in vectors().into_iter().filter(|v| matches!(v.outcome, Outcome::Read { .. })) {
        let whole = imported(&v.document).unwrap();
        for at in 0..v.document.len() {
            let rest = &v.document[..at];
            // What stands behind the block says nothing.
            let is_whole = rest.windows(END.len()).any(|bytes| bytes == END);
            if is_whole {
                assert_eq!(imported(rest).unwrap(), whole, "{} cut off at {at}", v.id);
            } else {
                assert!(imported(rest).is_err(), "{} cut off at {at}", v.id);
            }
            let noise = noise(4, (tried + at) as u64);
            let mut replaced = v.document.to_vec();
            replaced[at] = noise[0];
            let (head, tail) = v.document.split_at(at);
            for damaged in [
                replaced,
                [head, &noise[..1], tail].concat(),
                [head, &tail[1..]].concat(),
                [head, &[0xff; 3], tail].concat(),
            ] {
                match imported(&damaged) {
                    Ok(material) => {
                        assert!(whole[..32] != material[..32] || whole == material, "{}: {at}", v.id)
                    }
                    Err(Error::InvalidMaterial { .. }) => {}
                    Err(other) => panic!("{}: {at}: {other}", v.id),
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 5_000, "only {tried} were tried");
}
