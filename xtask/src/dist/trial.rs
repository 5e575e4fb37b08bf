//! Artefacts tried as users get them: installed in clean folders, and used there.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::ledger::Ledger;
use super::platform::Platform;
use super::{Order, VERSION, npm, program};
use crate::step::{command, output, root, run, target};
use crate::venv;

/// Tries what was made for these platforms, and the sources.
pub(super) fn all(order: &Order, platforms: &[&Platform], ledger: &mut Ledger) {
    if order.makes("sdist") {
        ledger.attempt("a trial of the source distribution", |_| sources(order));
    }
    for one in platforms {
        ledger.attempt(&format!("a trial for {}", one.target), |ledger| platform(order, one, ledger));
    }
}

/// Tries what was made for a platform. What cannot run here is named.
fn platform(order: &Order, platform: &Platform, ledger: &mut Ledger) -> Result<()> {
    let folder = order.fresh(&format!("trial-{}", platform.target))?;
    let loads = runs(platform) && !platform.is_musl();
    if order.makes("wheel") {
        match emulated(platform, &["usr/bin/python3", "usr/bin/python3.11"]) {
            _ if loads => wheel(&found(order, platform)?, &folder)?,
            Some(python) => unpacked_wheel(&found(order, platform)?, &python, &folder)?,
            None => {
                ledger
                    .untried(&format!("the wheel for {}", platform.target), "there is no Python for it here");
            }
        }
    }
    if order.makes("npm") {
        let names = [npm::scoped(platform), "strongroom".to_owned()];
        let files = names.map(|name| order.out.join(npm::file(&name)));
        match emulated(platform, &["usr/bin/node"]) {
            _ if loads => packages(&files, &folder)?,
            Some(node) => unpacked_packages(&files, &node, &folder)?,
            None => ledger
                .untried(&format!("the npm package for {}", platform.target), "there is no Node for it here"),
        }
    }
    if order.makes("program") && platform.libc != Some("glibc") {
        match runner(platform) {
            Some(runner) => archive(order, platform, &runner, &folder)?,
            None => ledger.untried(
                &format!("the program for {}", platform.target),
                "there is neither such a machine nor qemu-aarch64 here",
            ),
        }
    }
    Ok(())
}

/// The source distribution builds by itself.
fn sources(order: &Order) -> Result<()> {
    let place = order.fresh("trial-sdist")?;
    let python = venv::fresh(&place.join("venv"))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let archive = order.out.join(format!("strongroom-{VERSION}.tar.gz"));
    run(command(&python).args(pip).arg(archive).env("CARGO_TARGET_DIR", target()?.join("dist-sdist")))?;
    first_look(&python, &place)
}

fn wheel(wheel: &Path, folder: &Path) -> Result<()> {
    let place = folder.join("wheel");
    let python = venv::fresh(&place)?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"];
    run(command(&python).args(pip).arg(wheel))?;
    first_look(&python, folder)?;
    first_try(&place.join("bin"), &[], &folder.join("keys-wheel"))
}

fn first_look(python: &Path, folder: &Path) -> Result<()> {
    let example = root().join("examples/python/first_look.py");
    run(command(python).current_dir(folder).args(["-X", "dev", "-W", "error"]).arg(example))
}

/// A wheel for another processor, whose Python pip does not run on.
fn unpacked_wheel(wheel: &Path, python: &[PathBuf], folder: &Path) -> Result<()> {
    let place = folder.join("wheel");
    run(command("python3").args(["-m", "zipfile", "--extract"]).args([wheel, &place]))?;
    let [program, arguments @ ..] = python else { return Ok(()) };
    let example = root().join("examples/python/first_look.py");
    run(command(program).args(arguments).arg(example).current_dir(folder).env("PYTHONPATH", &place))
}

/// Both packages for another processor, where npm would not install them.
fn unpacked_packages(files: &[PathBuf; 2], node: &[PathBuf], folder: &Path) -> Result<()> {
    let place = folder.join("node");
    for (file, name) in files.iter().zip([scoped_folder(&files[0]), "strongroom".to_owned()]) {
        let inside = place.join("node_modules").join(name);
        fs::create_dir_all(&inside)?;
        run(command("tar")
            .arg("-xzf")
            .arg(file)
            .arg("--strip-components=1")
            .arg("--directory")
            .arg(&inside))?;
    }
    fs::write(place.join("package.json"), r#"{"private": true, "type": "module"}"#)?;
    fs::copy(root().join("examples/first_look.mjs"), place.join("first_look.mjs"))?;
    let [program, arguments @ ..] = node else { return Ok(()) };
    run(command(program).args(arguments).arg("first_look.mjs").current_dir(&place))
}

/// Where a package with a scope is installed, by the name of its file.
fn scoped_folder(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = name.trim_end_matches(&format!("-{VERSION}.tgz"));
    name.replacen("strongroom-", "@strongroom/", 1)
}

/// The package of a platform and the one that programs depend on, from their files alone.
pub(super) fn packages(files: &[PathBuf; 2], folder: &Path) -> Result<()> {
    let place = folder.join("node");
    fs::create_dir(&place)?;
    fs::write(place.join("package.json"), r#"{"private": true, "type": "module"}"#)?;
    fs::copy(root().join("examples/first_look.mjs"), place.join("first_look.mjs"))?;
    let install = ["install", "--silent", "--offline", "--no-audit", "--no-fund"];
    run(command("npm").current_dir(&place).args(install).args(files))?;
    run(command("node").current_dir(&place).arg("first_look.mjs"))?;
    // Without the package for the platform it cannot work, and says so.
    fs::remove_dir_all(place.join("node_modules/@strongroom"))?;
    let refused = command("node").current_dir(&place).arg("first_look.mjs").output()?;
    let told = String::from_utf8_lossy(&refused.stderr);
    ensure!(
        !refused.status.success() && told.contains("which is not installed"),
        "without it, Node says: {told}"
    );
    Ok(())
}

fn archive(order: &Order, platform: &Platform, runner: &[PathBuf], folder: &Path) -> Result<()> {
    let name = format!("strongroom-cli-{VERSION}-{}", platform.target);
    let archive = order.out.join(format!("{name}.tar.gz"));
    run(command("tar").arg("--extract").arg("--file").arg(archive).arg("--directory").arg(folder))?;
    let unpacked = folder.join(name);
    for page in [
        "man/man1/strongroom.1",
        "man/man1/strongroom-key-rotate.1",
        "completions/_strongroom",
        "LICENSE-MIT",
    ] {
        ensure!(unpacked.join(page).is_file(), "there is no {page} in the archive");
    }
    let home = folder.join("home");
    fs::create_dir(&home)?;
    let lines = program::installing().join("\n");
    run(command("sh").current_dir(&unpacked).env("HOME", &home).args(["-euc", &lines]))?;
    first_try(&home.join(".local/bin"), runner, &folder.join("keys-archive"))
}

/// Runs what the archive's README says to try first, and decrypts what comes of it.
pub(super) fn first_try(programs: &Path, runner: &[PathBuf], folder: &Path) -> Result<()> {
    fs::create_dir(folder)?;
    let program = programs.join("strongroom");
    let words: Vec<String> =
        runner.iter().chain([&program]).map(|word| format!("'{}'", word.display())).collect();
    let lines = program::first_try().join("\n");
    let script = format!(
        "set -eu\nstrongroom() {{ {} \"$@\"; }}\n{{\n{lines} > ciphertext\n}} > told\n\
         test \"$(strongroom --version)\" = 'strongroom {VERSION}'\n\
         strongroom decrypt cards --aad order-17 < ciphertext\n",
        words.join(" ")
    );
    let plaintext = output(command("sh").current_dir(folder).args(["-c", &script]))?;
    ensure!(
        plaintext == b"4111 1111 1111 1111",
        "what was encrypted came back as {}",
        String::from_utf8_lossy(&plaintext)
    );
    Ok(())
}

/// The wheel for a platform, by the end of its name.
fn found(order: &Order, platform: &Platform) -> Result<PathBuf> {
    let system = match platform.libc {
        Some("musl") => "musllinux",
        Some(_) => "manylinux",
        None => "macosx",
    };
    let cpu = match platform.target.split('-').next().unwrap_or_default() {
        "aarch64" if platform.is_apple() => "arm64",
        cpu => cpu,
    };
    let begin = format!("strongroom-{VERSION}-");
    let entries = fs::read_dir(&order.out)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let fits = |name: &str| {
        name.starts_with(&begin) && name.ends_with(&format!("{cpu}.whl")) && name.contains(system)
    };
    let mut wheels =
        entries.into_iter().filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(fits));
    wheels.next().with_context(|| format!("there is no wheel for {}", platform.target))
}

/// Whether this machine runs what is made for the platform, but for the C library.
fn runs(platform: &Platform) -> bool {
    platform.target.starts_with(std::env::consts::ARCH)
        && platform.is_apple() == (std::env::consts::OS == "macos")
}

/// What runs a program of another processor that needs its own system: qemu, with that system in the folder
/// that `QEMU_LD_PREFIX` names, as qemu itself reads it.
fn emulated(platform: &Platform, programs: &[&str]) -> Option<Vec<PathBuf>> {
    let system = PathBuf::from(std::env::var_os("QEMU_LD_PREFIX")?);
    let program = programs.iter().map(|program| system.join(program)).find(|program| program.is_file())?;
    if platform.libc != Some("glibc") || runs(platform) {
        return None;
    }
    let mut words = runner(platform)?;
    words.push(program);
    Some(words)
}

/// What runs a program that needs nothing of the system: nothing, or qemu.
fn runner(platform: &Platform) -> Option<Vec<PathBuf>> {
    if runs(platform) {
        return Some(Vec::new());
    }
    let qemu = ["qemu-aarch64-static", "qemu-aarch64"];
    let folders = std::env::var_os("PATH")?;
    let mut found = std::env::split_paths(&folders).flat_map(|folder| qemu.map(|name| folder.join(name)));
    (platform.target.starts_with("aarch64") && !platform.is_apple())
        .then(|| found.find(|path| path.is_file()))?
        .map(|path| vec![path])
}
