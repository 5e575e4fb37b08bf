//! A wheel for Python, with the command line in it.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::Order;
use super::ledger::{Ledger, limit};
use super::platform::Platform;
use super::program;
use crate::python::Program;
use crate::step::run;

pub(super) fn make(order: &Order, platform: &Platform, ledger: &mut Ledger) -> Result<()> {
    let program = Program::put(&program::build(order, platform)?)?;
    let folder = order.fresh(&format!("wheel-{}", platform.target))?;
    let mut maturin = order.tools.maturin_for(platform)?;
    maturin.args(["--compatibility", platform.wheel, "--auditwheel", "check", "--out"]);
    run(maturin.arg(&folder))?;
    drop(program);
    let mut wheels = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    ensure!(wheels.len() == 1, "maturin wrote {} wheels", wheels.len());
    let wheel = wheels.pop().context("maturin wrote no wheel")?;
    let place = order.out.join(wheel.file_name().context("a wheel without a name")?);
    fs::rename(&wheel, &place).with_context(|| format!("cannot move {}", wheel.display()))?;
    ledger.made(&place, Some(limit::WHEEL))
}
