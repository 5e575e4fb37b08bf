//! A small file with a secret, which not everybody may read.

use crate::Error;
use crate::error::Reason;
use crate::regular;
use crate::secret::SecretBytes;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// All of a file of at most `limit` bytes. What is longer is cut off just above it, for the caller to refuse.
pub(super) fn read(
    path: &Path,
    what: &str,
    limit: usize,
    insecure_mode_ok: bool,
) -> Result<SecretBytes, Error> {
    let failed = |error: io::Error| {
        let sentence = format!("cannot read the {what} file {}: {error}", path.display());
        Error::SealFailed { reason: Reason::from(sentence).caused_by(error) }
    };
    // All that is asked is asked of what is open, since the name may be another's a moment later.
    let mut file = regular::open(path).map_err(failed)?;
    if !insecure_mode_ok && !is_private(&file, path).map_err(failed)? {
        return Err(Error::InsecurePermissions { path: path.display().to_string() });
    }
    let mut text = SecretBytes::zeroed(0);
    let mut chunk = SecretBytes::zeroed(limit);
    while text.len() <= limit {
        match file.read(chunk.expose_mut()).map_err(failed)? {
            0 => break,
            read => text.append(chunk.expose().get(..read).unwrap_or_default()),
        }
    }
    Ok(text)
}

/// Whether only its owner can read the file, or it looks as container platforms hand secrets out: readable by
/// a group or by all, which those who use it cannot change, in a place where nobody else can write. A file
/// that was made with a careless umask has mode 0644 or 0664, and is neither.
#[cfg(unix)]
fn is_private(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata()?;
    match metadata.mode() & 0o777 {
        mode if mode & 0o077 == 0 => Ok(true),
        0o440 | 0o640 | 0o444 => {
            Ok(is_on_a_read_only_mount(file)? || is_in_a_closed_folder(&metadata, path)?)
        }
        _ => Ok(false),
    }
}

/// As secrets of Kubernetes and of Docker's swarm are, whatever the modes of their folders.
#[cfg(unix)]
fn is_on_a_read_only_mount(file: &File) -> io::Result<bool> {
    Ok(rustix::fs::fstatvfs(file)?.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

/// Whether the folder that the file is really in is its owner's, root's or ours, and closed to other writers.
#[cfg(unix)]
fn is_in_a_closed_folder(file: &std::fs::Metadata, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let place = path.canonicalize()?;
    let now = place.metadata()?;
    let Some(folder) = place.parent() else { return Ok(false) };
    let folder = folder.metadata()?;
    let owners = [0, file.uid(), rustix::process::geteuid().as_raw()];
    let is_the_same = (now.dev(), now.ino()) == (file.dev(), file.ino());
    Ok(is_the_same && owners.contains(&folder.uid()) && folder.mode() & 0o022 == 0)
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "elsewhere it asks the system")]
fn is_private(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}
