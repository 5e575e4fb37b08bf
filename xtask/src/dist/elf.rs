//! What a library or program needs of the system that it runs on, read by `readelf`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::platform::Platform;
use super::tools::{Libc, cargo_home};
use crate::step::output;

/// The newest glibc of which something may be needed: that of manylinux2014, and of Rust itself.
const GLIBC: (u32, u32) = (2, 17);
/// What every system with glibc has; a wheel for manylinux may need no more.
const SYSTEM: [&str; 8] = [
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
];

/// Fails if the file would not run on every system of the platform, or says where it was built.
pub(super) fn check(file: &Path, platform: &Platform, libc: Libc) -> Result<()> {
    secretive(file)?;
    if platform.is_apple() {
        return Ok(());
    }
    ensure!(
        Command::new("readelf").arg("--version").stdout(Stdio::null()).status().is_ok(),
        "readelf is needed to look into {}; it is part of binutils",
        file.display()
    );
    let mut readelf = Command::new("readelf");
    readelf.args(["--wide", "--file-header", "--dynamic", "--version-info"]).arg(file).env("LC_ALL", "C");
    let told = String::from_utf8_lossy(&output(&mut readelf)?).into_owned();
    Needs::of(&told).and_then(|needs| needs.hold(platform, libc)).with_context(|| file.display().to_string())
}

struct Needs<'a> {
    machine: &'a str,
    /// Whether the system chooses at which address it lies.
    moves: bool,
    libraries: Vec<&'a str>,
    glibc: Option<(u32, u32)>,
}

impl<'a> Needs<'a> {
    fn of(told: &'a str) -> Result<Self> {
        let machine = told.lines().find_map(|line| line.trim().strip_prefix("Machine:"));
        let machine = machine.context("readelf names no machine")?.trim();
        let moves = told.lines().any(|line| line.trim().starts_with("Type:") && line.contains("DYN "));
        let libraries = told.lines().filter(|line| line.contains("(NEEDED)"));
        let libraries = libraries.filter_map(|line| line.split_once('[')?.1.split(']').next()).collect();
        let versions = told.split("Name: GLIBC_").skip(1).filter_map(|rest| {
            let mut numbers = rest.split_whitespace().next()?.split('.').map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        });
        Ok(Self { machine, moves, libraries, glibc: versions.max() })
    }

    fn hold(&self, platform: &Platform, libc: Libc) -> Result<()> {
        let machine = if platform.cpu == "x64" { "X86-64" } else { "AArch64" };
        ensure!(self.machine.ends_with(machine), "is for {} and not for {machine}", self.machine);
        // Rust makes no such programs for musl on AArch64.
        let fixed = libc == Libc::Inside && platform.cpu == "arm64";
        ensure!(self.moves || fixed, "lies at a fixed address");
        let allowed: &[&str] = match libc {
            Libc::Inside => &[],
            Libc::Shared if platform.is_musl() => &["libc.so"],
            Libc::Shared => &SYSTEM,
        };
        let others: Vec<_> = self.libraries.iter().filter(|name| !allowed.contains(name)).collect();
        ensure!(others.is_empty(), "needs {others:?}");
        match self.glibc {
            Some(version) if version > GLIBC => bail!("needs glibc {version:?}, and may need {GLIBC:?}"),
            None if libc == Libc::Shared && platform.libc == Some("glibc") => {
                bail!("needs no glibc, which cannot be")
            }
            _ => Ok(()),
        }
    }
}

/// No path of this machine is in the file.
fn secretive(file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let home = cargo_home()?;
    let home = home.as_os_str().as_encoded_bytes();
    ensure!(
        !bytes.windows(home.len()).any(|part| part == home),
        "{} names the folder of Cargo on this machine",
        file.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_held_against_the_platform() {
        let [gnu, _, musl, ..] = &super::super::platform::ALL;
        let told = |libraries: &[&str], versions: &[&str], machine: &str| {
            let libraries = libraries
                .iter()
                .map(|name| format!(" 0x01 (NEEDED)  Shared library: [{name}]\n"))
                .collect::<String>();
            let versions = versions
                .iter()
                .map(|name| format!("  0x0010:   Name: GLIBC_{name}  Flags: none  Version: 4\n"))
                .collect::<String>();
            format!("  Type:   DYN (Shared object file)\n  Machine:      {machine}\n{libraries}{versions}")
        };
        let holds = |libraries: &[&str], versions: &[&str], machine: &str, platform, libc| {
            Needs::of(&told(libraries, versions, machine)).unwrap().hold(platform, libc)
        };
        let amd = "Advanced Micro Devices X86-64";
        holds(&["libc.so.6", "libm.so.6"], &["2.2.5", "2.17"], amd, gnu, Libc::Shared).unwrap();
        holds(&["libc.so"], &[], amd, musl, Libc::Shared).unwrap();
        holds(&[], &[], amd, musl, Libc::Inside).unwrap();
        // The program in a wheel for glibc is the one that needs none.
        holds(&[], &[], amd, gnu, Libc::Inside).unwrap();
        for (libraries, versions, machine, platform, libc) in [
            (&["libc.so.6"][..], &["2.2.5", "2.18"][..], amd, gnu, Libc::Shared),
            (&["libc.so.6"], &[], amd, gnu, Libc::Shared),
            (&["libssl.so.3"], &["2.17"], amd, gnu, Libc::Shared),
            (&["libc.so.6"], &["2.17"], "AArch64", gnu, Libc::Shared),
            (&["libc.so.6"], &[], amd, musl, Libc::Shared),
            (&["libc.so"], &[], amd, musl, Libc::Inside),
        ] {
            let held = holds(libraries, versions, machine, platform, libc);
            assert!(held.is_err(), "{libraries:?} {versions:?} {machine} {}", platform.target);
        }
        assert!(Needs::of("").is_err());
        let fixed = told(&[], &[], amd).replace("DYN ", "EXEC ");
        assert!(Needs::of(&fixed).unwrap().hold(musl, Libc::Inside).is_err());
    }

    #[test]
    fn a_path_of_this_machine_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("library");
        let home = cargo_home().unwrap();
        fs::write(&file, [b"\0a", home.as_os_str().as_encoded_bytes(), b"/registry\0"].concat()).unwrap();
        assert!(secretive(&file).is_err());
        fs::write(&file, b"\0cargo/registry\0").unwrap();
        secretive(&file).unwrap();
    }
}
