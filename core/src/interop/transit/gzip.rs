//! One gzip member (RFC 1952), inflated straight into wiped memory of the length that its trailer gives.

use super::{MAX_LEN, corrupt};
use crate::Error;
use crate::secret::SecretBytes;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF};

/// ID1 ‖ ID2 ‖ CM, then flags(1) ‖ time(4) ‖ extra flags(1) ‖ system(1).
const HEAD: &[u8] = &[0x1f, 0x8b, 8];
const HEAD_LEN: usize = 10;

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
    if len > MAX_LEN {
        return Err(corrupt("it is too long"));
    }
    let mut out = SecretBytes::zeroed(len);
    let mut state = Box::new(DecompressorOxide::new());
    let (status, read, written) = decompress(&mut state, deflated, out.expose_mut(), 0, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
    let whole = status == TINFLStatus::Done && read == deflated.len() && written == len;
    if whole && crc32(out.expose()) == checksum { Ok(out) } else { Err(damaged) }
}

/// RFC 1952 section 8, bit by bit: a backup is read once.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf hello | gzip -n`
    const HELLO: [u8; 25] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0];

    #[test]
    fn inflates_a_whole_member() {
        assert_eq!(inflate(&HELLO).unwrap().expose(), b"hello");
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
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
