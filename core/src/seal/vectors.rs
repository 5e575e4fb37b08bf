//! What platforms have wrapped, against cases of the vectors: those computed from the page, and those of
//! another program (folder `second`).

use super::platform::{KeyWrapper, unwrap_by, wrap_by};
use super::{SealError, payload};
use crate::document::binding::Binding;
use crate::document::token::PlatformToken;
use crate::name::KeyringId;
use crate::secret::{SecretArray, SecretBytes};
use serde_json::Value;
use std::sync::Mutex;

/// Gives the same key for every token, and wraps to the same token.
struct Platform {
    kind: String,
    id: String,
    token: PlatformToken,
    kek: Mutex<Vec<u8>>,
    asked: Mutex<Vec<PlatformToken>>,
}

impl KeyWrapper for Platform {
    fn kind(&self) -> &str {
        &self.kind
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, _: &Binding) -> Result<PlatformToken, SealError> {
        *self.kek.lock().unwrap() = key.expose().to_vec();
        Ok(self.token.clone())
    }

    fn unwrap(&self, token: &PlatformToken, _: &Binding) -> Result<SecretBytes, SealError> {
        self.asked.lock().unwrap().push(token.clone());
        Ok(SecretBytes::new(self.kek.lock().unwrap().clone()))
    }
}

fn cases(op: &str) -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/strongroom");
    let read = |name: &&str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let files: Vec<Value> = ["platform.json", "second/platform.json"].iter().map(read).collect();
    let all = files.iter().flat_map(|file| file["vectors"].as_array().unwrap());
    all.filter(|case| case["op"] == op).cloned().collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{value} has no text {field}"))
}

/// Bytes in hexadecimal, in parts or as some that are repeated.
fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::Array(parts) => parts.iter().flat_map(bytes).collect(),
        Value::Object(one) => bytes(&one["repeat"][0]).repeat(one["repeat"][1].as_u64().unwrap() as usize),
        text => hex::decode(text.as_str().unwrap()).unwrap(),
    }
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn platform(case: &Value) -> Platform {
    let token = &case["token"];
    Platform {
        kind: text(case, "kind").to_owned(),
        id: text(case, "seal_id").to_owned(),
        token: PlatformToken {
            blob: bytes(&token["blob"]),
            version: token["version"].as_str().map(str::to_owned),
            iv: token["iv"].as_str().map(|iv| hex::decode(iv).unwrap()),
        },
        kek: Mutex::new(bytes(&case["kek"])),
        asked: Mutex::default(),
    }
}

#[test]
fn what_was_wrapped_is_opened_and_wrapped_alike() {
    let cases = cases("seal");
    for case in &cases {
        let (id, expected, platform) = (text(case, "id"), &case["expect"], platform(case));
        let binding = case["backup_id"].as_str().map_or_else(
            || {
                let number = case["root_number"].as_u64().unwrap() as u32;
                Binding::keyring(KeyringId::from_bytes(array(&case["keyring_id"])), number)
            },
            |_| Binding::backup(array(&case["backup_id"])),
        );
        let aad = binding.aad(&platform.kind, &platform.id);
        assert_eq!(hex::encode(&aad), text(expected, "aad"), "{id}");
        if let Some(given) = expected["binding"].as_str() {
            assert_eq!(hex::encode(binding.encoded()), given, "{id}");
        }
        let blob = bytes(&expected["blob"]);
        let key = unwrap_by(&platform, &blob, &binding, &platform.id).unwrap();
        assert_eq!(key.expose(), &array(&case["root_key"]), "{id}");
        assert_eq!(platform.asked.lock().unwrap().as_slice(), std::slice::from_ref(&platform.token), "{id}");
        // All but the payload is the same each time.
        let head = &blob[..blob.len() - 104];
        if let Some(token) = expected["token_cbor"].as_str() {
            assert_eq!(hex::encode(&head[5..]), token, "{id}");
        }
        let again = wrap_by(&platform, &key, &binding, &platform.id).unwrap();
        assert_eq!((again.len(), &again[..head.len()]), (blob.len(), head), "{id}");
        let kek = platform.kek.lock().unwrap().clone();
        assert_ne!(kek, bytes(&case["kek"]), "{id}: the key encryption key is fresh");
        let opened = payload::unwrap(&kek, &again[head.len()..], &[&aad, head].concat()).unwrap();
        assert_eq!(opened.expose(), key.expose(), "{id}");
    }
    assert!(cases.len() >= 15, "{} cases", cases.len());
}

/// The aad is given as it was; its last part says which kind and id it is of.
#[test]
fn what_is_refused() {
    let cases = cases("open");
    for case in &cases {
        let (aad, blob) = (bytes(&case["aad"]), bytes(&case["blob"]));
        let (binding, rest) = aad.split_at(20);
        let (id, number) = binding.split_first_chunk::<16>().unwrap();
        let number = u32::from_be_bytes(number.try_into().unwrap());
        let [kind, seal_id]: [String; 2] = minicbor::decode::<Vec<String>>(rest).unwrap().try_into().unwrap();
        let platform = Platform {
            kind,
            id: "another".to_owned(),
            token: PlatformToken::new([1]),
            kek: Mutex::new(bytes(&case["kek"])),
            asked: Mutex::default(),
        };
        let binding = Binding::keyring(KeyringId::from_bytes(*id), number);
        let opened = unwrap_by(&platform, &blob, &binding, &seal_id);
        let id = text(case, "id");
        assert_eq!(opened.unwrap_err(), SealError::Refused, "{id}");
        // Nothing that is not written as it should be is asked for.
        let asked = !platform.asked.lock().unwrap().is_empty();
        let payload = ["kek", "keyring", "kind", "aad", "flip-83", "flip-139"];
        assert_eq!(asked, payload.iter().any(|part| id.contains(part)) && !id.contains("unknown"), "{id}");
    }
    assert!(cases.len() >= 37, "{} cases", cases.len());
}
