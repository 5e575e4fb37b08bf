//! Which modules of a crate use which, and where they do so in a circle.

use super::source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Module = Vec<String>;

/// The files of one crate, each by the module that it is.
pub(crate) struct Graph {
    modules: BTreeMap<Module, Source>,
}

impl Graph {
    /// Of the crate whose sources are below `folder`.
    pub(crate) fn of(folder: &Path) -> Self {
        let texts = files_below(folder).into_iter().map(|path| {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read_to_string(path).unwrap())
        });
        Self::of_texts(texts)
    }

    pub(crate) fn of_texts(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let read = |(name, text): (String, String)| {
            let segments: Vec<&str> = name.trim_end_matches(".rs").split('/').collect();
            let module = if matches!(segments[..], ["lib" | "main"]) { &[] } else { &segments[..] };
            let source = Source::of(module, &text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (module.iter().map(|&segment| segment.to_owned()).collect(), source)
        };
        Self { modules: texts.into_iter().map(read).collect() }
    }

    pub(crate) fn files(&self) -> usize {
        self.modules.len()
    }

    /// Every use of another module: who, and whom.
    pub(crate) fn uses(&self) -> BTreeSet<(&Module, Module)> {
        let mut uses = BTreeSet::new();
        for (module, source) in &self.modules {
            let outside = source.others.iter().filter_map(|path| self.uniform(module, path));
            let used = source.modules.iter().cloned().chain(outside);
            uses.extend(used.map(|path| (module, self.resolve(&path, 0))).filter(|(from, to)| *from != to));
        }
        uses
    }

    /// A path that begins with a module that is declared where it stands, or with a name imported there.
    fn uniform(&self, module: &Module, path: &[String]) -> Option<Module> {
        let source = &self.modules[module];
        if let Some(stands_for) = source.names.get(&path[0]) {
            return Some([stands_for, &path[1..]].concat());
        }
        source.declared.contains(&path[0]).then(|| [module, path].concat())
    }

    /// The module in which that is to which a path leads, through whatever it is exported again by.
    fn resolve(&self, path: &[String], depth: usize) -> Module {
        let mut module = Vec::new();
        for (index, segment) in path.iter().enumerate() {
            let inner = [&module[..], std::slice::from_ref(segment)].concat();
            if self.modules.contains_key(&inner) {
                module = inner;
                continue;
            }
            let Some(source) = self.modules.get(&module).filter(|_| depth < 16) else { break };
            let again = source.aliases.get(segment).and_then(|path| self.uniform(&module, path));
            let Some(again) = source.names.get(segment).cloned().or(again) else { break };
            return self.resolve(&[&again, &path[index + 1..]].concat(), depth + 1);
        }
        module
    }

    /// The circles among modules that stand side by side: the modules of each, and what they use of each
    /// other. A module and those inside it may use each other.
    pub(crate) fn circles(&self) -> Vec<Circle> {
        let mut sides: BTreeMap<Module, BTreeMap<(String, String), BTreeSet<String>>> = BTreeMap::new();
        for (from, to) in self.uses() {
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            let (Some(user), Some(used)) = (from.get(common), to.get(common)) else { continue };
            let edges = sides.entry(from[..common].to_vec()).or_default();
            let shown = format!("{} -> {}", from.join("::"), to.join("::"));
            edges.entry((user.clone(), used.clone())).or_default().insert(shown);
        }
        sides.iter().flat_map(|(parent, edges)| circles(parent, edges)).collect()
    }
}

/// Modules of which each uses each, over others of them.
#[derive(Debug)]
pub(crate) struct Circle {
    pub(crate) members: BTreeSet<String>,
    /// Where that is.
    pub(crate) uses: Vec<String>,
}

fn circles(parent: &[String], edges: &BTreeMap<(String, String), BTreeSet<String>>) -> Vec<Circle> {
    let reached = |from: &String| {
        let (mut reached, mut left) = (BTreeSet::new(), vec![from]);
        while let Some(module) = left.pop() {
            for (_, used) in edges.keys().filter(|(user, _)| user == module) {
                if reached.insert(used) {
                    left.push(used);
                }
            }
        }
        reached
    };
    let all: BTreeSet<&String> = edges.keys().flat_map(|(user, used)| [user, used]).collect();
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        all.iter().map(|&module| (module, reached(module))).collect();
    let mut found: BTreeSet<BTreeSet<&String>> = BTreeSet::new();
    for (module, reached) in reach.iter().filter(|(module, reached)| reached.contains(*module)) {
        found.insert(reached.iter().copied().filter(|other| reach[other].contains(module)).collect());
    }
    let full = |name: &String| [parent, std::slice::from_ref(name)].concat().join("::");
    let circle = |members: BTreeSet<&String>| Circle {
        uses: edges
            .iter()
            .filter(|((user, used), _)| members.contains(user) && members.contains(used))
            .flat_map(|(_, uses)| uses.iter().cloned())
            .collect(),
        members: members.into_iter().map(full).collect(),
    };
    found.into_iter().map(circle).collect()
}

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
