//! Files that an independent program wrote from `docs/formats.md` alone, opened and used through the public
//! API.

#[path = "independent/refused.rs"]
mod refused;
#[path = "independent/snapshots.rs"]
mod snapshots;
#[path = "independent/usage.rs"]
mod usage;

use serde_json::Value;
use strongroom::{
    Aad, Context, DocName, Error, HashAlgorithm, Item, KeySpec, KeyType, Keyring, Memory, Seal, SecretArray,
    SignatureForm, Version, hazmat,
};

fn file(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/strongroom").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn store(documents: &Value) -> Memory {
    let store = Memory::new();
    put(&store, documents);
    store
}

fn put(store: &Memory, documents: &Value) {
    for (name, document) in documents.as_object().unwrap() {
        let name = DocName::from_file_name(name).unwrap();
        strongroom_tests::forge::put(store, &name, bytes(document));
    }
}

fn seal(value: &Value) -> Seal {
    match value["kind"].as_str().unwrap() {
        "root-key" => Seal::root_key(SecretArray::copy_of(&bytes(&value["key"])).unwrap()),
        _ => {
            let seal = Seal::passphrase_named(
                value["id"].as_str().unwrap(),
                value["passphrase"].as_str().unwrap().as_bytes(),
            );
            if value["allow_costly"] == true { seal.allow_costly() } else { seal }
        }
    }
}

/// The bytes of a context or aad that is not a map.
fn plain(value: &Value) -> Vec<u8> {
    match value {
        Value::Object(form) if form.contains_key("text") => {
            form["text"].as_str().unwrap().as_bytes().to_vec()
        }
        Value::Object(form) if form.contains_key("repeat") => {
            bytes(&form["repeat"][0]).repeat(form["repeat"][1].as_u64().unwrap() as usize)
        }
        Value::Object(form) if form.contains_key("bytes") => bytes(&form["bytes"]),
        _ => Vec::new(),
    }
}

fn pairs(value: &Value) -> Option<Vec<(String, String)>> {
    Some(
        value
            .get("map")?
            .as_object()?
            .iter()
            .map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned()))
            .collect(),
    )
}

/// Runs one case; gives what came out, in the form in which the case holds it.
fn run(ring: &Keyring, name: &str, case: &Value) -> Result<String, Error> {
    let key = ring.key(name)?;
    let aad_bytes = plain(&case["aad"]);
    let aad = match pairs(&case["aad"]) {
        Some(map) => Aad::map(map)?,
        None if case["aad"].is_null() => Aad::NONE,
        None => Aad::from(&aad_bytes),
    };
    let message = case.get("message").or(case.get("plaintext")).map(bytes).unwrap_or_default();
    let text = case["text"].as_str().unwrap_or_default();
    let binary = case.get("binary").map(bytes).unwrap_or_default();

    let op = case["op"].as_str().unwrap();
    let mut item = match op {
        "encrypt" => Item::plaintext(&message),
        "decrypt" | "rewrap" => Item::ciphertext(text),
        "decrypt_binary" => Item::binary(&binary),
        "sign" | "hmac" => Item::message(&message),
        _ => Item::signed(&message, text),
    };
    if !case["aad"].is_null() {
        item = item.aad(&aad);
    }
    let context = match (&case["context"], pairs(&case["context"])) {
        (Value::Null, _) => None,
        (_, Some(map)) => Some(Context::map(map)?),
        (value, None) => Some(Context::bytes(plain(value))?),
    };
    if let (Some(context), true) = (&context, op != "public_key") {
        item = item.context(context);
    }
    if let Some(hash) = case["hash"].as_str() {
        item = item.hash(HashAlgorithm::from_name(hash).unwrap());
    }
    if let Some(form) = case["form"].as_str() {
        item = item.form(if form == "jws" { SignatureForm::Jws } else { SignatureForm::Asn1 });
    }
    let version = case["version"].as_u64().and_then(|n| Version::new(n as u32));
    if let (Some(version), "encrypt" | "sign" | "hmac") = (version, op) {
        item = item.version(version);
    }
    match op {
        "encrypt" => key.encrypt_item(&item),
        "decrypt" | "decrypt_binary" => {
            key.decrypt_item(&item).map(|plaintext| hex::encode(plaintext.expose()))
        }
        "sign" => key.sign_item(&item),
        "hmac" => key.hmac_item(&item),
        "verify" => key.verify_item(&item).map(|()| String::new()),
        "verify_hmac" => key.verify_hmac_item(&item).map(|()| String::new()),
        "public_key" => match context {
            Some(context) => key.context(context)?.public_key(version).map(hex::encode),
            None => key.public_key(version).map(hex::encode),
        },
        other => panic!("unknown operation {other}"),
    }
}

fn expected(case: &Value) -> String {
    let field = match case["op"].as_str().unwrap() {
        "decrypt" | "decrypt_binary" => "plaintext",
        "encrypt" | "sign" | "hmac" => "text",
        "public_key" => "public",
        _ => return String::new(),
    };
    case[field].as_str().unwrap().to_owned()
}

#[test]
fn keyrings_open_and_their_cases_hold() {
    let (mut ran, mut not_native, mut wrong) = (0, 0, Vec::new());
    for keyring in list(&file("keyrings.json")["keyrings"]) {
        for with in list(&keyring["seals"]) {
            let ring = match Keyring::open(store(&keyring["documents"]), seal(with)) {
                Ok(ring) => ring,
                Err(error) => {
                    wrong.push(format!("{}: {error}", keyring["id"]));
                    continue;
                }
            };
            for key in list(&keyring["keys"]) {
                let name = key["name"].as_str().unwrap();
                if key.get("deleted").is_some() {
                    assert!(matches!(ring.key(name), Err(Error::KeyNotFound { .. })));
                }
                for case in list(&key["cases"]) {
                    match run(&ring, name, case) {
                        Ok(result) if result == expected(case) => ran += 1,
                        // Transit lets any version encrypt while no minimum is set; the native view does not.
                        Err(Error::VersionNotAllowed) => not_native += 1,
                        // The second convergent rule is for reading: the cases say how a text of it was made.
                        Err(Error::InvalidOption { .. })
                            if name.contains("-rule2-") && case["op"] == "encrypt" =>
                        {
                            not_native += 1
                        }
                        Ok(_) => wrong.push(format!("{}: another result", case["id"])),
                        Err(error) => wrong.push(format!("{}: {}", case["id"], error)),
                    }
                }
            }
        }
    }
    println!("{ran} cases hold, {not_native} ask for a version or rule that the native view refuses");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran >= 400 && not_native <= 40, "{ran} {not_native}");
}

/// A pair's string, or `None` where it is not UTF-8, which no string of Rust can be.
fn string(value: &Value) -> Option<String> {
    match value {
        Value::Object(_) => String::from_utf8(plain(value)).ok(),
        _ => value.as_str().map(str::to_owned),
    }
}

#[test]
fn maps_have_their_encodings() {
    let maps = file("maps.json");
    let ring = Keyring::in_memory();
    let key = ring.create_key("k", KeySpec::new(KeyType::Aes256Gcm96).derived(true)).unwrap();
    let (mut taken, mut refused, mut unspeakable) = (0, 0, 0);
    for case in list(&maps["maps"]) {
        let pairs: Vec<_> =
            list(&case["pairs"]).map(|pair| (string(&pair[0]).unwrap(), string(&pair[1]).unwrap())).collect();
        // Where the file holds only a digest, the encoding is written here: two bytes of count, then one
        // pair.
        let encoding = case.get("encoding").map(bytes).unwrap_or_else(|| {
            let [(name, value)] = pairs.as_slice() else { panic!("{}: more than one pair", case["id"]) };
            let part =
                |text: &str| [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat();
            let encoding = [vec![0, 1], part(name), part(value)].concat();
            assert_eq!(encoding.len() as u64, case["encoding_length"].as_u64().unwrap());
            encoding
        });
        if let Some(digest) = case["encoding_sha256"].as_str() {
            use sha2::Digest;
            assert_eq!(hex::encode(sha2::Sha256::digest(&encoding)), digest, "{}", case["id"]);
        }
        assert_eq!(Aad::map(pairs.clone()).unwrap(), Aad::from(&encoding), "{}", case["id"]);
        // A Transit type takes the encoding raw, so the map and its bytes are the same context to it.
        let sealed = key.encrypt_item(&Item::plaintext("m").context(pairs)).unwrap();
        let opened = key.decrypt_item(&Item::ciphertext(&sealed).context(&encoding));
        assert_eq!(opened.unwrap_or_else(|error| panic!("{}: {error}", case["id"])).expose(), b"m");
        taken += 1;
    }
    for case in list(&maps["refused"]) {
        if let Some(pairs) = case.get("pairs_hex") {
            let strings: Vec<_> =
                list(pairs).flat_map(list).map(|text| String::from_utf8(bytes(text))).collect();
            assert!(strings.iter().any(Result::is_err), "{}", case["id"]);
            unspeakable += 1;
            continue;
        }
        let pairs: Vec<_> =
            list(&case["pairs"]).map(|pair| (string(&pair[0]).unwrap(), string(&pair[1]).unwrap())).collect();
        assert_eq!(Context::map(pairs.clone()).unwrap_err().name(), case["error"], "{}", case["id"]);
        assert_eq!(Aad::map(pairs).unwrap_err().name(), case["error_as_aad"], "{}", case["id"]);
        refused += 1;
    }
    println!("maps: {taken} taken, {refused} refused, {unspeakable} that no string can hold");
    assert!(taken >= 19 && refused >= 8 && unspeakable >= 4);
}

#[test]
fn backups_restore_and_their_cases_hold() {
    let mut ran = 0;
    for backup in list(&file("backups.json")["backups"]) {
        let ring = Keyring::in_memory();
        let name = backup["key"]["name"].as_str().unwrap();
        ring.restore_key(&bytes(&backup["backup"]), seal(&backup["seal"]), None)
            .unwrap_or_else(|error| panic!("{}: {error}", backup["id"]));
        for case in list(&backup["key"]["cases"]) {
            assert_eq!(
                run(&ring, name, case).unwrap_or_else(|error| panic!("{}: {error}", case["id"])),
                expected(case),
                "{}",
                case["id"]
            );
            ran += 1;
        }
    }
    assert!(ran >= 15, "{ran}");
}

#[test]
fn nothing_is_written_after_the_last_generation() {
    let keyrings = file("keyrings.json");
    let keyring = list(&keyrings["keyrings"]).find(|k| k["id"] == "small").unwrap();
    let mut signed = bytes(&keyring["documents"]["root.sr"]);
    signed.truncate(signed.len() - 32);
    signed[20..28].copy_from_slice(&u64::MAX.to_be_bytes());
    let newest = bytes(&list(&keyring["roots"]).last().unwrap()["key"]);
    let mac_key = hazmat::hkdf_sha256(b"strongroom.root.v1", &newest, b"mac", 32).unwrap();
    let root = [signed.as_slice(), &hazmat::hmac(HashAlgorithm::Sha256, &mac_key, &signed)].concat();
    let documents = store(&keyring["documents"]);
    put(&documents, &serde_json::json!({"root.sr": hex::encode(root)}));
    let ring = Keyring::open(documents, seal(&keyring["seals"][0])).unwrap();
    let added = ring.add_seal(Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap()));
    assert_eq!(added.unwrap_err(), Error::Conflict);
}
