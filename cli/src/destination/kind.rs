//! What a path leads to.

use super::NoOutput;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// What an output can be.
pub(super) enum Kind {
    /// A regular file, by the name that no link stands for; there may be none yet.
    File(PathBuf),
    Stream,
}

impl Kind {
    pub(super) fn of(path: &Path) -> Result<Self, NoOutput> {
        let look = NoOutput::failed("look at the output");
        match fs::symlink_metadata(path) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return new(path),
            Err(error) => return Err(look(error)),
        }
        match fs::metadata(path) {
            Ok(there) if there.is_file() && is_descriptor(path) => Ok(Self::Stream),
            Ok(there) if there.is_file() => fs::canonicalize(path).map(Self::File).map_err(look),
            Ok(there) if is_stream(&there) => Ok(Self::Stream),
            Ok(there) => Err(NoOutput::Is(other(&there))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(NoOutput::Is(
                "a link to something that is not there; remove the link, or make what it leads to",
            )),
            Err(error) => Err(look(error)),
        }
    }
}

fn new(path: &Path) -> Result<Kind, NoOutput> {
    let ends_in_a_name = path.file_name().is_some() && !path.as_os_str().as_encoded_bytes().ends_with(b"/");
    if ends_in_a_name { Ok(Kind::File(path.to_owned())) } else { Err(NoOutput::Is("not the name of a file")) }
}

#[cfg(unix)]
fn is_stream(there: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    there.file_type().is_fifo() || there.file_type().is_char_device()
}

#[cfg(not(unix))]
fn is_stream(_there: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn other(there: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match there.file_type() {
        kind if kind.is_dir() => "a folder, not a regular file or a pipe",
        kind if kind.is_socket() => "a socket, not a regular file or a pipe",
        kind if kind.is_block_device() => "a block device, not a regular file or a pipe",
        _ => "not a regular file or a pipe",
    }
}

#[cfg(not(unix))]
fn other(there: &Metadata) -> &'static str {
    if there.is_dir() { "a folder, not a regular file" } else { "not a regular file" }
}

/// Whether a path is an open descriptor by its number, such as `/dev/fd/3`, or a link to one, such as
/// `/dev/stdout`. Its name does not say what a file is called but what is open: behind it there may be a file
/// that was opened to append to, or that has no name any more.
fn is_descriptor(path: &Path) -> bool {
    let mut path = path.to_owned();
    // As many links as the kernel follows.
    for _ in 0..40 {
        let (Ok(folder), Some(name)) = (fs::canonicalize(folder_of(&path)), path.file_name()) else {
            return false;
        };
        if folder.ends_with("fd") && (folder.starts_with("/proc") || folder.starts_with("/dev")) {
            return true;
        }
        match fs::read_link(folder.join(name)) {
            Ok(next) => path = folder.join(next),
            Err(_) => return false,
        }
    }
    false
}

/// Whether a path is standard output by another name.
#[cfg(unix)]
pub(crate) fn is_standard_output(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    if path == Path::new("-") {
        return true;
    }
    let open = fs::metadata("/dev/fd/1").map(|open| (open.dev(), open.ino()));
    let there = fs::metadata(path).map(|there| (there.dev(), there.ino()));
    matches!((open, there), (Ok(open), Ok(there)) if open == there) && is_descriptor(path)
}

#[cfg(not(unix))]
pub(crate) fn is_standard_output(path: &Path) -> bool {
    path == Path::new("-")
}

/// The folder that a path is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Whether two paths name one file, which need not be there.
pub(crate) fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| {
        let beside = || Some(fs::canonicalize(folder_of(path)).ok()?.join(path.file_name()?));
        fs::canonicalize(path).ok().or_else(beside)
    };
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}
