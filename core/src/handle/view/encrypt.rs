//! Encrypting.

use super::View;
use crate::engine::is_asking_any;
use crate::key::call::Call;
use crate::key::column::{Column, ColumnError, NewColumn, Writer, in_new_memory, in_parts};
use crate::key::item::Item;
use crate::key::{encrypt, lengths};
use crate::verb::Verb;
use crate::{Aad, Error};

impl View {
    /// Encrypts. The ciphertext is text, names the version, and opens with the same aad only.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt(b"4111 1111 1111 1111", Aad::from("order-17"))?;
    /// assert!(ciphertext.starts_with("strongroom:v1:"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::ContextRequired`], [`Error::MessageTooLong`], [`Error::InvalidAad`],
    /// [`Error::OperationNotSupported`], [`Error::KeyDisabled`], [`Error::Stale`]
    pub fn encrypt(&self, plaintext: impl AsRef<[u8]>, aad: Aad<'_>) -> Result<String, Error> {
        self.encrypt_item(&Item::plaintext(plaintext.as_ref()).aad(&aad))
    }

    /// [`encrypt`](Self::encrypt) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let number = Item::plaintext(b"4111").aad("order-17").context([("tenant", "acme")]);
    /// let ciphertext = key.encrypt_item(&number)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt)
    pub fn encrypt_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.run(Verb::Encrypt, item, encrypt::encrypt)
    }

    /// [`encrypt_item`](Self::encrypt_item) into a buffer; gives the length. What is written is text.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let mut buffer = [0; 200];
    /// let len = key.encrypt_text_into_item(&Item::plaintext(b"4111").context("acme"), &mut buffer)?;
    /// let text = std::str::from_utf8(&buffer[..len]).unwrap();
    /// assert_eq!(key.decrypt_item(&Item::ciphertext(text).context("acme"))?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt_item`](Self::encrypt_item)
    pub fn encrypt_text_into_item(&self, item: &Item<'_>, out: &mut [u8]) -> Result<usize, Error> {
        self.run(Verb::Encrypt, item, |call| encrypt::encrypt_text_into(call, out))
    }

    /// [`encrypt_item`](Self::encrypt_item) to the compact binary form: `0xFE`, the version as 4 bytes, the
    /// payload.
    ///
    /// ```
    /// use strongroom::{Item, KeySpec, Keyring, Version};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt_binary_item(&Item::plaintext(b"4111").version(Version::FIRST))?;
    /// assert_eq!(ciphertext[..5], [0xFE, 0, 0, 0, 1]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt_item`](Self::encrypt_item)
    pub fn encrypt_binary_item(&self, item: &Item<'_>) -> Result<Vec<u8>, Error> {
        self.run(Verb::Encrypt, item, encrypt::encrypt_binary)
    }

    /// [`encrypt_binary_item`](Self::encrypt_binary_item) into a buffer; gives the length.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let mut buffer = [0; 128];
    /// let len = key.encrypt_into_item(&Item::plaintext(b"4111").context("acme"), &mut buffer)?;
    /// assert_eq!(key.decrypt_item(&Item::binary(&buffer[..len]).context("acme"))?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt_binary_item`](Self::encrypt_binary_item)
    pub fn encrypt_into_item(&self, item: &Item<'_>, out: &mut [u8]) -> Result<usize, Error> {
        self.run(Verb::Encrypt, item, |call| encrypt::encrypt_into(call, out))
    }

    /// [`encrypt_item`](Self::encrypt_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertexts = key.encrypt_batch(["4111", "4242"].iter().map(Item::plaintext));
    /// assert!(ciphertexts.iter().all(Result::is_ok));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn encrypt_batch<'a>(&self, items: impl IntoIterator<Item = Item<'a>>) -> Vec<Result<String, Error>> {
        self.at().run_batch(Verb::Encrypt, items, encrypt::encrypt)
    }

    /// [`encrypt_binary_item`](Self::encrypt_binary_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertexts = key.encrypt_binary_batch(["4111", "4242"].iter().map(Item::plaintext));
    /// assert!(ciphertexts.iter().flatten().all(|ciphertext| ciphertext[0] == 0xFE));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn encrypt_binary_batch<'a>(
        &self,
        items: impl IntoIterator<Item = Item<'a>>,
    ) -> Vec<Result<Vec<u8>, Error>> {
        self.at().run_batch(Verb::Encrypt, items, encrypt::encrypt_binary)
    }

    /// [`encrypt_item`](Self::encrypt_item) of each value of a column that is not null, to texts one behind
    /// the other in one buffer.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let numbers = Values::new(b"41114242", &[0i32, 4, 8]);
    /// let encrypted = key.encrypt_column(&Column::new(numbers).aad("cards.number"))?;
    /// let first = encrypted.as_values().get(0).unwrap();
    /// assert!(first.starts_with(b"strongroom:v1:"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt_item`](Self::encrypt_item), of the first value that is refused; [`Error::InvalidOption`]
    /// for a column that is none, columns of different lengths, or a result of more than 2^31 − 1 bytes under
    /// 32-bit offsets
    pub fn encrypt_column(&self, column: &Column<'_>) -> Result<NewColumn<Vec<u8>>, ColumnError> {
        column.check()?;
        let len = |column: &Column<'_>| self.encrypted_column_len(column);
        if let Some(made) = in_new_memory(column, len, |part, out| self.encrypt_column_into(part, out)) {
            return made;
        }
        let mut writer = Writer::growing(column);
        self.at().run_column(Verb::Encrypt, column, &mut writer, lengths::encrypted_column, onto)?;
        let (made, memory) = writer.done();
        Ok(made.with(memory))
    }

    /// [`encrypt_column`](Self::encrypt_column) into a buffer of
    /// [`encrypted_column_len`](Self::encrypted_column_len) bytes; gives how many were written to it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let column = Column::new(Values::new(b"41114242", &[0i32, 4, 8]));
    /// let mut buffer = vec![0; key.encrypted_column_len(&column)?];
    /// let encrypted = key.encrypt_column_into(&column, &mut buffer)?;
    /// let texts = Values::new(&buffer[..encrypted.values], &encrypted.offsets);
    /// assert_eq!(key.decrypt_column(&Column::new(texts))?.values.expose(), b"41114242");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt_column`](Self::encrypt_column); [`Error::BufferTooSmall`] before anything is encrypted
    pub fn encrypt_column_into(
        &self,
        column: &Column<'_>,
        out: &mut [u8],
    ) -> Result<NewColumn<usize>, ColumnError> {
        column.check()?;
        let room = |part: &Column<'_>| self.encrypted_column_len(part).ok();
        if !is_asking_any()
            && let Some(made) = in_parts(column, out, room, |part, out| self.encrypt_column_into(part, out))
        {
            return made;
        }
        let mut writer = Writer::fixed(column, out);
        self.at().run_column(Verb::Encrypt, column, &mut writer, lengths::encrypted_column, onto)?;
        Ok(writer.done().0)
    }
}

fn onto(call: &Call<'_>, writer: &mut Writer<'_>) -> Result<usize, Error> {
    encrypt::encrypt_text_onto(call, |needed| writer.room(needed))
}
