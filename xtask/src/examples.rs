//! Compares `examples/customers.csv` with what the script beside it makes.

use anyhow::Result;

use crate::step::{command, run};

pub(crate) fn check() -> Result<()> {
    run(command("python3").args(["-B", "examples/make_customers.py", "--check"]))
}
