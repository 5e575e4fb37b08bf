//! Pages that are made from the code, kept in the repository and compared by a test.

use std::path::Path;

/// Compares a page with the file of that name at the root of the repository. With `STRONGROOM_BLESS=1`
/// (`cargo xtask bless`) the file is written instead.
///
/// # Panics
/// When the file says something else; the first line that differs is shown.
pub fn check(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    if std::env::var_os("STRONGROOM_BLESS").is_some_and(|on| on == "1") {
        std::fs::write(&path, made).unwrap_or_else(|error| panic!("{name}: {error}"));
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept == made {
        return;
    }
    let at = kept.lines().zip(made.lines()).take_while(|(kept, made)| kept == made).count();
    let line = |text: &str| text.lines().nth(at).unwrap_or("the end").to_owned();
    panic!(
        "{name}, line {}: the file has\n  {}\nand the code gives\n  {}\n`cargo xtask bless` writes what the code gives",
        at + 1,
        line(&kept),
        line(made)
    );
}

/// Compares parts of a file with what the code gives. A part stands between a line with
/// `Options of NAME, made by` and one with `End of options of NAME.`; the rest of the file is written by
/// hand.
///
/// # Panics
/// As [`check`], and when a part has no beginning or no end.
pub fn check_parts(file: &str, parts: &[(&str, String)]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let mut whole = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"));
    for (name, made) in parts {
        let (begin, end) = (format!("Options of {name}, made by"), format!("End of options of {name}."));
        let after = |at: usize| whole[at..].find('\n').map(|length| at + length + 1);
        let from = whole.find(&begin).and_then(after).unwrap_or_else(|| panic!("{file} has no '{begin}'"));
        let to = whole.find(&end).and_then(|at| whole[..at].rfind('\n')).map(|at| at + 1);
        let to = to.filter(|to| *to >= from).unwrap_or_else(|| panic!("{file} has no '{end}'"));
        whole.replace_range(from..to, made);
    }
    check(file, &whole);
}
