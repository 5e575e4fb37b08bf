//! Opening the documents of a keyring.

use super::Inner;
use super::roots::Roots;
use super::slot::Slot;
use crate::Error;
use crate::document::header::{Header, Magic};
use crate::document::key::{self, Body};
use crate::document::usage::{self, Usage};
use crate::name::{DocName, KeyName};
use crate::secret::SecretArray;
use crate::store::Sealed;
use std::sync::Arc;

/// What a document's header says, and the root keys of which one opens it.
struct Readable {
    header: Header,
    roots: Arc<Roots>,
}

impl Readable {
    fn root(&self) -> Option<&SecretArray<32>> {
        self.roots.get(self.header.root)
    }
}

impl Inner {
    pub(super) fn open_key(&self, name: &KeyName, document: &Sealed) -> Result<(Header, Body), Error> {
        let doc = DocName::Key(name.clone());
        let readable = self.readable(&doc, document)?;
        let root = readable.root().ok_or_else(|| self.no_root(&doc))?;
        let body = key::open(document.as_bytes(), &readable.header, root).map_err(|reason| corrupt(&doc, reason))?;
        Ok((readable.header, body))
    }

    pub(super) fn open_usage(&self, name: &KeyName, document: &Sealed) -> Result<(Header, Usage), Error> {
        let doc = DocName::Usage(name.clone());
        let readable = self.readable(&doc, document)?;
        let root = readable.root().ok_or_else(|| self.no_root(&doc))?;
        let usage = usage::open(document.as_bytes(), &readable.header, root).map_err(|reason| corrupt(&doc, reason))?;
        Ok((readable.header, usage))
    }

    /// Closing takes the root keys away, also in the middle of a call.
    fn no_root(&self, document: &DocName) -> Error {
        if self.is_closed() { Error::Closed } else { corrupt(document, NO_ROOT) }
    }

    /// The body of a key's document, as it is in the store now.
    pub(crate) fn stored(&self, slot: &Slot) -> Result<Body, Error> {
        let (document, _) = self.store.load(&DocName::Key(slot.name.clone()))?.ok_or(Error::KeyNotFound)?;
        self.open_key(&slot.name, &document).map(|(_, body)| body)
    }

    fn readable(&self, doc: &DocName, document: &Sealed) -> Result<Readable, Error> {
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
        if self.roots.load().get(header.root).is_none() {
            self.reload_roots()?;
        }
        Ok(Readable { header, roots: self.roots.load_full() })
    }
}

pub(super) const NO_ROOT: &str = "its root key is not one of the keyring's";

pub(super) fn corrupt(document: &DocName, reason: &'static str) -> Error {
    Error::CorruptDocument { document: document.file_name(), reason }
}
