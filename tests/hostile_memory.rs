//! Hostile documents take no more memory than ten times their length and a little, whatever they claim to
//! hold, also under the right root key.

#[path = "hostile_memory/argon2.rs"]
mod argon2;

use allocation_counter::measure;
use strongroom::{DocName, Error, KeyName, Keyring, Memory, Seal, SecretArray};
use strongroom_tests::cbor::{Cbor, head};
use strongroom_tests::forge::{Known, key_fields, put, snapshot, version};
use strongroom_tests::noise::noise;

/// Beside what depends on the document: the keys, hash states and maps of one call.
const FIXED: u64 = 16 << 10;
const FACTOR: u64 = 10;

/// The slots and caches of a keyring, in bytes over [`FACTOR`].
const A_KEYRING: usize = 16 << 10;

fn key_k() -> DocName {
    DocName::Key(KeyName::new("k").unwrap())
}

fn own_seal(known: &Known) -> Seal {
    Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap())
}

/// Runs a call on a document of a length and holds the most memory that it had at one time against the
/// length.
#[track_caller]
fn within_bounds<T>(what: &str, len: usize, call: impl FnOnce() -> Result<T, Error>) -> Result<(), Error> {
    let mut result = Ok(());
    let used = measure(|| result = call().map(drop));
    let limit = FACTOR * len as u64 + FIXED;
    println!("{what}: {len} bytes, {} at one time, {} in all", used.bytes_max, used.bytes_total);
    assert!(used.bytes_max <= limit, "{what}: {} bytes of memory for a document of {len}", used.bytes_max);
    result
}

/// CBOR that claims more than it holds, or nests without end, in the place of a value. Of each the first
/// bytes decide; the rest is filling.
fn liars() -> Vec<(String, Vec<u8>)> {
    let mut liars = Vec::new();
    for major in 2..=5 {
        for claim in [0x1_0000, 1 << 31, u64::from(u32::MAX), 1 << 32, i64::MAX as u64, u64::MAX] {
            liars.push((
                format!("major type {major} of {claim}"),
                [head(major, claim), noise(2_000, claim)].concat(),
            ));
        }
        liars.push((format!("major type {major} without an end"), vec![major << 5 | 31; 2_000]));
        // As many elements as there could be, were each as small as can be.
        liars.push((
            format!("major type {major} of 100,000 small ones"),
            [head(major, 100_000), vec![0xA0; 100_000]].concat(),
        ));
    }
    for (what, byte) in [("arrays", 0x81), ("maps", 0xA1), ("tags", 0xC1)] {
        liars.push((format!("{what} in {what}"), vec![byte; 200_000]));
    }
    liars
}

#[test]
fn root_documents_that_anyone_can_write() {
    let known = Known::default();
    let store = Memory::new();
    let mut tried = 0;
    let mut refuse = |what: &str, document: Vec<u8>| {
        let len = document.len();
        put(&store, &DocName::Root, document);
        let seal = own_seal(&known);
        let error = within_bounds(what, len, || Keyring::open(store.clone(), seal)).expect_err(what);
        assert!(
            matches!(error.name(), "corrupt_document" | "unsupported_format" | "wrong_seal"),
            "{what}: {error:?}"
        );
        tried += 1;
    };
    for len in (0..200).chain([1_000, 65_536, 1 << 20]) {
        refuse("noise", [b"SRR1".as_slice(), &noise(len, 7)].concat());
    }
    for (what, liar) in liars() {
        let with = |name: &str| {
            let other =
                if name == "label" { ("roots", Cbor::Array(vec![])) } else { ("label", Cbor::text("")) };
            Cbor::map([(name, Cbor::Raw(liar.clone())), other]).encode()
        };
        refuse(&format!("{what} as the whole"), known.root_document(&liar));
        refuse(&format!("{what} as the label"), known.root_document(&with("label")));
        refuse(&format!("{what} as the roots"), known.root_document(&with("roots")));
        let in_copies = Cbor::map([("number", Cbor::Uint(1)), ("copies", Cbor::Raw(liar.clone()))]);
        let roots = Cbor::map([("label", Cbor::text("")), ("roots", Cbor::Array(vec![in_copies]))]);
        refuse(&format!("{what} as the copies"), known.root_document(&roots.encode()));
        refuse(
            &format!("{what} as a blob"),
            known.root_document(&Known::roots(vec![Cbor::map([("blob", Cbor::Raw(liar.clone()))])])),
        );
    }
    let empty_copy = || Known::copy("", "", vec![]);
    refuse(
        "a thousand copies",
        known.root_document(&Known::roots((0..1_000).map(|_| empty_copy()).collect())),
    );
    let root = |number: u64| {
        Cbor::map([("number", Cbor::Uint(number)), ("copies", Cbor::Array(vec![empty_copy()]))])
    };
    for count in [17, 1_000] {
        let roots =
            Cbor::map([("label", Cbor::text("")), ("roots", Cbor::Array((1..=count).map(root).collect()))]);
        refuse("many roots", known.root_document(&roots.encode()));
    }
    println!("{tried} root documents refused");
    assert!(tried >= 350, "{tried}");
}

#[test]
fn key_documents_and_backups_with_hostile_bodies() {
    let known = Known::default();
    let store = Memory::new();
    put(&store, &DocName::Root, known.own_root_document());
    let ring = Keyring::open(store.clone(), own_seal(&known)).unwrap();
    // What stays in the keyring, its slot for the name, is not the document's.
    assert!(matches!(ring.key("k"), Err(Error::KeyNotFound { .. })));
    let elsewhere = Keyring::in_memory();
    let mut tried = 0;
    let mut refuse = |what: &str, document: Vec<u8>| {
        let len = document.len();
        put(&store, &key_k(), document);
        ring.refresh().unwrap();
        let error = within_bounds(what, len, || ring.key("k")).expect_err(what);
        assert!(
            matches!(&error, Error::CorruptDocument { document, .. } if document == "key-k.sr"),
            "{what}: {error:?}"
        );
        tried += 1;
    };
    for len in (0..200).chain([1_000, 65_536, 1 << 20]) {
        refuse("noise", [b"SRK1".as_slice(), &noise(len, 9)].concat());
        refuse("noise in the body", known.key_document("k", 1, &noise(len, 9)));
    }
    let mut bodies = Vec::new();
    for (what, liar) in liars() {
        bodies.push((format!("{what} as the whole"), liar.clone()));
        for name in
            ["labels", "versions", "name", "archive", "transit", "backup_info", "template", "surprise"]
        {
            let mut fields = key_fields("k", Cbor::Array(vec![version()]));
            fields.retain(|(field, _)| *field != name);
            fields.push((name, Cbor::Raw(liar.clone())));
            bodies.push((format!("{what} as {name}"), Cbor::map(fields).encode()));
        }
        for name in ["chain", "public", "material", "hmac_key"] {
            let liar = Cbor::map([("type", Cbor::Uint(7)), (name, Cbor::Raw(liar.clone()))]);
            bodies.push((
                format!("{what} as {name}"),
                Cbor::map(key_fields("k", Cbor::Array(vec![liar]))).encode(),
            ));
        }
    }
    let trimmed = || Cbor::map([("type", Cbor::Uint(1)), ("trimmed", Cbor::Uint(0))]);
    for count in [100, 1_000, 20_000] {
        // The smallest versions that there are, in the largest possible numbers, and refused at the very end.
        bodies.push((
            format!("{count} trimmed versions"),
            Cbor::map(key_fields("k", Cbor::Array(vec![trimmed(); count]))).encode(),
        ));
        let mut fields = key_fields("k", Cbor::Array(vec![version()]));
        fields.push((
            "archive",
            Cbor::Map((1..=count as u64).map(|number| (Cbor::Uint(number), trimmed())).collect()),
        ));
        bodies.push((format!("{count} archived versions"), Cbor::map(fields).encode()));
        let chain = Cbor::map([
            ("type", Cbor::Uint(7)),
            ("chain", Cbor::Array(vec![Cbor::Bytes(vec![7; 8]); count])),
        ]);
        bodies.push((
            format!("a chain of {count}"),
            Cbor::map(key_fields("k", Cbor::Array(vec![chain]))).encode(),
        ));
        let labels = (0..count).map(|at| (Cbor::text(&format!("{at:08}")), Cbor::text(""))).collect();
        let mut fields = key_fields("k", Cbor::Array(vec![version()]));
        fields.retain(|(field, _)| *field != "labels");
        fields.push(("labels", Cbor::Map(labels)));
        bodies.push((format!("{count} labels"), Cbor::map(fields).encode()));
    }
    for (what, body) in &bodies {
        refuse(what, known.key_document("k", 1, body));
    }
    for (what, body) in &bodies {
        let backup = known.backup(body);
        let seal = own_seal(&known);
        let error = within_bounds(&format!("backup: {what}"), backup.len(), || {
            elsewhere.restore_key(&backup, seal, None)
        })
        .expect_err(what);
        assert!(matches!(error, Error::CorruptBackup { .. }), "{what}: {error:?}");
        tried += 1;
    }
    for len in (0..200).chain([65_536, 1 << 20]) {
        let backup = [b"SRB1".as_slice(), &noise(len, 11)].concat();
        let seal = own_seal(&known);
        let error =
            within_bounds("noise as a backup", backup.len(), || elsewhere.restore_key(&backup, seal, None))
                .unwrap_err();
        assert!(matches!(error, Error::CorruptBackup { .. }), "{error:?}");
        tried += 1;
    }
    println!("{tried} documents and backups refused");
    assert!(tried >= 1_400, "{tried}");
}

#[test]
fn keys_with_many_trimmed_versions_open() {
    let known = Known::default();
    for count in [100, 1_000, 20_000] {
        let store = Memory::new();
        put(&store, &DocName::Root, known.own_root_document());
        let ring = Keyring::open(store.clone(), own_seal(&known)).unwrap();
        let trimmed = || Cbor::map([("type", Cbor::Uint(1)), ("trimmed", Cbor::Uint(0))]);
        let mut fields =
            key_fields("k", Cbor::Array((0..count).map(|_| trimmed()).chain([version()]).collect()));
        fields.retain(|(field, _)| !matches!(*field, "min_available_version" | "min_decryption_version"));
        fields.extend(
            ["min_available_version", "min_decryption_version"].map(|field| (field, Cbor::Uint(count + 1))),
        );
        let document = known.key_document("k", 1, &Cbor::map(fields).encode());
        let len = document.len();
        put(&store, &key_k(), document);
        within_bounds(&format!("{count} trimmed versions and a whole one"), len, || ring.key("k")).unwrap();
        assert_eq!(u64::from(ring.key("k").unwrap().info().unwrap().latest_version.get()), count + 1);
    }
}

#[test]
fn usage_documents_and_snapshots() {
    let known = Known::default();
    let store = Memory::new();
    let usage_k = DocName::Usage(KeyName::new("k").unwrap());
    let key = known.key_document("k", 1, &Cbor::map(key_fields("k", Cbor::Array(vec![version()]))).encode());
    put(&store, &DocName::Root, known.own_root_document());
    put(&store, &key_k(), key.clone());
    let ring = Keyring::open(store.clone(), own_seal(&known)).unwrap();
    let mut bodies = vec![("nothing".to_owned(), vec![]), ("noise".to_owned(), noise(1_000, 3))];
    for (what, liar) in liars() {
        for name in ["name", "uses", "surprise"] {
            let mut fields = vec![("name", Cbor::text("k")), ("uses", Cbor::Map(vec![]))];
            fields.retain(|(field, _)| *field != name);
            fields.push((name, Cbor::Raw(liar.clone())));
            bodies.push((format!("{what} as {name}"), Cbor::map(fields).encode()));
        }
    }
    for count in [100, 20_000] {
        // Refused at the very end: the name is another key's.
        let uses = Cbor::Map((1..=count).map(|number| (Cbor::Uint(number), Cbor::Uint(1))).collect());
        bodies.push((
            format!("{count} versions"),
            Cbor::map([("name", Cbor::text("l")), ("uses", uses)]).encode(),
        ));
    }
    let mut tried = 0;
    for (what, body) in &bodies {
        let document = known.usage_document("k", 1, body);
        let all = [known.own_root_document(), key.clone(), document.clone()];
        put(&store, &usage_k, document);
        let len = all.iter().map(Vec::len).sum();
        let checked = || match ring.check()?.faults.into_iter().next() {
            Some(fault) => Err::<(), _>(fault.error),
            None => Ok(()),
        };
        let error = within_bounds(what, len, checked).expect_err(what);
        assert!(
            matches!(&error, Error::CorruptDocument { document, .. } if document == "usage-k.sr"),
            "{what}: {error:?}"
        );
        let snapshot = snapshot(&all.each_ref().map(Vec::as_slice));
        let (seal, empty) = (own_seal(&known), Memory::new());
        // A keyring is made before what it is to hold is looked at.
        let error = within_bounds(what, snapshot.len() + A_KEYRING, || {
            Keyring::builder().restore_bytes(&snapshot, empty, seal)
        })
        .unwrap_err();
        assert!(
            matches!(&error, Error::CorruptDocument { document, .. } if document == "usage-k.sr"),
            "{what}: {error:?}"
        );
        tried += 2;
    }
    for (len, count) in (0..200)
        .chain([1_000, 65_536, 1 << 20])
        .flat_map(|len| [0, 1, 1 << 16, u32::MAX].map(|count| (len, count)))
    {
        let outside = [b"SRS1".as_slice(), &count.to_be_bytes(), &noise(len, 13)].concat();
        // As many documents as there can be, each of no bytes.
        let nothings = [b"SRS1".as_slice(), &count.to_be_bytes(), &vec![0; len]].concat();
        for snapshot in [outside, nothings] {
            let (seal, empty) = (own_seal(&known), Memory::new());
            let error = within_bounds("a snapshot", snapshot.len(), || {
                Keyring::builder().restore_bytes(&snapshot, empty, seal)
            })
            .unwrap_err();
            assert!(matches!(error.name(), "corrupt_backup" | "corrupt_document"), "{error:?}");
            tried += 1;
        }
    }
    println!("{tried} usage documents and snapshots refused");
    assert!(tried >= 1_700, "{tried}");
}

/// A backup as Transit's restore takes it, in the compressed form.
fn gzipped(deflated: &[u8], claimed: u32) -> String {
    let member =
        [b"G\x1f\x8b\x08\0\0\0\0\0\0\xff".as_slice(), deflated, &[0; 4], &claimed.to_le_bytes()].concat();
    base64_simd::STANDARD.encode_to_string(member)
}

#[test]
fn backups_of_transit() {
    let ring = Keyring::in_memory();
    let mut tried = 0;
    let mut refuse = |what: &str, backup: &str| {
        let error = within_bounds(what, backup.len(), || ring.restore_transit(backup, Some("k"), None))
            .expect_err(what);
        assert!(matches!(error, Error::CorruptBackup { .. }), "{what}: {error:?}");
        tried += 1;
    };
    for claimed in [1 << 16, 1 << 20, 64 << 20, u32::MAX] {
        for len in [0, 9, 100, 10_000, 1 << 18] {
            // Noise is no stream, and a stored block of noise is one that ends too early.
            refuse(&format!("gzip, {len} bytes that say {claimed}"), &gzipped(&noise(len, 5), claimed));
            let block = u16::try_from(len).map_or(vec![], |len| {
                [&[1], len.to_le_bytes().as_slice(), &(!len).to_le_bytes(), &noise(len.into(), 5)].concat()
            });
            refuse(&format!("gzip, a block of {len} bytes that says {claimed}"), &gzipped(&block, claimed));
        }
    }
    for (open, close) in
        [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]"), ("[[],", "]"), ("\"", ""), ("\"\\u0041", "")]
    {
        for count in [10, 10_000, 100_000] {
            let liar = format!("{}0{}", open.repeat(count), close.repeat(count));
            for json in [
                liar.clone(),
                format!("{{\"policy\":{liar}}}"),
                format!("{{\"policy\":{{\"keys\":{{\"1\":{{\"key\":{liar}}}}}}}}}"),
            ] {
                refuse(&format!("{count} times {open}"), &base64_simd::STANDARD.encode_to_string(json));
            }
        }
    }
    println!("{tried} backups of Transit refused");
    assert!(tried >= 90, "{tried}");
}
