//! How far a keyring may be behind its store.

use super::Keyring;
use crate::Error;
use crate::verb::Verb;
use std::time::Duration;

impl Keyring {
    /// For how long every process of the keyring may at most encrypt without having seen the store: one
    /// second to 365 days, 60 s unless this was called.
    ///
    /// A process that asks for more when it opens is refused, and one that runs already goes by the shorter
    /// of this and its own. [`trim`](crate::Key::trim) waits for as long, so a longer time means that
    /// versions are destroyed later.
    ///
    /// ```
    /// # use strongroom::*;
    /// # use std::time::Duration;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// # let store = Memory::new();
    /// let ring = Keyring::create(store.clone(), seal())?;
    /// let patient = || Keyring::builder().max_staleness(Duration::from_secs(600));
    /// assert!(patient().open(store.clone(), seal()).is_err());
    /// ring.set_max_staleness(Duration::from_secs(600))?;
    /// patient().open(store, seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for another time, or what the store has to say
    pub fn set_max_staleness(&self, limit: Duration) -> Result<(), Error> {
        self.0.pass(Verb::SetMaxStaleness, None, || self.0.set_max_staleness(limit))
    }

    /// Looks at the store now, and reads every key anew when it is next used. A directory is looked at by
    /// itself, four times a second.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(store.clone(), seal())?;
    /// let cards = ring.create_key("cards", KeySpec::default())?;
    /// Keyring::open(store, seal())?.key("cards")?.rotate()?; // elsewhere
    /// ring.refresh()?;
    /// assert_eq!(cards.info()?.latest_version.get(), 2);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Closed`], or the store's
    pub fn refresh(&self) -> Result<(), Error> {
        self.0.pass(Verb::Refresh, None, || self.0.forget_epochs())
    }
}
