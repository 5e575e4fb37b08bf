//! A store in a folder of a local file system, shared by any number of processes.

pub(crate) mod files;

use super::{Epoch, Expected, PutError, Revision, Sealed, Store, StoreError};
use crate::name::DocName;
use files::{Files, LocalFiles, LockGuard, LockMode};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder with a file per document.
///
/// A document is written to a temporary file of the same folder, flushed, and renamed over the old one, then the folder is flushed,
/// all under an exclusive lock that is held to the end. Readers take the same lock shared, so they never see what a power cut
/// could still undo. The lock is taken on a file of its own that is never renamed, with a fresh descriptor each time.
#[derive(Debug, Clone)]
pub struct Directory {
    path: PathBuf,
    files: Arc<dyn Files>,
}

/// Larger than a document can be.
const MAX_FILE: u64 = 65 << 20;

impl Directory {
    /// The folder at `path`. It is made when the keyring is created, readable by its owner only.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), files: Arc::new(LocalFiles) }
    }

    /// The folder at `path` of a file system that a test made.
    #[cfg(feature = "hazmat")]
    pub fn with_files(path: impl Into<PathBuf>, files: Arc<dyn Files>) -> Self {
        Self { path: path.into(), files }
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn file(&self, name: &DocName) -> PathBuf {
        self.path.join(name.file_name())
    }

    fn lock(&self, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard>>> {
        self.files.lock(&self.path.join(".lock"), mode)
    }

    fn read(&self, name: &DocName) -> io::Result<Option<Vec<u8>>> {
        self.files.read(&self.file(name), MAX_FILE)
    }

    /// Everything up to the rename; what fails here has changed nothing.
    fn prepare(&self, name: &DocName, document: &[u8], temporary: &Path) -> io::Result<()> {
        let mut file = self.files.create(temporary)?;
        let mut rest = document;
        while !rest.is_empty() {
            match file.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        // After a failed fsync the kernel may have dropped the pages and forgotten the error, so there is no second try.
        file.sync()?;
        // Readers that notice the new epoch wait for our lock. Were it raised after the rename, a crash in between would hide the change.
        self.raise_epoch(name)?;
        self.files.rename(temporary, &self.file(name))
    }

    fn read_epoch(&self) -> io::Result<u64> {
        match self.files.read(&self.path.join("epoch"), 4096)? {
            Some(bytes) => Ok(bytes.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))),
            // Without a folder there is nothing to be fresh about; without the file nothing was written yet.
            None => self.files.list(&self.path).map(|_| 0),
        }
    }

    /// Usage documents are looked at by those who write them only, so nobody has to be told.
    fn raise_epoch(&self, name: &DocName) -> io::Result<()> {
        if matches!(name, DocName::Usage(_)) {
            return Ok(());
        }
        let next = self.read_epoch()?.wrapping_add(1);
        self.files.overwrite(&self.path.join("epoch"), &next.to_be_bytes())
    }

    fn names(&self) -> io::Result<Vec<DocName>> {
        let mut names: Vec<_> = self.files.list(&self.path)?.iter().filter_map(|file| DocName::from_file_name(file.to_str()?)).collect();
        names.sort();
        Ok(names)
    }

    fn failure(&self, action: &str, error: &io::Error) -> String {
        let advice = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "; free some space and try again",
            ErrorKind::ReadOnlyFilesystem => "; mount it writable, decryption goes on meanwhile",
            ErrorKind::PermissionDenied => "; give the user that this process runs as access to the folder and its files",
            ErrorKind::NotFound => "; the folder is gone, restore it",
            _ => "",
        };
        format!("cannot {action} in {}: {error}{advice}", self.path.display())
    }

    fn store_error(&self, action: &str, error: &io::Error) -> StoreError {
        StoreError { reason: self.failure(action, error) }
    }
}

impl Store for Directory {
    fn create(&self) -> Result<(), StoreError> {
        self.files.create_folder(&self.path).map_err(|error| self.store_error("make the folder", &error))
    }

    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        let load = || {
            let _lock = self.lock(LockMode::Shared)?;
            self.read(name)
        };
        let bytes = load().map_err(|error| self.store_error(&format!("read {name}"), &error))?;
        Ok(bytes.map(|bytes| {
            let revision = Revision::of(&bytes);
            (Sealed::from_stored(bytes), revision)
        }))
    }

    fn load_all(&self) -> Result<Vec<(DocName, Sealed)>, StoreError> {
        let load = || -> io::Result<_> {
            let _lock = self.lock(LockMode::Shared)?;
            let mut documents = Vec::new();
            for name in self.names()? {
                if let Some(bytes) = self.read(&name)? {
                    documents.push((name, Sealed::from_stored(bytes)));
                }
            }
            Ok(documents)
        };
        load().map_err(|error| self.store_error("read the documents", &error))
    }

    fn put_if(&self, name: &DocName, document: &Sealed, expected: Expected) -> Result<Revision, PutError> {
        let failed = |error: io::Error| PutError::Failed(self.failure(&format!("write {name}"), &error));
        let _lock = self.lock(LockMode::Exclusive).map_err(failed)?;
        let there = self.read(name).map_err(failed)?.map(|bytes| Revision::of(&bytes));
        if !expected.is(there) {
            return Err(PutError::Conflict);
        }
        let temporary = self.path.join(format!(".{name}.tmp"));
        if let Err(error) = self.prepare(name, document.as_bytes(), &temporary) {
            let _ = self.files.remove(&temporary);
            return Err(failed(error));
        }
        let flushed = self.files.sync_folder(&self.path);
        flushed.map_err(|error| PutError::Uncertain(self.failure(&format!("make the change to {name} last"), &error)))?;
        Ok(Revision::of(document.as_bytes()))
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        let mut names = self.names().map_err(|error| self.store_error("list the documents", &error))?;
        names.retain(|name| after.is_none_or(|after| name > after));
        names.truncate(limit);
        Ok(names)
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        let epoch = self.read_epoch().map_err(|error| self.store_error("read epoch", &error))?;
        Ok(Some(Epoch::new(epoch)))
    }
}
