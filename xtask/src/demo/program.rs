//! The program that is shown, in a temporary folder with a keyring of its own.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::step::{cargo, output};

pub(super) struct Program {
    binary: PathBuf,
    folder: TempDir,
}

impl Program {
    /// Builds it as it would be released.
    pub(super) fn build() -> Result<Self> {
        let arguments = [
            "build",
            "--quiet",
            "--release",
            "--package",
            "strongroom-cli",
            "--bin",
            "strongroom",
            "--message-format",
            "json-render-diagnostics",
        ];
        let messages = output(&mut cargo(&arguments))?;
        let messages = messages
            .split(|&byte| byte == b'\n')
            .filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        let binary =
            messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
        let binary = binary.context("Cargo built no program")?;
        // Only its owner can look into it.
        Ok(Self { binary, folder: tempfile::tempdir()? })
    }

    /// A file in the temporary folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs with `--json`; what it answers.
    pub(super) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Value> {
        let output = self.output(self.command().arg("--json").args(arguments))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let error = serde_json::from_str::<Value>(said.trim())
            .ok()
            .and_then(|said| said["error"]["message"].as_str().map(str::to_owned));
        ensure!(output.status.success(), "strongroom: {}", error.unwrap_or_else(|| said.trim().to_owned()));
        Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    /// Runs as a person would; what it prints.
    pub(super) fn print<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<String> {
        let output = self.output(self.command().args(arguments))?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs what has to be refused; what it says.
    pub(super) fn refused<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<String> {
        let output = self.output(self.command().args(arguments))?;
        ensure!(output.status.code() == Some(4), "this should have been refused, and was not");
        Ok(String::from_utf8(output.stderr)?.trim().to_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(self.folder.path()).env("STRONGROOM_KEYRING", "keyring");
        match fs::read_to_string(self.file("root-key")) {
            Ok(key) => command.env("STRONGROOM_ROOT_KEY", key.trim()),
            Err(_) => command.env_remove("STRONGROOM_ROOT_KEY"),
        };
        command
    }

    fn output(&self, command: &mut Command) -> Result<Output> {
        command.output().with_context(|| format!("cannot run {}", Path::new(&self.binary).display()))
    }
}
