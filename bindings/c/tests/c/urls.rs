//! Seals by their URLs, from C: those of this machine, and one of a real `OpenBao`, which goes away.

use crate::toolchain::run;
use crate::touched::touched;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use strongroom_servers::{Server, bao};

/// The program, with the arguments that say what it is to do.
fn urls(mode: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut program = Command::new(touched("bindings/c/tests/urls.c", "urls", &[]));
    let digits: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
    program.arg(mode).arg(folder).args(arguments).env("STRONGROOM_URL_KEY", digits);
    program
}

#[test]
fn urls_of_this_machine_and_several_seals() {
    let folder = tempfile::tempdir().unwrap();
    run(&mut urls("here", folder.path(), &[]));
}

/// A server with a key, and the URL of the key.
fn platform(token: &Path) -> Option<(Server, String)> {
    let (bao, server) = match bao::program().and_then(|program| Ok((program, bao::start()?))) {
        Ok(had) => had,
        Err(skipped) => {
            println!("{skipped}");
            return None;
        }
    };
    for words in [&["secrets", "enable", "transit"][..], &["write", "-f", "transit/keys/app"]] {
        bao::ask(&server, &bao, words).unwrap();
    }
    std::fs::write(token, "root").unwrap();
    let url = format!("vault+http://{}/transit/app?token_file={}", server.address, token.display());
    Some((server, url))
}

#[test]
fn a_platform_seals_what_another_process_opens_and_may_go_away() {
    let folder = tempfile::tempdir().unwrap();
    let Some((server, url)) = platform(&folder.path().join("token")) else { return };
    let keys = folder.path().join("keys");
    let made = run(&mut urls("create", &keys, &[&url])).stdout;
    let text = String::from_utf8(made).unwrap().trim().to_owned();
    assert!(text.starts_with("strongroom:v1:"), "{text}");
    run(&mut urls("open", &keys, &[&url, &text]));

    let mut stays = urls("stays", &keys, &[&url, &text]);
    let mut stays = stays.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(stays.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "open\n");
    drop(server);
    stays.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(stays.wait().unwrap().success());
}
