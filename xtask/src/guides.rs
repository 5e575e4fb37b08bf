//! What the guides say, done: each in a folder of its own, with the libraries that it is about.

use std::env;

use anyhow::{Context, Result, anyhow};
use strongroom_servers::fetch;

use crate::step::{cargo, command, product, root, run, target};
use crate::{node, python};

/// All of them but the one for axum, which compiles for minutes, or those that are named.
pub(crate) fn test(names: &[&str]) -> Result<()> {
    let python = python::installed_with("bindings/guides/requirements.txt")?;
    node::build()?;
    run(cargo(&["build", "--quiet", "--bin", "strongroom"]).args(product()))?;
    let packages = fetch::node(&root().join("bindings/guides")).map_err(|error| anyhow!(error))?;
    let programs = [python.parent().context("python has no folder")?.to_owned(), target()?.join("debug")];
    let before = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(programs.into_iter().chain(env::split_paths(&before)))?;
    run(command(&python)
        .arg("bindings/guides/follow.py")
        .args(names)
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", target()?.join("documented"))
        .env("STRONGROOM_GUIDES_NODE", packages.parent().context("npm has no folder")?))
}
