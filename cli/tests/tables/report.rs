//! `--on-error report FILE`: the work goes on past rows in which a cell is refused.

use crate::shop::{Shop, bound, derived, records};
use serde_json::{Value, json};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use strongroom::{KeyConfig, KeySpec};

/// Stands in the cells: nothing that is said may hold it.
const MARK: &str = "SWORDFISH";

/// Runs with a report, must end with exit code 4, and gives what was said on standard output and error.
fn reported(shop: &Shop, verb: &str, arguments: &str) -> (String, String) {
    let output = shop.run(verb, &format!("{arguments} --on-error report faults.ndjson"));
    let [out, said] = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap());
    assert_eq!(output.status.code(), Some(4), "{verb} {arguments}: {said}");
    let report = String::from_utf8(shop.read("faults.ndjson")).unwrap();
    assert!(![&out, &said, &report].iter().any(|text| text.contains(MARK)), "{out}{said}{report}");
    assert_eq!(std::fs::metadata(shop.tables().join("faults.ndjson")).unwrap().mode() & 0o777, 0o600);
    (out, said)
}

/// Where each line of the report is, and its code.
fn faults(shop: &Shop) -> Vec<(u64, u64, String, String)> {
    let lines = String::from_utf8(shop.read("faults.ndjson")).unwrap();
    let line = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        assert!(value["message"].as_str().is_some_and(|message| !message.is_empty()), "{line}");
        let text = |name: &str| value[name].as_str().unwrap().to_owned();
        (value["row"].as_u64().unwrap(), value["line"].as_u64().unwrap(), text("column"), text("code"))
    };
    lines.lines().map(line).collect()
}

fn fault(row: u64, line: u64, column: &str, code: &str) -> (u64, u64, String, String) {
    (row, line, column.to_owned(), code.to_owned())
}

#[test]
fn bad_rows_stay_and_are_all_listed() {
    let shop = Shop::new(KeySpec::default());
    let cell = |row: &str, column: &str| shop.key.encrypt("text", bound(row, column)).unwrap();
    let moved = cell("9", "v");
    let rows = [
        format!("1,{},{}", cell("1", "v"), cell("1", "w")),
        format!("2,\"SWORDFISH\n2\",{}", cell("2", "w")),
        format!("3,{moved},{}", cell("1", "w")),
        format!(",{},{}", cell("4", "v"), cell("4", "w")),
        format!("5,{},", cell("5", "v")),
        format!("6,{},{}", shop.key.encrypt(b"\xff", bound("6", "v")).unwrap(), cell("6", "w")),
        format!("7,{},{}", cell("7", "w"), cell("7", "v")),
        format!("8,{},{}", cell("8", "v"), cell("8", "w")),
    ];
    let table = format!("id,v,w\n{}\n", rows.join("\n"));
    shop.write("c.csv", &table);
    let (out, said) =
        reported(&shop, "decrypt", "--csv c.csv --column v --column w --aad-column id --out n.csv");
    assert_eq!(out, "n.csv: 8 rows, 4 cells decrypted, 6 rows refused\n");
    assert_eq!(said, "strongroom: 6 rows refused and left as before; faults.ndjson lists why\n");
    assert_eq!(
        faults(&shop),
        [
            fault(2, 3, "v", "not_ciphertext"),
            fault(3, 5, "v", "decrypt_failed"),
            fault(3, 5, "w", "decrypt_failed"),
            fault(4, 6, "id", "says_nothing"),
            fault(5, 7, "w", "empty"),
            fault(6, 8, "v", "not_text"),
            fault(7, 9, "v", "decrypt_failed"),
            fault(7, 9, "w", "decrypt_failed"),
        ]
    );
    let expected =
        [vec!["id,v,w", "1,text,text"], rows[1..7].iter().map(String::as_str).collect(), vec!["8,text,text"]];
    assert_eq!(String::from_utf8(shop.read("n.csv")).unwrap(), expected.concat().join("\n") + "\n");
    // The words are those of the command line.
    let report = String::from_utf8(shop.read("faults.ndjson")).unwrap();
    assert!(report.contains("--keep-empty") && report.contains("belongs into column \\\"w\\\""), "{report}");
    let second: Value = serde_json::from_str(report.lines().nth(1).unwrap()).unwrap();
    assert_eq!(second["number"], json!(106));
}

#[test]
fn a_table_in_place_keeps_what_was_refused_and_can_be_finished() {
    let shop = Shop::new(derived());
    shop.write("c.csv", "id,t,v\n1,a,x\n2,,y\n3,a,vault:v1:SWORDFISH\n4,a,z\n");
    let options = "--csv c.csv --column v --context-column t --aad-column id";
    let (out, _) = reported(&shop, "encrypt", options);
    assert_eq!(out, "c.csv: 4 rows, 2 cells encrypted, 2 rows refused\n");
    assert_eq!(faults(&shop), [fault(2, 3, "t", "says_nothing"), fault(3, 4, "v", "ciphertext_already")]);
    let cells = records(&shop.read("c.csv"));
    assert_eq!((&cells[2][2], &cells[3][2]), (&b"y".to_vec(), &b"vault:v1:SWORDFISH".to_vec()));
    assert_eq!(shop.open(&cells[4][2], Some(b"a"), bound("4", "v")).unwrap(), b"z");
    // Row 3 does not open, so it is listed again; the others are done.
    let mended = String::from_utf8(shop.read("c.csv")).unwrap().replace("2,,y", "2,a,y");
    shop.write("c.csv", mended);
    let (out, _) = reported(&shop, "encrypt", &format!("{options} --skip-encrypted"));
    assert_eq!(out, "c.csv: 4 rows, 1 cell encrypted, 2 encrypted already, 1 row refused\n");
    assert_eq!(faults(&shop), [fault(3, 4, "v", "malformed")]);
}

#[test]
fn where_nothing_is_refused_the_report_is_empty() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", "id,v\n1,x\n");
    let path = shop.write("faults.ndjson", "of the last time\n");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    shop.done("encrypt", "--csv c.csv --column v --on-error report faults.ndjson");
    assert_eq!(shop.read("faults.ndjson"), b"");
    assert_eq!(std::fs::metadata(shop.tables().join("faults.ndjson")).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn a_plan_lists_what_would_be_refused() {
    let shop = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", bound("1", "v")).unwrap();
    let table = format!("id,v\n1,{good}\n2,SWORDFISH\n,{good}\n4,\n");
    shop.write("c.csv", &table);
    let options = "--csv c.csv --column v --aad-column id --dry-run";
    let (out, said) = reported(&shop, "decrypt", options);
    assert!(
        out.contains("decrypt would change 1 cell and refuse 3 rows; nothing was opened or written"),
        "{out}"
    );
    assert_eq!(said, "strongroom: 3 rows would be refused; faults.ndjson lists why\n");
    assert_eq!(
        faults(&shop),
        [fault(2, 3, "v", "not_ciphertext"), fault(3, 4, "id", "says_nothing"), fault(4, 5, "v", "empty")]
    );
    let (out, said) = reported(&shop, "decrypt", &format!("{options} --json"));
    let plan: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&plan["would_refuse"], &plan["would_refuse_rows"]), (&json!(3), &json!(3)));
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&said["error"]["name"], &said["error"]["family"]),
        (&json!("invalid_table"), &json!("untrusted_input"))
    );
    assert_eq!(shop.read("c.csv"), table.as_bytes());
}

#[test]
fn what_is_not_about_a_row_still_ends_the_work() {
    let shop = Shop::new(KeySpec::default());
    let run = |verb: &str, options: &str| {
        let before = shop.everything();
        let output =
            shop.run(verb, &format!("--csv c.csv --column v {options} --on-error report faults.ndjson"));
        assert!(shop.everything() == before, "{options}");
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    // The file is no table from there on.
    shop.write("c.csv", "id,v\n,x\n2,y\n3\n");
    let (code, said) = run("encrypt", "--aad-column id");
    assert!(code == 4 && said.contains("row 3 (line 4): the row has fewer cells"), "{said}");
    shop.write("c.csv", "id,v\n1,x\n2,y\n");
    let (code, said) = run("encrypt", "--key-version 7");
    assert!(code == 4 && said.contains("the version is newer"), "{said}");
    let encrypted = shop.key.encrypt("x", bound("1", "v")).unwrap();
    shop.write("c.csv", format!("id,v\n1,{encrypted}\n"));
    let (code, said) = run("rewrap", "--aad-column id --rebind --key-version 7");
    assert!(code == 4 && said.contains("the version is newer"), "{said}");
    shop.write("c.csv", "id,v\n1,x\n2,y\n");
    shop.key.disable().unwrap();
    let (code, said) = run("encrypt", "");
    assert!(code == 4 && said.contains("is disabled"), "{said}");
}

#[test]
fn a_version_that_is_not_decrypted_any_more_is_a_fault_of_its_row_whatever_version_is_asked_for() {
    let shop = Shop::new(KeySpec::default());
    let old = shop.key.encrypt("text", bound("1", "v")).unwrap();
    let second = shop.key.rotate().unwrap();
    let good = shop.key.encrypt("text", bound("2", "v")).unwrap();
    shop.key.configure(KeyConfig::new().min_decryption_version(second)).unwrap();
    for asked in ["", "--key-version 2"] {
        shop.write("c.csv", format!("id,v\n1,{old}\n2,{good}\n"));
        let options = format!("--csv c.csv --column v --aad-column id --rebind {asked}");
        reported(&shop, "rewrap", &options);
        assert_eq!(faults(&shop), [fault(1, 2, "v", "version_too_old")], "{asked}");
    }
}

#[test]
fn an_aad_that_is_too_long_is_a_fault_of_its_row() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", format!("id,v\n1,x\n{},y\n3,z\n", "9".repeat(70_000)));
    let said = shop.run("encrypt", "--csv c.csv --column v --aad-column id").stderr;
    let said = String::from_utf8(said).unwrap();
    assert!(said.starts_with("strongroom: row 2 (line 3), column \"v\": invalid aad"), "{said}");
    let (out, _) = reported(&shop, "encrypt", "--csv c.csv --column v --aad-column id");
    assert_eq!(out, "c.csv: 3 rows, 2 cells encrypted, 1 row refused\n");
    assert_eq!(faults(&shop), [fault(2, 3, "v", "invalid_aad")]);
    // Also where the cell is tried as a ciphertext, which needs the aad too.
    let encrypted = shop.key.encrypt("y", bound("2", "v")).unwrap();
    shop.write("c.csv", format!("id,v\n1,x\n{},{encrypted}\n3,z\n", "9".repeat(70_000)));
    let (out, _) = reported(&shop, "encrypt", "--csv c.csv --column v --aad-column id --skip-encrypted");
    assert_eq!(out, "c.csv: 3 rows, 2 cells encrypted, 1 row refused\n");
    assert_eq!(faults(&shop), [fault(2, 3, "v", "invalid_aad")]);
}

#[test]
fn places_for_a_report_that_are_none() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", "id,v\n1,x\n");
    let before = shop.everything();
    for (arguments, code, expected) in [
        ("--on-error report c.csv", 2, "the report would replace the table"),
        ("--on-error report ./n.csv --out n.csv", 2, "the report would replace the table"),
        ("--on-error report -", 2, "a report goes to a file or a named pipe"),
        ("--on-error report .", 2, "cannot write .: it is a folder"),
        ("--on-error report nowhere/r.ndjson", 5, "nowhere/r.ndjson"),
        ("--on-error report ../keys/r.ndjson", 2, "in the folder of a keyring"),
        ("--on-error list r.ndjson", 2, "--on-error takes the word 'report'"),
        ("--on-error report", 2, "2 values required"),
        ("--on-error report a.ndjson --on-error report b.ndjson", 2, "cannot be used multiple times"),
    ] {
        let output = shop.run("encrypt", &format!("--csv c.csv --column v {arguments}"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(code) && said.contains(expected), "{arguments}: {said}");
        assert!(shop.everything() == before, "{arguments}");
    }
}
