//! How long a data key is.

use crate::Error;

/// The size of a data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DataKeySize {
    /// 16 bytes.
    Bits128,
    /// 32 bytes.
    #[default]
    Bits256,
    /// 64 bytes.
    Bits512,
}

impl DataKeySize {
    /// From a number of bytes.
    ///
    /// # Errors
    /// [`Error::InvalidSize`] unless it is 16, 32 or 64.
    pub fn from_bytes(bytes: usize) -> Result<Self, Error> {
        match bytes {
            16 => Ok(Self::Bits128),
            32 => Ok(Self::Bits256),
            64 => Ok(Self::Bits512),
            _ => Err(Error::InvalidSize),
        }
    }

    /// The number of bytes.
    pub fn bytes(self) -> usize {
        match self {
            Self::Bits128 => 16,
            Self::Bits256 => 32,
            Self::Bits512 => 64,
        }
    }
}
