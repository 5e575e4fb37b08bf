//! A file in the making, in the folder where it will stand.
//!
//! It has no name until it is complete, so that not even a killed process leaves half of it, or a secret,
//! behind. On Linux such a file is given a name at the end. Where that cannot be, it is written without one
//! and then copied to one that has: if the process is killed at that very moment, a file for its owner only
//! is left, whose name begins with `.strongroom-`.

use super::kind::folder_of;
use super::{NoOutput, Readers};
use std::fs::{self, File, Metadata};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

pub(crate) struct Draft {
    path: PathBuf,
    folder: PathBuf,
    file: File,
    readers: Readers,
    /// The file can be given a name.
    nameable: bool,
}

const PREFIX: &str = ".strongroom-";

impl Draft {
    /// Begins a file that will stand at a path, which leads over no link.
    pub(super) fn begin(path: &Path, readers: Readers) -> Result<Self, NoOutput> {
        let folder = folder_of(path);
        // A file that replaced one of the keyring's would end a key, and one beside them would be carried
        // along with every copy.
        if folder.join("root.sr").exists() {
            return Err(NoOutput::Is(
                "in the folder of a keyring, which holds the keyring's own files only; take another folder",
            ));
        }
        match nameless(folder, readers.of_a_new_file()) {
            Some(file) => {
                Ok(Self { path: path.to_owned(), folder: folder.to_owned(), file, readers, nameable: true })
            }
            None => Self::unlinked(path, folder, readers)
                .map_err(NoOutput::failed("create a file beside the output")),
        }
    }

    fn unlinked(path: &Path, folder: &Path, readers: Readers) -> io::Result<Self> {
        let file = tempfile::tempfile_in(folder)?;
        Ok(Self { path: path.to_owned(), folder: folder.to_owned(), file, readers, nameable: false })
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Puts the complete file in place of what stood there, in one step, and counts the other names of that.
    pub(super) fn commit(self) -> Result<u64, NoOutput> {
        let before = fs::symlink_metadata(&self.path).ok().filter(Metadata::is_file);
        let named = self.named(before.as_ref())?;
        let put =
            |error: tempfile::PathPersistError| NoOutput::Failed("put the new file in place", error.error);
        named.map_or(Ok(()), |named| named.persist(&self.path).map_err(put))?;
        sync_folder(&self.folder)?;
        Ok(before.map_or(0, |before| links(&before).saturating_sub(1)))
    }

    /// Puts the complete file where nothing stands.
    pub(super) fn commit_new(self) -> Result<(), NoOutput> {
        let put =
            |error: tempfile::PathPersistError| NoOutput::Failed("put the new file in place", error.error);
        if fs::symlink_metadata(&self.path).is_ok() {
            return Err(NoOutput::Failed("create", io::ErrorKind::AlreadyExists.into()));
        }
        let named = self.named(None)?;
        named.map_or(Ok(()), |named| named.persist_noclobber(&self.path).map_err(put))?;
        sync_folder(&self.folder)
    }

    /// The file on disk under a name that is not yet the right one; `None` if it could be given the right one
    /// at once.
    fn named(&self, before: Option<&Metadata>) -> Result<Option<TempPath>, NoOutput> {
        if let (true, None) = (self.nameable, before) {
            self.write_out(&self.file, None)?;
            match link(&self.file, &self.path) {
                Ok(()) => return Ok(None),
                // Somebody was faster: theirs is replaced, or found to be there.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(NoOutput::Failed("name the new file", error)),
            }
        }
        let builder = || tempfile::Builder::new();
        if self.nameable {
            self.write_out(&self.file, before)?;
            let named = builder()
                .prefix(PREFIX)
                .make_in(&self.folder, |path| link(&self.file, path))
                .map_err(NoOutput::failed("name the new file"))?;
            return Ok(Some(named.into_temp_path()));
        }
        let copy = || -> io::Result<tempfile::NamedTempFile> {
            let mut named = builder().prefix(PREFIX).tempfile_in(&self.folder)?;
            (&self.file).rewind()?;
            io::copy(&mut &self.file, &mut named)?;
            Ok(named)
        };
        let named = copy().map_err(NoOutput::failed("copy the new file beside its place"))?;
        self.write_out(named.as_file(), before)?;
        Ok(Some(named.into_temp_path()))
    }

    /// Sets who can read a file, and forces it to disk.
    fn write_out(&self, file: &File, before: Option<&Metadata>) -> Result<(), NoOutput> {
        self.let_in(file, before).map_err(NoOutput::failed("set the mode of the new file"))?;
        file.sync_all().map_err(NoOutput::failed("write the new file to disk"))
    }

    fn let_in(&self, file: &File, before: Option<&Metadata>) -> io::Result<()> {
        let secret = match self.readers {
            // As it was made.
            Readers::Owner => return Ok(()),
            Readers::Anyone => false,
            Readers::AtMost { secret, .. } => secret,
        };
        match before {
            Some(before) if !secret || self.is_ours(file, before)? => keep_access(file, before, &self.path),
            Some(_) => set_mode(file, 0o600),
            // One that has a name already was made for its owner only.
            None if !self.nameable => self.as_if_new(file),
            None => Ok(()),
        }
    }

    /// What a new file would have: this process cannot ask for its umask, so it makes one and looks.
    #[cfg(unix)]
    fn as_if_new(&self, file: &File) -> io::Result<()> {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(self.readers.of_a_new_file());
        let sample =
            tempfile::Builder::new().prefix(PREFIX).permissions(permissions).tempfile_in(&self.folder)?;
        file.set_permissions(sample.as_file().metadata()?.permissions())
    }

    #[cfg(not(unix))]
    fn as_if_new(&self, _file: &File) -> io::Result<()> {
        Ok(())
    }

    /// Whether a file that stood there can decide who reads a secret: not where somebody else may have put it
    /// there to be replaced.
    #[cfg(unix)]
    fn is_ours(&self, file: &File, before: &Metadata) -> io::Result<bool> {
        use std::os::unix::fs::MetadataExt;
        Ok(before.uid() == file.metadata()?.uid() || fs::metadata(&self.folder)?.mode() & 0o022 == 0)
    }

    #[cfg(not(unix))]
    fn is_ours(&self, _file: &File, _before: &Metadata) -> io::Result<bool> {
        Ok(true)
    }
}

/// A file without a name, if there can be one.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path, mode: u32) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    // Without `/proc` there is no way to give it a name later.
    let named_later = Path::new("/proc/self/fd").is_dir();
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    named_later
        .then(|| rustix::fs::open(folder, flags, Mode::from_raw_mode(mode)).ok())
        .flatten()
        .map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_folder: &Path, _mode: u32) -> Option<File> {
    None
}

/// A name for a file that has none; it cannot take the place of another file.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, &open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn link(_file: &File, _path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The mode, the list of who may do what and, where this process may, the owner and group of the file before.
/// If the group or the list cannot be kept, only the owner may read the new file: the old group's rights are
/// not another group's, nor those of everybody on the list.
#[cfg(unix)]
fn keep_access(file: &File, before: &Metadata, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = file.metadata()?;
    let same = (now.uid(), now.gid()) == (before.uid(), before.gid());
    let kept = same
        || fchown(file, Some(before.uid()), Some(before.gid()))
            .or_else(|_| fchown(file, None, Some(before.gid())))
            .is_ok();
    let kept = keep_list(file, path) && kept;
    set_mode(file, before.mode() & if kept { 0o777 } else { 0o700 })
}

/// Whether the new file has the POSIX access control list of the old one, or neither has one. While there is
/// one, the mode's bits for the group are what anybody on it may do at most.
#[cfg(target_os = "linux")]
fn keep_list(file: &File, path: &Path) -> bool {
    use rustix::fs::{XattrFlags, fremovexattr, fsetxattr, getxattr};
    const LIST: &str = "system.posix_acl_access";
    // As much as an extended attribute can hold.
    let mut list = vec![0; 1 << 16];
    match getxattr(path, LIST, list.as_mut_slice()) {
        Ok(len) => fsetxattr(file, LIST, list.get(..len).unwrap_or_default(), XattrFlags::empty()).is_ok(),
        Err(rustix::io::Errno::NODATA) => {
            matches!(fremovexattr(file, LIST), Ok(()) | Err(rustix::io::Errno::NODATA))
        }
        Err(rustix::io::Errno::NOTSUP) => true,
        Err(_) => false,
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn keep_list(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_access(_file: &File, _before: &Metadata, _path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn links(file: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

#[cfg(not(unix))]
fn links(_file: &Metadata) -> u64 {
    1
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), NoOutput> {
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some file systems have no such thing.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
            ) =>
        {
            Ok(())
        }
        done => done.map_err(NoOutput::failed("make the new file, which is in place, outlive a power cut")),
    }
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<(), NoOutput> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn with_and_without_a_name_a_file_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        for readers in [
            Readers::Owner,
            Readers::Anyone,
            Readers::AtMost { mode: 0o640, secret: true },
            Readers::AtMost { mode: 0o640, secret: false },
        ] {
            let unlinked = || Draft::unlinked(&path, folder.path(), readers).unwrap();
            let usual = || Draft::begin(&path, readers).unwrap();
            for (content, begin) in [
                ("one", &unlinked as &dyn Fn() -> Draft),
                ("two", &usual),
                ("three", &unlinked),
                ("four", &usual),
            ] {
                let before = fs::read(&path).ok();
                let dropped = begin();
                dropped.file().write_all(b"half").unwrap();
                // Not even while it is being written.
                assert_eq!(names(folder.path()).len(), usize::from(before.is_some()));
                drop(dropped);
                assert_eq!(fs::read(&path).ok(), before);
                let draft = begin();
                draft.file().write_all(content.as_bytes()).unwrap();
                draft.commit().unwrap();
                assert_eq!(fs::read_to_string(&path).unwrap(), content);
                assert_eq!(names(folder.path()), ["t.csv"]);
                let draft = begin();
                draft.file().write_all(b"other").unwrap();
                assert!(draft.commit_new().is_err());
                assert_eq!(fs::read_to_string(&path).unwrap(), content);
                assert_eq!(names(folder.path()), ["t.csv"]);
            }
            fs::remove_file(&path).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn both_ways_give_a_file_the_same_mode() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        for readers in [
            Readers::Owner,
            Readers::Anyone,
            Readers::AtMost { mode: 0o644, secret: true },
            Readers::AtMost { mode: 0o640, secret: false },
        ] {
            for before in [None, Some(0o644), Some(0o400)] {
                let mode = |draft: Draft, path: &Path| {
                    if let Some(before) = before {
                        fs::write(path, "old").unwrap();
                        fs::set_permissions(path, fs::Permissions::from_mode(before)).unwrap();
                    }
                    draft.commit().unwrap();
                    fs::metadata(path).unwrap().permissions().mode() & 0o777
                };
                let (one, other) = (
                    folder.path().join(format!("a{before:?}{readers:?}")),
                    folder.path().join(format!("b{before:?}{readers:?}")),
                );
                let usual = mode(Draft::begin(&one, readers).unwrap(), &one);
                let unlinked = mode(Draft::unlinked(&other, folder.path(), readers).unwrap(), &other);
                assert_eq!(usual, unlinked, "{readers:?} over {before:?}");
            }
        }
    }
}
