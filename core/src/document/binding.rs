//! What a key is wrapped for (`docs/formats.md`, section 8).

use super::cbor;
use crate::context;
use crate::name::KeyringId;

/// What a key is wrapped for: one root key of a keyring, or the key of a sealed backup. Nothing of it is
/// secret.
///
/// ```
/// use strongroom::{Binding, KeyringId};
/// let binding = Binding::keyring(KeyringId::from_bytes([7; 16]), 3);
/// let [(owner, id), (root, number)] = binding.pairs();
/// assert_eq!((owner, root, number.as_str()), ("strongroom-keyring", "strongroom-root", "3"));
/// assert_eq!(id, "07".repeat(16));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    owner: Owner,
    id: [u8; 16],
    number: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Keyring,
    Backup,
}

impl Binding {
    /// The root key of a keyring with this number.
    pub const fn keyring(id: KeyringId, number: u32) -> Self {
        Self { owner: Owner::Keyring, id: *id.as_bytes(), number }
    }

    /// The key of the sealed backup with this id.
    pub const fn backup(id: [u8; 16]) -> Self {
        Self { owner: Owner::Backup, id, number: super::backup::NUMBER }
    }

    /// Names and values for a platform that has associated data, so that its rules and its log can name a
    /// keyring.
    pub fn pairs(&self) -> [(&'static str, String); 2] {
        let owner = match self.owner {
            Owner::Keyring => "strongroom-keyring",
            Owner::Backup => "strongroom-backup",
        };
        [
            (owner, format!("{:032x}", u128::from_be_bytes(self.id))),
            ("strongroom-root", self.number.to_string()),
        ]
    }

    /// The [pairs](Self::pairs) in one encoding, for a platform whose associated data is bytes.
    pub fn encoded(&self) -> Vec<u8> {
        // Two different names and short values have an encoding.
        context::encode_map(self.pairs()).unwrap_or_default()
    }

    pub(crate) const fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// What the wrap is bound to, in the copy of this kind and id.
    pub(crate) fn aad(&self, kind: &str, copy_id: &str) -> Vec<u8> {
        let pair = cbor::encode(|out| out.array(2)?.str(kind)?.str(copy_id)?.ok());
        [self.id.as_slice(), &self.number.to_be_bytes(), pair.expose()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_named_as_one() {
        let backup = Binding::backup([0xAB; 16]);
        assert_eq!(
            backup.pairs(),
            [("strongroom-backup", "ab".repeat(16)), ("strongroom-root", "1".to_owned())]
        );
        let encoded =
            ["\0\x02\0\x11strongroom-backup\0\x20", &"ab".repeat(16), "\0\x0fstrongroom-root\0\x011"];
        assert_eq!(backup.encoded(), encoded.concat().as_bytes());
    }
}
