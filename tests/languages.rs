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
    /// Of columns in one buffer Node has none.
    node: Option<String>,
}

fn operations() -> Vec<Operation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bindings/operations.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The groups, in the order of the page, with the types that have them in Rust.
const GROUPS: [(&str, &str, &[&str]); 6] = [
    ("keyring", "Keyrings", &["Keyring"]),
    ("key", "Keys", &["Key", "View"]),
    ("data", "Messages", &["View"]),
    ("stream", "Files of any size", &["View"]),
    ("api_key", "API keys", &["ApiKey"]),
    ("seal", "Seals", &["Seal"]),
];

const HEAD: &str = "\
# The languages

Made from `bindings/operations.json` and the declarations of each language by `cargo xtask languages`; `tests/languages.rs` compares.

Every language has every operation, but for those of columns in one buffer, which Node does not have, under one
name written in its own way. A binding converts its arguments, makes one call and converts the result: it
decides nothing. What an operation does is said once, in the documentation of the Rust library; errors are
those of [errors.md](errors.md) everywhere.

The arguments are named in their order. In Python those after `*` are given by name. In C results go where the last ones point, and a function
that gives a length is the one that gives the result, with `out` NULL and `capacity` 0.

A batch gives a result for each item, in their order, and one that fails spoils nothing. In Rust, C and C++ an item is a struct with everything
that is said about it, and each result is a value or an error. In Python and Node inputs and options are columns, an option that is no column is
the same for all, and `errors` says what becomes of errors: with `\"raise\"` in Python, and `'throw'` in Node, as each says it of exceptions, the
first one ends the call and its `index` says which item it was; with `\"return\"` they stand in the results. A column of another length than
the others is `invalid_option` with the detail `columns_differ` in both.
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
            let rust = of_rust(group, rust.as_ref().unwrap_or(name));
            let everywhere = [rust, of_c(c), of_cpp(cpp), of_python(python)].map(Some);
            let cells = everywhere.into_iter().chain([node.as_deref().map(of_node)]);
            let cells = cells.map(|cell| cell.map_or("–".to_owned(), |cell| format!("`{cell}`")));
            let cells: Vec<String> = cells.collect();
            writeln!(page, "| {} |", cells.join(" | ")).unwrap();
        }
    }
    golden::check("docs/languages.md", &page);
}

#[test]
fn every_operation_is_one_of_rust() {
    let mut seen = BTreeSet::new();
    for Operation { name, group, rust, .. } in operations() {
        // Which fails where there is none.
        of_rust(&group, rust.as_ref().unwrap_or(&name));
        assert!(seen.insert((group, name.clone())), "{name} twice");
    }
    assert!(seen.len() >= 77, "{}", seen.len());
}

/// What is given to `import_key`, `restore_key` and `restore_transit` has one order everywhere, whatever it
/// is called.
#[test]
fn keys_come_in_with_their_arguments_in_one_order() {
    let roles = |signature: &str| -> Vec<&'static str> {
        let arguments = signature.split_once('(').unwrap().1.trim_end_matches(')').to_owned();
        let role = |argument: &str| match argument {
            "name" => Some("name"),
            "import" | "material" => Some("material"),
            "spec" | "key_type" => Some("spec"),
            "backup" => Some("backup"),
            "seal" => Some("seal"),
            "dialect" => Some("dialect"),
            _ => None,
        };
        arguments.split(", ").filter_map(role).collect()
    };
    let mut seen = 0;
    for (name, order) in [
        ("import_key", &["name", "material", "spec"][..]),
        ("restore_key", &["backup", "seal", "name"]),
        ("restore_transit", &["backup", "name", "dialect"]),
    ] {
        let operation = operations().into_iter().find(|operation| operation.name == name).unwrap();
        let Operation { c, cpp, python, node, .. } = operation;
        let (c, cpp) = (of_c(&c), of_cpp(&cpp));
        let mut signatures = vec![of_rust("keyring", name), c, cpp, of_python(&python)];
        // There the name and the dialect are options, which have no order.
        signatures.extend(node.filter(|_| name != "restore_transit").map(|node| of_node(&node)));
        for signature in signatures {
            assert_eq!(roles(&signature), order, "{signature}");
            seen += 1;
        }
    }
    assert_eq!(seen, 14);
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A signature of Rust, of which one of the types of a group has a method, or a crate beside the library a
/// function.
fn of_rust(group: &str, name: &str) -> String {
    if let Some(function) = name.strip_prefix("strongroom_platforms::") {
        let text = read("platforms/src/lib.rs");
        let at = text.find(&format!("\npub fn {function}(")).unwrap_or_else(|| panic!("no {name}"));
        return format!("{name}({})", names(arguments(&text[at..]), |one| before(one, ':')).join(", "));
    }
    let (_, _, kinds) =
        GROUPS.iter().find(|(known, ..)| *known == group).unwrap_or_else(|| panic!("{group} is no group"));
    let files = sources();
    let blocks = kinds.iter().flat_map(|kind| files.iter().flat_map(move |text| blocks_of(text, kind)));
    for block in blocks {
        let found = ["(", "<"].map(|end| block.find(&format!("    pub fn {name}{end}")));
        if let Some(at) = found.into_iter().flatten().next() {
            return format!("{name}({})", names(arguments(&block[at..]), |one| before(one, ':')).join(", "));
        }
    }
    panic!("{name} is no method of {kinds:?}")
}

/// What stands in `impl KIND { … }`.
fn blocks_of(text: &str, kind: &str) -> Vec<String> {
    let start = format!("\nimpl {kind} {{\n");
    text.split(&start).skip(1).map(|block| block.split("\n}").next().unwrap().to_owned()).collect()
}

fn of_c(name: &str) -> String {
    let header = read("include/strongroom.h");
    let at = header.find(&format!("strongroom_status {name}(")).unwrap_or_else(|| panic!("no {name}"));
    format!("{name}({})", names(arguments(&header[at..]), |one| last_word(one)).join(", "))
}

fn of_cpp(name: &str) -> String {
    let (class, method) = name.split_once("::").unwrap();
    let header = read("include/strongroom.hpp");
    let body = header.split_once(&format!("\nclass {class} {{")).unwrap().1.split("\n};").next().unwrap();
    let found = overloads(body, &format!(" {method}("));
    let longest = found.into_iter().map(|one| names(one, |one| last_word(before(one, '='))));
    format!("{name}({})", longest.max_by_key(Vec::len).unwrap_or_else(|| panic!("no {name}")).join(", "))
}

fn of_python(name: &str) -> String {
    let (class, method) = name.split_once('.').unwrap();
    let stub = read("bindings/python/python/strongroom/_native.pyi");
    // Comments stand among the arguments.
    let lines = stub.lines().filter(|line| !line.trim_start().starts_with('#'));
    let stub = lines.map(|line| format!("{line}\n")).collect::<String>();
    // A key is a view, too.
    for class in [class, "View"] {
        let body = [":", "("].into_iter().find_map(|end| stub.split_once(&format!("\nclass {class}{end}")));
        let Some((_, body)) = body else { continue };
        let body = body.split("\nclass ").next().unwrap();
        if body.contains(&format!("    @property\n    def {method}(")) {
            return name.to_owned();
        }
        let found = overloads(body, &format!("    def {method}("));
        let named = found.into_iter().map(|one| names(one, |one| before(before(one, '='), ':')));
        if let Some(longest) = named.max_by_key(Vec::len) {
            return format!("{name}({})", longest.join(", "));
        }
    }
    panic!("no {name}")
}

fn of_node(name: &str) -> String {
    let (class, method) = name.split_once(['.', '#']).unwrap();
    let typings = read("bindings/node/index.d.ts");
    for class in [class, "View"] {
        let Some((_, body)) = typings.split_once(&format!("\nexport class {class} ")) else { continue };
        let body = body.split("\n}").next().unwrap();
        if body.contains(&format!("\n  readonly {method}: ")) {
            return name.to_owned();
        }
        let starts = ["", "static "].map(|kind| [" (", "<"].map(|end| format!("\n  {kind}{method}{end}")));
        let found = starts.iter().flatten().flat_map(|start| overloads(body, start));
        let named = found.map(|one| names(one, |one| before(one, ':').trim_end_matches('?')));
        if let Some(longest) = named.max_by_key(Vec::len) {
            return format!("{name}({})", longest.join(", "));
        }
    }
    panic!("no {name}")
}

/// The arguments of every declaration that starts so.
fn overloads<'a>(text: &'a str, start: &str) -> Vec<Vec<&'a str>> {
    text.match_indices(start).map(|(at, _)| arguments(&text[at..])).collect()
}

/// What stands between the first brackets that are not of a type, cut at the commas that stand there.
/// Brackets of types are `<` and `>`, except in an arrow.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut angles, mut start, mut found) = (0_u32, 0_u32, 0, Vec::new());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' => angles += 1,
            '>' if before != '=' && before != '-' => angles = angles.saturating_sub(1),
            '(' if depth == 0 && angles == 0 => {
                depth = 1;
                start = at + 1;
            }
            '(' | '[' | '{' if depth > 0 => depth += 1,
            ')' | ']' | '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found.push(&text[start..at]);
                    return found;
                }
            }
            ',' if depth == 1 && angles == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    panic!("no arguments in {text}")
}

/// The names of arguments, without what stands for the object itself, and without what says nothing.
fn names<'a>(arguments: Vec<&'a str>, name: impl Fn(&'a str) -> &'a str) -> Vec<&'a str> {
    let own = ["", "/", "void", "self", "&self"];
    arguments
        .into_iter()
        .map(|one| name(one.trim()).trim().trim_start_matches('_'))
        .filter(|one| !own.contains(one))
        .collect()
}

fn before(text: &str, end: char) -> &str {
    text.split(end).next().unwrap_or_default()
}

fn last_word(text: &str) -> &str {
    text.trim().rsplit([' ', '*', '&']).next().unwrap_or_default()
}

/// The files of `core/src` in which the public methods are.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let alone = ["handle", "seal.rs", "key/api_key.rs"];
    let (mut paths, mut left) = (Vec::new(), alone.map(|place| root.join(place)).to_vec());
    while let Some(path) = left.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => left.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => paths.push(path),
        }
    }
    paths.sort();
    paths.into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}
