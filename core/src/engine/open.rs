//! Creating and opening keyrings.

use super::Engine;
use super::config::Config;
use super::roots::{self, Roots};
use super::seals::with_others;
use crate::Error;
use crate::document::binding::Binding;
use crate::document::copy::{Notes, WrappedCopy};
use crate::document::line::Line;
use crate::document::root::{RootDocument, WrappedRoot};
use crate::document::staleness::{DEFAULT_LIMIT, Staleness};
use crate::error::invalid;
use crate::name::{DocName, KeyringId};
use crate::seal::Seal;
use crate::seal::ready::Ready;
use crate::seal::several::Several;
use crate::secret::SecretArray;
use crate::store::{Expected, Fence, Memory, PutError, Revision, Sealed, Store};
use std::sync::Arc;

impl Engine {
    pub(crate) fn in_memory() -> Arc<Self> {
        // Both are of no value to anyone else: the store is private to this keyring.
        let mut key = SecretArray::zeroed();
        let mut id = [0; 16];
        let drawn =
            strongroom_entropy::fill(key.expose_mut()).and_then(|()| strongroom_entropy::fill(&mut id));
        let keys = if drawn.is_ok() { vec![(1, Arc::new(key))] } else { Vec::new() };
        Config::unshared().assemble(
            Arc::new(Memory::new()),
            None,
            KeyringId::from_bytes(id),
            Roots { generation: 1, keys, ..Roots::default() },
        )
    }
}

pub(super) const MISSING: &str =
    "it is missing beside the documents of its keyring, which nothing else opens";

pub(super) const ALL_MISSING: &str =
    "it is missing with all documents of its keyring; mount what held them, or restore them";

impl Config {
    pub(crate) fn create(self, store: Arc<dyn Store>, seal: Seal) -> Result<Arc<Engine>, Error> {
        // Whoever names a keyring does not mean another one that is made in its place.
        if self.is_pinned() {
            return Err(Error::InvalidOption { reason: invalid::PINNED_AT_CREATION });
        }
        if self.label.len() > 255 {
            return Err(Error::InvalidOption { reason: invalid::KEYRING_LABEL_TOO_LONG });
        }
        let seals = seal.read_all()?;
        let mut id = [0; 16];
        strongroom_entropy::fill(&mut id)?;
        let key = SecretArray::random()?;
        let id = KeyringId::from_bytes(id);
        let copy = |(seal, label): &(Ready, Option<String>)| {
            let copy = roots::wrap(&Binding::keyring(id, 1), &key, seal)?;
            Ok(WrappedCopy { notes: Notes::new(label.as_deref(), self.clock.now()), ..copy })
        };
        let copies = seals.iter().map(copy).collect::<Result<_, Error>>()?;
        // After the seals were asked: one that fails leaves no empty place.
        store.create()?;
        // Without its root document a keyring cannot be opened, and its documents would stand in the way of
        // ours for ever.
        if store.list(None, 1)?.first().is_some_and(|name| *name != DocName::Root) {
            let reason = "documents of another keyring are here, from a restore that was cut off or without their root document; restore again, or use an empty place";
            return Err(Error::StoreFailed { reason: reason.into() });
        }
        let document = RootDocument {
            keyring: id,
            generation: 1,
            label: self.label.clone(),
            roots: vec![WrappedRoot { number: 1, copies }],
            line: Some(Line::continued(None, id, [(1, &key)]).map_err(roots::corrupt)?),
            staleness: self.own_staleness().filter(|own| *own > DEFAULT_LIMIT).map(|limit| Staleness {
                limit,
                before: limit,
                since: self.clock.now(),
            }),
        };
        let sealed = Sealed::from_stored(document.seal(&key));
        let revision =
            match store.put_if(&DocName::Root, &sealed, Expected::Absent, Fence::new(Expected::Absent)) {
                Ok(revision) => revision,
                Err(PutError::Conflict) => return Err(Error::KeyringExists { place: store.place() }),
                Err(PutError::Failed(reason)) => return Err(Error::StoreFailed { reason }),
                Err(PutError::Uncertain(reason)) => return Err(Error::Uncertain { reason }),
            };
        let roots = Roots::of(&document, revision, vec![(1, Arc::new(key))]);
        let seals = Several::of(seals.into_iter().map(|(seal, _)| seal));
        self.build(store, Some(Arc::new(seals)), id, roots)
    }

    pub(crate) fn open(self, store: Arc<dyn Store>, seal: Seal) -> Result<Arc<Engine>, Error> {
        let Some((document, revision)) = store.load(&DocName::Root)? else {
            // Whoever is told that there is no keyring makes one, and nothing opens these documents then.
            let is_left_alone = store.list(None, 1).is_ok_and(|names| !names.is_empty());
            let nothing = || Error::KeyringNotFound { place: store.place() };
            return Err(if is_left_alone { roots::corrupt(MISSING) } else { nothing() });
        };
        let seals = seal.several().map_err(|error| with_others(error, document.as_bytes(), &[]))?;
        let (parsed, roots) = self.open_roots(document.as_bytes(), revision, &seals)?;
        self.build(store, Some(Arc::new(seals)), parsed.keyring, roots)
    }

    /// Opens a root document that nobody has opened yet. Whoever can wrap with a public key can make one.
    pub(super) fn open_roots(
        &self,
        document: &[u8],
        revision: Revision,
        seals: &Several,
    ) -> Result<(RootDocument, Roots), Error> {
        let opened = seals.open(|seal| {
            if seal.public_wrap() && self.pin.is_none() && self.witness.is_none() {
                return Err(Error::PinRequired);
            }
            roots::open(document, revision, seal, &Roots::default())
        });
        let (parsed, roots) = opened.map_err(|error| with_others(error, document, &seals.known()))?;
        self.check_pin(&parsed, &roots)?;
        Ok((parsed, roots))
    }

    pub(crate) fn open_or_create(self, store: Arc<dyn Store>, seal: Seal) -> Result<Arc<Engine>, Error> {
        let seal = seal.read_now()?;
        if !self.is_pinned() && store.load(&DocName::Root)?.is_none() {
            match self.clone().create(store.clone(), seal.clone()) {
                // Somebody else was faster.
                Err(Error::KeyringExists { .. }) => {}
                other => return other,
            }
        }
        self.open(store, seal)
    }
}
