//! How long the results of a view's operations will be.

use super::View;
use crate::Error;
use crate::key::column::Column;
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

    /// How many bytes [`encrypt_column`](Self::encrypt_column) would give now, for callers who bring the
    /// memory. Nothing is encrypted.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let column = Column::new(Values::new(b"41114242", &[0i32, 4, 8]));
    /// assert_eq!(key.encrypted_column_len(&column)?, key.encrypt_column(&column)?.values.len());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt_column`](Self::encrypt_column), as far as they do not come from a value
    pub fn encrypted_column_len(&self, column: &Column<'_>) -> Result<usize, Error> {
        column.check()?;
        let sample = column.sample(Verb::Encrypt);
        self.run(Verb::Encrypt, &sample, |call| Ok(lengths::encrypted_column(call, column)?.most))
    }

    /// How many bytes a buffer needs for what [`decrypt_column`](Self::decrypt_column) gives: no fewer than
    /// that, and a little more. Nothing is looked at but the offsets.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let texts = key.encrypt_column(&Column::new(Values::new(b"41114242", &[0i32, 4, 8])))?;
    /// let column = Column::new(texts.as_values());
    /// assert!(key.decrypted_column_len(&column)? >= 8);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_column`](Self::decrypt_column), as far as they do not come from a value
    pub fn decrypted_column_len(&self, column: &Column<'_>) -> Result<usize, Error> {
        column.check()?;
        let sample = column.sample(Verb::Decrypt);
        self.run(Verb::Decrypt, &sample, |_| Ok(lengths::decrypted_column(column)))
    }

    /// How many bytes a buffer needs for what [`rewrap_column`](Self::rewrap_column) gives: no fewer than
    /// that, and a little more for each value. Nothing is looked at but the offsets.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96)?;
    /// let texts = key.encrypt_column(&Column::new(Values::new(b"41114242", &[0i32, 4, 8])))?;
    /// key.rotate_to(KeyType::Xaes256Gcm)?;
    /// let column = Column::new(texts.as_values());
    /// assert!(key.rewrapped_column_len(&column)? >= key.rewrap_column(&column)?.values.len());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`rewrap_column`](Self::rewrap_column), as far as they do not come from a value
    pub fn rewrapped_column_len(&self, column: &Column<'_>) -> Result<usize, Error> {
        column.check()?;
        let sample = column.sample(Verb::Rewrap);
        self.run(Verb::Rewrap, &sample, |call| Ok(lengths::rewrapped_column(call, column)?.most))
    }
}
