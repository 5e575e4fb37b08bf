//! What a directory asks of its file system, call by call: a trait, so that a test can fail, shorten or cut off each one.
#![cfg_attr(not(feature = "hazmat"), allow(unreachable_pub, reason = "the feature hazmat exports them"))]

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The calls that a [`Directory`](super::Directory) makes. [`LocalFiles`] makes them of the operating system.
pub trait Files: Send + Sync + Debug {
    /// Makes a folder for its owner only, and says whether it did; one that is there stays as it is.
    ///
    /// # Errors
    /// The file system's, [`ErrorKind::NotFound`] without a folder above it
    fn create_folder(&self, path: &Path) -> io::Result<bool>;

    /// Takes a lock that ends when the guard is dropped. A shared lock makes no file: without one there is nothing to lock.
    ///
    /// # Errors
    /// The file system's
    fn lock(&self, path: &Path, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard>>>;

    /// All of a file, or `None` if there is none. One longer than `limit` bytes is refused.
    ///
    /// # Errors
    /// The file system's, [`ErrorKind::InvalidData`] for a file that is too long
    fn read(&self, path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>>;

    /// A file for its owner only, emptied if it was there.
    ///
    /// # Errors
    /// The file system's
    fn create(&self, path: &Path) -> io::Result<Box<dyn NewFile>>;

    /// Overwrites the first bytes of a file for its owner only, made if it was not there, in one write.
    ///
    /// # Errors
    /// The file system's
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Puts a file in the place of another.
    ///
    /// # Errors
    /// The file system's
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// The file system's
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder last.
    ///
    /// # Errors
    /// The file system's
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// The names of the files in a folder.
    ///
    /// # Errors
    /// The file system's
    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>>;
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
pub trait LockGuard {}

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

/// The file system of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalFiles;

/// Released explicitly: closing alone would not do while a forked child still has the descriptor.
struct Lock(File);

impl LockGuard for Lock {}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl NewFile for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(self, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// For its owner only.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

impl Files for LocalFiles {
    fn create_folder(&self, path: &Path) -> io::Result<bool> {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
            made => made.map(|()| true),
        }
    }

    /// A new descriptor each time, so that threads exclude each other as processes do.
    fn lock(&self, path: &Path, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard>>> {
        let file = match mode {
            LockMode::Exclusive => private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?,
            LockMode::Shared => match File::open(path) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                opened => opened?,
            },
        };
        loop {
            let taken = match mode {
                LockMode::Exclusive => file.lock(),
                LockMode::Shared => file.lock_shared(),
            };
            match taken {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                taken => break taken?,
            }
        }
        Ok(Some(Box::new(Lock(file))))
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let len = file.metadata()?.len();
        if len > limit {
            return Err(io::Error::new(ErrorKind::InvalidData, "the file is larger than any document"));
        }
        let mut bytes = Vec::with_capacity(len as usize);
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn NewFile>> {
        Ok(Box::new(private(OpenOptions::new().write(true).create(true).truncate(true)).open(path)?))
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?.write_all(bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        #[cfg(unix)]
        File::open(path)?.sync_all()?;
        #[cfg(not(unix))]
        let _ = path;
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        std::fs::read_dir(path)?.map(|entry| Ok(entry?.file_name().into())).collect()
    }
}
