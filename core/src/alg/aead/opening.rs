//! What is opened, and where to.

use zeroize::Zeroize;

/// A ciphertext, and where its plaintext goes.
pub(crate) enum Opening<'a> {
    /// From memory of a caller's, which is read once, into other memory of the same length.
    Into(&'a [u8], &'a mut [u8]),
    /// In memory of ours, where the plaintext takes the place of the ciphertext.
    InPlace(&'a mut [u8]),
    /// Nowhere: memory of ours is checked, and is afterwards as it was.
    Check(&'a mut [u8]),
}

impl Opening<'_> {
    /// How long the ciphertext is, and the memory for the plaintext. If they differ it must not be opened.
    pub(in crate::alg) fn lengths(&self) -> (usize, usize) {
        match self {
            Self::Into(ciphertext, out) => (ciphertext.len(), out.len()),
            Self::InPlace(both) | Self::Check(both) => (both.len(), both.len()),
        }
    }

    /// This opening for as long as it is lent, for a call that may fail before another is tried.
    pub(crate) fn lent(&mut self) -> Opening<'_> {
        match self {
            Self::Into(ciphertext, out) => Opening::Into(ciphertext, out),
            Self::InPlace(both) => Opening::InPlace(both),
            Self::Check(both) => Opening::Check(both),
        }
    }

    /// The memory for the plaintext.
    pub(crate) fn plaintext(&mut self) -> &mut [u8] {
        match self {
            Self::Into(_, out) | Self::InPlace(out) | Self::Check(out) => out,
        }
    }

    /// Leaves nothing of a plaintext if it has failed.
    pub(in crate::alg) fn ended<E>(mut self, opened: Result<(), E>) -> Result<(), E> {
        if opened.is_err() {
            self.plaintext().zeroize();
        }
        opened
    }
}
