//! Where `--out` writes: what is there already decides how, and whatever happens, it is whole or not there.

use crate::place::{Place, mode};
use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

fn place() -> Place {
    let place = Place::new();
    place.run("key create cards --exportable").ok();
    place
}

fn fifo(place: &Place, name: &str) {
    assert!(Command::new("mkfifo").arg(place.path(name)).status().unwrap().success());
}

/// The names in the folder.
fn names(place: &Place) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(place.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Runs in a shell, as `strongroom ARGUMENTS` with something before and after it.
fn shell(place: &Place, before: &str, arguments: &str, after: &str) -> std::process::Output {
    let command = place.command(&arguments.split_whitespace().collect::<Vec<_>>());
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("{before} exec \"$0\" \"$@\" {after}"))
        .arg(command.get_program())
        .args(command.get_args());
    shell
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(place.path(""));
    shell.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_pipe_gets_the_output_by_its_name_and_through_a_link() {
    let place = place();
    place.write("card", "4111");
    fifo(&place, "pipe");
    symlink("pipe", place.path("link")).unwrap();
    symlink("link", place.path("link-to-link")).unwrap();
    for name in ["pipe", "link", "link-to-link"] {
        let path = place.path("pipe");
        let reader = std::thread::spawn(move || fs::read_to_string(path).unwrap());
        assert_eq!(place.run(&format!("encrypt cards --in card --out {name}")).ok(), b"");
        assert!(reader.join().unwrap().starts_with("strongroom:v1:"), "{name}");
        assert!(fs::symlink_metadata(place.path("pipe")).unwrap().file_type().is_fifo());
        assert!(place.path("link").is_symlink() && place.path("link-to-link").is_symlink());
    }
}

#[test]
fn what_is_no_place_for_an_output_is_refused_and_stays() {
    let place = place();
    place.write("card", "4111");
    symlink("nowhere", place.path("dangling")).unwrap();
    symlink("loop", place.path("loop")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(place.path("socket")).unwrap();
    symlink("socket", place.path("to-socket")).unwrap();
    let before = names(&place);
    for (name, code, said) in [
        ("dangling", 2, "a link to something that is not there"),
        ("socket", 2, "a socket"),
        ("to-socket", 2, "a socket"),
        (".", 2, "a folder"),
        ("ring", 2, "a folder"),
        ("new/", 2, "the name of a file"),
        ("loop", 5, "cannot write loop"),
        ("missing/new", 5, "cannot write missing/new"),
    ] {
        for command in [
            "encrypt cards --in card",
            "snapshot",
            "key export cards --expose-secret-material",
            "datakey cards",
        ] {
            let error = place.run(&format!("{command} --out {name}")).fails(code);
            assert!(error.contains(said), "{command} {name}: {error}");
        }
        assert_eq!(names(&place), before, "{name}");
    }
    assert!(place.path("dangling").is_symlink());
}

#[test]
fn an_open_descriptor_is_written_to_and_not_replaced() {
    let place = place();
    place.write("card", "4111");
    // Links of our own that lead where /dev/stdout leads.
    symlink("/proc/self/fd/1", place.path("out")).unwrap();
    symlink("out", place.path("out2")).unwrap();
    for name in ["out", "out2"] {
        let run = place.run(&format!("encrypt cards --in card --out {name}"));
        assert!(run.ok().starts_with(b"strongroom:v1:"), "{name}");
        assert!(place.path("out").is_symlink() && place.path("out2").is_symlink());
    }
    // A file that a shell opened to append to.
    place.write("log", "before\n");
    let done = shell(&place, "", "encrypt cards --in card --out out", ">>log");
    assert!(done.status.success());
    let done = shell(&place, "", "encrypt cards --in card --out /dev/fd/3", "3>>log");
    assert!(done.status.success(), "{done:?}");
    let log = String::from_utf8(place.read("log")).unwrap();
    assert!(log.starts_with("before\nstrongroom:v1:") && log.lines().count() == 3, "{log}");
    // Where the secret and the result would meet.
    place.run("datakey cards --expose-secret-material --plaintext-out out").fails(2);
    place.run("datakey cards --expose-secret-material --json --plaintext-out out2").fails(2);
}

#[test]
fn the_key_and_its_encrypted_form_do_not_replace_each_other() {
    let place = place();
    place.write("old", "old");
    symlink("old", place.path("link")).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    for (one, other) in [("new", "new"), ("new", "./folder/../new"), ("old", "link"), ("link", "old")] {
        let error = place
            .run(&format!("datakey cards --expose-secret-material --out {one} --plaintext-out {other}"))
            .fails(2);
        assert!(error.contains("the same file"), "{error}");
    }
    assert_eq!(place.read("old"), b"old");
    assert!(!place.path("new").exists());
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode_unless_a_secret_comes_into_it() {
    let place = place();
    place.write("card", "4111");
    for (before, after) in [(0o640, 0o640), (0o600, 0o600), (0o664, 0o664)] {
        place.write("out", "old");
        fs::set_permissions(place.path("out"), Permissions::from_mode(before)).unwrap();
        place.run("encrypt cards --in card --out out").ok();
        assert_eq!(mode(&place.path("out")), after);
        for secret in
            ["key export cards --expose-secret-material", "datakey cards --out x --expose-secret-material"]
        {
            let option = if secret.starts_with("datakey") { "--plaintext-out" } else { "--out" };
            fs::set_permissions(place.path("out"), Permissions::from_mode(before)).unwrap();
            place.run(&format!("{secret} {option} out")).ok();
            assert_eq!(mode(&place.path("out")), 0o600, "{secret}");
        }
    }
    for (umask, mode) in [("022", 0o644), ("077", 0o600), ("002", 0o664)] {
        let _ = fs::remove_file(place.path("new"));
        assert!(
            shell(&place, &format!("umask {umask};"), "encrypt cards --in card --out new", "")
                .status
                .success()
        );
        assert_eq!(fs::metadata(place.path("new")).unwrap().mode() & 0o777, mode, "{umask}");
    }
}

#[test]
fn nothing_is_written_into_the_folder_of_a_keyring() {
    let place = place();
    place.write("card", "4111");
    place.run("init --keyring other --root-key-env STRONGROOM_ROOT_KEY").ok();
    symlink("ring/key-cards.sr", place.path("link")).unwrap();
    let (key, root) = (place.read("ring/key-cards.sr"), place.read("other/root.sr"));
    for name in ["ring/key-cards.sr", "ring/new", "link", "other/root.sr", "./ring/../other/new"] {
        for command in [
            "encrypt cards --in card --out",
            "snapshot --out",
            "key export cards --expose-secret-material --out",
            "datakey cards --expose-secret-material --out x --plaintext-out",
            "seal add --new-root-key-file",
        ] {
            let error = place.run(&format!("{command} {name}")).err;
            let expected = if command.starts_with("seal add") { "" } else { "the folder of a keyring" };
            assert!(
                error.starts_with("strongroom: ") && error.contains(expected),
                "{command} {name}: {error}"
            );
        }
    }
    assert_eq!((place.read("ring/key-cards.sr"), place.read("other/root.sr")), (key, root));
    assert!(!place.path("ring/new").exists() && !place.path("other/new").exists());
    place.run("check").ok();
}

#[test]
fn other_names_of_a_replaced_file_are_spoken_of() {
    let place = place();
    place.write("card", "4111");
    place.write("out", "old");
    fs::hard_link(place.path("out"), place.path("other")).unwrap();
    let run = place.run("encrypt cards --in card --out out");
    assert!(run.err.contains("1 more name") && run.err.contains("what it held before"), "{}", run.err);
    run.ok();
    assert_eq!(place.read("other"), b"old");
    assert_eq!(place.run("encrypt cards --in card --out out").err, "");
}

#[test]
fn a_process_that_ends_in_the_middle_leaves_no_file() {
    let place = place();
    place.write("card", vec![b'4'; 1 << 20]);
    place.run("encrypt cards --in card --out card.ct").ok();
    let before = names(&place);
    // In blocks of 512 bytes: what would grow larger is ended by a signal.
    for blocks in [0, 1, 100, 2047] {
        for (command, bytes) in [
            ("decrypt cards --in card.ct --out new", 1 << 20),
            ("key export cards --expose-secret-material --out new", 40),
            ("snapshot --out new", 300),
            ("datakey cards --bits 512 --expose-secret-material --out card.ct --plaintext-out new", 0),
            ("init --keyring other --new-root-key-file new", 45),
        ] {
            if bytes < 512 * blocks || bytes == 0 && blocks > 0 {
                continue;
            }
            let ended = shell(&place, &format!("ulimit -f {blocks};"), command, "");
            assert_eq!(ended.status.signal(), Some(libc::SIGXFSZ), "{command} under {blocks}: {ended:?}");
            assert_eq!(names(&place), before, "{command} under {blocks}");
        }
    }
}

#[test]
fn a_killed_decryption_leaves_no_plaintext() {
    let place = place();
    place.write("card", vec![b'4'; 48 << 20]);
    place.run("encrypt cards --in card --out card.ct").ok();
    fs::remove_file(place.path("card")).unwrap();
    let before = names(&place);
    let mut caught = 0;
    for after in [1, 1, 1, 1 << 20, 20 << 20, 40 << 20] {
        let arguments = ["decrypt", "cards", "--in", "card.ct", "--out", "new"];
        let mut child = place.command(&arguments).stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        while written(child.id()).is_some_and(|bytes| bytes < after) {
            std::thread::sleep(Duration::from_micros(100));
        }
        child.kill().unwrap();
        caught += usize::from(child.wait().unwrap().signal() == Some(9));
        // Either it was done, and all of it is there, or nothing is.
        if place.path("new").exists() {
            assert_eq!(fs::metadata(place.path("new")).unwrap().len(), 48 << 20);
            fs::remove_file(place.path("new")).unwrap();
        }
        assert_eq!(names(&place), before);
    }
    assert!(caught > 0, "it was always done before it could be killed");
}

/// How much a process has written; `None` once it has ended.
fn written(process: u32) -> Option<u64> {
    let mut text = String::new();
    fs::File::open(format!("/proc/{process}/io")).ok()?.read_to_string(&mut text).ok()?;
    text.lines().find_map(|line| line.strip_prefix("wchar: "))?.parse().ok()
}
