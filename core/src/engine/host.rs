//! What a key needs of the keyring while it works.

use super::cache::{Cache, MAX_CONTEXT};
use super::lease::{BRIEFLY, PATIENCE, SLOW};
use super::slot::{Opened, Slot};
use super::{Engine, roots};
use crate::Error;
use crate::alg::mac::HmacKey;
use crate::context::Context;
use crate::derive::Purpose;
use crate::document::header::Header;
use crate::key::state::{Host, KeyState};
use crate::key::subkeys::Tag;
use crate::key::trim::Delay;
use crate::key::uses::Uses;
use crate::subkey::Subkey;
use crate::version::Version;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Which version under which context.
pub(super) type SubkeyName = (Tag, Context);

/// Which version, under which context if any, for which column.
pub(super) struct ColumnName {
    tag: Tag,
    context: Option<Context>,
    head: [u8; 10],
    name: Box<str>,
}

/// The keyring, as a key sees it that works.
pub(crate) struct Working<'a> {
    pub(super) engine: &'a Engine,
    pub(super) slot: &'a Arc<Slot>,
    pub(super) header: &'a Header,
    pub(super) state: &'a KeyState,
}

impl Host for Working<'_> {
    fn find(&self, tag: &Tag, context: &Context, call: &mut dyn FnMut(&Subkey)) -> bool {
        let is = |name: &SubkeyName| name.0 == *tag && name.1 == *context;
        self.engine.subkeys.find((tag, context), is, call).is_some()
    }

    fn keep(&self, tag: &Tag, context: &Context, subkey: &Subkey) {
        if context.encoded().len() > MAX_CONTEXT {
            return;
        }
        self.engine.subkeys.keep((tag, context), (*tag, context.clone()), subkey.clone());
        // Whoever closes says so and then clears the cache, so one of the two sees the other.
        if self.engine.closed.load(Ordering::SeqCst) {
            self.engine.subkeys.clear();
        }
    }

    fn find_column(
        &self,
        tag: &Tag,
        context: Option<&Context>,
        purpose: &Purpose<'_>,
        call: &mut dyn FnMut(&HmacKey),
    ) -> bool {
        let Some(columns) = self.engine.columns.get() else { return false };
        let is = |name: &ColumnName| {
            name.tag == *tag
                && name.context.as_ref() == context
                && name.head == purpose.head
                && *name.name == *purpose.name
        };
        columns.find((tag, context, purpose), is, |key| call(key)).is_some()
    }

    fn keep_column(&self, tag: &Tag, context: Option<&Context>, purpose: &Purpose<'_>, key: &Arc<HmacKey>) {
        if context.is_some_and(|context| context.encoded().len() > MAX_CONTEXT) {
            return;
        }
        let name = ColumnName {
            tag: *tag,
            context: context.cloned(),
            head: purpose.head,
            name: purpose.name.into(),
        };
        let columns = self.engine.columns.get_or_init(|| Box::new(Cache::new()));
        columns.keep((tag, context, purpose), name, key.clone());
        if self.engine.closed.load(Ordering::SeqCst) {
            columns.clear();
        }
    }

    #[cold]
    fn now(&self) -> u64 {
        self.engine.now()
    }

    fn delay(&self) -> (u64, Delay) {
        let now = self.engine.now();
        (now, self.engine.trim_delay(now))
    }

    /// A lease is a write, and a write can take any time, so it is left to the housekeeper.
    #[cold]
    fn lease(&self, version: Version, uses: &Arc<Uses>, early: bool) -> Result<(), Error> {
        let limit = self.state.record.use_limit(version, self.engine.usage_limit);
        let (slot, header, leased) = (self.slot.clone(), self.header.clone(), uses.clone());
        let lease = move |engine: &Engine| engine.lease(&slot, &header, limit, version, &leased);
        if early {
            // One waits for it, for as long as a disk takes; the others go on with what is left.
            if let Some(renewal) = uses.begin_renewal() {
                self.engine.apart(BRIEFLY, move |engine| {
                    let _ = lease(engine);
                    drop(renewal);
                });
            }
            return Ok(());
        }
        match self.engine.apart(PATIENCE, lease.clone()) {
            // A root key has to be unwrapped first, which the housekeeper does not do.
            Some(Err(error)) if roots::needs_seal(&error) => lease(self.engine),
            Some(result) => result,
            None => Err(Error::StoreFailed { reason: SLOW.into() }),
        }
    }
}

impl Engine {
    /// What a key works with.
    pub(crate) fn working<'a>(
        &'a self,
        slot: &'a Arc<Slot>,
        opened: &'a Opened,
        state: &'a KeyState,
    ) -> Working<'a> {
        Working { engine: self, slot, header: &opened.header, state }
    }
}
