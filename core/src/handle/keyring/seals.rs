//! What the root key is wrapped for, and a new root key.

use super::Keyring;
use crate::Error;
use crate::engine::seals::{SealInfo, named_in};
use crate::seal::Seal;
use crate::store::Store;
use crate::verb::Verb;

impl Keyring {
    /// For bindings: which seals have a copy of the root key in a store, said behind the message of
    /// [`Error::WrongSeal`]. Nothing has been proven of it: whoever can write there can write anything.
    ///
    /// ```
    /// # use strongroom::*;
    /// let store = Memory::new();
    /// Keyring::create(store.clone(), Seal::passphrase_named("office", b"correct horse"))?;
    /// let named = Keyring::seals_named_in(&store, &Seal::passphrase(b"correct horse"));
    /// let said = "the keyring has copies for passphrase \"office\"; the seal given is \"passphrase\"";
    /// assert_eq!(named.as_deref(), Some(said));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    #[doc(hidden)]
    pub fn seals_named_in(store: &dyn Store, given: &Seal) -> Option<String> {
        named_in(store, given.clone().resolve().ok().as_ref())
    }

    /// The copies of the newest root key.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// assert_eq!(ring.seals()?[0].kind, "root-key");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the store has to say
    pub fn seals(&self) -> Result<Vec<SealInfo>, Error> {
        self.0.pass(Verb::Seals, None, || self.0.seals())
    }

    /// Wraps a further copy of the root key.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(store.clone(), seal())?;
    /// ring.add_seal(Seal::passphrase("correct horse battery staple".as_bytes()))?;
    /// Keyring::open(store, Seal::passphrase("correct horse battery staple".as_bytes()))?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::SealExists`], [`Error::InvalidRootKey`], or what the store or the seal has to say
    pub fn add_seal(&self, seal: Seal) -> Result<(), Error> {
        self.0.pass(Verb::AddSeal, None, || self.0.add_seal(seal))
    }

    /// Wraps the root key anew in the copies that these seals have, or without any in the copy of the one
    /// that opened the keyring: under the newest version of a platform's key, say, after which its older
    /// versions may be closed to opening. The root key stays, and so does what is known of the copies; use
    /// [`reseal`](Self::reseal) where somebody else may have had it.
    ///
    /// A seal has to open the copy that it has; where it does not any more, remove the copy and add it again.
    /// What a seal wraps is unwrapped once before anything is written, and either all of the copies are
    /// written or none. Snapshots and copies of the folder from before still need what opened them.
    ///
    /// ```
    /// use strongroom::{Error, Keyring, Memory, Seal};
    /// let safe = || Seal::passphrase(b"correct horse");
    /// # let text = Seal::generate_root_key()?;
    /// # let desk = || Seal::root_key_text(text.expose());
    /// let store = Memory::new();
    /// let ring = Keyring::create(store.clone(), safe().labelled("the safe"))?;
    /// ring.rewrap_seals([])?;
    /// assert!(matches!(ring.rewrap_seals([desk()]), Err(Error::InvalidOption { .. })));
    /// ring.add_seal(desk())?;
    /// ring.rewrap_seals([safe(), desk()])?;
    /// assert_eq!(Keyring::open(store, desk())?.seals()?[0].label.as_deref(), Some("the safe"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a seal that has no copy, which [`add_seal`](Self::add_seal) makes, or
    /// what the store or a seal has to say
    pub fn rewrap_seals(&self, seals: impl IntoIterator<Item = Seal>) -> Result<(), Error> {
        self.0.pass(Verb::RewrapSeals, None, || self.0.rewrap_seals(seals.into_iter().collect()))
    }

    /// Removes a copy. Whoever copied the files before still has it.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let store = Memory::new();
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(store.clone(), seal())?;
    /// let first = ring.seals()?.remove(0);
    /// assert_eq!(ring.remove_seal(&first.kind, &first.id), Err(Error::LastSeal));
    /// # let second = Seal::root_key(SecretArray::copy_of(&[8, 1].repeat(16)).unwrap());
    /// ring.add_seal(second)?;
    /// ring.remove_seal(&first.kind, &first.id)?;
    /// assert_eq!(Keyring::open(store, seal()).unwrap_err(), Error::WrongSeal);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::SealNotFound`], [`Error::LastSeal`]
    pub fn remove_seal(&self, kind: &str, id: &str) -> Result<(), Error> {
        self.0.pass(Verb::RemoveSeal, None, || self.0.remove_seal(kind, id))
    }

    /// Makes a new root key, wrapped by these seals and no others, and seals every document under it. Gives
    /// the number of documents that were sealed anew.
    ///
    /// This is what to do after a sealing key or an old copy of the folder came into wrong hands: whoever has
    /// them opens nothing that is written from now on. It does not change the keys themselves; what was in
    /// the old copy is still in it, so rotate those too.
    ///
    /// Others may go on reading and writing meanwhile. Interrupted, it leaves old and new root key side by
    /// side and everything readable; called again with the same seals it goes on where it stopped. A process
    /// that was opened with a seal that is not among these can no longer read what is written, and has to be
    /// opened anew.
    ///
    /// ```
    /// use strongroom::{KeySpec, Keyring, Memory, Seal, SecretArray};
    /// let seal = |byte: u8| Seal::root_key(SecretArray::copy_of(&[byte, 1].repeat(16)).unwrap());
    /// let store = Memory::new();
    /// let ring = Keyring::create(store.clone(), seal(7))?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// assert_eq!(ring.reseal([seal(8)])?, 1);
    /// assert!(Keyring::open(store.clone(), seal(7)).is_err());
    /// assert!(Keyring::open(store, seal(8))?.key("cards").is_ok());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// A reseal that was interrupted and is called again with the same seals is finished under the root key
    /// that it had made, with the labels that were given then.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] without a seal, [`Error::SealExists`] for two of one kind and id,
    /// [`Error::CorruptDocument`] for a document that cannot be sealed anew, [`Error::Uncertain`] if it was
    /// begun and the store failed before it was finished, or what the store or a seal has to say
    pub fn reseal(&self, seals: impl IntoIterator<Item = Seal>) -> Result<usize, Error> {
        self.0.pass(Verb::Reseal, None, || self.0.reseal(seals))
    }
}
