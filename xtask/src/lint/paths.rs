//! No tracked text names a directory of somebody's machine.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::step::{files, root};

/// Split, so that this file does not name them either.
const FORBIDDEN: [&str; 2] = [concat!("/", "work/"), concat!("/", "root/")];

pub(crate) fn check() -> Result<()> {
    eprintln!("\n==> absolute paths in tracked files");
    let (mut read, mut faults) = (0, Vec::new());
    for name in files(&[])? {
        let bytes = fs::read(root().join(&name)).with_context(|| format!("cannot read {name}"))?;
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        read += 1;
        faults.extend(lines(text).map(|number| format!("{name}:{number}")));
    }
    ensure!(faults.is_empty(), "absolute paths in:\n  {}", faults.join("\n  "));
    ensure!(read >= 50, "only {read} of at least 50 files were read");
    println!("{read} files, none names an absolute path");
    Ok(())
}

/// The numbers of the lines in which such a path begins. Inside a longer path, as in `a/root/b`, it is no
/// absolute one.
fn lines(text: &str) -> impl Iterator<Item = usize> {
    let begins = |line: &str, at: usize| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || "_-.}".contains(before))
    };
    let found = move |line: &str| {
        FORBIDDEN.iter().any(|path| line.match_indices(path).any(|(at, _)| begins(line, at)))
    };
    text.lines().enumerate().filter(move |(_, line)| found(line)).map(|(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_absolute_paths_only() {
        let text = ["fine", "cd @main", "see `@x`", "\"@\"", "accepted@ok", "{a}@b", "..@c"]
            .map(|line| line.replace('@', FORBIDDEN[0]))
            .join("\n");
        assert_eq!(lines(&text).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(lines(FORBIDDEN[1]).collect::<Vec<_>>(), [1]);
    }
}
