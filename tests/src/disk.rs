//! A disk that forgets, in memory: what is in the page cache is kept apart from what is on the platter.
//!
//! The data of a file lasts once the file was flushed, a name (made, changed or removed) once its folder was.
//! At a power cut everything else may or may not have survived. A [`Process`] makes its calls through
//! [`Files`](strongroom::Files); each is counted, and one can be made to fail.

mod files;
mod process;
mod survival;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

pub use process::{Call, Fault, Process};
pub use survival::Survival;

/// The folder that is always there.
pub const MOUNT: &str = "/disk";

/// The disk and the page cache that all processes of the machine share.
#[derive(Debug, Clone, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Clone, Default)]
struct State {
    inodes: Vec<Inode>,
    /// As processes see them.
    names: BTreeMap<PathBuf, usize>,
    /// As they are on the platter.
    lasting: BTreeMap<PathBuf, usize>,
    /// What makes the one from the other, in order.
    pending: Vec<Renaming>,
    readers: usize,
    is_writing: bool,
}

#[derive(Debug, Clone, Default)]
struct Inode {
    is_folder: bool,
    cached: Vec<u8>,
    platter: Vec<u8>,
    /// A flush that fails makes pages clean without writing them, as Linux does.
    is_dirty: bool,
}

/// A change of names in a folder that happens wholly or not at all.
#[derive(Debug, Clone)]
struct Renaming {
    folder: PathBuf,
    sets: Vec<(PathBuf, Option<usize>)>,
}

impl Disk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another disk with the same cache and platter.
    pub fn copy(&self) -> Self {
        let mut state = self.state().clone();
        (state.readers, state.is_writing) = (0, false);
        Self(Arc::new(Mutex::new(state)))
    }

    /// A process of this machine.
    pub fn process(&self) -> Process {
        Process::new(self.clone())
    }

    /// The files there are, as processes see them.
    pub fn files(&self) -> Vec<PathBuf> {
        let state = self.state();
        state
            .names
            .iter()
            .filter(|(_, inode)| !state.inodes[**inode].is_folder)
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// Removes a folder and all that is in it, as somebody would by hand.
    pub fn remove_folder(&self, folder: &Path) {
        self.state().names.retain(|path, _| !path.starts_with(folder));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn inode(&self, path: &Path) -> Option<&Inode> {
        self.inodes.get(*self.names.get(path)?)
    }

    fn has_folder(&self, path: &Path) -> bool {
        path == Path::new(MOUNT) || self.inode(path).is_some_and(|inode| inode.is_folder)
    }

    fn change(&mut self, sets: Vec<(PathBuf, Option<usize>)>) {
        let folder = sets.first().and_then(|(path, _)| path.parent()).unwrap_or(Path::new(MOUNT)).to_owned();
        apply(&mut self.names, &sets);
        self.pending.push(Renaming { folder, sets });
    }

    fn make(&mut self, path: &Path, is_folder: bool) -> usize {
        self.inodes.push(Inode { is_folder, ..Inode::default() });
        let inode = self.inodes.len() - 1;
        self.change(vec![(path.to_owned(), Some(inode))]);
        inode
    }
}

fn apply(names: &mut BTreeMap<PathBuf, usize>, sets: &[(PathBuf, Option<usize>)]) {
    for (path, inode) in sets {
        match inode {
            Some(inode) => names.insert(path.clone(), *inode),
            None => names.remove(path),
        };
    }
}
