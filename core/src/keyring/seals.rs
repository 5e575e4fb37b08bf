//! The wrapped copies of the root key.

use super::roots::{self, corrupt};
use super::{Keyring, Operation};
use crate::Error;
use crate::document::root::{RootDocument, check_mac};
use crate::name::DocName;
use crate::seal::Seal;
use crate::store::{Expected, PutError, Sealed};

/// One wrapped copy of the root key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealInfo {
    /// The kind of seal, such as `root-key` or `passphrase`.
    pub kind: String,
    /// Which one of that kind.
    pub id: String,
}

impl Keyring {
    /// The copies of the newest root key.
    ///
    /// # Errors
    /// What the store has to say
    pub fn seals(&self) -> Result<Vec<SealInfo>, Error> {
        let (document, _) = self.root_document()?;
        let newest = document.roots.last().map(|root| root.copies.as_slice()).unwrap_or_default();
        Ok(newest.iter().map(|copy| SealInfo { kind: copy.kind.clone(), id: copy.id.clone() }).collect())
    }

    /// Wraps a further copy of the root key.
    ///
    /// # Errors
    /// [`Error::SealExists`], [`Error::InvalidRootKey`], or what the store or the seal has to say
    pub fn add_seal(&self, seal: Seal) -> Result<(), Error> {
        self.0.admit(Operation::Manage)?;
        let seal = seal.resolve()?;
        self.change_roots(|document| {
            if document.roots.iter().any(|root| root.copies.iter().any(|copy| copy.is(seal.kind(), seal.key_id()))) {
                return Err(Error::SealExists);
            }
            let keys = self.0.roots.load();
            for root in &mut document.roots {
                let key = keys.get(root.number).ok_or(corrupt("it lists a root key that is not open"))?;
                root.copies.push(roots::wrap(document.keyring.as_bytes(), root.number, key, seal.as_ref())?);
            }
            Ok(())
        })
    }

    /// Removes a copy. Whoever copied the files before still has it.
    ///
    /// # Errors
    /// [`Error::SealNotFound`], [`Error::LastSeal`]
    pub fn remove_seal(&self, kind: &str, id: &str) -> Result<(), Error> {
        self.0.admit(Operation::Manage)?;
        self.change_roots(|document| {
            let newest = document.roots.last().ok_or(corrupt("it has no roots"))?;
            if !newest.copies.iter().any(|copy| copy.is(kind, id)) {
                return Err(Error::SealNotFound);
            }
            if newest.copies.len() == 1 {
                return Err(Error::LastSeal);
            }
            document.roots.iter_mut().for_each(|root| root.copies.retain(|copy| !copy.is(kind, id)));
            Ok(())
        })
    }

    /// The root document as it is now, proven by the newest root key that this keyring has open.
    fn root_document(&self) -> Result<(RootDocument, Expected), Error> {
        self.0.admit(Operation::Manage)?;
        let (document, revision) = self.0.store.load(&DocName::Root)?.ok_or(Error::KeyringNotFound)?;
        let parsed = RootDocument::parse(document.as_bytes()).map_err(corrupt)?;
        let roots = self.0.roots.load();
        let (_, newest) = roots.newest()?;
        if parsed.keyring != self.0.id || !check_mac(document.as_bytes(), newest) {
            return Err(corrupt("its mac does not fit, so it is damaged or forged"));
        }
        if parsed.generation < roots.generation {
            return Err(Error::RolledBack { document: DocName::Root.file_name() });
        }
        Ok((parsed, Expected::Revision(revision)))
    }

    fn change_roots(&self, mut edit: impl FnMut(&mut RootDocument) -> Result<(), Error>) -> Result<(), Error> {
        for _ in 0..100 {
            let (mut document, expected) = self.root_document()?;
            edit(&mut document)?;
            document.generation += 1;
            let sealed = {
                let roots = self.0.roots.load();
                let (_, newest) = roots.newest()?;
                Sealed::from_stored(document.seal(newest))
            };
            RootDocument::parse(sealed.as_bytes()).map_err(|reason| Error::InvalidOption { reason })?;
            match self.0.store.put_if(&DocName::Root, &sealed, expected) {
                Ok(_) => return Ok(()),
                Err(PutError::Conflict) => {}
                Err(PutError::Failed(reason)) => return Err(Error::StoreFailed { reason }),
                Err(PutError::Uncertain(reason)) => return Err(Error::Uncertain { reason }),
            }
        }
        Err(Error::Conflict)
    }
}
