//! Decrypting.

use super::View;
use crate::key::decrypt;
use crate::key::item::Item;
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
}
