//! The Python binding: built as users build it, and tested as it is installed.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use strongroom_servers::bao;

use crate::step::{command, root, run, target};
use crate::venv;

const PROJECT: &str = "bindings/python";
/// Without those of field types, which need ORMs.
const TESTS: &str = "bindings/python/tests";
const CLEAN: &str = "venv-clean";

/// The conformance files, and everything else that is tested from Python. Arguments go to pytest.
pub(crate) fn test(arguments: &[&str]) -> Result<()> {
    let wheel = wheel()?;
    clean(&wheel)?;
    let mut tests = command(install(&wheel)?);
    tests.args(["-X", "dev", "-W", "error", "-m", "pytest", "--quiet", "-p", "no:cacheprovider", TESTS]);
    // It is there until the tests have ended.
    let server = bao::start();
    match &server {
        Ok(server) => {
            tests.env("STRONGROOM_BAO_ADDRESS", format!("http://{}", server.address));
        }
        Err(skipped) => println!(
            "{skipped}: no server answers beside strongroom.compat.hvac, and no platform seals a keyring"
        ),
    }
    run(tests.args(arguments))
}

/// A wheel, tried where nothing else is.
pub(crate) fn pack() -> Result<()> {
    clean(&wheel()?)
}

/// The wheel of another release and that of the working tree, each on what the other wrote.
pub(crate) fn against(previous: &str) -> Result<()> {
    let previous = std::path::absolute(previous)?;
    ensure!(previous.is_file(), "there is no wheel {}", previous.display());
    let python = installed()?;
    let tests =
        ["-m", "pytest", "--quiet", "-p", "no:cacheprovider", "bindings/python/tests/test_releases.py"];
    run(command(python).args(tests).env("STRONGROOM_PREVIOUS_WHEEL", previous))
}

/// The interpreter that has the binding, built if it has to be.
pub(crate) fn installed() -> Result<PathBuf> {
    install(&wheel()?)
}

/// The interpreter of an environment with other packages, which gets the binding too.
pub(crate) fn installed_with(requirements: &str) -> Result<PathBuf> {
    let python = venv::with(requirements)?;
    put(&wheel()?, &python)?;
    Ok(python)
}

/// The wheel that was tested last, and the environment with nothing else in which it is installed.
pub(crate) fn tested() -> Result<(PathBuf, PathBuf)> {
    Ok((only(&target()?.join("wheels"))?, target()?.join(CLEAN)))
}

/// An interpreter that has the wheel which was tested last; no other is built.
pub(crate) fn tested_with(requirements: &str) -> Result<PathBuf> {
    let python = venv::with(requirements)?;
    put(&only(&target()?.join("wheels"))?, &python)?;
    Ok(python)
}

/// Writes the stub of the errors from the library's table.
pub(crate) fn bless() -> Result<()> {
    let python = installed()?;
    let tests = ["-m", "pytest", "--quiet", "-p", "no:cacheprovider", "bindings/python/tests/test_errors.py"];
    run(command(python).args(tests).env("STRONGROOM_BLESS", "1"))
}

/// The interpreter that has the binding and what it is measured beside.
pub(crate) fn with_peers() -> Result<PathBuf> {
    installed_with("bindings/python/requirements-peers.txt")
}

/// A wheel of the working tree, built by pip in an environment of its own, as from a clone.
fn wheel() -> Result<PathBuf> {
    let python = venv::with("bindings/python/requirements.txt")?;
    let folder = target()?.join("wheels");
    let _ = fs::remove_dir_all(&folder);
    run(command(python)
        .args(["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir"])
        .arg(&folder)
        .arg(format!("./{PROJECT}")))?;
    only(&folder)
}

/// The one wheel in a folder.
pub(crate) fn only(folder: &Path) -> Result<PathBuf> {
    let mut wheels = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    ensure!(wheels.len() == 1, "there are {} wheels in {}", wheels.len(), folder.display());
    wheels.pop().context("there is no wheel")
}

/// The command line, and the licences of others, where maturin takes them into a wheel that is then built.
pub(crate) struct Beside;

impl Beside {
    const PROGRAM: &str = "strongroom._native.data";
    const NOTICES: &str = "LICENSE-THIRD-PARTY";

    pub(crate) fn put(program: &Path, notices: &str) -> Result<Self> {
        let made = Self;
        let project = root().join(PROJECT);
        fs::write(project.join(Self::NOTICES), notices).context("cannot write the licences of others")?;
        let scripts = project.join(Self::PROGRAM).join("scripts");
        fs::create_dir_all(&scripts).with_context(|| format!("cannot make {}", scripts.display()))?;
        fs::copy(program, scripts.join("strongroom"))
            .with_context(|| format!("cannot copy {}", program.display()))?;
        Ok(made)
    }
}

impl Beside {
    /// Takes away what a run that was interrupted has left, which may be for another processor.
    pub(crate) fn clear() {
        let _ = fs::remove_dir_all(root().join(PROJECT).join(Self::PROGRAM));
        let _ = fs::remove_file(root().join(PROJECT).join(Self::NOTICES));
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        Self::clear();
    }
}

fn install(wheel: &PathBuf) -> Result<PathBuf> {
    let python = venv::with("bindings/python/requirements.txt")?;
    put(wheel, &python)?;
    Ok(python)
}

fn put(wheel: &PathBuf, python: &PathBuf) -> Result<()> {
    run(command(python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--force-reinstall",
        ])
        .arg(wheel))
}

/// The wheel needs nothing but Python.
fn clean(wheel: &PathBuf) -> Result<()> {
    let python = venv::fresh(&target()?.join(CLEAN))?;
    run(command(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"])
        .arg(wheel))?;
    for example in ["first_look", "cards"] {
        let program = format!("examples/python/{example}.py");
        run(command(&python).args(["-X", "dev", "-W", "error", &program]))?;
    }
    Ok(())
}
