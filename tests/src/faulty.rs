//! Edges that fail when they are told to: a store, a seal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use strongroom::{
    DocName, Epoch, Expected, Fence, Looks, Memory, PutError, Revision, SealError, SealProvider, Sealed,
    SecretArray, Store, StoreError,
};

/// What a [`FaultyStore`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// What it should.
    None,
    /// Nothing can be read or written.
    Unreachable,
    /// Somebody else is always faster.
    Conflict,
    /// Writes happen, but may not last.
    Uncertain,
}

/// A store in memory with a fault. Clones share both.
#[derive(Debug, Clone, Default)]
pub struct FaultyStore {
    /// The documents.
    pub documents: Memory,
    fault: Arc<AtomicU8>,
}

impl FaultyStore {
    /// From now on.
    pub fn set(&self, fault: Fault) {
        self.fault.store(fault as u8, Ordering::SeqCst);
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault.load(Ordering::SeqCst) == fault as u8
    }

    fn reach(&self) -> Result<(), StoreError> {
        if self.has(Fault::Unreachable) {
            Err(StoreError { reason: "the cable is out".into() })
        } else {
            Ok(())
        }
    }
}

impl Store for FaultyStore {
    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        self.reach()?;
        self.documents.load(name)
    }

    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError> {
        self.reach().map_err(|error| PutError::Failed(error.reason))?;
        if self.has(Fault::Conflict) {
            return Err(PutError::Conflict);
        }
        let revision = self.documents.put_if(name, document, expected, fence)?;
        if self.has(Fault::Uncertain) {
            Err(PutError::Uncertain("the folder was not flushed".into()))
        } else {
            Ok(revision)
        }
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        self.reach()?;
        self.documents.list(after, limit)
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        self.reach()?;
        self.documents.epoch()
    }

    fn looks(&self) -> Looks {
        self.documents.looks()
    }
}

/// A seal that wraps without a secret. It is never asked.
#[derive(Debug)]
pub struct PublicSeal;

impl SealProvider for PublicSeal {
    fn kind(&self) -> &str {
        "public"
    }

    fn key_id(&self) -> &str {
        "one"
    }

    fn wrap(&self, _: &SecretArray<32>, _: &[u8]) -> Result<Vec<u8>, SealError> {
        Err(SealError::Refused)
    }

    fn unwrap(&self, _: &[u8], _: &[u8]) -> Result<SecretArray<32>, SealError> {
        Err(SealError::Refused)
    }

    fn public_wrap(&self) -> bool {
        true
    }
}

/// A seal that cannot be asked.
#[derive(Debug)]
pub struct FaultySeal;

impl SealProvider for FaultySeal {
    fn kind(&self) -> &str {
        "faulty"
    }

    fn key_id(&self) -> &str {
        "1"
    }

    fn wrap(&self, _: &SecretArray<32>, _: &[u8]) -> Result<Vec<u8>, SealError> {
        Err(SealError::Failed("the seal is out of order".into()))
    }

    fn unwrap(&self, _: &[u8], _: &[u8]) -> Result<SecretArray<32>, SealError> {
        Err(SealError::Failed("the seal is out of order".into()))
    }
}
