//! A store in a folder of a local file system, shared by any number of processes.

use super::{Epoch, Expected, PutError, Revision, Sealed, Store, StoreError};
use crate::name::DocName;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// A folder with a file per document.
///
/// A document is written to a temporary file of the same folder, flushed, and renamed over the old one, then the folder is flushed,
/// all under an exclusive lock that is held to the end. Readers take the same lock shared, so they never see what a power cut
/// could still undo. The lock is taken on a file of its own that is never renamed, with a fresh descriptor each time.
#[derive(Debug, Clone)]
pub struct Directory {
    path: PathBuf,
}

impl Directory {
    /// The folder at `path`. It is made when the keyring is created, readable by its owner only.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn file(&self, name: &DocName) -> PathBuf {
        self.path.join(name.file_name())
    }

    fn create(&self) -> io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)
    }

    /// A lock for one write: a new descriptor, so that threads exclude each other as processes do.
    fn lock_exclusive(&self) -> io::Result<Lock> {
        let file = private(OpenOptions::new().write(true).create(true).truncate(false)).open(self.path.join(".lock"))?;
        file.lock()?;
        Ok(Lock(file))
    }

    /// A lock for one read, or none where there is no lock file to be had: then nobody has written here yet.
    fn lock_shared(&self) -> io::Result<Option<Lock>> {
        match File::open(self.path.join(".lock")) {
            Ok(file) => file.lock_shared().map(|()| Some(Lock(file))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read(&self, name: &DocName) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.file(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let len = file.metadata()?.len();
        if len > MAX_FILE {
            return Err(io::Error::new(ErrorKind::InvalidData, "the file is larger than any document"));
        }
        let mut bytes = Vec::with_capacity(len as usize);
        file.take(MAX_FILE).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Everything up to the rename; what fails here has changed nothing.
    fn prepare(&self, name: &DocName, document: &[u8], temporary: &Path) -> io::Result<()> {
        let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(temporary)?;
        file.write_all(document)?;
        // After a failed fsync the kernel may have dropped the pages and forgotten the error, so there is no second try.
        file.sync_all()?;
        // Readers that notice the new epoch wait for our lock. Were it raised after the rename, a crash in between would hide the change.
        self.raise_epoch()?;
        std::fs::rename(temporary, self.file(name))
    }

    fn read_epoch(&self) -> io::Result<u64> {
        match std::fs::read(self.path.join("epoch")) {
            Ok(bytes) => Ok(bytes.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))),
            // Without a folder there is nothing to be fresh about; without the file nothing was written yet.
            Err(error) if error.kind() == ErrorKind::NotFound => std::fs::metadata(&self.path).map(|_| 0),
            Err(error) => Err(error),
        }
    }

    fn raise_epoch(&self) -> io::Result<()> {
        let next = self.read_epoch()?.wrapping_add(1);
        private(OpenOptions::new().write(true).create(true).truncate(false)).open(self.path.join("epoch"))?.write_all(&next.to_be_bytes())
    }

    fn flush_folder(&self) -> io::Result<()> {
        #[cfg(unix)]
        File::open(&self.path)?.sync_all()?;
        Ok(())
    }

    fn failure(&self, action: &str, error: &io::Error) -> String {
        format!("cannot {action} in {}: {error}", self.path.display())
    }
}

/// Larger than a document can be.
const MAX_FILE: u64 = 65 << 20;

/// Released explicitly: closing alone would not do while a forked child still has the descriptor.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// For its owner only.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

impl Store for Directory {
    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        let load = || {
            let _lock = self.lock_shared()?;
            self.read(name)
        };
        let bytes = load().map_err(|error| StoreError { reason: self.failure(&format!("read {name}"), &error) })?;
        Ok(bytes.map(|bytes| {
            let revision = Revision::of(&bytes);
            (Sealed::from_stored(bytes), revision)
        }))
    }

    fn put_if(&self, name: &DocName, document: &Sealed, expected: Expected) -> Result<Revision, PutError> {
        let failed = |error: io::Error| PutError::Failed(self.failure(&format!("write {name}"), &error));
        if *name == DocName::Root && expected == Expected::Absent {
            self.create().map_err(failed)?;
        }
        let _lock = self.lock_exclusive().map_err(failed)?;
        let there = self.read(name).map_err(failed)?.map(|bytes| Revision::of(&bytes));
        if !expected.is(there) {
            return Err(PutError::Conflict);
        }
        let temporary = self.path.join(format!(".{name}.tmp"));
        if let Err(error) = self.prepare(name, document.as_bytes(), &temporary) {
            let _ = std::fs::remove_file(&temporary);
            return Err(failed(error));
        }
        self.flush_folder().map_err(|error| PutError::Uncertain(self.failure(&format!("make the change to {name} last"), &error)))?;
        Ok(Revision::of(document.as_bytes()))
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        let list = || -> io::Result<Vec<DocName>> {
            let mut names = Vec::new();
            for entry in std::fs::read_dir(&self.path)? {
                let name = entry?.file_name().to_str().and_then(DocName::from_file_name);
                names.extend(name.filter(|name| after.is_none_or(|after| name > after)));
            }
            names.sort();
            names.truncate(limit);
            Ok(names)
        };
        list().map_err(|error| StoreError { reason: self.failure("list the documents", &error) })
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        let epoch = self.read_epoch().map_err(|error| StoreError { reason: self.failure("read epoch", &error) })?;
        Ok(Some(Epoch::new(epoch)))
    }
}
