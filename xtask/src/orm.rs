//! The field types for ORMs of Python, tested with the ORMs at the versions of a list.

use anyhow::Result;

use crate::python;
use crate::step::{command, run, target};

const REQUIREMENTS: &str = "bindings/python/requirements-orm.txt";

/// Every test of them, on SQLite, and on PostgreSQL where it can be had. Each of their lines is run, or this
/// fails. Arguments go to pytest, and lines are not counted then.
pub(crate) fn test(arguments: &[&str]) -> Result<()> {
    follow(python::installed_with(REQUIREMENTS)?, arguments)
}

/// Every test of them with the wheel that was tested last.
pub(crate) fn test_tested() -> Result<()> {
    follow(python::tested_with(REQUIREMENTS)?, &[])
}

/// What they cost, beside plain ORMs and other packages that encrypt.
pub(crate) fn bench(arguments: &[&str]) -> Result<()> {
    let python = python::installed_with(REQUIREMENTS)?;
    run(command(python).arg("bindings/python/orm_bench.py").args(arguments))
}

fn follow(python: std::path::PathBuf, arguments: &[&str]) -> Result<()> {
    let mut tests = command(python);
    // One test compares what they write with what the command line opens.
    let built = ["release/strongroom", "debug/strongroom"].map(|program| target().map(|at| at.join(program)));
    if let Some(program) = built.into_iter().flatten().find(|program| program.is_file()) {
        tests.env("STRONGROOM_PROGRAM", program);
    }
    run(tests.arg("bindings/python/orm/run.py").args(arguments))
}
