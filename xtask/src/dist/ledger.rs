//! What was made, how large it is and how large it may be, and what could not be had.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// How large what is given to others may be, in bytes.
pub(super) mod limit {
    /// A wheel, as it is downloaded.
    pub(in crate::dist) const WHEEL: u64 = 9_500_000;
    /// The library that Node loads.
    pub(in crate::dist) const NODE: u64 = 10_500_000;
    /// The command line.
    pub(in crate::dist) const PROGRAM: u64 = 14_000_000;
}

#[derive(Default)]
pub(super) struct Ledger {
    rows: Vec<Row>,
    missing: Vec<String>,
    untried: Vec<String>,
    failed: Vec<String>,
}

struct Row {
    name: String,
    bytes: u64,
    limit: Option<u64>,
}

impl Ledger {
    /// An artefact was made.
    pub(super) fn made(&mut self, artefact: &Path, limit: Option<u64>) -> Result<()> {
        let name = artefact.file_name().unwrap_or_default().to_string_lossy();
        self.weigh(&name, artefact, limit)
    }

    /// A file is in the artefact that was made last.
    pub(super) fn inside(&mut self, name: &str, file: &Path, limit: u64) -> Result<()> {
        self.weigh(&format!("  {name} in it"), file, Some(limit))
    }

    fn weigh(&mut self, name: &str, file: &Path, limit: Option<u64>) -> Result<()> {
        let bytes = fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
        self.rows.push(Row { name: name.to_owned(), bytes, limit });
        Ok(())
    }

    /// Something cannot be had here.
    pub(super) fn missing(&mut self, what: &str, why: &str) {
        self.missing.push(format!("{what}: {why}"));
    }

    /// Something was made and does not run here.
    pub(super) fn untried(&mut self, what: &str, why: &str) {
        self.untried.push(format!("{what}: {why}"));
    }

    /// Keeps for the end what went wrong, so that the rest is made.
    pub(super) fn attempt(&mut self, what: &str, made: impl FnOnce(&mut Self) -> Result<()>) {
        if let Err(error) = made(self) {
            eprintln!("xtask: {what}: {error:#}");
            self.failed.push(format!("{what}: {error:#}"));
        }
    }

    /// The table.
    ///
    /// # Errors
    /// What is over its limit, and what failed.
    pub(super) fn close(self) -> Result<()> {
        print!("\n{}", self.table());
        let over = self.rows.iter().filter(|row| row.limit.is_some_and(|limit| row.bytes > limit));
        let over: Vec<String> = over.map(|row| format!("{} is over its limit", row.name.trim())).collect();
        let faults = [self.failed, over].concat();
        if faults.is_empty() {
            Ok(())
        } else {
            bail!("not all is as it has to be:\n  {}", faults.join("\n  "))
        }
    }

    fn table(&self) -> String {
        let mut table = format!("{:<68} {:>10} {:>10}\n", "artefact", "bytes", "limit");
        for Row { name, bytes, limit } in &self.rows {
            let limit = limit.map_or_else(String::new, |limit| limit.to_string());
            let _ = writeln!(table, "{}", format!("{name:<68} {bytes:>10} {limit:>10}").trim_end());
        }
        for line in &self.missing {
            let _ = writeln!(table, "not made: {line}");
        }
        for line in &self.untried {
            let _ = writeln!(table, "not run: {line}");
        }
        table
    }
}

/// Writes `SHA256SUMS` over everything in the folder, as `sha256sum --check` reads it.
pub(super) fn sums(folder: &Path) -> Result<()> {
    const NAME: &str = "SHA256SUMS";
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.is_file() && file.file_name().is_some_and(|name| name != NAME));
    files.sort();
    let mut sums = String::new();
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        for byte in Sha256::digest(bytes) {
            let _ = write!(sums, "{byte:02x}");
        }
        let _ = writeln!(sums, "  {}", file.file_name().unwrap_or_default().to_string_lossy());
    }
    fs::write(folder.join(NAME), sums).context("cannot write the sums")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_or_failed_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.whl");
        fs::write(&file, [0; 11]).unwrap();
        let close = |limit| {
            let mut ledger = Ledger::default();
            ledger.made(&file, Some(limit)).unwrap();
            ledger.missing("wheel for x", "no zig");
            assert!(ledger.table().ends_with("not made: wheel for x: no zig\n"), "{}", ledger.table());
            ledger.close()
        };
        close(11).unwrap();
        assert!(close(10).unwrap_err().to_string().contains("a.whl is over its limit"));
        let mut ledger = Ledger::default();
        ledger.attempt("crates", |_| bail!("no"));
        assert!(ledger.close().unwrap_err().to_string().contains("crates: no"));
    }

    #[test]
    fn sums_are_those_of_sha256sum() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b"), "abc").unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        for _ in 0..2 {
            sums(folder.path()).unwrap();
            let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
            let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
            let written = fs::read_to_string(folder.path().join("SHA256SUMS")).unwrap();
            assert_eq!(written, format!("{empty}  a\n{abc}  b\n"));
        }
    }
}
