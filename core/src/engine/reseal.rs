//! A new root key for every document.

use super::commit::{Edit, Id};
use super::roots::{self, corrupt};
use super::{Engine, not_found};
use crate::Error;
use crate::document::binding::Binding;
use crate::document::copy::Notes;
use crate::document::header::Header;
use crate::document::root::WrappedRoot;
use crate::error::invalid;
use crate::name::DocName;
use crate::seal::Seal;
use crate::seal::ready::Ready;
use crate::seal::several::Several;
use crate::secret::SecretArray;
use crate::store::Fencing;
use std::sync::Arc;
use std::time::Duration;

/// From the moment when the new root key was written only the new seals open the keyring, so nobody may be
/// told that nothing has changed.
fn unfinished(error: Error) -> Error {
    match error {
        Error::StoreFailed { reason } | Error::Uncertain { reason } => {
            let sentence = format!(
                "the reseal was begun and is not finished, so open with the new seals and reseal to them again ({reason})"
            );
            Error::Uncertain { reason: reason.told_as(sentence) }
        }
        other => other,
    }
}

/// A seal that was there keeps its notes, but for a label that it is given now.
fn noted(label: Option<&str>, before: Option<&Notes>, now: u64) -> Notes {
    match (label, before) {
        (Some(label), Some(before)) => Notes { label: Some(label.to_owned()), added: before.added },
        (None, Some(before)) => before.clone(),
        (label, None) => Notes::new(label, now),
    }
}

impl Engine {
    pub(crate) fn reseal(&self, seals: impl IntoIterator<Item = Seal>) -> Result<usize, Error> {
        let (seals, labels): (Vec<Ready>, Vec<Option<String>>) =
            Seal::any(seals).read_all()?.into_iter().unzip();
        let (document, _) = self.root_document()?;
        let mut resealed = 0;
        if let [_, .., newest] = document.roots.as_slice() {
            resealed = self.finish_reseal(newest.number).map_err(unfinished)?;
            let copies = &newest.copies;
            if copies.len() == seals.len()
                && seals.iter().all(|seal| copies.iter().any(|copy| copy.is(seal.kind(), seal.key_id())))
            {
                return Ok(resealed);
            }
        }
        let begun = self.begin_reseal(&seals, &labels)?;
        Ok(resealed + self.finish_reseal(begun).map_err(unfinished)?)
    }

    /// Adds a root key and gives its number. What is written from here on is sealed under it, or under one
    /// that another reseal adds after it.
    fn begin_reseal(&self, seals: &[Ready], labels: &[Option<String>]) -> Result<u32, Error> {
        let key = Arc::new(SecretArray::random()?);
        let begun = self.change_roots(|document| {
            let newest = document.roots.last().ok_or(corrupt("it has no roots"))?.number;
            let number = newest.checked_add(1).filter(|number| *number <= i32::MAX as u32);
            let number = number.ok_or(Error::InvalidOption { reason: invalid::TOO_MANY_ROOT_KEYS })?;
            let notes: Vec<Notes> = seals
                .iter()
                .zip(labels)
                .map(|(seal, label)| {
                    let before = document.notes(seal.kind(), seal.key_id());
                    noted(label.as_deref(), before, self.now())
                })
                .collect();
            // Any seal of the newest root opens everything.
            self.wrap_older(document, seals)?;
            let binding = Binding::keyring(document.keyring, number);
            let wrap = |seal: &Ready| roots::wrap(&binding, &key, seal);
            let copies = seals.iter().map(wrap).collect::<Result<_, _>>()?;
            document.roots.push(WrappedRoot { number, copies });
            for (seal, notes) in seals.iter().zip(&notes) {
                document.note(seal.kind(), seal.key_id(), notes);
            }
            Ok((number, Some((number, key.clone()))))
        });
        // What is uncertain is there as long as the machine runs.
        if !matches!(begun, Ok(_) | Err(Error::Uncertain { .. })) {
            return begun;
        }
        let current = self.seal.load_full();
        let current: Vec<Arc<Ready>> = current.iter().flat_map(|current| current.known()).collect();
        // Those that are given now and not those that were: a passphrase may have another text.
        let mut kept: Vec<Ready> =
            seals.iter().filter(|seal| current.iter().any(|own| seal.is_same(own))).cloned().collect();
        if kept.is_empty() {
            kept.extend(seals.first().cloned());
        }
        self.seal.store(Arc::new(Some(Arc::new(Several::of(kept)))));
        if self.is_closed() {
            self.seal.store(Arc::default());
        }
        begun.map_err(unfinished)
    }

    /// Seals every document that is under a root key before `number` anew, then forgets those root keys. The
    /// ones that follow stay: another reseal may have added one meanwhile, and it is for that one to say when
    /// everything is under it.
    fn finish_reseal(&self, number: u32) -> Result<usize, Error> {
        let mut resealed = self.reseal_older(number)?;
        if let Fencing::Deadline(deadline) = self.store.fencing() {
            // What was on its way when the new root key was added has arrived by then, or never will.
            std::thread::sleep(deadline * 2 + deadline.min(Duration::from_secs(10)));
            resealed += self.reseal_older(number)?;
        }
        self.change_roots(|document| {
            document.roots.retain(|root| root.number >= number);
            Ok(((), None))
        })?;
        Ok(resealed)
    }

    /// Once over all documents is enough: since the root key with this number was added, the fence keeps
    /// others from writing under an older one.
    fn reseal_older(&self, number: u32) -> Result<usize, Error> {
        let mut resealed = 0;
        for (name, document) in self.store.load_all()? {
            if Header::parse(document.as_bytes()).is_ok_and(|header| header.root >= number) {
                continue;
            }
            match name {
                DocName::Root => continue,
                DocName::Usage(name) => {
                    resealed += usize::from(self.reseal_usage(&self.slots.slot(&name))?);
                    continue;
                }
                DocName::Key(name) => self.commit(&self.slots.slot(&name), |body| {
                    let body = body.ok_or_else(|| not_found(&name))?;
                    Ok(Edit::Write { body, id: Id::Same, result: () })
                })?,
            }
            resealed += 1;
        }
        Ok(resealed)
    }
}
