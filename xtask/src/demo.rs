//! `cargo xtask demo`: a table is encrypted, its key rotated, the table rewrapped and decrypted, and compared
//! with what it was.

mod arguments;
mod program;
mod records;

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::Value;

use arguments::Subject;
use program::Program;

use crate::pairs::Drivers;
use crate::step::{command, output};

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let subject = Subject::new(arguments)?;
    eprintln!("Building the program as it would be released; the first time this takes a minute or two.");
    let program = Program::build()?;
    Demo { subject, program, step: 0 }.run()
}

struct Demo {
    subject: Subject,
    program: Program,
    step: u32,
}

const KEY: &str = "demo";
const CUSTOMERS: &str = "examples/customers.csv";

impl Demo {
    fn run(mut self) -> Result<()> {
        println!("\nStrongroom on {}\n", self.subject.name);
        let original = self.subject.path.clone();
        let (table, plain) = (self.program.file("table.csv"), self.program.file("plain.csv"));

        self.step("Create a keyring, which is a folder of sealed files, and a key in it");
        self.program.run(&["init", "--new-root-key-file", "root-key"])?;
        println!("     $ strongroom init --new-root-key-file root-key");
        let mut create = vec!["key", "create", KEY];
        if self.subject.context_column.is_some() {
            create.push("--derived");
        }
        self.print(&create)?;

        self.step(&format!("Encrypt {}", self.meaning()));
        self.show(&original)?;
        println!();
        self.work("encrypt", &original.display().to_string(), &self.subject.name, Some("table.csv"))?;
        println!();
        self.show(&table)?;

        self.forge(&table)?;

        self.step("Rotate the key: new version, nothing lost");
        self.print(&["key", "rotate", KEY])?;
        self.count(1)?;

        self.step("Rewrap the table: every ciphertext is opened and encrypted under the new version");
        self.work("rewrap", "table.csv", "table.csv", None)?;
        self.count(2)?;

        self.step("Rewrap it again: what is up to date is checked, and the file is left as it is");
        let again = self.work("rewrap", "table.csv", "table.csv", None)?;
        ensure!(
            again["written"] == false && again["changed"] == 0,
            "a table that was up to date was written again"
        );

        self.step("Decrypt it, and compare with the original record by record");
        self.work("decrypt", "table.csv", "table.csv", Some("plain.csv"))?;
        let (equal, rows) = records::equal_rows(&original, &plain, self.subject.delimiter_byte())?;
        println!("\n     {} of {} rows equal", grouped(equal), grouped(rows));
        ensure!(equal == rows, "{} rows differ", rows - equal);

        self.languages(&original, &table)?;

        println!(
            "\nAll of it was in a temporary folder, which is gone now; {} was only read.",
            self.subject.name
        );
        if self.subject.name == CUSTOMERS {
            println!(
                "Your own table: cargo xtask demo FILE.csv --column NAME [--context-column NAME] [--aad-column NAME]"
            );
        }
        Ok(())
    }

    /// Exchanges ciphertexts as a forger might who can write the table: between rows, and between columns of
    /// one row.
    fn forge(&mut self, table: &Path) -> Result<()> {
        let (forged, delimiter) = (self.program.file("forged.csv"), self.subject.delimiter_byte());
        let (aad, columns) = (self.subject.aad_column.clone(), self.subject.columns.clone());
        if let (Some(aad), [column, ..]) = (aad, columns.as_slice())
            && records::exchange(table, &forged, delimiter, column, &aad)?
        {
            self.step(&format!(
                "Exchange {column} between two rows, as a forger might: it does not open any more"
            ));
            self.refused()?;
        }
        if let [one, other, ..] = columns.as_slice()
            && records::exchange_columns(table, &forged, delimiter, one, other)?
        {
            self.step(&format!("Exchange {one} and {other} of one row: that does not open either"));
            self.refused()?;
        }
        Ok(())
    }

    fn refused(&self) -> Result<()> {
        let mut command =
            vec!["decrypt", KEY, "--csv", "forged.csv"].into_iter().map(str::to_owned).collect::<Vec<_>>();
        command.extend(self.subject.options());
        println!("     $ strongroom {}", written(&command));
        for line in self.program.refused(&command)?.lines() {
            println!("     {line}");
        }
        Ok(())
    }

    /// Shows the folder from the other languages.
    fn languages(&mut self, original: &Path, table: &Path) -> Result<()> {
        // The story reads tables as they usually are, and one of a person's own may be larger than its pace
        // is for.
        if self.subject.name != CUSTOMERS {
            return Ok(());
        }
        eprintln!("\nBuilding the bindings for the other languages; the first time this takes some minutes.");
        let drivers = Drivers::build()?;
        self.step("The same folder in every language: Python rotates while Node decrypts, C rewraps, C++ opens, and all agree");
        let Subject { columns, context_column, aad_column, .. } = &self.subject;
        let column = |name: Option<&String>| name.cloned().unwrap_or_default();
        let mut story = command(&drivers.python);
        story
            .arg("bindings/story.py")
            .arg(self.program.file("keyring"))
            .arg(self.program.file("root-key"))
            .arg(KEY)
            .arg(table)
            .arg(original);
        let names = [columns.first(), columns.get(1), context_column.as_ref(), aad_column.as_ref()];
        story.args(names.map(column)).args(&drivers.commands);
        print!("{}", String::from_utf8(output(&mut story)?)?);
        Ok(())
    }

    fn step(&mut self, what: &str) {
        self.step += 1;
        println!("{}{}. {what}\n", if self.step == 1 { "" } else { "\n" }, self.step);
    }

    /// What the encryption is bound to, in words.
    fn meaning(&self) -> String {
        let mut text = self.subject.columns.join(" and ");
        if let Some(context) = &self.subject.context_column {
            text += &format!("; each {context} has a subkey of its own");
        }
        if let Some(aad) = &self.subject.aad_column {
            text += &format!("; each ciphertext opens with the {aad} of its row only");
        }
        if self.subject.columns.len() > 1 {
            text += ", and in its own column";
        }
        text
    }

    /// The first three rows of the columns that matter.
    fn show(&self, table: &Path) -> Result<()> {
        let Subject { columns, context_column, aad_column, .. } = &self.subject;
        let mut shown: Vec<&str> =
            aad_column.iter().chain(context_column).chain(columns).map(String::as_str).collect();
        shown.dedup();
        for line in records::first_rows(table, self.subject.delimiter_byte(), &shown)? {
            println!("     {line}");
        }
        Ok(())
    }

    fn print(&self, arguments: &[&str]) -> Result<()> {
        println!("     $ strongroom {}", arguments.join(" "));
        for line in self.program.print(arguments)?.lines() {
            println!("     {line}");
        }
        Ok(())
    }

    /// Runs a verb on a table, and says how fast it was: reading, writing and forcing to disk included,
    /// starting the program not.
    fn work(&self, verb: &str, table: &str, shown: &str, out: Option<&str>) -> Result<Value> {
        let rest: Vec<String> = self
            .subject
            .options()
            .into_iter()
            .chain(out.iter().flat_map(|out| ["--out".to_owned(), (*out).to_owned()]))
            .collect();
        let command = |table: &str| {
            [verb, KEY, "--csv", table].map(str::to_owned).into_iter().chain(rest.clone()).collect::<Vec<_>>()
        };
        println!("     $ strongroom {}", written(&command(shown)));
        let answer = self.program.run(&command(table))?;
        let number = |name: &str| answer[name].as_u64().unwrap_or_default();
        let (rows, changed, current) = (number("rows"), number("changed"), number("up_to_date"));
        let seconds = answer["seconds"].as_f64().unwrap_or_default();
        #[allow(clippy::cast_possible_truncation, reason = "rows in a second are few")]
        let rate = |count: u64| grouped((count as f64 / seconds.max(1e-9)).round() as u64);
        let what = match (changed, current) {
            (0, 1..) => format!("{} values up to date", grouped(current)),
            (_, 0) if verb == "rewrap" => format!("{} values rewrapped", grouped(changed)),
            (_, 0) => format!("{} values {verb}ed", grouped(changed)),
            _ => format!("{} values rewrapped, {} up to date", grouped(changed), grouped(current)),
        };
        println!(
            "     {} rows, {what} in {seconds:.3} s: {} values/s, {} rows/s",
            grouped(rows),
            rate(changed + current),
            rate(rows)
        );
        Ok(answer)
    }

    /// Shows how many ciphertexts there are of which version; all have to be of one.
    fn count(&self, version: u32) -> Result<()> {
        let options = self.subject.options();
        let command: Vec<String> = ["rewrap", KEY, "--csv", "table.csv", "--dry-run"]
            .map(str::to_owned)
            .into_iter()
            .chain(options)
            .collect();
        let answer = self.program.run(&command)?;
        println!("\n     $ strongroom {}", written(&command));
        for line in self.program.print(&command)?.lines().filter(|line| !line.is_empty()) {
            println!("     {line}");
        }
        let versions = answer["ciphertexts"]
            .as_object()
            .map(|all| all.keys().cloned().collect::<Vec<_>>())
            .unwrap_or_default();
        let none = answer["rows"] == 0;
        ensure!(
            none || versions == [version.to_string()],
            "there are ciphertexts of versions {versions:?}, not of {version} only"
        );
        Ok(())
    }
}

/// As a shell would need it.
fn written(arguments: &[String]) -> String {
    let plain =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_./=+,:@".contains(c));
    let quoted =
        |word: &String| if plain(word) { word.clone() } else { format!("'{}'", word.replace('\'', "'\\''")) };
    arguments.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// A number as people read it: `3,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_written_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            written(&["--column", "e mail", "o'clock", ""].map(str::to_owned)),
            "--column 'e mail' 'o'\\''clock' ''"
        );
    }
}
