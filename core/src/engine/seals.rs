//! The wrapped copies of the root key.

use super::Engine;
use super::commit::TRIES;
use super::roots::{self, Roots, corrupt};
use crate::Error;
use crate::document::binding::Binding;
use crate::document::copy::{Notes, WrappedCopy};
use crate::document::line::Line;
use crate::document::root::{RootDocument, check_mac};
use crate::error::{Near, invalid};
use crate::name::DocName;
use crate::seal::ready::Ready;
use crate::seal::{Seal, passphrase};
use crate::secret::SecretArray;
use crate::store::{Expected, Revision, Sealed, Store};
use std::sync::Arc;

/// One wrapped copy of the root key.
///
/// ```
/// use strongroom::{Keyring, Memory, Seal, SealInfo, SecretArray};
/// let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
/// let ring = Keyring::create(Memory::new(), seal)?;
/// let seals: Vec<SealInfo> = ring.seals()?;
/// assert_eq!((seals.len(), seals[0].kind.as_str(), seals[0].in_use), (1, "root-key", true));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealInfo {
    /// The kind of seal, such as `root-key` or `passphrase`.
    pub kind: String,
    /// Which one of that kind.
    pub id: String,
    /// What people call it, if a label was given ([`Seal::labelled`]).
    pub label: Option<String>,
    /// When it was added, in nanoseconds since 1970; known if it had a label then.
    pub added: Option<u64>,
    /// This keyring was opened with it, or goes on with it since a reseal.
    pub in_use: bool,
}

impl Engine {
    pub(crate) fn seals(&self) -> Result<Vec<SealInfo>, Error> {
        let (document, _) = self.root_document()?;
        let newest = document.roots.into_iter().next_back().map(|root| root.copies).unwrap_or_default();
        let seals = self.seal.load_full();
        let used = seals.as_ref().as_ref().and_then(|seals| seals.used());
        let own =
            used.as_deref().and_then(|own| own.own(&newest)).map(|copy| (copy.kind.clone(), copy.id.clone()));
        let info = |copy: WrappedCopy| SealInfo {
            in_use: own.as_ref().is_some_and(|(kind, id)| copy.is(kind, id)),
            kind: copy.kind,
            id: copy.id,
            label: copy.notes.label,
            added: copy.notes.added,
        };
        Ok(newest.into_iter().map(info).collect())
    }

    pub(crate) fn add_seal(&self, seal: Seal) -> Result<(), Error> {
        let (seals, labels): (Vec<Ready>, Vec<Option<String>>) = seal.read_all()?.into_iter().unzip();
        let now = self.now();
        let used = self.seal.load().as_ref().as_ref().and_then(|seals| seals.used());
        self.change_roots(|document| {
            let newest = document.roots.last().ok_or(corrupt("it has no roots"))?;
            // A seal under another id opens the only copy of its kind, and beside a second one none.
            let goes_by_kind = |used: &Ready| {
                used.own(&newest.copies).is_some_and(|copy| copy.id != used.key_id())
                    && seals.iter().any(|seal| seal.kind() == used.kind())
                    && !seals.iter().any(|seal| seal.is_same(used))
            };
            if used.as_deref().is_some_and(goes_by_kind) {
                return Err(Error::InvalidOption { reason: invalid::SEAL_UNDER_ANOTHER_ID });
            }
            let mut copies = document.roots.iter().flat_map(|root| &root.copies);
            if copies.any(|copy| seals.iter().any(|seal| copy.is(seal.kind(), seal.key_id()))) {
                return Err(Error::SealExists);
            }
            self.wrap_older(document, &seals)?;
            for (seal, label) in seals.iter().zip(&labels) {
                document.note(seal.kind(), seal.key_id(), &Notes::new(label.as_deref(), now));
            }
            Ok(((), None))
        })
    }

    /// Wraps the root keys anew in the copies that the seals have, or that the one has which opened the
    /// keyring. A copy keeps its place, its id and its notes.
    pub(crate) fn rewrap_seals(&self, seals: Vec<Seal>) -> Result<(), Error> {
        let seals: Vec<Ready> = if seals.is_empty() {
            let used = self.seal.load().as_ref().as_ref().and_then(|seals| seals.used());
            used.iter().map(|used| Ready::clone(used)).collect()
        } else {
            Seal::any(seals).read_all()?.into_iter().map(|(seal, _)| seal).collect()
        };
        if seals.is_empty() {
            return Err(Error::InvalidOption { reason: invalid::NO_SEAL });
        }
        self.change_roots(|document| {
            let newest = document.roots.last().ok_or(corrupt("it has no roots"))?;
            let mut own = Vec::with_capacity(seals.len());
            for seal in &seals {
                let copy = seal.own(&newest.copies);
                let copy = copy.ok_or(Error::InvalidOption { reason: invalid::SEAL_WITHOUT_COPY })?;
                own.push((seal, copy.id.clone()));
            }
            let keys = self.roots.load_full();
            for root in &mut document.roots {
                let key = keys.get(root.number).ok_or(corrupt("it lists a root key that is not open"))?;
                let binding = Binding::keyring(document.keyring, root.number);
                for (seal, id) in &own {
                    for copy in root.copies.iter_mut().filter(|copy| copy.is(seal.kind(), id)) {
                        // A mistyped passphrase, or a key of the name on another server, must not take the
                        // place of what opens the keyring. Nor must what can only wrap: that it would open
                        // what it wraps is not known.
                        roots::unwrap(&binding, copy, seal)?;
                        copy.blob = roots::wrap_as(id, &binding, key, seal)?.blob;
                    }
                }
            }
            Ok(((), None))
        })
    }

    pub(crate) fn remove_seal(&self, kind: &str, id: &str) -> Result<(), Error> {
        self.change_roots(|document| {
            let newest = document.roots.last().ok_or(corrupt("it has no roots"))?;
            if !newest.copies.iter().any(|copy| copy.is(kind, id)) {
                // Of what was asked for nothing is said: it may be a passphrase, given for its id.
                let ids = newest.copies.iter().filter(|copy| copy.kind == kind).map(|copy| copy.id.as_str());
                return Err(Error::SealNotFound { near: Near::of(id, ids) });
            }
            if newest.copies.len() == 1 {
                return Err(Error::LastSeal);
            }
            document.roots.iter_mut().for_each(|root| root.copies.retain(|copy| !copy.is(kind, id)));
            Ok(((), None))
        })
    }

    /// The root document as it is now, proven by its newest root key.
    pub(super) fn root_document(&self) -> Result<(RootDocument, Revision), Error> {
        for _ in 0..TRIES {
            let (document, revision) = self.store.load(&DocName::Root)?.ok_or_else(|| self.no_keyring())?;
            if self.roots.load().revision != Some(revision) {
                self.reload_roots()?;
            }
            let roots = self.roots.load_full();
            let (_, newest) = roots.newest()?;
            // Another reseal has put a newer one there meanwhile, which its own root key proves.
            if roots.revision != Some(revision) {
                std::thread::yield_now();
                continue;
            }
            let parsed = RootDocument::parse(document.as_bytes()).map_err(corrupt)?;
            if parsed.keyring != self.id || !check_mac(document.as_bytes(), newest) {
                return Err(corrupt("its mac does not fit, so it is damaged or forged"));
            }
            return Ok((parsed, revision));
        }
        Err(Error::Conflict)
    }

    /// Gives each seal a copy of every root key of the document, in place of one that it has.
    pub(super) fn wrap_older(&self, document: &mut RootDocument, seals: &[Ready]) -> Result<(), Error> {
        let keys = self.roots.load_full();
        for root in &mut document.roots {
            let key = keys.get(root.number).ok_or(corrupt("it lists a root key that is not open"))?;
            for seal in seals {
                root.copies.retain(|copy| !copy.is(seal.kind(), seal.key_id()));
                root.copies.push(roots::wrap(&Binding::keyring(document.keyring, root.number), key, seal)?);
            }
        }
        Ok(())
    }

    /// Changes the root document under the newest root key, or under the one that the edit adds.
    pub(super) fn change_roots<T>(
        &self,
        mut edit: impl FnMut(&mut RootDocument) -> Result<(T, Option<NewRoot>), Error>,
    ) -> Result<T, Error> {
        self.until_put(|_| {
            let (mut document, expected) = self.root_document()?;
            let (result, new) = edit(&mut document)?;
            document.generation = document.generation.checked_add(1).ok_or(Error::Conflict)?;
            let known = self.roots.load_full();
            let mut keys: Vec<_> = known
                .keys
                .iter()
                .filter(|(number, _)| document.roots.iter().any(|root| root.number == *number))
                .cloned()
                .collect();
            keys.extend(new);
            let opened = keys.iter().map(|(number, key)| (*number, key.as_ref()));
            document.line = Some(Line::continued(document.line.as_ref(), self.id, opened).map_err(corrupt)?);
            let (_, newest) = keys.last().ok_or(Error::Closed)?;
            let sealed = Sealed::from_stored(document.seal(newest));
            RootDocument::parse(sealed.as_bytes()).map_err(|reason| Error::InvalidOption { reason })?;
            let before = Roots { revision: Some(expected), ..Roots::default() };
            let Some(revision) = self.put(&before, &DocName::Root, &sealed, Expected::Revision(expected))?
            else {
                return Ok(None);
            };
            self.adopt(Roots::of(&document, revision, keys));
            Ok(Some(result))
        })
    }
}

/// The kinds and ids of the copies in a store, as its root document has them, beside what a seal is called
/// that opens none of them. Nobody has opened it yet, so what is shown is bounded and escaped.
pub(crate) fn named_in(store: &dyn Store, given: Option<&Ready>) -> Option<String> {
    let (document, _) = store.load(&DocName::Root).ok()??;
    let copies = RootDocument::parse(document.as_bytes()).ok()?.roots.pop()?.copies;
    let named = format!("the keyring has copies for {}", named(&copies.iter().collect::<Vec<_>>()));
    let Some(given) = given else { return Some(named) };
    let (kind, id) = (given.kind(), given.key_id());
    let is_known = kind == passphrase::KIND && copies.iter().any(|copy| copy.is(kind, id));
    let what =
        if is_known { ", which it has a copy for, so it is the passphrase itself that is wrong" } else { "" };
    Some(format!("{named}; the seal given is {id:?}{what}"))
}

fn named(copies: &[&WrappedCopy]) -> String {
    const MOST: usize = 8;
    let one = |copy: &&WrappedCopy| format!("{} {:?}", copy.kind.escape_debug(), copy.id);
    let mut named: Vec<String> = copies.iter().take(MOST).map(one).collect();
    if copies.len() > MOST {
        named.push(format!("{} more", copies.len() - MOST));
    }
    named.join(", ")
}

/// Why no seal opened a root document, with the copies that others may open: where the key of a platform is
/// gone, they are the way that is left. Nothing is proven of the document, as in [`named_in`].
pub(super) fn with_others(error: Error, document: &[u8], tried: &[Arc<Ready>]) -> Error {
    let Error::SealFailed { reason } = error else { return error };
    let newest = RootDocument::parse(document).ok().and_then(|mut document| document.roots.pop());
    let copies = newest.map(|newest| newest.copies).unwrap_or_default();
    let own: Vec<(&str, &WrappedCopy)> =
        tried.iter().filter_map(|seal| Some((seal.key_id(), seal.own(&copies)?))).collect();
    let is_own = |copy: &WrappedCopy| own.iter().any(|(_, own)| own.is(&copy.kind, &copy.id));
    let others: Vec<&WrappedCopy> = copies.iter().filter(|copy| !is_own(copy)).collect();
    // A name that was mistyped otherwise reads like a key that is lost.
    let renamed: String = own
        .iter()
        .filter(|(id, copy)| copy.id != *id)
        .map(|(id, copy)| format!("; the keyring's copy is for {}, and this seal is {id:?}", named(&[copy])))
        .collect();
    // Of a seal that could not be read, such as a secret of a platform, nobody knows which copy is its own;
    // where there is one copy, it is that.
    let which = match (own.len(), others.len()) {
        (_, 0) | (0, 1) => String::new(),
        (0, _) => format!("; the keyring has copies, for {}", named(&others)),
        _ => format!("; the keyring has other copies, for {}", named(&others)),
    };
    if which.is_empty() && renamed.is_empty() {
        return Error::SealFailed { reason };
    }
    let sentence = format!("{reason}{renamed}{which}");
    Error::SealFailed { reason: reason.told_as(sentence) }
}

/// A root key that is not in the document yet, with its number.
pub(super) type NewRoot = (u32, Arc<SecretArray<32>>);
