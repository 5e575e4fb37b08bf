//! The line of roots, pins, witnesses and what was lent, against cases that another program computed.

use super::copy::{Notes, WrappedCopy};
use super::header::{Header, Magic};
use super::line::{Entry, Head, Line};
use super::pin::Pin;
use super::root::{RootDocument, WrappedRoot};
use super::witness::{Finding, Floor, Witness};
use super::{body, cbor, line};
use crate::Error;
use crate::key::record::{Record, VersionRecord};
use crate::material::KeyType;
use crate::name::{KeyName, KeyringId};
use crate::secret::SecretArray;
use crate::version::Version;
use minicbor::Decoder;
use serde_json::Value;
use std::collections::BTreeMap;

/// The cases of files, by what is to be done with them.
fn load(names: &[&str]) -> BTreeMap<String, Vec<Value>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/strongroom");
    let mut cases = BTreeMap::<String, Vec<Value>>::new();
    for name in names {
        let file: Value = serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap();
        for case in file["vectors"].as_array().unwrap() {
            cases.entry(text(case, "op").to_owned()).or_default().push(case.clone());
        }
    }
    cases
}

const LINES: &[&str] = &["second/line.json"];
/// Pins too.
const WITNESSES: &[&str] = &["second/witness.json", "witness.json"];
const SUBKEYS: &[&str] = &["second/subkeys.json"];

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{value} has no text {field}"))
}

fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(value: &Value, field: &str) -> T {
    value[field].as_u64().unwrap_or_else(|| panic!("{value} has no number {field}")).try_into().unwrap()
}

fn bytes(value: &Value, field: &str) -> Vec<u8> {
    hex::decode(text(value, field)).unwrap()
}

fn array<const N: usize>(value: &Value, field: &str) -> [u8; N] {
    bytes(value, field).try_into().unwrap()
}

fn keyring(case: &Value) -> KeyringId {
    KeyringId::from_bytes(array(case, "keyring_id"))
}

fn key(hex: &str) -> SecretArray<32> {
    SecretArray::copy_of(&hex::decode(hex).unwrap()).unwrap()
}

/// The line as a case gives it: by its encoding, since the parts are private.
fn read_line(entries: &Value) -> Line {
    let encoded = cbor::encode(|out| {
        out.array(entries.as_array().unwrap().len() as u64)?;
        entries.as_array().unwrap().iter().try_for_each(|entry| {
            cbor::Fields::new()
                .put("number", |out| out.u32(number(entry, "number"))?.ok())
                .put("public", |out| out.bytes(&bytes(entry, "public"))?.ok())
                .put("signature", |out| out.bytes(&bytes(entry, "signature"))?.ok())
                .write(out)
        })
    });
    Line::read(&mut Decoder::new(encoded.expose())).unwrap()
}

fn entry(value: &Value) -> Entry {
    Entry {
        head: Head { number: number(value, "number"), public: array(value, "public") },
        signature: array(value, "signature"),
    }
}

#[test]
fn lines_are_made_and_go_on() {
    let cases = load(LINES).remove("make").unwrap();
    for case in &cases {
        let id = text(case, "id");
        let roots: Vec<(u32, SecretArray<32>)> = case["roots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|root| (number(root, "number"), key(text(root, "key"))))
            .collect();
        let all = || roots.iter().map(|(number, key)| (*number, key));
        let line = Line::continued(None, keyring(case), all()).unwrap();
        let expected = &case["expect"];
        if let Some(cbor) = expected["cbor"].as_str() {
            let encoded =
                cbor::encode(|out| cbor::Fields::new().put("line", |out| line.write(out)).write(out));
            assert_eq!(hex::encode(encoded.expose()), cbor, "{id}");
            assert_eq!(line, read_line(&expected["line"]), "{id}");
        } else {
            let entries = line.entries();
            assert_eq!(entries.len() as u64, number::<u64>(expected, "entries"), "{id}");
            assert_eq!(
                (entries[0], entries[entries.len() - 1]),
                (entry(&expected["first"]), entry(&expected["last"])),
                "{id}"
            );
        }
        line.check_roots(case["listed"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as u32))
            .unwrap();
        line.verify(keyring(case), all().skip(roots.len().saturating_sub(line::MAX_ENTRIES))).unwrap();
        // One root at a time comes to the same.
        let mut grown: Option<Line> = None;
        for end in 1..=roots.len() {
            grown = Some(
                Line::continued(grown.as_ref(), keyring(case), all().take(end).skip(end.saturating_sub(2)))
                    .unwrap(),
            );
        }
        assert_eq!(grown, Some(line), "{id}");
    }
    assert!(cases.len() >= 4, "{}", cases.len());
}

#[test]
fn a_line_goes_on_from_its_own_end_only() {
    let ring = KeyringId::from_bytes([7; 16]);
    let [first, second, other] = [1, 2, 3].map(|byte| SecretArray::<32>::copy_of(&[byte; 32]).unwrap());
    let line = Line::continued(None, ring, [(1, &first), (2, &second)]).unwrap();
    assert!(Line::continued(Some(&line), ring, [(3, &other)]).is_err(), "nobody can sign for root 2");
    assert!(Line::continued(Some(&line), ring, [(2, &first), (3, &other)]).is_err(), "another root 2");
    let same = Line::continued(Some(&line), ring, [(2, &second)]).unwrap();
    assert_eq!(same, line);
    let on = Line::continued(Some(&line), ring, [(2, &second), (3, &other)]).unwrap();
    assert!(on.contains(&line.head().unwrap()) && !line.contains(&on.head().unwrap()));
    let wrong = line.verify(ring, [(1, &first), (2, &other)]);
    assert!(wrong.is_err_and(|reason| reason.contains("somebody else")), "a root key that is not the line's");
}

#[test]
fn lines_heads_and_pins_are_checked() {
    let mut cases = load(&[LINES, WITNESSES].concat());
    let mut tried = 0;
    for case in cases.remove("check").unwrap() {
        let line = read_line(&case["line"]);
        let mut listed: Vec<(u32, SecretArray<32>)> = case["listed"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(number, root)| (number.parse().unwrap(), key(root.as_str().unwrap())))
            .collect();
        listed.sort_by_key(|(number, _)| *number);
        let checked = line.check_roots(listed.iter().map(|(number, _)| *number));
        let result = checked
            .and_then(|()| line.verify(keyring(&case), listed.iter().map(|(number, key)| (*number, key))));
        assert!(result.is_err() && text(&case, "error") == "corrupt_document", "{}: {result:?}", case["id"]);
        tried += 1;
    }
    for case in cases.remove("head").unwrap() {
        let head = Head { number: number(&case["head"], "number"), public: array(&case["head"], "public") };
        assert_eq!(read_line(&case["line"]).contains(&head), case["expect"] == "taken", "{}", case["id"]);
        tried += 1;
    }
    for case in cases.remove("pin").unwrap() {
        let line = (!case["line"].is_null()).then(|| read_line(&case["line"]));
        let copy =
            WrappedCopy { kind: "k".to_owned(), id: "i".to_owned(), blob: vec![0], notes: Notes::default() };
        let roots = vec![WrappedRoot { number: 8, copies: vec![copy] }];
        let document = RootDocument {
            keyring: keyring(&case),
            generation: number(&case, "generation"),
            label: String::new(),
            roots,
            line,
            staleness: None,
        };
        let result = text(&case, "pin").parse::<Pin>().unwrap().check(&document, None);
        assert_eq!(
            result.map_err(|error| error.name()),
            case["error"].as_str().map_or(Ok(()), Err),
            "{}",
            case["id"]
        );
        tried += 1;
    }
    for case in cases.remove("parse_pin").unwrap() {
        match (text(&case, "text").parse::<Pin>(), &case["expect"]) {
            (Ok(pin), expected) => {
                assert_eq!(pin.keyring(), keyring(expected));
                assert_eq!(
                    (pin.root_number(), pin.generation()),
                    (number(expected, "number"), number(expected, "generation"))
                );
                assert_eq!(*pin.root_public(), array(expected, "public"));
            }
            (Err(error), _) => assert_eq!(error.name(), text(&case, "error"), "{}", case["id"]),
        }
        tried += 1;
    }
    assert!(tried >= 46, "{tried}");
}

fn floor(entry: &Value) -> ((Magic, KeyName), Floor) {
    let magic = if entry["kind"] == 1 { Magic::Key } else { Magic::Usage };
    let floor = Floor {
        key_id: array(entry, "key_id"),
        generation: number(entry, "generation"),
        root: number(entry, "root_number"),
        latest: Version::new(number(entry, "latest")),
        created: number(entry, "created"),
    };
    ((magic, KeyName::new(text(entry, "name")).unwrap()), floor)
}

#[test]
fn witnesses_are_written_and_read() {
    let mut cases = load(WITNESSES);
    let (made, opened) = (cases.remove("make").unwrap(), cases.remove("open").unwrap());
    for case in &made {
        let root = key(text(case, "root_key"));
        let head = Head { number: number(case, "root_number"), public: line::public_key(&root) };
        assert_eq!(head.public, array(&case["expect"], "public"));
        let pin = Pin::new(keyring(case), head, number(case, "root_generation"));
        let witness = Witness {
            pin,
            time: number(case, "time"),
            floors: case["entries"].as_array().unwrap().iter().map(floor).collect(),
        };
        let file = witness.seal(&root);
        assert_eq!(hex::encode(&file), text(&case["expect"], "file"), "{}", case["id"]);
        assert_eq!(Witness::parse(&file).unwrap(), witness, "{}", case["id"]);
        for end in (0..file.len()).step_by(1 + file.len() / 1000) {
            assert!(
                Witness::parse(&file[..end]).is_err_and(|error| error.name() == "corrupt_document"),
                "{} cut at {end}",
                case["id"]
            );
        }
        for bit in (0..8 * file.len()).step_by(1 + file.len() / 500) {
            let mut changed = file.clone();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            let error = Witness::parse(&changed).expect_err(&format!("{} bit {bit}", case["id"]));
            assert_eq!(
                error.name(),
                if bit / 8 == 3 { "unsupported_format" } else { "corrupt_document" },
                "{} bit {bit}",
                case["id"]
            );
        }
    }
    for case in &opened {
        let error = Witness::parse(&bytes(case, "file")).unwrap_err();
        assert_eq!(error.name(), text(case, "error"), "{}", case["id"]);
    }
    assert!(made.len() >= 9 && opened.len() >= 48, "{} {}", made.len(), opened.len());
}

/// A file that must be read for ever.
#[test]
fn a_witness_that_was_kept_is_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/optional/keyring.srw");
    let witness = Witness::parse(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!((witness.pin.root_number(), witness.pin.generation(), witness.floors.len()), (9, 12, 28));
    let name = KeyName::new("lent-counted").unwrap();
    assert_eq!(witness.floor(Magic::Key, &name).unwrap().latest, Version::new(4));
    assert_eq!(witness.floor(Magic::Usage, &name).unwrap().generation, 7);
    assert!(witness.floor(Magic::Usage, &KeyName::new("dated").unwrap()).is_none());
}

fn header(magic: Magic, found: &Value) -> Header {
    let name = KeyName::new("cards").unwrap();
    Header {
        magic,
        keyring: KeyringId::from_bytes([1; 16]),
        root: number(found, "root_number"),
        generation: number(found, "generation"),
        key_id: array(found, "key_id"),
        name,
    }
}

fn record(latest: usize, created: impl Fn(usize) -> Option<u64>) -> Record {
    let mut record = Record::new(KeyName::new("cards").unwrap(), KeyType::default());
    record.versions = (1..=latest)
        .map(|n| VersionRecord { created: created(n), ..VersionRecord::empty(KeyType::default()) })
        .collect();
    record
}

#[test]
fn what_became_of_a_document_is_said() {
    let cases = load(WITNESSES).remove("floor").unwrap();
    for case in &cases {
        let (_, floor) = floor(&case["witnessed"]);
        let found = &case["found"];
        let record = record(number(found, "latest"), |n| found["created_of"][n.to_string()].as_u64());
        let finding = floor.compare(Some((&header(Magic::Key, found), Some(&record))));
        assert_eq!(finding.is_taken(), case["expect"] == "ok", "{}: {finding:?}", case["id"]);
    }
    assert!(cases.len() >= 14, "{}", cases.len());
}

#[test]
fn every_finding_there_is() {
    let of = |magic, key_id: u8, generation, root| Header {
        magic,
        keyring: KeyringId::from_bytes([1; 16]),
        root,
        generation,
        key_id: [key_id; 16],
        name: KeyName::new("cards").unwrap(),
    };
    let three = record(3, |n| Some(n as u64));
    let floor = Floor::of(&of(Magic::Key, 1, 9, 2), Some(&three));
    assert_eq!((floor.latest, floor.created), (Version::new(3), 3));
    let two = record(2, |n| Some(n as u64));
    let unknown = record(3, |_| None);
    for (found, finding) in [
        (None, Finding::Missing),
        (Some((of(Magic::Key, 1, 9, 2), Some(&three))), Finding::Fits),
        (Some((of(Magic::Key, 1, 8, 2), Some(&three))), Finding::Older),
        (Some((of(Magic::Key, 1, 10, 1), Some(&three))), Finding::Older),
        (Some((of(Magic::Key, 1, 10, 2), Some(&two))), Finding::OtherHistory),
        (Some((of(Magic::Key, 1, 10, 2), Some(&unknown))), Finding::OtherHistory),
        (Some((of(Magic::Key, 2, 9, 2), Some(&three))), Finding::OtherHistory),
        (Some((of(Magic::Key, 2, 9, 2), None)), Finding::OtherHistory),
        (Some((of(Magic::Key, 1, 9, 2), None)), Finding::OtherHistory),
        (Some((of(Magic::Key, 1, 10, 2), None)), Finding::Deleted),
        (Some((of(Magic::Key, 2, 10, 2), Some(&two))), Finding::Recreated),
        (Some((of(Magic::Key, 2, 10, 2), None)), Finding::Recreated),
    ] {
        let found = found.as_ref().map(|(header, record)| (header, *record));
        assert_eq!(
            floor.compare(found),
            finding,
            "{:?}",
            found.map(|(header, record)| (header, record.is_some()))
        );
    }
    let tombstone = Floor::of(&of(Magic::Key, 1, 9, 2), None);
    assert_eq!((tombstone.latest, tombstone.created), (None, 0));
    assert_eq!(tombstone.compare(Some((&of(Magic::Key, 1, 10, 2), None))), Finding::Fits);
    let usage = Floor::of(&of(Magic::Usage, 1, 9, 2), None);
    for (key_id, generation, finding) in
        [(1, 9, Finding::Fits), (2, 10, Finding::Fits), (2, 9, Finding::OtherHistory), (1, 8, Finding::Older)]
    {
        assert_eq!(
            usage.compare(Some((&of(Magic::Usage, key_id, generation, 2), None))),
            finding,
            "{key_id} {generation}"
        );
    }
}

/// The body of a derived key of one version, lent for a context. What is not given is that of the default
/// type.
fn lent_body(key_type: KeyType, rule: Option<u64>, kdf: Option<u64>, subkeys: &[u8], lent: &[u8]) -> Vec<u8> {
    let raw = |bytes: &[u8]| bytes.to_vec();
    let version = [
        &[0xA2][..],
        b"\x64type",
        &encoded(|out| out.u8(key_type.profile().number)?.ok()),
        b"\x67subkeys",
        subkeys,
    ]
    .concat();
    let mut fields: BTreeMap<(usize, &str), Vec<u8>> = BTreeMap::new();
    let mut put = |name: &'static str, value: Vec<u8>| drop(fields.insert((name.len(), name), value));
    put("name", raw(b"\x61k"));
    put("lent", raw(lent));
    put("derived", raw(&[0xF5]));
    put("kdf", encoded(|out| out.u64(kdf.unwrap_or(1))?.ok()));
    put("convergent", raw(if rule.is_some() { &[0xF5] } else { &[0xF4] }));
    if let Some(rule) = rule {
        put("convergent_version", encoded(|out| out.u64(rule)?.ok()));
    }
    for flag in
        ["disabled", "imported", "exportable", "allow_rotation", "deletion_allowed", "allow_plaintext_backup"]
    {
        put(flag, raw(&[0xF4]));
    }
    for (name, value) in [
        ("auto_rotate_period", 0),
        ("min_available_version", 0),
        ("min_decryption_version", 1),
        ("min_encryption_version", 0),
    ] {
        put(name, vec![value]);
    }
    put("labels", raw(&[0xA0]));
    put("versions", [&[0x81], version.as_slice()].concat());
    let count = 0xA0 + fields.len() as u8;
    assert!(fields.len() < 24);
    let name = |name: &str| encoded(|out| out.str(name)?.ok());
    fields.iter().fold(vec![count], |body, ((_, field), value)| [body, name(field), value.clone()].concat())
}

fn encoded(write: impl FnOnce(&mut cbor::Out<'_>) -> cbor::Written) -> Vec<u8> {
    cbor::encode(write).expose().to_vec()
}

#[test]
fn what_was_lent_is_read_and_written() {
    let mut cases = load(SUBKEYS);
    let (good, bad) = (cases.remove("subkeys").unwrap(), cases.remove("read_subkeys").unwrap());
    let of = |case: &Value| KeyType::from_number(number(case, "type")).unwrap();
    for case in &good {
        let expected = &case["expect"];
        let (subkeys, lent) = (bytes(expected, "cbor"), bytes(expected, "lent_cbor"));
        let body =
            lent_body(of(case), case["convergent_version"].as_u64(), case["kdf"].as_u64(), &subkeys, &lent);
        let body::Body::Key(record) =
            body::decode(&body, None).unwrap_or_else(|reason| panic!("{}: {reason}", case["id"]))
        else {
            panic!("a tombstone")
        };
        let held = record.versions[0].subkeys.as_ref().unwrap();
        assert_eq!(
            hex::encode(held.encrypt.expose()),
            text(&expected["subkeys"], "encrypt"),
            "{}",
            case["id"]
        );
        assert_eq!(held.index.is_some(), !expected["subkeys"]["index"].is_null(), "{}", case["id"]);
        let context = record.lent.as_ref().unwrap().context.as_ref().unwrap();
        assert_eq!(
            (u64::from(context.kind), context.encoded.to_vec()),
            (number(case, "kind"), bytes(case, "context")),
            "{}",
            case["id"]
        );
    }
    let lent = bytes(&good[0]["expect"], "lent_cbor");
    for case in &bad {
        let body =
            lent_body(of(case), case["convergent_version"].as_u64(), None, &bytes(case, "cbor"), &lent);
        assert!(body::decode(&body, None).is_err(), "{}", case["id"]);
    }
    for case in cases.remove("read_lent").unwrap() {
        assert!(body::read_lent(&mut Decoder::new(&bytes(&case, "cbor"))).is_err(), "{}", case["id"]);
    }
    assert!(good.len() >= 14 && bad.len() >= 5, "{} {}", good.len(), bad.len());
}

#[test]
fn a_pin_that_is_none_says_so() {
    for text in [
        "",
        "srp1",
        "srp1:::::",
        "srp1:2d84c5c5f69f15ba58a17597a1a31295:7:+470db717e6e1d9c9e032a3b6e4cdcae3eb7b9fb39f276e85a9b76194b43cc60:1",
    ] {
        assert!(matches!(text.parse::<Pin>(), Err(Error::InvalidOption { .. })), "{text}");
    }
}
