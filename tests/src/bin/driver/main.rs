//! The library behind lines of JSON, as every language has it: what one language made another has to open
//! (`bindings/pairs.py`).
//!
//! A line is a request, a line is its answer: `{"ok": …}` or `{"error": name}`. Bytes are hexadecimal
//! digits.

use serde_json::{Value, json};
use std::io::{BufRead, Write};
use strongroom::{
    Aad, Directory, Error, HashAlgorithm, Item, KeySpec, KeyType, Keyring, RsaPadding, SaltLength, Seal,
    SecretArray, SignatureForm,
};

fn main() {
    let mut ring = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let request: Value = serde_json::from_str(&line).expect("a line of JSON");
        let answer = match answer(&request, &mut ring) {
            Ok(value) => json!({ "ok": value }),
            Err(error) => json!({ "error": error.name() }),
        };
        writeln!(out, "{answer}").and_then(|()| out.flush()).expect("standard output");
    }
}

fn answer(request: &Value, ring: &mut Option<Keyring>) -> Result<Value, Error> {
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    let bytes = |name: &str| hex::decode(text(name)).expect("hexadecimal digits");
    let seal = || Seal::root_key(SecretArray::copy_of(&bytes("root_key")).expect("32 bytes"));
    match text("op") {
        "create" => {
            *ring = Some(Keyring::create(Directory::new(text("folder")), seal())?);
            return Ok(Value::Null);
        }
        "open" => {
            *ring = Some(Keyring::open(Directory::new(text("folder")), seal())?);
            return Ok(Value::Null);
        }
        _ => {}
    }
    let ring = ring.as_ref().expect("open comes first");
    if text("op") == "create_key" {
        let on = |name: &str| request[name].as_bool().unwrap_or_default();
        let spec = KeySpec::new(text("type").parse::<KeyType>()?)
            .derived(on("derived"))
            .convergent(on("convergent"));
        ring.create_key(text("key"), spec)?;
        return Ok(Value::Null);
    }
    let key = ring.key(text("key"))?;
    let (plaintext, message, aad, context) =
        (bytes("plaintext"), bytes("message"), bytes("aad"), bytes("context"));
    let said = |aad| if request["aad"].is_null() { Aad::NONE } else { Aad::from(aad) };
    let context = request["context"].is_string().then_some(context.as_slice());
    match text("op") {
        "encrypt" => {
            Ok(json!(key.encrypt_item(&under(Item::plaintext(&plaintext), context).aad(said(&aad)))?))
        }
        "decrypt" => {
            let opened =
                key.decrypt_item(&under(Item::ciphertext(text("ciphertext")), context).aad(said(&aad)))?;
            Ok(json!(hex::encode(opened.expose())))
        }
        "rewrap" => {
            Ok(json!(key.rewrap_item(&under(Item::ciphertext(text("ciphertext")), context).aad(said(&aad)))?))
        }
        "sign" => Ok(json!(key.sign_item(&signing(under(Item::message(&message), context), request))?)),
        "verify" => {
            let item = signing(under(Item::signed(&message, text("signature")), context), request);
            key.verify_item(&item).map(|()| json!(true))
        }
        "hmac" => Ok(json!(key.hmac(&message)?)),
        "verify_hmac" => key.verify_hmac(&message, text("signature")).map(|()| json!(true)),
        "rotate" => Ok(json!(key.rotate()?.get())),
        other => panic!("no operation {other}"),
    }
}

fn under<'a>(item: Item<'a>, context: Option<&[u8]>) -> Item<'a> {
    match context {
        Some(context) => item.context(context),
        None => item,
    }
}

/// What is said of a signature.
fn signing<'a>(mut item: Item<'a>, request: &Value) -> Item<'a> {
    if request["prehashed"] == true {
        item = item.prehashed();
    }
    match request["hash"].as_str() {
        Some("none") => item = item.unhashed(),
        Some(name) => item = item.hash(HashAlgorithm::from_name(name).expect("a hash")),
        None => {}
    }
    match request["form"].as_str() {
        Some("jws") => item = item.form(SignatureForm::Jws),
        Some(_) => item = item.form(SignatureForm::Asn1),
        None => {}
    }
    match request["padding"].as_str() {
        Some("pss") => item = item.padding(RsaPadding::Pss),
        Some(_) => item = item.padding(RsaPadding::Pkcs1v15),
        None => {}
    }
    match &request["salt_length"] {
        Value::Null => item,
        Value::Number(bytes) => {
            let bytes = bytes.as_u64().and_then(|bytes| bytes.try_into().ok()).expect("a length");
            item.salt_length(SaltLength::Bytes(bytes))
        }
        word if word == "hash" => item.salt_length(SaltLength::Hash),
        _ => item.salt_length(SaltLength::Auto),
    }
}
