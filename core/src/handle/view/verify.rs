//! Verifying signatures.

use super::View;
use crate::Error;
use crate::key::item::Item;
use crate::key::verify;
use crate::verb::Verb;

impl View {
    /// Verifies a signature: `Ok` or an error, never a bool that could be overlooked.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let signature = key.sign(b"v1.0")?;
    /// key.verify(b"v1.0", &signature)?;
    /// assert_eq!(key.verify(b"v1.1", &signature), Err(Error::BadSignature));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BadSignature`], [`Error::Malformed`], [`Error::VersionTooOld`], [`Error::VersionTooNew`]
    pub fn verify(&self, message: impl AsRef<[u8]>, signature: impl AsRef<str>) -> Result<(), Error> {
        self.verify_item(&Item::signed(message.as_ref(), signature.as_ref()))
    }

    /// [`verify`](Self::verify) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let spec = KeySpec::new(KeyType::Ed25519).derived(true);
    /// # let key = Keyring::in_memory().create_key("releases", spec)?;
    /// let signature = key.sign_item(&Item::message(b"v1.0").context("acme"))?;
    /// key.verify_item(&Item::signed(b"v1.0", &signature).context("acme"))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`verify`](Self::verify)
    pub fn verify_item(&self, item: &Item<'_>) -> Result<(), Error> {
        self.run(Verb::Verify, item, verify::verify)
    }

    /// [`verify_item`](Self::verify_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let signature = key.sign(b"v1.0")?;
    /// let releases = [Item::signed(b"v1.0", &signature), Item::signed(b"v1.1", &signature)];
    /// let results = key.verify_batch(releases);
    /// assert_eq!(results, [Ok(()), Err(Error::BadSignature)]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn verify_batch<'a>(&self, items: impl IntoIterator<Item = Item<'a>>) -> Vec<Result<(), Error>> {
        self.at().run_batch(Verb::Verify, items, verify::verify)
    }
}
