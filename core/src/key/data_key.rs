//! Keys for other programs to encrypt with, handed out once in the clear and once encrypted.

use crate::key::call::Call;
use crate::key::encrypt;
use crate::key::item::{Input, Item, WRONG_ITEM};
use crate::{Error, SecretBytes};

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

/// A fresh key: use `plaintext` now, store `ciphertext`, and get the key again by decrypting it.
///
/// ```
/// use strongroom::{Aad, DataKey, DataKeySize, KeySpec, Keyring};
/// let key = Keyring::in_memory().create_key("files", KeySpec::default())?;
/// let DataKey { plaintext, ciphertext, .. } = key.data_key(DataKeySize::from_bytes(32)?, Aad::NONE)?;
/// assert_eq!(key.decrypt(&ciphertext, Aad::NONE)?.expose(), plaintext.expose());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct DataKey {
    /// The key.
    pub plaintext: SecretBytes,
    /// The same, encrypted as text.
    pub ciphertext: String,
}

pub(crate) fn data_key(call: &Call<'_>) -> Result<DataKey, Error> {
    let Input::DataKey(size) = call.item.input else { return Err(WRONG_ITEM) };
    let mut plaintext = SecretBytes::zeroed(size.bytes());
    strongroom_entropy::fill(plaintext.expose_mut())?;
    let wrap = Item { input: Input::Plaintext(plaintext.expose()), ..call.item.clone() };
    let ciphertext = encrypt::encrypt(&call.about(&wrap))?;
    Ok(DataKey { plaintext, ciphertext })
}
