//! Usage documents: what they count, what is written after them, and those that are refused.

use super::{bytes, file, list, put, seal, store};
use serde_json::Value;
use std::collections::BTreeMap;
use strongroom::hazmat::{Aead, hkdf_sha256, hmac, open};
use strongroom::{
    Context, DocName, Error, HashAlgorithm, Item, Key, KeyName, Keyring, Memory, Store, Version,
};
use strongroom_tests::cbor::Cbor;

/// As many encryptions as a key that is not derived leases under one version.
const LAST: u64 = (1 << 32) - 1;

type Uses = BTreeMap<u32, u64>;

pub(crate) fn uses(value: &Value) -> Uses {
    value
        .as_object()
        .unwrap()
        .iter()
        .map(|(version, count)| (version.parse().unwrap(), count.as_u64().unwrap()))
        .collect()
}

/// The uses of the versions that are counted.
pub(crate) fn shown(key: &Key) -> Result<Uses, Error> {
    Ok(key
        .info()?
        .versions
        .into_iter()
        .filter_map(|version| Some((version.version.get(), version.uses?)))
        .collect())
}

/// What of counts is shown: those that are known.
fn known(counts: &Uses) -> Uses {
    counts
        .iter()
        .filter(|(_, count)| **count != u64::MAX)
        .map(|(version, count)| (*version, *count))
        .collect()
}

/// A usage document that was opened without the library's own reader of them.
#[derive(Debug, PartialEq, Eq)]
struct Opened {
    root: u32,
    generation: u64,
    key_id: Vec<u8>,
    body: Vec<u8>,
}

fn usage_name(key: &str) -> DocName {
    DocName::Usage(KeyName::new(key).unwrap())
}

fn loaded(store: &Memory, key: &str) -> Option<Vec<u8>> {
    store.load(&usage_name(key)).unwrap().map(|(document, _)| document.as_bytes().to_vec())
}

/// `"SRU1" ‖ keyring id(16) ‖ u32be root number ‖ u64be generation`, and then
/// `key id(16) ‖ u8 len ‖ name ‖ payload`
fn opened(document: &[u8], keyring: &Value, key: &str) -> Opened {
    let (header, payload) = document.split_at(49 + key.len());
    let keyring_id = bytes(&keyring["keyring_id"]);
    assert_eq!(
        [&header[..4], &header[4..20], &header[48..49], &header[49..]],
        [b"SRU1", keyring_id.as_slice(), &[key.len() as u8], key.as_bytes()]
    );
    let root = u32::from_be_bytes(header[20..24].try_into().unwrap());
    let root_key =
        list(&keyring["roots"]).find(|one| one["number"] == root).map(|one| bytes(&one["key"])).unwrap();
    let info = [&root.to_be_bytes(), [1].as_slice(), &keyring_id, key.as_bytes()].concat();
    let okm = hkdf_sha256(b"strongroom.document.v1", &root_key, &info, 64).unwrap();
    let (nonce, rest) = payload.split_at(24);
    let (commitment, ciphertext) = rest.split_at(32);
    assert_eq!(hmac(HashAlgorithm::Sha256, &okm[32..], &[nonce, header].concat()), commitment);
    let body = open(Aead::Xaes256Gcm, &okm[..32], nonce, header, ciphertext).unwrap();
    Opened {
        root,
        generation: u64::from_be_bytes(header[24..32].try_into().unwrap()),
        key_id: header[32..48].to_vec(),
        body,
    }
}

fn body(key: &str, uses: &Uses) -> Vec<u8> {
    let uses =
        uses.iter().map(|(version, count)| (Cbor::Uint((*version).into()), Cbor::Uint(*count))).collect();
    Cbor::map([("name", Cbor::text(key)), ("uses", Cbor::Map(uses))]).encode()
}

fn encrypted(key: &Key, derived: bool) -> Result<String, Error> {
    let context = Context::bytes("tenant").unwrap();
    let item = Item::plaintext("m");
    key.encrypt_item(&if derived { item.context(&context) } else { item })
}

/// A usage document that stands in the keyring before anything is encrypted.
struct Before<'a> {
    keyring: &'a Value,
    key: &'a str,
    generation: u64,
    key_id: Vec<u8>,
    uses: Uses,
    /// The uses of the latest version.
    latest: u64,
    version: u32,
}

/// One encryption takes a lease, closing gives back the rest, and each raises the generation by one.
fn one_encryption(before: &Before<'_>, store: &Memory, ring: &Keyring, derived: bool) {
    let Before { keyring, key, generation, key_id, uses, latest, version } = before;
    let after = |generation: u64, count: u64| {
        let uses =
            uses.iter().map(|(version, count)| (*version, *count)).chain([(*version, count)]).collect();
        Opened {
            root: list(&keyring["roots"]).last().unwrap()["number"].as_u64().unwrap() as u32,
            generation,
            key_id: key_id.clone(),
            body: body(key, &uses),
        }
    };
    let handle = ring.key(key).unwrap();
    let ciphertext = encrypted(&handle, derived);
    if *latest == u64::MAX {
        assert_eq!(ciphertext.unwrap_err(), Error::UsageUnknown, "{key}");
        return;
    }
    if *generation == u64::MAX {
        assert_eq!(ciphertext.unwrap_err(), Error::Conflict, "{key}");
        return;
    }
    if !derived && *latest >= LAST {
        assert_eq!(ciphertext.unwrap_err(), Error::UsageLimitReached, "{key}");
        return;
    }
    ciphertext.unwrap();
    let lease = if derived { 256 } else { 256.min(LAST - latest) };
    assert_eq!(
        opened(&loaded(store, key).unwrap(), keyring, key),
        after(generation + 1, latest + lease),
        "{key}"
    );
    ring.close();
    let written = if lease > 1 { generation + 2 } else { generation + 1 };
    assert_eq!(opened(&loaded(store, key).unwrap(), keyring, key), after(written, latest + 1), "{key}");
}

#[test]
fn usage_documents_count_for_their_own_key() {
    let given = file("usage.json");
    let keyring = &given["keyring"];
    let mut ran = 0;
    for with in list(&keyring["seals"]) {
        let documents = store(&keyring["documents"]);
        let ring = Keyring::open(documents.clone(), seal(with)).unwrap();
        let report = ring.check().unwrap();
        assert_eq!(
            (report.documents, report.faults, report.unfinished_reseal),
            (keyring["documents"].as_object().unwrap().len(), Vec::new(), true)
        );
        for entry in list(&given["usage"]).chain(list(&given["without"])) {
            match ring.key(entry["key"].as_str().unwrap()) {
                Ok(key) => {
                    assert_eq!(shown(&key).unwrap(), known(&uses(&entry["counted"])), "{}", entry["id"])
                }
                Err(error) => assert_eq!(
                    (error.name(), &entry["counted"]),
                    ("key_not_found", &serde_json::json!({})),
                    "{}",
                    entry["id"]
                ),
            }
            ran += 1;
        }
    }
    assert!(ran >= 38, "{ran}");
}

#[test]
fn an_encryption_is_counted_in_the_next_generation() {
    let given = file("usage.json");
    let keyring = &given["keyring"];
    let (mut counted, mut untouched) = (0, 0);
    for entry in list(&given["usage"]).chain(list(&given["without"])) {
        let name = entry["key"].as_str().unwrap();
        let documents = store(&keyring["documents"]);
        let ring = Keyring::open(documents.clone(), seal(&keyring["seals"][0])).unwrap();
        let Ok(key) = ring.key(name) else { continue };
        let info = key.info().unwrap();
        let own = list(&keyring["keys"]).find(|key| key["name"] == name).unwrap();
        let (version, counts) = (info.latest_version.get(), uses(&entry["counted"]));
        let Some(latest) = counts.get(&version) else {
            let before = loaded(&documents, name);
            match encrypted(&key, info.derived) {
                Ok(_) | Err(Error::OperationNotSupported { .. }) => {}
                Err(error) => panic!("{name}: {error}"),
            }
            ring.close();
            assert_eq!(loaded(&documents, name), before, "{name}");
            untouched += 1;
            continue;
        };
        // What a deleted key left counts nothing, but its generation goes on.
        let theirs = entry["key_id"] != own["key_id"];
        let before = Before {
            keyring,
            key: name,
            generation: entry["generation"].as_u64().unwrap_or(0),
            key_id: bytes(&own["key_id"]),
            uses: if theirs { Uses::new() } else { uses(&entry["uses"]) },
            latest: *latest,
            version,
        };
        one_encryption(&before, &documents, &ring, info.derived);
        counted += 1;
    }
    assert!(counted >= 12 && untouched >= 5, "{counted} {untouched}");
}

#[test]
fn resealing_changes_the_root_and_the_generation() {
    let given = file("usage.json");
    let keyring = &given["keyring"];
    let documents = store(&keyring["documents"]);
    let ring = Keyring::open(documents.clone(), seal(&keyring["seals"][0])).unwrap();
    ring.reseal(list(&keyring["seals"]).map(seal)).unwrap();
    let (mut resealed, mut kept) = (0, 0);
    for entry in list(&given["usage"]) {
        let name = entry["key"].as_str().unwrap();
        let document = loaded(&documents, name).unwrap();
        let older = entry["root"] == 1;
        let due = Opened {
            root: 2,
            generation: entry["generation"].as_u64().unwrap() + u64::from(older),
            key_id: bytes(&entry["key_id"]),
            body: body(name, &uses(&entry["uses"])),
        };
        assert_eq!(opened(&document, keyring, name), due, "{}", entry["id"]);
        *if older { &mut resealed } else { &mut kept } += 1;
    }
    assert!(resealed >= 2 && kept >= 12, "{resealed} {kept}");
    assert_eq!(ring.check().unwrap().faults, []);
}

#[test]
fn the_neighbours_of_refused_usage_documents_are_taken() {
    let given = file("usage.json");
    let keyring = &given["keyring"];
    let own = list(&keyring["keys"]).find(|key| key["name"] == "k").unwrap();
    let mut ran = 0;
    for case in list(&given["accepted"]) {
        let documents = store(&keyring["documents"]);
        put(&documents, &case["documents"]);
        let ring = Keyring::open(documents.clone(), seal(&keyring["seals"][0])).unwrap();
        assert_eq!(ring.check().unwrap().faults, [], "{}", case["id"]);
        let counts = uses(&case["counted"]);
        assert_eq!(shown(&ring.key("k").unwrap()).unwrap(), known(&counts), "{}", case["id"]);
        let document = opened(&loaded(&documents, "k").unwrap(), keyring, "k");
        let all = uses(&case["uses"]);
        assert_eq!(
            (&document.body, document.generation),
            (&body("k", &all), case["generation"].as_u64().unwrap()),
            "{}",
            case["id"]
        );
        let before = Before {
            keyring,
            key: "k",
            generation: document.generation,
            key_id: bytes(&own["key_id"]),
            uses: all,
            latest: counts[&1],
            version: Version::FIRST.get(),
        };
        one_encryption(&before, &documents, &ring, false);
        ran += 1;
    }
    assert!(ran >= 11, "{ran}");
}

#[test]
fn usage_documents_that_must_be_refused_are_refused() {
    let given = file("usage.json");
    let keyring = &given["keyring"];
    let (mut ran, mut wrong) = (0, Vec::new());
    for case in list(&given["refused"]) {
        let documents = store(&keyring["documents"]);
        put(&documents, &case["documents"]);
        let ring = Keyring::open(documents.clone(), seal(&keyring["seals"][0])).unwrap();
        let key = ring.key("k").unwrap();
        let faults: Vec<_> = ring
            .check()
            .unwrap()
            .faults
            .into_iter()
            .map(|fault| (fault.document, fault.error.name()))
            .collect();
        let asked = [
            ("info", shown(&key).map(drop)),
            ("encryption", key.encrypt_item(&Item::plaintext("m")).map(drop)),
            ("a snapshot", ring.snapshot_bytes().map(drop)),
        ];
        let names =
            asked.map(|(what, result)| (what, result.map_or_else(|error| error.name(), |()| "taken")));
        let error = case["error"].as_str().unwrap();
        // What cannot be read is not known, which stops encryption alone; what a later build wrote is left
        // alone.
        let expected =
            if error == "corrupt_document" { ["taken", "usage_unknown", "taken"] } else { [error; 3] };
        if faults != [("usage-k.sr".to_owned(), error)] || names.iter().map(|(_, name)| *name).ne(expected) {
            wrong.push(format!("{}: {faults:?} {names:?} instead of {error}", case["id"]));
        }
        // Closing gives nothing back into a document that it cannot read.
        ring.close();
        assert_eq!(loaded(&documents, "k"), Some(bytes(&case["documents"]["usage-k.sr"])), "{}", case["id"]);
        ran += 1;
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran >= 118, "{ran}");
}
