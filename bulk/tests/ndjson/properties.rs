//! Any NDJSON comes back, and nothing but the strings that are worked on is another; `serde_json` judges.

use crate::desk::{Desk, values};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use strongroom_bulk::Verb::{Decrypt, Encrypt, Rewrap};

/// A value that is none of those worked on.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A string, of which some characters are written as escapes.
fn written(text: &str, escapes: &[u8]) -> String {
    let character = |(at, character): (usize, char)| match (character, escapes[at % escapes.len()] % 3) {
        (_, 0) => {
            let mut units = [0; 2];
            character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")).collect()
        }
        ('/', 1) => "\\/".to_owned(),
        _ => {
            let quoted = serde_json::to_string(&character).unwrap();
            quoted[1..quoted.len() - 1].to_owned()
        }
    };
    format!("\"{}\"", text.chars().enumerate().map(character).collect::<String>())
}

/// One line in pieces: what stands around the values of `a` and `b`, and what these hold.
#[derive(Debug, Clone)]
struct Pieces {
    around: Vec<String>,
    cells: Vec<(&'static str, Option<String>)>,
}

impl Pieces {
    fn text(&self, cell: impl Fn(&'static str, &Option<String>) -> String) -> String {
        let cells = self.cells.iter().map(|(name, content)| cell(name, content)).chain([String::new()]);
        self.around.iter().zip(cells).map(|(before, cell)| format!("{before}{cell}")).collect()
    }
}

/// What a member of a line holds.
#[derive(Debug, Clone)]
enum Member {
    Other(String, Value),
    Cell(&'static str, Option<String>),
}

fn line() -> impl Strategy<Value = Pieces> {
    let others = btree_map("[^ab].*|", any_json(), 0..5);
    let cells = (any::<bool>(), option::of(any::<String>()), option::of(any::<String>()));
    (others, cells, vec("[ \t]{0,2}", 6), vec(any::<u8>(), 1..8), prop_oneof![Just("\r\n"), Just("\n")])
        .prop_map(|(others, (first, a, b), spaces, escapes, end)| {
            let mut members: Vec<_> =
                others.into_iter().map(|(name, value)| Member::Other(name, value)).collect();
            members.insert(usize::from(escapes[0]) % (members.len() + 1), Member::Cell("a", a));
            members.insert(if first { 0 } else { members.len() }, Member::Cell("b", b));
            let mut pieces = Pieces { around: vec![format!("{}{{", spaces[0])], cells: Vec::new() };
            for (index, member) in members.into_iter().enumerate() {
                let name = match &member {
                    Member::Other(name, _) => name,
                    Member::Cell(name, _) => *name,
                };
                let last = pieces.around.last_mut().unwrap();
                let comma = if index > 0 { "," } else { "" };
                let name = written(name, &escapes);
                *last += &format!("{}{comma}{}{name}{}:{}", spaces[1], spaces[2], spaces[3], spaces[4]);
                match member {
                    Member::Other(_, value) => *last += &value.to_string(),
                    Member::Cell(name, content) => {
                        pieces.cells.push((name, content));
                        pieces.around.push(String::new());
                    }
                }
            }
            *pieces.around.last_mut().unwrap() += &format!("{}}}{}{end}", spaces[5], spaces[0]);
            pieces
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_not_worked_on_stays(lines in vec(line(), 1..6), escapes in vec(any::<u8>(), 1..8), end: bool) {
        let desk = Desk::new(&["b", "a"]);
        let file = |cell: &dyn Fn(&Option<String>) -> String| {
            let text: String = lines.iter().map(|line| line.text(|_, content| cell(content))).collect();
            if end { text } else { text.trim_end_matches(['\r', '\n']).to_owned() }
        };
        let nothing = |content: &Option<String>, text: &dyn Fn(&str) -> String| {
            content.as_deref().map_or_else(|| "null".to_owned(), text)
        };
        let before = file(&|content| nothing(content, &|text| written(text, &escapes)));
        let after = desk.done(Encrypt, &before);
        // Each cell in the order of the lines, as another reader finds it.
        let mut cells = Vec::new();
        for (line, value) in lines.iter().zip(values(&after)) {
            for (name, content) in &line.cells {
                let cell = value[*name].as_str().map(str::to_owned);
                prop_assert_eq!(cell.is_some(), content.is_some());
                prop_assert!(cell.iter().all(|cell| cell.starts_with("strongroom:v1:")));
                cells.push(cell);
            }
        }
        let next = std::cell::RefCell::new(cells.iter());
        let expected = file(&|_| {
            let cell = next.borrow_mut().next().unwrap();
            nothing(cell, &|cell| format!("\"{cell}\""))
        });
        prop_assert_eq!(&after, &expected);
        prop_assert_eq!(desk.done(Rewrap, &after), after.clone());
        let opened = desk.done(Decrypt, &after);
        prop_assert_eq!(values(&opened), values(&before));
        let plain = file(&|content| nothing(content, &|text| serde_json::to_string(text).unwrap()));
        prop_assert_eq!(opened, plain);
    }

    /// A line is taken if and only if the other reader takes it as an object, but for what only this one
    /// refuses.
    #[test]
    fn what_is_json_is_not_a_matter_of_opinion(
        line in line(),
        escapes in vec(any::<u8>(), 1..8),
        at: proptest::sample::Index,
        new in "[\\{\\}\\[\\],:\"\\\\ 0ude.-]{0,2}",
    ) {
        let text = line.text(|_, content| match content {
            Some(text) => written(text, &escapes),
            None => "null".to_owned(),
        });
        let mut characters: Vec<char> = text.trim_end().chars().collect();
        let at = at.index(characters.len());
        characters.splice(at..=at, new.chars());
        let line: String = characters.into_iter().collect();
        let desk = Desk::new(&["v"]);
        let taken = match desk.survey(Encrypt, format!("{{\"v\":null}}\n{line}\n{{\"v\":null}}\n")) {
            Ok(_) => true,
            Err(error) => {
                let said = error.to_string();
                prop_assert!(said.starts_with("row 2 (line 2)"), "{}", said);
                prop_assume!(!said.contains("twice"));
                false
            }
        };
        let other: Result<BTreeMap<String, Value>, _> = serde_json::from_str(&line);
        // What is refused of a number is that it does not fit into one of the other reader's.
        prop_assume!(!other.as_ref().is_err_and(|error| error.to_string().contains("out of range")));
        prop_assert_eq!(taken, other.is_ok());
    }
}
