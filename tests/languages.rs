//! `bindings/operations.json`, the one list of operations, and `docs/languages.md`, which is made from it.
//! Each binding has a test that walks its own column; this one walks that of Rust.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use strongroom_tests::golden;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    name: String,
    group: String,
    /// Where Rust has it under another name, because an item says which form is meant.
    rust: Option<String>,
    c: String,
    cpp: String,
    python: String,
    node: String,
}

fn operations() -> Vec<Operation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bindings/operations.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The groups, in the order of the page, with the file or folder of `core/src` in which Rust has them.
const GROUPS: [(&str, &str, &[&str]); 4] = [
    ("keyring", "Keyrings", &["handle"]),
    ("key", "Keys", &["handle"]),
    ("data", "Messages", &["handle"]),
    ("seal", "Seals", &["seal.rs"]),
];

const HEAD: &str = "\
# The languages

Made from `bindings/operations.json` by `cargo xtask languages`; `tests/languages.rs` compares.

Every language has every operation, under one name written in its own way. A binding converts its arguments, makes one call and converts the
result: it decides nothing. What an operation does is said once, in the documentation of the Rust library; errors are those of
[errors.md](errors.md) everywhere.
";

#[test]
fn the_page_is_what_the_list_gives() {
    let operations = operations();
    let mut page = HEAD.to_owned();
    for (group, title, _) in GROUPS {
        write!(page, "\n## {title}\n\n| Rust | C | C++ | Python | Node |\n|---|---|---|---|---|\n").unwrap();
        for Operation { name, rust, c, cpp, python, node, .. } in
            operations.iter().filter(|operation| operation.group == group)
        {
            let name = rust.as_ref().unwrap_or(name);
            writeln!(page, "| `{name}` | `{c}` | `{cpp}` | `{python}` | `{node}` |").unwrap();
        }
    }
    golden::check("docs/languages.md", &page);
}

#[test]
fn every_operation_is_one_of_rust() {
    let mut seen = BTreeSet::new();
    for Operation { name, group, rust, .. } in operations() {
        let of_rust = rust.as_ref().unwrap_or(&name);
        let (_, _, places) = GROUPS
            .iter()
            .find(|(known, ..)| *known == group)
            .unwrap_or_else(|| panic!("{group} is no group"));
        let has = |text: &str| {
            text.contains(&format!("pub fn {of_rust}(")) || text.contains(&format!(" {of_rust} = "))
        };
        assert!(
            places.iter().any(|place| sources(place).iter().any(|text| has(text))),
            "{of_rust} is not in {places:?}"
        );
        assert!(seen.insert((group, name.clone())), "{name} twice");
    }
    assert!(seen.len() >= 63, "{}", seen.len());
}

/// The files of a folder of `core/src`, at any depth, and of the module of the same name.
fn sources(place: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src").join(place);
    let mut found = Vec::new();
    let mut left = vec![root.with_extension("rs"), root];
    while let Some(path) = left.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => left.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => found.extend(std::fs::read_to_string(&path)),
        }
    }
    found
}
