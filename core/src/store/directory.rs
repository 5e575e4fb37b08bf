//! A store in a folder of a local file system, shared by any number of processes.

pub(crate) mod files;
mod progress;

use super::{Epoch, Expected, Fence, Looks, PutError, Revision, Sealed, Store, StoreError};
use crate::name::DocName;
use files::{Files, LocalFiles, LockGuard, LockMode};
use progress::Progress;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A folder with a file per document.
///
/// A document is written to a temporary file of the same folder, flushed, and renamed over the old one, then the folder is flushed,
/// all under an exclusive lock that is held to the end. Readers take the same lock shared, and where a writer was stopped before its end they
/// flush the folder themselves, so they never see what a power cut could still undo. The lock is taken on a file of its own that is never
/// renamed, with a fresh descriptor each time.
#[derive(Debug, Clone)]
pub struct Directory {
    path: PathBuf,
    files: Arc<dyn Files>,
    /// The last write that was seen unfinished, and made to last here.
    settled: Arc<AtomicU64>,
}

/// Larger than a document can be.
const MAX_FILE: u64 = 65 << 20;

impl Directory {
    /// The folder at `path`. It is made when the keyring is created, readable by its owner only.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), files: Arc::new(LocalFiles), settled: Arc::default() }
    }

    /// The folder at `path` of a file system that a test made.
    #[cfg(feature = "hazmat")]
    pub fn with_files(path: impl Into<PathBuf>, files: Arc<dyn Files>) -> Self {
        Self { path: path.into(), files, settled: Arc::default() }
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

    /// Makes a folder and those above it, and makes their names last: without that, a power cut takes the folder with all that is in it.
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let above = path.parent().map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
        let is_new = match (self.files.create_folder(path), above) {
            (Err(error), Some(above)) if error.kind() == ErrorKind::NotFound => {
                self.make_folder(above)?;
                self.files.create_folder(path)?
            }
            (made, _) => made?,
        };
        match above.map(|above| self.files.sync_folder(above)) {
            // Also of one that was there, which an earlier try may have made; but then the folder above may be somebody else's.
            Some(Err(error)) if is_new || error.kind() != ErrorKind::PermissionDenied => Err(error),
            _ => Ok(()),
        }
    }

    /// Everything up to the rename; what fails here has changed nothing. Gives what to note once the change lasts.
    fn prepare(&self, name: &DocName, document: &[u8], temporary: &Path) -> io::Result<Progress> {
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
        // Usage documents are looked at by those who write them only, so nobody has to be told.
        let known = self.progress()?.map_or_else(|| Progress::start().map_err(|error| io::Error::other(error.to_string())), Ok)?;
        let progress = known.begin(!matches!(name, DocName::Usage(_)));
        self.note(progress)?;
        self.files.rename(temporary, &self.file(name))?;
        Ok(progress)
    }

    /// `None` where the file is missing or no writer's: nothing was written yet, or somebody has removed it. Whoever only reads does not make one.
    fn progress(&self) -> io::Result<Option<Progress>> {
        match self.files.read(&self.path.join("epoch"), 4096)? {
            Some(bytes) => Ok(Progress::parse(&bytes)),
            // Without a folder there is nothing to be fresh about.
            None => self.files.list(&self.path).map(|_| None),
        }
    }

    fn note(&self, progress: Progress) -> io::Result<()> {
        self.files.overwrite(&self.path.join("epoch"), &progress.to_bytes())
    }

    /// What was read under the lock may have been renamed by a process that was killed, or that failed, before it had flushed the folder. Something
    /// encrypted under it would be lost with it in a power cut, so the folder is flushed here before anybody uses it.
    fn settle(&self) -> io::Result<()> {
        // Where nothing is noted, a write may have begun.
        let progress = self.progress()?;
        if progress.is_some_and(|progress| progress.is_finished() || self.settled.load(Ordering::Acquire) == progress.begun()) {
            return Ok(());
        }
        match self.files.sync_folder(&self.path) {
            // Remounting has written everything that was pending.
            Err(error) if error.kind() != ErrorKind::ReadOnlyFilesystem => Err(error),
            _ => {
                if let Some(progress) = progress {
                    self.settled.store(progress.begun(), Ordering::Release);
                }
                Ok(())
            }
        }
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
        self.make_folder(&self.path).map_err(|error| self.store_error("make the folder", &error))
    }

    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        let load = || {
            let _lock = self.lock(LockMode::Shared)?;
            let bytes = self.read(name)?;
            // No folder is no keyring, but a key that is missing together with its folder was not lost.
            if bytes.is_some() || *name != DocName::Root {
                self.settle()?;
            }
            Ok(bytes)
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
            self.settle()?;
            Ok(documents)
        };
        load().map_err(|error| self.store_error("read the documents", &error))
    }

    fn put_if(&self, name: &DocName, document: &Sealed, expected: Expected, fence: Fence) -> Result<Revision, PutError> {
        let failed = |error: io::Error| PutError::Failed(self.failure(&format!("write {name}"), &error));
        let _lock = self.lock(LockMode::Exclusive).map_err(failed)?;
        let there = |name| Ok(self.read(name).map_err(failed)?.map(|bytes| Revision::of(&bytes)));
        if !expected.is(there(name)?) || (*name != DocName::Root && !fence.expected().is(there(&DocName::Root)?)) {
            return Err(PutError::Conflict);
        }
        let temporary = self.path.join(format!(".{name}.tmp"));
        let progress = self.prepare(name, document.as_bytes(), &temporary).map_err(|error| {
            let _ = self.files.remove(&temporary);
            failed(error)
        })?;
        let flushed = self.files.sync_folder(&self.path);
        flushed.map_err(|error| PutError::Uncertain(self.failure(&format!("make the change to {name} last"), &error)))?;
        // Without this note readers flush once more than they need to.
        let _ = self.note(progress.finish());
        Ok(Revision::of(document.as_bytes()))
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        let mut names = self.names().map_err(|error| self.store_error("list the documents", &error))?;
        names.retain(|name| after.is_none_or(|after| name > after));
        names.truncate(limit);
        Ok(names)
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        let progress = self.progress().map_err(|error| self.store_error("read epoch", &error))?;
        Ok(progress.map(|progress| Epoch::new(progress.epoch())))
    }

    fn looks(&self) -> Looks {
        Looks::Inline
    }
}
