//! NDJSON: one JSON object (RFC 8259) a line, in UTF-8.
//!
//! A row is a line, a column a member of its object, and a cell the value of that member: a string. `null`
//! and a missing member are nothing, and stay as they are.

mod line;

use super::start::{self, Input, MARK, Start};
use super::{Extensible, Format, NewCell};
use crate::error::{CellFault, Error, Fault, NdjsonFault};
use crate::limits::{MAX_CELL, MAX_ROW};
use crate::place::{Column, Place};
use crate::source::{Content, Source};
use std::io::{BufRead, ErrorKind, Read};

pub use line::Line;

/// An NDJSON file, open at its first line.
pub struct Ndjson<R> {
    input: Input<R>,
    keep_empty: bool,
    /// A UTF-8 byte order mark stood in front.
    mark: bool,
    /// The members that were asked for, and whether a line had each of them.
    wanted: Vec<String>,
    seen: Vec<bool>,
    /// How many lines were read.
    lines: u64,
    /// What stood after the last line: blank ones.
    rest: Vec<u8>,
}

impl<R: Read> Ndjson<R> {
    /// Looks at what the file begins with. `keep_empty` says that an empty text is nothing too, instead of
    /// being a value as any other.
    ///
    /// # Errors
    /// The file cannot be read, or is UTF-16 or an archive.
    pub fn open(input: R, keep_empty: bool) -> Result<Self, Error> {
        let (start, input) = start::look(input)?;
        let mark = match start {
            Start::Utf16 => return Err(NdjsonFault::Utf16.into()),
            Start::Archive => return Err(NdjsonFault::Archive.into()),
            Start::Empty => false,
            Start::Text { mark } => mark,
        };
        let (wanted, seen) = (Vec::new(), Vec::new());
        Ok(Self { input, keep_empty, mark, wanted, seen, lines: 0, rest: Vec::new() })
    }

    /// The next line, with its end if it has one; empty at the end of the file.
    fn raw(&mut self) -> Result<Vec<u8>, Error> {
        let mut raw = Vec::new();
        loop {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Fault::Read(error).into()),
            };
            let end = memchr::memchr(b'\n', bytes);
            let taken = end.map_or(bytes.len(), |at| at + 1);
            raw.extend_from_slice(bytes.get(..taken).unwrap_or_default());
            self.input.consume(taken);
            if raw.len() > MAX_ROW {
                return Err(self.error(NdjsonFault::LineTooLarge));
            }
            if end.is_some() || taken == 0 {
                return Ok(raw);
            }
        }
    }

    /// Blank lines up to the next one that is not.
    fn skip(&mut self) -> Result<Vec<u8>, Error> {
        loop {
            let raw = self.raw()?;
            if raw.is_empty() {
                return Ok(raw);
            }
            match (is_blank(&raw), self.rest.is_empty()) {
                (false, true) => return Ok(raw),
                (false, false) => return Err(self.error(NdjsonFault::BlankLine)),
                (true, _) if self.rest.len() + raw.len() > MAX_ROW => {
                    return Err(self.error(NdjsonFault::LineTooLarge));
                }
                (true, _) => self.rest.extend_from_slice(&raw),
            }
        }
    }

    /// About the line after the last one that was read.
    fn error(&self, fault: NdjsonFault) -> Error {
        let number = self.lines + 1;
        Error::from(fault).at(Place { row: number, line: number, column: Column::Whole })
    }
}

impl<R: Read> Extensible for Ndjson<R> {
    /// No line needs to have it.
    fn find_or_add(&mut self, name: &str) -> Result<usize, Error> {
        let position = self.find(name)?;
        if let Some(seen) = self.seen.get_mut(position) {
            *seen = true;
        }
        Ok(position)
    }

    /// A line that lacks the member needs none for what holds nothing.
    fn written<'r>(&'r self, line: &'r Line, position: usize) -> Result<Option<Content<'r>>, CellFault> {
        line.content(position).map(Some)
    }

    fn put(&self, line: &Line, cell: NewCell<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        if cell.content.is_empty() {
            let Some(value) = line.value(cell.position) else { return self.keep(line, out) };
            out.extend_from_slice(line.raw.get(..value.start).unwrap_or_default());
            out.extend_from_slice(b"null");
            out.extend_from_slice(line.raw.get(value.end..).unwrap_or_default());
            return Ok(());
        }
        if line.value(cell.position).is_some() {
            return self.rewrite(line, &[cell], out);
        }
        let (before, behind) = line.split_at_end();
        out.extend_from_slice(before);
        if !before.trim_ascii_end().ends_with(b"{") {
            out.push(b',');
        }
        let write = |out: &mut Vec<u8>, text| {
            serde_json::to_writer(out, text).map_err(|error| Error::from(Fault::Write(error.into())))
        };
        write(out, cell.column)?;
        out.push(b':');
        write(out, cell.content)?;
        out.extend_from_slice(behind);
        Ok(())
    }

    fn keep(&self, line: &Line, out: &mut Vec<u8>) -> Result<(), Error> {
        self.rewrite(line, &[], out)
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

impl<R: Read> Source for Ndjson<R> {
    type Row = Line;

    /// A line may lack a member. That none has it is said at the end.
    fn find(&mut self, name: &str) -> Result<usize, Error> {
        let known = self.wanted.iter().position(|wanted| wanted == name);
        Ok(known.unwrap_or_else(|| {
            self.wanted.push(name.to_owned());
            self.seen.push(false);
            self.wanted.len() - 1
        }))
    }

    fn next_row(&mut self) -> Result<Option<Line>, Error> {
        let raw = self.skip()?;
        if raw.is_empty() {
            let mut names = self.wanted.iter().zip(&self.seen);
            return match names.find(|(_, seen)| self.lines > 0 && !**seen) {
                Some((name, _)) => Err(NdjsonFault::NoMember(name.clone()).into()),
                None => Ok(None),
            };
        }
        let line = Line::parse(raw, self.lines + 1, &self.wanted).map_err(|(fault, position)| {
            let name = position.and_then(|position| self.wanted.get(position));
            let error = self.error(fault);
            match (name, error.place().cloned()) {
                (Some(name), Some(place)) => error.at(place.column(name)),
                _ => error,
            }
        })?;
        for (position, (name, seen)) in self.wanted.iter().zip(&mut self.seen).enumerate() {
            let Some(value) = line.value(position) else { continue };
            *seen = true;
            if value.len() > MAX_CELL {
                return Err(Error::from(NdjsonFault::CellTooLarge).at(line.place().column(name)));
            }
        }
        self.lines += 1;
        Ok(Some(line))
    }

    fn content<'r>(&'r self, line: &'r Line, position: usize) -> Result<Content<'r>, CellFault> {
        Ok(match line.content(position)? {
            Content::Text(text) if text.is_empty() && self.keep_empty => Content::Nothing,
            content => content,
        })
    }

    fn place(&self, line: &Line) -> Place {
        line.place()
    }

    fn names(&self, line: &Line) -> Vec<String> {
        line.names()
    }

    fn size(&self, line: &Line) -> usize {
        line.raw.len()
    }
}

impl<R: Read> Format for Ndjson<R> {
    fn begin(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.mark { MARK } else { b"" });
    }

    fn rewrite(&self, line: &Line, new: &[NewCell<'_>], out: &mut Vec<u8>) -> Result<(), Error> {
        let place = |cell: &NewCell<'_>| line.place().column(cell.column);
        // A line need not have its members in the order in which they were asked for.
        let mut cells: Vec<_> =
            new.iter().filter_map(|cell| Some((line.value(cell.position)?.clone(), cell))).collect();
        cells.sort_by_key(|(value, _)| value.start);
        let mut written = 0;
        for (value, cell) in cells {
            out.extend_from_slice(line.raw.get(written..value.start).unwrap_or_default());
            let before = out.len();
            serde_json::to_writer(&mut *out, cell.content).map_err(|error| Fault::Write(error.into()))?;
            if out.len() - before > MAX_CELL {
                return Err(Error::from(CellFault::TooLarge).at(place(cell)));
            }
            written = value.end;
        }
        out.extend_from_slice(line.raw.get(written..).unwrap_or_default());
        Ok(())
    }

    fn end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.rest);
    }
}
