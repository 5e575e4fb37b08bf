//! `cargo xtask soak`: the long form of every campaign, with what each of them did. It takes an hour rather
//! than a minute.

use anyhow::Result;

use crate::step::{cargo, run as step};

/// What holds campaigns, which are integration tests. All of these run, so that no campaign can be forgotten
/// here; those without a long form take little.
const PACKAGES: [&str; 4] = ["strongroom-tests", "strongroom-entropy", "strongroom-races", "strongroom-c"];

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    for package in PACKAGES {
        // One after the other: each keeps every core busy by itself.
        let words = ["test", "--package", package, "--test", "*", "--", "--nocapture", "--test-threads=1"];
        step(cargo(&words).args(arguments).env("STRONGROOM_SOAK", "1"))?;
    }
    Ok(())
}
