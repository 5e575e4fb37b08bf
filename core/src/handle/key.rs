//! A key, to manage it and to work with it.

use super::view::View;
use crate::Error;
use crate::context::IntoContext;
use crate::document::key::Body;
use crate::key::configure::KeyConfig;
use crate::key::export::{ExportKind, Expose, export};
use crate::key::import::{Import, import_version};
use crate::key::info::{KeyInfo, info};
use crate::key::record::Record;
use crate::key::{rotate, trim};
use crate::keyring::slot::Slot;
use crate::keyring::{Keyring, Operation};
use crate::material::KeyType;
use crate::seal::Seal;
use crate::secret::SecretBytes;
use crate::version::Version;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

/// A key of a keyring. Cheap to clone; follows rotations, also those of other processes.
///
/// The data operations are those of [`View`].
#[derive(Debug, Clone)]
pub struct Key(View);

impl Deref for Key {
    type Target = View;
    fn deref(&self) -> &View {
        &self.0
    }
}

impl Key {
    pub(crate) fn new(ring: Keyring, slot: Arc<Slot>) -> Self {
        Self(View::new(ring, slot, None))
    }

    /// A view of a derived key under a context: every operation of it works with the subkey.
    ///
    /// # Errors
    /// [`Error::InvalidContext`], [`Error::ContextNotAllowed`] on a key that is not derived
    pub fn context(&self, context: impl IntoContext) -> Result<View, Error> {
        let context = context.into_context()?;
        self.with_record(|record| if record.derived { Ok(()) } else { Err(Error::ContextNotAllowed) })?;
        Ok(View::new(self.0.ring.clone(), self.0.slot.clone(), Some(context)))
    }

    /// What the key is, now.
    ///
    /// # Errors
    /// [`Error::KeyNotFound`] once it was deleted, [`Error::Closed`]
    pub fn info(&self) -> Result<KeyInfo, Error> {
        let ring = &self.0.ring.0;
        self.0.with_opened(Operation::Manage, |opened, state| {
            let counted = state.record.counts_uses(state.record.latest());
            let usage = if counted { ring.usage(&self.0.slot, &opened.header.key_id)? } else { Default::default() };
            Ok(info(&state.record, &usage.0, ring.usage_limit()))
        })
    }

    /// Adds a version of fresh material and makes it the latest. What was made with older versions still opens.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let ring = Keyring::in_memory();
    /// let cards = ring.create_key("cards", KeySpec::default())?;
    /// let old = cards.encrypt(b"4111", Aad::NONE)?;
    /// assert_eq!(cards.rotate()?.get(), 2);
    /// assert_eq!(cards.decrypt(&old, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::KeyDisabled`], [`Error::RotationNotAllowed`], or the store's
    pub fn rotate(&self) -> Result<Version, Error> {
        self.change(|record, now| rotate::rotate(record, None, now))
    }

    /// Rotates to another type that has the same operations and options.
    ///
    /// # Errors
    /// [`Error::RotationTypeMismatch`], and as [`rotate`](Self::rotate)
    pub fn rotate_to(&self, key_type: KeyType) -> Result<Version, Error> {
        self.change(|record, now| rotate::rotate(record, Some(key_type), now))
    }

    /// Changes settings: all of them or, with an error, none.
    ///
    /// # Errors
    /// [`Error::InvalidWindow`], [`Error::InvalidOption`]
    pub fn configure(&self, config: KeyConfig) -> Result<KeyInfo, Error> {
        self.change(|record, _| config.apply(record))?;
        self.info()
    }

    /// Suspends the key as a whole: every data operation is refused until [`enable`](Self::enable).
    ///
    /// # Errors
    /// The store's
    pub fn disable(&self) -> Result<(), Error> {
        self.set_disabled(true)
    }

    /// Ends what [`disable`](Self::disable) began.
    ///
    /// # Errors
    /// The store's
    pub fn enable(&self) -> Result<(), Error> {
        self.set_disabled(false)
    }

    /// Destroys the material of every version below `min_available`. Their dates stay. This cannot be undone.
    ///
    /// A version that was the latest until less than `max_staleness` ago is not destroyed: another process may still encrypt with it.
    ///
    /// # Errors
    /// [`Error::InvalidWindow`] unless both minimum versions are at or above it, and for a version that was the latest until just now
    pub fn trim(&self, min_available: Version) -> Result<(), Error> {
        let delay = self.0.ring.0.trim_delay();
        self.change(|record, now| trim::trim(record, min_available, delay, now))
    }

    /// Adds material from outside as the latest version of an imported key.
    ///
    /// # Errors
    /// [`Error::InvalidMaterial`], [`Error::DuplicateMaterial`], [`Error::InvalidOption`] on a key that was not imported
    pub fn import_version(&self, import: Import) -> Result<Version, Error> {
        self.change(|record, now| import_version(record, &import, now))
    }

    /// The raw material of the versions from `min_decryption_version` on, if the key is exportable.
    ///
    /// # Errors
    /// [`Error::NotExportable`], [`Error::OperationNotSupported`], [`Error::KeyDisabled`]
    pub fn export(&self, kind: ExportKind, _exposure: Expose) -> Result<BTreeMap<Version, SecretBytes>, Error> {
        self.with_record(|record| export(record, kind))
    }

    /// The whole key, sealed to a seal of the caller's: for another keyring or another day.
    ///
    /// # Errors
    /// [`Error::KeyDisabled`], or the seal's
    pub fn backup(&self, seal: Seal) -> Result<Vec<u8>, Error> {
        let ring = &self.0.ring;
        ring.0.admit(Operation::Manage)?;
        let body = ring.0.stored(&self.0.slot)?;
        match &body {
            Body::Key(record) if record.disabled => Err(Error::KeyDisabled),
            Body::Key(_) => crate::keyring::backup(&body, seal),
            Body::Tombstone { .. } => Err(Error::KeyNotFound),
        }
    }

    pub(crate) fn with_record<T>(&self, call: impl FnOnce(&Record) -> Result<T, Error>) -> Result<T, Error> {
        self.0.with_state(Operation::Manage, |state, _| call(&state.record))
    }

    fn set_disabled(&self, disabled: bool) -> Result<(), Error> {
        self.change(|record, _| {
            record.disabled = disabled;
            Ok(())
        })
    }

    fn change<T>(&self, mut edit: impl FnMut(&mut Record, u64) -> Result<T, Error>) -> Result<T, Error> {
        let ring = &self.0.ring.0;
        ring.admit(Operation::Manage)?;
        ring.change(&self.0.slot, |record| edit(record, ring.now()))
    }
}
