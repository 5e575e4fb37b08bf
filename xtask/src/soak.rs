//! `cargo xtask soak`: the long form of every campaign, with what each of them did. It takes an hour rather
//! than a minute.

use anyhow::{Result, bail};
use std::os::unix::process::CommandExt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::step::{cargo, command, output, product, run as step, target};
use crate::test::portable;
use crate::{guides, python};

/// What holds campaigns, which are integration tests. All of these run, so that no campaign can be forgotten
/// here; those without a long form take little.
const PACKAGES: [&str; 8] = [
    "strongroom-tests",
    "strongroom-entropy",
    "strongroom-rsa",
    "strongroom-forks",
    "strongroom-races",
    "strongroom-c",
    "strongroom-cli",
    "strongroom-platforms",
];

/// The tests with campaigns of which each run of CI does one, for a while.
const SHARDS: [&str; 6] = ["crash", "keyring", "model", "models", "patience", "processes"];

/// For how long it does.
const WHILE: Duration = Duration::from_secs(180);

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    for package in PACKAGES {
        // One after the other: each keeps every core busy by itself.
        let words = ["test", "--package", package, "--test", "*", "--", "--nocapture", "--test-threads=1"];
        step(cargo(&words).args(arguments).env("STRONGROOM_SOAK", "1"))?;
    }
    match arguments {
        [] => {
            step(portable().env("STRONGROOM_SOAK", "1"))?;
            // The library for C with the provider that must be kept from a caller's memory.
            let words = ["test", "--package", "strongroom-c", "--features", "aws-lc", "--test", "c"];
            step(&mut cargo(&words))?;
            sanitized()?;
            let python = python::installed_with("bindings/python/requirements-soak.txt")?;
            step(command(python).args(["-B", "bindings/python/search_soak.py"]))?;
            guides::test(&["axum"])
        }
        _ => Ok(()),
    }
}

/// The tests of the layer over AWS-LC with AddressSanitizer, which also sees what is not freed, and in
/// AWS-LC's own C what is read and written outside of what it was given. Stable Rust has it for whoever asks
/// in this way; what it compiles lies in a folder of its own.
fn sanitized() -> Result<()> {
    let host = String::from_utf8(output(command("rustc").args(["--print", "host-tuple"]))?)?;
    let words = ["test", "--package", "strongroom-rsa", "--tests", "--target", host.trim()];
    let flags = format!("CFLAGS_{}", host.trim().replace('-', "_"));
    step(
        cargo(&words)
            .env("CARGO_TARGET_DIR", target()?.join("sanitized"))
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Zsanitizer=address")
            .env(flags, "-fsanitize=address"),
    )
}

/// The campaign that the hash of a commit chooses, for three minutes: what has not failed by then has not.
pub(crate) fn shard(commit: &str) -> Result<()> {
    let test = chosen(commit);
    let soak = || {
        let mut soak = cargo(&["test", "--test", test]);
        soak.args(product());
        soak
    };
    step(soak().arg("--no-run"))?;
    eprintln!("\n==> {} s of the soak of {test}", WHILE.as_secs());
    // In a group of its own, so that what it starts can be ended with it.
    let mut soak =
        soak().args(["--", "--test-threads=1"]).env("STRONGROOM_SOAK", "1").process_group(0).spawn()?;
    let begun = Instant::now();
    while begun.elapsed() < WHILE {
        match soak.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => bail!("the soak of {test}: {status}"),
            None => sleep(Duration::from_millis(200)),
        }
    }
    step(command("kill").args(["-KILL", "--", &format!("-{}", soak.id())]))?;
    soak.wait()?;
    Ok(())
}

/// By the first digits of the hash.
fn chosen(commit: &str) -> &'static str {
    let digits = commit.get(..8).unwrap_or_default();
    let number = u32::from_str_radix(digits, 16).unwrap_or(0);
    SHARDS[number as usize % SHARDS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_campaign_is_chosen_by_some_commit() {
        let all: BTreeSet<_> = (0..64u32).map(|hash| chosen(&format!("{hash:08x}abc"))).collect();
        assert_eq!(all.len(), SHARDS.len());
        assert_eq!(chosen("no hash"), SHARDS[0]);
    }
}
