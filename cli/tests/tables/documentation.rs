//! `docs/tables.md` and `docs/search.md` do what they say: each line after `$` is run, and has to print what
//! stands below it.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_examples_of_the_page_are_true() {
    are_true("tables.md", 8);
}

#[test]
fn the_examples_of_searching_are_true() {
    are_true("search.md", 15);
}

fn are_true(page: &str, at_least: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs").join(page)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::copy(root.join("examples/customers.csv"), folder.path().join("customers.csv")).unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_strongroom")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let root_key = strongroom::Seal::generate_root_key().unwrap();
    let root_key = std::str::from_utf8(root_key.expose()).unwrap();
    let mut run = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for example in format!("\n{block}").split("\n$ ").skip(1) {
            let (command, expected) = example.split_once('\n').unwrap_or((example, ""));
            let output = Command::new("sh")
                .args(["-c", &format!("{command} 2>&1")])
                .current_dir(folder.path())
                .env("PATH", &path)
                .env("STRONGROOM_KEYRING", "keys")
                .env("STRONGROOM_ROOT_KEY", root_key)
                .output()
                .unwrap();
            let printed = String::from_utf8(output.stdout).unwrap();
            assert_eq!(printed.trim_end(), expected.trim_end(), "$ {command}");
            run += 1;
        }
    }
    assert!(run >= at_least, "only {run} examples were found");
}
