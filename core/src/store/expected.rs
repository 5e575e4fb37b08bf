//! What has to be there for a write to happen.

/// The most bytes that a revision has.
const LONGEST: usize = 128;

/// What stands for the content of a document: equal exactly if the content is. A hash, a number, an object
/// store's ETag: up to 128 bytes, which are given back as they came.
///
/// ```
/// use strongroom::Revision;
/// let first = Revision::new(b"\"33a64df551425fcc55e4d42a148795d9f25f89d4\"").unwrap();
/// assert_eq!(first.as_bytes().len(), 42);
/// assert!(Revision::new(&[0; 129]).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// Zero behind the first `len`, so that equal revisions are equal here.
    bytes: [u8; LONGEST],
    len: usize,
}

impl Revision {
    /// From whatever tells contents apart; `None` for more than 128 bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut kept = [0; LONGEST];
        kept.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self { bytes: kept, len: bytes.len() })
    }

    /// What it was made from.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The hash of a content.
    pub(crate) fn of(content: &[u8]) -> Self {
        let hash = crate::alg::hash::sha256(&[content]);
        let mut bytes = [0; LONGEST];
        bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
        Self { bytes, len: hash.len() }
    }
}

/// What has to be there for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// No document.
    Absent,
    /// A document of this content.
    Revision(Revision),
}

impl Expected {
    /// Whether that is what is there.
    pub(crate) fn is(self, there: Option<Revision>) -> bool {
        match self {
            Self::Absent => there.is_none(),
            Self::Revision(expected) => there == Some(expected),
        }
    }
}

/// The root document that a writer has sealed under: nothing is put once another one is there.
///
/// ```
/// use strongroom::{DocName, Expected, Fence, KeyName, Memory, PutError, Sealed, Store};
/// let (store, document) = (Memory::new(), Sealed::from_stored(vec![1, 2, 3]));
/// let unfenced = Fence::new(Expected::Absent);
/// let root = store.put_if(&DocName::Root, &document, Expected::Absent, unfenced).unwrap();
/// let cards = DocName::Key(KeyName::new("cards")?);
/// // Sealed before there was a root document.
/// let late = store.put_if(&cards, &document, Expected::Absent, Fence::new(Expected::Absent));
/// assert_eq!(late, Err(PutError::Conflict));
/// store.put_if(&cards, &document, Expected::Absent, Fence::new(Expected::Revision(root))).unwrap();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence(Expected);

impl Fence {
    /// The root document is to be this, or there is to be none.
    pub const fn new(root: Expected) -> Self {
        Self(root)
    }

    /// What the root document is to be.
    pub const fn expected(self) -> Expected {
        self.0
    }
}
