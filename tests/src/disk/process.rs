//! A process that makes calls, of which one can be made to fail.

use super::Disk;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A process. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Process {
    pub(super) disk: Disk,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    calls: Vec<(Call, PathBuf)>,
    fault: Option<(usize, Fault)>,
}

/// What was asked of the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as in `Files` and `Folder`")]
pub enum Call {
    CreateFolder,
    OpenFolder,
    Lock,
    CheckLock,
    Read,
    Create,
    Write,
    Sync,
    Overwrite,
    Rename,
    Remove,
    SyncFolder,
    List,
    Status,
}

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails, the next ones work.
    Once(ErrorKind),
    /// It fails, and so does every later one that writes.
    Lasting(ErrorKind),
    /// Every call that writes fails, whatever the number.
    NoWriting(ErrorKind),
    /// It writes half of the bytes, the next ones work.
    Short,
    /// It writes half of the bytes, and the next call fails.
    ShortThen(ErrorKind),
    /// The process does not get to it, nor to any other.
    Death,
}

impl Process {
    pub(super) fn new(disk: Disk) -> Self {
        Self { disk, plan: Arc::default() }
    }

    /// Counts calls from here on; at number `at`, from 0, the fault happens.
    pub fn plan(&self, fault: Option<(usize, Fault)>) {
        *self.plan.lock().unwrap() = Plan { calls: Vec::new(), fault };
    }

    /// The calls since then.
    pub fn calls(&self) -> Vec<(Call, PathBuf)> {
        self.plan.lock().unwrap().calls.clone()
    }

    /// Counts a call, and says whether it is to be cut short.
    pub(super) fn call(&self, call: Call, path: &Path) -> io::Result<bool> {
        let mut plan = self.plan.lock().unwrap();
        let number = plan.calls.len();
        plan.calls.push((call, path.to_owned()));
        let Some((at, fault)) = plan.fault else { return Ok(false) };
        match fault {
            Fault::Once(kind) if number == at => Err(kind.into()),
            Fault::Lasting(kind) if number == at || number > at && call.writes() => Err(kind.into()),
            Fault::NoWriting(kind) if call.writes() => Err(kind.into()),
            Fault::Short | Fault::ShortThen(_) if number == at => Ok(true),
            Fault::ShortThen(kind) if number == at + 1 => Err(kind.into()),
            Fault::Death if number >= at => Err(io::Error::other("the process is dead")),
            _ => Ok(false),
        }
    }
}

impl Call {
    /// Whether a full disk can be in its way.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::CreateFolder
                | Self::Create
                | Self::Write
                | Self::Sync
                | Self::Overwrite
                | Self::Rename
                | Self::Remove
                | Self::SyncFolder
        )
    }

    /// Whether it makes something last.
    pub fn flushes(self) -> bool {
        matches!(self, Self::Sync | Self::SyncFolder)
    }
}
