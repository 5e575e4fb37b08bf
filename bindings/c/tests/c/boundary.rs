//! No panic unwinds into C.

use crate::toolchain::{program, root, run};
use std::process::Command;

#[test]
fn every_exported_function_goes_through_the_boundary() {
    let (mut functions, mut boundaries) = (0, 0);
    for entry in std::fs::read_dir(root().join("bindings/c/src")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let count = |what: &str| code.clone().map(|line| line.matches(what).count()).sum::<usize>();
        let here = (count("#[unsafe(no_mangle)]"), count("extern \"C\" fn strongroom_"), count("boundary!("));
        assert!(here.0 == here.1 && here.1 == here.2, "{}: {here:?}", path.display());
        functions += here.1;
        boundaries += here.2;
    }
    assert!(functions == boundaries && functions >= 80, "{functions} functions, {boundaries} boundaries");
}

#[test]
fn a_panic_becomes_a_status() {
    let program = program("bindings/c/tests/panics.c", "panics", &["-fsanitize=address,undefined"], true);
    run(&mut Command::new(program));
}
