//! Where it was measured: what a reader needs to compare, and not which machine it was.

use anyhow::{Context, Result};
use std::fs;

use crate::step::{command, output, root};

pub(super) struct Machine {
    /// A sentence each.
    pub(super) facts: Vec<String>,
}

/// Of the crates that are measured.
const CRATES: [&str; 8] =
    ["aes-gcm", "aws-lc-rs", "aws-lc-sys", "base64-simd", "chacha20poly1305", "graviola", "ring", "sha2"];

/// Instructions that decide how fast the primitives are.
const FLAGS: [&str; 7] = ["aes", "pclmulqdq", "avx2", "avx512f", "vaes", "vpclmulqdq", "sha_ni"];

impl Machine {
    pub(super) fn here() -> Result<Self> {
        let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let field = |name: &str| {
            let mut fields = processor.lines().filter_map(|line| line.split_once(':'));
            fields.find(|field| field.0.trim() == name).map(|field| field.1.trim().to_owned())
        };
        let cores = std::thread::available_parallelism()?;
        let model = match (field("model name"), field("cpu family"), field("model")) {
            (Some(name), Some(family), Some(model)) => format!("{name} (family {family}, model {model})"),
            _ => format!("a processor of {}", std::env::consts::ARCH),
        };
        let offered = field("flags").unwrap_or_default();
        let offered: Vec<&str> = offered.split(' ').collect();
        let offered: Vec<&str> = FLAGS.into_iter().filter(|flag| offered.contains(flag)).collect();
        let mut facts = vec![format!("Processor: {model}, {cores} cores, with {}.", offered.join(", "))];
        let system = say("uname", &["-sm"])?;
        let library = say("getconf", &["GNU_LIBC_VERSION"]).unwrap_or_default();
        facts.push(format!("System: {system}, {library}; compiler: {}.", say("rustc", &["--version"])?));
        facts.push(format!("Crates: {}.", crates()?));
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or("unknown").to_owned();
        let date = say("date", &["-u", "+%Y-%m-%d"])?;
        facts.push(format!("Date: {date}; the load average was {load} when the measuring began."));
        Ok(Self { facts })
    }
}

fn say(program: &str, arguments: &[&str]) -> Result<String> {
    Ok(String::from_utf8(output(command(program).args(arguments))?)?.trim().to_owned())
}

fn crates() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock")?;
    let lock: toml::Table = lock.parse()?;
    let packages = lock["package"].as_array().context("Cargo.lock has no packages")?;
    let text = |package: &toml::Value, name: &str| {
        package.get(name).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
    };
    let versions = packages.iter().filter(|package| CRATES.contains(&text(package, "name").as_str()));
    let versions = versions.map(|package| format!("{} {}", text(package, "name"), text(package, "version")));
    Ok(versions.collect::<Vec<_>>().join(", "))
}

#[test]
fn every_crate_that_is_measured_has_a_version() {
    let said = crates().unwrap();
    for name in CRATES {
        assert!(said.contains(&format!("{name} ")), "{name} is not in {said}");
    }
}
