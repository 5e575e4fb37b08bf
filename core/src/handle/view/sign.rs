//! Signing, and what others verify signatures with.

use super::View;
use crate::key::item::Item;
use crate::key::sign;
use crate::verb::Verb;
use crate::{Error, PublicKey, Version};

impl View {
    /// Signs a message with the latest version.
    ///
    /// ```
    /// use strongroom::{KeyType, Keyring};
    /// let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let signature = key.sign(b"v1.0")?;
    /// key.verify(b"v1.0", &signature)?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::ContextRequired`], [`Error::KeyDisabled`], [`Error::Stale`]
    pub fn sign(&self, message: impl AsRef<[u8]>) -> Result<String, Error> {
        self.sign_item(&Item::message(message.as_ref()))
    }

    /// [`sign`](Self::sign) with options.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let jws = key.sign_item(&Item::message(b"v1.0").form(SignatureForm::Jws))?;
    /// key.verify_item(&Item::signed(b"v1.0", &jws).form(SignatureForm::Jws))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`sign`](Self::sign)
    pub fn sign_item(&self, item: &Item<'_>) -> Result<String, Error> {
        self.run(Verb::Sign, item, sign::sign)
    }

    /// [`sign_item`](Self::sign_item) of each.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let releases = [Item::message(b"v1.0"), Item::message(b"v1.1").form(SignatureForm::Jws)];
    /// let signatures = key.sign_batch(releases);
    /// assert!(signatures.iter().all(Result::is_ok));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn sign_batch<'a>(&self, items: impl IntoIterator<Item = Item<'a>>) -> Vec<Result<String, Error>> {
        self.at().run_batch(Verb::Sign, items, sign::sign)
    }

    /// The public key of a version (the latest unless given), under the view's context if the key is derived.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::Ed25519)?;
    /// let first = key.public_key(None)?;
    /// key.rotate()?;
    /// assert_eq!(key.public_key(Some(Version::FIRST))?, first);
    /// assert_ne!(key.public_key(None)?, first);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::ContextRequired`], [`Error::VersionTooOld`],
    /// [`Error::VersionTooNew`]
    pub fn public_key(&self, version: Option<Version>) -> Result<PublicKey, Error> {
        let item = version.map_or_else(Item::nothing, |version| Item::nothing().version(version));
        self.run(Verb::PublicKey, &item, sign::public_key)
    }
}
