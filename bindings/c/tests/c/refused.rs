//! What a compiler must refuse: code that would read memory that is gone, lose what was said, or throw
//! through the library.

use crate::toolchain::{WARNINGS, read, root, run};
use std::process::{Command, Output};

const SOURCE: &str = "bindings/c/tests/refused.cpp";

fn compiled(standard: &str, case: usize) -> Output {
    let mut compiler = Command::new("g++");
    compiler.current_dir(root()).arg(standard).args(WARNINGS).args([
        "-fsyntax-only",
        "-Wno-unused-variable",
        "-Iinclude",
    ]);
    compiler.arg(format!("-DCASE={case}")).arg(SOURCE).env("LC_ALL", "C").output().unwrap()
}

#[test]
fn what_must_not_compile_does_not() {
    // All but the line in question compiles, with every assertion in the file.
    for standard in ["-std=c++17", "-std=c++20"] {
        let all = compiled(standard, 0);
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
    for (index, start) in starts.iter().enumerate() {
        let output = compiled("-std=c++17", index + 1);
        let said = String::from_utf8_lossy(&output.stderr);
        // The compiler names the line, so that it is not refused for something else.
        let lines = start + 1..*starts.get(index + 1).unwrap_or(&end);
        let named = |line: usize| {
            said.lines().any(|one| one.starts_with(&format!("{SOURCE}:{line}:")) && one.contains("error:"))
        };
        assert!(
            !output.status.success() && lines.clone().any(named),
            "case {} in lines {lines:?}: {said}",
            index + 1
        );
    }
    assert!(starts.len() >= 20, "{}", starts.len());
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
