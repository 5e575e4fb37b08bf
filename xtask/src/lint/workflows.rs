//! The workflows of GitHub, read by actionlint: names of contexts and outputs, types of expressions, and what
//! each action takes. Go builds it, where it is there.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

use crate::step::{command, root, run as step, target};

const TOOL: &str = "github.com/rhysd/actionlint/cmd/actionlint";
const VERSION: &str = "v1.7.12";

pub(crate) fn check() -> Result<()> {
    eprintln!("\n==> the workflows of GitHub");
    pinned()?;
    match actionlint()? {
        // Without the programs that it would ask beside, which are not on every machine.
        Some(program) => step(command(program).args(["-shellcheck=", "-pyflakes="])),
        None => {
            eprintln!(
                "==> SKIPPED: actionlint is not installed, and Go did not build it, so the workflows were not read"
            );
            Ok(())
        }
    }
}

/// Every action has a whole version, which nobody moves but who publishes it; and no workflow may do more
/// than it says.
fn pinned() -> Result<()> {
    let (mut actions, mut faults) = (0, Vec::new());
    for entry in fs::read_dir(root().join(".github/workflows"))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        actions += text.matches("uses: ").count();
        faults.extend(faults_of(&text).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    ensure!(faults.is_empty(), "in .github/workflows:\n  {}", faults.join("\n  "));
    ensure!(actions >= 10, "only {actions} uses of actions were seen");
    Ok(())
}

fn faults_of(text: &str) -> Vec<String> {
    let uses = text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "));
    let whole = |action: &&str| {
        let version = action.rsplit_once("@v").map_or("", |(_, version)| version);
        version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u32>().is_ok())
    };
    let mut faults: Vec<String> =
        uses.filter(|action| !whole(action)).map(|action| format!("{action} has no whole version")).collect();
    if !text.contains("\npermissions:\n  contents: read\n") {
        faults.push("it does not begin with `permissions: contents: read`".to_owned());
    }
    faults
}

/// The program on the path, or built once into `target`.
fn actionlint() -> Result<Option<PathBuf>> {
    let runs = |program: &str, argument: &str| {
        let asked = Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    if runs("actionlint", "-version") {
        return Ok(Some("actionlint".into()));
    }
    let folder = match std::env::var_os("STRONGROOM_CACHE") {
        Some(cache) => PathBuf::from(cache),
        None => target()?,
    };
    let folder = folder.join(format!("fetched/actionlint-{VERSION}"));
    let program = folder.join("actionlint");
    if !program.is_file() {
        if !runs("go", "version") {
            return Ok(None);
        }
        if step(command("go").args(["install", &format!("{TOOL}@{VERSION}")]).env("GOBIN", &folder)).is_err()
        {
            return Ok(None);
        }
    }
    Ok(Some(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_versions_and_few_permissions_are_asked_for() {
        let head = "on: push\n\npermissions:\n  contents: read\n\n";
        assert!(faults_of(&format!("{head}      - uses: actions/checkout@v5.0.0\n")).is_empty());
        for action in ["a/b", "a/b@main", "a/b@v5", "a/b@v5.0.x"] {
            assert_eq!(faults_of(&format!("{head}      - uses: {action}\n")).len(), 1, "{action}");
        }
        assert_eq!(faults_of("on: push\n").len(), 1);
    }
}
