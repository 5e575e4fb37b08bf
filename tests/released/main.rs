//! What releases promised is still there (`docs/versions.md`): in C, in the bindings, among the errors and
//! the types of keys. The command line and the layouts of C's structs are looked at by their own tests, and
//! the Rust library by `cargo xtask released`.

mod c;
mod declared;
mod languages;
mod record;

use std::collections::BTreeSet;
use std::path::Path;
use strongroom::{Error, HashAlgorithm, KeyOption, KeyType, Verb};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn errors_keep_their_numbers_names_families_and_details() {
    let errors = Error::TABLE.iter().map(|row| format!("{} {} {:?}", row.number, row.name, row.family()));
    let details = Error::DETAILS.iter().map(|(code, _)| format!("detail {code}"));
    record::check("errors", &errors.chain(details).collect(), 90);
}

/// The words that stand in documents, in arguments of every language and on the command line.
#[test]
fn words_keep_their_spelling() {
    let mut words = BTreeSet::new();
    words.extend(KeyType::ALL.iter().filter(|kind| kind.is_supported()).map(|kind| format!("type {kind}")));
    words.extend(HashAlgorithm::WITH_SHA1.iter().map(|hash| format!("hash {}", hash.name())));
    words.extend(KeyOption::ALL.iter().map(|option| format!("option {}", option.name())));
    words.extend(Verb::ALL.iter().map(|verb| format!("verb {}", verb.name())));
    record::check("words", &words, 60);
}
