//! Examples in the documentation: one for every verb, and every public name in at least one. `cargo test`
//! runs them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where each `pub fn` has an example of its own.
const VERBS: [&str; 3] = ["handle", "keyring", "hazmat"];

#[test]
fn every_verb_has_an_example() {
    let (mut verbs, mut without) = (0, Vec::new());
    for (path, text) in sources() {
        if !VERBS
            .iter()
            .any(|module| path == format!("{module}.rs") || path.starts_with(&format!("{module}/")))
        {
            continue;
        }
        for (name, docs) in documented(&text) {
            verbs += 1;
            if !docs.iter().any(|line| line.starts_with("```")) {
                without.push(format!("{path}: {name}"));
            }
        }
    }
    println!("{verbs} verbs");
    assert!(without.is_empty(), "without an example:\n{}", without.join("\n"));
    assert!(verbs >= 85, "only {verbs} verbs were seen");
}

#[test]
fn every_public_name_is_in_an_example() {
    let sources = sources();
    let examples: String = sources.iter().map(|(_, text)| examples(text)).collect();
    let words: BTreeSet<&str> = examples.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let (_, lib) = sources.iter().find(|(path, _)| path == "lib.rs").unwrap();
    let exports = exports(lib);
    let without: Vec<_> = exports.iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(without.is_empty(), "in no example: {without:?}");
    assert!(exports.len() >= 48, "only {} names are exported", exports.len());
}

/// The files of the library, by their paths below `core/src`.
fn sources() -> Vec<(String, String)> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => below(&path, found),
                false => found.push(path),
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let mut found = Vec::new();
    below(&root, &mut found);
    found.sort();
    let shown = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    found.iter().map(|path| (shown(path), fs::read_to_string(path).unwrap())).collect()
}

/// Each public function with the lines of its documentation; the batches of a macro count as functions.
fn documented(text: &str) -> Vec<(String, Vec<String>)> {
    let (mut found, mut docs) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        let verb = line.strip_prefix("pub fn ").filter(|rest| !rest.starts_with('$'));
        let batch = line
            .split_once(" = ")
            .filter(|(name, rest)| name.ends_with("_batch") && rest.contains("_item ->"))
            .map(|(name, _)| name);
        if let Some(doc) = line.strip_prefix("///") {
            docs.push(doc.trim().to_owned());
        } else if let Some(name) = verb.or(batch) {
            let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            found.push((name.to_owned(), std::mem::take(&mut docs)));
        } else if !line.starts_with("#[") {
            docs.clear();
        }
    }
    found
}

/// The code in the documentation of a file.
fn examples(text: &str) -> String {
    let (mut code, mut inside) = (String::new(), false);
    for line in text.lines().map(str::trim) {
        let Some(doc) = line.strip_prefix("///").or(line.strip_prefix("//!")) else { continue };
        if doc.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            code += doc;
            code.push('\n');
        }
    }
    code
}

/// The names that `lib.rs` re-exports, but those that a feature for tests opens.
fn exports(lib: &str) -> BTreeSet<String> {
    let lib: Vec<&str> = lib.lines().collect();
    let always = |at: usize| at == 0 || !lib[at - 1].starts_with("#[cfg(");
    let lib: String =
        lib.iter().enumerate().filter(|(at, _)| always(*at)).map(|(_, line)| format!("{line}\n")).collect();
    let lists = lib.split("pub use ").skip(1).map(|rest| rest.split(';').next().unwrap());
    let names = lists.flat_map(|list| {
        list.rsplit_once("::{").map_or(list.rsplit("::").next().unwrap(), |(_, names)| names).split(',')
    });
    names
        .map(|name| name.trim().trim_matches(['{', '}']).trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The first example of each page is a whole program, which the tests of its language run.
#[test]
fn pages_begin_with_programs_that_are_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
    for (page, language, file) in [
        ("bindings/python/README.md", "python", "examples/python/first_look.py"),
        ("bindings/node/README.md", "js", "examples/first_look.mjs"),
        ("docs/c.md", "c", "examples/example.c"),
        ("docs/c.md", "cpp", "examples/example.cpp"),
    ] {
        let text = read(page);
        let (_, rest) = text.split_once(&format!("\n```{language}\n")).unwrap();
        let (shown, _) = rest.split_once("```\n").unwrap();
        assert_eq!(shown, read(file), "{page} does not show {file} as it is");
    }
}
