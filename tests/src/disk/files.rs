//! The calls of a process.

use super::{Call, Disk, Process};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use strongroom::{Files, Folder, LockGuard, LockMode, NewFile, Status};

impl Files for Process {
    fn create_folder(&self, path: &Path) -> io::Result<bool> {
        self.call(Call::CreateFolder, path)?;
        let mut state = self.disk.state();
        if state.has_folder(path) {
            return Ok(false);
        }
        in_folder(path.parent().is_some_and(|parent| state.has_folder(parent)))?;
        state.make(path, true);
        Ok(true)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.call(Call::SyncFolder, path)?;
        self.flush(path)
    }

    fn open_folder(&self, path: &Path) -> io::Result<Box<dyn Folder>> {
        self.call(Call::OpenFolder, path)?;
        in_folder(self.disk.state().has_folder(path))?;
        Ok(Box::new(Opened { process: self.clone(), folder: path.to_owned() }))
    }
}

impl Process {
    fn flush(&self, path: &Path) -> io::Result<()> {
        let mut state = self.disk.state();
        in_folder(state.has_folder(path))?;
        let (flushed, pending) = std::mem::take(&mut state.pending)
            .into_iter()
            .partition::<Vec<_>, _>(|renaming| renaming.folder == path);
        flushed.iter().for_each(|renaming| super::apply(&mut state.lasting, &renaming.sets));
        state.pending = pending;
        Ok(())
    }
}

/// A folder that is open. Nothing puts another one in its place here, so its path is as good as itself.
struct Opened {
    process: Process,
    folder: PathBuf,
}

impl Opened {
    fn call(&self, call: Call, name: &str) -> io::Result<(PathBuf, bool)> {
        let path = self.folder.join(name);
        let is_short = self.process.call(call, &path)?;
        Ok((path, is_short))
    }

    fn disk(&self) -> &Disk {
        &self.process.disk
    }
}

impl Folder for Opened {
    fn lock(&self, name: &str, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard + '_>>> {
        let (path, _) = self.call(Call::Lock, name)?;
        let mut state = self.disk().state();
        match mode {
            LockMode::Shared if state.inode(&path).is_none() => return Ok(None),
            LockMode::Shared => {
                assert!(!state.is_writing, "this would wait for ever");
                state.readers += 1;
            }
            LockMode::Exclusive => {
                assert!(!state.is_writing && state.readers == 0, "this would wait for ever");
                in_folder(state.has_folder(&self.folder))?;
                if state.inode(&path).is_none() {
                    state.make(&path, false);
                }
                state.is_writing = true;
            }
        }
        Ok(Some(Box::new(Guard { process: self.process.clone(), path, mode })))
    }

    fn read(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let (path, _) = self.call(Call::Read, name)?;
        let state = self.disk().state();
        let Some(inode) = state.inode(&path) else { return Ok(None) };
        if inode.cached.len() as u64 > limit {
            Err(ErrorKind::InvalidData.into())
        } else {
            Ok(Some(inode.cached.clone()))
        }
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile + '_>> {
        let (path, _) = self.call(Call::Create, name)?;
        let mut state = self.disk().state();
        in_folder(state.has_folder(&self.folder))?;
        if state.inode(&path).is_some() {
            state.change(vec![(path.clone(), None)]);
        }
        let inode = state.make(&path, false);
        state.inodes[inode].is_dirty = true;
        Ok(Box::new(Writing { process: self.process.clone(), path, inode }))
    }

    fn overwrite(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (path, is_short) = self.call(Call::Overwrite, name)?;
        let mut state = self.disk().state();
        in_folder(state.has_folder(&self.folder))?;
        let inode = match state.names.get(&path) {
            Some(inode) => *inode,
            None => state.make(&path, false),
        };
        let written = if is_short { bytes.len() / 2 } else { bytes.len() };
        let inode = &mut state.inodes[inode];
        inode.cached.resize(if is_short { inode.cached.len().max(written) } else { written }, 0);
        inode.cached[..written].copy_from_slice(&bytes[..written]);
        inode.is_dirty = true;
        if is_short { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (to, _) = self.call(Call::Rename, to)?;
        let from = self.folder.join(from);
        let mut state = self.disk().state();
        let inode = *state.names.get(&from).ok_or(ErrorKind::NotFound)?;
        state.change(vec![(to, Some(inode)), (from, None)]);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let (path, _) = self.call(Call::Remove, name)?;
        let mut state = self.disk().state();
        state.names.get(&path).ok_or(ErrorKind::NotFound)?;
        state.change(vec![(path, None)]);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.process.call(Call::SyncFolder, &self.folder)?;
        self.process.flush(&self.folder)
    }

    fn list(&self, each: &mut dyn FnMut(&str)) -> io::Result<()> {
        self.process.call(Call::List, &self.folder)?;
        let state = self.disk().state();
        in_folder(state.has_folder(&self.folder))?;
        state
            .names
            .keys()
            .filter(|path| path.parent() == Some(&self.folder))
            .for_each(|path| each(path.file_name().unwrap().to_str().unwrap()));
        Ok(())
    }

    fn status(&self, name: Option<&str>) -> io::Result<Option<Status>> {
        let (path, _) = self.call(Call::Status, name.unwrap_or("."))?;
        let state = self.disk().state();
        Ok(match name {
            None => Some(Status { is_file: false, mode: 0o700, is_own: true }),
            Some(_) => state.inode(&path).map(|inode| Status {
                is_file: !inode.is_folder,
                mode: 0o600,
                is_own: true,
            }),
        })
    }
}

fn in_folder(is_there: bool) -> io::Result<()> {
    if is_there { Ok(()) } else { Err(ErrorKind::NotFound.into()) }
}

struct Guard {
    process: Process,
    path: PathBuf,
    mode: LockMode,
}

impl LockGuard for Guard {
    fn check(&self) -> io::Result<()> {
        self.process.call(Call::CheckLock, &self.path)?;
        in_folder(self.process.disk.state().inode(&self.path).is_some())
    }
}

/// Also of a process that died: the system closes its files.
impl Drop for Guard {
    fn drop(&mut self) {
        let mut state = self.process.disk.state();
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
