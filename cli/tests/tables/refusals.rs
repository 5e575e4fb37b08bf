//! What is refused: with a place, without the content, and without writing anything.

use crate::shop::{Shop, bound, derived, named};
use strongroom::{Aad, Error, KeySpec};

/// Stands in the cells: no message may hold it.
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
fn tables_that_are_none() {
    let shop = Shop::new(KeySpec::default());
    let tables: [(&[u8], &str); 20] = [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf", "the file has no header"),
        (b"\xff\xfei\0d\0", "the file is UTF-16"),
        (b"PK\x03\x04xxxx", "the file is a workbook"),
        (b"id,w\n1,SWORDFISH\n", "the header has no column \"v\" among its 2"),
        (b"id,V\n1,SWORDFISH\n", "the header has no column \"v\""),
        (b"id;v\n1;SWORDFISH\n", "the header has no column \"v\" among its 1"),
        (b"v,id,v\nSWORDFISH,1,2\n", "the header has more than one column \"v\""),
        (
            b"id,v\n1,x\n1\n",
            "row 2 (line 3): the row has fewer cells than the header, which has 2; stopped after 1 row, nothing was written",
        ),
        (b"id,v\n1,\"a\nb\"\n1,SWORDFISH,3\n", "row 2 (line 4): the row has more cells"),
        (b"id,v\n1,x\n\n2,y\n", "row 2 (line 3): a blank line"),
        (b"v\nx\n\n", "row 2 (line 3): a blank line in a table of one column"),
        (b"id,v\n1,\"SWORDFISH\n", "row 1 (line 2), cell 2: the file ends inside a quoted cell"),
        (b"id,v\n1,\"SWORD\"FISH\n", "row 1 (line 2), cell 2: text after the closing quote"),
        (b"id,v\r1,SWORDFISH\r", "header (line 1), cell 2: a carriage return"),
        (b"id,v\n1,SWORDFISH\xff\n", "row 1 (line 2), column \"v\": the cell is not UTF-8 text"),
        (b"id,v\n\xff,SWORDFISH\n", "row 1 (line 2), column \"id\": the cell is not UTF-8 text"),
        (
            b"id,v\n1,x\n,SWORDFISH\n",
            "row 2 (line 3), column \"id\": the cell is empty, and each row needs its aad",
        ),
        (b"id,v\n1,vault:v7:SWORDFISH\n", "row 1 (line 2), column \"v\": the cell is a ciphertext already"),
        (
            b"id,v\n1,strongroom:v1:SWORDFISH\n",
            "row 1 (line 2), column \"v\": the cell is a ciphertext already",
        ),
    ];
    for (table, expected) in tables {
        shop.write("c.csv", table);
        // Of a table of one column, the missing aad column would be said first.
        let aad = if table.starts_with(b"v\nx") { "" } else { "--aad-column id" };
        let said = refused(&shop, "encrypt", &format!("--csv c.csv --column v {aad}"), 4);
        assert!(said.starts_with(expected), "{}: {said}", table.escape_ascii());
    }
}

#[test]
fn ciphertexts_that_do_not_open() {
    let shop = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", bound("1", "v")).unwrap();
    let binary = shop.key.encrypt(b"\xff\xfe", bound("1", "v")).unwrap();
    let forged = format!("{}{}", &good[..good.len() - 1], if good.ends_with('A') { 'B' } else { 'A' });
    for (cell, expected) in [
        ("SWORDFISH".to_owned(), "the cell is not a ciphertext"),
        (String::new(), "the cell is empty"),
        (good.replace("strongroom", "vault"), "not a ciphertext, signature, mac or blind index of this key"),
        (good.replace(":v1:", ":v2:"), "the version is newer"),
        (format!("{good}SWORDFISH"), "not a ciphertext"),
        (forged, ""),
        (good[..60].to_owned(), ""),
        (format!(" {good}"), "the cell is not a ciphertext"),
    ] {
        shop.write("c.csv", format!("id,v\n1,{good}\n1,{cell}\n"));
        for verb in ["decrypt", "rewrap"] {
            let said = refused(&shop, verb, "--csv c.csv --column v --aad-column id", 4);
            assert!(said.starts_with(&format!("row 2 (line 3), column \"v\": {expected}")), "{cell}: {said}");
            assert!(said.contains("stopped after 1 row, nothing was written"), "{said}");
        }
    }
    shop.write("c.csv", format!("id,v\n1,{good}\n1,{binary}\n"));
    let said = refused(&shop, "decrypt", "--csv c.csv --column v --aad-column id", 4);
    assert!(said.starts_with("row 2 (line 3), column \"v\": what was encrypted is not UTF-8 text"), "{said}");
    shop.done("rewrap", "--csv c.csv --column v --aad-column id");
}

#[test]
fn the_first_error_of_the_file_is_said() {
    let shop = Shop::new(KeySpec::default());
    let [v, w] = ["v", "w"].map(|column| shop.key.encrypt("text", named(column)).unwrap());
    let bad = shop.key.encrypt("text", Aad::from("other")).unwrap();
    // The library refuses row 2, the table is wrong in rows 3 and 4; in the order of the file that is row 2,
    // in either column. The line break in the header makes that line 4.
    shop.write("c.csv", format!("v,w,\"x\ny\"\n{v},{w},\n{v},{bad},\nplain,,\n\u{e4},{bad},\n"));
    for columns in ["--column v --column w", "--column w --column v"] {
        let said = refused(&shop, "decrypt", &format!("--csv c.csv {columns}"), 4);
        assert!(said.starts_with("row 2 (line 4), column \"w\": decryption failed"), "{said}");
    }
}

#[test]
fn arguments_that_do_not_fit() {
    let shop = Shop::new(derived());
    shop.write("c.csv", "id,v,w\n1,SWORDFISH,2\n");
    for (arguments, code, expected) in [
        ("--csv c.csv", 2, "--column"),
        ("--column v", 2, "--csv"),
        ("--csv c.csv --column v --column v --context x", 2, "column \"v\" is named twice"),
        ("--csv c.csv --column v --context x --aad-column v", 2, "cannot be its own aad"),
        ("--csv c.csv --column v --context-column v", 2, "cannot be its own context"),
        ("--csv c.csv --column v --context x --context-column w", 2, "cannot be used with"),
        ("--csv c.csv --column v --context x --aad x --aad-column w", 2, "cannot be used with"),
        ("--csv c.csv --column v --context x --in c.csv", 2, "cannot be used with"),
        ("--csv c.csv --column v --context x --binary", 2, "cannot be used with"),
        ("--csv c.csv --column v --context x --key-version 2", 4, "row 1 (line 2), column \"v\""),
        ("--csv c.csv --column v --context x --delimiter ab", 2, "one ASCII character"),
        ("--csv c.csv --column v --context x --out .", 2, "not a regular file"),
        (
            "--csv c.csv --column v --context x --out nowhere/c.csv",
            5,
            "cannot create a file beside the output",
        ),
        ("--csv nowhere.csv --column v --context x", 5, "cannot open the table"),
        ("--csv . --column v --context x", 2, "a folder, not a table"),
        ("--csv c.csv --column v", 3, "needs a context"),
        ("--csv c.csv --column v --context-column nobody", 4, "no column \"nobody\""),
    ] {
        let said = refused(&shop, "encrypt", arguments, code);
        assert!(said.contains(expected), "{arguments}: {said}");
    }
    shop.key.disable().unwrap();
    assert!(
        refused(&shop, "encrypt", "--csv c.csv --column v --context x", 4)
            .contains("row 1 (line 2), column \"v\": the key \"customers\" is disabled")
    );
    let plain = Shop::new(KeySpec::default());
    plain.write("c.csv", "v,w\nSWORDFISH,2\n");
    assert!(
        refused(&plain, "encrypt", "--csv c.csv --column v --context-column w", 3)
            .contains("takes no context")
    );
}

#[test]
fn an_error_as_json_has_its_place() {
    let shop = Shop::new(derived());
    shop.write("c.csv", "id,v\n1,a\n,SWORDFISH\n");
    let output = shop.run("encrypt", "--csv c.csv --column v --context-column id --json");
    let said: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    let error = &said["error"];
    assert_eq!(
        (error["row"].as_u64(), error["line"].as_u64(), error["column"].as_str()),
        (Some(2), Some(3), Some("id"))
    );
    assert_eq!(
        (error["name"].as_str(), error["family"].as_str()),
        (Some("invalid_table"), Some("untrusted_input"))
    );
    shop.write(
        "c.csv",
        format!("id,v\n1,{}\n", shop.key.context("2").unwrap().encrypt("x", Aad::NONE).unwrap()),
    );
    let output = shop.run("decrypt", "--csv c.csv --column v --context-column id --json");
    let said: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(said["error"]["number"].as_u64(), Some(Error::DecryptFailed.number().into()));
    assert_eq!(said["error"]["row"].as_u64(), Some(1));
}

#[test]
fn a_count_takes_no_version() {
    let shop = Shop::new(KeySpec::default());
    shop.write("c.csv", "id,v\n1,SWORDFISH\n");
    assert!(
        refused(&shop, "encrypt", "--csv c.csv --column v --key-version 9 --dry-run", 2)
            .contains("--dry-run only counts")
    );
}
