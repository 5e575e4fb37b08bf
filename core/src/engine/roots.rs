//! The root keys that are open, and how a seal opens them.

use super::Engine;
use super::housekeeper::is_housekeeper;
use crate::Error;
use crate::document::binding::Binding;
use crate::document::copy::{Notes, WrappedCopy};
use crate::document::line::{Head, Line, public_key};
use crate::document::root::{RootDocument, WrappedRoot, check_mac};
use crate::document::staleness::{DEFAULT_LIMIT, Staleness};
use crate::name::{DocName, KeyringId};
use crate::seal::ready::Ready;
use crate::seal::several::Several;
use crate::secret::SecretArray;
use crate::store::Revision;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Root keys by number, ascending.
#[derive(Clone, Default)]
pub(super) struct Roots {
    pub(super) generation: u64,
    /// Of the document that they were opened from; `None` for a keyring without one.
    pub(super) revision: Option<Revision>,
    pub(super) keys: Vec<(u32, Arc<SecretArray<32>>)>,
    /// Where the line of roots stands; `None` for a keyring without a root document.
    pub(super) head: Option<Head>,
    /// Whether the document has a line. Once one has, each that comes after it has.
    pub(super) has_line: bool,
    pub(super) staleness: Option<Staleness>,
}

impl Roots {
    pub(super) fn newest(&self) -> Result<(u32, &SecretArray<32>), Error> {
        self.keys.last().map(|(number, key)| (*number, key.as_ref())).ok_or(Error::Closed)
    }

    pub(super) fn get(&self, number: u32) -> Option<&SecretArray<32>> {
        self.keys.iter().find(|(n, _)| *n == number).map(|(_, key)| key.as_ref())
    }

    /// The longest that any process may go on without having seen the store, in milliseconds.
    pub(super) fn staleness_limit(&self) -> u64 {
        self.staleness.map_or(DEFAULT_LIMIT, |staleness| staleness.limit)
    }

    /// The root keys of a later document, if its newest is one of these and no seal has to be asked.
    fn carried_over(&self, document: &[u8], revision: Revision) -> Option<(RootDocument, Self)> {
        let parsed = RootDocument::parse(document).ok()?;
        if !check_mac(document, self.get(parsed.roots.last()?.number)?) {
            return None;
        }
        let known = |root: &WrappedRoot| self.keys.iter().find(|(number, _)| *number == root.number).cloned();
        let keys: Vec<_> = parsed.roots.iter().map(known).collect::<Option<_>>()?;
        check_line(&parsed, &keys).ok()?;
        let roots = Self::of(&parsed, revision, keys);
        Some((parsed, roots))
    }

    /// What a root document says that was checked, with its root keys.
    pub(super) fn of(
        document: &RootDocument,
        revision: Revision,
        keys: Vec<(u32, Arc<SecretArray<32>>)>,
    ) -> Self {
        // A document without a line was written before there were lines: it begins with the newest root key
        // that there was then.
        let begins = || keys.last().map(|(number, key)| Head { number: *number, public: public_key(key) });
        let head = document.line.as_ref().map_or_else(begins, Line::head);
        Self {
            generation: document.generation,
            revision: Some(revision),
            has_line: document.line.is_some(),
            keys,
            head,
            staleness: document.staleness,
        }
    }

    /// Whether a root document, which its own newest root key proves, can have come after this: it is newer,
    /// and its line of roots goes through the root key that was the newest. Whoever holds an older root key
    /// can write a document under it, and cannot sign for a successor of ours.
    pub(super) fn check_successor(&self, document: &RootDocument) -> Result<(), Error> {
        let goes_on = match (&self.head, &document.line) {
            (Some(head), Some(line)) => line.contains(head),
            (_, None) => !self.has_line,
            (None, Some(_)) => true,
        };
        if goes_on && document.generation > self.generation { Ok(()) } else { Err(rolled_back()) }
    }
}

pub(super) fn rolled_back() -> Error {
    Error::RolledBack { document: DocName::Root.file_name() }
}

pub(super) fn corrupt(reason: &'static str) -> Error {
    Error::CorruptDocument { document: DocName::Root.file_name(), reason }
}

/// Opens a root document with a seal: the newest root first, since its key proves the rest. Keys that are
/// known are not asked for again where a line proves them.
pub(super) fn open(
    document: &[u8],
    revision: Revision,
    seal: &Ready,
    known: &Roots,
) -> Result<(RootDocument, Roots), Error> {
    if document.len() >= 4 && document.starts_with(b"SRR") && !document.starts_with(b"SRR1") {
        return Err(Error::UnsupportedFormat { document: DocName::Root.file_name() });
    }
    let parsed = RootDocument::parse(document).map_err(corrupt)?;
    let newest = parsed.roots.last().ok_or(corrupt("it has no roots"))?;
    let (copy, key) = unwrap_own(parsed.keyring, newest, seal)?;
    if !check_mac(document, &key) {
        return Err(corrupt("its mac does not fit, so it is damaged or forged"));
    }
    let mut keys = Vec::with_capacity(parsed.roots.len());
    for root in &parsed.roots[..parsed.roots.len() - 1] {
        let same = root.copies.iter().find(|c| c.is(&copy.kind, &copy.id)).ok_or(Error::WrongSeal)?;
        let known = known.keys.iter().find(|(number, _)| parsed.line.is_some() && *number == root.number);
        keys.push(match known {
            Some(known) => known.clone(),
            None => {
                let binding = Binding::keyring(parsed.keyring, root.number);
                (root.number, Arc::new(unwrap(&binding, same, seal)?))
            }
        });
    }
    keys.push((newest.number, Arc::new(key)));
    check_line(&parsed, &keys)?;
    let roots = Roots::of(&parsed, revision, keys);
    Ok((parsed, roots))
}

/// A document without a line was written before there were lines.
fn check_line(document: &RootDocument, keys: &[(u32, Arc<SecretArray<32>>)]) -> Result<(), Error> {
    let keys = keys.iter().map(|(number, key)| (*number, key.as_ref()));
    document.line.as_ref().map_or(Ok(()), |line| line.verify(document.keyring, keys).map_err(corrupt))
}

/// Opens a root document that came after others. The seal is asked only if the newest root key is not known.
pub(super) fn open_later(
    known: &Roots,
    document: &[u8],
    revision: Revision,
    seals: &Several,
) -> Result<(RootDocument, Roots), Error> {
    let open = || seals.open(|seal| open(document, revision, seal, known));
    let ask = || if is_housekeeper() { Err(elsewhere()) } else { open() };
    known.carried_over(document, revision).map_or_else(ask, Ok)
}

impl Engine {
    /// Opens the root document anew if it has changed.
    pub(super) fn reload_roots(&self) -> Result<(), Error> {
        let Some(seal) = self.seal.load().as_ref().clone() else { return Ok(()) };
        let known = self.roots.load_full();
        let Some((document, revision)) = self.store.load(&DocName::Root)? else {
            return Err(self.no_keyring());
        };
        if known.revision == Some(revision) {
            return Ok(());
        }
        let (parsed, roots) = open_later(&known, document.as_bytes(), revision, seal.as_ref())?;
        if parsed.keyring != self.id {
            return Err(rolled_back());
        }
        known.check_successor(&parsed)?;
        self.adopt(roots);
        Ok(())
    }

    /// Goes on with other root keys, unless newer ones came meanwhile or the keyring was closed.
    pub(super) fn adopt(&self, roots: Roots) {
        let roots = Arc::new(roots);
        self.roots
            .rcu(|known| if known.generation < roots.generation { roots.clone() } else { known.clone() });
        self.max_staleness
            .store(self.own_staleness.min(self.roots.load().staleness_limit()), Ordering::Relaxed);
        if self.is_closed() {
            self.roots.store(Arc::default());
        }
    }
}

/// The copy of this seal. No other is tried: each try of a passphrase costs Argon2 over parameters that
/// anyone may have written.
fn unwrap_own<'a>(
    keyring: KeyringId,
    root: &'a WrappedRoot,
    seal: &Ready,
) -> Result<(&'a WrappedCopy, SecretArray<32>), Error> {
    let copy = seal.own(&root.copies).ok_or(Error::WrongSeal)?;
    Ok((copy, unwrap(&Binding::keyring(keyring, root.number), copy, seal)?))
}

pub(super) fn unwrap(binding: &Binding, copy: &WrappedCopy, seal: &Ready) -> Result<SecretArray<32>, Error> {
    ask(binding.id(), || Ok(seal.unwrap(&copy.blob, binding, &copy.id)?))
}

thread_local!(static ASKING: Cell<Option<[u8; 16]>> = const { Cell::new(None) });

/// Whether this thread is inside a call of a seal that is asked for this keyring, or for a backup of this id.
pub(super) fn is_asking(id: &[u8; 16]) -> bool {
    ASKING.try_with(Cell::get).is_ok_and(|asking| asking.as_ref() == Some(id))
}

/// Whether this thread is inside a call of some seal. What that calls must not go on in another thread, which
/// nobody would see to be inside of it.
pub(crate) fn is_asking_any() -> bool {
    ASKING.try_with(Cell::get).is_ok_and(|asking| asking.is_some())
}

/// Asks a seal, which may be of a user's and may call anything. What it calls must not need the seal again,
/// or it would never end.
fn ask<T>(id: &[u8; 16], call: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    struct Asked(Option<[u8; 16]>);
    impl Drop for Asked {
        fn drop(&mut self) {
            ASKING.set(self.0);
        }
    }
    if is_asking(id) {
        return Err(Error::SealFailed {
            reason: "it called the keyring that was asking it, for something that needs the seal; answer without the keyring".into(),
        });
    }
    let _asked = Asked(ASKING.replace(Some(*id)));
    call()
}

/// Stands for a seal that cannot be asked on this thread; never shown to a caller.
fn elsewhere() -> Error {
    Error::SealFailed { reason: "".into() }
}

/// Whether a look failed for want of a seal that only the thread of a call may ask.
pub(super) fn needs_seal(error: &Error) -> bool {
    *error == elsewhere()
}

/// A copy of a root key or of a backup key, wrapped by a seal.
pub(super) fn wrap(binding: &Binding, key: &SecretArray<32>, seal: &Ready) -> Result<WrappedCopy, Error> {
    wrap_as(seal.key_id(), binding, key, seal)
}

/// A copy that goes by this id.
pub(super) fn wrap_as(
    copy_id: &str,
    binding: &Binding,
    key: &SecretArray<32>,
    seal: &Ready,
) -> Result<WrappedCopy, Error> {
    let kind = seal.kind();
    let blob = ask(binding.id(), || Ok(seal.wrap(key, binding, copy_id)?))?;
    let copy = WrappedCopy { kind: kind.to_owned(), id: copy_id.to_owned(), blob, notes: Notes::default() };
    // What no reader takes must not be written: nobody could open it.
    let refusal = || Error::SealFailed {
        reason: "its kind and its key id must have 1 to 255 bytes, and what it wraps to 1 to 65535".into(),
    };
    if copy.is_proper() { Ok(copy) } else { Err(refusal()) }
}
