//! The file system of this machine, through the descriptor of a folder: no path is looked up twice, so nobody
//! can put something else in between.

#![allow(clippy::unnecessary_cast, clippy::useless_conversion, reason = "modes have 16 bits on some systems")]

use super::{Files, Folder, LocalFiles, LockGuard, LockMode, NewFile, Status, patience};
use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, Stat, fchmod, fstat, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A folder that is open, and where it was found.
struct Open {
    folder: OwnedFd,
    path: PathBuf,
    patience: Duration,
}

struct Lock<'a> {
    open: &'a Open,
    name: String,
    file: File,
}

const OWNER_ONLY: u32 = 0o600;
const FOLDER_OF_OWNER: u32 = 0o700;

/// Never through a link, and never waiting for the other end of a pipe.
const PLAIN: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// How often a lock is taken again that was replaced meanwhile.
const TRIES: u32 = 100;

impl Files for LocalFiles {
    fn create_folder(&self, path: &Path) -> io::Result<bool> {
        let mut builder = std::fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER_OF_OWNER);
        match builder.create(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => return Ok(false),
            made => made?,
        }
        // A mask may have taken rights from the owner as well.
        let made = rustix::fs::open(
            path,
            OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC,
            Mode::empty(),
        );
        match made {
            Ok(folder) => restrict(&folder, FOLDER_OF_OWNER)?,
            // Not even readable for its owner: by its name, which is a moment old.
            Err(Errno::ACCESS) => {
                std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(FOLDER_OF_OWNER))?
            }
            Err(error) => return Err(error.into()),
        }
        Ok(true)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn open_folder(&self, path: &Path) -> io::Result<Box<dyn Folder>> {
        let folder =
            rustix::fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Box::new(Open { folder, path: path.to_owned(), patience: self.patience }))
    }
}

impl Folder for Open {
    /// A new descriptor each time, so that threads exclude each other as processes do.
    fn lock(&self, name: &str, mode: LockMode) -> io::Result<Option<Box<dyn LockGuard + '_>>> {
        for _ in 0..TRIES {
            let opened = match mode {
                LockMode::Exclusive => self.open(name, OFlags::WRONLY | OFlags::CREATE)?,
                LockMode::Shared => self.open(name, OFlags::RDONLY)?,
            };
            let Some(file) = opened else { return Ok(None) };
            if mode == LockMode::Exclusive {
                restrict(&file, OWNER_ONLY)?;
            }
            patience::lock(&file, name, mode, self.patience)?;
            let lock = Lock { open: self, name: name.to_owned(), file };
            // Somebody may have removed or replaced it while it was waited for, and then the next one takes
            // another lock.
            if lock.has_its_name()? {
                return Ok(Some(Box::new(lock)));
            }
        }
        Err(io::Error::other(format!(
            "{name} is replaced again and again; look who else may write to the folder"
        )))
    }

    fn read(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = self.open_for_reading(name)? else { return Ok(None) };
        let too_long = || strange(name, "is too long for what it should be");
        let len = fstat(&file)?.st_size as u64;
        if len > limit {
            return Err(too_long());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(len).map_err(|_| too_long())?);
        // It may have grown since.
        if file.take(limit + 1).read_to_end(&mut bytes)? as u64 > limit {
            Err(too_long())
        } else {
            Ok(Some(bytes))
        }
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile + '_>> {
        Ok(Box::new(self.create_anew(name)?))
    }

    fn overwrite(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let file = match self.open(name, OFlags::WRONLY) {
            // With a second name, it may be a file that has nothing to do with the folder.
            Ok(Some(file)) if fstat(&file)?.st_nlink == 1 => file,
            Ok(_) => self.create_anew(name)?,
            Err(error) if error.kind() == ErrorKind::InvalidData => self.create_anew(name)?,
            Err(error) => return Err(error),
        };
        restrict(&file, OWNER_ONLY)?;
        file.write_all_at(bytes, 0)?;
        if fstat(&file)?.st_size as u64 > bytes.len() as u64 {
            file.set_len(bytes.len() as u64)
        } else {
            Ok(())
        }
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(renameat(&self.folder, from, &self.folder, to)?)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        Ok(unlinkat(&self.folder, name, AtFlags::empty())?)
    }

    fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.folder)?)
    }

    fn list(&self, each: &mut dyn FnMut(&str)) -> io::Result<()> {
        for entry in Dir::read_from(&self.folder)? {
            // One that is not UTF-8 is no document, and is there.
            each(&entry?.file_name().to_string_lossy());
        }
        Ok(())
    }

    fn status(&self, name: Option<&str>) -> io::Result<Option<Status>> {
        let found = match name {
            Some(name) => statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW),
            None => fstat(&self.folder),
        };
        match found {
            Err(Errno::NOENT) => Ok(None),
            found => Ok(Some(status(&found?))),
        }
    }
}

impl Open {
    /// Opens a regular file, or says that there is none.
    fn open(&self, name: &str, how: OFlags) -> io::Result<Option<File>> {
        match openat(&self.folder, name, how | PLAIN, Mode::from_raw_mode(OWNER_ONLY as _)) {
            Ok(file) => regular(name, file).map(Some),
            Err(Errno::NOENT) => Ok(None),
            // What NOFOLLOW says of a link.
            Err(Errno::LOOP | Errno::MLINK) => {
                Err(strange(name, "is a symbolic link, which is not followed; put the file itself there"))
            }
            // A socket, or a pipe that nobody reads; a folder.
            Err(Errno::NXIO | Errno::OPNOTSUPP | Errno::ISDIR | Errno::NODEV) => Err(not_regular(name)),
            Err(error) => Err(error.into()),
        }
    }

    /// As [`open`](Self::open); a link is followed where the system can see to it that it does not lead out
    /// of the folder. So Kubernetes mounts a secret: whoever may put such a link there may as well put the
    /// file.
    fn open_for_reading(&self, name: &str) -> io::Result<Option<File>> {
        let opened = self.open(name, OFlags::RDONLY);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if opened.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidData) {
            use rustix::fs::{ResolveFlags, openat2};
            let within = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
            let how = (OFlags::RDONLY | PLAIN).difference(OFlags::NOFOLLOW);
            if let Ok(file) = openat2(&self.folder, name, how, Mode::empty(), within) {
                return regular(name, file).map(Some);
            }
        }
        opened
    }

    /// A file that was made by this call, whatever had its name before.
    fn create_anew(&self, name: &str) -> io::Result<File> {
        let make = || {
            openat(
                &self.folder,
                name,
                OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | PLAIN,
                Mode::from_raw_mode(OWNER_ONLY as _),
            )
        };
        let file = match make() {
            Err(Errno::EXIST) => {
                unlinkat(&self.folder, name, AtFlags::empty()).map_err(|error| {
                    let error = io::Error::from(error);
                    io::Error::new(error.kind(), format!("{name} cannot be replaced ({error})"))
                })?;
                make()
            }
            made => made,
        }?;
        restrict(&file, OWNER_ONLY)?;
        Ok(File::from(file))
    }
}

fn strange(name: &str, what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("{name} {what}"))
}

fn not_regular(name: &str) -> io::Error {
    strange(name, "is not a regular file; remove it")
}

fn regular(name: &str, file: OwnedFd) -> io::Result<File> {
    if status(&fstat(&file)?).is_file { Ok(File::from(file)) } else { Err(not_regular(name)) }
}

fn status(found: &Stat) -> Status {
    let owner = found.st_uid;
    Status {
        is_file: FileType::from_raw_mode(found.st_mode) == FileType::RegularFile,
        mode: u32::from(Mode::from_raw_mode(found.st_mode).bits()) & 0o777,
        is_own: owner == 0 || owner == geteuid().as_raw(),
    }
}

/// Gives something that is ours this mode, whatever the mask was when it was made and whoever left it behind.
/// What belongs to somebody else is for `check` to speak of.
fn restrict(file: &impl std::os::fd::AsFd, mode: u32) -> io::Result<()> {
    let found = fstat(file)?;
    if Mode::from_raw_mode(found.st_mode).bits() as u32 & 0o777 == mode || found.st_uid != geteuid().as_raw()
    {
        return Ok(());
    }
    // Such as a group that the folder hands on.
    let special = found.st_mode as u32 & 0o7000;
    Ok(fchmod(file, Mode::from_raw_mode((special | mode) as _))?)
}

impl Lock<'_> {
    fn has_its_name(&self) -> io::Result<bool> {
        same(&fstat(&self.file)?, statat(&self.open.folder, self.name.as_str(), AtFlags::SYMLINK_NOFOLLOW))
    }
}

fn same(one: &Stat, other: rustix::io::Result<Stat>) -> io::Result<bool> {
    match other {
        Err(Errno::NOENT) => Ok(false),
        other => other
            .map(|other| (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino))
            .map_err(io::Error::from),
    }
}

impl LockGuard for Lock<'_> {
    fn check(&self) -> io::Result<()> {
        if !self.has_its_name()? {
            return Err(io::Error::other(format!(
                "{} was replaced while it was held; look who else may write to the folder, and try again",
                self.name
            )));
        }
        if !same(&fstat(&self.open.folder)?, rustix::fs::stat(&self.open.path))? {
            return Err(io::Error::other("another folder has its place since the lock was taken; try again"));
        }
        Ok(())
    }
}

/// Released explicitly: closing alone would not do while a forked child still has the descriptor.
impl Drop for Lock<'_> {
    fn drop(&mut self) {
        let _ = self.file.unlock();
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
