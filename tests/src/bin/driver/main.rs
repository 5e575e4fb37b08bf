//! The library behind lines of JSON, as every language has it: what one language made another has to open
//! (`bindings/pairs.py`).
//!
//! A line is a request, a line is its answer: `{"ok": …}` or `{"error": name}`. Bytes are hexadecimal
//! digits.

use serde_json::{Value, json};
use std::io::{BufRead, Cursor, Read, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use strongroom::{
    Aad, BlindIndex, Directory, Error, HashAlgorithm, Item, Key, KeySpec, KeyType, Keyring, Normalize,
    RsaPadding, SaltLength, Seal, SecretArray, SignatureForm, TokenForm,
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
    let payload = bytes("payload");
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
        op @ ("index" | "indexes") => indexed(op, &key, request, &bytes("value")),
        op @ ("issue" | "redeem") => {
            token(op, &key, request, &payload, |item| under(item, context).aad(said(&aad)))
        }
        op => {
            let item = under(Item::stream(), context).aad(said(&aad));
            of_stream(op, &key, request, &item, &plaintext, &bytes("stream"))
        }
    }
}

fn indexed(op: &str, key: &Key, request: &Value, value: &[u8]) -> Result<Value, Error> {
    let name = hex::decode(request["name"].as_str().expect("a name")).expect("hexadecimal digits");
    let mut column = BlindIndex::new(String::from_utf8(name).expect("UTF-8"));
    for step in request["normalize"].as_str().unwrap_or_default().split(',').filter(|step| !step.is_empty()) {
        column = column.normalize(step.parse::<Normalize>()?);
    }
    if let Some(bits) = request["bits"].as_u64() {
        column = column.bits(u16::try_from(bits).expect("a number of bits"));
    }
    match op {
        "index" => Ok(json!(key.index(value, &column)?)),
        _ => Ok(json!(key.indexes(value, &column)?.join(","))),
    }
}

fn token<'a>(
    op: &str,
    key: &Key,
    request: &'a Value,
    payload: &'a [u8],
    about: impl FnOnce(Item<'a>) -> Item<'a>,
) -> Result<Value, Error> {
    let millis = |name: &str| request[name].as_u64().map(Duration::from_millis);
    if op == "issue" {
        let ttl = millis("ttl_ms").expect("a period");
        return Ok(json!(key.issue_item(&about(Item::plaintext(payload)), ttl, &TokenForm::new())?));
    }
    let form = millis("leeway_ms").map_or(TokenForm::new(), |leeway| TokenForm::new().leeway(leeway));
    let token = key.redeem_item(&about(Item::token(request["token"].as_str().expect("a token"))), &form)?;
    let at = |time: SystemTime| time.duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let payload = hex::encode(token.payload.expose());
    Ok(json!(format!("{payload} {} {}", at(token.issued), at(token.expires))))
}

fn of_stream(
    op: &str,
    key: &Key,
    request: &Value,
    item: &Item<'_>,
    plaintext: &[u8],
    stream: &[u8],
) -> Result<Value, Error> {
    let number = |name: &str| request[name].as_u64();
    let threads = usize::try_from(number("threads").unwrap_or(1)).expect("a few");
    let mut out = Vec::new();
    let done = match op {
        "encrypt_stream" => key.encrypt_writer_item(&mut out, item).map_err(Into::into).and_then(|writer| {
            let mut writer = writer.threads(threads);
            writer.write_all(plaintext)?;
            writer.finish().map(drop)
        }),
        "decrypt_stream" => key
            .decrypt_reader_item(stream, item)
            .and_then(|reader| reader.threads(threads).read_to_end(&mut out).map(drop)),
        "rewrap_stream" => key.rewrap_stream_item(stream, &mut out, item).map(drop),
        "decrypt_range" => {
            let range = number("start").expect("a start")..number("end").expect("an end");
            key.decrypt_range_item(Cursor::new(stream), range, item)
                .map(|found| out.extend_from_slice(found.expose()))
        }
        other => panic!("no operation {other}"),
    };
    match done {
        Ok(()) => Ok(json!(hex::encode(out))),
        Err(error) => Err(Error::inside(&error).expect("an error of the library").clone()),
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
