//! Other processes on the same keyring: how a test starts them and reads what they say.
//!
//! A process writes a line once what it says is true, into a file, which outlives a kill.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use strongroom::{Clock, Seal, SecretArray};

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
        fs::write(folder.path().join("begun"), "").expect("a file in it");
        Self { folder, logs: 0 }
    }

    /// Where the keyring is.
    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// A clock that all processes of the place share, and that goes `times` as fast as time since the place
    /// was made. The folder of the keyring is `keys`.
    ///
    /// # Panics
    /// If it is not the folder of such a place
    pub fn clock(keys: &Path, times: u32) -> Arc<dyn Clock> {
        let begun = keys
            .with_file_name("begun")
            .metadata()
            .and_then(|metadata| metadata.modified())
            .expect("the file of a place");
        Arc::new(Fast { begun, times })
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
        let child = Command::new(program)
            .arg(role)
            .arg(self.keys())
            .arg(&log)
            .args(words)
            .stdin(Stdio::null())
            .stdout(output)
            .spawn();
        Process { child: child.expect("a process"), log }
    }
}

struct Fast {
    begun: SystemTime,
    times: u32,
}

impl Fast {
    fn since(&self, start: SystemTime) -> Duration {
        let passed = self.begun.elapsed().unwrap_or_default() * self.times;
        passed + self.begun.duration_since(start).unwrap_or_default()
    }
}

impl Clock for Fast {
    fn now(&self) -> u64 {
        u64::try_from(self.since(UNIX_EPOCH).as_nanos()).expect("a date before 2554")
    }

    fn coarse_millis(&self) -> u64 {
        u64::try_from(self.since(self.begun).as_millis()).expect("a short test")
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

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_some()
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
