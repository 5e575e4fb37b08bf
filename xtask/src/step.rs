//! One program run from the root of the repository, with its output left as it is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository")
}

/// A command at the root.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// What is made with the library, other than the bindings. Tested together: Cargo then switches on for each
/// what any of them asks for, and builds the library for all of them once.
const PRODUCT: [&str; 10] = [
    "strongroom-entropy",
    "strongroom-rsa",
    "strongroom-forks",
    "strongroom-timing",
    "strongroom-tests",
    "strongroom-races",
    "strongroom-bulk",
    "strongroom-platforms",
    "strongroom-cli",
    "xtask",
];

/// Names all of the product's packages to Cargo. Also where one of them is wanted only, so that nothing is
/// built anew with fewer features.
pub(crate) fn product() -> impl Iterator<Item = &'static str> {
    PRODUCT.into_iter().flat_map(|package| ["--package", package])
}

/// The folder that Cargo builds into, wherever it was told to.
pub(crate) fn target() -> Result<PathBuf> {
    let metadata = output(&mut cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: serde_json::Value = serde_json::from_slice(&metadata)?;
    Ok(metadata["target_directory"].as_str().context("cargo metadata names no target directory")?.into())
}

/// The Cargo that runs this program, with `arguments`.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// Says what is run, runs it, says how long that took, and fails with its exit code.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    eprintln!("\n==> {shown}");
    let begun = Instant::now();
    let status = command.status().with_context(|| format!("cannot run `{shown}`"))?;
    eprintln!("==> {:.1} s: {shown}", begun.elapsed().as_secs_f64());
    if status.success() { Ok(()) } else { Err(Failed { shown, code: status.code() }.into()) }
}

/// What `command` prints; its errors are left as they are.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let shown = shown(command);
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run `{shown}`"))?;
    ensure!(output.status.success(), Failed { shown, code: output.status.code() });
    Ok(output.stdout)
}

/// The exit code of the program that failed, else 1.
pub(crate) fn exit_code(error: &anyhow::Error) -> ExitCode {
    let code = error.downcast_ref::<Failed>().and_then(|failed| failed.code);
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).filter(|&code| code != 0).unwrap_or(1))
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// A program ended otherwise than with success.
#[derive(Debug)]
struct Failed {
    shown: String,
    /// None when a signal ended it.
    code: Option<i32>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "`{}` failed with exit code {code}", self.shown),
            None => write!(f, "`{}` was ended by a signal", self.shown),
        }
    }
}

impl std::error::Error for Failed {}

/// The files that are tracked, or are about to be, and that have such names; of all names if there are none.
pub(crate) fn files(patterns: &[&str]) -> Result<Vec<String>> {
    // `--others` takes in what is about to be added.
    let mut list = command("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).args(patterns);
    let listed = String::from_utf8(output(&mut list)?).context("the name of a file is not UTF-8")?;
    // One that was deleted and not yet committed is listed too, and so is a link to a directory.
    let is_there = |name: &&str| !name.is_empty() && root().join(name).is_file();
    Ok(listed.split('\0').filter(is_there).map(str::to_owned).collect())
}
