//! Keys for other programs to encrypt with, handed out once in the clear and once encrypted.

use crate::key::call::Call;
use crate::key::encrypt;
use crate::key::item::{Input, Item, WRONG_ITEM};
use crate::{Error, SecretBytes};

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
    /// The data key, encrypted as text.
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
