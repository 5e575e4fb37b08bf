//! What a handle can stand for.

use crate::failure::Failure;
use crate::open_stream::Stream;
use strongroom::{Key, Keyring, Seal, View};

/// The named keys of one environment. Freed with strongroom_keyring_free.
pub type KeyringHandle = u64;

/// A key, or a view of one: under a context, as lenient as Transit, or both. Freed with strongroom_key_free.
pub type KeyHandle = u64;

/// How the root key of a keyring is wrapped. It can be used any number of times. Freed with
/// strongroom_seal_free.
pub type SealHandle = u64;

/// A file of any size that is being written or read. One thread at a time works with it. Freed with
/// strongroom_stream_free.
pub type StreamHandle = u64;

pub(crate) enum Object {
    Keyring(Keyring),
    Key(Key),
    /// A key under a context, or as lenient as Transit, or both.
    View(View),
    Seal(Seal),
    Stream(Box<Stream>),
}

/// The kind of a handle, which is a part of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Keyring = 1,
    Key = 2,
    Seal = 3,
    Stream = 4,
}

impl Object {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Keyring(_) => Kind::Keyring,
            Self::Key(_) | Self::View(_) => Kind::Key,
            Self::Seal(_) => Kind::Seal,
            Self::Stream(_) => Kind::Stream,
        }
    }

    pub(crate) fn keyring(&self) -> Result<&Keyring, Failure> {
        if let Self::Keyring(keyring) = self { Ok(keyring) } else { Err(Failure::Handle) }
    }

    pub(crate) fn seal(&self) -> Result<&Seal, Failure> {
        if let Self::Seal(seal) = self { Ok(seal) } else { Err(Failure::Handle) }
    }

    pub(crate) fn stream(&self) -> Result<&Stream, Failure> {
        if let Self::Stream(stream) = self { Ok(stream) } else { Err(Failure::Handle) }
    }

    /// To work with messages.
    pub(crate) fn view(&self) -> Result<&View, Failure> {
        match self {
            Self::Key(key) => Ok(key),
            Self::View(view) => Ok(view),
            _ => Err(Failure::Handle),
        }
    }

    /// To manage.
    pub(crate) fn key(&self) -> Result<&Key, Failure> {
        match self {
            Self::Key(key) => Ok(key),
            Self::View(_) => Err(Failure::Argument(
                "the handle is a view of a key, which only works with messages; use the key's own handle",
            )),
            _ => Err(Failure::Handle),
        }
    }
}
