//! The command line with everything inside, and its pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

use super::ledger::{Ledger, limit};
use super::platform::Platform;
use super::tools::{Libc, archive, licences};
use super::{Order, VERSION, elf, notices};
use crate::cli;
use crate::step::{command, output};

/// What stands beside the program. `docs/cli.md` has links into the repository, so it does not.
const README: &str = "\
# strongroom, the command line

    mkdir -p ~/.local/bin ~/.local/share/man/man1 ~/.local/share/bash-completion/completions
    cp strongroom ~/.local/bin/
    cp man/man1/* ~/.local/share/man/man1/
    cp completions/strongroom.bash ~/.local/share/bash-completion/completions/strongroom

The program needs nothing else on the system.
`strongroom help` lists what it does, and each command has a page: `man strongroom-encrypt`.
`completions` has what bash, zsh, fish, elvish and PowerShell complete with.

A first try, whose root key you would keep where a copy of the folder is not:

    export STRONGROOM_KEYRING=keys
    strongroom init --new-root-key-file root.key
    export STRONGROOM_ROOT_KEY=$(cat root.key)
    strongroom key create cards
    printf '4111 1111 1111 1111' | strongroom encrypt cards --aad order-17

Licence: MIT or Apache-2.0, as you like.
";

const SHELLS: [(&str, &str); 5] = [
    ("bash", "strongroom.bash"),
    ("elvish", "strongroom.elv"),
    ("fish", "strongroom.fish"),
    ("powershell", "_strongroom.ps1"),
    ("zsh", "_strongroom"),
];

pub(super) fn make(order: &Order, platform: &Platform, ledger: &mut Ledger) -> Result<()> {
    if platform.libc == Some("glibc") {
        // The one with musl inside runs there as well.
        return Ok(());
    }
    let program = build(order, platform)?;
    elf::check(&program, platform, Libc::Inside)?;
    let folder = order.fresh(&format!("strongroom-cli-{VERSION}-{}", platform.target))?;
    let place = folder.join("strongroom");
    fs::copy(&program, &place).with_context(|| format!("cannot copy {}", program.display()))?;
    fs::write(folder.join("README.md"), README)?;
    licences(&folder)?;
    fs::write(folder.join(notices::NAME), notices::of(&["strongroom-cli"], platform)?)?;
    pages(&folder)?;
    ledger.made(&archive(&folder, &order.out, &order.tools)?, None)?;
    ledger.inside("strongroom", &place, limit::PROGRAM)
}

/// The lines that put it where the system looks for programs.
pub(super) fn installing() -> Vec<&'static str> {
    let (lines, _) = README.split_once("The program needs").unwrap_or_default();
    lines.lines().filter_map(|line| line.strip_prefix("    ")).collect()
}

/// The lines of the first try.
pub(super) fn first_try() -> Vec<&'static str> {
    let (_, lines) = README.split_once("A first try").unwrap_or_default();
    lines.lines().filter_map(|line| line.strip_prefix("    ")).collect()
}

/// The program for a processor. On Linux it is the one that needs no C library of the system, which runs
/// beside any.
pub(super) fn build(order: &Order, platform: &Platform) -> Result<PathBuf> {
    let platform = Platform::named(&platform.target.replace("linux-gnu", "linux-musl"))?;
    if let Some(lack) = order.tools.lack(platform) {
        return Err(anyhow!("the program is built for {}: {lack}", platform.target));
    }
    Ok(order.tools.build("strongroom-cli", platform, Libc::Inside)?.join("strongroom"))
}

/// Manual pages and completions, which are the same everywhere.
fn pages(folder: &Path) -> Result<()> {
    let completions = folder.join("completions");
    fs::create_dir(&completions)?;
    for (shell, name) in SHELLS {
        fs::write(completions.join(name), output(command(here()?).args(["completions", shell]))?)?;
    }
    let man = folder.join("man/man1");
    fs::create_dir_all(&man)?;
    manual(&man, &[])
}

/// The page of a command, and of those that it names.
fn manual(folder: &Path, words: &[&str]) -> Result<()> {
    let page = output(command(here()?).arg("man").args(words))?;
    let name = [&["strongroom"], words].concat().join("-");
    fs::write(folder.join(format!("{name}.1")), &page)?;
    for below in below(&name, &String::from_utf8(page)?) {
        manual(folder, &[words, &[below.as_str()]].concat())?;
    }
    Ok(())
}

/// The commands that a page names as its own: `strongroom\-key\-list(1)` in that of `strongroom-key`.
fn below(name: &str, page: &str) -> Vec<String> {
    let names = page.lines().filter_map(|line| {
        let full = line.strip_suffix("(1)")?.replace('\\', "");
        Some(full.strip_prefix(name)?.strip_prefix('-')?.to_owned())
    });
    names.filter(|name| !name.starts_with("help")).collect()
}

/// The program for this machine, which writes its own pages.
fn here() -> Result<&'static Path> {
    static HERE: OnceLock<PathBuf> = OnceLock::new();
    if let Some(program) = HERE.get() {
        return Ok(program);
    }
    let program = cli::built()?;
    Ok(HERE.get_or_init(|| program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_of_the_page() {
        let page = "strongroom\\-key\\-list(1)\nList\n.TP\nstrongroom\\-key\\-rotate\\-due(1)\n\
                    strongroom\\-key\\-help(1)\nsee other(1)\n";
        assert_eq!(below("strongroom-key", page), ["list", "rotate-due"]);
    }

    #[test]
    fn the_first_try_is_found() {
        let lines = first_try();
        assert!(lines.len() == 5 && lines[4].contains("strongroom encrypt"), "{lines:?}");
        let lines = installing();
        assert!(lines.len() == 4 && lines[1] == "cp strongroom ~/.local/bin/", "{lines:?}");
    }
}
