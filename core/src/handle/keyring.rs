//! A keyring, as its users have it.

mod builder;
mod copies;
mod keys;
mod making;
mod seals;
mod settings;
mod upkeep;

use crate::engine::Engine;
use crate::name::KeyringId;
use std::fmt;
use std::sync::Arc;

pub use builder::KeyringBuilder;

/// The named keys of one environment. Cheap to clone, shared between threads, works in a forked child.
///
/// ```
/// use strongroom::{KeySpec, Keyring};
/// let ring = Keyring::in_memory();
/// let same = ring.clone();
/// std::thread::spawn(move || same.create_key("cards", KeySpec::default())).join().unwrap()?;
/// assert!(ring.key("cards").is_ok());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone)]
pub struct Keyring(pub(crate) Arc<Engine>);

impl Keyring {
    /// The id of the keyring, which it has for life.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let id = Keyring::create(store.clone(), seal())?.id();
    /// assert_eq!(Keyring::open(store, seal())?.id(), id);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn id(&self) -> KeyringId {
        self.0.id()
    }

    /// Wipes all keys from memory and gives back what is left of leased uses. Every handle says
    /// [`Error::Closed`](crate::Error::Closed) from then on; a call that is under way ends normally. Dropping
    /// the last handle does the same.
    ///
    /// ```
    /// use strongroom::{Aad, Error, KeySpec, Keyring};
    /// let ring = Keyring::in_memory();
    /// let key = ring.create_key("cards", KeySpec::default())?;
    /// ring.close();
    /// assert_eq!(key.encrypt(b"4111", Aad::NONE).unwrap_err(), Error::Closed);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn close(&self) {
        self.0.shut();
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({})", self.0.id())
    }
}
