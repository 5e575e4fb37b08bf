//! How a keyring is opened.

use super::flight::Flight;
use super::housekeeper::Housekeeper;
use super::lease::USAGE_LIMIT;
use super::refresh::Past;
use super::roots::Roots;
use super::{Engine, cache, slot};
use crate::Error;
use crate::clock::{Clock, SystemClock};
use crate::document::pin::Pin;
use crate::document::root::RootDocument;
use crate::document::witness::Witness;
use crate::entropy::Nonces;
use crate::error::invalid;
use crate::name::KeyringId;
use crate::seal::several::Several;
use crate::store::{Looks, Store};
use arc_swap::{ArcSwap, ArcSwapOption};
use once_cell::race::OnceBox;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

/// How a keyring is opened.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) nonces: Nonces,
    pub(crate) max_staleness: Option<Duration>,
    pub(crate) label: String,
    pub(crate) pinned_id: Option<KeyringId>,
    pub(crate) minimum_generation: u64,
    pub(crate) pin: Option<Pin>,
    pub(crate) witness: Option<Arc<Witness>>,
    pub(crate) usage_limit: u64,
    is_shared: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            nonces: Nonces::Pooled,
            max_staleness: None,
            label: String::new(),
            pinned_id: None,
            minimum_generation: 0,
            pin: None,
            witness: None,
            usage_limit: USAGE_LIMIT,
            is_shared: true,
        }
    }
}

impl Config {
    pub(super) fn check_pin(&self, document: &RootDocument, roots: &Roots) -> Result<(), Error> {
        let other = self.pinned_id.is_some_and(|id| id != document.keyring)
            || document.generation < self.minimum_generation;
        if other {
            return Err(Error::KeyringMismatch);
        }
        let witnessed = self.witness.as_ref().map(|witness| witness.pin);
        self.pin.into_iter().chain(witnessed).try_for_each(|pin| pin.check(document, roots.head.as_ref()))
    }

    /// Whether it has to be one keyring, which must then exist.
    pub(super) fn is_pinned(&self) -> bool {
        self.pinned_id.is_some() || self.pin.is_some() || self.witness.is_some()
    }

    /// For a store that no other process has, so that nobody can be behind.
    pub(super) fn unshared() -> Self {
        Self { is_shared: false, ..Self::default() }
    }

    /// In milliseconds.
    pub(super) fn own_staleness(&self) -> Option<u64> {
        self.max_staleness.map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn build(
        self,
        store: Arc<dyn Store>,
        seal: Option<Arc<Several>>,
        id: KeyringId,
        roots: Roots,
    ) -> Result<Arc<Engine>, Error> {
        let (own, limit) = (self.own_staleness(), roots.staleness_limit());
        if own.is_some_and(|own| own > limit) {
            return Err(Error::InvalidOption { reason: invalid::MAX_STALENESS_ABOVE_KEYRING });
        }
        Ok(self.assemble(store, seal, id, roots))
    }

    /// [`build`](Self::build) with options that were checked.
    pub(super) fn assemble(
        self,
        store: Arc<dyn Store>,
        seal: Option<Arc<Several>>,
        id: KeyringId,
        roots: Roots,
    ) -> Arc<Engine> {
        let now = self.clock.coarse_millis();
        let (own, limit) = (self.own_staleness(), roots.staleness_limit());
        Arc::new_cyclic(|this| Engine {
            this: this.clone(),
            is_watched: self.is_shared && store.looks() == Looks::Watched,
            store,
            housekeeper: Housekeeper::default(),
            seal: ArcSwap::from_pointee(seal),
            clock: self.clock,
            nonces: self.nonces,
            max_staleness: AtomicU64::new(own.unwrap_or(limit)),
            own_staleness: own.unwrap_or(u64::MAX),
            is_shared: self.is_shared,
            usage_limit: self.usage_limit,
            witness: self.witness,
            id,
            roots: ArcSwap::from_pointee(roots),
            slots: slot::Slots::new(),
            subkeys: cache::Cache::new(),
            columns: OnceBox::new(),
            closed: AtomicBool::new(false),
            epoch: AtomicU64::new(0),
            next_check: AtomicU64::new(0),
            next_reload: AtomicU64::new(0),
            seal_wanted: AtomicBool::new(false),
            next_ask: AtomicU64::new(0),
            seal_failed: ArcSwapOption::empty(),
            past: ArcSwap::from_pointee(Past { epoch: 0, seen: 0 }),
            looked: AtomicU64::new(now),
            reached: AtomicU64::new(now),
            last_look: Flight::default(),
        })
    }
}
