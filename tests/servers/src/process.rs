//! A server's process, which does not outlive the one that started it.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long one may take to answer; these machines are busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts the program that its arguments name, and ends it when standard input does: that is, also when who
/// holds the other end was killed. There is no call in safe Rust that asks the system for this.
const WATCH: &str = r#""$@" </dev/null & cat >/dev/null; kill -KILL $!; wait"#;

/// A server, ended when this is dropped, or when the process ends that has it, however it ends.
pub struct Server {
    /// Where it listens, as `127.0.0.1:PORT`; empty for one that is a library.
    pub address: String,
    /// What a program needs to be told of it, as variables of its environment.
    pub variables: Vec<(&'static str, String)>,
    watch: Option<Child>,
    home: TempDir,
}

impl Server {
    /// A folder of its own, and no process yet.
    pub(crate) fn new() -> Result<Self, String> {
        let home = tempfile::tempdir().map_err(|error| format!("there is no folder for it: {error}"))?;
        Ok(Self { address: String::new(), variables: Vec::new(), watch: None, home })
    }

    /// Its folder, which goes with it.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Takes a port that is free now.
    pub(crate) fn take_port(&mut self) -> Result<u16, String> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.map_err(|error| format!("there is no free port: {error}"))?;
        self.address = address.to_string();
        Ok(address.port())
    }

    /// Starts the program, and waits until it listens. What it prints is in the file `log` of its folder.
    pub(crate) fn run(mut self, command: &Command) -> Result<Self, String> {
        let log = std::fs::File::create(self.home().join("log")).map_err(|error| error.to_string())?;
        let errors = log.try_clone().map_err(|error| error.to_string())?;
        let mut watch = Command::new("sh");
        watch.args(["-c", WATCH, "sh"]).arg(command.get_program()).args(command.get_args());
        watch.env("HOME", self.home()).current_dir(self.home());
        for (name, value) in command.get_envs() {
            watch.env(name, value.unwrap_or_default());
        }
        let started = watch.stdin(Stdio::piped()).stdout(log).stderr(errors).spawn();
        self.watch = Some(started.map_err(|error| format!("sh cannot be run: {error}"))?);
        let begun = Instant::now();
        while TcpStream::connect(&self.address).is_err() {
            if begun.elapsed() > PATIENCE {
                let said = std::fs::read_to_string(self.home().join("log")).unwrap_or_default();
                return Err(format!("it does not listen on {}: {said}", self.address));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(self)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut watch) = self.watch.take() {
            drop(watch.stdin.take());
            let _ = watch.wait();
        }
    }
}
