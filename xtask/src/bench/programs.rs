//! The programs that measure, built and run. Only those in Rust have to be there; another that cannot be
//! built or run is named as missing, and the others go on.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use strongroom_servers::{Server, bao};

use super::figures::{Figures, Program};
use super::{RUNS, openssl};
use crate::step::{cargo, command, output, run, target};
use crate::{node, python};

/// Where glibc takes and gives back each block that is larger. Naming it keeps glibc from raising it.
const FRESH: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "131072");

pub(super) struct Programs {
    quick: bool,
    aws_lc: PathBuf,
    rust_crypto: PathBuf,
    python: Option<(PathBuf, &'static str)>,
    has_c: bool,
    has_node: bool,
    server: Option<Server>,
}

impl Programs {
    pub(super) fn build(quick: bool, figures: &mut Figures) -> Result<Self> {
        let mut missing = |who: &str, why: String| {
            eprintln!("==> {who} cannot be measured: {why}");
            figures.missing.insert(who.to_owned(), why.lines().next().unwrap_or_default().to_owned());
        };
        let rust_crypto = example("table", "peers", "table-rustcrypto")?;
        let aws_lc = example("table", "peers,aws-lc", "table-aws-lc")?;
        let c = run(&mut cargo(&[
            "bench",
            "--quiet",
            "--package",
            "strongroom-c",
            "--bench",
            "cost",
            "--no-run",
        ]));
        let has_c = c.inspect_err(|error| missing("C", format!("{error:#}"))).is_ok();
        let python = match python::with_peers() {
            Ok(python) => Some((python, "bindings/python/peers.py")),
            Err(error) => {
                missing("the peers of Python", format!("{error:#}"));
                let alone = python::installed();
                let alone = alone.inspect_err(|error| missing("Python", format!("{error:#}"))).ok();
                alone.map(|python| (python, "bindings/python/bench.py"))
            }
        };
        let node = node::build().inspect_err(|error| missing("Node", format!("{error:#}")));
        let server =
            bao::start().inspect_err(|skipped| missing("OpenBao over HTTP", skipped.reason.clone())).ok();
        Ok(Self { quick, aws_lc, rust_crypto, python, has_c, has_node: node.is_ok(), server })
    }

    /// Each program once. Only in the first run the one that takes a second for each figure.
    pub(super) fn measure(&self, figures: &mut Figures, run: usize) -> Result<()> {
        let quick = self.quick.then_some("--quick");
        let openssl = (run == 1).then(|| (Program::OpenSsl, openssl::speed()));
        for (program, mut measured) in self.commands().into_iter().chain(openssl) {
            eprintln!("==> run {run} of {RUNS}: {program:?}");
            let quick = quick.filter(|_| program != Program::OpenSsl);
            let printed = output(measured.args(quick)).and_then(|printed| Ok(String::from_utf8(printed)?));
            let lines =
                printed.map(|text| if program == Program::OpenSsl { openssl::lines(&text) } else { text });
            match lines.and_then(|lines| figures.read(program, &lines)) {
                Ok(()) => {}
                Err(error) if matches!(program, Program::AwsLc | Program::RustCrypto) => return Err(error),
                Err(error) => {
                    eprintln!("==> {program:?} cannot be measured: {error:#}");
                    figures.missing.insert(format!("{program:?}"), error.to_string());
                }
            }
        }
        Ok(())
    }

    fn commands(&self) -> Vec<(Program, Command)> {
        let large = ["--size", "1048576", "--who", "Strongroom aes256-gcm96", "--work", "text"];
        let mut fresh = command(&self.aws_lc);
        fresh.args(large).env(FRESH.0, FRESH.1);
        let mut commands = vec![
            (Program::AwsLc, command(&self.aws_lc)),
            (Program::RustCrypto, command(&self.rust_crypto)),
            (Program::Fresh, fresh),
        ];
        if self.has_c {
            let words = ["bench", "--quiet", "--package", "strongroom-c", "--bench", "cost", "--", "--json"];
            commands.push((Program::C, cargo(&words)));
        }
        if let Some((python, script)) = &self.python {
            let mut measured = command(python);
            measured.arg(script);
            for (name, value) in self.server.iter().flat_map(|server| &server.variables) {
                measured.env(name, value);
            }
            commands.push((Program::Python, measured));
        }
        if self.has_node {
            let mut measured = command("node");
            measured.arg("bindings/node/bench/calls.mjs");
            commands.push((Program::Node, measured));
        }
        commands
    }
}

/// The program that lets a keyring grow, so many times.
pub(super) fn measure_growth(quick: bool, figures: &mut Figures) -> Result<()> {
    let growth = example("growth", "peers,aws-lc", "growth")?;
    for run in 1..=RUNS {
        eprintln!("==> run {run} of {RUNS}: {:?}", Program::Growth);
        let printed = output(command(&growth).args(quick.then_some("--quick")))?;
        figures.read(Program::Growth, &String::from_utf8(printed)?)?;
    }
    Ok(())
}

/// Files beside what others encrypt them with, so many times.
pub(super) fn measure_files(quick: bool, figures: &mut Figures) -> Result<()> {
    let streams = example("streams", "peers,aws-lc", "streams")?;
    run(&mut cargo(&["build", "--quiet", "--release", "--package", "strongroom-cli"]))?;
    let program = target()?.join("release/strongroom");
    let rage = rage().inspect_err(|error| eprintln!("==> rage cannot be had: {error:#}"));
    let python = python::with_peers()?;
    for run in 1..=RUNS {
        eprintln!("==> run {run} of {RUNS}: {:?}", Program::Files);
        let quick = quick.then_some("--quick");
        let printed = output(command(&streams).args(quick))?;
        figures.read(Program::Streams, &String::from_utf8(printed)?)?;
        let mut files = command(&python);
        files.arg("-B").arg("benches/files.py").arg(&program);
        files.arg(rage.as_deref().unwrap_or(Path::new("rage"))).args(quick);
        figures.read(Program::Files, &String::from_utf8(output(&mut files)?)?)?;
    }
    Ok(())
}

/// The program `rage`, which does what `age` does, in Rust.
fn rage() -> Result<PathBuf> {
    const VERSION: &str = "0.12.1";
    let root = target()?.join("fetched").join(format!("rage-{VERSION}"));
    let program = root.join("bin/rage");
    if !program.is_file() {
        let words = ["install", "--quiet", "--locked", "--version", VERSION, "rage", "--root"];
        run(cargo(&words).arg(&root))?;
    }
    Ok(program)
}

/// Builds a program of `benches/` with such features, and keeps it under a name of its own: the next build
/// takes its place.
fn example(example: &str, features: &str, name: &str) -> Result<PathBuf> {
    let words = ["build", "--quiet", "--release", "--package", "strongroom-benches", "--example", example];
    run(cargo(&words).args(["--features", features]))?;
    let target = target()?;
    let folder = target.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let kept = folder.join(name);
    fs::copy(target.join("release/examples").join(example), &kept)
        .with_context(|| format!("cannot write {}", kept.display()))?;
    Ok(kept)
}
