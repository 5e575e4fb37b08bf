//! `index` and `needs-reindex`.

use crate::place::Place;
use std::collections::BTreeSet;

fn lines(place: &Place, command: &str, input: &str) -> Vec<String> {
    let out = place.feed(command, input.as_bytes()).ok();
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn what_is_stored_is_found() {
    let place = Place::new();
    place.run("key create users").ok();
    let stored = lines(&place, "index users --name users.email --normalize email", " Ann@Example.com\n");
    assert_eq!(stored.len(), 1);
    assert!(stored[0].starts_with("strongroom:i1:"), "{stored:?}");
    place.run("key rotate users").ok();
    let searched = lines(&place, "index users --name users.email --normalize email --all", "ann@example.com");
    assert_eq!(searched.len(), 2);
    assert_eq!(searched[1], stored[0]);
    // Nobody can have heard of the new version yet.
    let now = lines(&place, "index users --name users.email --normalize email", "ann@example.com");
    assert_eq!(now, stored);
    let named =
        lines(&place, "index users --name users.email --normalize email --key-version 2", "ann@example.com");
    assert_eq!(named[0], searched[0]);
    assert_eq!(lines(&place, "needs-reindex users", &stored[0]), ["up to date"]);
    place.run("key configure users --min-decryption-version 2").ok();
    // As diff does: 1 is an answer, and no error.
    let asked = place.feed("needs-reindex users", stored[0].as_bytes());
    assert_eq!((asked.code, &*asked.out, &*asked.err), (1, &b"make it anew\n"[..], ""));
    let asked = place.feed("needs-reindex users --json", stored[0].as_bytes());
    assert_eq!((asked.code, &*asked.out), (1, &b"{\"needs_reindex\":true}\n"[..]));
}

#[test]
fn what_is_no_stored_index_is_named() {
    let place = Place::new();
    place.run("key create users").ok();
    let text = place.feed("encrypt users", b"v").line();
    for (stored, why) in [
        ("", "it is empty"),
        ("foo", "begins with strongroom:i and the number of its version"),
        (&*text, "it is a ciphertext, signature or mac"),
        ("strongroom:i1:!", "it begins as one; what follows was cut off"),
    ] {
        let said = place.feed("needs-reindex users", stored.as_bytes()).fails(4);
        assert!(said.contains(why) && !said.contains("--binary") && !said.contains("--form"), "{said}");
    }
    let said = place.feed("needs-reindex users", b"\xff").fails(4);
    assert!(said.contains("it is not text in UTF-8") && !said.contains("--binary"), "{said}");
}

#[test]
fn parts_of_values_are_found() {
    let place = Place::new();
    place.run("key create users").ok();
    let stored: BTreeSet<String> =
        lines(&place, "index users --name n --normalize casefold --prefixes 3,4,20", "Blacksmith")
            .into_iter()
            .collect();
    assert_eq!(stored.len(), 2);
    let searched = lines(&place, "index users --name n --normalize casefold --all --prefix", "blac");
    assert!(searched.len() == 1 && stored.contains(&searched[0]));
    let stored: BTreeSet<String> =
        lines(&place, "index users --name n --normalize casefold --ngrams 3", "Blacksmith")
            .into_iter()
            .collect();
    let searched = lines(&place, "index users --name n --normalize casefold --ngrams 3 --all", "smith");
    assert!(searched.len() == 3 && searched.iter().all(|one| stored.contains(one)));
    let json = place.feed("index users --name n --ngrams 3 --all --json", b"smith").json();
    assert_eq!(json["sets"][0].as_array().unwrap().len(), 3);
    let json = place.feed("index users --name n --prefixes 2 --json", b"smith").json();
    assert_eq!(json["indexes"].as_array().unwrap().len(), 1);
    let json = place.feed("index users --name n --json", b"smith").json();
    assert!(json["index"].as_str().unwrap().starts_with("strongroom:i1:"));
}

#[test]
fn what_does_not_fit_is_refused() {
    let place = Place::new();
    place.run("key create users").ok();
    for (command, code) in [
        ("index users", 2),
        ("index users --name n --normalize lower", 2),
        ("index users --name n --bits 7", 3),
        ("index users --name n --prefixes 0", 3),
        ("index users --name n --prefixes 256", 2),
        ("index users --name n --prefix", 2),
        ("index users --name n --prefixes 3 --all", 2),
        ("index users --name n --key-version 0", 2),
        ("index users --name n --key-version 2", 4),
        ("index users --name n --csv t.csv", 2),
        ("index users --name n --column c", 2),
        ("index nobody --name n", 4),
        ("index users --name n --ndjson t.ndjson", 2),
        ("index users --name n --csv t.csv --ndjson t.ndjson --column c --into d", 2),
        ("index users --name n --ndjson t.ndjson --column c --into d --delimiter ;", 2),
        ("index users --name n --ndjson t.ndjson --column c --into d --keep-empty=unquoted", 2),
        ("index users --name n --csv t.csv --column c --into d --on-error ignore f", 2),
        ("index users --name n --csv t.csv --column c --into d --context x --context-column t", 2),
        ("index users --name n --csv t.csv --column c --into d --context-column t", 3),
        ("index users --name n --all --ndjson t.ndjson --column c --into d", 2),
    ] {
        place.feed(command, b"v").fails(code);
    }
    place.feed("index users --name n", b"\n").fails(3);
    place.feed("index users --name n", b"\xff").fails(3);
    place.feed("needs-reindex users", b"strongroom:v1:AA").fails(4);
    place.feed("needs-reindex users", b"strongroom:i2:AA").fails(4);
}

#[test]
fn a_column_of_a_table_is_indexed() {
    let place = Place::new();
    place.run("key create users").ok();
    let read = |name: &str| String::from_utf8(place.read(name)).unwrap();
    place.write("t.csv", "id,email\n1,Ann@Example.com\n2,\"b@x, y\"\n");
    let index = "index users --name e --normalize email --csv t.csv --column email --into email_index";
    let said = String::from_utf8(place.run(index).ok()).unwrap();
    assert_eq!(said, "t.csv: 2 rows, 2 cells indexed, 0 up to date\n");
    let once = read("t.csv");
    let of = |value: &str| lines(&place, "index users --name e --normalize email", value).remove(0);
    assert_eq!(
        once,
        format!(
            "id,email,email_index\n1,Ann@Example.com,{}\n2,\"b@x, y\",{}\n",
            of("ann@example.com"),
            of("b@x, y")
        )
    );
    // Once more, and nothing is another.
    let said = String::from_utf8(place.run(index).ok()).unwrap();
    assert_eq!(said, "t.csv: 2 rows, 0 cells indexed, 2 up to date; the file was left as it is\n");
    assert_eq!(read("t.csv"), once);
    // What is wrong anywhere leaves the file as it was.
    for (text, wrong) in [
        ("id,email\n1,a@x\n2,\n", "row 2"),
        ("id,email\n1,a@x\n2,strongroom:v1:AAAA\n", "is a ciphertext"),
        ("id,mail\n1,a@x\n", "no column"),
    ] {
        place.write("t.csv", text);
        let said = place.run(index).err;
        assert!(said.contains(wrong), "{said}");
        assert_eq!(read("t.csv"), text);
    }
    place.write("t.csv", "email_index;id;email\nold;1;a@x\n;2;\n");
    place.run(&format!("{index} --delimiter ; --keep-empty")).ok();
    assert_eq!(read("t.csv"), format!("email_index;id;email\n{};1;a@x\n;2;\n", of("a@x")));
    place.run("index users --name e --csv t.csv --column id --into id --delimiter ;").fails(2);
}

#[test]
fn each_row_of_a_table_may_have_a_context_of_its_own() {
    let place = Place::new();
    place.run("key create tenants --derived").ok();
    let of = |context: &str, value: &str| {
        lines(&place, &format!("index tenants --name e --context {context}"), value).remove(0)
    };
    place.write("t.csv", "tenant,email\na,x@x\nb,x@x\na,y@y\n,\n");
    let index = "index tenants --name e --csv t.csv --column email --into found_by";
    // Without a context there is none, as for one value.
    place.run(&format!("{index} --keep-empty")).fails(3);
    let said = place.run(&format!("{index} --context-column tenant --keep-empty")).ok();
    assert_eq!(
        String::from_utf8(said).unwrap(),
        "t.csv: 4 rows, 4 cells indexed, 0 up to date, 1 left empty\n"
    );
    assert_eq!(
        String::from_utf8(place.read("t.csv")).unwrap(),
        format!(
            "tenant,email,found_by\na,x@x,{}\nb,x@x,{}\na,y@y,{}\n,,\n",
            of("a", "x@x"),
            of("b", "x@x"),
            of("a", "y@y")
        )
    );
    // One context for all rows.
    place.write("one.csv", "email\nx@x\n");
    place.run("index tenants --name e --csv one.csv --column email --into found_by --context a").ok();
    assert!(String::from_utf8(place.read("one.csv")).unwrap().contains(&of("a", "x@x")));
    for wrong in ["--context-column email", "--context-column found_by"] {
        let said = place.run(&format!("{index} {wrong}")).fails(2);
        assert!(said.contains("its own context"), "{said}");
    }
    place.run(&format!("{index} --context-column nobody")).fails(4);
}

#[test]
fn members_of_objects_are_indexed() {
    let place = Place::new();
    place.run("key create users").ok();
    let of = |value: &str| lines(&place, "index users --name e", value).remove(0);
    let text = concat!(
        "{\"id\":1,\"email\":\"x@x\"}\n",
        "{ \"email\" : \"y@y\" , \"found_by\" : null , \"n\" : 1.50 }\r\n",
        "{\"email\":null,\"found_by\":\"old\"}\n",
        "{\"id\":4}\n",
        "{\"email\":\"caf\\u00e9\", \"a\": {\"b\": \"}\"} }",
    );
    place.write("t.ndjson", text);
    let index = "index users --name e --ndjson t.ndjson --column email --into found_by";
    let said = String::from_utf8(place.run(index).ok()).unwrap();
    assert_eq!(said, "t.ndjson: 5 rows, 4 cells indexed, 0 up to date, 2 left empty\n");
    let once = String::from_utf8(place.read("t.ndjson")).unwrap();
    assert_eq!(
        once,
        format!(
            concat!(
                "{{\"id\":1,\"email\":\"x@x\",\"found_by\":\"{}\"}}\n",
                "{{ \"email\" : \"y@y\" , \"found_by\" : \"{}\" , \"n\" : 1.50 }}\r\n",
                "{{\"email\":null,\"found_by\":null}}\n",
                "{{\"id\":4}}\n",
                "{{\"email\":\"caf\\u00e9\", \"a\": {{\"b\": \"}}\"}},\"found_by\":\"{}\" }}",
            ),
            of("x@x"),
            of("y@y"),
            of("café")
        )
    );
    let said = String::from_utf8(place.run(index).ok()).unwrap();
    assert_eq!(
        said,
        "t.ndjson: 5 rows, 0 cells indexed, 3 up to date, 2 left empty; the file was left as it is\n"
    );
    assert_eq!(String::from_utf8(place.read("t.ndjson")).unwrap(), once);
    // An empty text is a value of which there is no index, unless it is said to be none.
    place.write("t.ndjson", "{\"email\":\"\"}\n");
    place.run(index).fails(3);
    place.run(&format!("{index} --keep-empty")).ok();
    assert_eq!(place.read("t.ndjson"), b"{\"email\":\"\"}\n");
    for (text, wrong) in [
        ("{\"email\":17}\n", "is a number"),
        ("{\"email\":\"x\",\"found_by\":[]}\n", "is an array"),
        ("{\"mail\":\"x\"}\n", "no line has a member \"email\""),
    ] {
        place.write("t.ndjson", text);
        let said = place.run(index).err;
        assert!(said.contains(wrong), "{said}");
        assert_eq!(place.read("t.ndjson"), text.as_bytes());
    }
}

#[test]
fn rows_that_are_refused_are_listed_and_the_others_indexed() {
    let place = Place::new();
    place.run("key create users").ok();
    let of = |value: &str| lines(&place, "index users --name e --normalize digits", value).remove(0);
    place.write("t.csv", "id,phone\n1,030-1\n2,none\n3,strongroom:v1:AAAA\n4,\n5,030-1\n");
    let index = "index users --name e --normalize digits --csv t.csv --column phone --into found_by";
    let run = place.run(&format!("{index} --on-error report faults.ndjson"));
    assert_eq!(run.code, 4, "{}", run.err);
    assert_eq!(
        String::from_utf8(run.out.clone()).unwrap(),
        "t.csv: 5 rows, 2 cells indexed, 0 up to date, 3 rows refused\n"
    );
    assert!(run.err.contains("3 rows refused and left as before; faults.ndjson lists why"), "{}", run.err);
    let index_of = of("0301");
    assert_eq!(
        String::from_utf8(place.read("t.csv")).unwrap(),
        format!(
            "id,phone,found_by\n1,030-1,{index_of}\n2,none,\n3,strongroom:v1:AAAA,\n4,,\n5,030-1,{index_of}\n"
        )
    );
    let report = String::from_utf8(place.read("faults.ndjson")).unwrap();
    let listed: Vec<serde_json::Value> =
        report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let listed: Vec<_> = listed.iter().map(|line| (line["row"].as_u64(), line["code"].as_str())).collect();
    assert_eq!(
        listed,
        [
            (Some(2), Some("invalid_value")),
            (Some(3), Some("ciphertext_indexed")),
            (Some(4), Some("invalid_value"))
        ]
    );
    assert!(!report.contains("none") && !report.contains("AAAA"), "{report}");
    // What is wrong with all rows ends the work.
    let run = place.run(&format!("{index} --key-version 9 --on-error report faults.ndjson"));
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains("version is newer"), "{}", run.err);
    place.run(&format!("{index} --on-error report t.csv")).fails(2);
    place.run(&format!("{index} --on-error report -")).fails(2);
}
