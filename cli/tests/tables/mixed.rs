//! Columns of which a part is encrypted: `--skip-encrypted` and `--allow-plaintext`.

use crate::shop::{Shop, bound, customers, derived, records};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use strongroom::{Aad, KeySpec};

const COLUMNS: &str = "--column email --column iban --context-column tenant --aad-column id";

/// The rows of one table up to a number, and those of another from there on.
fn half(first: &[u8], rest: &[u8], rows: usize) -> Vec<u8> {
    let ends = |table: &[u8]| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table);
        let mut record = csv::ByteRecord::new();
        (0..=rows).for_each(|_| assert!(reader.read_byte_record(&mut record).unwrap()));
        usize::try_from(reader.position().byte()).unwrap()
    };
    [&first[..ends(first)], &rest[ends(rest)..]].concat()
}

#[test]
fn a_half_encrypted_table_is_finished_and_decrypts_to_the_original() {
    let shop = Shop::new(derived());
    let plain = customers();
    shop.write("c.csv", &plain);
    shop.done("encrypt", &format!("--csv c.csv {COLUMNS}"));
    let encrypted = shop.read("c.csv");
    for (table, already) in [
        (half(&encrypted, &plain, 1300), 2600),
        (half(&plain, &encrypted, 1), 5998),
        (plain.clone(), 0),
        (encrypted.clone(), 6000),
    ] {
        shop.write("c.csv", &table);
        let answer = shop.json("encrypt", &format!("--csv c.csv {COLUMNS} --skip-encrypted"));
        assert_eq!(
            (&answer["rows"], &answer["skipped"], &answer["changed"], &answer["written"]),
            (&3000.into(), &already.into(), &(6000 - already).into(), &(already < 6000).into())
        );
        let finished = shop.read("c.csv");
        let pairs = records(&finished).into_iter().zip(records(&table));
        let stayed = pairs.flat_map(|(new, old)| [new[3] == old[3], new[5] == old[5]]).filter(|same| *same);
        // The two names in the header too.
        assert_eq!(stayed.count(), already + 2);
        shop.done("decrypt", &format!("--csv c.csv {COLUMNS}"));
        assert!(shop.read("c.csv") == plain, "{already}");
    }
}

#[test]
fn what_came_through_a_pipe_before_a_kill_is_finished() {
    let shop = Shop::new(derived());
    let plain = customers();
    shop.write("c.csv", &plain);
    assert!(Command::new("mkfifo").arg(shop.tables().join("pipe")).status().unwrap().success());
    let mut child = shop
        .command("encrypt", &format!("--csv c.csv {COLUMNS} --out pipe"))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(std::fs::File::open(shop.tables().join("pipe")).unwrap());
    let mut came = Vec::new();
    while came.len() < 300_000 {
        assert!(reader.read_until(b'\n', &mut came).unwrap() > 0);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(reader);
    // The last row may be cut off inside a quoted cell, so it is left to the original.
    let whole = csv::ReaderBuilder::new().from_reader(&came[..]).byte_records().filter(Result::is_ok).count();
    assert!((10..2990).contains(&whole), "{whole} rows came before the end");
    shop.write("c.csv", half(&came, &plain, whole - 1));
    let said = shop.done("encrypt", &format!("--csv c.csv {COLUMNS} --skip-encrypted"));
    assert!(said.starts_with("c.csv: 3,000 rows, ") && said.contains(" encrypted already"), "{said}");
    shop.done("decrypt", &format!("--csv c.csv {COLUMNS}"));
    assert!(shop.read("c.csv") == plain);
}

#[test]
fn a_cell_that_only_looks_encrypted_is_not_skipped() {
    let shop = Shop::new(KeySpec::default());
    let other = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", bound("1", "v")).unwrap();
    let moved = shop.key.encrypt("text", bound("2", "v")).unwrap();
    let exchanged = shop.key.encrypt("text", bound("1", "w")).unwrap();
    let foreign = other.key.encrypt("text", bound("1", "v")).unwrap();
    let forged = format!("{}{}", &good[..good.len() - 1], if good.ends_with('A') { 'B' } else { 'A' });
    let sign = "the cell begins as a ciphertext and does not open, so it is not skipped: ";
    for (cell, expected) in [
        (moved.as_str(), "decryption failed"),
        (&exchanged, "decryption failed"),
        (&foreign, "decryption failed"),
        (&forged, ""),
        ("vault:v1:is how these begin", "not a ciphertext"),
        ("strongroom:v1:", "not a ciphertext"),
        (&good.replace(":v1:", ":v2:"), "the version is newer"),
    ] {
        let table = format!("id,v,w\n1,{good},\n1,{cell},\n");
        shop.write("c.csv", &table);
        let output = shop.run("encrypt", "--csv c.csv --column v --aad-column id --skip-encrypted");
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("strongroom: row 2 (line 3), column \"v\": {sign}{expected}");
        assert!(output.status.code() == Some(4) && said.starts_with(&expected), "{cell}: {said}");
        assert!(said.contains("stopped after 1 row, nothing was written"), "{said}");
        assert_eq!(said.contains("belongs into column \"w\""), cell == exchanged, "{said}");
        assert_eq!(shop.read("c.csv"), table.as_bytes());
    }
    // Also not where the table is opened in another way than it was made.
    shop.write("c.csv", format!("id,v,w\n1,{good},\n"));
    for options in ["--aad-column id --bind-column no", "", "--aad 1", "--aad-column id --context x"] {
        let output = shop.run("encrypt", &format!("--csv c.csv --column v {options} --skip-encrypted"));
        assert!(matches!(output.status.code(), Some(3 | 4)), "{options}");
    }
    let said = shop.done("encrypt", "--csv c.csv --column v --aad-column id --skip-encrypted");
    assert_eq!(said, "c.csv: 1 row, 0 cells encrypted, 1 encrypted already; the file was left as it is\n");
}

#[test]
fn what_is_encrypted_under_an_older_version_or_a_template_stays() {
    let shop = Shop::new(KeySpec::default().version_template("acme-{{version}}/"));
    shop.write("c.csv", "id,v\n1,x\n2,\n");
    shop.done("encrypt", "--csv c.csv --column v --aad-column id");
    shop.key.rotate().unwrap();
    let text = [shop.read("c.csv").as_slice(), b"3,y\n"].concat();
    shop.write("c.csv", &text);
    let said = shop.done("encrypt", "--csv c.csv --column v --aad-column id --skip-encrypted");
    assert_eq!(said, "c.csv: 3 rows, 1 cell encrypted, 2 encrypted already\n");
    let cells = records(&shop.read("c.csv"));
    assert!(cells[1][1].starts_with(b"acme-1/") && cells[3][1].starts_with(b"acme-2/"));
    // What is too old to be opened is not taken for good.
    shop.done("rewrap", "--csv c.csv --column v --aad-column id");
    shop.write("c.csv", text);
    shop.key
        .configure(strongroom::KeyConfig::new().min_decryption_version(strongroom::Version::new(2).unwrap()))
        .unwrap();
    let output = shop.run("encrypt", "--csv c.csv --column v --aad-column id --skip-encrypted");
    assert!(String::from_utf8(output.stderr).unwrap().contains("--min-decryption-version"));
}

#[test]
fn plaintext_among_ciphertexts_stays_where_that_is_allowed() {
    let shop = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", bound("1", "v")).unwrap();
    shop.key.rotate().unwrap();
    let table = format!("id,v\n1,{good}\n2,plain\n3,\n4,\"a, \"\"b\"\"\"\n");
    let options = "--csv c.csv --column v --aad-column id --out new.csv";
    shop.write("c.csv", &table);
    for verb in ["decrypt", "rewrap"] {
        assert_eq!(shop.run(verb, options).status.code(), Some(4));
        let said = shop.done(verb, &format!("{options} --allow-plaintext"));
        assert!(said.contains("4 rows, 1 cell ") && said.contains(", 3 left as plaintext"), "{said}");
        let answer = shop.json(verb, &format!("{options} --allow-plaintext"));
        assert_eq!(
            (&answer["skipped"], &answer["changed"], &answer["empty"]),
            (&3.into(), &1.into(), &0.into())
        );
        let new = String::from_utf8(shop.read("new.csv")).unwrap();
        let (first, rest) = (new.lines().nth(1).unwrap(), new.lines().skip(2).collect::<Vec<_>>());
        assert!(first == "1,text" || first.starts_with("1,strongroom:v2:"), "{first}");
        assert_eq!(rest, table.lines().skip(2).collect::<Vec<_>>());
        // Empty cells are nothing where that is said, and then they are counted as such.
        let kept = shop.json(verb, &format!("{options} --allow-plaintext --keep-empty"));
        assert_eq!((&kept["skipped"], &kept["empty"]), (&2.into(), &1.into()));
    }
    // What looks like a ciphertext has to open all the same.
    for cell in [&shop.key.encrypt("text", bound("2", "v")).unwrap(), "vault:v1:is how these begin"] {
        shop.write("c.csv", format!("id,v\n1,{good}\n1,{cell}\n"));
        let output = shop.run("decrypt", &format!("{options} --allow-plaintext"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(4) && said.contains("row 2 (line 3), column \"v\""), "{said}");
    }
}

#[test]
fn ndjson_columns_are_finished_too() {
    let shop = Shop::new(KeySpec::default());
    let plain = "{\"id\":\"1\",\"v\":\"x\"}\n{\"id\":\"2\",\"v\":null}\n{\"id\":\"3\",\"v\":\"\"}\n";
    shop.write("c.ndjson", plain);
    shop.done("encrypt", "--ndjson c.ndjson --column v --aad-column id");
    let encrypted = String::from_utf8(shop.read("c.ndjson")).unwrap();
    let first = encrypted.lines().next().unwrap();
    let mixed = format!("{first}\n{}\n", plain.lines().skip(1).collect::<Vec<_>>().join("\n"));
    shop.write("c.ndjson", &mixed);
    let said =
        shop.done("decrypt", "--ndjson c.ndjson --column v --aad-column id --allow-plaintext --out p.ndjson");
    assert_eq!(said, "p.ndjson: 3 rows, 1 cell decrypted, 1 left as plaintext, 1 left empty\n");
    assert_eq!(shop.read("p.ndjson"), plain.as_bytes());
    let said = shop.done("encrypt", "--ndjson c.ndjson --column v --aad-column id --skip-encrypted");
    assert_eq!(said, "c.ndjson: 3 rows, 1 cell encrypted, 1 encrypted already, 1 left empty\n");
    shop.done("decrypt", "--ndjson c.ndjson --column v --aad-column id");
    assert_eq!(shop.read("c.ndjson"), plain.as_bytes());
}

#[test]
fn a_plan_counts_what_would_stay() {
    let shop = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", bound("1", "v")).unwrap();
    shop.write("c.csv", format!("id,v\n1,{good}\n2,plain\n"));
    for (verb, option, words) in [
        (
            "encrypt",
            "--skip-encrypted",
            "encrypt would change 1 cell, leave 1 that are encrypted; nothing was",
        ),
        ("decrypt", "--allow-plaintext", "decrypt would change 1 cell, leave 1 as plaintext; nothing was"),
        ("rewrap", "--allow-plaintext", "rewrap would change 0 cells, leave 1 as plaintext; nothing was"),
    ] {
        let options = format!("--csv c.csv --column v --aad-column id --dry-run {option}");
        let said = shop.done(verb, &options);
        assert!(said.contains(words), "{said}");
        let plan = shop.json(verb, &options);
        assert_eq!((&plan["would_skip"], &plan["would_refuse"]), (&1.into(), &0.into()), "{verb}");
    }
}

#[test]
fn each_option_is_for_its_own_commands() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", "id,v\n1,x\n");
    for (verb, option, expected) in [
        ("encrypt", "--allow-plaintext", "encrypt leaves what is encrypted with --skip-encrypted"),
        ("decrypt", "--skip-encrypted", "leave what is not encrypted with --allow-plaintext"),
        ("rewrap", "--skip-encrypted", "leave what is not encrypted with --allow-plaintext"),
    ] {
        let output = shop.run(verb, &format!("--csv c.csv --column v {option}"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{said}");
        assert_eq!(shop.run(verb, option).status.code(), Some(2), "{option} without a table");
    }
    // Of a cell that is refused the option is named that would have let it be.
    shop.write("c.csv", format!("v\n{}\nplain\n", shop.key.encrypt("x", Aad::NONE).unwrap()));
    for (verb, option) in [("encrypt", "--skip-encrypted"), ("rewrap", "--allow-plaintext")] {
        let output = shop.run(verb, "--csv c.csv --column v --bind-column no");
        assert!(String::from_utf8(output.stderr).unwrap().contains(option));
    }
}
