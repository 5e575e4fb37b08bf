//! What a call about a column gives.

use super::{OffsetBuffer, Values};
use crate::{Error, SecretBytes};
use std::fmt;

/// A column that was made: the values in one buffer, with offsets of the width in which those of the input
/// were.
///
/// `T` is the buffer: bytes of ASCII text for ciphertexts, [`SecretBytes`] for plaintexts; or, where the
/// caller brings the buffer, the number of bytes that were written to it.
///
/// ```
/// use strongroom::{Column, KeySpec, Keyring, NewColumn, OffsetBuffer, Values};
/// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
/// let NewColumn { values, offsets, validity, .. } =
///     key.encrypt_column(&Column::new(Values::new(b"41114242", &[0i32, 4, 8])))?;
/// let OffsetBuffer::I32(offsets) = offsets else { panic!("they are as wide as those that were given") };
/// assert_eq!((offsets[0], offsets.len(), validity), (0, 3, None));
/// assert_eq!(values.len(), offsets[2] as usize);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct NewColumn<T> {
    /// The values, one behind the other.
    pub values: T,
    /// Where each begins and ends: from 0, one more than there are values.
    pub offsets: OffsetBuffer,
    /// A bitmap in which the bit of a value is 1 unless it is null, the least significant bit of each byte
    /// first; `None` if none is null.
    pub validity: Option<Vec<u8>>,
    /// The values that were refused and became null, by their indices, if that was asked for.
    pub refused: Vec<(usize, Error)>,
}

impl NewColumn<Vec<u8>> {
    /// The values, to be given to another call.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt_column(&Column::new(Values::new(b"41114242", &[0i32, 4, 8])))?;
    /// let new = key.rewrap_column(&Column::new(old.as_values()))?;
    /// assert_eq!(new.values, old.values);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn as_values(&self) -> Values<'_> {
        self.of(&self.values)
    }
}

impl NewColumn<SecretBytes> {
    /// The values, to be given to another call.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// # let other = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let there = key.encrypt_column(&Column::new(Values::new(b"41114242", &[0i32, 4, 8])))?;
    /// let plain = key.decrypt_column(&Column::new(there.as_values()))?;
    /// let here = other.encrypt_column(&Column::new(plain.as_values()))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn as_values(&self) -> Values<'_> {
        self.of(self.values.expose())
    }
}

impl<T> NewColumn<T> {
    fn of<'a>(&'a self, data: &'a [u8]) -> Values<'a> {
        let values = Values::new(data, &self.offsets);
        match &self.validity {
            Some(bitmap) => values.validity(bitmap, 0),
            None => values,
        }
    }

    /// With the buffer in which the values were written.
    pub(crate) fn with<U>(self, values: U) -> NewColumn<U> {
        let Self { values: _, offsets, validity, refused } = self;
        NewColumn { values, offsets, validity, refused }
    }
}

/// Why a column was refused.
///
/// ```
/// use strongroom::{Column, ColumnError, Error, KeySpec, Keyring, Values};
/// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
/// let refused = key.decrypt_column(&Column::new(Values::new(b"nothing", &[0i32, 7]))).unwrap_err();
/// assert_eq!(refused, ColumnError { index: Some(0), error: Error::Malformed });
/// let falling = key.decrypt_column(&Column::new(Values::new(b"nothing", &[7i32, 0]))).unwrap_err();
/// assert_eq!(falling.error.detail(), Some("column_offsets_malformed"));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnError {
    /// The value that was refused, counted from 0; `None` where it is the column.
    pub index: Option<usize>,
    /// What is wrong.
    pub error: Error,
}

impl From<Error> for ColumnError {
    fn from(error: Error) -> Self {
        Self { index: None, error }
    }
}

impl From<ColumnError> for Error {
    fn from(refused: ColumnError) -> Self {
        refused.error
    }
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "value {index} of the column: {}", self.error),
            None => self.error.fmt(f),
        }
    }
}

impl std::error::Error for ColumnError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
