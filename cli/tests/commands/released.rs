//! What a release of the command line promised is still there: commands, options and their values, exit
//! codes, variables, and the members of what `--json` prints. What is said to people may change.

#[path = "../../../tests/released/record.rs"]
mod record;

use crate::documentation::subcommands;
use crate::place::Place;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use strongroom::{KeyConfig, KeySpec};

/// Every command with its options, each with the values that it takes where they are listed.
fn described(place: &Place, command: &str, lines: &mut BTreeSet<String>) {
    let help = String::from_utf8(place.run(&format!("help {command}")).ok()).unwrap();
    let name = format!("strongroom {command}");
    let name = name.trim_end();
    lines.insert(name.to_owned());
    let usage = help.lines().find_map(|line| line.trim_start().strip_prefix("Usage: ")).unwrap();
    let places = usage.split_whitespace().filter(|word| word.starts_with(['<', '[']) && *word != "[OPTIONS]");
    for (at, word) in places.enumerate() {
        lines.insert(format!("{name} takes an argument {}", at + 1));
        if word.starts_with('[') {
            lines.insert(format!("{name} goes without argument {}", at + 1));
        }
    }
    let mut option = None;
    for line in help.lines().map(str::trim) {
        let long = line.split_once(", ").filter(|(short, _)| short.len() == 2).map_or(line, |(_, long)| long);
        if long.starts_with("--") {
            let word = long.split([' ', '[', '=']).next().unwrap();
            option = Some(word.to_owned());
            lines.insert(format!("{name} {word}"));
        }
        let Some(option) = &option else { continue };
        let listed = line.split_once("[possible values: ").map(|(_, rest)| rest.split(']').next().unwrap());
        lines.extend(
            listed
                .into_iter()
                .flat_map(|list| list.split(", "))
                .map(|value| format!("{name} {option} {value}")),
        );
        if let Some((value, _)) = line.strip_prefix("- ").and_then(|rest| rest.split_once(':')) {
            lines.insert(format!("{name} {option} {value}"));
        }
        if let Some((_, variable)) = line.split_once("[env: ") {
            let variable = variable.split(['=', ']']).next().unwrap();
            lines.insert(format!("{name} {option} or {variable}"));
        }
    }
    subcommands(place, command).iter().for_each(|below| {
        described(place, format!("{command} {below}").trim(), lines);
    });
}

#[test]
fn commands_keep_their_options_and_values() {
    let mut lines = BTreeSet::new();
    described(&Place::empty(), "", &mut lines);
    let help = String::from_utf8(Place::empty().run("--help").ok()).unwrap();
    let codes = help.split_once("Exit codes: ").unwrap().1.split(['.', '\n']).next().unwrap();
    lines.extend(codes.split("; ").map(|code| format!("exit code {code}")));
    record::check("command-line", &lines, 500);
}

/// The members of a result, each with what leads to it; elements of an array are one.
fn members(of: &Value, path: &str, lines: &mut BTreeSet<String>) {
    match of {
        Value::Object(map) => map.iter().for_each(|(name, value)| {
            lines.insert(format!("{path}.{name}"));
            members(value, &format!("{path}.{name}"), lines);
        }),
        Value::Array(list) => list.iter().for_each(|value| members(value, &format!("{path}[]"), lines)),
        _ => {}
    }
}

/// In this order, in one place: what is run, and what is on standard input.
const RUN: [(&str, &str); 40] = [
    ("key create cards --exportable --allow-plaintext-backup --label team=shop", ""),
    ("key create releases --key-type ed25519", ""),
    ("key create gone --deletion-allowed", ""),
    ("key list", ""),
    ("key show cards", ""),
    ("key rotate cards", ""),
    ("key rotate-due", ""),
    ("key configure cards --min-decryption-version 1", ""),
    ("key trim trimmed --min-available-version 2 --confirm trimmed", ""),
    ("key import imported --key-type aes256-gcm96 --encoding hex --in material", ""),
    ("configure --max-staleness 5m", ""),
    ("key disable releases", ""),
    ("key enable releases", ""),
    ("key public-key releases", ""),
    ("key export cards --kind encryption-key --expose-secret-material --out exported", ""),
    ("key backup releases --with-root-key-file root.key --out backup", ""),
    ("key restore again --in backup --with-root-key-file root.key", ""),
    ("key delete gone --confirm gone", ""),
    ("encrypt cards --out ciphertext", "4111"),
    ("encrypt cards", "4111"),
    ("decrypt cards --in ciphertext --out plaintext", ""),
    ("rewrap cards --in ciphertext", ""),
    ("sign releases --out signature", "message"),
    ("sign releases", "message"),
    ("verify releases --signature-file signature", "message"),
    ("hmac cards", "message"),
    ("datakey cards", ""),
    ("encrypt cards --csv table.csv --column email --aad-column id", ""),
    ("decrypt cards --csv table.csv --column email --aad-column id --dry-run", ""),
    ("encrypt cards --ndjson table.ndjson --column email", ""),
    ("seal list", ""),
    ("seal add --new-root-key-file second.key", ""),
    ("seal id root.key", ""),
    ("snapshot --out snapshot", ""),
    ("restore --keyring restored --in snapshot --root-key-file root.key", ""),
    ("witness --out witness", ""),
    ("check", ""),
    ("check --witness witness", ""),
    ("repair", ""),
    ("upgrade", ""),
];

#[test]
fn json_keeps_its_members() {
    let place = Place::new();
    let mut lines = BTreeSet::new();
    place.write("table.csv", "id,email\n17,a@b.example\n");
    let other = place.run("--json init --keyring other --new-root-key-file other.key").json();
    members(&other, "init: ", &mut lines);
    place.write("table.ndjson", "{\"email\":\"a@b.example\"}\n");
    place.write("material", "0102".repeat(16));
    let due = KeySpec::default().auto_rotate_period(Duration::from_secs(3600));
    let before = place.two_hours_ago();
    before.create_key("due", due).unwrap();
    let trimmed = before.create_key("trimmed", KeySpec::default()).unwrap();
    let second = trimmed.rotate().unwrap();
    let closed = KeyConfig::new().min_encryption_version(Some(second)).min_decryption_version(second);
    trimmed.configure(closed).unwrap();
    for (arguments, input) in RUN {
        let run = place.feed(&format!("--json {arguments}"), input.as_bytes());
        assert_eq!(run.code, 0, "{arguments}: {}", run.err);
        let words: Vec<&str> = arguments.split(' ').take_while(|word| !word.starts_with("--")).collect();
        let command = words.iter().filter(|word| {
            !["cards", "releases", "gone", "again", "imported", "trimmed", "root.key"].contains(word)
        });
        let command = command.copied().collect::<Vec<_>>().join(" ");
        if let Ok(said) = serde_json::from_slice::<Value>(&run.out) {
            members(&said, &format!("{command}: "), &mut lines);
        }
    }
    let refused = place.run("--json key show nobody");
    members(&serde_json::from_str(&refused.err).unwrap(), "an error: ", &mut lines);
    let id = place.run("--json seal id second.key").json();
    let removed = place.run(&format!("--json seal remove root-key {}", id["id"].as_str().unwrap())).json();
    members(&removed, "seal remove: ", &mut lines);
    let resealed = place.run("--json reseal --with-root-key-file root.key").json();
    members(&resealed, "reseal: ", &mut lines);
    place.write("bad.csv", "id,email\n17,strongroom:v1:AAAA\n18,\n19,plain\n");
    let bad = "--json decrypt cards --csv bad.csv --column email --aad-column id";
    members(&serde_json::from_str(&place.run(bad).err).unwrap(), "an error in a table: ", &mut lines);
    assert_eq!(place.run(&format!("{bad} --on-error report faults")).code, 4);
    for fault in String::from_utf8(place.read("faults")).unwrap().lines() {
        members(&serde_json::from_str(fault).unwrap(), "a line of a report: ", &mut lines);
    }
    record::check("json", &lines, 100);
}
