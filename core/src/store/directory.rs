//! A store in a folder of a local file system, shared by any number of processes.

mod exposure;
pub(crate) mod files;
mod progress;

use super::{Epoch, Expected, Fence, Looks, PutError, Revision, Sealed, Store, StoreError, StoreWarning};
use crate::error::{Place, Reason};
use crate::name::DocName;
use files::{Files, Folder, LocalFiles, LockGuard, LockMode};
use progress::Progress;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A folder with a file per document.
///
/// A document is written to a temporary file of the same folder, flushed, and renamed over the old one, then
/// the folder is flushed, all under an exclusive lock that is held to the end. Readers take the same lock
/// shared, and where a writer was stopped before its end they flush the folder themselves, so they never see
/// what a power cut could still undo. The lock is taken on a file of its own that is never renamed, with a
/// fresh descriptor each time.
///
/// Each call opens the folder and makes everything relative to what is open then. Only regular files are
/// read, links are not followed out of the folder, nothing is written in place that could be a file from
/// elsewhere, and what is made is for its owner only. No keyring is made in a folder to which everybody may
/// write; what there is opens, and [`Keyring::check`](crate::Keyring::check) warns.
#[derive(Debug, Clone)]
pub struct Directory {
    path: PathBuf,
    files: Arc<dyn Files>,
    /// The last write that was seen unfinished, and made to last here.
    settled: Arc<AtomicU64>,
}

/// Larger than a document can be.
const MAX_FILE: u64 = 65 << 20;

const LOCK: &str = ".lock";
const EPOCH: &str = "epoch";

/// What a document is called while it is being written.
fn temporary(name: &DocName) -> String {
    format!(".{name}.tmp")
}

fn is_temporary(file: &str) -> bool {
    file.strip_prefix('.')
        .and_then(|file| file.strip_suffix(".tmp"))
        .is_some_and(|file| DocName::from_file_name(file).is_some())
}

impl Directory {
    /// The folder at `path`. It is made when the keyring is created, readable by its owner only.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), files: Arc::new(LocalFiles::default()), settled: Arc::default() }
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

    fn open(&self) -> io::Result<Box<dyn Folder>> {
        self.files.open_folder(&self.path)
    }

    /// Makes a folder and those above it, and makes their names last: without that, a power cut takes the
    /// folder with all that is in it.
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let above =
            path.parent().map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
        let is_new = match (self.files.create_folder(path), above) {
            (Err(error), Some(above)) if error.kind() == ErrorKind::NotFound => {
                self.make_folder(above)?;
                self.files.create_folder(path)?
            }
            (made, _) => made?,
        };
        match above.map(|above| self.files.sync_folder(above)) {
            // Also of one that was there, which an earlier try may have made; but then the folder above may
            // be somebody else's.
            Some(Err(error)) if is_new || error.kind() != ErrorKind::PermissionDenied => Err(error),
            _ => Ok(()),
        }
    }

    /// What was read under the lock may have been renamed by a process that was killed, or that failed,
    /// before it had flushed the folder. Something encrypted under it would be lost with it in a power cut,
    /// so the folder is flushed here before anybody uses it.
    fn settle(&self, folder: &dyn Folder) -> io::Result<()> {
        // Where nothing is noted, a write may have begun.
        let progress = progress(folder)?;
        if progress.is_some_and(|progress| {
            progress.is_finished() || self.settled.load(Ordering::Acquire) == progress.begun()
        }) {
            return Ok(());
        }
        match folder.sync() {
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

    fn failure(&self, action: &str, error: io::Error) -> Reason {
        let advice = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "; free some space and try again",
            ErrorKind::ReadOnlyFilesystem => "; mount it writable, decryption goes on meanwhile",
            ErrorKind::PermissionDenied => {
                "; give the user that this process runs as access to the folder and its files, with chown or chmod"
            }
            ErrorKind::NotADirectory => "; a keyring is a folder, and this path leads to a file",
            ErrorKind::NotFound => "; the folder is gone, restore it",
            _ => "",
        };
        let sentence = format!("cannot {action} in {}: {error}{advice}", self.path.display());
        Reason::from(sentence).caused_by(error)
    }

    fn store_error(&self, action: &str, error: io::Error) -> StoreError {
        StoreError { reason: self.failure(action, error) }
    }
}

fn read(folder: &dyn Folder, name: &DocName) -> io::Result<Option<Vec<u8>>> {
    folder.read(&name.file_name(), MAX_FILE)
}

/// `None` where the file is missing or no writer's: nothing was written yet, or somebody has removed it.
/// Whoever only reads does not make one.
fn progress(folder: &dyn Folder) -> io::Result<Option<Progress>> {
    match folder.read(EPOCH, 4096) {
        Err(error) if error.kind() == ErrorKind::InvalidData => Ok(None),
        read => Ok(read?.and_then(|bytes| Progress::parse(&bytes))),
    }
}

fn note(folder: &dyn Folder, progress: Progress) -> io::Result<()> {
    folder.overwrite(EPOCH, &progress.to_bytes())
}

fn names(folder: &dyn Folder, after: Option<&DocName>) -> io::Result<Vec<DocName>> {
    let mut names = Vec::new();
    folder.list(&mut |file| {
        let name = DocName::from_file_name(file);
        names.extend(name.filter(|name| after.is_none_or(|after| name > after)));
    })?;
    names.sort_unstable();
    Ok(names)
}

/// Whether a folder without a keyring holds what no keyring put there, which a copy or a removal of the
/// keyring would take along. Hidden files do not count, nor what a file system has at its top.
fn holds_others(folder: &dyn Folder) -> io::Result<bool> {
    let (mut others, mut keyring) = (false, false);
    folder.list(&mut |file| {
        let name = DocName::from_file_name(file);
        keyring |= name == Some(DocName::Root);
        others |= name.is_none() && !file.starts_with('.') && file != EPOCH && file != "lost+found";
    })?;
    Ok(others && !keyring)
}

/// Everything up to the rename; what fails here has changed nothing. Gives what to note once the change
/// lasts.
fn prepare(
    folder: &dyn Folder,
    lock: Option<&dyn LockGuard>,
    name: &DocName,
    document: &[u8],
) -> io::Result<Progress> {
    let temporary = temporary(name);
    let mut file = folder.create(&temporary)?;
    let mut rest = document;
    while !rest.is_empty() {
        match file.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    // After a failed fsync the kernel may have dropped the pages and forgotten the error, so there is no
    // second try.
    file.sync()?;
    // Readers that notice the new epoch wait for our lock. Were it raised after the rename, a crash in
    // between would hide the change. Usage documents are looked at by those who write them only, so nobody
    // has to be told.
    let known = progress(folder)?
        .map_or_else(|| Progress::start().map_err(|error| io::Error::other(error.to_string())), Ok)?;
    let progress = known.begin(!matches!(name, DocName::Usage(_)));
    note(folder, progress)?;
    // Somebody may have taken the lock or the folder away meanwhile, and another writer have come in.
    lock.map_or(Ok(()), LockGuard::check)?;
    folder.rename(&temporary, &name.file_name())?;
    Ok(progress)
}

impl Store for Directory {
    fn place(&self) -> Place {
        Place::new(self.path.display().to_string())
    }

    fn create(&self) -> Result<(), StoreError> {
        let create = || {
            self.make_folder(&self.path)?;
            let folder = self.open()?;
            Ok((folder.status(None)?, holds_others(&*folder)?))
        };
        let (status, holds_others) = create().map_err(|error| self.store_error("make the folder", error))?;
        let path = self.path.display();
        let wrong = if status.is_some_and(exposure::is_open_to_all) {
            format!(
                "everybody may write to {path}; give a folder in it, which is made, or set its mode to 0700"
            )
        } else if holds_others {
            format!("{path} is not empty; give the keyring a folder of its own, which is made")
        } else {
            return Ok(());
        };
        Err(StoreError { reason: wrong.into() })
    }

    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        let load = || {
            let folder = match self.open() {
                // No folder is no keyring, but a key that is missing together with its folder was not lost.
                Err(error) if error.kind() == ErrorKind::NotFound && *name == DocName::Root => {
                    return Ok(None);
                }
                opened => opened?,
            };
            let _lock = folder.lock(LOCK, LockMode::Shared)?;
            let bytes = read(&*folder, name)?;
            if bytes.is_some() || *name != DocName::Root {
                self.settle(&*folder)?;
            }
            Ok(bytes)
        };
        let bytes = load().map_err(|error| self.store_error(&format!("read {name}"), error))?;
        Ok(bytes.map(|bytes| {
            let revision = Revision::of(&bytes);
            (Sealed::from_stored(bytes), revision)
        }))
    }

    fn load_some(&self, names: &[DocName]) -> Result<Vec<Option<Sealed>>, StoreError> {
        let load = || -> io::Result<_> {
            let folder = self.open()?;
            let _lock = folder.lock(LOCK, LockMode::Shared)?;
            let documents = names.iter().map(|name| Ok(read(&*folder, name)?.map(Sealed::from_stored)));
            let documents = documents.collect::<io::Result<_>>()?;
            self.settle(&*folder)?;
            Ok(documents)
        };
        load().map_err(|error| self.store_error("read the documents", error))
    }

    fn load_all(&self) -> Result<Vec<(DocName, Sealed)>, StoreError> {
        let load = || -> io::Result<_> {
            let folder = self.open()?;
            let _lock = folder.lock(LOCK, LockMode::Shared)?;
            let mut documents = Vec::new();
            for name in names(&*folder, None)? {
                if let Some(bytes) = read(&*folder, &name)? {
                    documents.push((name, Sealed::from_stored(bytes)));
                }
            }
            self.settle(&*folder)?;
            Ok(documents)
        };
        load().map_err(|error| self.store_error("read the documents", error))
    }

    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError> {
        let failed = |error: io::Error| PutError::Failed(self.failure(&format!("write {name}"), error));
        let folder = self.open().map_err(failed)?;
        let lock = folder.lock(LOCK, LockMode::Exclusive).map_err(failed)?;
        let there = |name| Ok(read(&*folder, name).map_err(failed)?.map(|bytes| Revision::of(&bytes)));
        if !expected.is(there(name)?)
            || (*name != DocName::Root && !fence.expected().is(there(&DocName::Root)?))
        {
            return Err(PutError::Conflict);
        }
        let progress = prepare(&*folder, lock.as_deref(), name, document.as_bytes()).map_err(|error| {
            let _ = folder.remove(&temporary(name));
            failed(error)
        })?;
        folder.sync().map_err(|error| {
            PutError::Uncertain(self.failure(&format!("make the change to {name} last"), error))
        })?;
        // Without this note readers flush once more than they need to.
        let _ = note(&*folder, progress.finish());
        Ok(Revision::of(document.as_bytes()))
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        let mut names = self
            .open()
            .and_then(|folder| names(&*folder, after))
            .map_err(|error| self.store_error("list the documents", error))?;
        names.truncate(limit);
        Ok(names)
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        let progress = self
            .open()
            .and_then(|folder| progress(&*folder))
            .map_err(|error| self.store_error("read epoch", error))?;
        Ok(progress.map(|progress| Epoch::new(progress.epoch())))
    }

    fn looks(&self) -> Looks {
        Looks::Inline
    }

    fn warnings(&self) -> Result<Vec<StoreWarning>, StoreError> {
        self.open()
            .and_then(|folder| exposure::warnings(&*folder))
            .map_err(|error| self.store_error("look at the modes of the files", error))
    }
}
