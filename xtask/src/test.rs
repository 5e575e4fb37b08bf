//! `cargo xtask test`: every test, in two lanes at a time, each up to its first failure.

use anyhow::{Context, Result, anyhow};
use std::fs::File;
use std::io::Write as _;
use std::process::{Child, Command};

use crate::step::{cargo, product, run as step, target};
use crate::{c, dist, documented, examples, guides, instructions, node, orm, pairs, python, servers, vectors};

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => lanes(),
        ["--lane", "bindings"] => bindings(),
        _ => {
            rust(arguments)?;
            eprintln!(
                "\n==> skipped: making the examples and the vectors again, counting instructions, and the tests of the bindings, because arguments were given"
            );
            Ok(())
        }
    }
}

/// What is built for tests in this process, which is Rust and C, and what is built as a release in another,
/// whose output comes when both have ended. Where one waits for a linker, a server or a second that has to
/// pass, the other works; Cargo has one of them wait where both build for tests.
fn lanes() -> Result<()> {
    let log = target()?.join("lane-bindings.log");
    let mut beside = beside(&log)?;
    let rust = rust(&[]).and_then(|()| c::test(&[])).and_then(|()| servers::test());
    eprintln!("\n==> the other lane: Python, Node, packages, vectors, pairs and pages");
    let status = beside.wait().context("the lane of the bindings cannot be waited for")?;
    let told = std::fs::read(&log).with_context(|| format!("cannot read {}", log.display()))?;
    std::io::stdout().write_all(&told)?;
    let bindings =
        if status.success() { Ok(()) } else { Err(anyhow!("the lane of the bindings failed ({status})")) };
    match (rust, bindings) {
        (Err(rust), Err(bindings)) => Err(rust.context(bindings)),
        (rust, bindings) => rust.and(bindings),
    }
}

fn beside(log: &std::path::Path) -> Result<Child> {
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut lane = Command::new(std::env::current_exe()?);
    lane.args(["test", "--lane", "bindings"]).stdout(file.try_clone()?).stderr(file);
    lane.spawn().context("the lane of the bindings cannot be started")
}

/// The library as it is by default; then all that is made with it, as one, so that it is built twice and not
/// once for each. The command line asks for AWS-LC, so what ciphers make, refuse and leave behind is tested
/// once more with the provider that every build has.
fn rust(arguments: &[&str]) -> Result<()> {
    step(cargo(&["test", "--package", "strongroom", "--lib"]).args(arguments))?;
    step(cargo(&["test", "--package", "strongroom"]).args(product()).args(arguments))?;
    if !arguments.is_empty() {
        return Ok(());
    }
    step(&mut portable())
}

/// What depends on the provider, with the one that every build has.
pub(crate) fn portable() -> Command {
    let ciphers = PORTABLE.iter().flat_map(|test| ["--test", test]);
    let mut portable = cargo(&["test"]);
    portable.args(product()).args(ciphers).env("STRONGROOM_PROVIDER", "rustcrypto");
    portable
}

/// The tests that depend on which provider computes.
const PORTABLE: [&str; 10] = [
    "vectors_aead",
    "vectors_transit",
    "differential",
    "independent",
    "tamper",
    "hostile_memory",
    "zeroing",
    "streams",
    "tokens",
    "transit_answers",
];

fn bindings() -> Result<()> {
    examples::check()?;
    instructions::check(false)?;
    dist::crates::check_files()?;
    dist::complete(|| python::test(&[]))?;
    node::test(&[])?;
    dist::short()?;
    orm::test_tested()?;
    // From here on with programs that are built for tests, as the other lane has built them by now.
    vectors::check()?;
    pairs::test()?;
    documented::test()?;
    guides::test(&[])
}
