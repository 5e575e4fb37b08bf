//! Other processes on the same keyring: how a test starts them and reads what they say.
//!
//! A process writes a line once what it says is true, into a file, which outlives a kill.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use strongroom::{Seal, SecretArray};

/// The seal of every keyring that processes share.
pub fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).expect("32 bytes"))
}

/// A place for a keyring and for what its processes say.
pub struct Place {
    folder: tempfile::TempDir,
    logs: u64,
}

impl Place {
    /// On a disk, where a change takes long enough for a kill to fall into the middle of it.
    pub fn on_disk() -> Self {
        Self::within(&std::env::temp_dir())
    }

    /// In memory if there is such a file system, for what does not depend on how long a flush takes.
    pub fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::within(memory) } else { Self::on_disk() }
    }

    fn within(parent: &Path) -> Self {
        let folder = tempfile::tempdir_in(parent).expect("a folder");
        fs::create_dir(folder.path().join("logs")).expect("a folder in it");
        Self { folder, logs: 0 }
    }

    /// Where the keyring is.
    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// Where the processes write what they say.
    pub fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    /// Starts `program` with the two folders and further words.
    pub fn start(&mut self, program: &str, role: &str, words: &[String]) -> Process {
        self.logs += 1;
        let log = self.logs().join(format!("{:06}", self.logs));
        let output = File::create_new(&log).expect("a new log");
        let child = Command::new(program).arg(role).arg(self.keys()).arg(&log).args(words).stdin(Stdio::null()).stdout(output).spawn();
        Process { child: child.expect("a process"), log }
    }
}

/// One process.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Ends it with SIGKILL. If it had ended by itself, which it must not, the last line says so.
    pub fn kill(mut self) -> Vec<String> {
        let ended = self.child.try_wait().expect("a child");
        self.child.kill().expect("a signal that is sent");
        self.child.wait().expect("a child");
        let mut lines = said(&self.log);
        lines.extend(ended.map(|status| format!("failed: it ended by itself with {status}")));
        lines
    }

    /// Waits until it has ended, and says whether that was with success.
    pub fn wait(mut self) -> (bool, Vec<String>) {
        let status = self.child.wait().expect("a child");
        (status.success(), said(&self.log))
    }
}

/// A test that fails leaves nothing running.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The complete lines of a log. A kill may have cut the last one short.
pub fn said(log: &Path) -> Vec<String> {
    let text = fs::read_to_string(log).unwrap_or_default();
    text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).map(str::to_owned).collect()
}
