//! Cases that two other programs computed: of indexes, of their texts, of which version is written, and of
//! what the tables say of every character.

use super::blind_index::{BlindIndex, Form};
use super::normalize::{Normalize, Value as Text};
use super::{Bits, newest_known, pieces, text};
use crate::Error;
use crate::alg::hash::sha256;
use crate::alg::kdf::HkdfSha256;
use crate::context::Context;
use crate::derive::column_key;
use crate::key::record::VersionRecord;
use crate::key::trim::Delay;
use crate::material::KeyType;
use crate::version::Version;
use serde_json::Value;
use std::collections::BTreeSet;

fn load() -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/strongroom");
    let of = |name: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let files = ["index.json", "second/index.json"].map(of);
    files.iter().flat_map(|file| file["vectors"].as_array().unwrap().clone()).collect()
}

fn said<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_else(|| panic!("{case} has no text {field}"))
}

fn number(case: &Value, field: &str) -> u64 {
    case[field].as_u64().unwrap_or_else(|| panic!("{case} has no number {field}"))
}

fn bytes(case: &Value, field: &str) -> Vec<u8> {
    hex::decode(said(case, field)).unwrap()
}

fn version(case: &Value, field: &str) -> Version {
    Version::new(number(case, field).try_into().unwrap()).unwrap()
}

/// The steps of a list or of one alone; `none` is no step.
fn steps(given: &Value) -> Vec<Normalize> {
    let names = match given {
        Value::String(name) => vec![name.as_str()],
        list => list.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect(),
    };
    names.into_iter().filter(|name| *name != "none").map(|name| name.parse().unwrap()).collect()
}

/// A context of any kind; of the encoding of a map, the map.
fn context(case: &Value) -> Option<Context> {
    let encoded = bytes(case, "context");
    match number(case, "kind") {
        0 => None,
        1 => Some(Context::bytes(encoded).unwrap()),
        _ => {
            let (mut rest, mut texts) = (&encoded[2..], Vec::new());
            while let Some((len, more)) = rest.split_first_chunk::<2>() {
                let (text, more) = more.split_at(u16::from_be_bytes(*len).into());
                texts.push(String::from_utf8(text.to_vec()).unwrap());
                rest = more;
            }
            let map = Context::map(texts.chunks(2).map(|pair| (&pair[0], &pair[1]))).unwrap();
            assert_eq!(map.encoded(), encoded);
            Some(map)
        }
    }
}

/// How many characters a piece has; none of a number that no byte holds.
fn lengths(case: &Value) -> Option<Vec<u8>> {
    let said = match said(case, "form") {
        "prefix" => case["lengths"].as_array().unwrap().clone(),
        "ngram" => vec![case["n"].clone()],
        _ => vec![],
    };
    let lengths: Option<Vec<u8>> = said.iter().map(|len| len.as_u64().unwrap().try_into().ok()).collect();
    lengths.filter(|lengths| !lengths.contains(&0))
}

/// Everything that an index is made of, and that it is what is expected.
fn index(case: &Value) -> Result<(), Error> {
    let column = steps(&case["normalize"])
        .into_iter()
        .fold(BlindIndex::new(said(case, "name")), BlindIndex::normalize)
        .bits(number(case, "bits").try_into().unwrap());
    column.check()?;
    let lengths = lengths(case).ok_or(super::OUT_OF_RANGE)?;
    let mut value = Text::default();
    let value = value.take(&bytes(case, "value"), column.steps())?;
    let (version, context, expect) = (version(case, "version"), context(case), &case["expect"]);
    let bits = |form, len, value: &str| {
        let secret = bytes(case, "index_key_ikm");
        let purpose = column.purpose(form, len);
        Bits::of(&column_key(&secret, version, context.as_ref(), &purpose).unwrap(), value, &column)
    };
    assert_eq!(hex::encode(value), said(expect, "normalised"), "{case}");
    let set: BTreeSet<Bits> = match said(case, "form") {
        "whole" => [bits(Form::Whole, 0, value)].into(),
        "prefix" => lengths
            .iter()
            .filter_map(|len| Some(bits(Form::Beginning, *len, pieces(value, *len).next()?)))
            .collect(),
        _ => pieces(value, lengths[0]).map(|piece| bits(Form::Piece, lengths[0], piece)).collect(),
    };
    let all = |field: &str| -> Vec<String> {
        let one = expect[field].as_str().map(|one| vec![one.to_owned()]);
        one.unwrap_or_else(|| serde_json::from_value(expect[field].clone()).unwrap())
    };
    assert_eq!(
        set.iter().map(|bits| hex::encode(bits.as_bytes())).collect::<Vec<_>>(),
        all("binary"),
        "{case}"
    );
    let texts: Vec<String> = set.iter().map(|bits| text::write(version, bits.as_bytes())).collect();
    assert_eq!(texts, all("text"), "{case}");
    Ok(())
}

fn parse(case: &Value) -> Result<(), Error> {
    let found = text::parse(said(case, "text")).map_err(|_| Error::Malformed)?;
    assert_eq!(found, version(&case["expect"], "version"), "{case}");
    assert_eq!(text::write(found, &bytes(&case["expect"], "binary")), said(case, "text"));
    Ok(())
}

fn written_version(case: &Value) -> Result<(), Error> {
    let made = |created: &Value| {
        let mut version = VersionRecord::empty(KeyType::default());
        version.created = created.as_u64();
        version
    };
    let versions: Vec<VersionRecord> = case["created"].as_array().unwrap().iter().map(made).collect();
    let delay = Delay::Nanoseconds(number(case, "staleness_ms") * 1_000_000);
    let found = newest_known(&versions, version(case, "min_decryption_version"), delay, number(case, "now"));
    assert_eq!(found, version(case, "expect"), "{case}");
    Ok(())
}

/// The digest of every character that may have a mapping, between two texts, normalised.
fn table(case: &Value) -> Result<(), Error> {
    let (steps, before, after) = (steps(&case["normalize"]), said(case, "before"), said(case, "after"));
    let mut lines = String::new();
    for range in [0..=0x1_ffff, 0x2_f000..=0x3_1fff, 0xe_0000..=0xe_0fff, 0x10_fff0..=0x10_ffff] {
        for character in range.filter_map(char::from_u32) {
            let given = format!("{before}{character}{after}");
            lines += Text::default().take(given.as_bytes(), &steps).unwrap_or_default();
            lines.push('\n');
        }
    }
    assert_eq!(hex::encode(sha256(&[lines.as_bytes()])), said(case, "expect"), "{case}");
    Ok(())
}

#[test]
fn everything_is_as_others_computed_it() {
    let (mut ran, mut refused) = ([0; 4], 0);
    for case in load() {
        let (at, result) = match said(&case, "op") {
            "index" => (0, index(&case)),
            "parse" => (1, parse(&case)),
            "written_version" => (2, written_version(&case)),
            "table" => (3, table(&case)),
            other => panic!("an op {other}"),
        };
        match (result, case["error"].as_str()) {
            (Ok(()), None) => {}
            (Err(error), Some(expected)) if error.name() == expected => refused += 1,
            (found, _) => panic!("{case}: {found:?}"),
        }
        ran[at] += 1;
    }
    assert!(
        ran[0] >= 150 && ran[1] >= 35 && ran[2] >= 20 && ran[3] >= 8 && refused >= 50,
        "{ran:?} {refused}"
    );
}

/// The key between: what is kept of a version that was lent for one context is of use.
#[test]
fn the_index_key_is_as_others_computed_it() {
    let mut ran = 0;
    for case in load().iter().filter(|case| case["expect"]["ik"].is_string()) {
        let (mut key, context) = ([0; 32], context(case));
        let (kind, bytes_of) = context.as_ref().map_or((0, &[][..]), |c| (c.kind(), c.encoded()));
        let number = version(case, "version").get().to_be_bytes();
        HkdfSha256::extract(b"strongroom.index.v1", &bytes(case, "index_key_ikm"))
            .expand(&[&number, &[kind], bytes_of], &mut key)
            .unwrap();
        assert_eq!(hex::encode(key), said(&case["expect"], "ik"), "{case}");
        ran += 1;
    }
    assert!(ran >= 90, "{ran}");
}
