//! `cargo xtask dist`: what a person uploads, built into one folder (`docs/packages.md`).

mod c;
pub(crate) mod crates;
mod elf;
mod ledger;
mod notices;
mod npm;
mod platform;
mod program;
mod sdist;
mod tools;
mod trial;
mod wheels;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::python::Beside;
use crate::step::target;
use crate::{cli, node, python};
use ledger::{Ledger, limit};
use platform::Platform;
use tools::Tools;

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is made: a name for `--only`, and how.
enum Kind {
    /// Once for all platforms.
    Once(&'static str, fn(&Order, &mut Ledger) -> Result<()>),
    /// For each platform that was asked for.
    Each(&'static str, fn(&Order, &Platform, &mut Ledger) -> Result<()>),
}

/// In this order: the package for Node names those of the platforms, which are made before it.
const KINDS: [Kind; 7] = [
    Kind::Once("crates", crates::make),
    Kind::Once("sdist", sdist::make),
    Kind::Each("wheel", wheels::make),
    Kind::Each("program", program::make),
    Kind::Each("c", c::make),
    Kind::Each("node", npm::make_for),
    Kind::Once("npm", npm::make),
];

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Once(name, _) | Self::Each(name, _) => name,
        }
    }
}

/// What was asked for, and what it is made with.
struct Order {
    platforms: Vec<&'static Platform>,
    /// Whether everything was asked for.
    all: bool,
    only: Vec<String>,
    /// Whether what was made is tried.
    tries: bool,
    /// Where artefacts go.
    out: PathBuf,
    /// Where they are put together.
    stage: PathBuf,
    tools: Tools,
}

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    npm::says(VERSION)?;
    let order = Order::read(arguments)?;
    let mut ledger = Ledger::default();
    let mut can = Vec::new();
    for &platform in &order.platforms {
        match order.tools.lack(platform) {
            None => can.push(platform),
            Some(lack) => ledger.missing(&format!("everything for {}", platform.target), &lack),
        }
    }
    if order.all {
        ledger.missing("everything for Windows", "this command needs Unix (docs/packages.md)");
    }
    for kind in KINDS.iter().filter(|kind| order.makes(kind.name())) {
        match kind {
            Kind::Once(name, make) => ledger.attempt(name, |ledger| make(&order, ledger)),
            Kind::Each(name, make) => {
                for platform in &can {
                    let what = format!("{name} for {}", platform.target);
                    ledger.attempt(&what, |ledger| make(&order, platform, ledger));
                }
            }
        }
    }
    if order.tries {
        trial::all(&order, &can, &mut ledger);
    }
    ledger::sums(&order.out)?;
    println!("\nin {}", order.out.display());
    ledger.close()
}

/// Builds for this machine what the tests try, and tries it.
pub(crate) fn here() -> Result<()> {
    complete(python::pack)?;
    short()
}

/// Runs the tests of Python with a wheel that has the command line in it, as one that is uploaded.
pub(crate) fn complete(test: impl FnOnce() -> Result<()>) -> Result<()> {
    let _beside = Beside::put(&cli::built()?, &wheels::notices(Platform::host()?)?)?;
    test()
}

/// What the tests of Python and Node have built for this machine, packed and tried as what is uploaded is.
/// The artefacts are left in `target/packages`.
pub(crate) fn short() -> Result<()> {
    eprintln!("\n==> packages, in clean folders");
    let out = target()?.join("packages");
    let _ = fs::remove_dir_all(&out);
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let place = tempfile::tempdir()?;
    let mut ledger = Ledger::default();
    let (wheel, environment) = python::tested()?;
    let kept = out.join(wheel.file_name().context("a wheel without a name")?);
    fs::copy(&wheel, &kept).with_context(|| format!("cannot copy {}", wheel.display()))?;
    ledger.made(&kept, Some(limit::WHEEL))?;
    let programs = environment.join("bin");
    trial::first_try(&programs, &[], &place.path().join("keys"))?;
    ledger.inside("strongroom", &programs.join("strongroom"), limit::PROGRAM)?;
    let library = node::build()?;
    let packed = npm::of_here(Platform::host()?, &library, place.path(), &out)?;
    trial::packages(&packed, place.path())?;
    for made in packed {
        ledger.made(&made, None)?;
    }
    ledger.inside("strongroom.node", &library, limit::NODE)?;
    ledger.close()
}

impl Order {
    /// `[--all | TARGET...] [--only KIND]... [--out FOLDER] [--try]`; without a target, for this machine.
    fn read(arguments: &[&str]) -> Result<Self> {
        let (mut platforms, mut all, mut only, mut out, mut tries) =
            (Vec::new(), false, Vec::new(), None, false);
        let mut words = arguments.iter();
        while let Some(&word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word {
                "--all" => all = true,
                "--only" => only.push((*value()?).to_owned()),
                "--try" => tries = true,
                "--out" => out = Some(std::path::absolute(value()?)?),
                target => platforms.push(Platform::named(target)?),
            }
        }
        for name in &only {
            let known = || KINDS.iter().map(Kind::name).collect::<Vec<_>>().join(", ");
            ensure!(
                KINDS.iter().any(|kind| kind.name() == name),
                "nothing is called {name}; there are {}",
                known()
            );
        }
        if all {
            platforms = platform::ALL.iter().collect();
        } else if platforms.is_empty() {
            platforms.push(Platform::host()?);
        }
        let built = target()?;
        let (out, stage) = (out.unwrap_or_else(|| built.join("dist")), built.join("dist-stage"));
        // What another build has left is not to be taken for a part of this one. A folder of the caller's
        // stays as it is, since others may have put platforms there.
        if only.is_empty() && out == built.join("dist") && out.exists() {
            fs::remove_dir_all(&out).with_context(|| format!("cannot empty {}", out.display()))?;
        }
        for folder in [&out, &stage] {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        Ok(Self { platforms, all, only, tries, out, stage, tools: Tools::fetch()? })
    }

    fn makes(&self, kind: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == kind)
    }

    /// An empty folder to put something together in.
    fn fresh(&self, name: &str) -> Result<PathBuf> {
        let folder = self.stage.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }
}
