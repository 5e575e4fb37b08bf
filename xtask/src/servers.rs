//! `cargo xtask servers [NAME...]`: starts servers that other people wrote, and ends them when it ends.

use anyhow::{Result, bail};
use std::collections::BTreeSet;
use std::io::Read;
use strongroom_servers::ALL;

use crate::step::{cargo, output};

pub(crate) fn run(names: &[&str]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| ALL.iter().all(|(known, _)| known != *name)) {
        bail!("there is no server {unknown}; there are {}", ALL.map(|(name, _)| name).join(", "));
    }
    let (mut running, mut skipped) = (Vec::new(), 0);
    for (name, start) in ALL.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        match start() {
            Ok(server) => {
                println!("{name} {}", server.address);
                server.variables.iter().for_each(|(name, value)| println!("    {name}={value}"));
                running.push(server);
            }
            Err(reason) => {
                println!("{reason}");
                skipped += 1;
            }
        }
    }
    println!("{} servers run, {skipped} were skipped; Enter ends them", running.len());
    std::io::stdin().read_exact(&mut [0]).ok();
    Ok(())
}

/// Talks to each of them, and says which cannot be had here.
pub(crate) fn test() -> Result<()> {
    let words = ["test", "--package", "strongroom-servers", "--", "--nocapture"];
    let told = String::from_utf8(output(&mut cargo(&words))?)?;
    print!("{told}");
    let skipped: BTreeSet<&str> = told.lines().filter(|line| line.starts_with("skipped: ")).collect();
    println!("==> {} of {} servers cannot be had here and were not asked", skipped.len(), ALL.len());
    skipped.iter().for_each(|line| println!("    {line}"));
    Ok(())
}
