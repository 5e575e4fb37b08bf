//! What the forked children of `tests/` work on: a keyring.
//!
//! It is a package of its own so that `strongroom-entropy` does not depend on the library that is made with
//! it, not even for its tests.

use std::path::Path;
use strongroom::{Seal, SecretArray};

/// The seal of the keyring, the same in every process.
pub fn seal() -> Option<Seal> {
    SecretArray::copy_of(&[7, 1].repeat(16)).map(Seal::root_key)
}

/// A folder that is gone when it is dropped, in memory where there is such a place.
///
/// # Errors
/// The file system's
pub fn folder() -> std::io::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}
