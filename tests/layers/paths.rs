//! The paths that the tokens of a file hold: imports, and names with `::` in them.

use std::collections::BTreeSet;

/// The paths of one file.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    /// Into this crate, from its root.
    pub(crate) modules: Vec<Vec<String>>,
    /// Their last names, and the modules declared here.
    pub(crate) local: BTreeSet<String>,
    /// The first names of all other paths: crates, and whatever is in scope.
    pub(crate) crates: BTreeSet<String>,
}

impl Paths {
    pub(crate) fn of(file: &[&str], tokens: &[String]) -> Self {
        let mut paths = Self::default();
        let mut inline: Vec<(String, usize)> = Vec::new();
        let (mut depth, mut at) = (0, 0);
        while at < tokens.len() {
            let token = |offset: usize| tokens.get(at + offset).map_or("", String::as_str);
            let before = |offset: usize| at.checked_sub(offset).map_or("", |at| tokens[at].as_str());
            match token(0) {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    inline.retain(|&(_, outside)| outside < depth);
                }
                "mod" => {
                    paths.local.insert(token(1).to_owned());
                    if token(2) == "{" {
                        inline.push((token(1).to_owned(), depth));
                    }
                }
                "extern" if token(1) == "crate" => {
                    paths.crates.insert(token(2).to_owned());
                }
                // `pub(in crate::alg)` says who may use this file, not what it uses.
                "crate" | "super" | "self" if before(1) == "in" && before(2) == "(" && before(3) == "pub" => {
                }
                "use" => {
                    let (found, end) = tree(tokens, at + 1, &[]);
                    found.into_iter().for_each(|(path, name)| paths.add(file, &inline, path, Some(name)));
                    at = end;
                    continue;
                }
                _ if is_name(token(0))
                    && token(1) == "::"
                    && (before(1) != "::" || !(is_name(before(2)) || before(2) == ">")) =>
                {
                    let (found, end) = tree(tokens, at, &[]);
                    found.into_iter().for_each(|(path, _)| paths.add(file, &inline, path, None));
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        paths
    }

    fn add(&mut self, file: &[&str], inline: &[(String, usize)], path: Vec<String>, name: Option<String>) {
        let here = || {
            file.iter()
                .map(|&segment| segment.to_owned())
                .chain(inline.iter().map(|(module, _)| module.clone()))
        };
        let mut module: Vec<String> = match path[0].as_str() {
            "crate" => Vec::new(),
            "self" | "super" => here().collect(),
            first => {
                self.crates.insert(first.to_owned());
                return;
            }
        };
        for (index, segment) in path.into_iter().enumerate() {
            match segment.as_str() {
                "crate" if index == 0 => {}
                "self" => {}
                "super" => drop(module.pop()),
                _ => module.push(segment),
            }
        }
        self.local.extend(name);
        self.modules.push(module);
    }
}

/// The paths of the tree at `at`, each with the name that it gets in a `use`, and where the tree ends.
pub(crate) fn tree(
    tokens: &[String],
    mut at: usize,
    prefix: &[String],
) -> (Vec<(Vec<String>, String)>, usize) {
    let mut path = prefix.to_vec();
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    loop {
        match token(at) {
            "::" => {}
            "{" => {
                let mut found = Vec::new();
                at += 1;
                while !matches!(token(at), "}" | "") {
                    let (inner, end) = tree(tokens, at, &path);
                    found.extend(inner);
                    at = end.max(at + 1);
                    at += usize::from(token(at) == ",");
                }
                return (found, at + 1);
            }
            segment if is_name(segment) || segment == "*" => {
                path.push(segment.to_owned());
                if token(at + 1) != "::" {
                    at += 1;
                    break;
                }
            }
            _ => break,
        }
        at += 1;
    }
    let mut name = path.iter().rfind(|&segment| segment != "self").cloned().unwrap_or_default();
    if token(at) == "as" {
        name = token(at + 1).to_owned();
        at += 2;
    }
    (if path.is_empty() { Vec::new() } else { vec![(path, name)] }, at)
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}
