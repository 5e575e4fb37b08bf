//! All languages together, over one folder.

mod through_c;

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

use crate::step::{cargo, command, product, root, run, target};
use crate::{node, python};

/// Every ordered pair of languages exchanges what it makes.
pub(crate) fn test() -> Result<()> {
    let drivers = Drivers::build()?;
    run(cargo(&["build", "--quiet", "--bin", "driver"]).args(product()))?;
    let rust = format!("rust={}", target()?.join("debug/driver").display());
    let through_c = through_c::drivers()?;
    run(command(&drivers.python).arg("bindings/pairs.py").arg(rust).args(&drivers.commands).args(through_c))
}

/// A program for each language that answers lines of text (`bindings/pairs.py`).
pub(crate) struct Drivers {
    /// The interpreter that has the binding.
    pub(crate) python: PathBuf,
    /// `name=command`, for each.
    pub(crate) commands: Vec<String>,
}

impl Drivers {
    pub(crate) fn build() -> Result<Self> {
        let python = python::installed()?;
        node::build()?;
        run(&mut cargo(&["build", "--quiet", "--release", "--package", "strongroom-c"]))?;
        let commands = vec![
            format!("c={}", compiled("gcc", "-std=c11", "driver.c")?.display()),
            format!("cpp={}", compiled("g++", "-std=c++17", "driver.cpp")?.display()),
            format!(
                "python={} {}",
                python.display(),
                root().join("bindings/python/tests/driver.py").display()
            ),
            format!("node=node {}", root().join("bindings/node/test/driver.mjs").display()),
        ];
        Ok(Self { python, commands })
    }
}

fn compiled(compiler: &str, standard: &str, source: &str) -> Result<PathBuf> {
    let release = target()?.join("release");
    let out = release.join(source.replace('.', "-"));
    let source = Path::new("bindings/c/tests").join(source);
    let mut compile = command(compiler);
    compile.args([standard, "-O1", "-Iinclude"]).arg(source).arg(release.join("libstrongroom_c.a")).args([
        "-lpthread",
        "-ldl",
        "-lm",
        "-o",
    ]);
    run(compile.arg(&out)).context("C and C++ need gcc and g++")?;
    Ok(out)
}
