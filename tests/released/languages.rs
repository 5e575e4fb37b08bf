//! The operations, with their arguments in every language, as `docs/languages.md` says them.

use super::{read, record};
use std::collections::BTreeSet;

/// In Rust and C a call is what it was; in the others it may take more arguments, by name or after the last.
#[test]
fn operations_keep_their_names_and_arguments() {
    let mut lines = BTreeSet::new();
    for row in read("docs/languages.md").lines().filter_map(|line| line.strip_prefix("| `")) {
        let cells: Vec<&str> = row.split(" | ").map(|cell| cell.trim_matches(['`', ' ', '|'])).collect();
        let [rust, c, cpp, python, node] = cells.as_slice() else { panic!("{row}") };
        lines.extend([format!("rust {rust}"), format!("c {c}")]);
        for (language, call) in [("cpp", cpp), ("python", python), ("node", node)] {
            lines.extend(arguments(call).into_iter().map(|line| format!("{language} {line}")));
        }
    }
    record::check("operations", &lines, 500);
}

fn arguments(call: &str) -> Vec<String> {
    let Some((name, arguments)) = call.split_once('(') else { return vec![format!("{call} is a property")] };
    let arguments = arguments.trim_end_matches(')').split(", ").filter(|argument| !argument.is_empty());
    let mut lines = vec![format!("{name} is called")];
    let mut by_name = false;
    for (at, argument) in arguments.enumerate() {
        match argument {
            "*" => by_name = true,
            _ if by_name => lines.push(format!("{name} takes {argument} by name")),
            _ => lines.push(format!("{name} takes {argument} as {}", at + 1)),
        }
    }
    lines
}

#[test]
fn arguments_are_known_by_place_or_by_name() {
    assert_eq!(
        arguments("A.b(x, y, *, z)"),
        ["A.b is called", "A.b takes x as 1", "A.b takes y as 2", "A.b takes z by name"]
    );
    assert_eq!(arguments("A.b()"), ["A.b is called"]);
    assert_eq!(arguments("A.b"), ["A.b is a property"]);
}
