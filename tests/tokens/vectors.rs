//! What independent programs have computed of the format.

use crate::{bytes, ring_at, text};
use serde::Deserialize;
use std::time::{Duration, UNIX_EPOCH};
use strongroom::hazmat::{self, Aead, hkdf_sha256, hmac, seal};
use strongroom::{
    Aad, ApiKey, Context, Error, HashAlgorithm, Import, Item, Key, KeyConfig, KeySpec, KeyType, Keyring,
    TokenForm, Version,
};
use strongroom_tests::clock::Dates;
use strongroom_tests::noise::noise;
use strongroom_tests::tally::Tally;
use strongroom_tests::vectors::{File, Hex, load, pairs};

#[derive(Deserialize)]
#[serde(untagged)]
enum Case {
    Issued(Issued),
    Redeemed(Redeemed),
    Generated(Generated),
    Refused(Refused),
}

/// What a token is made or redeemed with.
#[derive(Deserialize)]
struct Terms {
    material: Hex,
    kind: u8,
    context: Hex,
    aad_kind: u8,
    aad: Hex,
    prefix: String,
}

#[derive(Deserialize)]
struct Issued {
    id: String,
    #[serde(flatten)]
    terms: Terms,
    version: u32,
    issued_ms: u64,
    expires_ms: u64,
    payload: Hex,
    nonce: Hex,
    expect: Made,
}

#[derive(Deserialize)]
struct Made {
    text: String,
}

#[derive(Deserialize)]
struct Redeemed {
    id: String,
    #[serde(flatten)]
    terms: Terms,
    text: String,
    now_ms: u64,
    leeway_ms: u64,
    latest: u32,
    minimum: u32,
    expect: Option<Held>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Held {
    payload: Hex,
    issued_ms: u64,
    expires_ms: u64,
}

#[derive(Deserialize)]
struct Generated {
    id: String,
    prefix: String,
    random: Hex,
    hmac_key: Hex,
    version: u32,
    expect: Kept,
}

#[derive(Deserialize)]
struct Kept {
    text: String,
    index_binary: Hex,
}

/// To be issued, or an API key to be checked.
#[derive(Deserialize)]
struct Refused {
    id: String,
    op: String,
    prefix: Option<String>,
    ttl_ms: Option<u64>,
    text: Option<String>,
    error: String,
}

impl Terms {
    /// A key of so many versions, one of which has the material.
    fn key(&self, clock_ms: u64, own: u32, latest: u32) -> Key {
        let spec = KeySpec::default().derived(self.kind != 0);
        let material = |version: u32| match version == own {
            true => self.material.to_vec(),
            false => noise(32, 1001 + 2 * u64::from(version)),
        };
        let clock = Dates::at(clock_ms.saturating_mul(1_000_000));
        let key = ring_at(clock).import_key("sessions", Import::raw(material(1)), spec).unwrap();
        for version in 2..=latest {
            key.import_version(Import::raw(material(version))).unwrap();
        }
        key
    }

    fn about<'a>(&'a self, item: Item<'a>) -> Item<'a> {
        let item = match (self.aad_kind, &self.aad[..]) {
            (0, _) => item,
            (1, aad) => item.aad(aad),
            (2, aad) => item.aad(Aad::map(pairs(aad).unwrap()).unwrap()),
            other => panic!("{other:?}"),
        };
        match (self.kind, &self.context[..]) {
            (0, _) => item,
            (1, context) => item.context(context),
            (2, context) => item.context(Context::map(pairs(context).unwrap()).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    fn form(&self) -> TokenForm {
        TokenForm::new().prefix(&*self.prefix)
    }

    /// A token as the page has it, put together here.
    fn token(&self, version: u32, times: [u64; 2], payload: &[u8], nonce: &[u8]) -> String {
        let info = [&version.to_be_bytes()[..], &[self.kind], &self.context].concat();
        let okm = hkdf_sha256(b"strongroom.token.v1", &self.material, &info, 64).unwrap();
        let bound =
            [&[self.prefix.len() as u8][..], self.prefix.as_bytes(), &[self.aad_kind], &self.aad].concat();
        let plaintext = [&times[0].to_be_bytes()[..], &times[1].to_be_bytes(), payload].concat();
        let commitment = hmac(HashAlgorithm::Sha256, &okm[32..], &[nonce, &bound[..]].concat());
        let sealed = seal(Aead::Xaes256Gcm, &okm[..32], nonce, &bound, &plaintext).unwrap();
        let bytes = [&[0xFE][..], &version.to_be_bytes(), nonce, &commitment, &sealed].concat();
        text(&self.prefix, &bytes)
    }
}

/// Made by two programs, neither of which knows the library.
#[test]
fn of_the_format() {
    let [mut issued, mut redeemed, mut refused, mut keys] = [0; 4].map(|_| Tally::default());
    for name in ["strongroom/tokens.json", "strongroom/second/token.json", "strongroom/second/apikey.json"] {
        for case in load::<File<Case>>(name).vectors {
            match case {
                Case::Issued(case) => {
                    is_issued(&case);
                    issued.ran += 1;
                }
                Case::Redeemed(case) => {
                    is_redeemed(&case);
                    if case.error.is_some() { refused.ran += 1 } else { redeemed.ran += 1 }
                }
                Case::Generated(case) => {
                    let text = hazmat::api_key(&case.prefix, case.random.array()).unwrap();
                    assert_eq!(text, case.expect.text, "{}", case.id);
                    assert_eq!(ApiKey::check(&text), Ok(()), "{}", case.id);
                    is_indexed(&case);
                    keys.ran += 1;
                }
                Case::Refused(case) => {
                    is_refused(&case);
                    refused.ran += 1;
                }
            }
        }
    }
    issued.expect_at_least("tokens that are issued", 31, 0);
    redeemed.expect_at_least("tokens that are redeemed", 20, 0);
    refused.expect_at_least("tokens and API keys that are not", 120, 0);
    keys.expect_at_least("API keys", 14, 0);
}

fn is_issued(case: &Issued) {
    let Issued { id, terms, version, issued_ms, expires_ms, payload, nonce, expect } = case;
    let times = [*issued_ms, *expires_ms];
    assert_eq!(terms.token(*version, times, payload, nonce), expect.text, "{id}");
    // No key here has as many versions as there are numbers.
    if *version > 1000 {
        return;
    }
    let key = terms.key(*issued_ms, *version, *version);
    // Nor does a clock go on for 2^64 milliseconds.
    let is_far = *issued_ms > u64::MAX / 1_000_000;
    let form = terms.form().leeway(if is_far { Duration::MAX } else { Duration::ZERO });
    let token = key.redeem_item(&terms.about(Item::token(&expect.text)), &form).unwrap();
    assert_eq!(token.payload.expose(), &payload[..], "{id}");
    assert_eq!([token.issued, token.expires], times.map(|ms| UNIX_EPOCH + Duration::from_millis(ms)), "{id}");
    if is_far {
        let refused = key.redeem_item(&terms.about(Item::token(&expect.text)), &terms.form()).unwrap_err();
        assert_eq!(refused, Error::TokenNotYetValid, "{id}");
        return;
    }
    // What the library issues is the same under the nonce that it has drawn.
    let ttl = Duration::from_millis(expires_ms - issued_ms);
    let made = key.issue_item(&terms.about(Item::plaintext(&payload[..])), ttl, &form).unwrap();
    assert_eq!(made, terms.token(*version, times, payload, &bytes(&made)[5..29]), "{id}");
}

fn is_redeemed(case: &Redeemed) {
    let Redeemed { id, terms, text, now_ms, leeway_ms, latest, minimum, expect, error } = case;
    // The version that has the material is the one that the token names, whatever is wrong with it.
    let named = text
        .strip_prefix(&*terms.prefix)
        .and_then(|rest| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(rest).ok());
    let named = named.and_then(|bytes| Some(u32::from_be_bytes(*bytes.get(1..)?.first_chunk()?)));
    let key = terms.key(*now_ms, named.filter(|own| own <= latest).unwrap_or(*latest), *latest);
    if *minimum > 1 {
        key.configure(KeyConfig::new().min_decryption_version(Version::new(*minimum).unwrap())).unwrap();
    }
    let form = terms.form().leeway(Duration::from_millis(*leeway_ms));
    let found = key.redeem_item(&terms.about(Item::token(text)), &form);
    match (found, expect, error) {
        (Ok(token), Some(held), None) => {
            assert_eq!(token.payload.expose(), &held.payload[..], "{id}");
            assert_eq!(token.issued, UNIX_EPOCH + Duration::from_millis(held.issued_ms), "{id}");
            assert_eq!(token.expires, UNIX_EPOCH + Duration::from_millis(held.expires_ms), "{id}");
        }
        (Err(found), None, Some(expected)) => assert_eq!(found.name(), expected, "{id}"),
        (found, ..) => panic!("{id}: {found:?}"),
    }
}

fn is_indexed(case: &Generated) {
    let Generated { id, hmac_key, version, expect, .. } = case;
    let material = |number: u32| match number == *version {
        true => hmac_key.to_vec(),
        false => noise(32, 1001 + 2 * u64::from(number)),
    };
    // Of this type the material is what indexes are made of.
    let keys = Keyring::in_memory().import_key("api-keys", Import::raw(material(1)), KeyType::Hmac).unwrap();
    for number in 2..=version + 1 {
        keys.import_version(Import::raw(material(number))).unwrap();
    }
    let column = ApiKey::index().version(Version::new(*version).unwrap());
    assert_eq!(keys.index_binary(&expect.text, &column).unwrap(), expect.index_binary[..], "{id}");
    let all = keys.indexes_binary(&expect.text, &ApiKey::index()).unwrap();
    assert_eq!((all.len(), &all[1][..]), (*version as usize + 1, &expect.index_binary[..]), "{id}");
}

fn is_refused(case: &Refused) {
    let Refused { id, op, prefix, ttl_ms, text, error } = case;
    let found = match (&**op, text) {
        ("check", Some(text)) => ApiKey::check(text).unwrap_err(),
        ("issue", None) => {
            let (_ring, key) = crate::key();
            let form =
                prefix.as_ref().map_or_else(TokenForm::new, |prefix| TokenForm::new().prefix(&**prefix));
            let ttl = Duration::from_millis(ttl_ms.unwrap_or(1000));
            key.issue_item(&Item::plaintext("user-17"), ttl, &form).unwrap_err()
        }
        other => panic!("{id}: {other:?}"),
    };
    assert_eq!(found.name(), error, "{id}");
}
