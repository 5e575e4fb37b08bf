//! How long the results of a view's operations will be.

use super::View;
use crate::Error;
use crate::key::item::Item;
use crate::key::lengths;
use crate::verb::Verb;

impl View {
    /// How many bytes [`encrypt_item`](Self::encrypt_item) would give now, for callers who bring the memory.
    /// Nothing is encrypted.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let item = Item::plaintext(b"4111");
    /// assert_eq!(key.encrypted_len(&item)?, key.encrypt_item(&item)?.len());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt_item`](Self::encrypt_item), as far as they do not come from encrypting
    pub fn encrypted_len(&self, item: &Item<'_>) -> Result<usize, Error> {
        self.run(Verb::Encrypt, item, lengths::encrypted)
    }

    /// How many bytes [`encrypt_binary_item`](Self::encrypt_binary_item) and
    /// [`encrypt_into_item`](Self::encrypt_into_item) would give now.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let item = Item::plaintext(b"4111");
    /// assert_eq!(key.encrypted_binary_len(&item)?, key.encrypt_binary_item(&item)?.len());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypted_len`](Self::encrypted_len)
    pub fn encrypted_binary_len(&self, item: &Item<'_>) -> Result<usize, Error> {
        self.run(Verb::Encrypt, item, lengths::encrypted_binary)
    }

    /// How many bytes [`decrypt_item`](Self::decrypt_item) would give, if the ciphertext opens: that is not
    /// looked at.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt(b"4111", Aad::NONE)?;
    /// assert_eq!(key.decrypted_len(&Item::ciphertext(&ciphertext))?, 4);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_item`](Self::decrypt_item), but for [`Error::DecryptFailed`] where it takes opening to
    /// see it
    pub fn decrypted_len(&self, item: &Item<'_>) -> Result<usize, Error> {
        self.run(Verb::Decrypt, item, lengths::decrypted)
    }

    /// How many bytes a rewrap of a text or binary ciphertext would give now, if the ciphertext opens: that
    /// is not looked at.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96)?;
    /// let ciphertext = key.encrypt(b"4111", Aad::NONE)?;
    /// key.rotate_to(KeyType::Xaes256Gcm)?;
    /// let item = Item::ciphertext(&ciphertext);
    /// assert_eq!(key.rewrapped_len(&item)?, key.rewrap_item(&item)?.len());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`rewrap_item`](Self::rewrap_item), but for [`Error::DecryptFailed`] where it takes opening to see
    /// it
    pub fn rewrapped_len(&self, item: &Item<'_>) -> Result<usize, Error> {
        self.run(Verb::Rewrap, item, lengths::rewrapped)
    }
}
