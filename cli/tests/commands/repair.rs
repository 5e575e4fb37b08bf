//! `strongroom repair` and `strongroom configure`

use crate::place::Place;
use serde_json::json;
use std::time::Duration;
use strongroom::{Directory, Error, Keyring, Seal};

fn damage(place: &Place, name: &str) {
    let mut document = place.read(name);
    *document.last_mut().unwrap() ^= 1;
    place.write(name, document);
}

#[test]
fn counts_that_are_lost_are_written_anew() {
    let place = Place::new();
    assert_eq!(place.run("repair").line(), "0 documents repaired");
    place.run("key create cards --key-type aes256-gcm96").ok();
    let text = place.feed("encrypt cards", b"4111").line();
    damage(&place, "ring/usage-cards.sr");
    let said = place.feed("--json encrypt cards", b"4112").fails(5);
    assert!(said.contains("\"usage_unknown\"") && said.contains("strongroom key rotate"), "{said}");
    assert_eq!(place.feed("decrypt cards", text.as_bytes()).ok(), b"4111");
    assert_eq!(place.run("check").code, 5);

    let repaired = String::from_utf8(place.run("repair").ok()).unwrap();
    assert_eq!(
        repaired,
        "cards: how often it has encrypted is not known; rotate it to encrypt again\n1 document repaired\n"
    );
    place.run("check").ok();
    place.feed("encrypt cards", b"4112").fails(5);
    place.run("key rotate cards").ok();
    place.feed("encrypt cards", b"4112").ok();
    damage(&place, "ring/usage-cards.sr");
    assert_eq!(place.run("repair --json").json(), json!({ "repaired": ["cards"] }));
    assert_eq!(place.run("repair --json").json(), json!({ "repaired": [] }));
}

#[test]
fn an_unreadable_key_goes_only_where_it_is_named_twice() {
    let place = Place::new();
    for name in ["new", "used", "sound"] {
        place.run(&format!("key create {name}")).ok();
    }
    place.run("key rotate used").ok();
    damage(&place, "ring/key-new.sr");
    damage(&place, "ring/key-used.sr");
    let before = place.read("ring/key-new.sr");
    assert_eq!(place.run("repair").line(), "0 documents repaired");
    place.run("repair new").fails(2);
    place.run("repair --confirm new").fails(2);
    assert!(place.run("repair new --confirm sound").fails(2).contains("nothing was changed"));
    assert_eq!(place.read("ring/key-new.sr"), before);

    place.run("repair sound --confirm sound").fails(3);
    place.run("repair nobody --confirm nobody").fails(4);
    place.run("repair used --confirm used").fails(5);
    assert_eq!(place.run("repair new --confirm new").line(), "removed new, which could not be read");
    place.run("key create new").ok();
    place.run("key rotate new").ok();
    place.run("key show sound").ok();

    place.run("key create next").ok();
    damage(&place, "ring/key-next.sr");
    assert_eq!(
        place.run("repair next --confirm next --json").json(),
        json!({ "name": "next", "removed": true })
    );
}

#[test]
fn the_keyring_says_how_long_it_may_be_out_of_reach() {
    let place = Place::new();
    let patient = || {
        let seal = Seal::root_key_file(place.path("root.key"));
        Keyring::builder()
            .max_staleness(Duration::from_secs(600))
            .open(Directory::new(place.path("ring")), seal)
    };
    assert!(matches!(patient(), Err(Error::InvalidOption { .. })));
    let id = place.run("check --json").json()["pin"].as_str().unwrap()[5..37].to_owned();
    assert_eq!(
        place.run("configure --max-staleness 10m").line(),
        format!("configured keyring {id}, max staleness 10m")
    );
    patient().unwrap();
    let configured = place.run("configure --max-staleness=1500ms --json").json();
    assert_eq!(configured, json!({ "keyring": id, "max_staleness_milliseconds": 1500 }));
    assert!(matches!(patient(), Err(Error::InvalidOption { .. })));

    assert!(place.run("configure").fails(2).contains("--max-staleness"));
    for wrong in ["never", "1ms", "400d"] {
        assert!(
            place
                .run(&format!("configure --max-staleness {wrong}"))
                .fails(3)
                .contains("one second to 365 days"),
            "{wrong}"
        );
    }
    place.run("configure --max-staleness soon").fails(2);
}
