//! What becomes of the members.

use crate::desk::{Desk, values};
use strongroom::{Aad, Item};
use strongroom_bulk::Verb::{Decrypt, Encrypt, Rewrap};
use strongroom_bulk::ndjson::Ndjson;
use strongroom_bulk::{Tally, Verb};

#[test]
fn only_the_strings_that_are_worked_on_are_new() {
    let desk = Desk::new(&["v"]);
    let around = [
        ("{\"v\":", "}\n"),
        ("{\"a\":1,\"v\":", ",\"b\":[1, 2.50 ,\"\\u00e9\\/\"]}\n"),
        (" {\t\"\\u0076\" : ", " , \"b\" : { \"v\" : \"inner\", \"v\":0 } } \t\r\n"),
        ("{\"b\":\"\\ud83d\\ude00\\u0000\",\"v\":", ",\"c\":-1e99,\"d\":{},\"\":null}\r\n"),
        ("{\"v\":", ",\"w\":\"last, without an end\"}"),
    ];
    let file = |cells: &[String]| {
        around
            .iter()
            .zip(cells)
            .map(|((before, after), cell)| format!("{before}{cell}{after}"))
            .collect::<String>()
    };
    let plain = ["\"x\"", "\"\"", "\"q\\\"\\\\\\n\\u0000é😀\"", "\"2\"", "\"1\""].map(str::to_owned);
    let before = file(&plain);
    let after = desk.done(Encrypt, &before);
    let cells: Vec<String> = values(&after).iter().map(|value| value["v"].to_string()).collect();
    assert!(cells.iter().all(|cell| cell.starts_with("\"strongroom:v1:")), "{after}");
    assert_eq!(after, file(&cells));
    assert_eq!(desk.done(Decrypt, &after), before);
    // An up to date one stays as it stands, also where a program wrote it with escapes.
    let escaped = after.replace("strongroom:", "strongroo\\u006d:");
    assert_eq!(desk.done(Rewrap, &escaped), escaped);
    desk.key.rotate().unwrap();
    let renewed = desk.done(Rewrap, &escaped);
    let cells: Vec<String> = values(&renewed).iter().map(|value| value["v"].to_string()).collect();
    assert!(cells.iter().all(|cell| cell.starts_with("\"strongroom:v2:")), "{renewed}");
    assert_eq!(renewed, file(&cells));
    assert_eq!(desk.done(Decrypt, &renewed), before);
}

#[test]
fn what_is_decrypted_is_a_json_string_whatever_it_holds() {
    let desk = Desk { bind: false, ..Desk::new(&["v"]) };
    for text in ["\u{0}\u{1f}\u{7f}\u{2028}", "\"", "\\", "\r\n", "{}", "null", "é😀\u{10ffff}"] {
        let cell = desk.key.encrypt(text, Aad::NONE).unwrap();
        let opened = desk.done(Decrypt, format!("{{\"v\":\"{cell}\"}}\n"));
        assert_eq!(opened.lines().count(), 1);
        assert_eq!(values(&opened), [serde_json::json!({ "v": text })]);
    }
}

#[test]
fn null_and_what_is_missing_stay() {
    let desk = Desk::new(&["v", "w"]);
    let text = "{\"v\":null,\"w\":\"x\"}\n{\"w\":null}\n{}\n{\"v\":\"\"}\n";
    let (encrypted, tally) = desk.ndjson(Encrypt, text).unwrap();
    assert_eq!(tally, Tally { rows: 4, changed: 2, empty: 6, ..Tally::default() });
    let encrypted = String::from_utf8(encrypted).unwrap();
    let lines: Vec<&str> = encrypted.lines().collect();
    assert_eq!(lines[1..3], ["{\"w\":null}", "{}"]);
    // An empty text is a value, which null is not.
    assert!(lines[0].starts_with("{\"v\":null,") && lines[3].contains("strongroom:"), "{encrypted}");
    for verb in [Decrypt, Rewrap] {
        let survey = desk.survey(verb, &encrypted).unwrap();
        let counts: Vec<_> =
            survey.columns.iter().map(|count| (count.empty, count.kept, count.plain)).collect();
        assert_eq!((counts, survey.refused, survey.rows), (vec![(3, 3, 0), (3, 3, 0)], 0, 4));
    }
    assert_eq!(desk.done(Rewrap, &encrypted), encrypted);
    assert_eq!(desk.done(Decrypt, &encrypted), text);
}

#[test]
fn an_empty_text_may_be_nothing_too() {
    let desk = Desk::new(&["v"]);
    let text = "{\"v\":\"\"}\n{\"v\":\"x\"}\n";
    let keeping = |verb: Verb, text: &str| {
        let (out, tally) = desk.change(verb, Ndjson::open(text.as_bytes(), true).unwrap()).unwrap();
        (String::from_utf8(out).unwrap(), tally.empty)
    };
    let (encrypted, empty) = keeping(Encrypt, text);
    assert!(encrypted.starts_with("{\"v\":\"\"}\n{\"v\":\"strongroom:") && empty == 1, "{encrypted}");
    assert_eq!(keeping(Rewrap, &encrypted), (encrypted.clone(), 1));
    assert_eq!(keeping(Decrypt, &encrypted), (text.to_owned(), 1));
}

#[test]
fn each_value_is_bound_to_its_line_and_its_member() {
    let desk = Desk::new(&["v", "w"]).aad("id");
    let encrypted = desk.done(Encrypt, "{\"w\":\"y\",\"id\":\"\\u0031\",\"v\":\"x\"}\n");
    let value = &values(&encrypted)[0];
    for (member, text) in [("v", "x"), ("w", "y")] {
        let item = Item::ciphertext(value[member].as_str().unwrap());
        let item = item.aad(Aad::map([("row", "1"), ("column", member)]).unwrap());
        assert_eq!(desk.key.decrypt_item(&item).unwrap().expose(), text.as_bytes());
    }
}

#[test]
fn marks_and_blank_lines_at_the_end_stay() {
    let desk = Desk::new(&["v"]);
    for text in [
        "\u{feff}{\"v\":\"x\"}\r\n{\"v\":\"y\"}",
        "{\"v\":\"x\"}\n\n \t\r\n\n",
        "{\"v\":\"x\"}\n  ",
        "\u{feff}{\"v\":\"x\"}\n",
    ] {
        let encrypted = desk.done(Encrypt, text);
        assert!(encrypted.contains("strongroom:v1:"), "{encrypted}");
        assert_eq!(desk.done(Decrypt, &encrypted), text);
    }
    // A number may be larger than what others can hold.
    let text = "{\"v\":null,\"n\":[1e999,123456789012345678901234567890]}\n";
    assert_eq!(desk.done(Encrypt, text), text);
    // There may be no line at all.
    for text in ["", "\u{feff}", "\n", "\r\n \n"] {
        assert_eq!(desk.done(Encrypt, text), text);
    }
}

#[test]
fn values_are_found_across_the_ends_of_buffers() {
    let desk = Desk::new(&["v"]);
    let long = "é\\n".repeat(40_000);
    let text = format!("{{\"a\":\"{long}\",\"v\":\"{long}\",\"b\":[\"{long}\"]}}\n").repeat(5);
    let (encrypted, tally) = desk.ndjson(Encrypt, &text).unwrap();
    assert_eq!(tally.changed, 5);
    assert_eq!(desk.done(Decrypt, encrypted), text);
}
