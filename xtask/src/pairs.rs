//! All languages together, over one folder.

mod through_c;

use anyhow::{Context, Result, anyhow};
use std::path::{Path, PathBuf};
use strongroom_servers::{Server, bao};

use crate::step::{cargo, command, product, root, run, target};
use crate::{node, python};

/// Every ordered pair of languages exchanges what it makes.
pub(crate) fn test() -> Result<()> {
    let drivers = Drivers::build()?;
    // As it is built for the tests, which any of those beside it asks for.
    run(cargo(&["test", "--quiet", "--no-run", "--test", "processes"]).args(product()))?;
    let rust = format!("rust={}", target()?.join("debug/driver").display());
    let through_c = through_c::drivers()?;
    let mut pairs = command(&drivers.python);
    pairs.arg("bindings/pairs.py").arg(rust).args(&drivers.commands).args(through_c);
    // It is there until the pairs have ended.
    let platform = platform();
    match &platform {
        Ok((_, url)) => drop(pairs.env("STRONGROOM_SEAL_URL", url)),
        Err(skipped) => println!("{skipped}: no platform seals a keyring for the pairs"),
    }
    run(&mut pairs)
}

/// A server with a key of Transit, and the URL of the key.
fn platform() -> Result<(Server, String)> {
    let (bao, server) = (bao::program().map_err(told)?, bao::start().map_err(told)?);
    for words in [&["secrets", "enable", "transit"][..], &["write", "-f", "transit/keys/app"]] {
        bao::ask(&server, &bao, words).map_err(told)?;
    }
    let token = server.home().join("token");
    std::fs::write(&token, "root").with_context(|| format!("cannot write {}", token.display()))?;
    let url = format!("vault+http://{}/transit/app?token_file={}", server.address, token.display());
    Ok((server, url))
}

fn told(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{error}")
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
