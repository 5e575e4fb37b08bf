//! A comment is read alone, in an editor's hover or in a search, so none begins with what stands elsewhere.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::step::{files, root};

const FILES: [&str; 12] =
    ["*.rs", "*.h", "*.hpp", "*.c", "*.cpp", "*.py", "*.pyi", "*.js", "*.mjs", "*.ts", "*.go", "*.java"];

/// What a comment begins with if it leans on another one.
#[rustfmt::skip]
const LEANS: [&str; 17] = [
    "The same, ", "The same for ", "The same of ", "The same as ", "The same in ", "The same by ", "The same with ",
    "The same where ", "The same into ", "The same on ", "Likewise", "As there", "As above", "As before",
    "See above", "Ditto", "SAFETY: as in ",
];

pub(crate) fn check() -> Result<()> {
    eprintln!("\n==> comments that do not stand alone");
    let (mut read, mut faults) = (0, Vec::new());
    for name in files(&FILES)? {
        let text = fs::read_to_string(root().join(&name)).with_context(|| format!("cannot read {name}"))?;
        faults.extend(leaning(&text).map(|(number, comment)| format!("{name}:{number}: {comment}")));
        read += 1;
    }
    ensure!(
        faults.is_empty(),
        "say what it is, in words that need no other comment:\n  {}",
        faults.join("\n  ")
    );
    ensure!(read >= 350, "only {read} of at least 350 files were read");
    println!("{read} files, every comment begins with what it is about");
    Ok(())
}

/// The first lines of comments that lean on others, with their numbers.
fn leaning(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        let comment = said(line.trim());
        let begins = comment.is_some() && !inside;
        inside = comment.is_some_and(|comment| !comment.is_empty());
        comment
            .filter(|comment| begins && LEANS.iter().any(|lean| comment.starts_with(lean)))
            .map(|it| (number, it))
    })
}

/// What a line of a comment says. The first line of a block may say nothing, and the comment begins below it.
fn said(line: &str) -> Option<&str> {
    // An attribute of Rust and a directive of C begin with `#` too.
    if line.starts_with("#[") || line.starts_with("#!") || line.starts_with("#include") {
        return None;
    }
    ["///", "//!", "//", "/**", "/*", "* ", "# ", "\"\"\""]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .map(str::trim)
}

#[test]
fn a_comment_that_leans_on_another_is_found() {
    let text = "/// Reads.\nfn a() {}\n/// The same for maps.\nfn b() {}\n// One and\n// The same root.\n";
    assert_eq!(leaning(text).collect::<Vec<_>>(), [(3, "The same for maps.")]);
    assert_eq!(leaning("    // SAFETY: as in `other`.\n").count(), 1);
    assert_eq!(leaning("/**\n * The same, but larger.\n */\n").count(), 1);
    assert_eq!(leaning("# One\n#[derive(Debug)]\n/// The same, but larger.\n").count(), 1);
    assert_eq!(leaning("    \"\"\"Likewise.\"\"\"\n").count(), 1);
}
