//! The data operations of a key, or of a derived key under a context: one verb per file, as in `key`.

mod batch;
mod data_key;
mod decrypt;
mod encrypt;
mod hmac;
mod lengths;
mod rewrap;
mod sign;
mod verify;

use crate::Error;
use crate::context::Context;
use crate::key::call::Call;
use crate::key::item::{Item, WRONG_ITEM};
use crate::key::state::KeyState;
use crate::key::terms::Terms;
use crate::keyring::Keyring;
use crate::keyring::slot::{Opened, Slot};
use crate::manner::Manner;
use crate::verb::{Need, Verb};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

/// A key as the data operations see it: with the context that [`Key::context`](crate::Key::context) gave it,
/// or none.
///
/// Every operation has a plain form, a form for one [`Item`](crate::Item) with options, and a batch. A batch
/// equals the singles: its results come in order, and one error spoils nothing.
///
/// ```
/// use strongroom::{Aad, KeySpec, Keyring, View};
/// fn store(key: &View, number: &str) -> Result<String, strongroom::Error> {
///     key.encrypt(number, Aad::NONE)
/// }
/// let tenants = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
/// let ciphertext = store(&tenants.context("acme")?, "4111")?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone)]
pub struct View {
    pub(crate) ring: Keyring,
    pub(crate) slot: Arc<Slot>,
    context: Option<Context>,
    manner: Manner,
}

/// After so many items of a batch it is seen again whether the key has changed: they take far less than the
/// quarter of a second in which others are to see a change.
const WITH_ONE_LOOK: usize = 1000;
/// The same of long ones.
const BYTES_WITH_ONE_LOOK: usize = 16 << 20;

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.slot.name)
    }
}

impl View {
    pub(crate) fn new(ring: Keyring, slot: Arc<Slot>, context: Option<Context>) -> Self {
        Self { ring, slot, context, manner: Manner::Strict }
    }

    /// The same key, exactly as lenient as Transit in what it reads and takes, but for an aad on new
    /// ciphertexts of convergent keys, by which others could forge. For programs and data that come from
    /// there.
    ///
    /// - Base64 as Go reads it: line breaks, spare bits of any value. Versions in texts as `+3`, `003`, and
    ///   in ciphertexts 0 for 1.
    /// - Any version that decrypts also encrypts, signs and MACs while there is no `min_encryption_version`.
    /// - A context is ignored by keys that are not derived and by macs; it may be longer than 65,535 bytes,
    ///   and so may an aad.
    /// - Convergent keys do not compute a nonce again to see whether it is theirs.
    /// - Derived keys that were imported or came from Transit open ciphertexts of either KDF, since Vault has
    ///   switched such keys from one to the other.
    /// - A rewrap makes a new ciphertext each time, under any version that may encrypt.
    /// - Ed25519 ignores a hash; macs may be made with SHA-1. A key with a template reads no other form.
    ///
    /// ```
    /// use strongroom::{Aad, Error, KeyType, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96)?;
    /// let odd = key.encrypt(b"4111", Aad::NONE)?.replace("v1:", "v01:");
    /// assert_eq!(key.decrypt(&odd, Aad::NONE).unwrap_err(), Error::Malformed);
    /// assert_eq!(key.transit().decrypt(&odd, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn transit(&self) -> Self {
        Self { manner: Manner::Transit, ..self.clone() }
    }

    pub(crate) fn terms(&self) -> Terms<'_> {
        Terms { context: self.context.as_ref(), manner: self.manner }
    }

    /// The one way to a key for what works with it: let in, done with the key as it is now, and, if there is
    /// talk of a version that it has not, once more after a look at the store.
    #[inline]
    pub(crate) fn run<T>(
        &self,
        verb: Verb,
        item: &Item<'_>,
        mut work: impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.ring.0.pass(verb, Some(&self.slot.name), || {
            let result = self.once(verb, item, &mut work);
            if verb.reads() && matches!(result, Err(Error::VersionTooNew)) {
                return self.once_more(verb, item, &mut work);
            }
            result
        })
    }

    #[inline]
    fn once<T>(
        &self,
        verb: Verb,
        item: &Item<'_>,
        work: &mut impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.with_opened(verb.need(), |opened, state| self.one(verb, opened, state, item, work))
    }

    #[inline]
    fn one<T>(
        &self,
        verb: Verb,
        opened: &Opened,
        state: &KeyState,
        item: &Item<'_>,
        work: &mut impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if !item.input.is_made_with(verb) {
            return Err(WRONG_ITEM);
        }
        state.admit(verb)?;
        item.only(verb.takes(self.manner.is_transit()))?;
        let host = self.ring.0.working(&self.slot, opened, state);
        work(&Call { verb, state, host: &host, terms: self.terms(), item })
    }

    /// [`run`](Self::run) for each of many items, as one call: let in once, with the key as it is then, which
    /// is looked at again after so many.
    pub(crate) fn run_batch<'a, T>(
        &self,
        verb: Verb,
        items: impl IntoIterator<Item = Item<'a>>,
        mut work: impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Vec<Result<T, Error>> {
        let ring = &self.ring.0;
        let mut items = items.into_iter();
        let mut results = Vec::with_capacity(items.size_hint().0);
        // Taken before they are worked on: an iterator of the caller's may take its time.
        let mut taken: VecDeque<Item<'a>> = VecDeque::new();
        let done = ring.pass(verb, Some(&self.slot.name), || {
            loop {
                if taken.is_empty() {
                    taken.extend(items.by_ref().take(WITH_ONE_LOOK));
                }
                if taken.is_empty() {
                    return Ok(());
                }
                ring.admit(verb.need())?;
                let unknown = self.with_opened(verb.need(), |opened, state| {
                    let mut bytes = 0;
                    while let Some(item) = if bytes > BYTES_WITH_ONE_LOOK { None } else { taken.pop_front() }
                    {
                        bytes += item.input.len();
                        match self.one(verb, opened, state, &item, &mut work) {
                            Err(Error::VersionTooNew) if verb.reads() => return Ok(Some(item)),
                            result => results.push(result),
                        }
                    }
                    Ok(None)
                })?;
                results.extend(unknown.map(|item| self.once_more(verb, &item, &mut work)));
            }
        });
        if let Err(error) = done {
            results.extend(taken.into_iter().chain(items).map(|_| Err(error.clone())));
        }
        results
    }

    #[cold]
    fn once_more<T>(
        &self,
        verb: Verb,
        item: &Item<'_>,
        work: &mut impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let ring = &self.ring.0;
        let looked = ring.freshen_now(&self.slot);
        match (ring.admit(verb.need()).and_then(|()| self.once(verb, item, work)), looked) {
            // Without a look nobody knows.
            (Err(Error::VersionTooNew), Err(error)) => Err(error),
            (result, _) => result,
        }
    }

    /// The way to a key for what looks at the key itself: let in, and done with the key as it is now.
    pub(crate) fn look<T>(
        &self,
        verb: Verb,
        work: impl FnOnce(&Opened, &KeyState) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.ring.0.pass(verb, Some(&self.slot.name), || self.with_opened(verb.need(), work))
    }

    #[inline]
    pub(super) fn with_opened<T>(
        &self,
        need: Need,
        work: impl FnOnce(&Opened, &KeyState) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let ring = &self.ring.0;
        ring.freshen(&self.slot, need)?;
        if need == Need::Protect && ring.is_behind(&self.slot) {
            return Err(Error::Stale);
        }
        let opened = self.slot.opened.load();
        let opened = opened.as_deref().ok_or_else(|| ring.absent())?;
        work(opened, opened.state.as_ref().ok_or(Error::KeyNotFound)?)
    }
}
