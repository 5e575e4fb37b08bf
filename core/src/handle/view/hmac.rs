//! MACs.

use super::View;
use crate::Error;
use crate::key::hmac;
use crate::key::item::Item;
use crate::verb::Verb;

impl View {
    /// A mac of a message under HMAC-SHA256. Keys of every supported type have an HMAC key.
    ///
    /// ```
    /// use strongroom::{KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac(b"4111")?;
    /// key.verify_hmac(b"4111", &mac)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TypeNotSupported`], [`Error::KeyDisabled`], [`Error::Stale`]
    pub fn hmac(&self, message: impl AsRef<[u8]>) -> Result<String, Error> {
        self.hmac_item(&Item::message(message.as_ref()))
    }

    /// [`hmac`](Self::hmac) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac_item(&Item::message(b"4111").hash(HashAlgorithm::Sha512))?;
    /// key.verify_hmac_item(&Item::signed(b"4111", &mac).hash(HashAlgorithm::Sha512))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`hmac`](Self::hmac)
    pub fn hmac_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.run(Verb::Hmac, item, hmac::hmac)
    }

    /// Verifies a mac: `Ok` or an error.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac(b"4111")?;
    /// key.verify_hmac(b"4111", &mac)?;
    /// assert_eq!(key.verify_hmac(b"4112", &mac), Err(Error::BadSignature));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BadSignature`], [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn verify_hmac(&self, message: impl AsRef<[u8]>, mac: impl AsRef<str>) -> Result<(), Error> {
        self.verify_hmac_item(&Item::signed(message.as_ref(), mac.as_ref()))
    }

    /// [`verify_hmac`](Self::verify_hmac) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac_item(&Item::message(b"4111").hash(HashAlgorithm::Sha3_256))?;
    /// let as_sha256 = key.verify_hmac_item(&Item::signed(b"4111", &mac));
    /// assert_eq!(as_sha256, Err(Error::BadSignature));
    /// key.verify_hmac_item(&Item::signed(b"4111", &mac).hash(HashAlgorithm::Sha3_256))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`verify_hmac`](Self::verify_hmac)
    pub fn verify_hmac_item(&self, item: &Item<'_>) -> Result<(), Error> {
        self.run(Verb::VerifyHmac, item, hmac::verify_hmac)
    }

    /// [`hmac_item`](Self::hmac_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let macs = key.hmac_batch(["4111", "4242"].iter().map(Item::message));
    /// assert!(macs.iter().all(Result::is_ok));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn hmac_batch<'a>(&self, items: impl IntoIterator<Item = Item<'a>>) -> Vec<Result<String, Error>> {
        self.at().run_batch(Verb::Hmac, items, hmac::hmac)
    }

    /// [`verify_hmac_item`](Self::verify_hmac_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let mac = key.hmac(b"4111")?;
    /// let results = key.verify_hmac_batch([Item::signed(b"4111", &mac), Item::signed(b"4242", &mac)]);
    /// assert_eq!(results, [Ok(()), Err(Error::BadSignature)]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn verify_hmac_batch<'a>(&self, items: impl IntoIterator<Item = Item<'a>>) -> Vec<Result<(), Error>> {
        self.at().run_batch(Verb::VerifyHmac, items, hmac::verify_hmac)
    }
}
