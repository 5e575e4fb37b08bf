//! The file that a table is written to: whole or not at all.

use super::batch::Verb;
use super::fault::TableError;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A file in the making, in the folder where it will stand.
///
/// On Linux it has no name until it is complete, so that not even a killed process leaves half a table behind. Where the file
/// system cannot do that, it has a name of its own, which is removed on failure.
pub(crate) struct Target {
    path: PathBuf,
    folder: PathBuf,
    file: File,
    name: Option<TempPath>,
}

const PREFIX: &str = ".strongroom-";

impl Target {
    /// Begins a file that will replace `path`, or be new there. A link is followed. A new file has the mode of the source, as far as
    /// the umask lets it; one with plaintexts is for its owner only.
    pub(crate) fn at(path: &Path, source: &fs::Metadata, verb: Verb) -> Result<Self, TableError> {
        let path = match fs::canonicalize(path) {
            Ok(real) if fs::metadata(&real).is_ok_and(|there| there.is_file()) => real,
            Ok(_) => return Err(TableError::usage("the output is not a regular file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(TableError::io("look at the output")(error)),
        };
        if path.file_name().is_none() {
            return Err(TableError::usage("the output needs the name of a file"));
        }
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")).to_owned();
        let mode = mode(source) & if verb == Verb::Decrypt { 0o700 } else { 0o777 };
        match nameless(&folder, mode) {
            Some(file) => Ok(Self { path, folder, file, name: None }),
            None => Self::named(path, folder, mode).map_err(TableError::io("create a file beside the output")),
        }
    }

    fn named(path: PathBuf, folder: PathBuf, mode: u32) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        let (file, name) = builder.tempfile_in(&folder)?.into_parts();
        Ok(Self { path, folder, file, name: Some(name) })
    }

    /// Where to write.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Puts the complete file in place. What stood there before is replaced in one step, and keeps its mode.
    pub(crate) fn commit(self) -> Result<(), TableError> {
        if let Ok(before) = fs::metadata(&self.path) {
            keep_access(&self.file, &before).map_err(TableError::io("set the mode of the new file"))?;
        }
        self.file.sync_all().map_err(TableError::io("write the new file to disk"))?;
        let name = match self.name {
            Some(name) => name,
            None => link(&self.file, &self.folder).map_err(TableError::io("name the new file"))?,
        };
        name.persist(&self.path).map_err(|error| TableError::io("put the new file in place")(error.error))?;
        sync_folder(&self.folder).map_err(TableError::io("make the new file, which is in place, outlive a power cut"))
    }
}

/// A file without a name, if there can be one.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path, mode: u32) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    // Without `/proc` there is no way to give it a name later.
    let named_later = Path::new("/proc/self/fd").is_dir();
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    named_later.then(|| rustix::fs::open(folder, flags, Mode::from_raw_mode(mode)).ok()).flatten().map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_folder: &Path, _mode: u32) -> Option<File> {
    None
}

#[cfg(unix)]
fn mode(file: &fs::Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(file) & 0o777
}

#[cfg(not(unix))]
fn mode(_file: &fs::Metadata) -> u32 {
    0o600
}

/// A name for a file that has none; it cannot take the place of another file at once, hence the detour.
#[cfg(target_os = "linux")]
fn link(file: &File, folder: &Path) -> io::Result<TempPath> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    let named = tempfile::Builder::new().prefix(PREFIX).make_in(folder, |path| Ok(linkat(CWD, &open, CWD, path, AtFlags::SYMLINK_FOLLOW)?))?;
    Ok(named.into_temp_path())
}

#[cfg(not(target_os = "linux"))]
fn link(_file: &File, _folder: &Path) -> io::Result<TempPath> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The mode and, where this process may, the owner and group of the file before. If the group cannot be kept, only the owner may
/// read the new file: the old group's rights are not another group's.
#[cfg(unix)]
fn keep_access(file: &File, before: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let now = file.metadata()?;
    let same = (now.uid(), now.gid()) == (before.uid(), before.gid());
    let kept = same || fchown(file, Some(before.uid()), Some(before.gid())).or_else(|_| fchown(file, None, Some(before.gid()))).is_ok();
    let mode = mode(before) & if kept { 0o777 } else { 0o700 };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_access(_file: &File, _before: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether two paths name one file.
pub(crate) fn same_file(one: &Path, other: &Path) -> bool {
    one == other || matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
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
        let source = fs::metadata(folder.path()).unwrap();
        let named = || Target::named(path.clone(), folder.path().to_owned(), 0o600).unwrap();
        let usual = || Target::at(&path, &source, Verb::Encrypt).unwrap();
        for (content, begin) in [("one", &named as &dyn Fn() -> Target), ("two", &usual), ("three", &named)] {
            let before = fs::read(&path).ok();
            let dropped = begin();
            dropped.file().write_all(b"half").unwrap();
            drop(dropped);
            assert_eq!(fs::read(&path).ok(), before);
            assert_eq!(names(folder.path()).len(), usize::from(before.is_some()));
            let target = begin();
            target.file().write_all(content.as_bytes()).unwrap();
            target.commit().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(names(folder.path()), ["t.csv"]);
        }
    }
}
