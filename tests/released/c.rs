//! C: functions, structs, numbers and names of types, as the header says them.

use super::{read, record};
use std::collections::BTreeSet;

/// What a program that was compiled against a release relies on. The fields of a struct are numbered: one may
/// come after the last, if the struct begins with its size, and nothing may move.
#[test]
fn the_header_keeps_what_it_declared() {
    let header = read("include/strongroom.h");
    let mut lines = BTreeSet::new();
    for statement in statements(&header) {
        let (head, rest) = statement.split_once('{').unwrap_or((&statement, ""));
        let rest = rest.rsplit_once('}').map_or(rest, |(body, _)| body);
        let name = head.trim().rsplit(' ').next().unwrap();
        match (head.contains("enum "), head.contains("struct ")) {
            (true, _) => lines
                .extend(rest.split(',').map(str::trim).filter(|part| part.contains('=')).map(str::to_owned)),
            (_, true) if statement.contains('{') => lines.extend(fields(name, rest)),
            _ => drop(lines.insert(statement.trim().to_owned())),
        }
    }
    let constants = header.lines().filter_map(|line| line.strip_prefix("#define "));
    lines.extend(constants.filter(|line| line.contains(' ')).map(|line| format!("#define {line}")));
    record::check("c", &lines, 300);
}

fn fields(name: &str, body: &str) -> Vec<String> {
    let fields: Vec<&str> = body.split(';').map(str::trim).filter(|field| !field.is_empty()).collect();
    let mut lines: Vec<String> =
        fields.iter().enumerate().map(|(at, field)| format!("struct {name} {at}: {field}")).collect();
    // An array of these has a stride, and what does not say its size cannot grow.
    if fields.first().is_none_or(|field| *field != "size_t size") {
        lines.push(format!("struct {name} has {} fields", fields.len()));
    }
    lines
}

/// Each on one line, without comments, a whole struct or enum being one.
fn statements(header: &str) -> Vec<String> {
    let mut parts = header.split("/*");
    let mut code = parts.next().unwrap().to_owned();
    parts.for_each(|part| code += part.split_once("*/").unwrap().1);
    let code = code.split_once("extern \"C\" {").unwrap().1;
    let lines = code.lines().filter(|line| !line.starts_with('#'));
    let code = lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    let (mut found, mut depth, mut begun) = (Vec::new(), 0, String::new());
    for c in code.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => {
                found.push(std::mem::take(&mut begun));
                continue;
            }
            _ => {}
        }
        begun.push(c);
    }
    found
}
