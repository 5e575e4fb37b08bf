//! Where nonces come from. Keys and salts come straight from the operating system.

use crate::Error;
pub(crate) use strongroom_entropy::fork_generation;

/// Where a keyring's nonces come from.
///
/// ```
/// use strongroom::{Keyring, Memory, Nonces, Seal, SecretArray};
/// # let seal = Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
/// // In a machine that is cloned while it runs.
/// let ring = Keyring::builder().nonces(Nonces::Unbuffered).create(Memory::new(), seal)?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nonces {
    /// A small pool per thread, safe across `fork`.
    #[default]
    Pooled,
    /// The operating system, each time: for machines that are cloned while they run, where a pool would come
    /// out twice.
    Unbuffered,
}

impl Nonces {
    pub(crate) fn draw<const N: usize>(self) -> Result<[u8; N], Error> {
        Ok(match self {
            Self::Pooled => strongroom_entropy::nonce()?,
            Self::Unbuffered => strongroom_entropy::nonce_unbuffered()?,
        })
    }
}
