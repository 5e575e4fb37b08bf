//! Opening the documents of a keyring.

use super::roots::{self, Roots};
use super::slot::{Opened, Slot};
use super::{Engine, not_found};
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::key::{self, Body};
use crate::document::usage::{self, Usage};
use crate::name::DocName;
use crate::secret::SecretArray;
use crate::store::{Revision, Sealed};
use std::sync::Arc;

/// How a document of one kind is opened under a root key, once its header was parsed.
pub(super) type Open<T> = fn(&[u8], &Header, &SecretArray<32>) -> Result<T, &'static str>;

pub(super) const KEY: Open<Body> = |document, header, root| key::open(document, header, root, None);
pub(super) const USAGE: Open<Usage> = usage::open;

/// What a store has under a name.
pub(super) enum Loaded<T> {
    Absent,
    /// What is known already.
    Known,
    Opened(Header, T, Revision),
}

/// Every document of one moment, with the root keys of that moment.
pub(super) struct Moment {
    pub(super) documents: Vec<(DocName, Sealed)>,
    pub(super) roots: Arc<Roots>,
    /// What is wrong with the root document. The root keys are then those that are known.
    pub(super) fault: Option<Error>,
}

/// How often a document is loaded anew because a reseal was faster.
const LOOKS: u32 = 8;

impl Engine {
    /// Loads and opens a document, unless it is the one that is `known`.
    ///
    /// While a reseal goes on, the root document may be newer than what was loaded before it, and older than
    /// what is loaded after. So both are loaded anew, and a document is said to be damaged only if the same
    /// bytes do not open under the same root document.
    pub(super) fn load<T>(
        &self,
        name: &DocName,
        known: Option<Revision>,
        open: impl Fn(&[u8], &Header, &SecretArray<32>) -> Result<T, &'static str>,
    ) -> Result<Loaded<T>, Error> {
        let mut before = None;
        for _ in 0..LOOKS {
            let Some((document, revision)) = self.store.load(name)? else { return Ok(Loaded::Absent) };
            if known == Some(revision) {
                return Ok(Loaded::Known);
            }
            let header = self.header(name, &document)?;
            if let Some(opened) = open_under(&self.roots.load(), name, &header, &document, &open) {
                return opened.map(|body| Loaded::Opened(header, body, revision));
            }
            let seen = Some((revision, self.roots.load().revision));
            if before == seen {
                return Err(self.no_root(name));
            }
            self.reload_roots()?;
            before = Some((revision, self.roots.load().revision));
        }
        Err(Error::Conflict)
    }

    /// Loads the document of a key that may be open already. Versions that were checked then are not checked
    /// again, so that following a key with many of them costs little.
    pub(super) fn load_after(&self, name: &DocName, known: Option<&Opened>) -> Result<Loaded<Body>, Error> {
        let record = known.and_then(|known| known.state.as_ref()).map(|state| &state.record);
        self.load(name, known.map(|known| known.revision), |document, header, root| {
            key::open(document, header, root, record)
        })
    }

    /// Closing takes the root keys away, also in the middle of a call.
    pub(super) fn no_root(&self, document: &DocName) -> Error {
        if self.is_closed() { Error::Closed } else { corrupt(document, NO_ROOT) }
    }

    /// The body of a key's document, as it is in the store now.
    pub(crate) fn stored(&self, slot: &Slot) -> Result<(Header, Body), Error> {
        match self.load(&DocName::Key(slot.name.clone()), None, KEY)? {
            Loaded::Opened(header, body, _) => Ok((header, body)),
            Loaded::Absent | Loaded::Known => Err(not_found(&slot.name)),
        }
    }

    /// Whether it opens under a root key that is known, and is not what a deleted key leaves.
    pub(super) fn is_key(&self, name: &DocName, document: &Sealed) -> bool {
        let Ok(header) = self.header(name, document) else { return false };
        let opened = open_under(&self.roots.load(), name, &header, document, &key::is_key);
        matches!(opened, Some(Ok(true)))
    }

    /// What a document says of itself, if it is what its name says and of this keyring.
    pub(super) fn header(&self, doc: &DocName, document: &Sealed) -> Result<Header, Error> {
        let bytes = document.as_bytes();
        let (magic, name) = match doc {
            DocName::Key(name) => (Magic::Key, name),
            DocName::Usage(name) => (Magic::Usage, name),
            DocName::Root => return Err(corrupt(doc, "it is the root document")),
        };
        if magic.is_newer(bytes) {
            return Err(Error::UnsupportedFormat { document: doc.file_name() });
        }
        let header = Header::parse(bytes).map_err(|reason| corrupt(doc, reason))?;
        if header.magic != magic {
            return Err(corrupt(doc, "it is a document of another kind"));
        }
        if header.keyring != self.id {
            return Err(corrupt(doc, "it belongs to another keyring"));
        }
        if header.name != *name {
            return Err(corrupt(doc, "it is the document of another key"));
        }
        Ok(header)
    }

    /// Every document of one moment. The root keys are those of its own root document: a reseal that ends
    /// meanwhile takes others away.
    pub(super) fn moment(&self) -> Result<Moment, Error> {
        let known = self.roots.load_full();
        let documents = self.store.load_all()?;
        let opened = match documents.first() {
            Some((DocName::Root, root)) => self.roots_of(root, &known),
            _ if known.revision.is_some() => Err(self.no_keyring()),
            // A keyring in memory has none.
            _ => Ok(known.clone()),
        };
        let (roots, fault) = match opened {
            Ok(roots) => (roots, None),
            Err(error) => (known, Some(error)),
        };
        Ok(Moment { documents, roots, fault })
    }

    fn roots_of(&self, root: &Sealed, known: &Roots) -> Result<Arc<Roots>, Error> {
        let seal = self.seal.load_full();
        let seal = seal.as_ref().as_ref().ok_or(Error::Closed)?;
        let (parsed, opened) =
            roots::open_later(known, root.as_bytes(), Revision::of(root.as_bytes()), seal.as_ref())?;
        if parsed.keyring != self.id {
            return Err(roots::rolled_back());
        }
        if opened.revision != known.revision {
            known.check_successor(&parsed)?;
        }
        Ok(Arc::new(opened))
    }
}

impl Moment {
    /// Opens one of the documents.
    pub(super) fn open<T>(
        &self,
        ring: &Engine,
        name: &DocName,
        document: &Sealed,
        open: Open<T>,
    ) -> Result<(Header, T), Error> {
        let header = ring.header(name, document)?;
        let opened =
            open_under(&self.roots, name, &header, document, &open).ok_or_else(|| ring.no_root(name))?;
        opened.map(|body| (header, body))
    }
}

/// `None` without the root key that the header names.
fn open_under<T>(
    roots: &Roots,
    name: &DocName,
    header: &Header,
    document: &Sealed,
    open: &impl Fn(&[u8], &Header, &SecretArray<32>) -> Result<T, &'static str>,
) -> Option<Result<T, Error>> {
    let root = roots.get(header.root)?;
    Some(open(document.as_bytes(), header, root).map_err(|reason| corrupt(name, reason)))
}

const NO_ROOT: &str = "its root key is not one of the keyring's";

pub(super) fn corrupt(document: &DocName, reason: &'static str) -> Error {
    Error::CorruptDocument { document: document.file_name(), reason }
}
