//! What a release of the command line promised is still there: commands, options and their values, exit
//! codes, variables, and the members of what `--json` prints. What is said to people may change.

#[path = "../../../tests/released/record.rs"]
mod record;

use crate::documentation::subcommands;
use crate::place::Place;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every command with its options, each with the values that it takes where they are listed.
fn described(place: &Place, command: &str, lines: &mut BTreeSet<String>) {
    let help = String::from_utf8(place.run(&format!("help {command}")).ok()).unwrap();
    let name = format!("strongroom {command}");
    let name = name.trim_end();
    lines.insert(name.to_owned());
    let usage = help.lines().find_map(|line| line.trim_start().strip_prefix("Usage: ")).unwrap();
    let places = usage.split_whitespace().filter(|word| word.starts_with(['<', '[']) && *word != "[OPTIONS]");
    lines.extend(places.enumerate().map(|(at, _)| format!("{name} takes an argument {}", at + 1)));
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

/// In this order, in one place: what is run, and what is on standard input. `{}` is what the command before
/// gave under the member that stands behind it.
const RUN: [(&str, &str); 32] = [
    ("key create cards --exportable --allow-plaintext-backup --label team=shop", ""),
    ("key create releases --key-type ed25519", ""),
    ("key create gone --deletion-allowed", ""),
    ("key list", ""),
    ("key show cards", ""),
    ("key rotate cards", ""),
    ("key rotate-due", ""),
    ("key configure cards --min-decryption-version 1", ""),
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
    ("seal list", ""),
    ("seal add --new-root-key-file second.key", ""),
    ("snapshot --out snapshot", ""),
    ("witness --out witness", ""),
    ("check", ""),
    ("check --witness witness", ""),
];

#[test]
fn json_keeps_its_members() {
    let place = Place::new();
    let mut lines = BTreeSet::new();
    place.write("table.csv", "id,email\n17,a@b.example\n");
    let other = place.run("--json init --keyring other --new-root-key-file other.key").json();
    members(&other, "init: ", &mut lines);
    for (arguments, input) in RUN {
        let run = place.feed(&format!("--json {arguments}"), input.as_bytes());
        assert_eq!(run.code, 0, "{arguments}: {}", run.err);
        let words: Vec<&str> = arguments.split(' ').take_while(|word| !word.starts_with("--")).collect();
        let command = words.iter().filter(|word| !["cards", "releases", "gone", "again"].contains(word));
        let command = command.copied().collect::<Vec<_>>().join(" ");
        if let Ok(said) = serde_json::from_slice::<Value>(&run.out) {
            members(&said, &format!("{command}: "), &mut lines);
        }
    }
    let refused = place.run("--json key show nobody");
    members(&serde_json::from_str(&refused.err).unwrap(), "an error: ", &mut lines);
    record::check("json", &lines, 100);
}
