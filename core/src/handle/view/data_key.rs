//! Keys for other programs to encrypt with.

use super::View;
use crate::key::data_key::{self, DataKey};
use crate::key::data_key_size::DataKeySize;
use crate::key::item::Item;
use crate::verb::Verb;
use crate::{Aad, Error};

impl View {
    /// A fresh key for another program to encrypt with, in the clear and encrypted.
    ///
    /// ```
    /// use strongroom::{Aad, DataKeySize, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("files", KeySpec::default())?;
    /// let file_key = key.data_key(DataKeySize::Bits256, Aad::from("file-1"))?;
    /// let again = key.decrypt(&file_key.ciphertext, Aad::from("file-1"))?;
    /// assert_eq!(again.expose(), file_key.plaintext.expose());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt)
    pub fn data_key(&self, size: DataKeySize, aad: Aad<'_>) -> Result<DataKey, Error> {
        self.data_key_item(&Item::data_key(size).aad(&aad))
    }

    /// [`data_key`](Self::data_key) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("files", KeySpec::default().derived(true))?;
    /// let file_key = key.data_key_item(&Item::data_key(DataKeySize::Bits512).context("acme"))?;
    /// assert_eq!(file_key.plaintext.len(), 64);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`data_key`](Self::data_key)
    pub fn data_key_item(&self, item: &Item<'_>) -> Result<DataKey, Error> {
        self.run(Verb::DataKey, item, data_key::data_key)
    }

    /// [`data_key_item`](Self::data_key_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let sizes = [DataKeySize::Bits128, DataKeySize::Bits256];
    /// let keys = key.data_key_batch(sizes.map(Item::data_key));
    /// assert!(keys.iter().all(Result::is_ok));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn data_key_batch<'a>(
        &self,
        items: impl IntoIterator<Item = Item<'a>>,
    ) -> Vec<Result<DataKey, Error>> {
        self.at().run_batch(Verb::DataKey, items, data_key::data_key)
    }
}
