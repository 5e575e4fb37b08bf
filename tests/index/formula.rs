//! Every type of key, with a context and without, by the formula of `docs/formats.md` written once more here,
//! over other people's HMAC and HKDF.

use crate::{emails, v};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use strongroom::{BlindIndex, Context, ExportKind, Expose, KeySpec, KeyType, Keyring, View, hazmat};

/// Form, number of characters, and what is indexed.
type Part<'a> = (u8, u8, &'a str);

fn bits(
    secret: &[u8],
    version: u32,
    context: &[u8],
    name: &str,
    bits: u16,
    (form, n, part): Part<'_>,
) -> Vec<u8> {
    let mut key = [0; 32];
    let bound = [&version.to_be_bytes(), context].concat();
    Hkdf::<Sha256>::new(Some(b"strongroom.index.v1"), secret).expand(&bound, &mut key).unwrap();
    let purpose = [b"index", &bits.to_be_bytes()[..], &[form, n, name.len() as u8], name.as_bytes()].concat();
    let mut column = [0; 32];
    Hkdf::<Sha256>::from_prk(&key).unwrap().expand(&purpose, &mut column).unwrap();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&column).unwrap();
    mac.update(part.as_bytes());
    let mut out = mac.finalize().into_bytes()[..usize::from(bits).div_ceil(8)].to_vec();
    if !bits.is_multiple_of(8) {
        *out.last_mut().unwrap() &= 0xff << (8 - bits % 8);
    }
    out
}

#[test]
fn every_type_indexes_by_the_formula() {
    hazmat::few_rsa_keys();
    let ring = Keyring::in_memory();
    let mut seen = 0;
    for key_type in KeyType::ALL.iter().copied().filter(|key_type| key_type.is_supported()) {
        for derived in [false, true].into_iter().filter(|derived| !derived || key_type.derives()) {
            let spec = KeySpec::new(key_type).exportable(true).derived(derived);
            let key = ring.create_key(&format!("{key_type}-{derived}"), spec).unwrap();
            key.rotate().unwrap();
            // Of the types for macs alone it is the material.
            let secrets = key.export(ExportKind::HmacKey, Expose::SecretMaterial).unwrap();
            let map = Context::map([("tenant", "acme")]).unwrap();
            let views: Vec<(View, Vec<u8>)> = if derived {
                vec![
                    (key.context("acme").unwrap(), b"\x01acme".to_vec()),
                    (key.context(&map).unwrap(), b"\x02\0\x01\0\x06tenant\0\x04acme".to_vec()),
                ]
            } else {
                vec![(View::clone(&key), vec![0])]
            };
            for (view, context) in views {
                for size in [8, 12, 128, 256] {
                    let column = emails().bits(size);
                    let of = |version: u32, part| {
                        bits(secrets[&v(version)].expose(), version, &context, "users.email", size, part)
                    };
                    let (value, plain) = (" Ñandú@x", "ñandú@x");
                    assert_eq!(
                        view.index_binary(value, &column).unwrap(),
                        of(2, (0, 0, plain)),
                        "{key_type}"
                    );
                    let both = [of(2, (0, 0, plain)), of(1, (0, 0, plain))];
                    assert_eq!(view.indexes_binary(value, &column).unwrap(), both);
                    let of_first = view.index_binary(value, &column.clone().version(v(1))).unwrap();
                    assert_eq!(of_first, both[1]);
                    let mut beginnings = vec![of(2, (1, 2, "ña")), of(2, (1, 5, "ñandú"))];
                    beginnings.sort();
                    beginnings.dedup();
                    assert_eq!(
                        view.index_prefixes_binary(value, &[5, 2, 2, 8], &column).unwrap(),
                        beginnings
                    );
                    let searched = [of(2, (1, 2, "ña")), of(1, (1, 2, "ña"))];
                    assert_eq!(view.indexes_prefix_binary("Ña", &column).unwrap(), searched);
                    let pieces = |version| {
                        let mut pieces: Vec<_> =
                            ["aña", "ñan", "ana"].iter().map(|piece| of(version, (2, 3, *piece))).collect();
                        pieces.sort();
                        pieces.dedup();
                        pieces
                    };
                    assert_eq!(view.index_ngrams_binary("añana", 3, &column).unwrap(), pieces(2));
                    assert_eq!(
                        view.indexes_ngrams_binary("añana", 3, &column).unwrap(),
                        [pieces(2), pieces(1)]
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 90, "{seen}");
}

/// The text is the bits with the version before them, in every form.
#[test]
fn a_text_is_the_bits_and_their_version() {
    let key = crate::users();
    key.rotate().unwrap();
    let text = |version: u32, bits: &Vec<u8>| {
        format!("strongroom:i{version}:{}", base64_simd::URL_SAFE_NO_PAD.encode_to_string(bits))
    };
    let texts =
        |version: u32, all: &[Vec<u8>]| all.iter().map(|bits| text(version, bits)).collect::<Vec<_>>();
    for size in [8, 9, 100, 128, 255, 256] {
        let column = BlindIndex::new("users.name").bits(size);
        assert_eq!(key.index("ann", &column).unwrap(), text(2, &key.index_binary("ann", &column).unwrap()));
        let [new, old] = <[_; 2]>::try_from(key.indexes_binary("ann", &column).unwrap()).unwrap();
        assert_eq!(key.indexes("ann", &column).unwrap(), [text(2, &new), text(1, &old)]);
        let beginnings = key.index_prefixes_binary("annabel", &[1, 2, 3, 4], &column).unwrap();
        assert_eq!(key.index_prefixes("annabel", &[1, 2, 3, 4], &column).unwrap(), texts(2, &beginnings));
        let pieces = key.index_ngrams_binary("annabel", 2, &column).unwrap();
        assert_eq!(key.index_ngrams("annabel", 2, &column).unwrap(), texts(2, &pieces));
        let [new, old] = <[_; 2]>::try_from(key.indexes_prefix_binary("ann", &column).unwrap()).unwrap();
        assert_eq!(key.indexes_prefix("ann", &column).unwrap(), [text(2, &new), text(1, &old)]);
        let [new, old] = <[_; 2]>::try_from(key.indexes_ngrams_binary("anna", 2, &column).unwrap()).unwrap();
        assert_eq!(key.indexes_ngrams("anna", 2, &column).unwrap(), [texts(2, &new), texts(1, &old)]);
    }
}

/// Whatever differs makes another index: the name, the bits, the form, the length, the version, the context,
/// the key.
#[test]
fn two_columns_share_nothing() {
    let spec = KeySpec::default().derived(true);
    let ring = Keyring::in_memory();
    let mut all: Vec<Vec<u8>> = Vec::new();
    for key in ["one", "two"].map(|name| ring.create_key(name, spec.clone()).unwrap()) {
        key.rotate().unwrap();
        for context in ["acme", "umbrella"] {
            let view = key.context(context).unwrap();
            for column in ["a", "b", "a.b"].map(BlindIndex::new) {
                for bits in [248, 256] {
                    let column = column.clone().bits(bits);
                    all.extend(view.indexes_binary("aaaa", &column).unwrap());
                    all.extend(view.indexes_prefix_binary("aaaa", &column).unwrap());
                    for n in [1, 4] {
                        all.extend(view.indexes_ngrams_binary("aaaa", n, &column).unwrap().concat());
                    }
                }
            }
        }
    }
    // Also of the first 31 bytes, since of 248 bits and of 256 they could be the same.
    let mut cut: Vec<&[u8]> = all.iter().map(|bits| &bits[..31]).collect();
    let before = cut.len();
    cut.sort_unstable();
    cut.dedup();
    assert_eq!((cut.len(), before), (before, 2 * 2 * 3 * 2 * (2 + 2 + 2 * 2)));
}
