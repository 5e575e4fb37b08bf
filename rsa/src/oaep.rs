//! RSAES-OAEP (RFC 8017 section 7.1.2) for a plaintext of a known length, without saying whether there is
//! one.
//!
//! AWS-LC's own says it, by an error, by how long that takes and by what it copies. Here what was padded and
//! what was not take the same steps: nothing but lengths decides on a branch or an address.

use aws_lc_sys as lc;
use std::hint::black_box;
use std::ptr::null_mut;
use zeroize::Zeroizing;

use crate::owned::done;
use crate::{Hash, Rejected};

/// The longest output of a hash.
const LONGEST: usize = 64;

/// Puts the plaintext of a decrypted block into the place of what is in `out`, if it is one of that length
/// under an empty label; else `out` stays what it is.
///
/// The block is `0 ‖ masked seed ‖ masked DB`, and DB is `hash of the label ‖ zeros ‖ 1 ‖ plaintext`. It is
/// unmasked where it is.
pub(crate) fn replace(hash: Hash, block: &mut [u8], out: &mut [u8]) -> Result<(), Rejected> {
    let len = hash.len();
    let (first, rest) = block.split_first_mut().ok_or(Rejected)?;
    let (seed, db) = rest.split_at_mut_checked(len).ok_or(Rejected)?;
    mask(hash, db, seed)?;
    mask(hash, seed, db)?;
    let zeros = db.len().checked_sub(len + 1 + out.len()).ok_or(Rejected)?;

    let mut label = [0; LONGEST];
    digest(hash, &[], &mut label)?;
    let one = [1];
    let expected = label.iter().take(len).chain(std::iter::repeat_n(&0, zeros)).chain(&one);
    let wrong = db.iter().zip(expected).fold(*first, |wrong, (byte, expected)| wrong | (byte ^ expected));
    // All ones if no bit is wrong, else 0. The compiler does not know which of them it is.
    let take = black_box(((u16::from(wrong).wrapping_sub(1)) >> 8) as u8);
    let plaintext = db.iter().skip(len + zeros + 1);
    out.iter_mut().zip(plaintext).for_each(|(out, byte)| *out ^= take & (*out ^ byte));
    Ok(())
}

/// Adds MGF1 of a seed (RFC 8017 appendix B.2.1).
fn mask(hash: Hash, seed: &[u8], data: &mut [u8]) -> Result<(), Rejected> {
    let mut input = Zeroizing::new(Vec::with_capacity(seed.len() + 4));
    let mut output = Zeroizing::new([0; LONGEST]);
    for (chunk, counter) in data.chunks_mut(hash.len()).zip(0_u32..) {
        input.clear();
        input.extend_from_slice(seed);
        input.extend_from_slice(&counter.to_be_bytes());
        digest(hash, &input, &mut output)?;
        chunk.iter_mut().zip(output.iter()).for_each(|(byte, mask)| *byte ^= mask);
    }
    Ok(())
}

fn digest(hash: Hash, input: &[u8], out: &mut [u8; LONGEST]) -> Result<(), Rejected> {
    let (start, len) = (input.as_ptr().cast(), input.len());
    // SAFETY: it reads the input only, and writes at most as many bytes as the longest hash has. The length
    // is not asked for, and no engine is given.
    let answer =
        unsafe { lc::EVP_Digest(start, len, out.as_mut_ptr(), null_mut(), hash.descriptor(), null_mut()) };
    done(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Hash; 9] = [
        Hash::Sha1,
        Hash::Sha224,
        Hash::Sha256,
        Hash::Sha384,
        Hash::Sha512,
        Hash::Sha3_224,
        Hash::Sha3_256,
        Hash::Sha3_384,
        Hash::Sha3_512,
    ];

    /// A block as RFC 8017 section 7.1.1 makes it, with one bit of what is below the masks flipped.
    fn block(hash: Hash, size: usize, plaintext: &[u8], flip: Option<(usize, u8)>) -> Vec<u8> {
        let len = hash.len();
        let mut label = [0; LONGEST];
        digest(hash, &[], &mut label).unwrap();
        let mut db = label[..len].to_vec();
        db.resize(size - 2 - len - plaintext.len(), 0);
        db.push(1);
        db.extend_from_slice(plaintext);
        let mut block = [vec![0], vec![0x33; len], db].concat();
        if let Some((at, bit)) = flip {
            block[at] ^= bit;
        }
        let (seed, db) = block[1..].split_at_mut(len);
        mask(hash, seed, db).unwrap();
        mask(hash, db, seed).unwrap();
        block
    }

    #[test]
    fn a_plaintext_takes_the_place_and_nothing_else_does() {
        for hash in ALL {
            for len in [0, 1, 32] {
                let plaintext = vec![0xa7; len];
                let replaced = |mut block: Vec<u8>| {
                    let mut out = vec![0x5c; len];
                    replace(hash, &mut block, &mut out).unwrap();
                    out
                };
                assert_eq!(replaced(block(hash, 256, &plaintext, None)), plaintext);
                // The first byte, the hash of the label, the zeros and the 1.
                let fixed = std::iter::once(0).chain(1 + hash.len()..256 - len);
                for place in fixed {
                    for bit in [1, 0x80] {
                        let wrong = block(hash, 256, &plaintext, Some((place, bit)));
                        assert_eq!(replaced(wrong), vec![0x5c; len], "{hash:?} {place}");
                    }
                }
                // A plaintext of another length.
                assert_eq!(replaced(block(hash, 256, &vec![0xa7; len + 1], None)), vec![0x5c; len]);
                assert_eq!(replaced(block(hash, 256, &vec![1; len + 1], None)), vec![0x5c; len]);
            }
            let longest = 256 - 2 - 2 * hash.len();
            for (len, is_taken) in [(longest, true), (longest + 1, false), (256, false)] {
                let mut out = vec![0x5c; len];
                assert_eq!(replace(hash, &mut [0; 256], &mut out).is_ok(), is_taken);
                assert_eq!(out, vec![0x5c; len]);
            }
            assert_eq!(replace(hash, &mut [], &mut []), Err(Rejected));
            assert_eq!(replace(hash, &mut [0; 10], &mut []), Err(Rejected));
        }
    }
}
