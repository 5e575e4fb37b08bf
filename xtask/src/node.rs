//! The binding for Node: built and tested.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use strongroom_servers::{bao, fetch};

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
