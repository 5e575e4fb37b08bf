//! What the guides say, done: each in a folder of its own, with the libraries that it is about.

use std::env;

use anyhow::{Context, Result, anyhow};
use strongroom_servers::{bao, fetch};

use crate::step::{cargo, command, product, root, run, target};
use crate::{node, python};

/// Those with packages that have to be made for this machine.
const ORMS: [&str; 3] = ["drizzle", "prisma", "typeorm"];

/// All of them but the one for axum, which compiles for minutes, or those that are named. One that needs a
/// server which cannot be had is skipped by its name.
pub(crate) fn test(names: &[&str]) -> Result<()> {
    let python = python::installed_with("bindings/guides/requirements.txt")?;
    node::build()?;
    // As it is built for its own tests.
    run(cargo(&["test", "--quiet", "--no-run", "--test", "commands"]).args(product()))?;
    let packages = fetch::node(&root().join("bindings/guides")).map_err(|error| anyhow!(error))?;
    let asked = names.is_empty() || names.iter().any(|name| ORMS.contains(name));
    let orms = asked.then(node::orms).transpose()?;
    let programs = [python.parent().context("python has no folder")?.to_owned(), target()?.join("debug")];
    let server = bao::start_tls().and_then(|server| Ok((bao::program()?, server)));
    let server = server.inspect_err(|skipped| eprintln!("==> {skipped}")).ok();
    let before = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(programs.into_iter().chain(env::split_paths(&before)))?;
    let mut follow = command(&python);
    if let Some((program, server)) = &server {
        follow.env("STRONGROOM_GUIDES_BAO", program);
        follow.envs(server.variables.iter().map(|(name, value)| (*name, value.as_str())));
    }
    run(follow
        .arg("bindings/guides/follow.py")
        .args(names)
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", target()?.join("documented"))
        .envs(orms.map(|folder| ("STRONGROOM_GUIDES_ORM", folder)))
        .env("STRONGROOM_GUIDES_NODE", packages.parent().context("npm has no folder")?))
}
