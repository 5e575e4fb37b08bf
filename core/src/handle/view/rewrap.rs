//! Bringing ciphertexts under the latest version.

use super::View;
use crate::engine::is_asking_any;
use crate::key::call::Call;
use crate::key::column::{Column, ColumnError, NewColumn, Writer, in_new_memory, in_parts};
use crate::key::item::Item;
use crate::key::{lengths, rewrap};
use crate::verb::Verb;
use crate::{Aad, Error};

impl View {
    /// Authenticates a ciphertext and encrypts it anew under the latest version. One that is up to date comes
    /// back byte for byte.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt(b"4111", Aad::from("order-17"))?;
    /// key.rotate()?;
    /// let new = key.rewrap(&old, Aad::from("order-17"))?;
    /// assert!(new.starts_with("strongroom:v2:"));
    /// assert_eq!(key.rewrap(&new, Aad::from("order-17"))?, new);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`decrypt`](Self::decrypt) and [`encrypt`](Self::encrypt)
    pub fn rewrap(&self, ciphertext: impl AsRef<str>, aad: Aad<'_>) -> Result<String, Error> {
        self.rewrap_item(&Item::ciphertext(ciphertext.as_ref()).aad(&aad))
    }

    /// [`rewrap`](Self::rewrap) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let old = key.encrypt_item(&Item::plaintext(b"4111").context("acme"))?;
    /// key.rotate()?;
    /// let new = key.rewrap_item(&Item::ciphertext(&old).context("acme"))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`rewrap`](Self::rewrap)
    pub fn rewrap_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.run(Verb::Rewrap, item, rewrap::rewrap)
    }

    /// [`rewrap_item`](Self::rewrap_item) of a ciphertext in the compact binary form, to the same form.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
    /// let ciphertext = key.encrypt_binary_item(&Item::plaintext(b"4111").context("acme"))?;
    /// key.rotate()?;
    /// let ciphertext = key.rewrap_binary_item(&Item::binary(&ciphertext).context("acme"))?;
    /// assert_eq!(ciphertext[..5], [0xFE, 0, 0, 0, 2]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`rewrap_item`](Self::rewrap_item)
    pub fn rewrap_binary_item(&self, item: &Item<'_>) -> Result<Vec<u8>, Error> {
        self.run(Verb::Rewrap, item, rewrap::rewrap_binary)
    }

    /// Whether a rewrap would change a ciphertext. Only its outside is looked at: this does not say that it
    /// opens.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt(b"4111", Aad::NONE)?;
    /// assert!(!key.needs_rewrap(&old)?);
    /// key.rotate()?;
    /// assert!(key.needs_rewrap(&old)?);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn needs_rewrap(&self, ciphertext: impl AsRef<str>) -> Result<bool, Error> {
        self.needs_rewrap_item(&Item::ciphertext(ciphertext.as_ref()))
    }

    /// [`needs_rewrap`](Self::needs_rewrap) of a ciphertext as text or in the compact binary form.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt_binary_item(&Item::plaintext(b"4111"))?;
    /// key.rotate()?;
    /// assert!(key.needs_rewrap_item(&Item::binary(&old))?);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`needs_rewrap`](Self::needs_rewrap)
    pub fn needs_rewrap_item(&self, item: &Item<'_>) -> Result<bool, Error> {
        self.run(Verb::NeedsRewrap, item, rewrap::needs_rewrap)
    }

    /// [`rewrap_item`](Self::rewrap_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mut rows = Vec::new();
    /// for (id, number) in [("order-17", "4111"), ("order-18", "4242")] {
    ///     rows.push((id, key.encrypt(number.as_bytes(), Aad::from(id))?));
    /// }
    /// key.rotate()?;
    /// let items = rows.iter().map(|(id, ciphertext)| Item::ciphertext(ciphertext).aad(*id));
    /// let news = key.rewrap_batch(items);
    /// assert!(news.iter().all(Result::is_ok));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn rewrap_batch<'a>(&self, items: impl IntoIterator<Item = Item<'a>>) -> Vec<Result<String, Error>> {
        self.at().run_batch(Verb::Rewrap, items, rewrap::rewrap)
    }

    /// [`rewrap_binary_item`](Self::rewrap_binary_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt_binary_batch(["4111", "4242"].iter().map(Item::plaintext));
    /// key.rotate()?;
    /// let new = key.rewrap_binary_batch(old.iter().flatten().map(Item::binary));
    /// assert!(new.iter().flatten().all(|ciphertext| ciphertext[..5] == [0xFE, 0, 0, 0, 2]));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn rewrap_binary_batch<'a>(
        &self,
        items: impl IntoIterator<Item = Item<'a>>,
    ) -> Vec<Result<Vec<u8>, Error>> {
        self.at().run_batch(Verb::Rewrap, items, rewrap::rewrap_binary)
    }

    /// [`needs_rewrap_item`](Self::needs_rewrap_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt(b"4111", Aad::NONE)?;
    /// key.rotate()?;
    /// let new = key.encrypt(b"4242", Aad::NONE)?;
    /// assert_eq!(key.needs_rewrap_batch([&old, &new].map(Item::ciphertext)), [Ok(true), Ok(false)]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn needs_rewrap_batch<'a>(
        &self,
        items: impl IntoIterator<Item = Item<'a>>,
    ) -> Vec<Result<bool, Error>> {
        self.at().run_batch(Verb::NeedsRewrap, items, rewrap::needs_rewrap)
    }

    /// [`rewrap_item`](Self::rewrap_item) of each value of a column that is not null: texts, to texts one
    /// behind the other in one buffer.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt_column(&Column::new(Values::new(b"41114242", &[0i32, 4, 8])))?;
    /// key.rotate()?;
    /// let new = key.rewrap_column(&Column::new(old.as_values()))?;
    /// assert!(new.values.starts_with(b"strongroom:v2:"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`rewrap_item`](Self::rewrap_item), of the first value that is refused; [`Error::InvalidOption`]
    /// for a column that is none, columns of different lengths, or a result of more than 2^31 − 1 bytes under
    /// 32-bit offsets
    pub fn rewrap_column(&self, column: &Column<'_>) -> Result<NewColumn<Vec<u8>>, ColumnError> {
        column.check()?;
        let len = |column: &Column<'_>| self.rewrapped_column_len(column);
        if let Some(made) = in_new_memory(column, len, |part, out| self.rewrap_column_into(part, out)) {
            return made;
        }
        let mut writer = Writer::growing(column);
        self.at().run_column(Verb::Rewrap, column, &mut writer, lengths::rewrapped_column, onto)?;
        let (made, memory) = writer.done();
        Ok(made.with(memory))
    }

    /// [`rewrap_column`](Self::rewrap_column) into a buffer of
    /// [`rewrapped_column_len`](Self::rewrapped_column_len) bytes; gives how many were written to it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let old = key.encrypt_column(&Column::new(Values::new(b"41114242", &[0i32, 4, 8])))?;
    /// let column = Column::new(old.as_values());
    /// let mut buffer = vec![0; key.rewrapped_column_len(&column)?];
    /// let len = key.rewrap_column_into(&column, &mut buffer)?.values;
    /// assert_eq!(buffer[..len], old.values);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`rewrap_column`](Self::rewrap_column); [`Error::BufferTooSmall`] before anything is rewrapped
    pub fn rewrap_column_into(
        &self,
        column: &Column<'_>,
        out: &mut [u8],
    ) -> Result<NewColumn<usize>, ColumnError> {
        column.check()?;
        let room = |part: &Column<'_>| self.rewrapped_column_len(part).ok();
        if !is_asking_any()
            && let Some(made) = in_parts(column, out, room, |part, out| self.rewrap_column_into(part, out))
        {
            return made;
        }
        let mut writer = Writer::fixed(column, out);
        self.at().run_column(Verb::Rewrap, column, &mut writer, lengths::rewrapped_column, onto)?;
        Ok(writer.done().0)
    }
}

fn onto(call: &Call<'_>, writer: &mut Writer<'_>) -> Result<usize, Error> {
    rewrap::rewrap_onto(call, |needed| writer.room(needed))
}
