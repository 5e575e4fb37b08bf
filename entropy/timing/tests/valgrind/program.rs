//! The programs, built, and run under valgrind.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Whether valgrind is there; else it says that a test was skipped.
pub(crate) fn is_there(test: &str) -> bool {
    let asked = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    let is_there = asked.is_ok_and(|status| status.success());
    if !is_there {
        println!("skipped: {test}, 0 checks: there is no valgrind here");
    }
    is_there
}

/// What a program printed, and what valgrind said of it.
pub(crate) fn run(valgrind: &mut Command, what: &str) -> (String, String) {
    let Output { status, stdout, stderr } = valgrind.output().unwrap();
    let said = String::from_utf8_lossy(&stderr).into_owned();
    assert!(status.success(), "{what}: {said}");
    (String::from_utf8(stdout).unwrap(), said)
}

/// Valgrind, which is to run the program and to say with each error by which way it was come to.
pub(crate) fn valgrind(program: &Path) -> Command {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--error-limit=no", "--num-callers=40", "--fullpath-after="]).arg(program);
    valgrind
}

/// Builds a program: as a release, but with the names of functions. With the others that are built so, the
/// one of `tests/zeroing.rs` among them, so that Cargo compiles what they have in common once.
pub(crate) fn built(name: &str) -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let packages =
        ["--package=strongroom-timing", "--package=strongroom-tests", "--features=strongroom-tests/aws-lc"];
    let programs = ["--bin=timing", "--bin=keys", "--bin=closing"];
    let mut build = Command::new(cargo);
    build.args(["build", "--profile", "timing", "--message-format", "json"]).args(packages).args(programs);
    let output = build.arg("--manifest-path").arg(manifest).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the programs do not build");
    let text = String::from_utf8(output.stdout).unwrap();
    let path = text.lines().find_map(|line| {
        let made = serde_json::from_str::<Value>(line).ok().filter(|made| made["target"]["name"] == name)?;
        made["executable"].as_str().map(PathBuf::from)
    });
    path.expect("cargo says where the program is")
}
