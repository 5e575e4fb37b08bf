//! What somebody keeps outside of a keyring to know it again.

use super::line::Head;
use super::root::RootDocument;
use crate::Error;
use crate::error::invalid;
use crate::name::KeyringId;
use std::fmt;
use std::str::FromStr;

/// A keyring as it was at some moment: its id, its newest root key, and the generation of its root document.
/// What opens with a pin is that keyring, went on from that root key, and is not older. Nothing in it is
/// secret.
///
/// A pin stays good when the keyring is resealed as planned. After a reseal because somebody may have the old
/// root key, take a new one: the old root key can vouch for another successor.
///
/// ```
/// use strongroom::Pin;
/// let public = "2470db717e6e1d9c9e032a3b6e4cdcae3eb7b9fb39f276e85a9b76194b43cc60";
/// let text = format!("srp1:2d84c5c5f69f15ba58a17597a1a31295:7:{public}:41");
/// let pin: Pin = text.parse()?;
/// assert_eq!((pin.root_number(), pin.generation(), pin.to_string()), (7, 41, text));
/// assert!("srp1:".parse::<Pin>().is_err());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    keyring: KeyringId,
    head: Head,
    generation: u64,
}

impl Pin {
    pub(crate) fn new(keyring: KeyringId, head: Head, generation: u64) -> Self {
        Self { keyring, head, generation }
    }

    /// The keyring's id.
    pub fn keyring(&self) -> KeyringId {
        self.keyring
    }

    /// The number of the newest root key.
    pub fn root_number(&self) -> u32 {
        self.head.number
    }

    /// The public key by which that root key is known.
    pub fn root_public(&self) -> &[u8; 32] {
        &self.head.public
    }

    /// The generation of the root document.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether a root document, of which all else was checked, is of that keyring, goes on from that root
    /// key, and is not older. Without a line it has `newest`, which is where one would begin.
    pub(crate) fn check(&self, document: &RootDocument, newest: Option<&Head>) -> Result<(), Error> {
        let Self { keyring, head, generation } = self;
        let goes_on = document.line.as_ref().map_or(newest == Some(head), |line| line.contains(head));
        let met = document.keyring == *keyring && document.generation >= *generation && goes_on;
        if met { Ok(()) } else { Err(Error::KeyringMismatch) }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keyring, head: Head { number, public }, generation } = self;
        write!(f, "srp1:{keyring}:{number}:")?;
        public.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, ":{generation}")
    }
}

impl FromStr for Pin {
    type Err = Error;

    /// From the text that `Display` writes, and no other.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = Error::InvalidOption { reason: invalid::PIN_MALFORMED };
        read(text).filter(|pin| pin.to_string() == text).ok_or(wrong)
    }
}

/// Reads more spellings than are written.
fn read(text: &str) -> Option<Pin> {
    let mut parts = text.split(':');
    let (Some("srp1"), Some(keyring), Some(number), Some(public), Some(generation), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let number = number.parse().ok().filter(|number| (1..=i32::MAX as u32).contains(number))?;
    let generation = generation.parse().ok().filter(|generation| *generation >= 1)?;
    Some(Pin { keyring: keyring.parse().ok()?, head: Head { number, public: unhex(public)? }, generation })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let (first, second) = text.split_at_checked(32).filter(|(_, second)| second.len() == 32)?;
    let half = |digits: &str| u128::from_str_radix(digits, 16).ok().map(u128::to_be_bytes);
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&half(first)?);
    bytes[16..].copy_from_slice(&half(second)?);
    Some(bytes)
}
