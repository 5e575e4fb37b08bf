//! Memory that holds secrets: always wiped, never printed, never compared.

use std::fmt;
use std::ops::Range;
use zeroize::{Zeroizing, optimization_barrier};

/// Secret bytes of any length, wiped when dropped.
///
/// There is no `Clone`, no `PartialEq` and no way to print one. [`expose`](Self::expose) is the one way to
/// read them, a word that a reviewer can search for.
///
/// They are made from bytes, not from text: `From<&str>` is missing so that no passphrase is written into a
/// program by the way. Text that came from elsewhere says so: `text.into_bytes()` hands a `String` over,
/// which is wiped then, and `text.as_bytes()` is copied and stays the caller's.
///
/// ```
/// use strongroom::SecretBytes;
/// let passphrase = SecretBytes::new(b"correct horse".to_vec());
/// assert_eq!(format!("{passphrase:?}"), "SecretBytes(13 bytes)");
/// assert_eq!(passphrase.expose(), b"correct horse");
/// # Ok::<(), strongroom::Error>(())
/// ```
pub struct SecretBytes {
    memory: Vec<u8>,
    /// Where they begin: they may have been decrypted behind something else.
    start: usize,
}

impl SecretBytes {
    /// Takes over bytes that the caller already holds. They are not copied, and will be wiped.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { memory: bytes, start: 0 }
    }

    /// `len` zero bytes, to be filled in place.
    pub(crate) fn zeroed(len: usize) -> Self {
        // The allocator hands out small blocks faster than small zeroed blocks, and large zeroed blocks
        // without touching them. A zero that the compiler knows would be made a zeroed block of.
        if len > 4096 {
            return Self::new(vec![0; len]);
        }
        let mut bytes = Vec::with_capacity(len);
        bytes.resize(len, std::hint::black_box(0));
        Self::new(bytes)
    }

    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }

    /// The secret.
    pub fn expose(&self) -> &[u8] {
        self.memory.get(self.start..).unwrap_or_default()
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8] {
        self.memory.get_mut(self.start..).unwrap_or_default()
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.expose().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// Adds bytes. Where the memory has to grow, the old one is wiped, which `Vec` alone would not do.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        let needed = self.memory.len() + bytes.len();
        if needed > self.memory.capacity() {
            let mut larger = Vec::with_capacity(needed.max(2 * self.memory.capacity()).max(256));
            larger.extend_from_slice(&self.memory);
            wipe(&mut self.memory);
            self.memory = larger;
        }
        self.memory.extend_from_slice(bytes);
    }

    /// Keeps a range of them, where they are.
    pub(crate) fn narrowed(mut self, range: Range<usize>) -> Self {
        self.memory.truncate(self.start + range.end);
        self.start += range.start;
        self
    }

    /// Zeros at the end, up to a length. The memory from before is wiped.
    pub(crate) fn grow(&mut self, len: usize) {
        let mut larger = Self::zeroed(len.max(self.len()));
        larger.memory[..self.len()].copy_from_slice(self.expose());
        *self = larger;
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        wipe(&mut self.memory);
    }
}

/// Zeros over the whole of the memory, also what is beyond the length. `zeroize` writes byte by byte, which
/// takes as long as decrypting; here the memory is filled at once, and what keeps the compiler from leaving
/// that out is the barrier.
fn wipe(bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.resize(bytes.capacity(), 0);
    optimization_barrier(bytes.as_slice());
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.len())
    }
}

/// A secret of a fixed length, wiped when dropped.
///
/// It lives on the heap, so that moving one leaves no copy behind.
///
/// ```
/// use strongroom::SecretArray;
/// let mut key = SecretArray::<32>::zeroed();
/// key.expose_mut()[0] = 1; // filled in place, so that no copy is left elsewhere
/// assert!(SecretArray::<32>::copy_of(b"too short").is_none());
/// ```
pub struct SecretArray<const N: usize>(Box<Zeroizing<[u8; N]>>);

impl<const N: usize> SecretArray<N> {
    /// `N` zero bytes, to be filled in place with [`expose_mut`](Self::expose_mut).
    pub fn zeroed() -> Self {
        Self(Box::new(Zeroizing::new([0; N])))
    }

    /// `None` if there are not exactly `N` bytes.
    pub fn copy_of(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self::zeroed();
        (bytes.len() == N).then(|| secret.0.copy_from_slice(bytes))?;
        Some(secret)
    }

    /// `N` bytes straight from the operating system.
    pub(crate) fn random() -> Result<Self, crate::Error> {
        let mut secret = Self::zeroed();
        strongroom_entropy::fill(secret.expose_mut())?;
        Ok(secret)
    }

    /// The secret.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// The secret, to be filled in.
    pub fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

impl<const N: usize> fmt::Debug for SecretArray<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretArray({N} bytes)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appending_keeps_what_was_there() {
        let mut secret = SecretBytes::zeroed(0);
        for i in 0..1000u32 {
            secret.append(&i.to_be_bytes());
        }
        assert_eq!(secret.len(), 4000);
        assert_eq!(&secret.expose()[3996..], &999u32.to_be_bytes());
    }

    #[test]
    fn a_range_is_kept_where_it_is() {
        let whole = SecretBytes::new((0..100).collect());
        let (at, capacity) = (whole.expose()[10..].as_ptr(), whole.memory.capacity());
        let mut part = whole.narrowed(10..90).narrowed(0..79);
        assert_eq!(part.expose().as_ptr(), at);
        assert_eq!(part.expose(), (10..89).collect::<Vec<u8>>());
        assert_eq!((part.len(), part.memory.capacity()), (79, capacity), "it is all wiped in the end");
        part.append(&[1, 2]);
        part.grow(82);
        assert_eq!(part.expose()[78..], [88, 1, 2, 0]);
        assert!(SecretBytes::new(vec![7; 9]).narrowed(9..9).is_empty());
    }

    #[test]
    fn wiping_reaches_what_is_beyond_the_length() {
        for len in [0, 1, 64, 5000] {
            let mut bytes = vec![7; len + 100];
            bytes.truncate(len);
            wipe(&mut bytes);
            assert!(bytes.len() >= len + 100 && bytes.iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn an_array_takes_exactly_its_length() {
        assert!(SecretArray::<3>::copy_of(b"ab").is_none());
        assert!(SecretArray::<3>::copy_of(b"abcd").is_none());
        assert_eq!(SecretArray::<3>::copy_of(b"abc").unwrap().expose(), b"abc");
    }
}
