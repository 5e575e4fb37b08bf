//! No line of Rust is longer than what fits on a screen beside another file.
//!
//! Rustfmt keeps to `max_width` where it can break a line, which it cannot in comments, in most macros, and
//! around a text that is too long by itself.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, anyhow, ensure};
use proc_macro2::{TokenStream, TokenTree};

use crate::step::{files, root};

/// As in `rustfmt.toml`. Characters, not bytes.
const WIDTH: usize = 110;

pub(crate) fn check() -> Result<()> {
    eprintln!("\n==> lines of more than {WIDTH} columns");
    let (mut read, mut faults) = (0, Vec::new());
    for name in files(&["*.rs"])? {
        let text = fs::read_to_string(root().join(&name)).with_context(|| format!("cannot read {name}"))?;
        let long = long(&text).map_err(|error| anyhow!("{name} is no Rust: {error}"))?;
        faults.extend(long.into_iter().map(|line| format!("{name}:{line}")));
        read += 1;
    }
    ensure!(faults.is_empty(), "more than {WIDTH} columns in:\n  {}", faults.join("\n  "));
    ensure!(read >= 300, "only {read} of at least 300 files were read");
    println!("{read} files, none has a line that could be shorter");
    Ok(())
}

/// The numbers of the lines that are too long. One may be whose first column too many lies in a text or, in a
/// comment, in a link: these cannot be broken.
fn long(text: &str) -> Result<Vec<usize>, proc_macro2::LexError> {
    let long = |(_, line): &(usize, &str)| line.chars().count() > WIDTH;
    let lines: Vec<(usize, &str)> = (1..).zip(text.lines()).filter(long).collect();
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let mut texts = BTreeSet::new();
    read(text.parse()?, &mut texts);
    let excused = |(number, line): &(usize, &str)| {
        if line.trim_start().starts_with("//") {
            let word = line.split_whitespace().next_back().unwrap_or_default();
            word.contains("://") && line.chars().count() - word.chars().count() <= WIDTH
        } else {
            texts.contains(number)
        }
    };
    Ok(lines.into_iter().filter(|line| !excused(line)).map(|(number, _)| number).collect())
}

/// Adds the lines of which a literal holds the first column too many.
fn read(tokens: TokenStream, texts: &mut BTreeSet<usize>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => read(group.stream(), texts),
            TokenTree::Literal(literal) => {
                let (from, to) = (literal.span().start(), literal.span().end());
                texts.extend((from.line..=to.line).filter(|&line| {
                    (line > from.line || from.column <= WIDTH) && (line < to.line || to.column > WIDTH)
                }));
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_lines_that_could_be_shorter_only() {
        let (wide, name) = ("ä".repeat(WIDTH - 4), "a".repeat(WIDTH));
        let faults = |text: &str| long(text).unwrap();
        assert_eq!(faults(&format!("// {wide}\n/// {wide}\n//  {wide}!\n")), [3]);
        assert_eq!(faults(&format!("const {name}: u8 = 1;\nconst A: &str = \"{wide}\";\n")), [1]);
        assert_eq!(faults(&format!("f!(1, \"{wide}\", g({name}));\n")), [] as [usize; 0]);
        assert_eq!(faults(&format!("f!(\"a\", {name}, \"b\");\n")), [1]);
        assert_eq!(faults(&format!("const A: &str = r#\"\n{name}{name}\n\"#; fn {name}() {{}}\n")), [3]);
        assert_eq!(faults(&format!("// https://{name}\n// {name}://{name} a\n")), [2]);
        assert!(long("\"").is_ok() && long(&format!("\"{name}")).is_err());
    }
}
