//! What is refused: with the line and the member, and without a value.

use crate::desk::Desk;
use std::io::Read;
use strongroom::{Aad, KeySpec};
use strongroom_bulk::Verb::{Decrypt, Encrypt, Rewrap};
use strongroom_bulk::ndjson::Ndjson;
use strongroom_bulk::{CellFault, Fault, Hint, JsonKind, MAX_CELL, MAX_ROW, NdjsonFault, Verb};

/// Stands in the lines: no message may hold it.
const MARK: &str = "SWORDFISH";

fn says(desk: &Desk, verb: Verb, text: impl AsRef<[u8]>, expected: &str) {
    let text = text.as_ref();
    let said = desk.refused(verb, text).to_string();
    assert!(said.starts_with(expected), "{}: {said}", text[..text.len().min(99)].escape_ascii());
    assert!(!said.contains(MARK), "{said}");
}

#[test]
fn lines_that_are_no_objects() {
    let desk = Desk::new(&["v"]);
    let first = "{\"v\":\"x\"}\n";
    let lines: [(&[u8], &str); 33] = [
        (b"[1]", "the line is not a JSON object; each"),
        (b"\"SWORDFISH\"", "the line is not a JSON object; each"),
        (b"17", "the line is not a JSON object; each"),
        (b"null", "the line is not a JSON object; each"),
        (b"SWORDFISH", "the line is not a JSON object, as byte 1 "),
        (b"{\"v\":\"x\"} {\"v\":\"y\"}", "the line is not a JSON object, as byte 11 "),
        (b"{\"v\":\"x\"},", "the line is not a JSON object, as byte 10 "),
        (b"{\"v\":\"x\"", "the line is not a JSON object, as byte 8 "),
        (b"{\"v\":\"x", "the line is not a JSON object, as byte 7 "),
        (b"{\"v\":\"x\",}", "the line is not a JSON object, as byte "),
        (b"{\"v\" \"x\"}", "the line is not a JSON object, as byte "),
        (b"{\"v\":}", "the line is not a JSON object, as byte "),
        (b"{v:\"x\"}", "the line is not a JSON object, as byte "),
        (b"{'v':'x'}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"a\tb\"}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"a\0b\"}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"\\x\"}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"\\u12\"}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"\\u+123\"}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"x\",\"a\":01}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"x\",\"a\":NaN}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"x\",\"a\":[1,]}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"x\",\"a\":\"\\u00\"}", "the line is not a JSON object, as byte "),
        (b"{\"v\":\"x\"}\xc2\xa0", "the line is not a JSON object, as byte "),
        (b"\xef\xbb\xbf{\"v\":\"x\"}", "the line is not a JSON object, as byte 1 "),
        (b"{\"v\":\"SWORDFISH\xff\"}", "the line is not UTF-8"),
        (b"{\"v\":\"x\",\"a\":\"\xed\xa0\x80\"}", "the line is not UTF-8"),
        (b"{\"v\":\"\\ud800\"}", "a string has half of a surrogate pair"),
        (b"{\"v\":\"x\",\"a\":[\"\\udc00\\ud800\"]}", "a string has half of a surrogate pair"),
        (b"{\"v\":\"x\",\"\\ud800\":1}", "a string has half of a surrogate pair"),
        (b"{\"v\":\"x\",\"SWORDFISH\":1,\"SWORDFISH\":2}", "a member stands in the object twice"),
        (b"{\"v\":\"x\",\"a\":1,\"\\u0061\":1}", "a member stands in the object twice"),
        (b"{\"v\":\"x\",\"\":1,\"\":1}", "a member stands in the object twice"),
    ];
    for (line, expected) in lines {
        for end in ["\n", "", "\r\n", "\n{\"v\":\"y\"}\n"] {
            let text = [first.as_bytes(), line, end.as_bytes()].concat();
            says(&desk, Encrypt, text, &format!("row 2 (line 2): {expected}"));
        }
    }
    says(
        &desk,
        Encrypt,
        "{\"v\":\"SWORDFISH\",\"\\u0076\":\"y\"}",
        "row 1 (line 1), column \"v\": a member stands in the object twice",
    );
}

#[test]
fn files_that_are_none() {
    let desk = Desk::new(&["v"]);
    for (text, expected) in [
        (&b"\xff\xfe{\0"[..], "the file is UTF-16"),
        (b"\xfe\xff\0{", "the file is UTF-16"),
        (b"PK\x03\x04xxxx", "the file is an archive"),
        (b"\n{\"v\":\"x\"}\n", "row 1 (line 1): a blank line"),
        (b"{\"v\":\"x\"}\n \r\n\n{\"v\":\"x\"}\n", "row 2 (line 2): a blank line"),
        (b"{\"v\":\"x\"}\r{\"v\":\"x\"}\r", "row 1 (line 1): the line is not a JSON object, as byte 11 "),
        (b"{\n\"v\":\"x\"\n}\n", "row 1 (line 1): the line is not a JSON object"),
    ] {
        says(&desk, Encrypt, text, expected);
    }
}

#[test]
fn a_member_that_no_line_has_is_a_mistake() {
    let desk = Desk::new(&["v", "V"]);
    let text = "{\"v\":\"x\"}\n{\"v\":\"y\"}\n";
    let error = desk.refused(Encrypt, text);
    assert!(matches!(error.fault(), Fault::Ndjson(NdjsonFault::NoMember(name)) if name == "V"), "{error}");
    assert!(desk.survey(Encrypt, text).unwrap_err().to_string().contains("no line has a member \"V\""));
    // One line is enough, and null is there.
    desk.done(Encrypt, [text, "{\"V\":null}\n"].concat());
}

#[test]
fn values_that_are_no_strings() {
    let desk = Desk::new(&["v"]);
    for (value, kind) in [
        ("17", JsonKind::Number),
        ("-0.5e3", JsonKind::Number),
        ("true", JsonKind::Boolean),
        ("false", JsonKind::Boolean),
        ("{\"v\":\"SWORDFISH\"}", JsonKind::Object),
        ("[\"SWORDFISH\"]", JsonKind::Array),
    ] {
        for verb in [Encrypt, Decrypt, Rewrap] {
            let text = format!("{{\"v\":null}}\n{{\"a\":1,\"v\":{value}}}\n");
            let error = desk.refused(verb, &text);
            assert!(matches!(error.fault(), Fault::Cell(CellFault::NotString(seen)) if *seen == kind));
            let said = error.to_string();
            assert!(said.starts_with("row 2 (line 2), column \"v\": the cell is "), "{said}");
            assert!(!said.contains(MARK), "{said}");
            let survey = desk.survey(verb, &text).unwrap();
            assert_eq!((survey.refused, survey.first.unwrap().to_string()), (1, said));
        }
    }
}

#[test]
fn cells_that_cannot_be_worked_on() {
    let desk = Desk::new(&["v"]);
    let line = |value: &str| format!("{{\"v\":\"{value}\"}}\n");
    let at = "row 1 (line 1), column \"v\": ";
    for (verb, value, expected) in [
        (Encrypt, "strongroom:v1:SWORDFISH", "the cell is a ciphertext already"),
        (Encrypt, "vault\\u003av7:SWORDFISH", "the cell is a ciphertext already"),
        (Decrypt, "SWORDFISH", "the cell is not a ciphertext"),
        (Rewrap, "SWORDFISH", "the cell is not a ciphertext"),
        (Decrypt, "", "the cell is empty, which no ciphertext is"),
        (Rewrap, "", "the cell is empty, which no ciphertext is"),
        (Decrypt, "strongroom:v1:SWORDFISH", "not a ciphertext, signature, mac or blind index of this key"),
    ] {
        says(&desk, verb, line(value), &format!("{at}{expected}"));
    }
    let bytes = Desk { bind: false, ..Desk::new(&["v"]) };
    let cell = bytes.key.encrypt(b"\xff", Aad::NONE).unwrap();
    says(&bytes, Decrypt, line(&cell), &format!("{at}what was encrypted is not UTF-8 text"));
}

#[test]
fn each_line_has_to_say_its_row() {
    let desk = Desk::with(KeySpec::default().derived(true), &["v"]).aad("id").context("t");
    for (line, expected) in [
        (
            "{\"v\":\"x\",\"t\":\"a\",\"id\":\"\"}",
            "column \"id\": the cell is empty, and each row needs its aad",
        ),
        (
            "{\"v\":\"x\",\"t\":\"a\",\"id\":null}",
            "column \"id\": the cell is empty, and each row needs its aad",
        ),
        ("{\"v\":\"x\",\"t\":\"a\"}", "column \"id\": the cell is empty, and each row needs its aad"),
        ("{\"v\":\"x\",\"id\":\"a\"}", "column \"t\": the cell is empty, and each row needs its context"),
        ("{\"v\":\"x\",\"t\":\"a\",\"id\":2}", "column \"id\": the cell is a number, where a JSON string"),
    ] {
        let text = format!("{{\"v\":\"x\",\"t\":\"a\",\"id\":\"1\"}}\n{line}\n");
        says(&desk, Encrypt, text, &format!("row 2 (line 2), {expected}"));
        // Where nothing is worked on, nothing has to be said.
        desk.done(Encrypt, "{\"v\":null,\"t\":null,\"id\":{}}\n{}\n");
    }
}

#[test]
fn lines_and_cells_are_bounded() {
    let desk = Desk::new(&["v"]);
    let long = |len: usize| "y".repeat(len);
    says(
        &desk,
        Encrypt,
        format!("{{\"v\":\"{}\"}}\n", long(MAX_CELL - 1)),
        "row 1 (line 1), column \"v\": the cell is larger than 16 MiB",
    );
    says(
        &desk,
        Encrypt,
        format!("{{\"v\":\"{}\"}}\n", long(MAX_CELL - 2)),
        "row 1 (line 1), column \"v\": the new content is larger than 16 MiB",
    );
    let most = format!("{{\"v\":\"{}\"}}\n", long(MAX_CELL / 4 * 3 - 200));
    assert_eq!(desk.done(Decrypt, desk.done(Encrypt, &most)), most);
    // What is not worked on may be as large as the line.
    let around = MAX_ROW - "{\"v\":null,\"a\":\"\"}\n".len();
    desk.done(Encrypt, format!("{{\"v\":null,\"a\":\"{}\"}}\n", long(around)));
    says(
        &desk,
        Encrypt,
        format!("{{\"v\":null,\"a\":\"{}\"}}\n", long(around + 1)),
        "row 1 (line 1): the line is larger than 64 MiB",
    );
    says(
        &desk,
        Encrypt,
        format!("{{\"v\":\"x\",\"a\":\"{}\"}}\n", long(around)),
        "row 1 (line 1), column \"v\": the new row is larger than 64 MiB",
    );
}

/// A file that goes on without a line end must not fill the memory.
#[test]
fn a_missing_line_end_is_noticed() {
    let desk = Desk::new(&["v"]);
    for byte in [b'[', b'\n', b' '] {
        let endless = std::io::repeat(byte).take(MAX_ROW as u64 + 1);
        let error = desk.change(Encrypt, Ndjson::open(endless, false).unwrap()).map(|_| ()).unwrap_err();
        assert!(matches!(error.fault(), Fault::Ndjson(NdjsonFault::LineTooLarge)), "{byte}: {error}");
    }
    // Nesting costs no stack.
    let deep = [vec![b'['; 1 << 20], vec![b']'; 1 << 20]].concat();
    desk.done(Encrypt, [b"{\"v\":\"x\",\"a\":", deep.as_slice(), b"}\n"].concat());
}

#[test]
fn an_exchanged_value_is_explained() {
    let desk = Desk::new(&["v"]);
    let encrypted = desk.done(Encrypt, "{\"v\":\"x\"}\n");
    let elsewhere = encrypted.replace("{\"v\":", "{\"v\":null,\"w\":");
    let error = Desk { columns: Desk::new(&["w"]).columns, ..desk }.refused(Decrypt, elsewhere);
    let belongs = Hint::Belongs { here: "w".into(), there: "v".into() };
    assert_eq!(error.hint(), Some(&belongs), "{error}");
}
