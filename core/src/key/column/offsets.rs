//! Where values in one buffer begin and end.

use std::ops::Range;

/// Where each of `n` values begins and ends, as `n + 1` numbers of bytes from the start of the data: value
/// `i` lies from offset `i` to offset `i + 1`. No numbers at all are no values.
///
/// ```
/// use strongroom::{Offsets, Values};
/// assert_eq!(Values::new(b"41114242", &[0i64, 4, 8]).get(1), Some(b"4242".as_slice()));
/// assert!(matches!(Offsets::from(&[0i32, 4, 8]), Offsets::I32(_)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offsets<'a> {
    /// Of 32 bits, as in Arrow's binary and utf8: for up to 2^31 − 1 bytes of data.
    I32(&'a [i32]),
    /// Of 64 bits, as in its large binary and large utf8.
    I64(&'a [i64]),
}

impl Offsets<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::I32(offsets) => offsets.len(),
            Self::I64(offsets) => offsets.len(),
        }
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<usize> {
        match self {
            Self::I32(offsets) => usize::try_from(*offsets.get(index)?).ok(),
            Self::I64(offsets) => usize::try_from(*offsets.get(index)?).ok(),
        }
    }

    /// Those of some of the values.
    pub(super) fn part(&self, values: Range<usize>) -> Self {
        match self {
            Self::I32(offsets) => Self::I32(offsets.get(values.start..=values.end).unwrap_or_default()),
            Self::I64(offsets) => Self::I64(offsets.get(values.start..=values.end).unwrap_or_default()),
        }
    }

    /// Whether they begin at 0 or above, never fall, and end within so many bytes.
    pub(super) fn are_proper(&self, len: usize) -> bool {
        let rise = match self {
            Self::I32(offsets) => offsets.first().is_none_or(|first| *first >= 0) && offsets.is_sorted(),
            Self::I64(offsets) => offsets.first().is_none_or(|first| *first >= 0) && offsets.is_sorted(),
        };
        rise && (self.len() == 0 || self.get(self.len() - 1).is_some_and(|last| last <= len))
    }
}

impl<'a> From<&'a [i32]> for Offsets<'a> {
    fn from(offsets: &'a [i32]) -> Self {
        Self::I32(offsets)
    }
}

impl<'a> From<&'a [i64]> for Offsets<'a> {
    fn from(offsets: &'a [i64]) -> Self {
        Self::I64(offsets)
    }
}

impl<'a> From<&'a Vec<i32>> for Offsets<'a> {
    fn from(offsets: &'a Vec<i32>) -> Self {
        Self::I32(offsets)
    }
}

impl<'a> From<&'a Vec<i64>> for Offsets<'a> {
    fn from(offsets: &'a Vec<i64>) -> Self {
        Self::I64(offsets)
    }
}

impl<'a, const N: usize> From<&'a [i32; N]> for Offsets<'a> {
    fn from(offsets: &'a [i32; N]) -> Self {
        Self::I32(offsets)
    }
}

impl<'a, const N: usize> From<&'a [i64; N]> for Offsets<'a> {
    fn from(offsets: &'a [i64; N]) -> Self {
        Self::I64(offsets)
    }
}

impl<'a> From<&'a OffsetBuffer> for Offsets<'a> {
    fn from(offsets: &'a OffsetBuffer) -> Self {
        match offsets {
            OffsetBuffer::I32(offsets) => Self::I32(offsets),
            OffsetBuffer::I64(offsets) => Self::I64(offsets),
        }
    }
}

/// Offsets of a column that was made.
///
/// ```
/// use strongroom::{OffsetBuffer, Values};
/// let offsets = OffsetBuffer::I64(vec![0, 4, 8]);
/// assert_eq!(Values::new(b"41114242", &offsets).get(1), Some(b"4242".as_slice()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OffsetBuffer {
    /// Of 32 bits.
    I32(Vec<i32>),
    /// Of 64 bits.
    I64(Vec<i64>),
}
