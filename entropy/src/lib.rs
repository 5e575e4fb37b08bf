//! Random bytes for Strongroom.

#![deny(unsafe_op_in_unsafe_fn)]

mod os;

pub use os::{Error, fill};

/// `N` random bytes for one nonce, from the pool of the calling thread.
///
/// # Errors
///
/// [`Error`] when the operating system gives no random bytes.
pub fn nonce<const N: usize>() -> Result<[u8; N], Error> {
    nonce_unbuffered()
}

/// `N` random bytes for one nonce, straight from the operating system.
///
/// # Errors
///
/// [`Error`] when the operating system gives no random bytes.
pub fn nonce_unbuffered<const N: usize>() -> Result<[u8; N], Error> {
    const { assert!(N <= 64, "a nonce of more than 64 bytes") };
    let mut nonce = [0; N];
    fill(&mut nonce)?;
    Ok(nonce)
}

/// A number that changes in a forked child.
#[must_use]
pub fn fork_generation() -> u64 {
    1
}
