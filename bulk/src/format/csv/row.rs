//! One row, byte for byte as it stands in the file.
//!
//! What is not worked on is written as it was read, quotes included: programs such as PostgreSQL and DuckDB
//! tell nothing, which has no quotes, from an empty text, which has them.

use crate::place::{Column, Place};
use std::borrow::Cow;

/// A row with where its cells end. The first one begins at 0, each other one after the delimiter behind the
/// one before.
#[derive(Default)]
pub struct Row {
    /// With the line end, if it has one.
    pub(super) raw: Vec<u8>,
    pub(super) cells: Vec<usize>,
    /// From 1 below the header.
    pub(super) number: u64,
    pub(super) line: u64,
}

impl Row {
    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell as it stands in the file.
    fn cell(&self, index: usize) -> &[u8] {
        let (begin, end) = (self.begin(index), self.cells.get(index).copied().unwrap_or_default());
        self.raw.get(begin..end).unwrap_or_default()
    }

    fn begin(&self, index: usize) -> usize {
        index.checked_sub(1).and_then(|before| self.cells.get(before)).map_or(0, |end| end + 1)
    }

    /// Whether a cell stands in quotes.
    pub(crate) fn is_quoted(&self, index: usize) -> bool {
        self.cell(index).first() == Some(&b'"')
    }

    /// What a cell holds.
    pub(crate) fn content(&self, index: usize) -> Cow<'_, [u8]> {
        let cell = self.cell(index);
        let Some(inner) = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")) else {
            return Cow::Borrowed(cell);
        };
        if memchr::memchr(b'"', inner).is_none() {
            return Cow::Borrowed(inner);
        }
        let mut content = Vec::with_capacity(inner.len());
        let mut rest = inner;
        // The guard let only doubled ones through.
        while let Some(at) = memchr::memchr(b'"', rest) {
            content.extend_from_slice(rest.get(..=at).unwrap_or_default());
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        content.extend_from_slice(rest);
        Cow::Owned(content)
    }

    /// What every cell holds.
    pub(crate) fn contents(&self) -> impl Iterator<Item = Cow<'_, [u8]>> {
        (0..self.len()).map(|index| self.content(index))
    }

    /// Writes the row with new contents of some cells, in the order of the cells; one behind the last is
    /// added. A cell that stood in quotes still does, and an empty one does where that is asked for.
    pub(crate) fn rewrite<'a>(
        &self,
        new: impl IntoIterator<Item = (usize, &'a [u8])>,
        delimiter: u8,
        quote_empty: bool,
        out: &mut Vec<u8>,
    ) {
        let mut written = 0;
        for (index, content) in new {
            if index >= self.len() {
                let end = self.cells.last().copied().unwrap_or_default();
                out.extend_from_slice(self.raw.get(written..end).unwrap_or_default());
                out.push(delimiter);
                write_cell(content, self.needs_quotes(content, delimiter), out);
                written = end;
                continue;
            }
            out.extend_from_slice(self.raw.get(written..self.begin(index)).unwrap_or_default());
            let quotes = self.is_quoted(index)
                || self.needs_quotes(content, delimiter)
                || (quote_empty && content.is_empty());
            write_cell(content, quotes, out);
            written = self.cells.get(index).copied().unwrap_or_default();
        }
        out.extend_from_slice(self.raw.get(written..).unwrap_or_default());
    }

    /// Whether a content would not be read again as it is without quotes. In a table of one column an empty
    /// cell would be a blank line.
    pub(crate) fn needs_quotes(&self, content: &[u8], delimiter: u8) -> bool {
        let special = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n');
        content.iter().any(special) || (content.is_empty() && self.len() == 1)
    }

    pub(crate) fn place(&self) -> Place {
        Place { row: self.number, line: self.line, column: Column::Whole }
    }
}

fn write_cell(content: &[u8], quotes: bool, out: &mut Vec<u8>) {
    if !quotes {
        return out.extend_from_slice(content);
    }
    out.push(b'"');
    for piece in content.split_inclusive(|byte| *byte == b'"') {
        out.extend_from_slice(piece);
        if piece.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::super::guard::Guard;
    use super::*;

    fn row(text: &str) -> Row {
        let (mut guard, mut row) = (Guard::new(b','), Row::default());
        if !guard.take(text.as_bytes(), &mut row).unwrap().1 {
            assert!(guard.end(&mut row).unwrap());
        }
        row
    }

    #[test]
    fn cells_are_found_and_rewritten() {
        for end in ["\n", "\r\n", ""] {
            let row = row(&format!("a,\"\",,\"b\"\"\n,\"\"\"\"\",5\" pipe{end}"));
            let contents: Vec<Vec<u8>> = row.contents().map(Cow::into_owned).collect();
            assert_eq!(contents, [&b"a"[..], b"", b"", b"b\"\n,\"\"", b"5\" pipe"]);
            assert_eq!(
                (0..5).map(|index| row.is_quoted(index)).collect::<Vec<_>>(),
                [false, true, false, true, false]
            );
            let rewritten = |new: &[(usize, &[u8])]| {
                let mut out = Vec::new();
                row.rewrite(new.iter().copied(), b',', false, &mut out);
                String::from_utf8(out).unwrap()
            };
            assert_eq!(rewritten(&[]).as_bytes(), row.raw);
            let new: [(usize, &[u8]); 5] = [(0, b"x,y"), (1, b"1"), (2, b"2"), (3, b""), (4, b"\"")];
            assert_eq!(rewritten(&new), format!("\"x,y\",\"1\",2,\"\",\"\"\"\"{end}"));
            let added = rewritten(&[(4, b"4"), (5, b"x,y")]);
            assert_eq!(added, format!("a,\"\",,\"b\"\"\n,\"\"\"\"\",4,\"x,y\"{end}"));
        }
        assert!(row("\"\"\n").needs_quotes(b"", b',') && !row(",\n").needs_quotes(b"", b','));
    }
}
