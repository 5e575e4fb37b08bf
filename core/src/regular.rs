//! Regular files: whoever opens a pipe waits for somebody to write, and a device does what it likes.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Opens a file for reading that must be a regular one, and does not wait for it. A link is followed, since
/// that is how secrets are mounted: what counts is what is open then.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    let file = {
        use rustix::fs::{Mode, OFlags};
        File::from(rustix::fs::open(
            path,
            OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC,
            Mode::empty(),
        )?)
    };
    #[cfg(not(unix))]
    let file = File::open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(ErrorKind::InvalidData, "it is not a regular file"))
    }
}
