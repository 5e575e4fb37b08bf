//! What can be said of systems and compilers that no test runs on: that the code compiles for them.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::step::{cargo, command, output, root, run as step, target};

/// Systems that are not Linux. No test runs on them here.
const SYSTEMS: [&str; 3] = ["aarch64-apple-darwin", "x86_64-apple-darwin", "x86_64-pc-windows-gnu"];

/// Everything that is shipped, but for `strongroom-rsa`, which is AWS-LC and nothing without it.
const SHIPPED: [&str; 8] = [
    "strongroom-entropy",
    "strongroom",
    "strongroom-bulk",
    "strongroom-platforms",
    "strongroom-cli",
    "strongroom-c",
    "strongroom-node",
    "strongroom-python",
];

/// What a registry of crates has, which says with which Rust it compiles.
const CRATES: [&str; 6] = [
    "strongroom-entropy",
    "strongroom-rsa",
    "strongroom",
    "strongroom-bulk",
    "strongroom-platforms",
    "strongroom-cli",
];

/// `cargo check` for each system whose standard library is installed; the others are named.
pub(crate) fn check_systems() -> Result<()> {
    let sysroot = String::from_utf8(output(command("rustc").args(["--print", "sysroot"]))?)?;
    let mut skipped = Vec::new();
    for system in SYSTEMS {
        if !Path::new(sysroot.trim()).join("lib/rustlib").join(system).join("lib").is_dir() {
            eprintln!(
                "\n==> SKIPPED: the standard library for {system} is not installed (rustup target add {system})"
            );
            ensure!(!in_ci(), "what is to be checked has to be there where CI runs");
            skipped.push(system);
            continue;
        }
        let packages = SHIPPED.iter().flat_map(|package| ["--package", package]);
        // Without AWS-LC, whose C needs the headers of the system. The binding for Python asks nobody how
        // Python is built: it uses the stable part of its interface.
        let mut check = cargo(&["check", "--locked", "--no-default-features", "--target", system]);
        step(check.args(packages).env("PYO3_NO_PYTHON", "1"))?;
    }
    println!("compiles for {} of {} systems other than Linux", SYSTEMS.len() - skipped.len(), SYSTEMS.len());
    Ok(())
}

/// The published crates with the lowest Rust that they say they compile with. It is fetched where rustup is.
pub(crate) fn check_rust() -> Result<()> {
    let rust = oldest()?;
    let toolchain = format!("{rust}.0");
    let installed = command("rustup")
        .args(["toolchain", "install", &toolchain, "--profile", "minimal", "--no-self-update"])
        .status();
    if !installed.is_ok_and(|status| status.success()) {
        ensure!(!in_ci(), "Rust {rust} cannot be installed, and has to be where CI runs");
        eprintln!("\n==> SKIPPED: Rust {rust} cannot be installed, so nothing was compiled with it");
        return Ok(());
    }
    let packages = CRATES.iter().flat_map(|package| ["--package", package]);
    // Not the Cargo that runs this, which would take its own compiler.
    let mut check = command("rustup");
    check.args(["run", &toolchain, "cargo", "check", "--locked"]).args(packages);
    // In a folder of its own, since another compiler makes everything anew.
    check.env("CARGO_TARGET_DIR", target()?.join("oldest-rust"));
    for variable in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTDOC"] {
        check.env_remove(variable);
    }
    step(&mut check)?;
    println!("the published crates compile with Rust {rust}");
    Ok(())
}

/// Whether a server that others rely on runs this.
fn in_ci() -> bool {
    std::env::var_os("CI").is_some()
}

/// What the manifests of the published crates say, all the same.
fn oldest() -> Result<String> {
    let mut said: Vec<String> = Vec::new();
    for folder in ["core", "entropy", "rsa", "bulk", "platforms", "cli"] {
        let text = std::fs::read_to_string(root().join(folder).join("Cargo.toml"))?;
        let manifest: toml::Table = text.parse().with_context(|| format!("{folder}/Cargo.toml"))?;
        let version = manifest["package"].get("rust-version").and_then(toml::Value::as_str);
        said.push(version.with_context(|| format!("{folder}/Cargo.toml says no rust-version"))?.to_owned());
    }
    said.dedup();
    match said.as_slice() {
        [one] => Ok(one.clone()),
        several => bail!("the published crates need different versions of Rust: {}", several.join(", ")),
    }
}
