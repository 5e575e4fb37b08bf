//! No secret is shown: not by `Debug`, not by `Display`, not by an error. Every public type is formatted
//! while it holds what it can hold.

use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};
use std::io::{BufRead, Write};
use std::sync::Arc;
use std::time::Duration;
use strongroom::{
    Aad, ApiKey, Binding, BlindIndex, Clock, Column, Context, DataKeySize, Dialect, Directory, DocName,
    Epoch, Error, Expected, ExportFormat, ExportKind, Expose, Fence, Fencing, Files, HashAlgorithm, Import,
    Item, Kdf, KeyConfig, KeyName, KeyOption, KeySpec, KeyType, Keyring, LocalFiles, LockMode, Looks, Memory,
    Near, Nonces, Normalize, Offsets, OptionValue, Pin, Place, PlatformToken, PutError, Reason, Revision,
    RsaPadding, SaltLength, Seal, SealError, SealProvider, Sealed, SecretArray, SecretBytes, SignatureForm,
    Store, StoreError, StoreWarning, StreamInfo, SystemClock, TokenForm, TransitBackup, TransitMatch,
    Unusable, Values, Verb, Version, hazmat,
};
use strongroom_tests::faulty::FaultySeal;
use strongroom_tests::forge::put;
use strongroom_tests::needles::{Needles, find};
use strongroom_tests::noise::noise;
use strongroom_tests::provoked::{Secrets, errors};

/// Traits: they have no values to format.
#[rustfmt::skip]
const TRAITS: [&str; 10] = [
    "Clock", "Files", "Folder", "IntoContext", "KeyWrapper", "LockGuard", "NewFile", "RootKeySource",
    "SealProvider", "Store",
];

/// Everything that was printed, by the type that printed it.
#[derive(Default)]
struct Printed(BTreeMap<String, Vec<String>>);

impl Printed {
    fn debug<T: Debug>(&mut self, value: &T) {
        let path = type_name::<T>();
        assert!(path.starts_with("strongroom::"), "{path}");
        let name = path.split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default();
        let hexadecimal = [format!("{value:x?}"), format!("{value:X?}"), format!("{value:#x?}")];
        self.0
            .entry(name.to_owned())
            .or_default()
            .extend([format!("{value:?}"), format!("{value:#?}")].into_iter().chain(hexadecimal));
    }

    fn both<T: Debug + Display>(&mut self, value: &T) {
        self.debug(value);
        let name =
            type_name::<T>().split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default();
        self.0.entry(name.to_owned()).or_default().extend([format!("{value}"), format!("{value:#}")]);
    }
}

/// The names that a file exports: from `pub use`, or as types of its own.
fn exports(file: &str) -> BTreeSet<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut names = BTreeSet::new();
    for statement in text.split(';').filter_map(|statement| statement.split_once("pub use ")) {
        let list = statement.1.rsplit("::").next().unwrap_or_default();
        let list =
            statement.1.split_once('{').map_or(list, |(_, list)| list.trim_end().trim_end_matches('}'));
        names.extend(list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    }
    for line in text.lines() {
        for kind in ["pub struct ", "pub enum "] {
            names.extend(line.strip_prefix(kind).map(|rest| {
                rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
            }));
        }
    }
    names
}

/// Formats a value of every public type, with the secrets in those that can hold any; gives the secrets that
/// came up on the way too.
fn print_everything(s: &Secrets) -> (Printed, Vec<(&'static str, Vec<u8>)>) {
    let mut p = Printed::default();
    let mut more = Vec::new();
    let store = s.store();
    let builder = Keyring::builder().label("production");
    p.debug(&builder);
    let ring = builder.open(store.clone(), s.seal()).unwrap();
    let spec = KeySpec::default().exportable(true).label("team", "payments");
    p.debug(&spec);
    let import = || Import::raw(s.material).allow_rotation(true);
    p.debug(&import());
    hazmat::few_rsa_keys();
    for key_type in KeyType::ALL.iter().copied().filter(|t| t.is_supported()) {
        p.both(&key_type);
        let key = ring.create_key(key_type.name(), KeySpec::new(key_type).exportable(true)).unwrap();
        p.debug(&key);
        p.debug(&key.info().unwrap());
        p.debug(&key.info().unwrap().versions[0]);
        for kind in [ExportKind::EncryptionKey, ExportKind::SigningKey, ExportKind::HmacKey] {
            p.debug(&kind);
            for exported in
                key.export(kind, Expose::SecretMaterial).into_iter().flat_map(BTreeMap::into_values)
            {
                p.debug(&exported);
                more.push(("exported material", exported.expose().to_vec()));
            }
        }
    }
    p.debug(&Expose::SecretMaterial);
    let key = ring.import_key("imported", import(), spec.derived(true)).unwrap();
    let view = key.context(s.context).unwrap();
    let item = Item::plaintext(s.plaintext).aad(s.aad).context(s.context).version(Version::FIRST);
    p.debug(&item);
    let ciphertext = key.encrypt_item(&item).unwrap();
    let binary = view.encrypt_binary_item(&Item::plaintext(&s.plaintext).aad(Aad::from(s.aad))).unwrap();
    p.debug(&Item::binary(&binary));
    p.debug(&view.decrypt(&ciphertext, Aad::from(s.aad)).unwrap());
    let data_key = view.data_key(DataKeySize::Bits512, Aad::from(s.aad)).unwrap();
    more.push(("a data key", data_key.plaintext.expose().to_vec()));
    p.debug(&data_key);
    p.debug(&DataKeySize::Bits512);
    let ends = [0, i32::try_from(s.plaintext.len()).unwrap()];
    let values = Values::new(&s.plaintext, &ends);
    p.debug(&values);
    p.debug(&Offsets::from(&ends));
    let about = Item::stream().aad(s.aad).context(s.context);
    let mut writer = key.encrypt_writer_item(Vec::new(), &about).unwrap();
    writer.write_all(s.plaintext.as_bytes()).unwrap();
    p.debug(&writer);
    let file = writer.finish().unwrap();
    p.debug(&StreamInfo::read(&file[..]).unwrap());
    let mut reader = key.decrypt_reader_item(&file[..], &about).unwrap();
    reader.fill_buf().unwrap();
    p.debug(&reader);
    p.debug(&key.stream_rewrapper(&file[..], Vec::new(), &about).unwrap());
    let (form, about) = (TokenForm::new().prefix("acme_"), Item::plaintext(s.plaintext).aad(s.aad));
    p.debug(&form);
    let token = key.issue_item(&about.context(s.context), Duration::from_secs(60), &form).unwrap();
    let about = Item::token(&token).aad(s.aad).context(s.context);
    p.debug(&about);
    p.debug(&key.redeem_item(&about, &form).unwrap());
    let api_key = ApiKey::generate("acme").unwrap();
    more.push(("an API key", api_key.expose().as_bytes()["acme_".len()..].to_vec()));
    p.debug(&api_key);
    p.debug(&BlindIndex::new("users.email").normalize(Normalize::Email));
    p.debug(&Normalize::Email);
    let column = Column::new(values).aad(s.aad).context(s.context);
    p.debug(&column);
    let made = key.encrypt_column(&column).unwrap();
    p.debug(&made);
    p.debug(&made.offsets);
    let texts = Column::new(made.as_values()).aad(s.aad).context(s.context);
    p.debug(&key.decrypt_column(&texts).unwrap());
    p.both(&key.decrypt_column(&column).unwrap_err());
    // After use, so that subkeys are in the cache.
    p.debug(&key);
    p.debug(&view);
    p.debug(&ring);
    p.debug(&KeyConfig::new().label("team", None).exportable(true));

    let map = [(s.context, s.plaintext)];
    p.debug(&Context::bytes(s.context).unwrap());
    p.debug(&Context::map(map).unwrap());
    p.debug(&Aad::from(s.aad));
    p.debug(&Aad::map([(s.aad, s.plaintext)]).unwrap());
    p.debug(&SecretBytes::from(s.plaintext.as_bytes()));
    p.debug(&SecretArray::copy_of(&s.material).unwrap() as &SecretArray<32>);
    for seal in [
        s.seal(),
        s.other_seal(),
        Seal::passphrase(s.passphrase.as_bytes()),
        Seal::passphrase_named("mine", s.passphrase.as_bytes()),
        Seal::root_key_env("STRONGROOM_ROOT_KEY"),
        Seal::root_key_file("root.key"),
        Seal::provider(Arc::new(FaultySeal)),
        Seal::any([Seal::passphrase(s.passphrase.as_bytes())]),
    ] {
        p.debug(&seal);
    }
    let text = Seal::generate_root_key().unwrap();
    more.push(("a sealing key as text", text.expose().to_vec()));
    p.debug(&text);
    ring.seals().unwrap().iter().for_each(|seal| p.debug(seal));

    let name = KeyName::new("imported").unwrap();
    p.both(&name);
    p.both(&ring.id());
    p.both(&Version::FIRST);
    p.debug(&key.info().unwrap().versions[0].state);
    for document in store.list(None, 100).unwrap() {
        let (sealed, revision) = store.load(&document).unwrap().unwrap();
        p.debug(&sealed);
        p.debug(&revision);
        p.debug(&Expected::Revision(revision));
        p.both(&document);
    }
    p.debug(&store);
    p.debug(&Directory::new("/var/keys"));
    p.debug(&Epoch::new(7));
    p.debug(&Fence::new(Expected::Absent));
    p.debug(&Fencing::Atomic);
    p.debug(&Verb::Encrypt);
    p.debug(&Verb::Encrypt.need());
    p.debug(&Looks::Inline);
    p.debug(&TransitBackup::new(Dialect::OpenBao));
    p.debug(&TransitMatch::Same);
    p.debug(&Unusable::Type);
    p.both(&format!("srp1:{}:7:{}:41", "2d".repeat(16), "0a".repeat(32)).parse::<Pin>().unwrap());
    p.debug(&Revision::new(&[7; 32]).unwrap());
    p.debug(&Sealed::from_stored(s.material.to_vec()));
    p.both(&DocName::Usage(name));
    p.debug(
        &store
            .put_if(
                &DocName::Root,
                &Sealed::from_stored(s.material.to_vec()),
                Expected::Absent,
                Fence::new(Expected::Absent),
            )
            .unwrap_err(),
    );
    p.debug(&PutError::Uncertain("the folder was not flushed".into()));
    p.debug(&StoreError { reason: "the cable is out".into() });
    p.both(&Reason::from("the cable is out").caused_by(std::io::Error::other("unplugged")));
    let refused = FaultySeal.unwrap(&s.material, s.aad.as_bytes()).unwrap_err();
    p.debug(&refused);
    p.debug(&SealError::Refused);
    p.debug(&LocalFiles::default());
    p.debug(&LocalFiles::default().open_folder("/".as_ref()).unwrap().status(None).unwrap().unwrap());
    p.debug(&StoreWarning::new(
        "root.sr",
        "others_may_read",
        "others may read root.sr; set its mode to 0600",
    ));
    p.debug(&LockMode::Exclusive);
    put(
        &store,
        &DocName::Key(KeyName::new("damaged").unwrap()),
        [s.material.as_slice(), s.plaintext.as_bytes()].concat(),
    );
    let report = ring.check().unwrap();
    p.debug(&report);
    p.debug(&report.faults[0]);
    let witnessed = Keyring::builder().witness(&s.ring().witness().unwrap()).unwrap();
    p.debug(&witnessed.open(store.clone(), s.seal()).unwrap().check().unwrap().witness.unwrap());
    p.both(&Near::of("card", ["cards"]));
    p.both(&Place::new("/srv/keys"));
    p.debug(&Binding::keyring(ring.id(), 1));
    p.debug(&PlatformToken::new([1]).of_version("1"));
    p.debug(&SystemClock);
    p.debug(&Nonces::Unbuffered);
    p.debug(&Kdf::HmacCounter);
    p.debug(&HashAlgorithm::Sha3_512);
    p.debug(&RsaPadding::Pss);
    p.debug(&SaltLength::Bytes(20));
    p.debug(&KeyOption::AutoRotatePeriod);
    p.debug(&KeyOption::AutoRotatePeriod.kind());
    p.debug(&KeyOption::AutoRotatePeriod.when());
    p.debug(&OptionValue::Flag(true));
    let signing = Keyring::in_memory().create_key("signing", KeyType::Ed25519).unwrap();
    p.debug(&signing.public_key(None).unwrap());
    p.debug(&SignatureForm::Jws);
    p.debug(&Dialect::Vault);
    p.debug(&ExportFormat::Pem);
    p.debug(&hazmat::Aead::Xaes256Gcm);
    p.both(
        &hazmat::open(
            hazmat::Aead::Aes256Gcm,
            &s.material,
            &[0; 12],
            s.aad.as_bytes(),
            s.plaintext.as_bytes(),
        )
        .unwrap_err(),
    );
    for error in errors(s) {
        p.both(&error);
        p.debug(&error.family());
        p.0.entry("Error".to_owned()).or_default().push(error.name().to_owned());
        p.0.entry("Error".to_owned())
            .or_default()
            .push(format!("{:?}", std::error::Error::source(&error).map(ToString::to_string)));
    }
    Error::TABLE.iter().for_each(|row| p.debug(row));
    assert!(SystemClock.now() > 0);
    (p, more)
}

fn known(s: &Secrets) -> Vec<(&'static str, Vec<u8>)> {
    let seal_id = s.known.seal_id();
    let subkey = hazmat::hkdf_sha256(
        b"strongroom.xaes256-gcm.v1",
        &s.material,
        &[&[0, 0, 0, 1, 1], s.context.as_bytes()].concat(),
        64,
    )
    .unwrap();
    let public = hazmat::ed25519_public(&s.other);
    assert!(seal_id.len() == 16 && public != s.other);
    vec![
        ("the sealing key", s.known.sealing.to_vec()),
        ("the root key", s.known.root.to_vec()),
        ("the material", s.material.to_vec()),
        ("the other material", s.other.to_vec()),
        ("a subkey", subkey),
        ("the passphrase", s.passphrase.as_bytes().to_vec()),
        ("the plaintext", s.plaintext.as_bytes().to_vec()),
        ("the context", s.context.as_bytes().to_vec()),
        ("the aad", s.aad.as_bytes().to_vec()),
    ]
}

#[test]
fn no_type_and_no_error_shows_a_secret() {
    let secrets = Secrets::default();
    let (printed, more) = print_everything(&secrets);
    let (names, secrets): (Vec<_>, Vec<_>) = known(&secrets).into_iter().chain(more).unzip();
    let needles = Needles::new(&secrets);

    let exported: BTreeSet<String> = exports("lib.rs").union(&exports("hazmat.rs")).cloned().collect();
    let missing: Vec<_> = exported
        .iter()
        .filter(|name| !TRAITS.contains(&name.as_str()) && !printed.0.contains_key(*name))
        .collect();
    assert!(missing.is_empty(), "public types that nothing here prints: {missing:?}");
    assert!(exported.len() >= 48 && TRAITS.iter().all(|name| exported.contains(*name)), "{exported:?}");

    let mut texts = 0;
    for (name, printed) in &printed.0 {
        for text in printed {
            texts += 1;
            if let Some((secret, spelling)) = needles.find(text) {
                panic!("{name} shows {} as {spelling}: {text}", names[secret]);
            }
        }
    }
    println!("{} types, {texts} texts, {} secrets", printed.0.len(), secrets.len());
    assert!(texts >= 900 && texts * secrets.len() >= 20_000, "{texts} {}", secrets.len());
}

/// The search itself: it finds a secret in every form in which one could be shown.
#[test]
fn a_shown_secret_is_found() {
    let secret = noise(32, 77);
    let phrase = b"tenant acme of the north".to_vec();
    let standard = base64_simd::STANDARD.encode_to_string([b"x".as_slice(), &secret, b"yz"].concat());
    let url = base64_simd::URL_SAFE_NO_PAD.encode_to_string(&secret);
    for text in [
        format!("{secret:?}"),
        format!("{secret:#?}"),
        format!("{secret:x?}"),
        format!("{secret:02X?}"),
        format!("{secret:#x?}"),
        format!("Key {{ material: {} }}", hex::encode(&secret)),
        hex::encode_upper(&secret),
        hex::encode(&secret[3..12]),
        format!("{:?}", &secret[20..29]),
        String::from_utf8_lossy(&secret).into_owned(),
        secret.escape_ascii().to_string(),
        standard,
        url,
    ] {
        assert!(find(&secret, &text).is_some(), "{text}");
    }
    for text in [
        format!("{phrase:?}"),
        String::from_utf8(phrase.clone()).unwrap(),
        format!("{:?}", String::from_utf8(phrase.clone()).unwrap()),
        "…acme of the…".to_owned(),
    ] {
        assert!(find(&phrase, &text).is_some(), "{text}");
    }
    assert_eq!(find(&secret, &format!("{:?} {}", noise(64, 5), hex::encode(noise(64, 9)))), None);
    let said = Error::DecryptFailed.to_string();
    assert!(said.contains("context and the aad"), "{said}");
    assert_eq!(find(&phrase, &said), None);
}

/// What nobody writes cannot be read: the library has no log, and prints nothing.
#[test]
fn nothing_is_logged() {
    fn files(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    for folder in ["core/src", "entropy/src", "rsa/src"] {
        files(&root.join(folder), &mut sources);
    }
    for path in &sources {
        let text = std::fs::read_to_string(path).unwrap();
        for call in ["println!", "print!", "dbg!", "io::stdout", "io::stderr", "log::", "tracing::"] {
            let shown = text.lines().find(|line| line.contains(call) && !line.trim_start().starts_with("//"));
            assert_eq!(shown, None, "{} prints", path.display());
        }
    }
    assert!(sources.len() >= 70, "{}", sources.len());
    for manifest in ["core/Cargo.toml", "entropy/Cargo.toml", "rsa/Cargo.toml"] {
        let text = std::fs::read_to_string(root.join(manifest)).unwrap();
        assert!(!["\nlog", "\ntracing"].iter().any(|name| text.contains(name)), "{manifest}");
    }
}

#[test]
fn stores_in_memory_show_names_and_sizes_only() {
    let memory = Memory::new();
    let ring = Keyring::create(memory.clone(), Secrets::default().seal()).unwrap();
    ring.create_key("cards", KeySpec::default()).unwrap();
    let text = format!("{memory:?}");
    assert!(text.contains("cards") && text.contains("bytes"), "{text}");
}
