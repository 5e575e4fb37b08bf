//! Which chains a version takes, and where they go with it.

use super::der::{Said, authority, certificate, extension, name, other, own, pem, request};
use super::signing;
use strongroom::{
    Dialect, Directory, Error, Expose, Import, Key, KeyConfig, KeySpec, KeyType, Keyring, Seal, SecretArray,
    Version,
};

const LABEL: &str = "CERTIFICATE";

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

fn key_of(key_type: KeyType) -> Key {
    Keyring::in_memory().create_key("k", key_type).unwrap()
}

fn leaf(key: &Key, version: Version) -> String {
    own(&key.public_key(Some(version)).unwrap())
}

/// One block, its base64 in lines of 64 characters.
fn wrapped(pem: &str) -> String {
    let lines = pem.lines().flat_map(|line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            let (line, behind) = rest.split_at_checked(64).unwrap_or((rest, ""));
            rest = behind;
            (!line.is_empty()).then(|| line.to_owned() + "\n")
        })
    });
    lines.collect()
}

#[test]
fn a_chain_is_given_back_as_it_was_set() {
    for key_type in signing() {
        let key = key_of(key_type);
        let own = leaf(&key, Version::FIRST);
        for chain in [vec![own.clone()], vec![own.clone(), other(1)], vec![own, other(1), other(2), other(1)]]
        {
            let chain = chain.concat();
            assert_eq!(key.set_certificate_chain(&chain, None), Ok(()), "{key_type}");
            assert_eq!(key.certificate_chain(None).unwrap(), Some(wrapped(&chain)), "{key_type}");
        }
        // Whatever stands around the certificates is passed over, an old label is one of them.
        let odd = "subject=me\r\n".to_owned() + &pem("PRIVATE KEY", &[1]) + &leaf(&key, Version::FIRST);
        key.set_certificate_chain(
            odd.replace(LABEL, "X509 CERTIFICATE").replace("CATE-----\n", "CATE-----\r\n"),
            None,
        )
        .unwrap();
        assert_eq!(key.certificate_chain(None).unwrap(), Some(wrapped(&leaf(&key, Version::FIRST))));
    }
}

#[test]
fn a_chain_belongs_to_a_version() {
    let key = key_of(KeyType::EcdsaP256);
    let second = key.rotate().unwrap();
    let (of_first, of_second) = (leaf(&key, Version::FIRST), leaf(&key, second));
    let wrong = Err("invalid certificate or certificate request: the first certificate is of another key \
                     than the version; name the version that it is of"
        .to_owned());
    let set = |chain: &str, version| key.set_certificate_chain(chain, version).map_err(|e| e.to_string());
    assert_eq!(set(&of_first, None), wrong);
    assert_eq!(set(&of_second, Some(Version::FIRST)), wrong);
    for other in [KeyType::EcdsaP256, KeyType::EcdsaP384, KeyType::Ed25519] {
        assert_eq!(set(&leaf(&key_of(other), Version::FIRST), None), wrong);
    }
    assert_eq!(set(&of_first, Some(Version::FIRST)), Ok(()));
    assert_eq!(key.certificate_chain(None).unwrap(), None);
    assert_eq!(set(&of_second, None), Ok(()));
    assert_eq!(key.certificate_chain(Some(Version::FIRST)).unwrap(), Some(wrapped(&of_first)));
    assert_eq!(key.certificate_chain(Some(second)).unwrap(), Some(wrapped(&of_second)));
    // What is suspended is not looked at, and comes back; what is destroyed is gone.
    assert_eq!(key.certificate_chain(Version::new(3)), Err(Error::VersionTooNew));
    let from =
        |version| KeyConfig::new().min_decryption_version(version).min_encryption_version(Some(second));
    key.configure(from(second)).unwrap();
    assert_eq!(key.certificate_chain(Some(Version::FIRST)), Err(Error::VersionTooOld));
    assert_eq!(key.set_certificate_chain(&of_first, Some(Version::FIRST)), Err(Error::VersionTooOld));
    key.configure(from(Version::FIRST)).unwrap();
    assert_eq!(key.certificate_chain(Some(Version::FIRST)).unwrap(), Some(wrapped(&of_first)));
    key.configure(from(second)).unwrap();
    key.trim(second).unwrap();
    assert_eq!(key.certificate_chain(Some(Version::FIRST)), Err(Error::VersionTooOld));
    assert_eq!(key.certificate_chain(None).unwrap(), Some(wrapped(&of_second)));
}

#[test]
fn keys_without_certificates_refuse_them() {
    let ring = Keyring::in_memory();
    let chain = leaf(&key_of(KeyType::Ed25519), Version::FIRST);
    for key_type in KeyType::ALL.iter().copied().filter(|t| t.is_supported() && !t.signs()) {
        let key = key_of(key_type);
        let refused = |operation| Error::OperationNotSupported { operation, key_type: key_type.name() };
        assert_eq!(key.set_certificate_chain(&chain, None), Err(refused("set_certificate_chain")));
        assert_eq!(key.certificate_chain(None), Err(refused("certificate_chain")));
    }
    let derived = ring.create_key("derived", KeySpec::new(KeyType::Ed25519).derived(true)).unwrap();
    assert!(matches!(derived.set_certificate_chain(&chain, None), Err(Error::InvalidOption { .. })));
    assert!(matches!(derived.certificate_chain(None), Err(Error::InvalidOption { .. })));
    let key = ring.create_key("k", KeyType::Ed25519).unwrap();
    key.set_certificate_chain(leaf(&key, Version::FIRST), None).unwrap();
    key.disable().unwrap();
    let disabled = Error::KeyDisabled { name: "k".into() };
    assert_eq!(key.set_certificate_chain(&chain, None), Err(disabled.clone()));
    assert_eq!(key.certificate_chain(None), Err(disabled));
    // A public key alone has certificates, and keeps them when its private half comes.
    let pair = ring.create_key("pair", KeySpec::new(KeyType::Ed25519).exportable(true)).unwrap();
    let public = Import::public_key(pair.public_key(None).unwrap().to_der());
    let alone = ring.import_key("alone", public, KeyType::Ed25519).unwrap();
    alone.set_certificate_chain(leaf(&pair, Version::FIRST), None).unwrap();
    let private = pair.export(strongroom::ExportKind::SigningKey, Expose::SecretMaterial).unwrap();
    alone.import_version(Import::raw(private[&Version::FIRST].expose())).unwrap();
    assert_eq!(alone.certificate_chain(None).unwrap(), Some(wrapped(&leaf(&pair, Version::FIRST))));
}

#[test]
fn what_is_no_chain_is_refused() {
    let key = key_of(KeyType::Ed25519);
    let spki = key.public_key(None).unwrap().to_der();
    let own = leaf(&key, Version::FIRST);
    key.set_certificate_chain(&own, None).unwrap();
    let der = certificate(&spki, &Said::new(&[]));
    let of = |said: &Said| pem(LABEL, &certificate(&spki, said));
    let many = |count: u8| own.clone() + &(1..count).map(other).collect::<String>();
    let false_constraints = extension(0x13, &[0x30, 0]);
    let mut seen = std::collections::BTreeSet::new();
    let mut refused = 0;
    for (what, chain) in [
        ("nothing", String::new()),
        ("another label", own.replace(LABEL, "TRUSTED CERTIFICATE")),
        ("a request", pem("CERTIFICATE REQUEST", &request(&name("a"), &[]))),
        ("a request in its place", pem(LABEL, &request(&name("a"), &[]))),
        ("cut", own[..own.len() - 3].to_owned()),
        ("another end", own.replace("END CERTIFICATE", "END X")),
        ("no base64", own.replace('M', "*")),
        ("one more byte", pem(LABEL, &[&der[..], &[0]].concat())),
        ("an authority first", of(&Said::new(&[authority()]))),
        ("an authority first of two", other(1) + &own),
        ("its own twice", own.clone() + &own),
        ("its own last", own.clone() + &other(1) + &own),
        ("its own between", own.clone() + &own + &other(1)),
        ("101", many(101)),
        ("basic constraints twice", of(&Said::new(&[false_constraints.clone(), false_constraints.clone()]))),
        ("a boolean of 1", of(&Said::new(&[extension(0x13, &[0x30, 3, 1, 1, 1])]))),
        (
            "extensions in version 1",
            of(&Said { version: 0, ..Said::new(std::slice::from_ref(&false_constraints)) }),
        ),
        (
            "extensions in version 2",
            of(&Said { version: 1, ..Said::new(std::slice::from_ref(&false_constraints)) }),
        ),
        ("another algorithm inside", of(&Said { inner: &[6, 3, 0x2b, 0x65, 0x71], ..Said::new(&[]) })),
        ("an authority in version 1", own.clone() + &of(&Said { version: 0, ..Said::new(&[]) })),
    ] {
        match key.set_certificate_chain(&chain, None) {
            Err(Error::InvalidCertificate { reason }) => seen.insert(reason),
            other => panic!("{what}: {other:?}"),
        };
        refused += 1;
    }
    for len in 0..der.len() {
        let cut = key.set_certificate_chain(pem(LABEL, &der[..len]), None);
        assert!(matches!(cut, Err(Error::InvalidCertificate { .. })), "{len}");
    }
    assert_eq!((refused, seen.len()), (20, 6), "{seen:?}");
    assert_eq!(key.certificate_chain(None).unwrap(), Some(wrapped(&own)), "nothing was changed");
    // Constraints that say nothing, and version 1, are of no authority.
    for said in [Said::new(&[false_constraints]), Said { version: 0, ..Said::new(&[]) }] {
        key.set_certificate_chain(of(&said) + &other(1), None).unwrap();
    }
    key.set_certificate_chain(many(100), None).unwrap();
    assert_eq!(key.certificate_chain(None).unwrap(), Some(wrapped(&many(100))));
}

#[test]
fn certificates_are_as_long_as_64_kib_and_100_of_them_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let ring = Keyring::create(Directory::new(folder.path()), seal()).unwrap();
    let key = ring.create_key("k", KeyType::Ed25519).unwrap();
    let spki = key.public_key(None).unwrap().to_der();
    let long = |len: usize, spki: &[u8], more: &[Vec<u8>]| {
        let filled = extension(0x63, &vec![7; len]);
        certificate(spki, &Said::new(&[&[filled], more].concat()))
    };
    // A head of four bytes, and 65,535 behind it.
    let fill = |spki: &[u8], more: &[Vec<u8>]| 65_539 - long(60_000, spki, more).len() + 60_000;
    let own = long(fill(&spki, &[]), &spki, &[]);
    let root = long(fill(&spki, &[authority()]), &spki, &[authority()]);
    assert_eq!((own.len(), root.len()), (65_539, 65_539));
    let longer = long(fill(&spki, &[]) + 1, &spki, &[]);
    let refused = key.set_certificate_chain(pem(LABEL, &longer), None);
    assert!(matches!(refused, Err(Error::InvalidCertificate { .. })));
    let chain = pem(LABEL, &own) + &pem(LABEL, &root).repeat(99);
    key.set_certificate_chain(&chain, None).unwrap();
    drop((key, ring));
    let ring = Keyring::open(Directory::new(folder.path()), seal()).unwrap();
    assert_eq!(ring.key("k").unwrap().certificate_chain(None).unwrap(), Some(wrapped(&chain)));
    let padded = chain + &" ".repeat(16 << 20);
    let refused = ring.key("k").unwrap().set_certificate_chain(&padded, None);
    assert!(matches!(refused, Err(Error::InvalidCertificate { .. })));
}

#[test]
fn a_chain_goes_where_its_key_goes() {
    let ring = Keyring::in_memory();
    let spec = KeySpec::new(KeyType::EcdsaP256).exportable(true).allow_plaintext_backup(true);
    let key = ring.create_key("k", spec).unwrap();
    let second = key.rotate().unwrap();
    let chain = leaf(&key, Version::FIRST) + &other(1);
    key.set_certificate_chain(&chain, Some(Version::FIRST)).unwrap();
    let expected = Some(wrapped(&chain));
    let backup = key.backup(seal()).unwrap();
    let restored = Keyring::in_memory().restore_key(&backup, seal(), None).unwrap();
    assert_eq!(restored.certificate_chain(Some(Version::FIRST)).unwrap(), expected);
    for dialect in [Dialect::OpenBao, Dialect::Vault] {
        let backup = key.backup_transit(dialect, Expose::SecretMaterial).unwrap();
        let there = Keyring::in_memory();
        let restored = there.restore_transit(backup.expose(), None, None).unwrap();
        assert_eq!(restored.certificate_chain(Some(Version::FIRST)).unwrap(), expected);
        assert_eq!(restored.certificate_chain(Some(second)).unwrap(), None);
        // Set there and moved on, also where the archive had the version without it.
        let next = leaf(&key, second);
        restored.set_certificate_chain(&next, None).unwrap();
        let again = restored.backup_transit(dialect, Expose::SecretMaterial).unwrap();
        let again = Keyring::in_memory().restore_transit(again.expose(), None, None).unwrap();
        assert_eq!(again.certificate_chain(None).unwrap(), Some(wrapped(&next)));
        let text = String::from_utf8(
            again.backup_transit(dialect, Expose::SecretMaterial).unwrap().expose().to_vec(),
        );
        let json = base64_simd::STANDARD.decode_to_vec(text.unwrap()).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let der = certificate(&key.public_key(Some(second)).unwrap().to_der(), &Said::new(&[]));
        let written = serde_json::json!([base64_simd::STANDARD.encode_to_string(&der)]);
        assert_eq!(json["policy"]["keys"]["2"]["certificate_chain"], written);
        assert_eq!(json["archived_keys"]["keys"][2]["certificate_chain"], written);
    }
}
