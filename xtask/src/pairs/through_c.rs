//! Go and Java, which are examples over the library for C, where their tools are.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow};
use strongroom_servers::fetch;

use crate::install;
use crate::step::{command, root, run, target};

/// `name:ciphertexts=command` for each: they have no signatures and macs. Their first look is run too.
pub(super) fn drivers() -> Result<Vec<String>> {
    let prefix = target()?.join("prefix");
    install::run(&["--prefix", prefix.to_str().context("a target directory whose name is no text")?])?;
    let library = prefix.join("lib");
    let mut drivers = Vec::new();
    if present("Go", &[("go", "version"), ("pkg-config", "--version")]) {
        drivers.push(go(&library)?);
    }
    if present("Java", &[("javac", "-version"), ("java", "-version"), ("mvn", "--version")]) {
        drivers.push(java(&library)?);
    }
    Ok(drivers)
}

/// Whether every program runs; else it says which language is left out, and why.
fn present(language: &str, programs: &[(&str, &str)]) -> bool {
    let runs = |program: &str, argument: &str| {
        let quiet = Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
        quiet.is_ok_and(|status| status.success())
    };
    let missing: Vec<_> = programs.iter().filter(|(program, argument)| !runs(program, argument)).collect();
    if let [(program, _), ..] = missing.as_slice() {
        eprintln!("\n==> SKIPPED: {program} is not installed, so {language} took no part in the pairs");
    }
    missing.is_empty()
}

/// Built as its page says, with what pkg-config knows of the library.
fn go(library: &Path) -> Result<String> {
    let programs = target()?.join("go");
    run(command("go")
        .current_dir(root().join("examples/go"))
        .args(["build", "-buildvcs=false", "-o"])
        .arg(programs.join(""))
        .arg("./...")
        .env("PKG_CONFIG_PATH", library.join("pkgconfig"))
        .env("GOCACHE", fetch::folder("go")))?;
    first_look(command(programs.join("first_look")).env("LD_LIBRARY_PATH", library))?;
    let driver = programs.join("driver");
    Ok(format!("go:ciphertexts=env LD_LIBRARY_PATH={} {}", library.display(), driver.display()))
}

fn java(library: &Path) -> Result<String> {
    let example = root().join("examples/java");
    let jars = fetch::java(&example).map_err(|error| anyhow!(error))?;
    let classes = target()?.join("java");
    let path = format!("{}/*:{}", jars.display(), classes.display());
    run(command("javac").current_dir(&example).arg("-cp").arg(&path).arg("-d").arg(&classes).args([
        "Strongroom.java",
        "FirstLook.java",
        "Driver.java",
    ]))?;
    let words = ["-cp".to_owned(), path, format!("-Djna.library.path={}", library.display())];
    first_look(command("java").args(&words).arg("FirstLook"))?;
    Ok(format!("java:ciphertexts=java {} Driver", words.join(" ")))
}

/// Creates a keyring in a folder that goes again.
fn first_look(program: &mut Command) -> Result<()> {
    let place = tempfile::tempdir()?;
    let root_key: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
    run(program.arg(place.path().join("keys")).env("STRONGROOM_ROOT_KEY", root_key))
}
