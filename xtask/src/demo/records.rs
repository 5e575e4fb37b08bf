//! Tables as a reader sees them that has nothing to do with the program.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use csv::{ByteRecord, Reader, ReaderBuilder, WriterBuilder};

fn reader(path: &Path, delimiter: u8) -> Result<Reader<std::fs::File>> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_path(path)
        .context("cannot read a table")
}

/// How many rows of two tables are equal, of how many; the header has to be.
pub(super) fn equal_rows(one: &Path, other: &Path, delimiter: u8) -> Result<(u64, u64)> {
    let (mut one, mut other) =
        (reader(one, delimiter)?.into_byte_records(), reader(other, delimiter)?.into_byte_records());
    ensure!(one.next().transpose()? == other.next().transpose()?, "the headers differ");
    let (mut equal, mut rows) = (0, 0);
    loop {
        match (one.next().transpose()?, other.next().transpose()?) {
            (None, None) => return Ok((equal, rows)),
            (one, other) => {
                equal += u64::from(one == other);
                rows += 1;
            }
        }
    }
}

/// The first rows, of some columns, as lines for people.
pub(super) fn first_rows(path: &Path, delimiter: u8, columns: &[&str]) -> Result<Vec<String>> {
    let mut records = reader(path, delimiter)?.into_byte_records();
    let header = records.next().transpose()?.context("the table is empty")?;
    let positions: Vec<usize> =
        columns.iter().filter_map(|name| header.iter().position(|cell| cell == name.as_bytes())).collect();
    let rows = std::iter::once(Ok(header)).chain(records.take(3)).collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| positions.iter().map(|&at| shown(row.get(at).unwrap_or_default())).collect())
        .collect();
    let width = |at: usize| {
        rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let line = |row: &Vec<String>| {
        row.iter()
            .enumerate()
            .map(|(at, cell)| format!("{cell:<width$}  ", width = width(at)))
            .collect::<String>()
    };
    Ok(rows.iter().map(|row| line(row).trim_end().to_owned()).collect())
}

/// A cell on one line, and not too much of it.
fn shown(cell: &[u8]) -> String {
    const MOST: usize = 32;
    let text: String =
        String::from_utf8_lossy(cell).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST - 1).chain(['…']).collect() }
}

/// A copy of the first rows in which the cells of `column` have changed places between the first row and the
/// next that differs from it in the column `of`, if there is one.
pub(super) fn exchange(path: &Path, copy: &Path, delimiter: u8, column: &str, of: &str) -> Result<bool> {
    let mut rows =
        reader(path, delimiter)?.into_byte_records().take(1000).collect::<Result<Vec<ByteRecord>, _>>()?;
    let position =
        |name: &str| rows.first().and_then(|header| header.iter().position(|cell| cell == name.as_bytes()));
    let (Some(column), Some(of)) = (position(column), position(of)) else { return Ok(false) };
    let Some(other) = rows
        .iter()
        .skip(2)
        .position(|row| row.get(of) != rows.get(1).and_then(|first| first.get(of)))
        .map(|at| at + 2)
    else {
        return Ok(false);
    };
    let with = |row: &ByteRecord, cell: &[u8]| {
        row.iter().enumerate().map(|(at, old)| if at == column { cell } else { old }).collect::<ByteRecord>()
    };
    let exchanged = (
        with(&rows[1], rows[other].get(column).unwrap_or_default()),
        with(&rows[other], rows[1].get(column).unwrap_or_default()),
    );
    (rows[1], rows[other]) = exchanged;
    write(copy, delimiter, &rows)?;
    Ok(true)
}

/// A copy of the first rows in which two cells of the first row have changed places.
pub(super) fn exchange_columns(
    path: &Path,
    copy: &Path,
    delimiter: u8,
    one: &str,
    other: &str,
) -> Result<bool> {
    let mut rows =
        reader(path, delimiter)?.into_byte_records().take(1000).collect::<Result<Vec<ByteRecord>, _>>()?;
    let position =
        |name: &str| rows.first().and_then(|header| header.iter().position(|cell| cell == name.as_bytes()));
    let (Some(one), Some(other), Some(row)) = (position(one), position(other), rows.get(1)) else {
        return Ok(false);
    };
    let from = |at: usize| {
        if at == one {
            other
        } else if at == other {
            one
        } else {
            at
        }
    };
    rows[1] = (0..row.len()).map(|at| row.get(from(at)).unwrap_or_default()).collect();
    write(copy, delimiter, &rows)?;
    Ok(true)
}

fn write(path: &Path, delimiter: u8, rows: &[ByteRecord]) -> Result<()> {
    let mut writer = WriterBuilder::new().delimiter(delimiter).from_path(path)?;
    for row in rows {
        writer.write_byte_record(row)?;
    }
    Ok(writer.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(folder: &tempfile::TempDir, name: &str, text: &str) -> std::path::PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn rows_are_compared_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let one = table(&folder, "one.csv", "a,b\n1,2\n3,\"4\n5\"\n");
        for (text, equal) in [
            ("a,b\n\"1\",2\n3,\"4\n5\"\n", Some((2, 2))),
            ("a,b\n1,2\n3,\"4\r\n5\"\n", Some((1, 2))),
            ("a,b\n1,2\n", Some((1, 2))),
            ("a,b\n1,2\n3,\"4\n5\"\n6,7\n", Some((2, 3))),
            ("a,c\n1,2\n", None),
            ("a,b\n1,2,3\n", Some((0, 2))),
        ] {
            assert_eq!(equal_rows(&one, &table(&folder, "other.csv", text), b',').ok(), equal, "{text}");
        }
    }

    #[test]
    fn cells_change_places() {
        let folder = tempfile::tempdir().unwrap();
        let one = table(&folder, "one.csv", "id,v\n1,a\n1,b\n2,c\n");
        let other = folder.path().join("other.csv");
        assert!(exchange(&one, &other, b',', "v", "id").unwrap());
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "id,v\n1,c\n1,b\n2,a\n");
        let one = table(&folder, "one.csv", "id,v\n1,a\n1,b\n");
        assert!(!exchange(&one, &other, b',', "v", "id").unwrap());
        let one = table(&folder, "one.csv", "id,v,w\n1,a,b\n2,c,d\n");
        assert!(exchange_columns(&one, &other, b',', "v", "w").unwrap());
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "id,v,w\n1,b,a\n2,c,d\n");
        assert!(!exchange_columns(&one, &other, b',', "v", "x").unwrap());
    }
}
