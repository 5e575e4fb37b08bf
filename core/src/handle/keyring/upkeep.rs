//! Whether every document can be read, and what can be done if not.

use super::Keyring;
use crate::Error;
use crate::engine::check::Report;
use crate::name::KeyName;
use crate::verb::Verb;

impl Keyring {
    /// Opens every document, and says of each that cannot be read why. Warns of what lets others at them.
    ///
    /// ```
    /// use strongroom::{KeySpec, Keyring, Memory, Seal, SecretArray};
    /// let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal)?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// let report = ring.check()?;
    /// assert_eq!((report.documents, report.keys), (2, 1));
    /// assert!(report.faults.is_empty());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the store has to say; what is wrong with a document is in the report
    pub fn check(&self) -> Result<Report, Error> {
        self.0.pass(Verb::Check, None, || self.0.report())
    }

    /// Brings every document to the newest format that this build knows, and gives the number of those that
    /// were changed.
    ///
    /// A writer keeps the format that a document has, so that older builds can go on reading it, until this
    /// is called. This build knows one format of each document: it opens them all and finds nothing to
    /// change.
    ///
    /// ```
    /// use strongroom::Keyring;
    /// assert_eq!(Keyring::in_memory().upgrade()?, 0);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first fault that [`check`](Self::check) finds, before anything is changed
    pub fn upgrade(&self) -> Result<usize, Error> {
        self.0.pass(Verb::Upgrade, None, || self.0.upgrade())
    }

    /// Writes the usage documents anew that cannot be read, or that are old or missing as this process or its
    /// witness knows, and gives the names of those keys. How often their versions have encrypted under 96-bit
    /// nonces is not known any more, so these versions encrypt no more; decryption goes on, and after a
    /// rotation so does encryption.
    ///
    /// [`check`](Self::check) says what cannot be read. A key's own document is not made anew: restore it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// ring.create_key("cards", KeyType::Aes256Gcm96)?;
    /// assert!(ring.repair()?.is_empty(), "nothing is broken");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the store has to say
    pub fn repair(&self) -> Result<Vec<KeyName>, Error> {
        self.0.pass(Verb::Repair, None, || self.0.repair())
    }

    /// Takes away a key that was not changed since it was created and whose document cannot be read, as one
    /// that was sealed under a root key which a reseal has taken away meanwhile. What it has encrypted, if it
    /// has, opens with a restored copy alone. The name can be used again. Anything else is refused.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// let refused = ring.remove_unreadable("cards");
    /// assert!(matches!(refused, Err(Error::InvalidOption { .. })), "it can be read");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a key that can be read, [`Error::CorruptDocument`] for one that was
    /// written more than once: restore it; [`Error::KeyNotFound`]
    pub fn remove_unreadable(&self, name: &str) -> Result<(), Error> {
        let name = KeyName::new(name)?;
        self.0.pass(Verb::RemoveUnreadable, Some(&name), || self.0.remove_unreadable(&name))
    }
}
