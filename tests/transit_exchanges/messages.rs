//! Everything that is done with messages, one by one and in batches.

#[path = "said.rs"]
mod said;
#[path = "same.rs"]
mod same;

use crate::mount::{Answered, Mount};
use crate::request::{Exchange, READING, Refusal, Said};
use said::Asked;
use serde_json::Value;
use strongroom::{DataKey, Error, SecretBytes, View};

/// What is asked of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Encrypt,
    Decrypt,
    Rewrap,
    DataKey,
    Sign,
    Verify,
    Hmac,
    VerifyHmac,
}

/// What a call gives.
pub(crate) enum Made {
    Text(String),
    Plaintext(SecretBytes),
    DataKey(DataKey),
    Verified,
}

/// `None` for what has nothing to do with messages.
pub(crate) fn answer(mount: &mut Mount, exchange: &Exchange, route: &[&str]) -> Option<Answered> {
    let (verb, name, hash) = match *route {
        ["encrypt", name] => (Verb::Encrypt, name, None),
        ["decrypt", name] => (Verb::Decrypt, name, None),
        ["rewrap", name] => (Verb::Rewrap, name, None),
        ["datakey", "plaintext" | "wrapped", name] => (Verb::DataKey, name, None),
        ["sign", name] => (Verb::Sign, name, None),
        ["sign", name, hash] => (Verb::Sign, name, Some(hash)),
        ["verify", name] => (Verb::Verify, name, None),
        ["verify", name, hash] => (Verb::Verify, name, Some(hash)),
        ["hmac", name] => (Verb::Hmac, name, None),
        ["hmac", name, hash] => (Verb::Hmac, name, Some(hash)),
        _ => return None,
    };
    if exchange.method != "POST" {
        return None;
    }
    Some(match exchange.body.get("batch_input") {
        None | Some(Value::Null) => Answered::One(single(mount, exchange, verb, name, hash)),
        Some(Value::Array(items)) if exchange.data.get("batch_results").is_some() => {
            batch(mount, exchange, verb, name, hash, items)
        }
        Some(Value::Array(_)) => Answered::One(Err(Refusal::Outside("what holds for a batch as a whole"))),
        Some(_) => Answered::One(Err(READING)),
    })
}

/// The key that an encryption makes on a server if it is not there. Here that is a call of its own.
fn upsert(mount: &Mount, exchange: &Exchange, verb: Verb, name: &str) -> Result<(), Refusal> {
    if verb != Verb::Encrypt || mount.ring.key(name).is_ok() || mount.is_missing(name) {
        return Ok(());
    }
    let said = Said(&exchange.body);
    let first = exchange.body.get("batch_input").and_then(|items| items.get(0)).map_or(said, Said);
    if exchange.data.is_null() && said.has("type") {
        return Err(Refusal::Outside("types that encryption does not make keys of"));
    }
    if exchange.data.is_null() && !said.has("convergent_encryption") {
        return Ok(());
    }
    let spec = crate::keys::spec(said)?.derived(first.has("context"));
    Ok(mount.ring.key_or_create(name, spec).map(drop)?)
}

fn single(
    mount: &Mount,
    exchange: &Exchange,
    verb: Verb,
    name: &str,
    hash: Option<&str>,
) -> Result<Value, Refusal> {
    let asked = Asked::new(verb, Said(&exchange.body), hash)?;
    upsert(mount, exchange, verb, name)?;
    let key = mount.key(name)?;
    let view = key.transit();
    let made = once(&view, &asked);
    same::answer(mount, &key, &asked, made?, &exchange.data)
}

fn batch(
    mount: &Mount,
    exchange: &Exchange,
    verb: Verb,
    name: &str,
    hash: Option<&str>,
    items: &[Value],
) -> Answered {
    let merged = items.iter().map(|item| {
        let mut body = exchange.body.clone();
        for (name, value) in item.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        body
    });
    let bodies: Vec<Value> = merged.collect();
    // Alone it is an empty message.
    let lacks_input = |body: &Value| matches!(verb, Verb::Sign | Verb::Verify) && body.get("input").is_none();
    let asked: Vec<Result<Asked, Refusal>> = bodies
        .iter()
        .map(|body| if lacks_input(body) { Err(READING) } else { Asked::new(verb, Said(body), hash) })
        .collect();
    let key = match upsert(mount, exchange, verb, name).and_then(|()| mount.key(name)) {
        Ok(key) => key,
        Err(refusal) => return Answered::One(Err(refusal)),
    };
    let sound: Vec<&Asked> = asked.iter().filter_map(|asked| asked.as_ref().ok()).collect();
    let mut made = at_once(&key.transit(), &sound).into_iter();
    let theirs = exchange.data["batch_results"].as_array();
    let answers = asked.iter().enumerate().map(|(index, asked)| {
        let asked = asked.as_ref().map_err(Refusal::clone)?;
        let theirs = theirs.and_then(|theirs| theirs.get(index)).unwrap_or(&Value::Null);
        same::answer(mount, &key, asked, made.next().unwrap()?, theirs)
    });
    Answered::Batch(answers.collect())
}

fn once(view: &View, asked: &Asked) -> Result<Made, Error> {
    let item = asked.item();
    match asked.verb {
        Verb::Encrypt => view.encrypt_item(&item).map(Made::Text),
        Verb::Decrypt => view.decrypt_item(&item).map(Made::Plaintext),
        Verb::Rewrap => view.rewrap_item(&item).map(Made::Text),
        Verb::DataKey => view.data_key_item(&item).map(Made::DataKey),
        Verb::Sign => view.sign_item(&item).map(Made::Text),
        Verb::Verify => view.verify_item(&item).map(|()| Made::Verified),
        Verb::Hmac => view.hmac_item(&item).map(Made::Text),
        Verb::VerifyHmac => view.verify_hmac_item(&item).map(|()| Made::Verified),
    }
}

/// Items of one verb in one call.
fn at_once(view: &View, all: &[&Asked]) -> Vec<Result<Made, Error>> {
    let Some(verb) = all.first().map(|asked| asked.verb) else { return Vec::new() };
    let items = all.iter().map(|asked| asked.item());
    fn each<T>(made: Vec<Result<T, Error>>, of: fn(T) -> Made) -> Vec<Result<Made, Error>> {
        made.into_iter().map(|made| made.map(of)).collect()
    }
    match verb {
        Verb::Encrypt => each(view.encrypt_batch(items), Made::Text),
        Verb::Decrypt => each(view.decrypt_batch(items), Made::Plaintext),
        Verb::Rewrap => each(view.rewrap_batch(items), Made::Text),
        Verb::DataKey => each(view.data_key_batch(items), Made::DataKey),
        Verb::Sign => each(view.sign_batch(items), Made::Text),
        Verb::Verify => each(view.verify_batch(items), |()| Made::Verified),
        Verb::Hmac => each(view.hmac_batch(items), Made::Text),
        Verb::VerifyHmac => each(view.verify_hmac_batch(items), |()| Made::Verified),
    }
}
