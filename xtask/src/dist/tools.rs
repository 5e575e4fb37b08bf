//! Compilers and linkers for platforms other than this one.

use std::env::{join_paths, split_paths, var_os};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::platform::Platform;
use crate::step::{cargo, command, output, root, run, target};
use crate::venv;

/// The tools from PyPI, of `xtask/requirements-dist.txt`.
pub(super) struct Tools {
    programs: PathBuf,
    /// The time of the last commit, which is that of every file in an archive.
    pub(super) epoch: String,
}

/// How what is built reaches the C library.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Libc {
    /// It is loaded with it, as everything is that an interpreter loads.
    Shared,
    /// It is inside, where the platform can do that.
    Inside,
}

impl Tools {
    pub(super) fn fetch() -> Result<Self> {
        let python = venv::with("xtask/requirements-dist.txt")?;
        let programs = python.parent().context("the tools have no folder")?.to_owned();
        let epoch = output(command("git").args(["log", "-1", "--format=%ct"]))?;
        Ok(Self { programs, epoch: String::from_utf8(epoch)?.trim().to_owned() })
    }

    /// Why nothing can be built for the platform here. Fetches Rust's library for it where that is possible.
    pub(super) fn lack(&self, platform: &Platform) -> Option<String> {
        if platform.is_apple() && std::env::consts::OS != "macos" {
            return Some("it needs Apple's linker and SDK, which are on macOS alone".to_owned());
        }
        if standard_library(platform.target) {
            return None;
        }
        let added = run(command("rustup").args(["target", "add", platform.target]));
        match added {
            Ok(()) if standard_library(platform.target) => None,
            Ok(()) => Some(
                "the Rust that runs this has no library for it, and rustup added it to another".to_owned(),
            ),
            Err(error) => Some(format!("Rust's library for it cannot be had: {error:#}")),
        }
    }

    /// Builds a package, and gives the folder in which its files are.
    pub(super) fn build(&self, package: &str, platform: &Platform, libc: Libc) -> Result<PathBuf> {
        let mut build = cargo(&["build", "--target", platform.target]);
        build.args(["--release", "--locked", "--quiet", "--package", package]);
        self.environment(&mut build, platform, libc)?;
        run(&mut build)?;
        Ok(target()?.join(platform.target).join("release"))
    }

    /// maturin, on the binding.
    pub(super) fn maturin(&self, verb: &str) -> Command {
        let mut maturin = self.command("maturin");
        maturin.args([verb, "--manifest-path", "bindings/python/Cargo.toml"]);
        maturin
    }

    /// Maturin, building for a platform. Not with its own `--zig`, whose linker has another path: Cargo would
    /// build anew whatever the libraries have in common.
    pub(super) fn maturin_for(&self, platform: &Platform) -> Result<Command> {
        let mut maturin = self.maturin("build");
        maturin.args(["--quiet", "--release", "--locked", "--target", platform.target]);
        self.environment(&mut maturin, platform, Libc::Shared)?;
        Ok(maturin)
    }

    /// What rustc is told.
    fn environment(&self, build: &mut Command, platform: &Platform, libc: Libc) -> Result<()> {
        // Where this machine keeps the sources of other crates is nobody's business, and panics would say it.
        let mut flags = vec![format!("--remap-path-prefix={}=cargo", cargo_home()?.display())];
        if platform.is_musl() && libc == Libc::Shared {
            flags.extend(["-C".to_owned(), "target-feature=-crt-static".to_owned()]);
        }
        build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        // Whoever wants names in a backtrace builds it himself.
        build.env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
        if let Some(zig) = platform.zig {
            let variable = platform.target.to_uppercase().replace('-', "_");
            // Rust brings a musl to put inside, and zig would make of it a program at a fixed address.
            let inside = platform.is_musl() && libc == Libc::Inside;
            let compiler = self.compiler(zig)?;
            let linker = if inside { "rust-lld".into() } else { compiler.clone() };
            build.env(format!("CARGO_TARGET_{variable}_LINKER"), linker);
            // AWS-LC is C and assembly.
            let variable = platform.target.replace('-', "_");
            build.env(format!("CC_{variable}"), compiler);
            build.env(format!("AR_{variable}"), self.archiver()?);
        }
        Ok(())
    }

    /// zig's `ar`, which knows the objects of every platform.
    fn archiver(&self) -> Result<PathBuf> {
        self.script("ar-zig", &format!("'{}' zig ar \"$@\"", self.programs.join("cargo-zigbuild").display()))
    }

    /// A program that compiles and links for what zig calls the platform, with that platform's C library,
    /// which zig has with it. cargo-zigbuild leaves out of rustc's words what zig does not take.
    fn compiler(&self, zig: &str) -> Result<PathBuf> {
        let zigbuild = self.programs.join("cargo-zigbuild");
        let line = format!("'{}' zig cc -- -fno-sanitize=all -target {zig} \"$@\"", zigbuild.display());
        self.script(&format!("cc-{zig}"), &line)
    }

    /// A program of one line, which finds the tools.
    fn script(&self, name: &str, line: &str) -> Result<PathBuf> {
        let program = self.programs.join(name);
        let text = format!("#!/bin/sh\nPATH='{}':\"$PATH\" exec {line}\n", self.programs.display());
        if fs::read_to_string(&program).is_ok_and(|before| before == text) {
            return Ok(program);
        }
        fs::write(&program, text).with_context(|| format!("cannot write {}", program.display()))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        Ok(program)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = command(self.programs.join(program));
        command.env("PATH", self.path()).env("SOURCE_DATE_EPOCH", &self.epoch);
        command
    }

    /// zig is found as a module of the first Python.
    fn path(&self) -> OsString {
        let before = var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.programs.clone()).chain(split_paths(&before));
        join_paths(folders).unwrap_or(before)
    }
}

pub(super) fn cargo_home() -> Result<PathBuf> {
    let home = || Some(PathBuf::from(var_os("HOME")?).join(".cargo"));
    var_os("CARGO_HOME").map(PathBuf::from).or_else(home).context("neither CARGO_HOME nor HOME is set")
}

fn standard_library(target: &str) -> bool {
    let Ok(sysroot) = output(command("rustc").args(["--print", "sysroot"])) else { return false };
    let sysroot = String::from_utf8_lossy(&sysroot);
    Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib").is_dir()
}

/// Packs a folder as `NAME.tar.gz`, where NAME is that of the folder.
pub(super) fn archive(folder: &Path, out: &Path, tools: &Tools) -> Result<PathBuf> {
    let name = folder.file_name().context("an archive needs a name")?.to_string_lossy();
    let archive = out.join(format!("{name}.tar.gz"));
    run(tools.command("python").arg("xtask/archive.py").arg(folder).arg(&archive).arg(&tools.epoch))?;
    Ok(archive)
}

/// Both licences, into a folder that is packed.
pub(super) fn licences(folder: &Path) -> Result<()> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let from = root().join(name);
        if let Err(error) = fs::copy(&from, folder.join(name)) {
            bail!("cannot copy {}: {error}", from.display());
        }
    }
    Ok(())
}
