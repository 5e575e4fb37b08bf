//! NDJSON instead of CSV. How values are read and written is tested in `bulk/`.

use crate::shop::{Shop, bound, derived, named, records};
use serde_json::{Value, json};
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use strongroom::{Aad, KeySpec};

/// Stands in the lines: no message may hold it.
const MARK: &str = "SWORDFISH";

/// Runs, must be refused, and must leave everything as it was.
fn refused(shop: &Shop, verb: &str, arguments: &str, code: i32) -> String {
    let before = shop.everything();
    let output = shop.run(verb, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{verb} {arguments}: {said}");
    assert!(!said.contains(MARK) && output.stdout.is_empty(), "{verb} {arguments}: {said}");
    assert!(shop.everything() == before, "{verb} {arguments} left something behind");
    said.strip_prefix("strongroom: ").unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn a_file_goes_through_all_three_commands() {
    let shop = Shop::new(derived());
    let plain = "{\"id\":\"1\", \"tenant\":\"acme\",\"email\":\"a@b\",\"n\":[1, 2.0]}\r\n\
                 {\"email\":null,\"id\":\"2\",\"tenant\":\"acme\"}\n\
                 {\"id\":\"3\",\"tenant\":\"other\",\"email\":\"\\u0000\"}";
    shop.write("c.ndjson", plain);
    let columns = "--ndjson c.ndjson --column email --context-column tenant --aad-column id";
    assert_eq!(
        shop.done("encrypt", columns),
        "c.ndjson: 3 rows, 2 cells encrypted, 1 left empty\n".to_owned()
    );
    let encrypted = String::from_utf8(shop.read("c.ndjson")).unwrap();
    let first: Value = serde_json::from_str(encrypted.lines().next().unwrap()).unwrap();
    let cell = first["email"].as_str().unwrap();
    assert_eq!(shop.open(cell.as_bytes(), Some(b"acme"), bound("1", "email")).unwrap(), b"a@b");
    assert_eq!(encrypted.lines().nth(1), plain.lines().nth(1));
    let before = std::fs::metadata(shop.tables().join("c.ndjson")).unwrap();
    let answer = shop.json("rewrap", columns);
    assert_eq!((&answer["up_to_date"], &answer["written"]), (&2.into(), &false.into()));
    let after = std::fs::metadata(shop.tables().join("c.ndjson")).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    shop.key.rotate().unwrap();
    let plan = shop.json("rewrap", &format!("{columns} --dry-run"));
    assert_eq!((&plan["would_change"], &plan["rows"]), (&2.into(), &3.into()));
    assert_eq!(plan["columns"], json!([{"name": "email", "ciphertexts": {"1": 2}, "plain": 0, "empty": 1}]));
    shop.done("rewrap", columns);
    shop.done("decrypt", &format!("{columns} --out plain.ndjson"));
    assert_eq!(String::from_utf8(shop.read("plain.ndjson")).unwrap(), plain);
    let mode = std::fs::metadata(shop.tables().join("plain.ndjson")).unwrap().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[test]
fn a_cell_opens_in_a_table_of_the_other_format() {
    let shop = Shop::new(KeySpec::default());
    for (options, in_options) in
        [("--aad-column id", ""), ("--aad shop", ""), ("--aad-map s=1", "--bind-column no")]
    {
        shop.write("c.csv", "id,email\n1,a@b\n");
        shop.done("encrypt", &format!("--csv c.csv --column email {options} {in_options}"));
        let cell = String::from_utf8(records(&shop.read("c.csv"))[1][1].clone()).unwrap();
        shop.write("c.ndjson", format!("{}\n", json!({ "email": cell, "id": "1" })));
        shop.done("decrypt", &format!("--ndjson c.ndjson --column email {options} {in_options}"));
        assert_eq!(shop.read("c.ndjson"), b"{\"email\":\"a@b\",\"id\":\"1\"}\n");
        shop.done("encrypt", &format!("--ndjson c.ndjson --column email {options} {in_options}"));
        let line: Value = serde_json::from_slice(&shop.read("c.ndjson")).unwrap();
        shop.write("c.csv", format!("email,id\n{},1\n", line["email"].as_str().unwrap()));
        shop.done("decrypt", &format!("--csv c.csv --column email {options} {in_options}"));
        assert_eq!(shop.read("c.csv"), b"email,id\na@b,1\n");
    }
}

#[test]
fn what_is_refused_has_a_place_and_no_content() {
    let shop = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", named("v")).unwrap();
    for (verb, lines, expected) in [
        (
            "encrypt",
            "{\"v\":17}",
            "row 2 (line 2), column \"v\": the cell is a number, where a JSON string has to be",
        ),
        (
            "encrypt",
            "{\"v\":\"SWORDFISH\",\"v\":1}",
            "row 2 (line 2), column \"v\": a member stands in the object twice",
        ),
        ("encrypt", "{\"v\":\"\\ud800SWORDFISH\"}", "row 2 (line 2): a string has half of a surrogate pair"),
        (
            "encrypt",
            "{\"v\":\"SWORDFISH}",
            "row 2 (line 2): the line is not a JSON object, as byte 16 of it shows",
        ),
        (
            "encrypt",
            "[\"SWORDFISH\"]",
            "row 2 (line 2): the line is not a JSON object; each line has to be one",
        ),
        (
            "decrypt",
            "{\"v\":\"\"}",
            "row 2 (line 2), column \"v\": the cell is empty, which no ciphertext is; with --keep-empty such",
        ),
        ("rewrap", "{\"v\":\"SWORDFISH\"}", "row 2 (line 2), column \"v\": the cell is not a ciphertext"),
    ] {
        let first = if verb == "encrypt" { "x" } else { &good };
        shop.write("c.ndjson", format!("{{\"v\":\"{first}\"}}\n{lines}\n"));
        let said = refused(&shop, verb, "--ndjson c.ndjson --column v", 4);
        assert!(said.starts_with(expected), "{said}");
        assert!(said.contains("; stopped after 1 row, nothing was written"), "{said}");
        let said: Value =
            serde_json::from_slice(&shop.run(verb, "--ndjson c.ndjson --column v --json").stderr).unwrap();
        assert_eq!(
            (&said["error"]["name"], &said["error"]["row"], &said["error"]["line"]),
            (&"invalid_table".into(), &2.into(), &2.into())
        );
        assert_eq!(said["error"]["column"].is_null(), !expected.contains("column"));
    }
    shop.write("c.ndjson", "{\"v\":\"SWORDFISH\"}\n");
    for dry_run in ["", "--dry-run"] {
        let said = refused(&shop, "encrypt", &format!("--ndjson c.ndjson --column V {dry_run}"), 4);
        assert_eq!(said, "no line has a member \"V\"; names are compared exactly\n");
    }
    let said = refused(&shop, "encrypt", "--ndjson missing.ndjson --column v", 5);
    assert!(said.starts_with("cannot open the table missing.ndjson: "), "{said}");
}

#[test]
fn a_plan_stops_where_the_work_would() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.ndjson", "{\"v\":\"x\"}\n{\"v\":[]}\n{\"v\":null}\n");
    let plan = shop.run("encrypt", "--ndjson c.ndjson --column v --dry-run --json");
    let shown: Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert_eq!((&shown["would_change"], &shown["would_refuse"]), (&1.into(), &1.into()));
    let said: Value = serde_json::from_slice(&plan.stderr).unwrap();
    assert_eq!((plan.status.code(), &said["error"]["row"]), (Some(4), &2.into()));
    assert_eq!(shop.run("encrypt", "--ndjson c.ndjson --column v").status.code(), Some(4));
}

#[test]
fn options_that_do_not_fit_are_refused() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.ndjson", "{\"v\":\"x\"}\n");
    shop.write("c.csv", "v\nx\n");
    for (arguments, expected) in [
        ("--ndjson c.ndjson", "--column"),
        ("--ndjson c.ndjson --csv c.csv --column v", "cannot be used with"),
        ("--ndjson c.ndjson --column v --delimiter ;", "cannot be used with"),
        ("--ndjson c.ndjson --column v --in c.csv", "cannot be used with"),
        ("--ndjson c.ndjson --column v --binary", "cannot be used with"),
        ("--ndjson c.ndjson --column v --keep-empty=unquoted", "about the quotes of CSV"),
        ("--ndjson . --column v", ". is a folder, not a table"),
        ("--ndjson c.ndjson --column v --column v", "named twice"),
        ("--ndjson c.ndjson --column v --aad-column v", "given to both --column and --aad-column"),
        ("--column v", "--csv <FILE>|--ndjson <FILE>"),
        ("--dry-run", "--csv <FILE>|--ndjson <FILE>"),
    ] {
        let said = refused(&shop, "encrypt", arguments, 2);
        assert!(said.contains(expected), "{arguments}: {said}");
    }
}

#[test]
fn an_empty_text_may_stay_and_a_renamed_member_says_so() {
    let shop = Shop::new(KeySpec::default());
    let plain = "{\"v\":\"\",\"w\":\"y\"}\n{\"v\":\"x\",\"w\":null}\n";
    shop.write("c.ndjson", plain);
    let answer = shop.json("encrypt", "--ndjson c.ndjson --column v --column w --keep-empty");
    assert_eq!((&answer["changed"], &answer["empty"]), (&2.into(), &2.into()));
    let renamed = String::from_utf8(shop.read("c.ndjson")).unwrap().replace("\"w\"", "\"u\"");
    shop.write("c.ndjson", renamed);
    let columns = "--ndjson c.ndjson --column v --column u --keep-empty";
    let said = refused(&shop, "decrypt", columns, 4);
    assert!(said.contains("did the column have another name"), "{said}");
    shop.done("decrypt", &format!("{columns} --column-name u=w"));
    assert_eq!(String::from_utf8(shop.read("c.ndjson")).unwrap(), plain.replace("\"w\"", "\"u\""));
    // Exchanged within a line.
    shop.done("encrypt", columns);
    let exchanged = String::from_utf8(shop.read("c.ndjson")).unwrap();
    let exchanged = exchanged.replace("\"v\"", "\"?\"").replace("\"u\"", "\"v\"").replace("\"?\"", "\"u\"");
    shop.write("c.ndjson", exchanged);
    let said = refused(&shop, "decrypt", columns, 4);
    assert!(said.contains("the cell belongs into column \"u\" of this row"), "{said}");
}

#[test]
fn what_was_bound_to_nothing_can_be_bound() {
    let shop = Shop::new(KeySpec::default());
    let cell = shop.key.encrypt("x", Aad::from("1")).unwrap();
    shop.write("c.ndjson", format!("{{\"id\":\"1\",\"v\":\"{cell}\"}}\n"));
    let columns = "--ndjson c.ndjson --column v --aad-column id";
    let said = refused(&shop, "decrypt", columns, 4);
    assert!(said.contains("--bind-column no opens it"), "{said}");
    let answer = shop.json("rewrap", &format!("{columns} --bind-column no --rebind"));
    assert_eq!((&answer["changed"], &answer["columns_bound"]), (&1.into(), &true.into()));
    shop.done("decrypt", columns);
    assert_eq!(shop.read("c.ndjson"), b"{\"id\":\"1\",\"v\":\"x\"}\n");
}

#[test]
fn pipes_are_read_and_written() {
    let shop = Shop::new(KeySpec::default());
    let mut child = shop
        .command("encrypt", "--ndjson /dev/stdin --column v --out new.ndjson")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"{\"v\":\"x\"}\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert!(Command::new("mkfifo").arg(shop.tables().join("pipe")).status().unwrap().success());
    let path = shop.tables().join("pipe");
    let reader = std::thread::spawn(move || std::fs::read_to_string(path).unwrap());
    shop.done("decrypt", "--ndjson new.ndjson --column v --out pipe");
    assert_eq!(reader.join().unwrap(), "{\"v\":\"x\"}\n");
}

/// Under a limit that makes every allocation beyond it fail.
#[test]
fn memory_does_not_grow_with_the_file() {
    const KIB: usize = 48 << 10;
    let shop = Shop::new(KeySpec::default());
    let lines = |note: &str| -> String {
        (0..250_000)
            .map(|row| format!("{{\"id\":\"{row}\",\"v\":\"value {row}\",\"n\":\"{note}\"}}\n"))
            .collect()
    };
    let plain = lines(&"much that is not worked on ".repeat(8));
    assert!(plain.len() > KIB << 10);
    shop.write("c.ndjson", &plain);
    for verb in ["encrypt", "rewrap", "decrypt"] {
        let command = shop.command(verb, "--ndjson c.ndjson --column v --aad-column id");
        let output = Command::new("sh")
            .args(["-c", &format!("ulimit -v {KIB} && exec \"$0\" \"$@\"")])
            .arg(command.get_program())
            .args(command.get_args())
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .current_dir(shop.tables())
            .output()
            .unwrap();
        assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(shop.read("c.ndjson") == plain.as_bytes());
}
