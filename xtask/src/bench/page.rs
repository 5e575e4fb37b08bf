//! `docs/performance.md`, `docs/growth.md` and `docs/files.md`: the prose beside this file, around the tables
//! of a run.

use anyhow::{Context, Result};

use super::figures::{Figures, Program};
use super::machine::Machine;
use super::{beside, files, signatures, slower, tables};

/// A page that a run writes.
pub(super) struct Page {
    pub(super) path: &'static str,
    /// In which a line `{{name}}` stands for a table.
    prose: &'static str,
}

pub(super) const PERFORMANCE: Page = Page { path: "docs/performance.md", prose: include_str!("page.txt") };
pub(super) const GROWTH: Page = Page { path: "docs/growth.md", prose: include_str!("growth.txt") };
pub(super) const FILES: Page = Page { path: "docs/files.md", prose: include_str!("files.txt") };

pub(super) fn made(page: &Page, figures: &Figures, machine: &Machine) -> Result<String> {
    let prose = page.prose;
    let mut page = String::new();
    for line in prose.lines() {
        match line.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) {
            Some(name) => page.push_str(&table(name, figures, machine)?),
            None => {
                page.push_str(line);
                page.push('\n');
            }
        }
    }
    Ok(page)
}

fn table(name: &str, figures: &Figures, machine: &Machine) -> Result<String> {
    let binding = |program, head, work| Ok(tables::binding(figures, program, head, work));
    match name {
        "machine" => Ok(machine.facts.iter().map(|fact| format!("- {fact}\n")).collect()),
        "packages" => {
            let packages = figures.packages.iter().map(|(name, version)| format!("{name} {version}"));
            Ok(format!("- Packages: {}.\n", packages.collect::<Vec<_>>().join(", ")))
        }
        "missing" => Ok(missing(figures)),
        "beside" => Ok(beside::table(figures)),
        "rust encrypt text" => Ok(tables::rust(figures, "encrypt to text, from Rust", "encrypt text")),
        "rust decrypt text" => Ok(tables::rust(figures, "decrypt from text, from Rust", "decrypt text")),
        "rust encrypt_into" => Ok(tables::rust(figures, "encrypt into a buffer, from Rust", "encrypt_into")),
        "rust decrypt_into" => Ok(tables::rust(figures, "decrypt into a buffer, from Rust", "decrypt_into")),
        "rust rewrap current" => {
            Ok(tables::rust(figures, "rewrap of what is current, from Rust", "rewrap current"))
        }
        "rust rewrap old" => {
            Ok(tables::rust(figures, "rewrap to the newest version, from Rust", "rewrap old"))
        }
        "rust small" => Ok(tables::small(
            figures,
            "64 B, from Rust",
            &["encrypt text", "context seen", "context new", "encrypt batch", "decrypt batch"],
        )),
        "columns" => Ok(tables::columns(figures)),
        "rust threads" => Ok(tables::small(
            figures,
            "64 B to text, from Rust",
            &["text on one thread", "text on two threads"],
        )),
        "rust signatures" => {
            let works = ["sign", "verify", "hmac", "verify_hmac"];
            Ok(tables::works(figures, "signatures and MACs, from Rust", &works))
        }
        "rust tokens" => {
            let works = ["issue", "redeem", "issue, context seen", "redeem, context seen"];
            Ok(tables::works(figures, "tokens, from Rust", &works))
        }
        "signatures" => Ok(signatures::table(figures)),
        "files" => Ok(files::programs(figures)),
        "files memory" => Ok(files::memory(figures)),
        "files rust" => Ok(files::rust(figures)),
        "growth keys" => Ok(tables::growth(figures, "keys")),
        "growth versions" => Ok(tables::growth(figures, "versions")),
        "growth contexts" => Ok(tables::growth(figures, "contexts")),
        "growth messages" => Ok(tables::growth(figures, "messages")),
        "growth processes" => Ok(tables::growth(figures, "processes")),
        "python encrypt text" => binding(Program::Python, "encrypt to text, from Python", "encrypt text"),
        "python decrypt text" => binding(Program::Python, "decrypt from text, from Python", "decrypt text"),
        "python encrypt binary" => {
            binding(Program::Python, "encrypt to binary, from Python", "encrypt binary")
        }
        "python decrypt binary" => {
            binding(Program::Python, "decrypt from binary, from Python", "decrypt binary")
        }
        "node encrypt text" => binding(Program::Node, "encrypt to text, from Node", "encrypt text"),
        "node decrypt text" => binding(Program::Node, "decrypt from text, from Node", "decrypt text"),
        "node encrypt binary" => binding(Program::Node, "encrypt to binary, from Node", "encrypt binary"),
        "node decrypt binary" => binding(Program::Node, "decrypt from binary, from Node", "decrypt binary"),
        "above" => Ok(tables::above(figures)),
        "slower" => Ok(slower::table(figures)),
        name => Err(anyhow::anyhow!("there is no table {name}")).context("page.txt"),
    }
}

fn missing(figures: &Figures) -> String {
    if figures.missing.is_empty() {
        return "- Every peer could be had.\n".to_owned();
    }
    figures.missing.iter().map(|(who, why)| format!("- Not measured: {who} ({}).\n", said(why))).collect()
}

/// What a program complained of, on a page: without paths, and with no sign that would be taken for a tag.
fn said(why: &str) -> String {
    let words = why.split_whitespace().filter(|word| !word.contains('/'));
    words.collect::<Vec<_>>().join(" ").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::root;
    use std::fs;

    const LINE: &str = r#"{"work":"encrypt text","size":64,"who":"Strongroom aes256-gcm96","ns":100}"#;

    #[test]
    fn a_page_is_made_of_what_was_measured() {
        let mut figures = Figures::default();
        figures.read(Program::AwsLc, LINE).unwrap();
        figures.read(Program::AwsLc, &LINE.replace("100", "110")).unwrap();
        figures.read(Program::Python, r#"{"missing":"Tink","why":"no /tmp/wheel <here>"}"#).unwrap();
        let machine = Machine { facts: vec!["Processor: one.".to_owned()] };
        let page = made(&PERFORMANCE, &figures, &machine).unwrap();
        assert!(page.contains("- Processor: one.\n"), "{page}");
        assert!(page.contains("- Not measured: Tink (no &lt;here>).\n"), "{page}");
        assert!(page.contains("| Strongroom aes256-gcm96, AWS-LC | 100 ns |"), "{page}");
        assert!(page.contains("at most 10 % (Strongroom aes256-gcm96, encrypt text, 64 B)"), "{page}");
        assert!(!page.contains("{{"), "{page}");
        let line = r#"{"work":"rotate","size":10000,"who":"versions","ns":2000}"#;
        figures.read(Program::Growth, line).unwrap();
        let page = made(&GROWTH, &figures, &machine).unwrap();
        assert!(page.contains("| by versions | 10,000 |") && page.contains("| rotate | 2.00 µs |"), "{page}");
        assert!(!page.contains("{{"), "{page}");
        for (who, ns) in [("Strongroom", 5e8), ("rage", 1e9)] {
            let line =
                |work, figure| format!(r#"{{"work":"{work}","size":1024,"who":"{who}","ns":{figure}}}"#);
            figures.read(Program::Files, &line("encrypt", ns)).unwrap();
            figures.read(Program::Files, &line("encrypt bytes", 3e6)).unwrap();
        }
        let page = made(&FILES, &figures, &machine).unwrap();
        assert!(page.contains("| rage | 1000 ms | 2.0 × | – | 2.9 MiB |"), "{page}");
        assert!(!page.contains("{{"), "{page}");
    }

    /// What the page that everybody sees first says of others is what the page of measurements says.
    #[test]
    fn the_ratios_of_readme_are_those_of_the_page() {
        let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
        let (readme, page) = (read("README.md"), read(PERFORMANCE.path));
        for (beside, line) in [
            ("OpenBao's Transit over HTTP, text", "| Vault's Transit"),
            ("Tink AES-256-GCM and base64, text", "| Tink"),
            ("Fernet, text", "| Fernet"),
        ] {
            let row = page.lines().find(|row| row.starts_with(&format!("| Python | {beside} |"))).unwrap();
            let small = row.split('|').nth(3).unwrap().trim().replace(", ", " and ");
            let line = readme.lines().find(|text| text.starts_with(line)).unwrap();
            assert!(line.contains(&format!("| {small} ×")), "{line} does not say {small}");
        }
    }
}
