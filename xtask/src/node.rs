//! The binding for Node: built and tested.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use strongroom_servers::{bao, fetch, postgres};

use crate::step::{cargo, command, output, root, run, target};

/// Builds the library and puts it where the package looks for it, then runs the package's tests.
pub(crate) fn test(arguments: &[&str]) -> Result<()> {
    build()?;
    let tools = tools()?;
    let mut tests = node();
    tests.args(["--expose-gc", "--test", "--test-reporter", "spec"]).env("STRONGROOM_NODE_TOOLS", tools);
    // It is there until the tests have ended.
    let server = bao::start();
    match &server {
        Ok(server) => {
            tests.env("STRONGROOM_BAO_ADDRESS", format!("http://{}", server.address));
        }
        Err(skipped) => println!("{skipped}: no platform seals a keyring"),
    }
    match arguments {
        [] => run(tests.args(files("bindings/node/test", ".test.mjs")?)),
        names => run(tests.args(names)),
    }
}

/// The field types for ORMs, on SQLite, and on PostgreSQL where it can be had. Each of their lines is run, or
/// this fails; not where tests are named.
pub(crate) fn orm(arguments: &[&str]) -> Result<()> {
    build()?;
    let packages = orms()?;
    let mut tests = node();
    if arguments.is_empty() {
        let reports = target()?.join("orm-coverage");
        tests.arg(packages.join("c8/bin/c8.js")).args(["--check-coverage", "--lines", "100"]);
        tests.arg("--temp-directory").arg(reports);
        for lines in ["{drizzle,prisma,typeorm}.js", "lib/{drizzle,fields,prisma,typeorm}/*.js"] {
            tests.args(["--include", &format!("bindings/node/{lines}")]);
        }
        tests.arg("node");
    }
    tests.args(["--test", "--test-reporter", "spec"]).env("NODE_PATH", &packages);
    // It is there until the tests have ended.
    let server = postgres::start();
    match &server {
        Ok(server) => {
            let port = server.address.rsplit(':').next().unwrap_or_default();
            tests.env("STRONGROOM_POSTGRES", format!("postgres://postgres@127.0.0.1:{port}/postgres"));
        }
        Err(skipped) => println!("{skipped}: the field types are tried on SQLite alone"),
    }
    match arguments {
        [] => run(tests.args(files("bindings/node/orm", ".test.mjs")?)),
        names => run(tests.args(names)),
    }
}

/// What they cost, beside plain ORMs and other packages that encrypt.
pub(crate) fn orm_bench(arguments: &[&str]) -> Result<()> {
    build()?;
    let packages = orms()?;
    run(node().arg("bindings/node/orm/bench.mjs").args(arguments).env("NODE_PATH", packages))
}

/// The folder of the ORMs at the versions of the lock file, with the one library that has to be made for this
/// machine.
pub(crate) fn orms() -> Result<PathBuf> {
    let programs = fetch::node(&root().join("bindings/node/orm")).map_err(|error| anyhow!(error))?;
    let packages = programs.parent().context("npm has no folder")?;
    if !packages.join("better-sqlite3/build/Release/better_sqlite3.node").is_file() {
        let place = packages.parent().map_or(packages, Path::new);
        run(command("npm").args(["rebuild", "--silent", "better-sqlite3"]).current_dir(place))?;
    }
    Ok(packages.to_owned())
}

fn node() -> std::process::Command {
    command("node")
}

/// Builds the library, and puts it where a clone looks for it.
pub(crate) fn build() -> Result<PathBuf> {
    run(&mut cargo(&["build", "--quiet", "--release", "--package", "strongroom-node"]))?;
    let built = target()?.join("release").join(format!(
        "{}strongroom_node{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    ));
    // By the names that Node has for the system and the processor.
    let platform = output(node().args(["--print", "`${process.platform}-${process.arch}`"]))?;
    let native = root().join("bindings/node/native");
    let place = native.join(format!("strongroom.{}.node", String::from_utf8(platform)?.trim()));
    std::fs::create_dir_all(&native).with_context(|| format!("cannot create {}", native.display()))?;
    // In one step under another name first: a program that has the old one loaded keeps it.
    let fresh = place.with_extension("fresh");
    std::fs::copy(&built, &fresh).with_context(|| format!("cannot copy {}", built.display()))?;
    std::fs::rename(&fresh, &place).with_context(|| format!("cannot write {}", place.display()))?;
    Ok(place)
}

/// The folder of what the tests need and users do not, at the versions of the lock file.
fn tools() -> Result<PathBuf> {
    let programs = fetch::node(&root().join("bindings/node")).map_err(|error| anyhow!(error))?;
    Ok(programs.parent().context("npm has no folder")?.to_owned())
}

/// The files of a folder whose names end so, in order.
fn files(folder: &str, end: &str) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(root().join(folder)).with_context(|| format!("cannot read {folder}"))?;
    let mut found: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    found.retain(|path| path.to_string_lossy().ends_with(end));
    found.sort();
    Ok(found)
}
