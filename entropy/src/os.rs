//! Random bytes straight from the operating system.

use std::fmt;

use zeroize::Zeroize;

/// The operating system gave no random bytes.
///
/// There is nothing to tell apart for the caller: no bytes were made, and nothing that needs them may go on.
/// The usual reasons are a sandbox that forbids the `getrandom` system call, and a container without
/// `/dev/urandom`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(());

impl Error {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the operating system gave no random bytes: allow the getrandom system \
             call (or /dev/urandom) in this sandbox, then try again",
        )
    }
}

impl std::error::Error for Error {}

/// Fills `out` with random bytes straight from the operating system: for keys, salts and data keys.
///
/// One system call for up to 256 bytes; nothing is kept. Early in boot the call waits until the kernel has
/// been seeded.
///
/// # Errors
///
/// [`Error`] when the operating system gives no random bytes. `out` is then all zeros: a caller that ignores
/// the error holds no half-random key that looks like a whole one.
pub fn fill(out: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(out).map_err(|_| {
        out.zeroize();
        Error::new()
    })
}
