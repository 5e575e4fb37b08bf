//! What each type is: whether it commits to the key, whether it is deterministic, and how much longer it
//! makes a message.

use crate::subject::{CONTEXT, MESSAGE, Subject};
use crate::table::{Column, table};
use strongroom::{Item, KeyType};

const ROWS: [&str; 8] = [
    "number",
    "in this build",
    "does",
    "commits to the key",
    "deterministic",
    "text begins with",
    "longer by, in bytes",
    "can be",
];

pub(crate) fn types() -> String {
    let columns: Vec<Column> = KeyType::ALL
        .iter()
        .enumerate()
        .map(|(at, t)| Column { label: (at + 1).to_string(), cells: cells(at + 1, *t) })
        .collect();
    // Turned, so that a type is a row.
    let rows: Vec<String> = KeyType::ALL.iter().map(|t| format!("`{t}`")).collect();
    let turned = ROWS.iter().enumerate().map(|(at, name)| Column {
        label: (*name).to_owned(),
        cells: columns.iter().map(|c| c.cells[at].clone()).collect(),
    });
    check_numbers();
    table("type", &rows, turned.collect())
}

/// The types are listed in the order of their numbers, which the page of formats gives.
fn check_numbers() {
    let page = include_str!("../../docs/formats.md");
    for (at, t) in KeyType::ALL.iter().enumerate() {
        let row =
            page.lines().find(|line| line.starts_with("| ") && line.contains(&format!("`{t}`"))).unwrap();
        let listed = |cell: usize| {
            row.split('|')
                .nth(cell)
                .unwrap()
                .split(',')
                .map(|part| part.trim().trim_matches('`').to_owned())
                .collect::<Vec<_>>()
        };
        let place = listed(2).iter().position(|name| name == t.name()).unwrap();
        assert_eq!(listed(1)[place], (at + 1).to_string(), "{t}");
    }
}

fn cells(number: usize, t: KeyType) -> Vec<String> {
    let none = || "–".to_owned();
    if !t.is_supported() {
        return vec![number.to_string(), "no".to_owned(), none(), none(), none(), none(), none(), none()];
    }
    let subject = Subject::new(t, false, false);
    let binary = subject.key.encrypt_binary_item(&Item::plaintext(&MESSAGE)).ok();
    let longer = binary.as_ref().map(|binary| binary.len() - 5 - MESSAGE.len());
    let does = match (longer.is_some(), subject.key.sign(MESSAGE).is_ok()) {
        (true, true) => "encrypts, signs, macs",
        (true, _) => "encrypts, macs",
        (_, true) => "signs, macs",
        _ => "macs",
    };
    let begins = |text: &str| text.split_once("v2:").map_or(none(), |(prefix, _)| format!("`{prefix}`"));
    let ways: Vec<&str> = [(t.derives(), "derived"), (t.converges(), "convergent")]
        .into_iter()
        .filter_map(|(can, way)| can.then_some(way))
        .collect();
    vec![
        number.to_string(),
        "yes".to_owned(),
        does.to_owned(),
        if longer.is_some() { commits(&subject).to_owned() } else { none() },
        deterministic(&subject).to_owned(),
        begins(if longer.is_some() { &subject.new.text } else { &subject.new.mac }),
        match longer {
            None => none(),
            // A block is as long as the key, whatever is in it.
            Some(longer) if !t.derives() => format!("{} in all", longer + MESSAGE.len()),
            Some(longer) => longer.to_string(),
        },
        if ways.is_empty() { none() } else { ways.join(", ") },
    ]
}

/// A payload commits if it holds a commitment: 32 bytes beside the nonce of 24 and the tag of 16
/// (`docs/formats.md`, section 2), each bit of which is checked. `tests/independent.rs` has a ciphertext that
/// XAES opens under two keys, and the commitment under one.
fn commits(subject: &Subject) -> &'static str {
    let binary = &subject.new.binary;
    if binary.len() - 5 - MESSAGE.len() != 24 + 32 + 16 {
        return "no";
    }
    for bit in 0..32 * 8 {
        let mut changed = binary.clone();
        changed[5 + 24 + bit / 8] ^= 1 << (bit % 8);
        assert!(subject.key.decrypt_item(&Item::binary(&changed)).is_err(), "{} {bit}", subject.label);
    }
    "yes"
}

fn deterministic(subject: &Subject) -> &'static str {
    if subject.key_type.encrypts() {
        let twice =
            |s: &Subject| [(); 2].map(|()| s.key.encrypt_item(&s.item(Item::plaintext(MESSAGE))).unwrap());
        let [first, second] = twice(subject);
        if first == second {
            return "yes";
        }
        let convergent =
            subject.key_type.converges().then(|| twice(&Subject::new(subject.key_type, true, true)));
        assert!(
            convergent.as_ref().is_none_or(|[first, second]| first == second),
            "{}: under {CONTEXT}",
            subject.label
        );
        return if convergent.is_some() { "if convergent" } else { "no" };
    }
    let signed = [(); 2].map(|()| subject.key.sign(MESSAGE).or_else(|_| subject.key.hmac(MESSAGE)).unwrap());
    if signed[0] == signed[1] { "yes" } else { "no" }
}
