//! Where sealed documents live.

pub(crate) mod directory;
mod expected;
mod memory;
mod warning;

use crate::error::{Place, Reason};
use crate::name::DocName;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use directory::Directory;
pub use expected::{Expected, Fence, Revision};
pub use memory::Memory;
pub use warning::StoreWarning;

/// A store of sealed documents. Compare-and-swap is its only write, and it sees sealed bytes only.
///
/// Implementations keep no promise about secrets: everything that reaches them is sealed. They do promise
/// that a document that was put survives a crash once [`put_if`](Self::put_if) has returned, and that it
/// replaces the old one wholly or not at all.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::{Arc, Mutex, MutexGuard};
/// use strongroom::{DocName, Epoch, Expected, Fence, KeySpec, Keyring, Looks, PutError, Revision};
/// use strongroom::{Seal, Sealed, SecretArray, Store, StoreError};
///
/// /// A table of documents, each with the number of the write that put it there.
/// #[derive(Default)]
/// struct Table(Mutex<Rows>);
///
/// type Rows = (u64, BTreeMap<DocName, (Sealed, u64)>);
///
/// fn revision(write: u64) -> Revision {
///     Revision::new(&write.to_be_bytes()).expect("it has 8 bytes")
/// }
///
/// fn there(rows: &Rows, name: &DocName) -> Expected {
///     rows.1.get(name).map_or(Expected::Absent, |(_, write)| Expected::Revision(revision(*write)))
/// }
///
/// impl Table {
///     fn rows(&self) -> Result<MutexGuard<'_, Rows>, StoreError> {
///         self.0.lock().map_err(|_| StoreError { reason: "a writer panicked".into() })
///     }
/// }
///
/// impl Store for Table {
///     fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
///         Ok(self.rows()?.1.get(name).map(|(document, write)| (document.clone(), revision(*write))))
///     }
///     fn put_if(
///         &self,
///         name: &DocName,
///         document: &Sealed,
///         expected: Expected,
///         fence: Fence,
///     ) -> Result<Revision, PutError> {
///         let mut rows = self.rows().map_err(|error| PutError::Failed(error.reason))?;
///         if there(&rows, name) != expected || there(&rows, &DocName::Root) != fence.expected() {
///             return Err(PutError::Conflict);
///         }
///         rows.0 += 1;
///         let write = rows.0;
///         rows.1.insert(name.clone(), (document.clone(), write));
///         Ok(revision(write))
///     }
///     fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
///         let rows = self.rows()?;
///         let later = rows.1.keys().filter(|name| after.is_none_or(|after| *name > after));
///         Ok(later.take(limit).cloned().collect())
///     }
///     fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
///         Ok(Some(Epoch::new(self.rows()?.0)))
///     }
///     fn looks(&self) -> Looks {
///         Looks::Inline // a number under a lock that nobody holds for long
///     }
/// }
///
/// let table = Arc::new(Table::default());
/// let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
/// Keyring::create(table.clone(), seal())?.create_key("cards", KeySpec::default())?;
/// assert_eq!(Keyring::open(table, seal())?.keys()?.len(), 1);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of a keyring",
    note = "for a folder give `Directory::new(path)`, for memory use `Keyring::in_memory()`"
)]
pub trait Store: Send + Sync {
    /// Makes the place that documents are kept in, if it has to be made. Called once before a keyring is
    /// created or restored.
    ///
    /// # Errors
    /// [`StoreError`]
    fn create(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Where the documents are, as people know it, for what is said of a keyring that is there or is not.
    fn place(&self) -> Place {
        Place::default()
    }

    /// A document, with what stands for its present content; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if that cannot be told.
    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError>;

    /// Several documents, each or `None` in its place. They need not be of one moment.
    ///
    /// Unless a store knows better, one is read after the other.
    ///
    /// # Errors
    /// [`StoreError`] if that cannot be told of one of them.
    fn load_some(&self, names: &[DocName]) -> Result<Vec<Option<Sealed>>, StoreError> {
        names.iter().map(|name| Ok(self.load(name)?.map(|(document, _)| document))).collect()
    }

    /// Puts a document if what is there now is what is expected, and the root document is the one that the
    /// writer sealed under. Both are looked at in the same step as the write: a writer that was stopped in
    /// between must not put something under a root key that is gone.
    ///
    /// # Errors
    /// [`PutError`], [`PutError::Conflict`] if one of the two is another by now
    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError>;

    /// Up to `limit` names after a given one, in their order.
    ///
    /// # Errors
    /// [`StoreError`]
    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError>;

    /// Every document, as they were at one moment, in the order of their names.
    ///
    /// Unless a store knows better, documents are read one after the other until two rounds have found the
    /// same.
    ///
    /// # Errors
    /// [`StoreError`]
    fn load_all(&self) -> Result<Vec<(DocName, Sealed)>, StoreError> {
        let mut before = None;
        for _ in 0..100 {
            let now = load_each(self)?;
            if before.as_ref() == Some(&now) {
                return Ok(now);
            }
            before = Some(now);
        }
        let reason = "the documents never stood still; try again when less is written";
        Err(StoreError { reason: reason.into() })
    }

    /// Something cheap that changes whenever a document other than a usage document does, or `None` if the
    /// store has no such thing.
    ///
    /// # Errors
    /// [`StoreError`]
    fn epoch(&self) -> Result<Option<Epoch>, StoreError>;

    /// Waits until the epoch is another than `since`, at most for `within`, and gives the epoch. A store that
    /// is told of changes answers sooner than this one, which waits and then asks.
    ///
    /// # Errors
    /// [`StoreError`]
    fn changed(&self, since: Option<Epoch>, within: Duration) -> Result<Option<Epoch>, StoreError> {
        let _ = since;
        std::thread::sleep(within);
        self.epoch()
    }

    /// Who may ask for the epoch, and when.
    fn looks(&self) -> Looks {
        Looks::Watched
    }

    /// Whether the fence of [`put_if`](Self::put_if) holds, or for how long a write may be under way.
    fn fencing(&self) -> Fencing {
        Fencing::Atomic
    }

    /// What lets others at the documents, for [`Keyring::check`](crate::Keyring::check) to tell. Unless a
    /// store knows better, nothing does.
    ///
    /// # Errors
    /// [`StoreError`]
    fn warnings(&self) -> Result<Vec<StoreWarning>, StoreError> {
        Ok(Vec::new())
    }
}

/// How many names to ask for after so many: twice as many each time. A store that reads all names for each
/// page, as a folder does, then reads them a few times, however many there are.
pub(crate) fn next_page(listed: usize) -> usize {
    listed.max(10_000)
}

fn load_each(store: &(impl Store + ?Sized)) -> Result<Vec<(DocName, Sealed)>, StoreError> {
    let mut documents: Vec<(DocName, Sealed)> = Vec::new();
    loop {
        let page = store.list(documents.last().map(|(name, _)| name), next_page(documents.len()))?;
        if page.is_empty() {
            return Ok(documents);
        }
        for name in page {
            // Nothing is ever removed from a store: a name that is listed has a document.
            let (document, _) = store
                .load(&name)?
                .ok_or_else(|| StoreError { reason: format!("{name} is listed and not there").into() })?;
            documents.push((name, document));
        }
    }
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn place(&self) -> Place {
        (**self).place()
    }

    fn create(&self) -> Result<(), StoreError> {
        (**self).create()
    }
    fn load_all(&self) -> Result<Vec<(DocName, Sealed)>, StoreError> {
        (**self).load_all()
    }
    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        (**self).load(name)
    }
    fn load_some(&self, names: &[DocName]) -> Result<Vec<Option<Sealed>>, StoreError> {
        (**self).load_some(names)
    }
    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError> {
        (**self).put_if(name, document, expected, fence)
    }
    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        (**self).list(after, limit)
    }
    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        (**self).epoch()
    }
    fn changed(&self, since: Option<Epoch>, within: Duration) -> Result<Option<Epoch>, StoreError> {
        (**self).changed(since, within)
    }
    fn looks(&self) -> Looks {
        (**self).looks()
    }
    fn fencing(&self) -> Fencing {
        (**self).fencing()
    }
    fn warnings(&self) -> Result<Vec<StoreWarning>, StoreError> {
        (**self).warnings()
    }
}

/// The bytes of a sealed document. Made by sealing, or from what a store has kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Arc<[u8]>);

impl Sealed {
    /// What a store has kept.
    pub fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Something that differs after a document has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch(u64);

impl Epoch {
    /// From a number that is another one after each change.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    pub(crate) const fn get(self) -> u64 {
        self.0
    }
}

/// Whether the epoch of a store may be asked for in a data call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Looks {
    /// It costs about a microsecond and never waits, so a data call asks four times a second.
    Inline,
    /// It may wait, for a network say: a thread of the keyring asks, and data calls go on with what it has
    /// found.
    Watched,
}

/// Whether a store looks at the fence of a write in the same step as it writes.
///
/// ```
/// use std::time::Duration;
/// use strongroom::{Fencing, Memory, Store};
/// assert_eq!(Memory::new().fencing(), Fencing::Atomic);
/// // Of a store whose writes are given up after ten seconds, and which does not tell which of two came
/// // first.
/// let remote = Fencing::Deadline(Duration::from_secs(10));
/// assert_ne!(remote, Fencing::Atomic);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fencing {
    /// It does.
    Atomic,
    /// It cannot. A write that has not happened this long after it was begun never happens, so a reseal waits
    /// twice as long and a little more before it takes the old root key away.
    Deadline(Duration),
}

/// The store could not do what was asked, and nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    /// What to tell the user, and what it comes from.
    pub reason: Reason,
}

/// Why a document was not, or may not have been, put.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PutError {
    /// Something else is there than expected. Nothing was changed.
    Conflict,
    /// It was put, but a power cut may undo it.
    Uncertain(Reason),
    /// Nothing was changed.
    Failed(Reason),
}

impl From<StoreError> for crate::Error {
    fn from(error: StoreError) -> Self {
        Self::StoreFailed { reason: error.reason }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn many_names_are_a_few_pages() {
        let pages = |many| {
            let (mut listed, mut pages) = (0, 0);
            while listed < many {
                (listed, pages) = (listed + super::next_page(listed), pages + 1);
            }
            pages
        };
        assert_eq!([1, 10_000, 10_001, 100_000, 10_000_000].map(pages), [1, 1, 2, 5, 11]);
    }
}
