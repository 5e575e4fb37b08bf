//! Tables in Markdown, whose columns are merged where they say the same.

use std::fmt::Write;
use strongroom::Error;

/// What came of a call: `works`, or the name of the refusal.
pub(crate) fn outcome<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "works".to_owned(),
        Err(error) => format!("`{}`", error.name()),
    }
}

/// A column: what it is about, and a cell for each row.
pub(crate) struct Column {
    pub(crate) label: String,
    pub(crate) cells: Vec<String>,
}

/// The table. Columns that have the same cells become one, with all their labels.
pub(crate) fn table(corner: &str, rows: &[String], columns: Vec<Column>) -> String {
    let mut merged: Vec<Column> = Vec::new();
    for column in columns {
        assert_eq!(column.cells.len(), rows.len(), "{}: a cell for each row", column.label);
        match merged.iter_mut().find(|other| other.cells == column.cells) {
            Some(other) => write!(other.label, "<br>{}", column.label).unwrap(),
            None => merged.push(column),
        }
    }
    let mut text = format!("| {corner} |");
    merged.iter().for_each(|column| write!(text, " {} |", column.label).unwrap());
    write!(text, "\n|{}\n", "---|".repeat(merged.len() + 1)).unwrap();
    for (at, row) in rows.iter().enumerate() {
        write!(text, "| {row} |").unwrap();
        merged.iter().for_each(|column| write!(text, " {} |", column.cells[at]).unwrap());
        text.push('\n');
    }
    text
}
