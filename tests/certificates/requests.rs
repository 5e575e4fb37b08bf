//! What stays of a template, who signs a request and how, and what is refused.

use super::checked::{LABEL, check};
use super::der::{element, elements, name, pem, request, sequence};
use super::signing;
use strongroom::{Error, Import, Key, KeyConfig, KeySpec, KeyType, Keyring, Version};

/// `challengePassword` and `extensionRequest`.
fn attributes() -> Vec<u8> {
    let word = sequence(&[
        &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 7],
        &element(0x31, &[&element(0x0c, &[b"word"])]),
    ]);
    let usage = sequence(&[&[6, 3, 0x55, 0x1d, 0x0f], &element(4, &[&[3, 2, 7, 0x80]])]);
    let extensions = sequence(&[
        &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14],
        &element(0x31, &[&sequence(&[&usage])]),
    ]);
    [word, extensions].concat()
}

#[test]
fn subject_and_attributes_are_those_of_the_template() {
    let (subject, attributes, ring) = (name("tls.example"), attributes(), Keyring::in_memory());
    let der = request(&subject, &attributes);
    let mut tried = 0;
    for key_type in signing() {
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        let without = key.certificate_request(None, None).unwrap();
        check(&key, Version::FIRST, &without, &sequence(&[]), &[]);
        for template in [
            der.clone(),
            pem(LABEL, &der).into_bytes(),
            pem("NEW CERTIFICATE REQUEST", &der).into_bytes(),
            (pem("X", &[1]) + "text\n" + &pem(LABEL, &der)).into_bytes(),
            // One that the key itself has signed.
            key.certificate_request(Some(&der), None).unwrap().into_bytes(),
        ] {
            let request = key.certificate_request(Some(&template), None).unwrap();
            check(&key, Version::FIRST, &request, &subject, &attributes);
            tried += 1;
        }
    }
    assert!(tried >= 35, "{tried}");
}

#[test]
fn a_request_is_for_a_version_that_signs() {
    let ring = Keyring::in_memory();
    let key = ring.create_key("k", KeyType::EcdsaP256).unwrap();
    let second = key.rotate().unwrap();
    let ask = |key: &Key, version| key.certificate_request(None, version);
    let empty = sequence(&[]);
    check(&key, second, &ask(&key, None).unwrap(), &empty, &[]);
    check(&key, second, &ask(&key, Some(second)).unwrap(), &empty, &[]);
    assert_eq!(ask(&key, Some(Version::FIRST)), Err(Error::VersionNotAllowed));
    key.configure(KeyConfig::new().min_encryption_version(Some(Version::FIRST))).unwrap();
    check(&key, Version::FIRST, &ask(&key, Some(Version::FIRST)).unwrap(), &empty, &[]);
    assert_eq!(ask(&key, Version::new(3)), Err(Error::VersionTooNew));
    key.disable().unwrap();
    assert_eq!(ask(&key, None), Err(Error::KeyDisabled { name: "k".into() }));

    let public = Import::public_key(key_of(KeyType::Ed25519).public_key(None).unwrap().to_der());
    let alone = ring.import_key("alone", public, KeyType::Ed25519).unwrap();
    assert_eq!(ask(&alone, None), Err(Error::NoSuchVersion));
    let derived = ring.create_key("derived", KeySpec::new(KeyType::Ed25519).derived(true)).unwrap();
    assert!(matches!(ask(&derived, None), Err(Error::InvalidOption { .. })));
    for key_type in KeyType::ALL.iter().copied().filter(|t| t.is_supported() && !t.signs()) {
        let refused =
            Error::OperationNotSupported { operation: "certificate_request", key_type: key_type.name() };
        assert_eq!(ask(&key_of(key_type), None), Err(refused));
    }
}

fn key_of(key_type: KeyType) -> Key {
    Keyring::in_memory().create_key("k", key_type).unwrap()
}

#[test]
fn what_is_no_request_is_refused() {
    let key = key_of(KeyType::Ed25519);
    let der = request(&name("a"), &attributes());
    let mut seen = std::collections::BTreeSet::new();
    let mut refuse = |template: &[u8]| match key.certificate_request(Some(template), None) {
        Err(Error::InvalidCertificate { reason }) => seen.insert(reason),
        other => panic!("{template:x?}: {other:?}"),
    };
    for len in 0..der.len() {
        refuse(&der[..len]);
    }
    refuse(&[&der[..], &[0]].concat());
    refuse(pem(LABEL, &[&der[..], &[0]].concat()).as_bytes());
    let block = pem(LABEL, &der);
    refuse((block.clone() + &block).as_bytes());
    refuse(block.replace(LABEL, "CERTIFICATE").as_bytes());
    refuse(block.replace("END CERT", "END").as_bytes());
    refuse(&block.as_bytes()[1..]);
    refuse(b"CN=a");
    refuse(&vec![0x30; 1 << 20]);
    // Of another version, without an identifier, with a subject or an attribute that is none.
    let parts = elements(&der);
    let info = elements(parts[0]);
    let whole = |info: &[&[u8]], behind: &[&[u8]]| sequence(&[&sequence(info), &behind.concat()]);
    let behind = &parts[1..];
    for (broken, what) in [
        (whole(&[&[2, 1, 1], info[1], info[2], info[3]], behind), "version"),
        (whole(&[&[2, 2, 0, 0], info[1], info[2], info[3]], behind), "long version"),
        (whole(&[info[0], info[2], info[1], info[3]], behind), "order"),
        (whole(&[info[0], &sequence(&[&[0x31, 0]]), info[2], info[3]], behind), "empty name"),
        (whole(&[info[0], info[1], &sequence(&[]), info[3]], behind), "key"),
        (whole(&[info[0], info[1], info[2], &element(0xa0, &[&[0x30, 0]])], behind), "attribute"),
        (whole(&[info[0], info[1], info[2], info[3], info[3]], behind), "twice"),
        (whole(&info, &[&sequence(&[]), parts[2]]), "algorithm"),
        (whole(&info, &[parts[1], &[3, 2, 7, 0x80]]), "bits"),
        (whole(&info, &[parts[1]]), "signature"),
        (whole(&info, &[parts[1], parts[2], parts[2]]), "more"),
    ] {
        assert!(
            matches!(key.certificate_request(Some(&broken), None), Err(Error::InvalidCertificate { .. })),
            "{what}"
        );
    }
    // Some leave out attributes where they have none.
    let bare = whole(&info[..3], behind);
    let request = key.certificate_request(Some(&bare), None).unwrap();
    check(&key, Version::FIRST, &request, &name("a"), &[]);
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn templates_are_as_long_as_32_kib() {
    let attribute = |len| sequence(&[&[6, 1, 42], &element(0x31, &[&element(4, &[&vec![7; len]])])]);
    let fill = (32 << 10) - request(&name("a"), &attribute(30_000)).len() + 30_000;
    for key_type in signing() {
        let key = key_of(key_type);
        let longest = request(&name("a"), &attribute(fill));
        assert_eq!(longest.len(), 32 << 10);
        let request_of = |der: &[u8]| key.certificate_request(Some(pem(LABEL, der).as_bytes()), None);
        check(&key, Version::FIRST, &request_of(&longest).unwrap(), &name("a"), &attribute(fill));
        let longer = request(&name("a"), &attribute(fill + 1));
        assert!(matches!(request_of(&longer), Err(Error::InvalidCertificate { .. })));
    }
}
