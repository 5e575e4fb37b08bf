//! Whose table is shown, and which columns of it.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::step::root;

/// What `strongroom encrypt --csv` needs to know about a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) path: PathBuf,
    /// How the path is shown.
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) context_column: Option<String>,
    pub(super) aad_column: Option<String>,
    pub(super) delimiter: Option<String>,
}

impl Subject {
    /// The customers of the examples, unless something is given.
    pub(super) fn new(arguments: &[&str]) -> Result<Self> {
        if arguments.is_empty() {
            let name = "examples/customers.csv".to_owned();
            let columns = ["email", "iban"].map(str::to_owned).into();
            return Ok(Self {
                path: root().join(&name),
                name,
                columns,
                context_column: Some("tenant".to_owned()),
                aad_column: Some("id".to_owned()),
                delimiter: None,
            });
        }
        let mut subject = Self {
            path: PathBuf::new(),
            name: String::new(),
            columns: Vec::new(),
            context_column: None,
            aad_column: None,
            delimiter: None,
        };
        let mut words = arguments.iter();
        while let Some(&word) = words.next() {
            let mut value = || {
                words.next().map(|value| (*value).to_owned()).with_context(|| format!("{word} needs a value"))
            };
            match word {
                "--column" => subject.columns.push(value()?),
                "--context-column" => subject.context_column = Some(value()?),
                "--aad-column" => subject.aad_column = Some(value()?),
                "--delimiter" => subject.delimiter = Some(value()?),
                option if option.starts_with('-') => bail!("demo has no option {option}"),
                file if subject.name.is_empty() => subject.name = file.to_owned(),
                more => bail!("one table at a time; {more:?} is a second"),
            }
        }
        ensure!(!subject.name.is_empty(), "which table? give the name of a CSV file");
        ensure!(!subject.columns.is_empty(), "which columns are to be encrypted? name each with --column");
        subject.path = std::path::absolute(&subject.name)?;
        ensure!(subject.path.is_file(), "there is no file {}", subject.name);
        Ok(subject)
    }

    /// The columns as options, with or without those that have a say in the encryption.
    pub(super) fn options(&self) -> Vec<String> {
        let mut options: Vec<String> =
            self.columns.iter().flat_map(|name| ["--column".to_owned(), name.clone()]).collect();
        for (option, value) in [
            ("--context-column", &self.context_column),
            ("--aad-column", &self.aad_column),
            ("--delimiter", &self.delimiter),
        ] {
            options.extend(value.iter().flat_map(|value| [option.to_owned(), value.clone()]));
        }
        options
    }

    pub(super) fn delimiter_byte(&self) -> u8 {
        match self.delimiter.as_deref() {
            Some("tab") => b'\t',
            Some(text) => text.bytes().next().unwrap_or(b','),
            None => b',',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_subject_or_a_refusal() {
        let file = root().join("examples/customers.csv");
        let file = file.to_str().unwrap();
        let subject = Subject::new(&[
            "--column",
            "a b",
            file,
            "--aad-column",
            "id",
            "--column",
            "c",
            "--delimiter",
            ";",
        ])
        .unwrap();
        assert_eq!(
            subject.options(),
            ["--column", "a b", "--column", "c", "--aad-column", "id", "--delimiter", ";"]
        );
        assert_eq!((subject.path.as_path(), subject.delimiter_byte()), (std::path::Path::new(file), b';'));
        for (wrong, expected) in [
            (vec![file], "which columns"),
            (vec!["--column", "a"], "which table"),
            (vec![file, file, "--column", "a"], "one table"),
            (vec![file, "--column"], "needs a value"),
            (vec![file, "--colum", "a"], "no option --colum"),
            (vec!["nowhere.csv", "--column", "a"], "no file nowhere.csv"),
        ] {
            let error = Subject::new(&wrong).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
