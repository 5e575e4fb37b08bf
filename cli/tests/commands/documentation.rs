//! The pages do what they say: each line after `$` is run, and has to print what stands below it.

use crate::place::Place;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use strongroom_servers::bao;

const MARK: &str = "-- done ";

struct Example {
    command: String,
    expected: String,
}

fn examples(page: &str) -> Vec<Example> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page)).unwrap();
    let blocks = page.split("```console\n").skip(1).map(|block| block.split("```").next().unwrap());
    let split = |example: &str| {
        let (command, expected) = example.split_once('\n').unwrap_or((example, ""));
        Example { command: command.to_owned(), expected: expected.trim_end().to_owned() }
    };
    blocks
        .flat_map(|block| format!("\n{block}").split("\n$ ").skip(1).map(split).collect::<Vec<_>>())
        .collect()
}

#[test]
fn the_examples_of_the_command_line_are_true() {
    are_true("cli.md", 60);
}

#[test]
fn the_examples_of_the_front_page_are_true() {
    are_true("../cli/README.md", 5);
}

#[test]
fn the_examples_of_a_compromised_key_are_true() {
    are_true("compromised-key.md", 15);
}

/// Against a live OpenBao, which takes the place of `vault` too. Where it cannot be had, that is said.
#[test]
fn the_examples_of_moving_are_true() {
    let server = match bao::start() {
        Ok(server) => server,
        Err(skipped) => return println!("{skipped}: the examples of docs/moving.md were not run"),
    };
    let program = bao::program().unwrap();
    let ask = |words: &[&str]| bao::ask(&server, &program, words).unwrap();
    ask(&["secrets", "enable", "transit"]);
    for (name, key_type) in [("cards", "aes256-gcm96"), ("releases", "ed25519")] {
        ask(&["write", &format!("transit/keys/{name}"), &format!("type={key_type}")]);
        (0..2).for_each(|_| drop(ask(&["write", "-f", &format!("transit/keys/{name}/rotate")])));
    }
    for mount in ["shop", "shop-copy"] {
        ask(&["secrets", "enable", &format!("-path={mount}"), "transit"]);
    }
    ask(&["write", "shop/keys/orders", "exportable=true", "allow_plaintext_backup=true"]);
    ask(&["write", "-f", "shop/keys/orders/rotate"]);
    ask(&["write", "shop/keys/receipts", "type=ed25519", "exportable=true"]);
    ask(&["write", "-f", "shop/keys/refunds"]);
    let place = Place::new();
    std::fs::rename(place.path("ring"), place.path("keys")).unwrap();
    let linked = if program.is_absolute() { program.clone() } else { found(&program).unwrap() };
    for product in ["vault", "bao"] {
        std::os::unix::fs::symlink(&linked, place.path(product)).unwrap();
    }
    let mut examples = examples("moving.md");
    assert!(examples.len() >= 27, "only {} examples were found", examples.len());
    if found(Path::new("shred")).is_none() {
        println!("shred is not installed: its examples are left out");
        examples.retain(|example| !example.command.starts_with("shred "));
    }
    let variables = server.variables.iter().map(|(name, value)| format!(" {name}={value}"));
    let before = format!(
        "export STRONGROOM_KEYRING=keys STRONGROOM_ROOT_KEY=$(cat root.key) HOME='{}'{}",
        server.home().display(),
        variables.collect::<String>()
    );
    run(&place, &before, &examples);
    // What the page says of `force`.
    let backup = format!("backup={}", ask(&["read", "-field=backup", "transit/backup/cards"]));
    let restore =
        |words: &[&str]| bao::ask(&server, &program, &[&["write", "transit/restore/cards"], words].concat());
    ask(&["write", "-f", "transit/keys/cards/rotate"]);
    assert!(restore(&[&backup]).unwrap_err().contains("already exists"));
    restore(&[&backup, "force=true"]).unwrap();
    assert_eq!(ask(&["read", "-field=latest_version", "transit/keys/cards"]), "4");
}

/// Where on the path a program is.
fn found(program: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn are_true(page: &str, at_least: usize) {
    let examples = examples(page);
    assert!(examples.len() >= at_least, "only {} examples were found", examples.len());
    run(&Place::empty(), ":", &examples);
}

/// Runs examples in a place, where a line of shell has been run before, and where programs may lie.
fn run(place: &Place, before: &str, examples: &[Example]) {
    // One shell, so that variables last; after each command its exit code, which the next one still sees.
    let script: String = examples
        .iter()
        .map(|example| format!("{}\ncode=$?; echo; echo \"{MARK}$code\"; (exit $code)\n", example.command))
        .collect();
    let programs = Path::new(env!("CARGO_BIN_EXE_strongroom")).parent().unwrap();
    let path =
        format!("{}:{}:{}", place.path("").display(), programs.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{before}\n{script}")])
        .current_dir(place.path(""))
        .env_clear()
        .env("PATH", path)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let results: Vec<&str> = printed.split(MARK).collect();
    assert_eq!(results.len(), examples.len() + 1, "{printed}");
    for (index, example) in examples.iter().enumerate() {
        let Example { command, expected } = example;
        // The code of the one before stands before this one's output.
        let result = if index == 0 { results[0] } else { results[index].split_once('\n').unwrap().1 };
        assert!(fits(expected, result.trim_end()), "$ {command}\n{result}\ninstead of\n{expected}");
        let code = results[index + 1].lines().next().unwrap();
        let shown = examples.get(index + 1).is_some_and(|next| next.command == "echo $?");
        assert!(code == "0" || shown, "$ {command}\nended with {code}");
    }
}

/// Whether a text is as expected, where `…` stands for anything within a line.
fn fits(expected: &str, text: &str) -> bool {
    expected.lines().count() == text.lines().count()
        && expected.lines().zip(text.lines()).all(|(expected, line)| line_fits(expected, line))
}

fn line_fits(expected: &str, line: &str) -> bool {
    let (first, rest) = match expected.split_once('…') {
        None => return expected == line,
        Some(parts) => parts,
    };
    let Some(line) = line.strip_prefix(first) else { return false };
    (1..=line.len()).filter(|at| line.is_char_boundary(*at)).any(|at| line_fits(rest, &line[at..]))
}

#[test]
fn anything_is_something_within_a_line() {
    assert!(fits("a … c\nd", "a bb c\nd") && fits("…", "x"));
    assert!(!fits("a…", "a") && !fits("a…c", "abd") && !fits("a", "a\nb") && !fits("…", ""));
}

#[test]
fn every_command_has_an_example() {
    let place = Place::empty();
    let mut wanted = BTreeSet::new();
    for command in subcommands(&place, "") {
        let below = subcommands(&place, &command);
        if below.is_empty() {
            wanted.insert(command.clone());
        }
        wanted.extend(below.iter().map(|below| format!("{command} {below}")));
    }
    assert!(wanted.len() >= 30, "{wanted:?}");
    let examples = examples("cli.md");
    for command in wanted {
        let shown = |example: &Example| example.command.contains(&format!("strongroom {command}"));
        assert!(examples.iter().any(shown), "docs/cli.md has no example of '{command}'");
    }
}

/// What the help lists under "Commands".
pub(crate) fn subcommands(place: &Place, command: &str) -> Vec<String> {
    let help = String::from_utf8(place.run(&format!("help {command}")).ok()).unwrap();
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let lines = list.lines().take_while(|line| !line.is_empty());
    lines
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}
