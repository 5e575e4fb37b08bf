//! Argon2id version 1.3 (RFC 9106): a key from a passphrase.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::{Zeroize, Zeroizing};

use super::Rejected;

/// Derives 32 bytes with `memory_kib` KiB of memory, `iterations` passes and `lanes` lanes, without a secret
/// and without associated data.
///
/// Parameters outside RFC 9106 section 3.1, and memory that the system does not give, are rejected. The
/// caller limits parameters that come from a file before they get here.
pub(crate) fn argon2id(
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
    password: &[u8],
    salt: &[u8; 16],
) -> Result<Zeroizing<[u8; 32]>, Rejected> {
    let params = Params::new(memory_kib, iterations, lanes, Some(32)).map_err(|_| Rejected)?;
    let mut memory = Memory::allocate(params.block_count())?;
    let mut out = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, &mut *out, &mut memory.0[..])
        .map_err(|_| Rejected)?;
    Ok(out)
}

/// The memory of one run. The crate's own allocation is freed as it is, and its last blocks are enough to
/// compute the key; this one is wiped, and a failure to get it is an error, not an abort.
struct Memory(Vec<Block>);

impl Memory {
    fn allocate(blocks: usize) -> Result<Self, Rejected> {
        let mut memory = Vec::new();
        memory.try_reserve_exact(blocks).map_err(|_| Rejected)?;
        memory.resize(blocks, Block::new());
        Ok(Self(memory))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
    }
}
