//! `include/strongroom.h` against the library: what the sources make, symbols, structs, and every mode
//! of the compilers.

use crate::generated;
use crate::toolchain::{WARNINGS, libraries, read, root, run, scratch};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;

/// Whether the tests write what they make instead of comparing it.
fn blesses() -> bool {
    std::env::var_os("STRONGROOM_BLESS").is_some_and(|on| on == "1")
}

#[test]
fn the_header_is_what_the_sources_make() {
    let made = generated::header();
    if blesses() {
        std::fs::write(root().join("include/strongroom.h"), made).unwrap();
        return;
    }
    assert!(made == read("include/strongroom.h"), "`cargo xtask bless` writes what the sources make");
}

/// The functions of the header: name, and the declaration on one line.
pub(crate) fn declared() -> BTreeMap<String, String> {
    let header = read("include/strongroom.h");
    let mut parts = header.split("/*");
    let mut code = parts.next().unwrap().to_owned();
    parts.for_each(|part| code += part.split_once("*/").unwrap().1);
    let lines = code.lines().filter(|line| !line.starts_with('#'));
    let code = lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    let mut found = BTreeMap::new();
    for statement in code.split(';').map(str::trim) {
        let name = statement.split('(').next().unwrap().rsplit([' ', '*']).next().unwrap();
        if name.starts_with("strongroom_") && statement.ends_with(')') && !statement.starts_with("typedef") {
            found.insert(name.to_owned(), statement.to_owned());
        }
    }
    assert!(found.len() >= 80, "{}", found.len());
    found
}

#[test]
fn every_declaration_is_documented() {
    let header = read("include/strongroom.h");
    let lines: Vec<&str> = header.lines().collect();
    for name in declared().keys() {
        let is_declaration =
            |line: &&str| !line.starts_with([' ', '/']) && line.contains(&format!("{name}("));
        let at = lines.iter().position(is_declaration).unwrap();
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
    if blesses() {
        std::fs::write(root().join("bindings/c/symbols.txt"), made).unwrap();
        return;
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
