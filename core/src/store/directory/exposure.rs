//! Who else may read and write a folder and its files, from their modes and owners.

use super::files::{Folder, Status};
use super::{EPOCH, LOCK, is_temporary};
use crate::name::DocName;
use crate::store::StoreWarning;
use std::io;

/// Others than the owner: its group and everybody.
const WRITE: u32 = 0o022;
const READ: u32 = 0o044;

/// Whether everybody may put files into a folder. A group is left out: it may be the owner's own, and volumes
/// of containers are often shared with one.
pub(super) fn is_open_to_all(folder: Status) -> bool {
    folder.mode & 0o002 != 0
}

/// What there is to say about a folder and each file in it that is a keyring's.
pub(super) fn warnings(folder: &dyn Folder) -> io::Result<Vec<StoreWarning>> {
    let mut names = Vec::new();
    folder.list(&mut |name| {
        if name == LOCK || name == EPOCH || is_temporary(name) || DocName::from_file_name(name).is_some() {
            names.push(name.to_owned());
        }
    })?;
    names.sort();
    let mut found = Vec::new();
    for name in [None].into_iter().chain(names.iter().map(|name| Some(name.as_str()))) {
        // It may be gone since.
        if let Some(status) = folder.status(name)? {
            found.extend(of(name, status));
        }
    }
    Ok(found)
}

fn of(name: Option<&str>, status: Status) -> Vec<StoreWarning> {
    let (subject, what, mode) = name.map_or((".", "the folder", "0700"), |name| (name, name, "0600"));
    if name.is_some() && !status.is_file {
        // Its rights are not those of what it leads to.
        let message = format!(
            "{what} is a link or something else that is not a regular file; put the file itself there"
        );
        return vec![StoreWarning::new(subject, "not_a_regular_file", message)];
    }
    let rights = [
        (
            status.mode & WRITE != 0,
            "others_may_write",
            format!("others may write to {what}; set its mode to {mode}"),
        ),
        (
            status.mode & WRITE == 0 && status.mode & READ != 0,
            "others_may_read",
            format!("others may read {what}; set its mode to {mode}"),
        ),
        (
            !status.is_own,
            "foreign_owner",
            format!(
                "{what} belongs to another user than the one that this process runs as; give it to that one"
            ),
        ),
    ];
    rights
        .into_iter()
        .filter(|(is_so, ..)| *is_so)
        .map(|(_, code, message)| StoreWarning::new(subject, code, message))
        .collect()
}
