//! `include/strongroom.h` against the library: statuses, functions, structs, and every compiler mode.

use crate::toolchain::{WARNINGS, libraries, read, root, run, scratch};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;
use strongroom::Error;

const BEGIN: &str = "/* statuses: made from the library's table of errors by `cargo xtask bless` */\n";
const END: &str = "/* end of statuses */\n";

/// The statuses that only C has.
const OWN: [(u32, &str, &str); 3] = [
    (
        301,
        "invalid_argument",
        "The call itself is wrong: a NULL where something must be, a number that stands for nothing. Correct the call.",
    ),
    (
        302,
        "invalid_handle",
        "A handle that was freed, is of another kind, or was never given out. Correct the call.",
    ),
    (303, "panicked", "A fault in the library, which nothing could be done about. Please report it."),
];

#[test]
fn the_statuses_are_those_of_the_table() {
    let mut made =
        String::from("enum strongroom_status_number {\n    /** Success. */\n    STRONGROOM_OK = 0,\n");
    let table =
        Error::TABLE.iter().map(|row| (row.number, row.name, format!("{} {}", row.meaning, row.remedy)));
    let rows: Vec<_> =
        table.chain(OWN.map(|(number, name, about)| (number, name, about.to_owned()))).collect();
    for (index, (number, name, about)) in rows.iter().enumerate() {
        let comma = if index + 1 == rows.len() { "" } else { "," };
        writeln!(made, "    /** {about} */\n    STRONGROOM_{} = {number}{comma}", name.to_uppercase())
            .unwrap();
    }
    made += "};\n";
    let header = read("include/strongroom.h");
    let (before, rest) = header.split_once(BEGIN).expect("the place for the statuses");
    let (kept, after) = rest.split_once(END).expect("the end of the statuses");
    if std::env::var_os("STRONGROOM_BLESS").is_some_and(|on| on == "1") {
        std::fs::write(root().join("include/strongroom.h"), [before, BEGIN, &made, END, after].concat())
            .unwrap();
        return;
    }
    assert_eq!(kept, made, "`cargo xtask bless` writes what the table gives");
    assert!(rows.len() >= 56, "{}", rows.len());
}

/// The functions of the header: name, and the types of result and parameters with their names.
pub(crate) fn declared() -> BTreeMap<String, String> {
    let header = read("include/strongroom.h");
    let lines = header
        .lines()
        .filter(|line| line.ends_with(");") && !line.starts_with("typedef") && !line.starts_with(' '));
    let found = lines.filter_map(|line| {
        Some((line.split('(').next()?.rsplit([' ', '*']).next()?.to_owned(), line.to_owned()))
    });
    found.collect()
}

/// The exported functions of the sources: name, and the whole head with pointers as Rust writes them.
fn defined() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("bindings/c/src")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for head in text.split("extern \"C\" fn ").skip(1).map(|rest| rest.split('{').next().unwrap()) {
            let head = head.replace("<'_>", "").replace("<'a>", "").replace('>', "").replace("-", "->");
            let head = ["_", "a"].into_iter().fold(head, |head, lifetime| {
                head.replace(&format!("In<'{lifetime}, "), "*const ")
                    .replace(&format!("Out<'{lifetime}, "), "*mut ")
            });
            let name = head.split('(').next().unwrap().to_owned();
            if name.starts_with("strongroom_") && path.file_name().is_some_and(|file| file != "panics.rs") {
                found.insert(name, head);
            }
        }
    }
    found
}

#[test]
fn the_functions_are_declared_as_they_are_defined() {
    let (declared, defined) = (declared(), defined());
    let names = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&declared), names(&defined));
    assert!(declared.len() >= 80, "{}", declared.len());
    for (name, line) in &declared {
        assert_eq!(of_c(line), of_rust(&defined[name]), "{name}");
    }
}

/// The types of a declaration, result first.
fn of_c(line: &str) -> Vec<String> {
    let (head, parameters) = line.trim_end_matches(");").split_once('(').unwrap();
    let one = |text: &str| {
        let text = text.trim();
        let name_at = text.rfind([' ', '*']).map_or(text.len(), |at| at + 1);
        text[..name_at].trim().replace(" *", "*").replace("* ", "*")
    };
    let parameters = parameters.split(',').filter(|text| text.trim() != "void").map(one);
    std::iter::once(one(head)).chain(parameters).collect()
}

/// The same of a definition, in the words of C.
fn of_rust(head: &str) -> Vec<String> {
    let (_, rest) = head.split_once('(').unwrap();
    let (parameters, result) = rest.rsplit_once(')').unwrap();
    let result = result.trim().trim_start_matches("->").trim();
    let word = |of: &str| -> String {
        let pair = |(rust, c): &(&str, &'static str)| (*rust == of).then_some(*c);
        const TYPES: [(&str, &str); 29] = [
            ("Status", "strongroom_status"),
            ("c_char", "char"),
            ("c_void", "void"),
            ("usize", "size_t"),
            ("Len", "size_t"),
            ("u64", "uint64_t"),
            ("KeyringHandle", "strongroom_keyring"),
            ("KeyHandle", "strongroom_key"),
            ("SealHandle", "strongroom_seal"),
            ("u32", "uint32_t"),
            ("bool", "bool"),
            ("Options", "strongroom_options"),
            ("KeyringOptions", "strongroom_keyring_options"),
            ("Spec", "strongroom_key_spec"),
            ("ImportSource", "strongroom_import"),
            ("Config", "strongroom_key_config"),
            ("Info", "strongroom_key_details"),
            ("Report", "strongroom_report"),
            ("BatchItem", "strongroom_item"),
            ("ProviderTable", "strongroom_provider"),
            ("WriteFn", "strongroom_write_fn"),
            ("NameFn", "strongroom_name_fn"),
            ("LabelFn", "strongroom_label_fn"),
            ("PublicKeyFn", "strongroom_public_key_fn"),
            ("SealFn", "strongroom_seal_fn"),
            ("FaultFn", "strongroom_fault_fn"),
            ("WarningFn", "strongroom_warning_fn"),
            ("RotatedFn", "strongroom_rotated_fn"),
            ("VersionFn", "strongroom_version_fn"),
        ];
        TYPES.iter().find_map(pair).unwrap_or_else(|| panic!("no word for {of}")).to_owned()
    };
    let one = |of: &str| match (of.strip_prefix("*const "), of.strip_prefix("*mut ")) {
        (Some(of), _) => format!("const {}*", word(of)),
        (_, Some(of)) => format!("{}*", word(of)),
        _ => word(of),
    };
    let parameters = parameters
        .split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| text.split_once(": ").unwrap());
    std::iter::once(one(result)).chain(parameters.map(|(_, of)| one(of))).collect()
}

#[test]
fn every_declaration_is_documented() {
    let header = read("include/strongroom.h");
    let lines: Vec<&str> = header.lines().collect();
    for (name, line) in declared() {
        let at = lines.iter().position(|other| **other == line).unwrap();
        assert!(lines[at - 1].trim().ends_with("*/"), "{name} has no documentation");
    }
}

#[test]
fn the_exported_symbols_are_the_pinned_ones() {
    let library = libraries(false).join("libstrongroom_c.so");
    let listed = run(Command::new("nm").args(["-D", "--defined-only"]).arg(library));
    let text = String::from_utf8(listed.stdout).unwrap();
    let exported: BTreeSet<&str> = text.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    let made = exported.iter().map(|name| format!("{name}\n")).collect::<String>();
    if std::env::var_os("STRONGROOM_BLESS").is_some_and(|on| on == "1") {
        std::fs::write(root().join("bindings/c/symbols.txt"), &made).unwrap();
    }
    assert_eq!(
        made,
        read("bindings/c/symbols.txt"),
        "symbols.txt has what programs link to; one that goes away breaks them"
    );
    let declared = declared();
    assert_eq!(exported, declared.keys().map(String::as_str).collect());
    let dynamic =
        run(Command::new("readelf").arg("-d").arg(libraries(false).join("libstrongroom_c.so"))).stdout;
    assert!(String::from_utf8(dynamic).unwrap().contains("[libstrongroom.so.0]"));
}

#[test]
fn the_headers_compile_in_every_mode() {
    let folder = scratch("modes");
    let mut compiled = 0;
    let mut check = |compiler: &str, language: &str, standard: &str, header: &str| {
        let source = folder.join(format!("{header}-{standard}-{compiler}.{language}"));
        std::fs::write(
            &source,
            format!("#include <{header}>\n#include <{header}>\nint main(void) {{ return STRONGROOM_OK; }}\n"),
        )
        .unwrap();
        let mut command = Command::new(compiler);
        run(command
            .arg(format!("-std={standard}"))
            .args(WARNINGS)
            .arg("-I")
            .arg(root().join("include"))
            .args(["-fsyntax-only"])
            .arg(&source));
        compiled += 1;
    };
    for standard in ["c99", "c11", "c17"] {
        check("gcc", "c", standard, "strongroom.h");
    }
    for standard in ["c++17", "c++20"] {
        check("g++", "cpp", standard, "strongroom.h");
        check("g++", "cpp", standard, "strongroom.hpp");
    }
    if Command::new("clang").arg("--version").output().is_ok() {
        check("clang", "c", "c99", "strongroom.h");
        check("clang++", "cpp", "c++20", "strongroom.hpp");
    }
    assert!(compiled >= 7);
}

#[test]
fn the_structs_have_the_layout_that_the_library_reads() {
    let made = strongroom_c::layout();
    let mut source = String::from("#include <strongroom.h>\n");
    let mut fields = 0;
    for (name, size, offsets) in &made {
        writeln!(source, "_Static_assert(sizeof({name}) == {size}, \"{name}\");").unwrap();
        for (field, offset) in offsets {
            writeln!(source, "_Static_assert(offsetof({name}, {field}) == {offset}, \"{name}.{field}\");")
                .unwrap();
            fields += 1;
        }
    }
    let path = scratch("modes").join("layout.c");
    std::fs::write(&path, source).unwrap();
    run(Command::new("gcc").args(["-std=c11", "-fsyntax-only", "-I"]).arg(root().join("include")).arg(path));
    assert!(made.len() >= 11 && fields >= 80, "{} structs, {fields} fields", made.len());
}
