//! What works with a key: let in, done with the key as it is now, and once more after a look at the store.

use super::host::Working;
use super::slot::{Opened, Slot};
use super::{Engine, not_found};
use crate::Error;
use crate::key::call::Call;
use crate::key::item::{Item, WRONG_ITEM};
use crate::key::purse::Purse;
use crate::key::state::KeyState;
use crate::key::terms::Terms;
use crate::verb::{Need, Said, Verb};
use std::collections::VecDeque;
use std::sync::Arc;

/// After so many items of a batch it is seen again whether the key has changed: they take far less than the
/// quarter of a second in which others are to see a change.
pub(super) const WITH_ONE_LOOK: usize = 1000;
/// After so many bytes of a batch it is seen again whether the key has changed.
pub(super) const BYTES_WITH_ONE_LOOK: usize = 16 << 20;

/// A key, and what its view says about every call.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) slot: &'a Arc<Slot>,
    pub(crate) terms: Terms<'a>,
}

impl At<'_> {
    /// The one way to a key for what works with it: let in, done with the key as it is now, and, if there is
    /// talk of a version that it has not, once more after a look at the store.
    #[inline]
    pub(crate) fn run<T>(
        &self,
        verb: Verb,
        item: &Item<'_>,
        mut work: impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.engine.pass(verb, Some(&self.slot.name), || {
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
        self.with_opened(verb.need(), |opened, state| {
            if !item.input.is_made_with(verb) {
                return Err(WRONG_ITEM);
            }
            state.admit(verb)?;
            let terms = self.terms;
            item.only(verb.takes(terms.manner.is_transit()), terms.manner)?;
            let host = &self.engine.working(self.slot, opened, state);
            work(&Call { verb, state, host, terms, item, purse: None })
        })
    }

    /// The key as it was found, for many items.
    #[inline]
    pub(super) fn look<'l>(
        &'l self,
        verb: Verb,
        opened: &'l Opened,
        state: &'l KeyState,
        purse: &'l Purse,
    ) -> Look<'l> {
        let (terms, working) = (self.terms, self.engine.working(self.slot, opened, state));
        let takes = verb.takes(terms.manner.is_transit());
        Look { verb, state, working, terms, takes, refused: state.admit(verb).err(), purse }
    }

    /// [`run`](Self::run) for each of many items, as one call: let in once, with the key as it is then, which
    /// is looked at again after so many.
    pub(crate) fn run_batch<'a, T>(
        &self,
        verb: Verb,
        items: impl IntoIterator<Item = Item<'a>>,
        mut work: impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Vec<Result<T, Error>> {
        let engine = self.engine;
        let mut items = items.into_iter();
        let mut results = Vec::with_capacity(items.size_hint().0);
        // Taken before they are worked on: an iterator of the caller's may take its time.
        let mut taken: VecDeque<Item<'a>> = VecDeque::new();
        let done = engine.pass(verb, Some(&self.slot.name), || {
            loop {
                if taken.is_empty() {
                    taken.extend(items.by_ref().take(WITH_ONE_LOOK));
                }
                if taken.is_empty() {
                    return Ok(());
                }
                engine.admit(verb.need())?;
                let unknown = self.with_opened(verb.need(), |opened, state| {
                    let (mut bytes, purse) = (0, Purse::default());
                    let look = self.look(verb, opened, state, &purse);
                    while let Some(item) =
                        if bytes > BYTES_WITH_ONE_LOOK || purse.is_late() { None } else { taken.pop_front() }
                    {
                        bytes += item.input.len();
                        purse.expect(1 + taken.len());
                        match look.one(&item, &mut work) {
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
    pub(super) fn once_more<T>(
        &self,
        verb: Verb,
        item: &Item<'_>,
        work: &mut impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let engine = self.engine;
        let looked = engine.freshen_now(self.slot);
        match (engine.admit(verb.need()).and_then(|()| self.once(verb, item, work)), looked) {
            // Without a look nobody knows.
            (Err(Error::VersionTooNew), Err(error)) => Err(error),
            (result, _) => result,
        }
    }

    /// The key as it is now, as fresh as the need asks for.
    #[inline]
    pub(super) fn with_opened<T>(
        &self,
        need: Need,
        work: impl FnOnce(&Opened, &KeyState) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let engine = self.engine;
        engine.freshen(self.slot, need)?;
        if need == Need::Protect && engine.is_behind(self.slot) {
            return Err(Error::Stale);
        }
        let opened = self.slot.opened.load();
        let opened = opened.as_deref().ok_or_else(|| engine.absent(&self.slot.name))?;
        work(opened, opened.state.as_ref().ok_or_else(|| not_found(&self.slot.name))?)
    }
}

/// A key as it is for one look at it, for many items: what is asked of it once, however many follow.
pub(super) struct Look<'a> {
    verb: Verb,
    state: &'a KeyState,
    working: Working<'a>,
    terms: Terms<'a>,
    /// What an item may say.
    takes: Said,
    /// Why the key does not do this, if it does not.
    refused: Option<Error>,
    /// Where the uses of a batch are.
    purse: &'a Purse,
}

impl Look<'_> {
    #[inline]
    pub(super) fn one<T>(
        &self,
        item: &Item<'_>,
        work: &mut impl FnMut(&Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let &Self { verb, state, ref working, terms, takes, ref refused, purse } = self;
        if !item.input.is_made_with(verb) {
            return Err(WRONG_ITEM);
        }
        if let Some(error) = refused {
            return Err(error.clone());
        }
        item.only(takes, terms.manner)?;
        work(&Call { verb, state, host: working, terms, item, purse: Some(purse) })
    }
}
