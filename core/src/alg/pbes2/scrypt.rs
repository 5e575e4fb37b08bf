//! scrypt (RFC 7914): a key from a passphrase that takes memory to compute.

use zeroize::{Zeroize, Zeroizing};

use super::super::Rejected;
use super::{HashAlgorithm, pbkdf2};

/// 64 bytes, as the 16 numbers that Salsa20 works on.
type Part = [u32; 16];

/// Derives with N = 2^`log_n`, a block of `r` times 128 bytes and `p` lanes, one after the other. Rejected is
/// memory that the system does not give.
pub(super) fn scrypt(
    password: &[u8],
    salt: &[u8],
    log_n: u32,
    r: usize,
    p: usize,
    out: &mut [u8],
) -> Result<(), Rejected> {
    let parts = 2 * r;
    let mut table = Memory::allocate(1usize.checked_shl(log_n).ok_or(Rejected)?, parts)?;
    let mut lanes = Zeroizing::new(Vec::new());
    let len = p.checked_mul(parts * 64).ok_or(Rejected)?;
    lanes.try_reserve_exact(len).map_err(|_| Rejected)?;
    lanes.resize(len, 0);
    pbkdf2(HashAlgorithm::Sha256, password, salt, 1, &mut lanes);
    let mut block = Memory::allocate(1, parts)?;
    let mut mixed = Memory::allocate(1, parts)?;
    for lane in lanes.chunks_mut(parts * 64) {
        block.0.as_flattened_mut().iter_mut().zip(lane.as_chunks().0).for_each(|(word, bytes)| {
            *word = u32::from_le_bytes(*bytes);
        });
        ro_mix(&mut block.0, &mut mixed.0, &mut table.0);
        lane.as_chunks_mut().0.iter_mut().zip(block.0.as_flattened()).for_each(|(bytes, word)| {
            *bytes = word.to_le_bytes();
        });
    }
    pbkdf2(HashAlgorithm::Sha256, password, &lanes, 1, out);
    Ok(())
}

/// `scryptROMix` (RFC 7914 section 5). The table has N times as many parts as the block.
fn ro_mix(block: &mut [Part], mixed: &mut [Part], table: &mut [Part]) {
    let parts = block.len();
    for entry in table.chunks_mut(parts) {
        entry.copy_from_slice(block);
        block_mix(entry, block);
    }
    let n = table.len() / parts;
    for _ in 0..n {
        // Which entry is taken depends on the passphrase: what makes scrypt cost memory tells whoever shares
        // the cache something about it.
        let last = block.last().map_or(0, |part| u64::from(part[0]) | u64::from(part[1]) << 32);
        // Below N, which is a power of two.
        let at = usize::try_from(last % n as u64).unwrap_or(0) * parts;
        let entry = table.get(at..at + parts).unwrap_or_default();
        for (mixed, (block, entry)) in mixed.iter_mut().zip(block.iter().zip(entry)) {
            *mixed = std::array::from_fn(|i| block[i] ^ entry[i]);
        }
        block_mix(mixed, block);
    }
}

/// `scryptBlockMix` (RFC 7914 section 4): those at even places come first.
fn block_mix(from: &[Part], to: &mut [Part]) {
    let mut x = from.last().copied().unwrap_or_default();
    let half = from.len() / 2;
    for (i, part) in from.iter().enumerate() {
        x.iter_mut().zip(part).for_each(|(x, part)| *x ^= part);
        salsa20_8(&mut x);
        if let Some(place) = to.get_mut(i / 2 + i % 2 * half) {
            *place = x;
        }
    }
}

/// The core of Salsa20 with eight rounds (RFC 7914 section 3).
fn salsa20_8(part: &mut Part) {
    let mut x = *part;
    for _ in 0..4 {
        for [a, b, c, d] in [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11]] {
            quarter(&mut x, a, b, c, d);
        }
        for [a, b, c, d] in [[0, 1, 2, 3], [5, 6, 7, 4], [10, 11, 8, 9], [15, 12, 13, 14]] {
            quarter(&mut x, a, b, c, d);
        }
    }
    part.iter_mut().zip(x).for_each(|(part, x)| *part = part.wrapping_add(x));
}

#[inline(always)]
fn quarter(x: &mut Part, a: usize, b: usize, c: usize, d: usize) {
    x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
    x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
    x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
    x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
}

/// What is left of a run is enough to compute the key, so it is wiped.
struct Memory(Vec<Part>);

impl Memory {
    fn allocate(entries: usize, parts: usize) -> Result<Self, Rejected> {
        let len = entries.checked_mul(parts).ok_or(Rejected)?;
        let mut memory = Vec::new();
        memory.try_reserve_exact(len).map_err(|_| Rejected)?;
        memory.resize(len, Part::default());
        Ok(Self(memory))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.as_flattened_mut().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7914 section 12, but for the one that takes a gibibyte.
    #[test]
    fn it_is_that_of_the_rfc() {
        for (password, salt, log_n, r, p, expected) in [
            (
                "",
                "",
                4,
                1,
                1,
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
                 fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
            ),
            (
                "password",
                "NaCl",
                10,
                8,
                16,
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
                 2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
            ),
            (
                "pleaseletmein",
                "SodiumChloride",
                14,
                8,
                1,
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2\
                 d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
            ),
        ] {
            let mut out = vec![0; 64];
            scrypt(password.as_bytes(), salt.as_bytes(), log_n, r, p, &mut out).unwrap();
            assert_eq!(hex::encode(out), expected, "{password:?}");
        }
    }

    #[test]
    fn memory_that_there_is_not_is_refused() {
        assert_eq!(scrypt(b"", b"", 60, 8, 1, &mut [0; 32]), Err(Rejected));
        assert_eq!(scrypt(b"", b"", 200, 8, 1, &mut [0; 32]), Err(Rejected));
        assert_eq!(scrypt(b"", b"", 4, 8, usize::MAX, &mut [0; 32]), Err(Rejected));
        assert_eq!(scrypt(b"", b"", 4, 8, 1 << 50, &mut [0; 32]), Err(Rejected));
    }
}
