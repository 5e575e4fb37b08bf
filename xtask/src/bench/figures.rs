//! What the programs have measured, and how far their runs are apart.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;

/// Who measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Program {
    /// The library with the feature `aws-lc`, from Rust, which the bindings have as well.
    AwsLc,
    /// The library without it.
    RustCrypto,
    /// With `aws-lc`, where each large block of memory is asked of the system and given back.
    Fresh,
    /// With `aws-lc`, as a keyring grows.
    Growth,
    /// Streams with `aws-lc`, from Rust.
    Streams,
    /// Whole programs, each from a file to a file.
    Files,
    /// The program `openssl`.
    OpenSsl,
    C,
    Python,
    Node,
}

/// Which figure: of which work, of messages of how many bytes, by whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) program: Program,
    pub(super) work: &'a str,
    pub(super) size: u64,
    pub(super) who: &'a str,
}

#[derive(Default)]
pub(super) struct Figures {
    /// Nanoseconds for one message, of each run.
    taken: BTreeMap<(Program, String, u64, String), Vec<f64>>,
    /// Versions.
    pub(super) packages: BTreeMap<String, String>,
    /// What could not be measured, and why.
    pub(super) missing: BTreeMap<String, String>,
}

impl Figures {
    /// Takes in the lines of JSON that a program has printed.
    pub(super) fn read(&mut self, program: Program, printed: &str) -> Result<()> {
        for line in printed.lines().filter(|line| line.starts_with('{')) {
            let line: Value = serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))?;
            let text = |name: &str| line[name].as_str().map(str::to_owned);
            if let (Some(package), Some(version)) = (text("package"), text("version")) {
                self.packages.insert(package, version);
            } else if let (Some(who), Some(why)) = (text("missing"), text("why")) {
                self.missing.entry(who).or_insert(why);
            } else {
                let (Some(work), Some(size), Some(who), Some(ns)) =
                    (text("work"), line["size"].as_u64(), text("who"), line["ns"].as_f64())
                else {
                    anyhow::bail!("not a measurement: {line}");
                };
                self.taken.entry((program, work, size, who)).or_default().push(ns);
            }
        }
        Ok(())
    }

    /// In nanoseconds, the least of the runs.
    pub(super) fn ns(&self, at: At<'_>) -> Option<f64> {
        self.runs(at)?.iter().copied().min_by(f64::total_cmp)
    }

    /// By how much of the least run the others exceed it at most.
    pub(super) fn deviation(&self, at: At<'_>) -> Option<f64> {
        let most = self.runs(at)?.iter().copied().max_by(f64::total_cmp)?;
        Some(most / self.ns(at)? - 1.0)
    }

    /// The sizes that one of a program's works was measured with, upwards.
    pub(super) fn sizes(&self, program: Program, work: &str) -> Vec<u64> {
        let mut sizes: Vec<u64> = self
            .taken
            .keys()
            .filter(|(by, of, _, _)| *by == program && of == work)
            .map(|(_, _, size, _)| *size)
            .collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// Who does that work at any size, in the order of the alphabet.
    pub(super) fn whos(&self, program: Program, work: &str) -> Vec<&str> {
        let mut whos: Vec<&str> = self
            .taken
            .keys()
            .filter(|(by, of, _, _)| *by == program && of == work)
            .map(|(_, _, _, who)| who.as_str())
            .collect();
        whos.sort_unstable();
        whos.dedup();
        whos
    }

    /// What somebody does of a program's work, in the order of the alphabet.
    pub(super) fn works(&self, program: Program, who: &str) -> Vec<&str> {
        let mut works: Vec<&str> = self
            .taken
            .keys()
            .filter(|(by, _, _, of)| *by == program && of == who)
            .map(|(_, work, _, _)| work.as_str())
            .collect();
        works.dedup();
        works
    }

    fn runs(&self, at: At<'_>) -> Option<&Vec<f64>> {
        self.taken.get(&(at.program, at.work.to_owned(), at.size, at.who.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: At<'_> = At { program: Program::C, work: "sign", size: 64, who: "us" };

    #[test]
    fn the_least_run_counts_and_the_deviation_is_from_it() {
        let mut figures = Figures::default();
        figures.read(Program::C, r#"{"work":"sign","size":64,"who":"us","ns":110.0}"#).unwrap();
        figures
            .read(Program::C, "compiling\n{\"work\":\"sign\",\"size\":64,\"who\":\"us\",\"ns\":100}\n")
            .unwrap();
        assert_eq!(figures.ns(AT), Some(100.0));
        assert!((figures.deviation(AT).unwrap() - 0.1).abs() < 1e-9);
        assert_eq!(figures.ns(At { program: Program::Node, ..AT }), None);
        assert_eq!(
            (figures.sizes(Program::C, "sign"), figures.whos(Program::C, "sign")),
            (vec![64], vec!["us"])
        );
    }

    #[test]
    fn notes_are_kept_and_what_is_no_measurement_is_refused() {
        let mut figures = Figures::default();
        figures.read(Program::Python, r#"{"package":"tink","version":"1"}"#).unwrap();
        figures.read(Program::Python, r#"{"missing":"Tink","why":"no wheel"}"#).unwrap();
        assert_eq!((figures.packages["tink"].as_str(), figures.missing["Tink"].as_str()), ("1", "no wheel"));
        assert!(figures.read(Program::C, "{\"work\":\"sign\"}").is_err());
        assert!(figures.read(Program::C, "{oh").is_err());
    }
}
