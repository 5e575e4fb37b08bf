//! A folder with a keyring in it, and the program to run there.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use strongroom::{Clock, Directory, Keyring, Seal, SystemClock};
use tempfile::TempDir;

pub(crate) struct Place {
    folder: TempDir,
    /// What every run finds in its environment beside the keyring.
    environment: Vec<(String, String)>,
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Place {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), environment: Vec::new() }
    }

    /// A folder with a keyring, its root key in the environment and in the file `root.key`.
    pub(crate) fn new() -> Self {
        let mut place = Self::empty();
        place.run("init --new-root-key-file root.key").ok();
        let key = std::fs::read_to_string(place.path("root.key")).unwrap();
        place.set("STRONGROOM_ROOT_KEY", key.trim_end());
        place
    }

    /// The keyring, opened by the library, two hours ago.
    pub(crate) fn two_hours_ago(&self) -> Keyring {
        Keyring::builder()
            .clock(Arc::new(TwoHoursAgo))
            .open(Directory::new(self.path("ring")), Seal::root_key_file(self.path("root.key")))
            .unwrap()
    }

    pub(crate) fn set(&mut self, variable: &str, value: &str) {
        self.environment.retain(|(name, _)| name != variable);
        self.environment.push((variable.to_owned(), value.to_owned()));
    }

    pub(crate) fn unset(&mut self, variable: &str) {
        self.environment.retain(|(name, _)| name != variable);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Runs with arguments that are split at spaces, and nothing on standard input.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.feed(arguments, b"")
    }

    pub(crate) fn feed(&self, arguments: &str, input: &[u8]) -> Run {
        self.exec(&arguments.split_whitespace().collect::<Vec<_>>(), input)
    }

    pub(crate) fn exec(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses early does not read it.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked"), "{arguments:?}: {err}");
        Run { code: output.status.code().expect("ended by a signal"), out: output.stdout, err }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command
            .env("STRONGROOM_KEYRING", "ring")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

struct TwoHoursAgo;

impl Clock for TwoHoursAgo {
    fn now(&self) -> u64 {
        SystemClock.now() - 7200 * 1_000_000_000
    }

    fn coarse_millis(&self) -> u64 {
        SystemClock.coarse_millis()
    }
}

impl Run {
    /// What it wrote, if all went well.
    #[track_caller]
    pub(crate) fn ok(self) -> Vec<u8> {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }

    /// What was printed, as a line of text.
    #[track_caller]
    pub(crate) fn line(self) -> String {
        let text = String::from_utf8(self.ok()).unwrap();
        let line = text.strip_suffix('\n').expect("no newline at the end");
        assert!(!line.contains('\n'), "{text:?}");
        line.to_owned()
    }

    /// What was printed, as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_slice(&self.ok()).unwrap()
    }

    /// What it said on standard error, if it ended with this code and wrote nothing.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> String {
        assert_eq!((self.code, self.out.is_empty()), (code, true), "{}", self.err);
        self.err
    }
}

/// The permission bits of a file.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
}
