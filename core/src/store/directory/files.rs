//! What a directory asks of its file system, call by call: two traits, so that a test can fail, shorten or
//! cut off each one.
#![cfg_attr(not(feature = "hazmat"), allow(unreachable_pub, reason = "the feature hazmat exports them"))]

#[cfg(unix)]
mod local;
#[cfg(not(unix))]
#[path = "files/plain.rs"]
mod local;
mod patience;

use std::fmt::Debug;
use std::io;
use std::path::Path;
use std::time::Duration;

/// The file system of this machine.
#[derive(Debug, Clone, Copy)]
pub struct LocalFiles {
    /// For how long a lock that somebody else holds is waited for.
    patience: Duration,
}

impl Default for LocalFiles {
    fn default() -> Self {
        Self { patience: patience::USUAL }
    }
}

impl LocalFiles {
    /// The file system of this machine, whose locks are not waited for any longer than this.
    #[cfg(feature = "hazmat")]
    pub const fn with_patience(patience: Duration) -> Self {
        Self { patience }
    }
}

/// What leads to a folder. [`LocalFiles`] asks it of the operating system.
pub trait Files: Send + Sync + Debug {
    /// Makes a folder for its owner only, and says whether it did; one that is there stays as it is.
    ///
    /// # Errors
    /// The file system's, [`ErrorKind::NotFound`](io::ErrorKind::NotFound) without a folder above it
    fn create_folder(&self, path: &Path) -> io::Result<bool>;

    /// Makes the names in a folder last.
    ///
    /// # Errors
    /// The file system's
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Opens a folder. Whatever happens to its name afterwards, all that is asked of it is asked of this one.
    ///
    /// # Errors
    /// The file system's
    fn open_folder(&self, path: &Path) -> io::Result<Box<dyn Folder>>;
}

/// The calls that a [`Directory`](super::Directory) makes of its folder.
///
/// Only regular files are opened, and nobody is waited for but the holder of the lock. What stands under the
/// name of a file and is none, or is too long, is [`ErrorKind::InvalidData`](io::ErrorKind::InvalidData).
pub trait Folder {
    /// Takes a lock that ends when the guard is dropped, on the file that has the name when it is taken. A
    /// shared lock makes no file: without one there is nothing to lock.
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`](io::ErrorKind::TimedOut) if somebody else has it for too long, or the file
    /// system's
    fn lock(&self, name: &str, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard + '_>>>;

    /// All of a file, or `None` if there is none. One longer than `limit` bytes is refused.
    ///
    /// # Errors
    /// The file system's
    fn read(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>>;

    /// A new file for its owner only, in the place of whatever has the name.
    ///
    /// # Errors
    /// The file system's
    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile + '_>>;

    /// Makes these the bytes of a file for its owner only, in one write. One that is not there, or is not the
    /// folder's own, is made anew.
    ///
    /// # Errors
    /// The file system's
    fn overwrite(&self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// Puts a file in the place of another.
    ///
    /// # Errors
    /// The file system's
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// The file system's
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes the names in the folder last.
    ///
    /// # Errors
    /// The file system's
    fn sync(&self) -> io::Result<()>;

    /// Tells the name of each file; those that are not text are nobody's here.
    ///
    /// # Errors
    /// The file system's
    fn list(&self, each: &mut dyn FnMut(&str)) -> io::Result<()>;

    /// What the file system says about a file, or about the folder itself; `None` if there is none. A link is
    /// not followed.
    ///
    /// # Errors
    /// The file system's
    fn status(&self, name: Option<&str>) -> io::Result<Option<Status>>;
}

/// What the file system says about a file or a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Whether it is a regular file.
    pub is_file: bool,
    /// The permissions: the lowest nine bits, of which the owner has the first three.
    pub mode: u32,
    /// Whether it belongs to the user that this process runs as, or to the superuser.
    pub is_own: bool,
}

/// Whether others may hold a lock at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// Other readers may.
    Shared,
    /// Nobody may.
    Exclusive,
}

/// Holds a lock until it is dropped.
pub trait LockGuard {
    /// Whether the lock still keeps others out: the file that is locked has its name, and the folder has its
    /// own.
    ///
    /// # Errors
    /// That it does not, or the file system's
    fn check(&self) -> io::Result<()>;
}

/// A file that is being written.
pub trait NewFile {
    /// Writes some of the bytes, and says how many.
    ///
    /// # Errors
    /// The file system's
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Makes what was written last.
    ///
    /// # Errors
    /// The file system's
    fn sync(&mut self) -> io::Result<()>;
}
