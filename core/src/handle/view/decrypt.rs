//! Decrypting.

use super::View;
use crate::engine::is_asking_any;
use crate::key::call::Call;
use crate::key::column::{Column, ColumnError, Extent, NewColumn, Writer, in_parts};
use crate::key::item::Item;
use crate::key::{decrypt, lengths};
use crate::verb::Verb;
use crate::{Aad, Error, SecretBytes};

impl View {
    /// Decrypts a text. The plaintext is wiped when it is dropped.
    ///
    /// ```
    /// use strongroom::{Aad, Error, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt(b"4111", Aad::from("order-17"))?;
    /// assert_eq!(key.decrypt(&ciphertext, Aad::from("order-17"))?.expose(), b"4111");
    /// assert_eq!(key.decrypt(&ciphertext, Aad::from("order-18")).unwrap_err(), Error::DecryptFailed);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::DecryptFailed`], [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`],
    /// [`Error::KeyDisabled`]
    pub fn decrypt(&self, ciphertext: impl AsRef<str>, aad: Aad<'_>) -> Result<SecretBytes, Error> {
        self.decrypt_item(&Item::ciphertext(ciphertext.as_ref()).aad(&aad))
    }

    /// [`decrypt`](Self::decrypt) with options, of a text or binary ciphertext.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let ciphertext = key.encrypt_item(&Item::plaintext(b"4111").context("acme"))?;
    /// assert_eq!(key.decrypt_item(&Item::ciphertext(&ciphertext).context("acme"))?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt)
    pub fn decrypt_item(&self, item: &Item<'_>) -> Result<SecretBytes, Error> {
        self.run(Verb::Decrypt, item, decrypt::decrypt)
    }

    /// [`decrypt_item`](Self::decrypt_item) into a buffer; gives the length. After a failure the buffer holds
    /// nothing of the plaintext.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let ciphertext = key.encrypt_item(&Item::plaintext(b"4111").context("acme"))?;
    /// let mut buffer = [0; 16];
    /// let len = key.decrypt_into_item(&Item::ciphertext(&ciphertext).context("acme"), &mut buffer)?;
    /// assert_eq!(&buffer[..len], b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_item`](Self::decrypt_item)
    pub fn decrypt_into_item(&self, item: &Item<'_>, out: &mut [u8]) -> Result<usize, Error> {
        self.run(Verb::Decrypt, item, |call| decrypt::decrypt_into(call, out))
    }

    /// [`decrypt_item`](Self::decrypt_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let ciphertext = key.encrypt(b"4111", Aad::NONE)?;
    /// let results = key.decrypt_batch([Item::ciphertext(&ciphertext), Item::ciphertext("nothing")]);
    /// assert_eq!(results[0].as_ref().unwrap().expose(), b"4111");
    /// assert_eq!(results[1].as_ref().unwrap_err(), &Error::Malformed);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn decrypt_batch<'a>(
        &self,
        items: impl IntoIterator<Item = Item<'a>>,
    ) -> Vec<Result<SecretBytes, Error>> {
        self.at().run_batch(Verb::Decrypt, items, decrypt::decrypt)
    }

    /// [`decrypt_item`](Self::decrypt_item) of each value of a column that is not null: texts, whose
    /// plaintexts lie one behind the other in one buffer, which is wiped when it is dropped.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let numbers = Values::new(b"41114242", &[0i64, 4, 8]);
    /// let encrypted = key.encrypt_column(&Column::new(numbers).aad("cards.number"))?;
    /// let texts = Column::new(encrypted.as_values()).aad("cards.number");
    /// let decrypted = key.decrypt_column(&texts)?;
    /// assert_eq!(decrypted.values.expose(), b"41114242");
    /// assert_eq!(decrypted.offsets, OffsetBuffer::I64(vec![0, 4, 8]));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_item`](Self::decrypt_item), of the first value that is refused; [`Error::InvalidOption`]
    /// for a column that is none, or columns of different lengths
    pub fn decrypt_column(&self, column: &Column<'_>) -> Result<NewColumn<SecretBytes>, ColumnError> {
        column.check()?;
        let mut memory = SecretBytes::zeroed(lengths::decrypted_column(column));
        let made = self.decrypt_column_into(column, memory.expose_mut())?;
        let len = made.values;
        Ok(made.with(memory.narrowed(0..len)))
    }

    /// [`decrypt_column`](Self::decrypt_column) into a buffer of
    /// [`decrypted_column_len`](Self::decrypted_column_len) bytes; gives how many were written to it. After a
    /// failure the buffer holds nothing of the plaintexts.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let encrypted = key.encrypt_column(&Column::new(Values::new(b"41114242", &[0i32, 4, 8])))?;
    /// let column = Column::new(encrypted.as_values());
    /// let mut buffer = vec![0; key.decrypted_column_len(&column)?];
    /// let len = key.decrypt_column_into(&column, &mut buffer)?.values;
    /// assert_eq!(&buffer[..len], b"41114242");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt_column`](Self::decrypt_column); [`Error::BufferTooSmall`] before anything is decrypted
    pub fn decrypt_column_into(
        &self,
        column: &Column<'_>,
        out: &mut [u8],
    ) -> Result<NewColumn<usize>, ColumnError> {
        column.check()?;
        let room = |part: &Column<'_>| self.decrypted_column_len(part).ok();
        if !is_asking_any()
            && let Some(made) = in_parts(column, out, room, |part, out| self.decrypt_column_into(part, out))
        {
            return made;
        }
        let mut writer = Writer::fixed(column, out);
        let plan = |_: &Call<'_>, column: &Column<'_>| {
            Ok(Extent { most: lengths::decrypted_column(column), least: 0 })
        };
        let done = self.at().run_column(Verb::Decrypt, column, &mut writer, plan, onto);
        match done {
            Ok(()) => Ok(writer.done().0),
            Err(refused) => {
                writer.wipe();
                Err(refused)
            }
        }
    }
}

fn onto(call: &Call<'_>, writer: &mut Writer<'_>) -> Result<usize, Error> {
    decrypt::decrypt_onto(call, |needed| writer.room(needed))
}
