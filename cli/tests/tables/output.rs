//! The file that is written.

use crate::shop::Shop;
use std::fs::{self, Permissions};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use strongroom::KeySpec;

fn mode(shop: &Shop, name: &str) -> u32 {
    fs::metadata(shop.tables().join(name)).unwrap().mode() & 0o777
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode_and_a_new_one_is_no_more_open() {
    let shop = Shop::new(KeySpec::default());
    let path = shop.write("c.csv", "v\nx\n");
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    shop.done("encrypt", "--csv c.csv --column v");
    assert_eq!(mode(&shop, "c.csv"), 0o640);
    shop.done("rewrap", "--csv c.csv --column v --out new.csv");
    assert_eq!(mode(&shop, "new.csv"), 0o640);
    shop.done("decrypt", "--csv c.csv --column v --out plain.csv");
    assert_eq!(mode(&shop, "plain.csv"), 0o600);
    fs::set_permissions(shop.tables().join("plain.csv"), Permissions::from_mode(0o444)).unwrap();
    shop.done("decrypt", "--csv c.csv --column v --out plain.csv");
    assert_eq!(mode(&shop, "plain.csv"), 0o444);
}

#[test]
fn the_output_may_be_the_input_by_any_name() {
    let shop = Shop::new(KeySpec::default());
    let path = shop.write("c.csv", "v\nx\n");
    symlink("c.csv", shop.tables().join("link.csv")).unwrap();
    shop.done("encrypt", "--csv c.csv --column v --out c.csv");
    shop.done("rewrap", "--csv c.csv --column v --out ./c.csv");
    let before = fs::metadata(&path).unwrap().ino();
    let answer = shop.json("rewrap", &format!("--csv c.csv --column v --out {}", path.display()));
    assert_eq!(answer["written"].as_bool(), Some(false));
    assert_eq!(shop.json("rewrap", "--csv link.csv --column v")["written"].as_bool(), Some(false));
    assert_eq!(fs::metadata(&path).unwrap().ino(), before);
    // A link is followed, and stays one.
    shop.done("decrypt", "--csv link.csv --column v");
    assert!(fs::symlink_metadata(shop.tables().join("link.csv")).unwrap().is_symlink());
    assert_eq!(shop.read("c.csv"), b"v\nx\n");
    let names: Vec<_> =
        shop.everything().into_iter().map(|(path, _)| path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["c.csv", "link.csv"]);
}

#[test]
fn a_pipe_can_be_read_but_not_replaced() {
    let shop = Shop::new(KeySpec::default());
    let run = |arguments: &str| {
        let mut child = shop
            .command("encrypt", arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"v\nx\n").unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(run("--csv /dev/stdin --column v --out new.csv").status.success());
    shop.done("decrypt", "--csv new.csv --column v");
    assert_eq!(shop.read("new.csv"), b"v\nx\n");
    let refused = run("--csv /dev/stdin --column v");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("--out"));
}

/// What a command makes of a table on standard input.
fn piped(shop: &Shop, verb: &str, arguments: &str, table: &[u8]) -> std::process::Output {
    let mut command = shop.command(verb, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut input, table) = (child.stdin.take().unwrap(), table.to_owned());
    let writer = std::thread::spawn(move || drop(std::io::Write::write_all(&mut input, &table)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_table_goes_from_standard_input_to_standard_output() {
    let shop = Shop::new(KeySpec::default());
    // A link of our own that leads where /dev/stdout leads is standard output, too.
    symlink("/proc/self/fd/1", shop.tables().join("stdout")).unwrap();
    for (format, table) in [("--csv", "id,v\n1,x\n2,y\n"), ("--ndjson", "{\"v\":\"x\"}\n{\"v\":\"y\"}\n")] {
        for out in ["", "--out -", "--out /dev/stdout", "--out stdout"] {
            let made = piped(&shop, "encrypt", &format!("{format} - --column v {out}"), table.as_bytes());
            assert_eq!(text(&made.stderr), "standard output: 2 rows, 2 cells encrypted\n", "{format} {out}");
            assert!(made.status.success() && !text(&made.stdout).contains("\"x\""), "{format} {out}");
            shop.write("in", &made.stdout);
            let opened = shop.run("decrypt", &format!("{format} in --column v --out - --json"));
            assert_eq!(text(&opened.stdout), table, "{format} {out}");
            let said: serde_json::Value = serde_json::from_slice(&opened.stderr).unwrap();
            assert_eq!(
                (&said["table"], &said["out"], &said["changed"]),
                (&"in".into(), &"-".into(), &2.into())
            );
            assert_eq!(shop.read("in"), made.stdout, "the input is left alone");
        }
        let made = piped(&shop, "encrypt", &format!("{format} - --column v --out new"), table.as_bytes());
        assert_eq!((text(&made.stdout), text(&made.stderr)), ("new: 2 rows, 2 cells encrypted\n", ""));
        let planned = piped(&shop, "decrypt", &format!("{format} - --column v --dry-run"), &shop.read("new"));
        assert!(text(&planned.stdout).starts_with("standard input: 2 rows"), "{}", text(&planned.stdout));
    }
    assert!(!shop.tables().join("-").exists());
}

#[test]
fn a_stream_cannot_be_taken_back_and_that_is_said() {
    let shop = Shop::new(KeySpec::default());
    // What is wrong before the first row leaves standard output empty.
    for (arguments, table, code) in [
        ("--csv - --column w", "v\nx\n", 4),
        ("--csv - --column v", "", 4),
        ("--csv - --column v --key-version 9 --dry-run", "v\nx\n", 2),
    ] {
        let refused = piped(&shop, "encrypt", arguments, table.as_bytes());
        assert_eq!(
            (refused.status.code(), text(&refused.stdout)),
            (Some(code), ""),
            "{}",
            text(&refused.stderr)
        );
    }
    let mut table =
        piped(&shop, "encrypt", "--csv - --column v", &[b"v\n", "x\n".repeat(5000).as_bytes()].concat())
            .stdout;
    table.extend_from_slice(b"broken\n");
    let stopped = piped(&shop, "decrypt", "--csv - --column v", &table);
    let said = text(&stopped.stderr);
    assert!(
        stopped.status.code() == Some(4) && said.contains("row 5001") && said.contains("is no whole table"),
        "{said}"
    );
    assert!(text(&stopped.stdout).starts_with("v\nx\nx\n"));
    for (closed, expected) in
        [("<&-", "cannot read standard input"), (">&-", "cannot write to standard output")]
    {
        let command = shop.command("encrypt", "--csv - --column v");
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("printf 'v\\nx\\n' | (exec \"$0\" \"$@\" {closed})")]);
        shell.arg(command.get_program()).args(command.get_args()).current_dir(shop.tables());
        for (name, value) in command.get_envs() {
            value.map(|value| shell.env(name, value));
        }
        let output = shell.output().unwrap();
        assert!(text(&output.stderr).contains(expected), "{closed}: {}", text(&output.stderr));
    }
}

fn names(shop: &Shop) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> =
        fs::read_dir(shop.tables()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

/// Reads a named pipe to its end, in the background.
fn reader(shop: &Shop, name: &str) -> std::thread::JoinHandle<String> {
    let path = shop.tables().join(name);
    std::thread::spawn(move || fs::read_to_string(path).unwrap())
}

#[test]
fn a_named_pipe_gets_the_table_also_through_a_link() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", "v\nx\n");
    shop.done("encrypt", "--csv c.csv --column v");
    assert!(Command::new("mkfifo").arg(shop.tables().join("pipe")).status().unwrap().success());
    symlink("pipe", shop.tables().join("link")).unwrap();
    for name in ["pipe", "link"] {
        let read = reader(&shop, "pipe");
        shop.done("decrypt", &format!("--csv c.csv --column v --out {name}"));
        assert_eq!(read.join().unwrap(), "v\nx\n", "{name}");
        assert!(fs::symlink_metadata(shop.tables().join("pipe")).unwrap().file_type().is_fifo());
        assert!(shop.tables().join("link").is_symlink());
    }
    // What has gone through cannot be taken back, and that is said.
    shop.write("c.csv", [shop.read("c.csv").as_slice(), b"broken\n"].concat());
    let read = reader(&shop, "pipe");
    let output = shop.run("decrypt", "--csv c.csv --column v --out pipe");
    read.join().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.code() == Some(4)
            && said.contains("is no whole table")
            && !said.contains("nothing was written"),
        "{said}"
    );
}

#[test]
fn what_is_no_place_for_a_table_is_refused_and_stays() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", "v\nx\n");
    fs::create_dir(shop.tables().join("folder")).unwrap();
    symlink("nowhere", shop.tables().join("dangling")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(shop.tables().join("socket")).unwrap();
    let before = names(&shop);
    for (name, expected) in [
        ("dangling", "a link to something that is not there"),
        ("socket", "a socket"),
        ("folder", "a folder"),
        ("new/", "the name of a file"),
    ] {
        let output = shop.run("encrypt", &format!("--csv c.csv --column v --out {name}"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{name}: {said}");
        assert_eq!(names(&shop), before, "{name}");
        assert!(shop.tables().join("dangling").is_symlink());
    }
}

#[test]
fn a_full_disk_leaves_what_was_there() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", format!("v\n{}", "x\n".repeat(10_000)));
    shop.write("old.csv", "old");
    let before = shop.everything();
    let program = shop.command("encrypt", "--csv c.csv --column v --out old.csv");
    // What would grow larger than 100 blocks is refused, as on a full disk, or ends the process.
    for (ignored, code, signal) in [("trap '' XFSZ;", Some(5), None), ("", None, Some(libc::SIGXFSZ))] {
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("{ignored} ulimit -f 100; exec \"$0\" \"$@\""))
            .arg(program.get_program())
            .args(program.get_args());
        shell
            .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .current_dir(shop.tables());
        let output = shell.output().unwrap();
        assert_eq!((output.status.code(), output.status.signal()), (code, signal), "{output:?}");
        assert!(shop.everything() == before);
    }
    if let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") {
        let output =
            shop.command("encrypt", "--csv c.csv --column v --out new.csv").stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(5));
        let output = shop.run("encrypt", "--csv c.csv --column v --out /dev/full");
        assert_eq!(output.status.code(), Some(5));
    }
}

#[test]
fn other_names_of_a_replaced_table_are_spoken_of() {
    let shop = Shop::new(KeySpec::default());
    let path = shop.write("c.csv", "v\nplain\n");
    fs::hard_link(&path, shop.tables().join("other.csv")).unwrap();
    let output = shop.run("encrypt", "--csv c.csv --column v");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success()
            && said.contains("c.csv had 1 more name (hard links), which still has what it held before"),
        "{said}"
    );
    assert_eq!(shop.read("other.csv"), b"v\nplain\n");
}

#[test]
fn a_file_of_somebody_else_does_not_decide_who_reads_a_decrypted_table() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", "v\nx\n");
    shop.done("encrypt", "--csv c.csv --column v");
    let planted = shop.write("plain.csv", "");
    if std::os::unix::fs::chown(&planted, Some(65534), None).is_err() {
        println!("only the superuser can give a file away: left out");
        return;
    }
    fs::set_permissions(&planted, Permissions::from_mode(0o666)).unwrap();
    // As in /tmp: whoever may write there may have put the file there for us to fill.
    fs::set_permissions(shop.tables(), Permissions::from_mode(0o1777)).unwrap();
    shop.done("decrypt", "--csv c.csv --column v --out plain.csv");
    let after = fs::metadata(&planted).unwrap();
    assert_eq!((after.mode() & 0o777, after.uid()), (0o600, fs::metadata(shop.tables()).unwrap().uid()));
    // In a folder that is ours alone, what stands there is as somebody wanted it.
    fs::set_permissions(shop.tables(), Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::chown(&planted, Some(65534), None).unwrap();
    fs::set_permissions(&planted, Permissions::from_mode(0o640)).unwrap();
    shop.done("decrypt", "--csv c.csv --column v --out plain.csv");
    let after = fs::metadata(&planted).unwrap();
    assert_eq!((after.mode() & 0o777, after.uid()), (0o640, 65534));
}

/// With a list of who may do what, the group's bits of the mode are what anybody on the list may do at most:
/// without the list, the group could.
#[test]
fn a_list_of_who_may_read_goes_with_the_file() {
    const ACL: &str = "system.posix_acl_access";
    let shop = Shop::new(KeySpec::default());
    let python = |script: &str, path: &std::path::Path| {
        let output = Command::new("python3")
            .args(["-c", &format!("import os, struct, sys\npath = sys.argv[1]\n{script}")])
            .arg(path)
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    // The owner reads and writes, user 65534 too, the group does nothing.
    let set = format!(
        "entries = [(1, 6, -1), (2, 6, 65534), (4, 0, -1), (16, 6, -1), (32, 0, -1)]\n\
         os.setxattr(path, '{ACL}', struct.pack('<I', 2) + b''.join(struct.pack('<HHi', *entry) for entry in entries))"
    );
    let get = format!("print(os.getxattr(path, '{ACL}').hex() if '{ACL}' in os.listxattr(path) else 'none')");
    let path = shop.write("c.csv", "v\nx\n");
    if !python(&set, &path).0 {
        println!("this file system has no such lists: left out");
        return;
    }
    let before = python(&get, &path);
    assert_eq!(mode(&shop, "c.csv"), 0o660);
    for verb in ["encrypt", "decrypt"] {
        shop.done(verb, "--csv c.csv --column v");
        assert_eq!((python(&get, &path), mode(&shop, "c.csv")), (before.clone(), 0o660), "{verb}");
    }
    // A list that the folder gives to new files is none of a file that had no list.
    let new = shop.write("plain.csv", "v\nx\n");
    fs::set_permissions(&new, Permissions::from_mode(0o640)).unwrap();
    assert!(python(&set.replace("access", "default"), &shop.tables()).0);
    shop.done("encrypt", "--csv plain.csv --column v");
    assert_eq!((python(&get, &new).1.trim(), mode(&shop, "plain.csv")), ("none", 0o640));
}
