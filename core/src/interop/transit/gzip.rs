//! One gzip member (RFC 1952), inflated into wiped memory that grows as it is filled: what its trailer says
//! is anybody's claim.

use super::{MAX_LEN, corrupt};
use crate::Error;
use crate::secret::SecretBytes;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{
    DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};

/// ID1 ‖ ID2 ‖ CM, then flags(1) ‖ time(4) ‖ extra flags(1) ‖ system(1).
const HEAD: &[u8] = &[0x1f, 0x8b, 8];
const HEAD_LEN: usize = 10;

/// How many bytes one may stand for. Deflate could do four times that, with one byte again and again; a key
/// in a backup takes up to four times the random bytes in it, and a certificate chain that every version
/// repeats some fifty times what it does once.
const MAX_RATIO: usize = 256;

/// Go writes no optional fields, so a file that has some is of another kind.
pub(super) fn inflate(file: &[u8]) -> Result<SecretBytes, Error> {
    let damaged = corrupt("its gzip data is damaged");
    let (head, rest) = file.split_at_checked(HEAD_LEN).ok_or(damaged.clone())?;
    if !head.starts_with(HEAD) || head.get(3) != Some(&0) {
        return Err(damaged);
    }
    let (deflated, trailer) = rest.split_last_chunk::<8>().ok_or(damaged.clone())?;
    let [a, b, c, d, len @ ..] = *trailer;
    let (checksum, len) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes(len) as usize);
    if len > MAX_LEN || len > deflated.len().saturating_mul(MAX_RATIO) {
        return Err(corrupt("it is too long"));
    }
    let out = inflate_raw(deflated, len).ok_or(damaged.clone())?;
    if crc32(out.expose()) == checksum { Ok(out) } else { Err(damaged) }
}

/// The bytes of a whole deflate stream, if they are `len`.
fn inflate_raw(mut deflated: &[u8], len: usize) -> Option<SecretBytes> {
    let mut out = SecretBytes::zeroed(len.min(deflated.len().saturating_mul(4)));
    let mut state = Box::new(DecompressorOxide::new());
    let mut at = 0;
    loop {
        let (status, read, written) =
            decompress(&mut state, deflated, out.expose_mut(), at, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        deflated = deflated.get(read..)?;
        at += written;
        match status {
            TINFLStatus::Done => return (deflated.is_empty() && at == len).then_some(out),
            TINFLStatus::HasMoreOutput if out.len() < len => out.grow(len.min(2 * out.len())),
            _ => return None,
        }
    }
}

/// RFC 1952 section 8, bit by bit: a backup is read once.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf hello | gzip -n`
    const HELLO: [u8; 25] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0,
        0, 0,
    ];

    #[test]
    fn inflates_a_whole_member() {
        assert_eq!(inflate(&HELLO).unwrap().expose(), b"hello");
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    /// `head -c 4000 /dev/zero | gzip -9n`
    const ZEROS: [u8; 39] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xed, 0xc1, 0x31, 1, 0, 0, 0, 0xc2, 0xa0, 0xf5, 0x4f, 0x6d, 0xc,
        0x1f, 0xa0, 0, 0, 0, 0x80, 0xb7, 1, 0xbe, 0x93, 0x8b, 0x3a, 0xa0, 0xf, 0, 0,
    ];

    #[test]
    fn memory_grows_up_to_the_length_that_was_said() {
        assert_eq!(inflate(&ZEROS).unwrap().expose(), [0; 4_000]);
        for wrong in [0u32, 100, 3_999, 4_001, 6_000, 1 << 26, u32::MAX] {
            let mut other = ZEROS;
            other[ZEROS.len() - 4..].copy_from_slice(&wrong.to_le_bytes());
            assert!(inflate(&other).is_err(), "{wrong}");
        }
    }

    #[test]
    fn refuses_any_damage_that_counts() {
        // Time, extra flags and system, bytes 4 to 9, say nothing about the data.
        for at in (0..HELLO.len()).filter(|at| !(4..10).contains(at)) {
            let mut damaged = HELLO;
            damaged[at] ^= 1;
            assert!(inflate(&damaged).is_err(), "byte {at}");
        }
        for cut in 0..HELLO.len() {
            assert!(inflate(&HELLO[..cut]).is_err(), "cut to {cut}");
        }
        assert!(inflate(&[&HELLO[..], &HELLO[..]].concat()).is_err());
    }
}
