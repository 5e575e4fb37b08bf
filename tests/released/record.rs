//! What a release promised, kept line by line in `tests/released/VERSION/SURFACE.txt`: every line has to be
//! there in what the code gives today. What is new is no concern of it.
//!
//! The files of a release are written once, by `cargo xtask bless --release`, and never changed: whoever
//! finds a line gone has broken what was promised, and mends the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The lines of something that is promised, of which there are `at_least` so many: fewer were not all found.
///
/// # Panics
/// When a line of a release is gone; all of them are shown.
pub(crate) fn check(surface: &str, now: &BTreeSet<String>, at_least: usize) {
    assert!(now.len() >= at_least, "{surface}: only {} lines were made of it", now.len());
    if let Some(version) = std::env::var_os("STRONGROOM_RELEASE") {
        write(&folder().join(version).join(surface).with_extension("txt"), now);
    }
    let (mut gone, mut read) = (Vec::new(), 0);
    for release in releases() {
        let file = release.join(surface).with_extension("txt");
        // Lists of old releases go with what they promised (docs/versions.md).
        let Ok(kept) = fs::read_to_string(&file) else { continue };
        read += 1;
        let version = release.file_name().unwrap().to_string_lossy().into_owned();
        let lines = kept.lines().filter(|line| !now.contains(*line));
        gone.extend(lines.map(|line| format!("{version}: {line}")));
    }
    assert!(read > 0, "{surface}: no release has a list");
    let shown = gone.join("\n  ");
    assert!(gone.is_empty(), "{surface}: releases promised what is gone or has changed\n  {shown}");
}

/// A file that is there is not written again; whoever prepares a release removes it first.
fn write(file: &Path, now: &BTreeSet<String>) {
    if !file.exists() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = now.iter().map(|line| format!("{line}\n")).collect::<String>();
        fs::write(file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

fn releases() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    assert!(!found.is_empty(), "tests/released has no release");
    found
}

/// This file is part of the tests of several packages.
fn folder() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().map(|folder| folder.join("tests/released")).find(|folder| folder.is_dir()).unwrap()
}
