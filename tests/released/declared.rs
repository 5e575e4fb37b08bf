//! What Python's stubs and Node's typings declare: classes, their members, and the fields of options.

use super::{read, record};
use std::collections::BTreeSet;

#[test]
fn python_keeps_what_its_stubs_declare() {
    let mut lines = BTreeSet::new();
    for (module, file) in [
        ("strongroom", "_native.pyi"),
        ("strongroom.errors", "errors.pyi"),
        ("strongroom", "key_type.py"),
        ("strongroom", "provider.py"),
    ] {
        let text = read(&format!("bindings/python/python/strongroom/{file}"));
        lines.extend(members(&text, "class ", "    ").into_iter().map(|line| format!("{module}.{line}")));
    }
    let init = read("bindings/python/python/strongroom/__init__.py");
    let exported = init.split_once("__all__ = [").unwrap().1.split(']').next().unwrap();
    lines.extend(exported.split('"').skip(1).step_by(2).map(|name| format!("strongroom exports {name}")));
    record::check("python", &lines, 150);
}

#[test]
fn node_keeps_what_its_typings_declare() {
    let text = read("bindings/node/index.d.ts");
    let mut lines: BTreeSet<String> = members(&text, "export class ", "  ").into_iter().collect();
    lines.extend(members(&text, "export interface ", "  "));
    for kind in ["type", "const", "function"] {
        let begin = format!("export {kind} ");
        let names = text.lines().filter_map(|line| line.strip_prefix(&begin));
        lines.extend(names.map(|rest| format!("{kind} {}", word(rest))));
    }
    record::check("node", &lines, 200);
}

/// The names in blocks that begin with `begin`, and those one `indent` deeper, with `?` where they can be
/// left out. Names that begin with `_` are nobody's, other than Python's own.
fn members(text: &str, begin: &str, indent: &str) -> Vec<String> {
    let (mut found, mut block) = (Vec::new(), None);
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix(begin) {
            block = Some(word(rest)).filter(|name| !name.starts_with('_'));
            found.extend(block.map(str::to_owned));
        } else if !line.starts_with([' ', '@', '"']) && !line.is_empty() {
            block = None;
        }
        let Some((block, member)) = block.zip(line.strip_prefix(indent)) else { continue };
        let member = ["def ", "static ", "readonly ", "protected "]
            .iter()
            .fold(member, |member, word| member.strip_prefix(word).unwrap_or(member));
        let name = word(member);
        let after = &member[name.len()..];
        let is_name = !name.is_empty() && (!name.starts_with('_') || name.ends_with("__"));
        if is_name && after.trim_start().starts_with(['(', ':', '?', '<']) {
            let optional = if after.starts_with('?') { "?" } else { "" };
            found.push(format!("{block}.{name}{optional}"));
        }
    }
    found
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[test]
fn members_are_those_of_their_blocks() {
    let python = "class A(B):\n    \"\"\"Text.\"\"\"\n\n    x: int\n    def f(self) -> int: ...\n    def _g(self): ...\n\nclass _C:\n    y: int\n";
    assert_eq!(members(python, "class ", "    "), ["A", "A.x", "A.f"]);
    let node = "export interface A {\n  /** Text. */\n  a?: number\n  b: number\n}\n\nexport class B {\n  static f<T> (x: T): T\n  readonly g: string\n}\n";
    assert_eq!(members(node, "export interface ", "  "), ["A", "A.a?", "A.b"]);
    assert_eq!(members(node, "export class ", "  "), ["B", "B.f", "B.g"]);
}
