//! The calls of a process.

use super::{Call, Disk, Process};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use strongroom::{Files, LockGuard, LockMode, NewFile};

impl Files for Process {
    fn create_folder(&self, path: &Path) -> io::Result<bool> {
        self.call(Call::CreateFolder, path)?;
        let mut state = self.disk.state();
        if state.has_folder(path) {
            return Ok(false);
        }
        if !path.parent().is_some_and(|parent| state.has_folder(parent)) {
            return Err(ErrorKind::NotFound.into());
        }
        state.make(path, true);
        Ok(true)
    }

    fn lock(&self, path: &Path, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard>>> {
        self.call(Call::Lock, path)?;
        let mut state = self.disk.state();
        match mode {
            LockMode::Shared if state.inode(path).is_none() => return Ok(None),
            LockMode::Shared => {
                assert!(!state.is_writing, "this would wait for ever");
                state.readers += 1;
            }
            LockMode::Exclusive => {
                assert!(!state.is_writing && state.readers == 0, "this would wait for ever");
                in_folder(state.has_folder(parent(path)))?;
                if state.inode(path).is_none() {
                    state.make(path, false);
                }
                state.is_writing = true;
            }
        }
        Ok(Some(Box::new(Guard { disk: self.disk.clone(), mode })))
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
        self.call(Call::Read, path)?;
        let state = self.disk.state();
        let Some(inode) = state.inode(path) else { return Ok(None) };
        if inode.cached.len() as u64 > limit { Err(ErrorKind::InvalidData.into()) } else { Ok(Some(inode.cached.clone())) }
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn NewFile>> {
        self.call(Call::Create, path)?;
        let mut state = self.disk.state();
        in_folder(state.has_folder(parent(path)))?;
        let inode = match state.names.get(path) {
            Some(inode) => *inode,
            None => state.make(path, false),
        };
        state.inodes[inode].cached.clear();
        state.inodes[inode].is_dirty = true;
        Ok(Box::new(Writing { process: self.clone(), path: path.to_owned(), inode }))
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let is_short = self.call(Call::Overwrite, path)?;
        let mut state = self.disk.state();
        in_folder(state.has_folder(parent(path)))?;
        let inode = match state.names.get(path) {
            Some(inode) => *inode,
            None => state.make(path, false),
        };
        let bytes = &bytes[..if is_short { bytes.len() / 2 } else { bytes.len() }];
        let inode = &mut state.inodes[inode];
        inode.cached.resize(inode.cached.len().max(bytes.len()), 0);
        inode.cached[..bytes.len()].copy_from_slice(bytes);
        inode.is_dirty = true;
        if is_short { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(Call::Rename, to)?;
        assert_eq!(from.parent(), to.parent(), "a rename between folders is not atomic everywhere");
        let mut state = self.disk.state();
        let inode = *state.names.get(from).ok_or(ErrorKind::NotFound)?;
        state.change(vec![(to.to_owned(), Some(inode)), (from.to_owned(), None)]);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.call(Call::Remove, path)?;
        let mut state = self.disk.state();
        state.names.get(path).ok_or(ErrorKind::NotFound)?;
        state.change(vec![(path.to_owned(), None)]);
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.call(Call::SyncFolder, path)?;
        let mut state = self.disk.state();
        in_folder(state.has_folder(path))?;
        let (flushed, pending) = std::mem::take(&mut state.pending).into_iter().partition::<Vec<_>, _>(|renaming| renaming.folder == path);
        flushed.iter().for_each(|renaming| super::apply(&mut state.lasting, &renaming.sets));
        state.pending = pending;
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        self.call(Call::List, path)?;
        let state = self.disk.state();
        in_folder(state.has_folder(path))?;
        Ok(state.names.keys().filter(|name| name.parent() == Some(path)).map(|name| name.file_name().unwrap().into()).collect())
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

fn in_folder(is_there: bool) -> io::Result<()> {
    if is_there { Ok(()) } else { Err(ErrorKind::NotFound.into()) }
}

struct Guard {
    disk: Disk,
    mode: LockMode,
}

impl LockGuard for Guard {}

/// Also of a process that died: the system closes its files.
impl Drop for Guard {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        match self.mode {
            LockMode::Shared => state.readers -= 1,
            LockMode::Exclusive => state.is_writing = false,
        }
    }
}

struct Writing {
    process: Process,
    path: PathBuf,
    inode: usize,
}

impl NewFile for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_short = self.process.call(Call::Write, &self.path)?;
        let written = if is_short { bytes.len() / 2 } else { bytes.len() };
        let mut state = self.process.disk.state();
        state.inodes[self.inode].cached.extend_from_slice(&bytes[..written]);
        state.inodes[self.inode].is_dirty = true;
        Ok(written)
    }

    fn sync(&mut self) -> io::Result<()> {
        let called = self.process.call(Call::Sync, &self.path);
        let mut state = self.process.disk.state();
        let inode = &mut state.inodes[self.inode];
        if called.is_ok() && inode.is_dirty {
            inode.platter = inode.cached.clone();
        }
        // A second try would be told that all is well.
        inode.is_dirty = false;
        called.map(|_| ())
    }
}
