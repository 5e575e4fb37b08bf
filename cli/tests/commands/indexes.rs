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
    assert_eq!(lines(&place, "needs-reindex users", &stored[0]), ["make it anew"]);
    let json = place.feed("needs-reindex users --json", stored[0].as_bytes()).json();
    assert_eq!(json["needs_reindex"], true);
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
