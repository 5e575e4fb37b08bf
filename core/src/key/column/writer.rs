//! Writing a column, value behind value.

use super::{Column, ColumnError, NewColumn, OffsetBuffer, Offsets};
use crate::Error;
use crate::error::invalid;

/// How many bytes the result for a column takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) most: usize,
    /// Unless values are refused.
    pub(crate) least: usize,
}

/// A column that is being made.
pub(crate) struct Writer<'a> {
    memory: Room<'a>,
    /// How many bytes are written.
    at: usize,
    offsets: OffsetBuffer,
    validity: Option<Vec<u8>>,
    len: usize,
    refused: Vec<(usize, Error)>,
    refused_as_null: bool,
}

/// Where the values go.
enum Room<'a> {
    /// As many bytes as are needed. They are not secret: what they grow out of is not wiped.
    Growing(Vec<u8>),
    Fixed(&'a mut [u8]),
}

impl<'a> Writer<'a> {
    /// Into memory that grows.
    pub(crate) fn growing(column: &Column<'_>) -> Self {
        Self::new(column, Room::Growing(Vec::new()))
    }

    /// Into memory that is there.
    pub(crate) fn fixed(column: &Column<'_>, out: &'a mut [u8]) -> Self {
        Self::new(column, Room::Fixed(out))
    }

    fn new(column: &Column<'_>, memory: Room<'a>) -> Self {
        let len = column.len();
        let offsets = match column.values().offsets() {
            Offsets::I32(_) => OffsetBuffer::I32(first(len)),
            Offsets::I64(_) => OffsetBuffer::I64(first(len)),
        };
        let refused_as_null = column.turns_refused_into_null();
        Self { memory, at: 0, offsets, validity: None, len, refused: Vec::new(), refused_as_null }
    }

    /// Makes room, or refuses what has none, before anything is done.
    pub(crate) fn prepare(&mut self, extent: Extent) -> Result<(), Error> {
        let Extent { most: needed, least } = extent;
        if least > self.limit() {
            return Err(TOO_LARGE);
        }
        match &mut self.memory {
            Room::Growing(memory) => *memory = vec![0; needed],
            Room::Fixed(memory) if memory.len() < needed => return Err(Error::BufferTooSmall { needed }),
            Room::Fixed(_) => {}
        }
        Ok(())
    }

    /// Memory for the next value.
    #[inline]
    pub(crate) fn room(&mut self, needed: usize) -> Result<&mut [u8], Error> {
        let end = self.at.checked_add(needed).filter(|end| *end <= self.limit()).ok_or(TOO_LARGE)?;
        match &mut self.memory {
            Room::Growing(memory) => {
                if end > memory.len() {
                    memory.resize(end.max(memory.len() / 2 * 3), 0);
                }
                Ok(memory.get_mut(self.at..end).unwrap_or_default())
            }
            Room::Fixed(memory) => {
                memory.get_mut(self.at..end).ok_or_else(|| Error::BufferTooSmall { needed: end })
            }
        }
    }

    /// The next value is there, in the first bytes of its room.
    #[inline]
    pub(crate) fn put(&mut self, len: usize) {
        self.at += len;
        // The limit has seen to it that every offset is a number of its width.
        match &mut self.offsets {
            OffsetBuffer::I32(offsets) => offsets.push(i32::try_from(self.at).unwrap_or(i32::MAX)),
            OffsetBuffer::I64(offsets) => offsets.push(i64::try_from(self.at).unwrap_or(i64::MAX)),
        }
    }

    /// The next value is null.
    pub(crate) fn put_null(&mut self) {
        let index = self.written();
        let len = self.len;
        let bitmap = self.validity.get_or_insert_with(|| {
            let mut bitmap = vec![0xFF; len.div_ceil(8)];
            if let Some(last) = bitmap.last_mut().filter(|_| !len.is_multiple_of(8)) {
                *last >>= 8 - len % 8;
            }
            bitmap
        });
        if let Some(byte) = bitmap.get_mut(index / 8) {
            *byte &= !(1 << (index % 8));
        }
        self.put(0);
    }

    /// The next value is refused: it becomes null, or ends the call.
    pub(crate) fn refuse(&mut self, error: Error) -> Result<(), ColumnError> {
        if self.is_of_all(&error) {
            return Err(error.into());
        }
        let index = self.written();
        if !self.refused_as_null {
            return Err(ColumnError { index: Some(index), error });
        }
        self.refused.push((index, error));
        self.put_null();
        Ok(())
    }

    /// Whether an error speaks of the whole column and not of one value: there is no room for the result.
    pub(crate) fn is_of_all(&self, error: &Error) -> bool {
        *error == TOO_LARGE || matches!(error, Error::BufferTooSmall { .. })
    }

    /// How many values there are so far.
    pub(crate) fn written(&self) -> usize {
        match &self.offsets {
            OffsetBuffer::I32(offsets) => offsets.len() - 1,
            OffsetBuffer::I64(offsets) => offsets.len() - 1,
        }
    }

    fn limit(&self) -> usize {
        match self.offsets {
            OffsetBuffer::I32(_) => i32::MAX as usize,
            OffsetBuffer::I64(_) => isize::MAX as usize,
        }
    }

    /// Leaves nothing of what was written in memory of a caller's.
    pub(crate) fn wipe(self) {
        if let Room::Fixed(memory) = self.memory {
            memory.get_mut(..self.at).unwrap_or_default().fill(0);
        }
    }

    /// The column, and the memory if it grew.
    pub(crate) fn done(self) -> (NewColumn<usize>, Vec<u8>) {
        let Self { memory, at, offsets, validity, len: _, refused, refused_as_null: _ } = self;
        let memory = match memory {
            Room::Growing(mut memory) => {
                memory.truncate(at);
                memory.shrink_to_fit();
                memory
            }
            Room::Fixed(_) => Vec::new(),
        };
        (NewColumn { values: at, offsets, validity, refused }, memory)
    }
}

/// The first offset, and room for the others.
fn first<T: Default>(len: usize) -> Vec<T> {
    let mut offsets = Vec::with_capacity(len + 1);
    offsets.push(T::default());
    offsets
}

const TOO_LARGE: Error = Error::InvalidOption { reason: invalid::COLUMN_TOO_LARGE };
