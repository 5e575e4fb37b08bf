//! One call of a key, as it was let in.

use crate::Error;
use crate::context::Context;
use crate::key::item::Item;
use crate::key::purse::Purse;
use crate::key::state::{Host, KeyState};
use crate::key::terms::Terms;
use crate::verb::Verb;
use crate::version::Version;

/// What is to be done, with which key, for whom, under what terms, and what was said about it. Whoever has
/// one was let in: the key does this, is not disabled, and the item says nothing that would have to be
/// ignored.
pub(crate) struct Call<'a> {
    pub(crate) verb: Verb,
    pub(crate) state: &'a KeyState,
    pub(crate) host: &'a dyn Host,
    pub(crate) terms: Terms<'a>,
    pub(crate) item: &'a Item<'a>,
    /// Where the uses of a batch are.
    pub(crate) purse: Option<&'a Purse>,
}

impl<'a> Call<'a> {
    /// The version to make something new with.
    #[inline]
    pub(crate) fn version(&self) -> Result<Version, Error> {
        self.state.to_make(self.host, self.item.asked(self.terms.manner)?, self.terms.manner)
    }

    /// Spends one encryption of a version, where those are counted.
    #[inline]
    pub(crate) fn spend(&self, version: Version) -> Result<(), Error> {
        self.state.spend(version, self.host, self.purse)
    }

    /// The context to work under.
    #[inline]
    pub(crate) fn context(&self) -> Result<Option<&'a Context>, Error> {
        self.terms.context(self.item, self.state.record.derived)
    }

    /// The same call about another item.
    pub(crate) fn about<'b>(&self, item: &'b Item<'b>) -> Call<'b>
    where
        'a: 'b,
    {
        let &Self { verb, state, host, terms, purse, .. } = self;
        Call { verb, state, host, terms, item, purse }
    }
}
