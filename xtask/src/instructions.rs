//! `cargo xtask instructions`: how many instructions a call takes, counted by valgrind and held against
//! `benches/instructions.txt`. Unlike times, counts are the same again.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::step::{cargo, command, output, root, run, target};

const LEDGER: &str = "benches/instructions.txt";
/// Calls that are counted, after as many that are not: the first ones derive subkeys, lease uses and fill
/// pools. Dear ones vary less, and fewer are enough.
const CALLS: (u64, u64) = (4096, 64);
/// From so many instructions on, calls are dear.
const DEAR: u64 = 100_000;
/// The least of so many runs counts: a pool of nonces that is a second old is filled anew, in some runs and
/// not in others.
const RUNS: usize = 3;
/// Of a hundred.
const TOLERANCE: f64 = 3.0;

/// Counts every scenario; writes the ledger, or fails for each that has become dearer.
pub(crate) fn check(bless: bool) -> Result<()> {
    eprintln!("\n==> instructions of a call, counted by valgrind");
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("==> SKIPPED: valgrind is not installed, so instructions were not counted");
        return Ok(());
    }
    let place = place()?;
    let ledger = std::fs::read_to_string(root().join(LEDGER)).unwrap_or_default();
    if !bless && known(&ledger, "place") != Some(place.as_str()) {
        eprintln!(
            "==> SKIPPED: {LEDGER} was made elsewhere than with {place}, so instructions were not counted; `cargo xtask instructions --bless` makes it anew"
        );
        return Ok(());
    }
    run(&mut cargo(&[
        "build",
        "--quiet",
        "--release",
        "--package",
        "strongroom-benches",
        "--example",
        "scenarios",
    ]))?;
    let program = target()?.join("release/examples/scenarios");
    let mut written = format!(
        "# Instructions of one call (`cargo xtask instructions`); `cargo xtask bless` writes this.\nplace {place}\n"
    );
    let mut dearer = Vec::new();
    for name in String::from_utf8(output(&mut command(&program))?)?.lines() {
        let (many, few) = CALLS;
        let roughly = cost(&program, name, few)?;
        let counted = if roughly < DEAR { cost(&program, name, many)? } else { roughly };
        let before = known(&ledger, name)
            .map(str::parse::<u64>)
            .transpose()
            .with_context(|| format!("{LEDGER}: {name}"))?;
        let change = before.map(|before| (counted as f64 / before as f64 - 1.0) * 100.0);
        println!(
            "{name:<20} {counted:>9}  {}",
            change.map_or_else(|| "new".to_owned(), |change| format!("{change:+.2} %"))
        );
        writeln!(written, "{name} {counted}")?;
        if change.is_none_or(|change| change > TOLERANCE) {
            dearer.push(name.to_owned());
        }
    }
    if bless {
        return std::fs::write(root().join(LEDGER), written).context(LEDGER);
    }
    ensure!(
        dearer.is_empty(),
        "these take over {TOLERANCE} % more instructions than {LEDGER} says: {}; make them cheaper, or say why and bless",
        dearer.join(", ")
    );
    Ok(())
}

fn known<'a>(ledger: &'a str, name: &str) -> Option<&'a str> {
    ledger.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

/// What a count depends on, beside the code: compiler, valgrind, the C library and the instructions that
/// valgrind offers on this processor.
fn place() -> Result<String> {
    let say = |program: &str, arguments: &[&str]| {
        Ok::<_, anyhow::Error>(
            String::from_utf8(output(command(program).args(arguments))?)?.trim().to_owned(),
        )
    };
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags: Vec<&str> = processor
        .lines()
        .find(|line| line.starts_with("flags"))
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let offered = ["aes", "avx2", "bmi2", "pclmulqdq", "rdrand", "rdseed"]
        .into_iter()
        .filter(|flag| flags.contains(flag))
        .collect::<Vec<_>>()
        .join(" ");
    let library = say("getconf", &["GNU_LIBC_VERSION"]).unwrap_or_default();
    Ok(format!(
        "{}, {}, {library}, {} {offered}",
        say("rustc", &["--version"])?,
        say("valgrind", &["--version"])?,
        std::env::consts::ARCH
    ))
}

fn cost(program: &Path, name: &str, calls: u64) -> Result<u64> {
    Ok((least(program, name, 2 * calls)? - least(program, name, calls)?) / calls)
}

fn least(program: &Path, name: &str, calls: u64) -> Result<u64> {
    let counts = (0..RUNS).map(|_| count(program, name, calls)).collect::<Result<Vec<_>>>()?;
    counts.into_iter().min().context("no runs")
}

fn count(program: &Path, name: &str, calls: u64) -> Result<u64> {
    let mut counted = command("valgrind");
    counted
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([name, &calls.to_string()]);
    let told = counted.output().context("valgrind")?;
    ensure!(
        told.status.success(),
        "{name} failed under valgrind:\n{}",
        String::from_utf8_lossy(&told.stderr)
    );
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    let collected = told
        .lines()
        .find_map(|line| line.split("Collected :").nth(1))
        .and_then(|number| number.trim().parse().ok());
    let Some(collected) = collected else { bail!("valgrind did not count {name}:\n{told}") };
    Ok(collected)
}
