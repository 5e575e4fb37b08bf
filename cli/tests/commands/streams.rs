//! Standard streams that are closed, full, or open the wrong way round.

use crate::place::Place;
use std::fs;
use std::process::{Command, Output, Stdio};

fn place() -> Place {
    let place = Place::new();
    place.run("key create cards --exportable").ok();
    place.run("key create releases --key-type ed25519").ok();
    place.write("card", "4111");
    place.run("encrypt cards --in card --out card.ct").ok();
    place
}

/// Runs in a shell with redirections.
fn redirected(place: &Place, arguments: &str, redirections: &str) -> Output {
    let command = place.command(&arguments.split_whitespace().collect::<Vec<_>>());
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("exec \"$0\" \"$@\" {redirections}"))
        .arg(command.get_program())
        .args(command.get_args());
    shell
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(place.path(""));
    shell.stdin(Stdio::null()).output().unwrap()
}

/// Commands that print something.
const PRINTING: [&str; 19] = [
    "encrypt cards --in card",
    "encrypt cards --in card --binary",
    "decrypt cards --in card.ct",
    "rewrap cards --in card.ct",
    "datakey cards",
    "datakey cards --out x.ct --expose-secret-material --plaintext-out -",
    "sign releases --in card",
    "hmac cards --in card",
    "key list",
    "key show cards",
    "key rotate cards",
    "key export cards --expose-secret-material",
    "key public-key releases",
    "key backup cards --with-root-key-env STRONGROOM_ROOT_KEY",
    "seal list",
    "check",
    "snapshot",
    "--version",
    "key create --help",
];

#[test]
fn an_output_that_nobody_can_get_is_an_error() {
    let place = place();
    for redirection in [">&-", "1</dev/null", ">/dev/full"] {
        for command in PRINTING {
            for json in ["", "--json "] {
                if !json.is_empty() && command.contains("--plaintext-out -") {
                    continue;
                }
                let output = redirected(&place, &format!("{json}{command}"), redirection);
                let said = String::from_utf8(output.stderr).unwrap();
                assert_eq!(output.status.code(), Some(5), "{json}{command} {redirection}: {said}");
                assert!(
                    said.contains("cannot write to standard output"),
                    "{json}{command} {redirection}: {said}"
                );
            }
        }
    }
}

#[test]
fn a_closed_output_that_is_not_needed_does_no_harm() {
    let place = place();
    let output = redirected(&place, "encrypt cards --in card --out new", ">&-");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(place.run("decrypt cards --in new").ok(), b"4111");
}

#[test]
fn an_input_that_cannot_be_read_is_not_an_empty_one() {
    let place = place();
    for redirection in ["<&-", "0>/dev/null"] {
        for command in [
            "encrypt cards",
            "encrypt cards --in -",
            "sign releases",
            "hmac cards",
            "key import x --encoding raw",
            "decrypt cards",
            "restore --keyring r",
        ] {
            let output = redirected(&place, command, redirection);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                (output.status.code(), output.stdout.as_slice()),
                (Some(5), &b""[..]),
                "{command} {redirection}: {said}"
            );
            assert!(said.contains("cannot read standard input"), "{command} {redirection}: {said}");
        }
    }
    // An empty one is.
    assert!(redirected(&place, "encrypt cards", "</dev/null").status.success());
}

#[test]
fn a_warning_that_cannot_be_said_is_an_error_unless_nobody_wants_to_hear_it() {
    let place = place();
    assert_eq!(redirected(&place, "seal list", "2>/dev/full").status.code(), Some(5));
    assert_eq!(redirected(&place, "seal list --json", "2>/dev/full").status.code(), Some(5));
    assert!(redirected(&place, "seal list", "2>&-").status.success());
    assert!(redirected(&place, "seal list", "2>/dev/null").status.success());
}

/// Every file in the place, below folders too, with what is in it.
fn contents(folder: &std::path::Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            contents(&path, all)
        } else {
            all.push((path.display().to_string(), fs::read(&path).unwrap()))
        }
    }
}

#[test]
fn no_file_takes_the_place_of_a_closed_stream() {
    let place = place();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        for command in [
            "decrypt cards --in card.ct --out plain",
            "decrypt cards --in card.ct",
            "key rotate cards",
            "key show cards",
            "seal list",
            "key show nobody",
            "snapshot --out snap",
            "init --keyring other --new-root-key-file other.key",
            "datakey cards --out k.ct --plaintext-out k --expose-secret-material",
        ] {
            redirected(&place, command, closed);
        }
        place.run("check").ok();
        let _ = fs::remove_file(place.path("other.key"));
        fs::remove_dir_all(place.path("other")).unwrap();
        let mut all = Vec::new();
        contents(&place.path(""), &mut all);
        for (name, content) in all {
            let text = String::from_utf8_lossy(&content);
            for word in ["strongroom: ", "warning", "hint", "version 1", "rotated", "created", "4111"] {
                let wanted = word == "4111" && ["card", "plain"].iter().any(|file| name.ends_with(file));
                assert!(wanted || !text.contains(word), "{word} in {name} with {closed}");
            }
        }
    }
}

#[test]
fn json_into_a_pipe_that_nobody_reads_ends_quietly() {
    let place = place();
    for command in ["key list", "key show cards", "encrypt cards --in card", "snapshot", "seal list", "check"]
    {
        for json in [&["--json"][..], &[]] {
            let arguments: Vec<&str> = json.iter().copied().chain(command.split_whitespace()).collect();
            let (read, write) = std::io::pipe().unwrap();
            drop(read);
            let output = place.command(&arguments).stdin(Stdio::null()).stdout(write).output().unwrap();
            assert_eq!(
                (output.status.code(), output.stderr.as_slice()),
                (Some(5), &b""[..]),
                "{arguments:?}: {output:?}"
            );
        }
    }
}
