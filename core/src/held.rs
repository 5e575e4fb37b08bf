//! Memory of callers, read once.
//!
//! To Rust a `&[u8]` does not change. What a binding hands in may: other threads of the program write to it,
//! or other processes where it is shared. Two reads of it can differ, and much rests on their being the same.
//! A nonce computed from one plaintext that encrypts another is a nonce used twice; the two hashes of an
//! Ed25519 signature over two messages give the private key away; what is decrypted has to be what was
//! authenticated.
//!
//! So whatever a caller hands in is read once, in one pass: by [`take`], or by a hash that needs no second
//! look. And memory for a result is written, and not read again before the result is complete: not to
//! authenticate what was written there, nor for the nonce in it. (A plaintext is decrypted where it goes,
//! since whoever can write there can write a plaintext.) A provider that does read a ciphertext again is kept
//! from such memory by the bindings, which know whether they have lent it.

use crate::secret::SecretBytes;
use std::hint::black_box;
use zeroize::Zeroize;

/// Copies memory of a caller's. `ours` has the same length.
///
/// The barrier keeps the compiler, to which the two hold the same for good, from reading the one where the
/// other is meant.
#[inline]
pub(crate) fn take(theirs: &[u8], ours: &mut [u8]) {
    ours.copy_from_slice(theirs);
    black_box(ours);
}

/// A copy of a few bytes of a caller's, read once.
#[inline]
pub(crate) fn taken<const N: usize>(theirs: &[u8; N]) -> [u8; N] {
    black_box(*theirs)
}

/// A copy of any length that its owner keeps.
pub(crate) fn owned(theirs: &[u8]) -> SecretBytes {
    let mut ours = SecretBytes::zeroed(theirs.len());
    take(theirs, ours.expose_mut());
    ours
}

/// Up to this length a copy lies on the stack.
const SMALL: usize = 256;

/// A copy of memory of a caller's, wiped when it is dropped.
pub(crate) struct Held {
    small: [u8; SMALL],
    len: usize,
    /// In use if it is not empty.
    large: SecretBytes,
}

impl Held {
    /// The copy, which lies in `place`.
    #[inline]
    pub(crate) fn copy<'a>(place: &'a mut Option<Self>, theirs: &[u8]) -> &'a mut [u8] {
        if theirs.is_empty() {
            return &mut [];
        }
        place.insert(Self { small: [0; SMALL], len: 0, large: SecretBytes::zeroed(0) }).fill(theirs)
    }

    /// The copy behind a few bytes of ours, as one.
    #[inline]
    pub(crate) fn behind<'a>(place: &'a mut Option<Self>, ours: &[u8], theirs: &[u8]) -> &'a mut [u8] {
        let len = ours.len().saturating_add(theirs.len());
        let held = place.insert(Self { small: [0; SMALL], len: 0, large: SecretBytes::zeroed(0) });
        let both = if len <= SMALL {
            held.len = len;
            held.small.get_mut(..len).unwrap_or_default()
        } else {
            held.large = SecretBytes::zeroed(len);
            held.large.expose_mut()
        };
        if let Some((front, back)) = both.split_at_mut_checked(ours.len()) {
            front.copy_from_slice(ours);
            take(theirs, back);
        }
        both
    }

    #[inline]
    fn fill(&mut self, theirs: &[u8]) -> &mut [u8] {
        let ours = match self.small.get_mut(..theirs.len()) {
            Some(small) => {
                self.len = small.len();
                small
            }
            None => {
                self.large = owned(theirs);
                return self.large.expose_mut();
            }
        };
        take(theirs, ours);
        ours
    }
}

impl Drop for Held {
    #[inline]
    fn drop(&mut self) {
        self.small.get_mut(..self.len).unwrap_or_default().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_what_was_there() {
        for len in [0, 1, 16, SMALL - 1, SMALL, SMALL + 1, 5000] {
            let theirs: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            let (mut place, mut again) = (None, None);
            assert_eq!(Held::copy(&mut place, &theirs), theirs);
            assert!(len == 0 || Held::copy(&mut place, &theirs).as_ptr() != theirs.as_ptr());
            // A place that held something else holds nothing of it.
            Held::copy(&mut again, &[9; 700]);
            assert_eq!(Held::copy(&mut again, &theirs), theirs);
        }
        assert_eq!(taken(&[1, 2, 3]), [1, 2, 3]);
    }

    #[test]
    fn a_copy_can_stand_behind_bytes_of_ours() {
        for (ours, len) in [(0, 0), (3, 0), (3, 5), (16, SMALL - 16), (16, SMALL - 15), (16, 5000)] {
            let ours: Vec<u8> = (0..ours).collect();
            let theirs: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            let (mut place, expected) = (None, [&ours[..], &theirs].concat());
            assert_eq!(Held::behind(&mut place, &ours, &theirs), expected);
        }
    }
}
