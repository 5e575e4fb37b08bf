//! The file system of a machine that has no descriptors of folders, modes or links that matter here: calls by
//! path.

use super::{Files, Folder, LocalFiles, LockGuard, LockMode, NewFile, Status, patience};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

struct Open {
    path: PathBuf,
    patience: Duration,
}

struct Lock(File);

impl Files for LocalFiles {
    fn create_folder(&self, path: &Path) -> io::Result<bool> {
        match std::fs::create_dir(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
            made => made.map(|()| true),
        }
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn open_folder(&self, path: &Path) -> io::Result<Box<dyn Folder>> {
        let found = std::fs::metadata(path)?;
        if found.is_dir() {
            Ok(Box::new(Open { path: path.to_owned(), patience: self.patience }))
        } else {
            Err(ErrorKind::NotADirectory.into())
        }
    }
}

impl Folder for Open {
    /// A new handle each time, so that threads exclude each other as processes do.
    fn lock(&self, name: &str, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard + '_>>> {
        let path = self.path.join(name);
        let file = match mode {
            LockMode::Exclusive => OpenOptions::new().write(true).create(true).truncate(false).open(path)?,
            LockMode::Shared => match File::open(path) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                opened => opened?,
            },
        };
        patience::lock(&file, name, mode, self.patience)?;
        Ok(Some(Box::new(Lock(file))))
    }

    fn read(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.path.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut bytes = Vec::new();
        let read = file.take(limit + 1).read_to_end(&mut bytes)? as u64;
        if read > limit {
            Err(io::Error::new(ErrorKind::InvalidData, format!("{name} is too long for what it should be")))
        } else {
            Ok(Some(bytes))
        }
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile + '_>> {
        let path = self.path.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Ok(Box::new(OpenOptions::new().write(true).create_new(true).open(path)?))
    }

    fn overwrite(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(false).open(self.path.join(name))?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.path.join(name))
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, each: &mut dyn FnMut(&str)) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.path)? {
            // One that is not UTF-8 is no document, and is there.
            each(&entry?.file_name().to_string_lossy());
        }
        Ok(())
    }

    fn status(&self, name: Option<&str>) -> io::Result<Option<Status>> {
        let path = name.map_or_else(|| self.path.clone(), |name| self.path.join(name));
        match std::fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            // Rights are kept in lists here, which nobody reads yet.
            found => found.map(|found| Some(Status { is_file: found.is_file(), mode: 0, is_own: true })),
        }
    }
}

impl LockGuard for Lock {
    fn check(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Released explicitly, as everywhere.
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
