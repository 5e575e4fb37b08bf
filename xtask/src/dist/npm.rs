//! The packages for Node: one with the program text, and for each platform one with the library.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::ledger::{Ledger, limit};
use super::platform::{self, Platform};
use super::tools::{Libc, licences};
use super::{Order, VERSION, elf, notices};
use crate::step::{command, output, root, run};

/// Fails if the package's own text says another version than `Cargo.toml`.
pub(super) fn says(version: &str) -> Result<()> {
    let said = manifest()?["version"].clone();
    ensure!(said == version, "bindings/node/package.json says version {said}, and Cargo.toml {version}");
    Ok(())
}

fn manifest() -> Result<Value> {
    let place = root().join("bindings/node/package.json");
    let text = fs::read(&place).with_context(|| format!("cannot read {}", place.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

/// The library for a platform.
pub(super) fn make_for(order: &Order, platform: &Platform, ledger: &mut Ledger) -> Result<()> {
    let built = order.tools.build("strongroom-node", platform, Libc::Shared)?;
    let library = built.join(platform.library("strongroom_node"));
    elf::check(&library, platform, Libc::Shared)?;
    let folder = order.fresh(&format!("npm-{}", platform.npm))?;
    let made = pack_for(platform, &library, &folder, &order.out)?;
    ledger.made(&made, None)?;
    ledger.inside("strongroom.node", &library, limit::NODE)
}

/// What programs depend on. It names the platforms whose packages lie beside it.
pub(super) fn make(order: &Order, ledger: &mut Ledger) -> Result<()> {
    let beside = |platform: &&Platform| order.out.join(file(&scoped(platform))).is_file();
    let platforms: Vec<&Platform> = platform::ALL.iter().filter(beside).collect();
    ensure!(!platforms.is_empty(), "no package of a platform lies in {}", order.out.display());
    ledger.made(&pack(&platforms, &order.fresh("npm")?, &order.out)?, None)
}

/// Packs both into `out` for this machine, around a library. `place` is for what is packed.
pub(super) fn of_here(platform: &Platform, library: &Path, place: &Path, out: &Path) -> Result<[PathBuf; 2]> {
    let folder = |name: &str| {
        let folder = place.join(name);
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok::<_, anyhow::Error>(folder)
    };
    Ok([
        pack_for(platform, library, &folder("npm-platform")?, out)?,
        pack(&[platform], &folder("npm")?, out)?,
    ])
}

/// Packs the package of a platform around a library.
fn pack_for(platform: &Platform, library: &Path, folder: &Path, out: &Path) -> Result<PathBuf> {
    let target = platform.target;
    let mut manifest = json!({
        "name": scoped(platform),
        "version": VERSION,
        "description": format!("The native half of the package strongroom, for {target}"),
        "license": "MIT OR Apache-2.0",
        "main": "strongroom.node",
        "files": ["strongroom.node", "LICENSE-*"],
        "engines": { "node": ">=20" },
        // npm takes a package with a scope for a private one.
        "publishConfig": { "access": "public" },
        "os": [platform.os],
        "cpu": [platform.cpu],
    });
    if let Some(libc) = platform.libc {
        manifest["libc"] = json!([libc]);
    }
    fs::write(folder.join("package.json"), serde_json::to_string_pretty(&manifest)?)?;
    let readme = format!(
        "# {}\n\nThe native half of `strongroom` for {target}. \
         Programs depend on that package, which loads this one.\n",
        scoped(platform)
    );
    fs::write(folder.join("README.md"), readme)?;
    licences(folder)?;
    fs::write(folder.join(notices::NAME), notices::of(&["strongroom-node"], platform)?)?;
    let place = folder.join("strongroom.node");
    fs::copy(library, &place).with_context(|| format!("cannot copy {}", library.display()))?;
    packed(folder, out)
}

/// Packs the package of the binding's sources, without a library, for these platforms.
fn pack(platforms: &[&Platform], folder: &Path, out: &Path) -> Result<PathBuf> {
    let sources = root().join("bindings/node");
    let manifest = manifest()?;
    let files = manifest["files"].as_array().context("package.json has no files")?;
    for name in files.iter().filter_map(Value::as_str).chain(["package.json"]) {
        match name.strip_suffix('/') {
            Some("native") => {}
            Some(inner) => copy_all(&sources.join(inner), &folder.join(inner))?,
            None if name.starts_with("LICENSE") => {}
            None => copy(&sources.join(name), &folder.join(name))?,
        }
    }
    licences(folder)?;
    // By npm itself, which keeps the order of what it does not change: that of `exports` means something.
    let npm = |words: &[&str]| run(command("npm").current_dir(folder).arg("pkg").args(words));
    npm(&["delete", "private", "scripts", "devDependencies"])?;
    for platform in platforms {
        npm(&["set", &format!("optionalDependencies[{}]={VERSION}", scoped(platform))])?;
    }
    packed(folder, out)
}

fn packed(folder: &Path, out: &Path) -> Result<PathBuf> {
    let mut pack = command("npm");
    pack.current_dir(folder).args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]);
    let name = String::from_utf8(output(pack.arg(out))?)?;
    let made = out.join(name.trim());
    ensure!(made.is_file(), "npm packed no {}", made.display());
    Ok(made)
}

pub(super) fn scoped(platform: &Platform) -> String {
    format!("@strongroom/{}", platform.npm)
}

/// What npm calls the file of a package.
pub(super) fn file(package: &str) -> String {
    format!("{}-{VERSION}.tgz", package.trim_start_matches('@').replace('/', "-"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).with_context(|| format!("cannot copy {}", from.display()))
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &place)?;
        } else {
            copy(&entry.path(), &place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_agree() {
        says(VERSION).unwrap();
        assert!(says("9.9.9").unwrap_err().to_string().contains("Cargo.toml 9.9.9"));
    }

    #[test]
    fn packages_have_the_names_that_npm_gives_to_their_files() {
        let platform = Platform::named("x86_64-unknown-linux-musl").unwrap();
        assert_eq!(file(&scoped(platform)), format!("strongroom-linux-x64-musl-{VERSION}.tgz"));
        assert_eq!(file("strongroom"), format!("strongroom-{VERSION}.tgz"));
    }
}
