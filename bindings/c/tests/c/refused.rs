//! What a compiler must refuse: code that would read memory that is gone, lose what was said, or throw
//! through the library.

use crate::toolchain::{WARNINGS, read, root, run, scratch};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SOURCE: &str = "bindings/c/tests/refused.cpp";

fn compiled(standard: &str, source: &Path, case: usize) -> Output {
    let mut compiler = Command::new("g++");
    compiler.current_dir(root()).arg(standard).args(WARNINGS).args([
        "-fsyntax-only",
        "-Wno-unused-variable",
        "-Iinclude",
    ]);
    compiler.arg(format!("-DCASE={case}")).arg(source).env("LC_ALL", "C").output().unwrap()
}

/// All cases in one, each in a block of its own and on the lines that it has in the file.
fn together(source: &str) -> PathBuf {
    let mut text = String::new();
    for line in source.lines() {
        text += match line {
            line if line.starts_with("#if CASE == ") => "{",
            line if line.starts_with("#elif CASE == ") => "} {",
            "#endif" => "}",
            other => other,
        };
        text.push('\n');
    }
    let path = scratch("modes").join("refused-together.cpp");
    std::fs::write(&path, text).unwrap();
    path
}

/// Whether the compiler finds a fault in one of these lines, and so not for something else alone.
fn is_refused(output: &Output, source: &Path, lines: &Range<usize>) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    let named = |line: usize| {
        let place = format!("{}:{line}:", source.display());
        said.lines().any(|one| one.starts_with(&place) && one.contains("error:"))
    };
    !output.status.success() && lines.clone().any(named)
}

#[test]
fn what_must_not_compile_does_not() {
    let file = Path::new(SOURCE);
    // All but the line in question compiles, with every assertion in the file.
    for standard in ["-std=c++17", "-std=c++20"] {
        let all = compiled(standard, file, 0);
        assert!(all.status.success(), "{standard}: {}", String::from_utf8_lossy(&all.stderr));
    }
    let source = read(SOURCE);
    let starts: Vec<usize> = source
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains("CASE == "))
        .map(|(index, _)| index + 1)
        .collect();
    let end = source.lines().position(|line| line == "#endif").unwrap() + 1;
    let together = together(&source);
    let said = compiled("-std=c++17", &together, 0);
    for (index, start) in starts.iter().enumerate() {
        let lines = start + 1..*starts.get(index + 1).unwrap_or(&end);
        if is_refused(&said, &together, &lines) {
            continue;
        }
        // A fault elsewhere may have kept it from being looked at.
        let output = compiled("-std=c++17", file, index + 1);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(is_refused(&output, file, &lines), "case {} in lines {lines:?}: {said}", index + 1);
    }
    assert!(starts.len() >= 28, "{}", starts.len());
}

#[test]
fn older_cpp_takes_the_header_of_c() {
    for standard in ["-std=c++11", "-std=c++14"] {
        let mut compiler = Command::new("g++");
        compiler
            .arg(standard)
            .args(WARNINGS)
            .args(["-fsyntax-only", "-x", "c++"])
            .arg(root().join("include/strongroom.h"));
        run(&mut compiler);
    }
}
