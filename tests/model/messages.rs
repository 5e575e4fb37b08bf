//! Steps that make something with a key, or read it.

use std::time::Duration;
use strongroom::{BlindIndex, Error, Item, Key, Store, TokenForm, View};

use crate::keys::{aad, context, v, with};
use crate::state::{KeyModel, Kind, Made, Refusals};
use crate::world::{World, agrees};

pub(crate) const CONTEXTS: [&str; 3] = ["acme", "globex", "x"];

fn message(pick: usize) -> Vec<u8> {
    vec![b'm'; [0, 1, 16, 40][pick % 4]].into_iter().chain((pick % 3).to_string().into_bytes()).collect()
}

fn not_found() -> Refusals {
    ["key_not_found"].into()
}

/// A state that the handle may believe in and under which the result is right. What names a version that the
/// handle does not know is looked up in the store, so "too new" counts only if it is.
fn explained<'a, S: Store + Clone + 'static, T>(
    world: &'a World<S>,
    who: usize,
    name: usize,
    result: &Result<T, Error>,
    reads: bool,
    predict: impl Fn(&KeyModel) -> Refusals,
    fits: impl Fn(&KeyModel) -> bool,
) -> Option<&'a KeyModel> {
    let states = world.believed(who, name);
    let truth = states.last().expect("a state");
    let mut tried = Vec::new();
    for mut state in states {
        let mut predicted = state.as_ref().map_or_else(not_found, &predict);
        if reads && predicted.remove("version_too_new") {
            if result.is_err() && agrees(result, &predicted) {
                return state.as_ref();
            }
            state = truth;
            predicted = state.as_ref().map_or_else(not_found, &predict);
        }
        if agrees(result, &predicted) && state.as_ref().is_none_or(|key| result.is_err() || fits(key)) {
            return state.as_ref();
        }
        tried.push(predicted);
    }
    panic!("{:?} instead of one of {tried:?} under {states:?}", result.as_ref().err().map(Error::name));
}

#[allow(clippy::too_many_arguments, reason = "the parts of one step")]
pub(crate) fn make<S: Store + Clone + 'static>(
    world: &mut World<S>,
    who: usize,
    name: usize,
    key: &Key,
    asked: Option<u32>,
    pick_context: usize,
    pick_aad: usize,
    pick: usize,
) {
    let truth = world.truth(name);
    let (context, aad, message) = (context(truth, pick_context), aad(truth, pick_aad), message(pick));
    let kind =
        if truth.is_some_and(|key| key.key_type().signs()) { Kind::Signature } else { Kind::Ciphertext };
    let aad = if kind == Kind::Signature { "" } else { aad };
    let item = if kind == Kind::Signature { Item::message(&message) } else { Item::plaintext(&message) };
    let item = asked.map_or(item.clone(), |version| item.version(v(version)));
    let item = with(item, context, aad);
    let result = if kind == Kind::Signature { key.sign_item(&item) } else { key.encrypt_item(&item) };
    keep(world, who, name, result, kind, asked, context, aad, message);
}

pub(crate) fn mac<S: Store + Clone + 'static>(
    world: &mut World<S>,
    who: usize,
    name: usize,
    key: &Key,
    asked: Option<u32>,
    pick_context: usize,
    pick: usize,
) {
    let message = message(pick);
    let item = Item::message(&message);
    let item = asked.map_or(item.clone(), |version| item.version(v(version)));
    // No mac takes a context.
    let context = pick_context.is_multiple_of(16).then_some("acme");
    let result = key.hmac_item(&with(item, context, ""));
    keep(world, who, name, result, Kind::Mac, asked, context, "", message);
}

/// It outlives the longest sequence of steps.
const TTL: Duration = Duration::from_secs(400 * 24 * 3600);

#[allow(clippy::too_many_arguments, reason = "the parts of one step")]
pub(crate) fn issue<S: Store + Clone + 'static>(
    world: &mut World<S>,
    who: usize,
    name: usize,
    key: &Key,
    asked: Option<u32>,
    pick_context: usize,
    pick_aad: usize,
    pick: usize,
) {
    let truth = world.truth(name);
    let (context, aad, message) = (context(truth, pick_context), aad(truth, pick_aad), message(pick));
    let item = Item::plaintext(&message);
    let item = asked.map_or(item.clone(), |version| item.version(v(version)));
    let result = key.issue_item(&with(item, context, aad), TTL, &TokenForm::new());
    keep(world, who, name, result, Kind::Token, asked, context, aad, message);
}

/// An index is what it was before under the same version, and a search by the same handle finds it.
pub(crate) fn index<S: Store + Clone + 'static>(
    world: &mut World<S>,
    who: usize,
    name: usize,
    key: &Key,
    asked: Option<u32>,
    pick_context: usize,
    pick: usize,
) {
    let (context, message) = (context(world.truth(name), pick_context), message(pick));
    let column = BlindIndex::new("model");
    let named = asked.map_or(column.clone(), |number| column.clone().version(v(number)));
    let view = || context.map_or_else(|| Ok(View::clone(key)), |context| key.context(context));
    let result = view().and_then(|view| view.index(&message, &named));
    let number = result.as_ref().map_or(0, |text| index_version_of(text));
    let (now, delay) = (world.now(), world.delay());
    let predict = |key: &KeyModel| key.index(asked, context);
    let fits = |key: &KeyModel| number == asked.unwrap_or_else(|| key.written(now, delay));
    let Some(state) = explained(world, who, name, &result, false, predict, fits) else { return };
    let (Ok(text), Some(version)) = (result, state.version(number)) else { return };
    let secret = version.hmac_key;
    let searched = view().and_then(|view| view.indexes(&message, &column)).expect("it was just indexed");
    assert!(searched.contains(&text), "{text} is not in {searched:?}");
    let others = world.believed(who, name).iter().flatten().filter_map(|key| key.version(number));
    if others.into_iter().all(|other| other.hmac_key == secret) {
        // The fifth kind of what is deterministic.
        let what = (secret * 8 + 7, number, context, "", message);
        let before = world.deterministic.entry(what).or_insert_with(|| text.clone());
        assert_eq!(*before, text, "it is not deterministic");
    }
}

fn index_version_of(text: &str) -> u32 {
    let number = text.split(':').nth(1).and_then(|part| part.strip_prefix('i'));
    number.and_then(|number| number.parse().ok()).expect("a version in the text")
}

#[allow(clippy::too_many_arguments, reason = "the parts of one step")]
fn keep<S: Store + Clone + 'static>(
    world: &mut World<S>,
    who: usize,
    name: usize,
    result: Result<String, Error>,
    kind: Kind,
    asked: Option<u32>,
    context: Option<&'static str>,
    aad: &'static str,
    message: Vec<u8>,
) {
    let number = result.as_ref().map_or(0, |text| named_by(kind, text));
    let predict = |key: &KeyModel| key.make(kind, asked, context, aad);
    let fits = |key: &KeyModel| number == asked.unwrap_or(key.latest());
    let Some(state) = explained(world, who, name, &result, false, predict, fits) else { return };
    let (Ok(text), Some(version)) = (result, state.version(number)) else { return };
    let lineage = state.lineage;
    let material = if kind == Kind::Mac { version.hmac_key } else { version.material };
    // A handle may be between a key and the one that was created anew under its name. Which of them made this
    // cannot be told, so nothing is expected of it.
    let others = world
        .believed(who, name)
        .iter()
        .flatten()
        .filter_map(|key| key.version(number).map(|other| (other.material, other.hmac_key)));
    if others.into_iter().any(|other| other != (version.material, version.hmac_key)) {
        return;
    }
    let made =
        Made { kind, text, key_type: version.key_type, version: number, material, context, aad, message };
    check_determinism(world, &made, state_is_convergent(world, who, name, number));
    if kind == Kind::Ciphertext {
        *world.encryptions.entry((lineage, number)).or_default() += 1;
    }
    world.made.push(made);
}

fn state_is_convergent<S: Store + Clone + 'static>(
    world: &World<S>,
    who: usize,
    name: usize,
    number: u32,
) -> bool {
    world.believed(who, name).iter().flatten().any(|key| key.convergent && key.version(number).is_some())
}

/// What is deterministic is equal each time; what is not never is.
fn check_determinism<S: Store + Clone + 'static>(world: &mut World<S>, made: &Made, convergent: bool) {
    let deterministic = match made.kind {
        Kind::Ciphertext => convergent || made.key_type == strongroom::KeyType::Aes256Siv,
        Kind::Signature | Kind::Mac => true,
        Kind::Token => false,
    };
    if !deterministic {
        assert!(world.made.iter().all(|other| other.text != made.text), "a ciphertext came twice");
        return;
    }
    // There are four kinds.
    let material = made.material * 8 + made.kind as u64 * 2 + u64::from(convergent);
    let what = (material, made.version, made.context, made.aad, made.message.clone());
    let before = world.deterministic.entry(what).or_insert_with(|| made.text.clone());
    assert_eq!(*before, made.text, "it is not deterministic");
}

/// What was made to be told apart from what is asked for now.
struct Asked {
    made: Made,
    context: Option<&'static str>,
    aad: &'static str,
}

fn asked<S: Store + Clone + 'static>(
    world: &World<S>,
    pick: usize,
    wrong_context: bool,
    wrong_aad: bool,
) -> Option<Asked> {
    let made = world.made.get(pick % world.made.len().max(1))?.clone();
    let context = if wrong_context {
        if made.context.is_some() { Some("another") } else { Some("acme") }
    } else {
        made.context
    };
    let is_sealed = matches!(made.kind, Kind::Ciphertext | Kind::Token);
    let aad = if wrong_aad && is_sealed { "another" } else { made.aad };
    Some(Asked { made, context, aad })
}

#[allow(clippy::too_many_arguments, reason = "the parts of one step")]
pub(crate) fn read<S: Store + Clone + 'static>(
    world: &mut World<S>,
    who: usize,
    name: usize,
    key: &Key,
    pick: usize,
    wrong_context: bool,
    wrong_aad: bool,
    wrong_message: bool,
) {
    let Some(Asked { made, context, aad }) = asked(world, pick, wrong_context, wrong_aad) else { return };
    let wrong_message = wrong_message && matches!(made.kind, Kind::Signature | Kind::Mac);
    let message = if wrong_message { b"another".to_vec() } else { made.message.clone() };
    let result = match made.kind {
        Kind::Ciphertext => {
            key.decrypt_item(&with(Item::ciphertext(&made.text), context, aad)).map(|plaintext| {
                assert_eq!(plaintext.expose(), made.message, "another plaintext came out");
            })
        }
        Kind::Signature => key.verify_item(&with(Item::signed(&message, &made.text), context, "")),
        Kind::Mac => key.verify_hmac_item(&with(Item::signed(&message, &made.text), context, "")),
        Kind::Token => {
            let item = with(Item::token(&made.text), context, aad);
            key.redeem_item(&item, &TokenForm::new()).map(|token| {
                assert_eq!(token.payload.expose(), made.message, "another payload came out");
            })
        }
    };
    let predict = |key: &KeyModel| {
        let mut refusals = key.read(&made, context, aad);
        if wrong_message {
            refusals.insert("bad_signature");
        }
        refusals
    };
    explained(world, who, name, &result, true, predict, |_| true);
}

pub(crate) fn rewrap<S: Store + Clone + 'static>(
    world: &mut World<S>,
    who: usize,
    name: usize,
    key: &Key,
    pick: usize,
    wrong_aad: bool,
) {
    let Some(Asked { made, context, aad }) = asked(world, pick, false, wrong_aad) else { return };
    if made.kind != Kind::Ciphertext {
        return;
    }
    let result = key.rewrap_item(&with(Item::ciphertext(&made.text), context, aad));
    let number = result.as_ref().map_or(0, |text| version_of(text));
    let predict = |key: &KeyModel| key.read(&made, context, aad);
    let Some(state) = explained(world, who, name, &result, true, predict, |key| number == key.latest())
    else {
        return;
    };
    let (Ok(text), Some(version)) = (result, state.version(number)) else { return };
    if number == made.version {
        assert_eq!(text, made.text, "what was up to date came back changed");
        return;
    }
    let made = Made { text, key_type: version.key_type, version: number, material: version.material, ..made };
    let convergent = state.convergent;
    check_determinism(world, &made, convergent);
    world.made.push(made);
}

fn named_by(kind: Kind, text: &str) -> u32 {
    if kind == Kind::Token { version_of_token(text) } else { version_of(text) }
}

/// The number behind the first byte.
fn version_of_token(text: &str) -> u32 {
    let base64 = text.strip_prefix("srt_").expect("a token");
    let bytes = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(base64).expect("base64url");
    u32::from_be_bytes(bytes[1..5].try_into().expect("four bytes"))
}

/// The number in `<prefix>:v<N>:<base64>`.
fn version_of(text: &str) -> u32 {
    let number = text.split(':').nth(1).and_then(|part| part.strip_prefix('v'));
    number.and_then(|number| number.parse().ok()).expect("a version in the text")
}
