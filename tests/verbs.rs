//! Every verb in every place where somebody looks for it: whoever adds one is told at once where it is
//! missing.

use std::collections::BTreeMap;
use std::path::Path;
use strongroom::{Need, Verb};

/// A file, and how a verb of this name begins there, up to what is no part of a name.
type Place = (&'static str, fn(&str) -> String);

const OF_ALL: [Place; 5] = [
    ("bindings/operations.json", |name| format!(r#"{{"name": "{name}"#)),
    ("include/strongroom.h", |name| format!("_{name}")),
    ("include/strongroom.hpp", |name| format!(" {name}")),
    ("bindings/python/python/strongroom/_native.pyi", |name| format!("def {name}")),
    ("bindings/node/index.d.ts", |name| format!("\n  {}", camel(name))),
];

/// What works on messages is tried with every type of key.
const OF_MESSAGES: [Place; 3] = [
    ("core/src/key.rs", |name| format!("mod {name}")),
    ("core/src/handle/view.rs", |name| format!("mod {name}")),
    ("docs/matrix.md", |name| format!("`{name}")),
];

/// And it has a batch in every language.
const IN_BATCHES: [Place; 4] = [
    ("include/strongroom.h", |name| format!("_{name}_batch")),
    ("include/strongroom.hpp", |name| format!(" {name}_batch")),
    ("bindings/python/python/strongroom/_native.pyi", |name| format!("def {name}_batch")),
    ("bindings/node/index.d.ts", |name| format!("\n  {}Batch", camel(name))),
];

/// Where one is written otherwise, or with that of which it is the other half: the verb, the file, and what
/// stands there.
const OTHERWISE: [(Verb, &str, &str); 9] = [
    // C++ keeps the word for itself.
    (Verb::Export, "include/strongroom.hpp", " export_material"),
    (Verb::Indexes, "core/src/key.rs", "mod index"),
    (Verb::Indexes, "core/src/handle/view.rs", "mod index"),
    (Verb::NeedsReindex, "core/src/key.rs", "mod index"),
    (Verb::NeedsReindex, "core/src/handle/view.rs", "mod index"),
    (Verb::NeedsRewrap, "core/src/key.rs", "mod rewrap"),
    (Verb::NeedsRewrap, "core/src/handle/view.rs", "mod rewrap"),
    (Verb::VerifyHmac, "core/src/key.rs", "mod hmac"),
    (Verb::VerifyHmac, "core/src/handle/view.rs", "mod hmac"),
];

/// No language has a batch of tokens: each is for somebody else, or comes from somebody else.
const OF_ONE: [Verb; 2] = [Verb::Issue, Verb::Redeem];

/// No language has a batch of streams: `tests/door.rs` says what they are called.
const OF_STREAMS: [Verb; 3] = [Verb::EncryptStream, Verb::DecryptStream, Verb::RewrapStream];

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

/// Whether a name that begins so ends there too.
fn has(text: &str, begins: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    text.split(begins).skip(1).any(|rest| !goes_on(rest))
}

#[test]
fn every_verb_is_in_every_place() {
    let mut texts = BTreeMap::new();
    let mut missing = Vec::new();
    for verb in Verb::ALL.iter().filter(|verb| !OF_STREAMS.contains(verb)) {
        let of_keys = [Verb::PublicKey, Verb::DeriveKey, Verb::CertificateRequest].contains(verb);
        let of_messages = verb.need() != Need::Manage && !of_keys;
        let in_batches = of_messages && !OF_ONE.contains(verb);
        let places = OF_ALL.iter().chain(OF_MESSAGES.iter().filter(|_| of_messages));
        for (file, written) in places.chain(IN_BATCHES.iter().filter(|_| in_batches)) {
            let text: &mut String = texts.entry(*file).or_insert_with(|| {
                std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap()
            });
            let usual = written(verb.name());
            let mut otherwise = OTHERWISE.iter().filter(|(other, place, _)| other == verb && place == file);
            if !has(text, &usual) && !otherwise.any(|(_, _, other)| has(text, other)) {
                missing.push(format!("{verb}: {file} has no `{}`", usual.trim()));
            }
        }
    }
    assert!(missing.is_empty(), "{} are missing\n{}", missing.len(), missing.join("\n"));
    assert!(Verb::ALL.len() >= 40, "only {} verbs", Verb::ALL.len());
}
