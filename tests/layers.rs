//! The layers of `core/src` (ARCHITECTURE.md): every file uses its own layer and those below, and only `alg`
//! names a cryptography crate. And in no crate of the workspace do modules use each other in a circle. Read
//! from the sources' syntax; tests in the files may use what they like.

#[path = "layers/circles.rs"]
mod circles;
#[path = "layers/graph.rs"]
mod graph;
#[path = "layers/source.rs"]
mod source;
#[path = "layers/tokens.rs"]
mod tokens;

use graph::files_below;
use source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each layer, lowest first, as groups that know nothing of each other.
const LAYERS: [&[&[&str]]; 8] = [
    &[&[
        "error", "secret", "name", "version", "context", "clock", "entropy", "stack", "sync", "manner",
        "held", "regular", "unicode", "verb",
    ]],
    &[&["alg"], &["wire"]],
    &[&["material", "committing", "derive", "subkey", "public_key", "private_key"]],
    &[&["key"]],
    &[&["document"]],
    &[&["store"], &["seal"]],
    &[&["engine", "stream"]],
    &[&["handle"]],
];

/// These stand beside the layers: each may use those up to the first number, and is used from the second one
/// on.
const SIDES: [(&str, usize, usize); 2] = [("hazmat", 2, usize::MAX), ("interop", 4, 6)];

/// Named below `alg` only. `zeroize` is not here: wiping is for everyone.
#[rustfmt::skip]
const CRYPTOGRAPHY: [&str; 26] = [
    "aead", "aes", "aes_gcm", "aes_kw", "argon2", "aws_lc_rs", "aws_lc_sys", "blake2", "chacha20", "chacha20poly1305", "cipher",
    "cmac", "ctr", "curve25519_dalek", "digest", "ed25519_dalek", "ghash", "graviola", "hkdf", "hmac", "poly1305", "sha1",
    "sha2", "sha3", "strongroom_rsa", "subtle",
];

#[test]
fn every_file_uses_its_own_layer_and_those_below() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let exports = exports(&fs::read_to_string(source.join("lib.rs")).unwrap());
    let (mut files, mut uses, mut faults) = (0, 0, Vec::new());
    for path in files_below(&source) {
        let name = path.strip_prefix(&source).unwrap().to_str().unwrap().replace('\\', "/");
        let seen = check(&name, &fs::read_to_string(&path).unwrap(), &exports);
        files += 1;
        uses += seen.uses;
        faults.extend(seen.faults);
    }
    println!("layers: {files} files, {uses} uses");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(files >= 75, "only {files} files were read");
    assert!(uses >= 380, "only {uses} uses of other modules were seen");
    assert!(exports.len() >= 20, "only {} names are re-exported by lib.rs", exports.len());
}

/// Below the library, `strongroom-entropy` has one cipher, for its pool, and names it in one file.
#[test]
fn the_crate_below_names_one_cipher_in_one_file() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entropy/src");
    let mut named = BTreeSet::new();
    for path in files_below(&source) {
        let found = Source::of(&[], &fs::read_to_string(&path).unwrap()).unwrap();
        let file = path.strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
        let crates = found.others.into_iter().map(|path| path[0].clone());
        let ciphers = crates.filter(|name| CRYPTOGRAPHY.contains(&name.as_str()));
        named.extend(ciphers.map(|name| (file.clone(), name)));
    }
    assert_eq!(named, BTreeSet::from([("expand.rs".to_owned(), "aes".to_owned())]));
}

/// What one file was seen to do.
#[derive(Debug, Default)]
struct Seen {
    /// How many paths lead to another module of the crate.
    uses: usize,
    faults: Vec<String>,
}

/// Checks the file at `path`, relative to `core/src`. `exports` says in which module a name of the crate's
/// root lives.
fn check(path: &str, text: &str, exports: &BTreeMap<String, String>) -> Seen {
    let mut seen = Seen::default();
    let file: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    let own = file[0];
    if path == "lib.rs" {
        return seen;
    }
    if place(own).is_none() && side(own).is_none() {
        seen.faults.push(format!("{path}: `{own}` is in no layer"));
        return seen;
    }
    let found = match Source::of(&file, text) {
        Ok(found) => found,
        Err(error) => {
            seen.faults.push(format!("{path}: {error}"));
            return seen;
        }
    };
    if own != "alg" {
        // A name that the file declares or imports from this crate hides the crate of the same name:
        // `key::hmac` is a verb.
        let is_local = |name: &String| found.names.contains_key(name) || found.declared.contains(name);
        let crates: BTreeSet<&String> = found.others.iter().map(|path| &path[0]).collect();
        let named =
            crates.into_iter().filter(|name| CRYPTOGRAPHY.contains(&name.as_str()) && !is_local(name));
        seen.faults.extend(named.map(|name| format!("{path}: names the crate `{name}`")));
    }
    for used in found.modules {
        let shown = used.join("::");
        let Some(first) = used.first().filter(|&first| first != "*") else {
            seen.faults.push(format!("{path}: takes the whole crate"));
            continue;
        };
        let module = if place(first).is_some() || side(first).is_some() {
            first
        } else {
            exports.get(first).unwrap_or(first)
        };
        if module == own {
            continue;
        }
        seen.uses += 1;
        if !allowed(own, module) {
            seen.faults.push(format!("{path}: uses crate::{shown}"));
        }
    }
    seen
}

/// Whether the module `own` may use the module `other`.
fn allowed(own: &str, other: &str) -> bool {
    match (place(own), place(other)) {
        (Some((own_layer, own_group)), Some((layer, group))) => {
            layer < own_layer || (layer == own_layer && group == own_group)
        }
        (None, Some((layer, _))) => side(own).is_some_and(|(highest, _)| layer <= highest),
        (Some((own_layer, _)), None) => side(other).is_some_and(|(_, lowest)| own_layer >= lowest),
        (None, None) => false,
    }
}

/// Up to which layer a module beside them may use, and from which one on it is used.
fn side(module: &str) -> Option<(usize, usize)> {
    SIDES.iter().find(|(name, ..)| *name == module).map(|&(_, highest, lowest)| (highest, lowest))
}

/// The layer of a module and its group in there.
fn place(module: &str) -> Option<(usize, usize)> {
    let group = |groups: &[&[&str]]| groups.iter().position(|group| group.contains(&module));
    LAYERS.iter().enumerate().find_map(|(layer, groups)| Some((layer, group(groups)?)))
}

/// The names that `lib.rs` re-exports, each with its module.
fn exports(lib: &str) -> BTreeMap<String, String> {
    let Source { names, aliases, .. } = Source::of(&[], lib).unwrap();
    names.into_iter().chain(aliases).map(|(name, path)| (name, path[0].clone())).collect()
}

fn faults(path: &str, text: &str) -> Vec<String> {
    let exports = exports(
        "pub use error::Error; pub use keyring::{Keyring, seals::SealInfo as Info}; pub use material::KeyType;",
    );
    check(path, text, &exports).faults
}

#[test]
fn refuses_a_higher_layer_however_it_is_named() {
    for (path, text) in [
        ("wire/text.rs", "use crate::key::spec::KeySpec;"),
        ("error.rs", "use crate::wire;"),
        ("error.rs", "use crate::KeyType;"),
        ("key/spec.rs", "fn f() -> crate::Keyring { loop {} }"),
        ("key/spec.rs", "fn f(_: &crate::Info) {}"),
        ("key.rs", "use super::document::Document;"),
        ("key/spec.rs", "use super::super::{store, error::Error};"),
        ("key/spec.rs", "mod inner { use super::super::super::store; }"),
        ("key/spec.rs", "mod inner { } use super::super::store;"),
        ("document/root.rs", "use crate::{error::Error, wire::{text, binary}, handle::key::Key};"),
        ("material.rs", "fn f() { for x in crate::handle::all() {} }"),
        ("material.rs", "fn f<'a>(c: char) -> bool { c == '\"' || crate::store::f(c, '\\'') }"),
        ("material.rs", "#[cfg(test)] mod tests { fn f() {} } use crate::store;"),
        ("material.rs", "#[cfg(test)] use std::fmt; use crate::store;"),
        ("material.rs", "const A: &str = r#\"\"//\"#; use crate::store;"),
        ("hazmat.rs", "use crate::key::spec::KeySpec;"),
        ("handle.rs", "use crate::hazmat;"),
        ("interop/transit.rs", "use crate::store::Store;"),
        ("interop/transit.rs", "use crate::hazmat;"),
        ("document/key.rs", "use crate::interop::transit;"),
    ] {
        assert_eq!(faults(path, text).len(), 1, "{path}: {text}: {:?}", faults(path, text));
    }
}

#[test]
fn refuses_siblings_the_whole_crate_and_strangers() {
    for (path, text) in [
        ("wire/text.rs", "use crate::alg::compare;"),
        ("alg/mac.rs", "use crate::wire::text;"),
        ("store/memory.rs", "use crate::seal::Seal;"),
        ("seal.rs", "use crate::store::Store;"),
        ("key.rs", "use crate::*;"),
        ("key.rs", "use super::*;"),
        ("key.rs", "use crate as all;"),
        ("key.rs", "use crate::unheard_of::Thing;"),
        ("helpers.rs", ""),
    ] {
        assert_eq!(faults(path, text).len(), 1, "{path}: {text}: {:?}", faults(path, text));
    }
}

#[test]
fn refuses_cryptography_crates_outside_alg() {
    for text in [
        "use sha2::Digest;",
        "use {std::fmt, aes::Aes128};",
        "use ::hmac::Mac;",
        "use subtle;",
        "use hkdf as kdf;",
        "extern crate ctr;",
        "fn f() { sha3::Sha3_256::new(); }",
        "fn f() { ::argon2::hash(); }",
        "type T = <ghash::GHash as X>::Y;",
        "use crate::{Error, KeyType}; use ed25519_dalek::{Signature, Signer};",
    ] {
        assert_eq!(faults("key/spec.rs", text).len(), 1, "{text}: {:?}", faults("key/spec.rs", text));
        assert!(faults("alg/mac.rs", &text.replace(", KeyType", "")).is_empty(), "{text}");
    }
}

#[test]
fn accepts_lower_layers_tests_comments_and_visibility() {
    for (path, text) in [
        (
            "key/spec.rs",
            "use crate::{Error, KeyType}; use crate::wire::text::{self, Prefix}; use super::record::*; use self::inner::X;",
        ),
        ("key/spec.rs", "#[cfg(test)]\nmod tests { use crate::keyring::Keyring; fn f() { sha2::f(); } }"),
        ("key/spec.rs", "#[cfg(test)] use crate::keyring::Keyring;"),
        (
            "key/spec.rs",
            "/// See [`Keyring`](crate::Keyring). /* */\nfn f() {} //crate::store\n/* use /* crate::store; */ sha2::x */",
        ),
        (
            "key/spec.rs",
            "const A: &str = \"use crate::store; \\\" sha2::f\"; const B: &str = r#\"crate::store \" sha2::f\"#;",
        ),
        ("key.rs", "pub(crate) mod hmac; fn f() { hmac::run(); }"),
        (
            "handle/key.rs",
            "use crate::key::{hmac, sign}; use crate::engine; fn f() { hmac::run(std::aes::x()); }",
        ),
        (
            "alg/aead/rustcrypto.rs",
            "use super::{AeadAlgorithm, TAG_LEN}; pub(in crate::alg) type Gcm<A> = aes_gcm::AesGcm<A>;",
        ),
        ("secret.rs", "use zeroize::Zeroize;"),
        ("hazmat.rs", "use crate::alg; use crate::material::KeyType; use crate::wire::text;"),
        ("interop/transit.rs", "use crate::document::key::Body; use crate::key::record::Record;"),
        ("engine/keys.rs", "use crate::interop;"),
        ("lib.rs", "pub use keyring::Keyring;"),
    ] {
        assert!(faults(path, text).is_empty(), "{path}: {text}: {:?}", faults(path, text));
    }
}

#[test]
fn counts_uses_of_other_modules() {
    let text = "use crate::error::{Error, ErrorInfo}; use super::spec::X; fn f() -> crate::wire::Malformed { crate::alg::f::<u8>() }";
    assert_eq!(check("key/record.rs", text, &BTreeMap::new()).uses, 4);
}

/// The table that people read, and the picture that is made from it, have the layers of this file.
#[test]
fn the_page_has_these_layers() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let page = fs::read_to_string(page).unwrap();
    let mut named = vec![Vec::new(); LAYERS.len()];
    for row in page.lines().filter_map(|line| line.strip_prefix("| L")) {
        let (layer, rest) = row.split_once(" | ").unwrap();
        let (modules, _) = rest.split_once(" | ").unwrap();
        let modules =
            modules.trim_matches('`').split(' ').map(|module| module.trim_end_matches("/**").to_owned());
        named[layer.parse::<usize>().unwrap()].extend(modules);
    }
    let ours: Vec<Vec<&str>> = LAYERS.iter().map(|groups| groups.concat()).collect();
    assert_eq!(named, ours);
}
