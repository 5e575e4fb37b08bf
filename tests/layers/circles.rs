//! No modules of a crate use each other in a circle, in any crate of the workspace.

use super::graph::Graph;
use std::collections::BTreeSet;
use std::path::Path;

/// What is known of a crate: the folder of its sources, how many files and uses are seen at least, and the
/// circles that it has, each by its modules and with the reason why it is there.
struct Crate {
    folder: &'static str,
    files: usize,
    uses: usize,
    circles: &'static [(&'static [&'static str], &'static str)],
}

const CRATES: [Crate; 10] = [
    Crate { folder: "core/src", files: 150, uses: 850, circles: &[] },
    Crate { folder: "entropy/src", files: 10, uses: 12, circles: &[] },
    Crate { folder: "rsa/src", files: 8, uses: 12, circles: &[] },
    Crate { folder: "bulk/src", files: 20, uses: 80, circles: &[] },
    Crate { folder: "platforms/src", files: 15, uses: 35, circles: &[] },
    Crate { folder: "cli/src", files: 55, uses: 220, circles: &[] },
    Crate { folder: "bindings/c/src", files: 25, uses: 100, circles: &[] },
    Crate { folder: "bindings/node/src", files: 25, uses: 110, circles: &[] },
    Crate { folder: "bindings/python/src", files: 25, uses: 120, circles: &[] },
    Crate { folder: "xtask/src", files: 20, uses: 50, circles: &[] },
];

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let mut faults = Vec::new();
    for Crate { folder, files, uses, circles } in &CRATES {
        let graph = Graph::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder));
        let found = graph.circles();
        println!("{folder}: {} files, {} uses, {} circles", graph.files(), graph.uses().len(), found.len());
        assert!(graph.files() >= *files && graph.uses().len() >= *uses, "{folder}");
        let seen: Vec<BTreeSet<&str>> =
            found.iter().map(|circle| circle.members.iter().map(String::as_str).collect()).collect();
        let listed: Vec<BTreeSet<&str>> =
            circles.iter().map(|(members, _)| members.iter().copied().collect()).collect();
        for (circle, members) in found.iter().zip(&seen).filter(|(_, members)| !listed.contains(members)) {
            faults.push(format!("{folder}: {members:?}\n    {}", circle.uses.join("\n    ")));
        }
        for (members, reason) in
            listed.iter().zip(circles.iter()).filter(|(members, _)| !seen.contains(members))
        {
            faults.push(format!(
                "{folder}: {members:?} are no circle any more, so take them out ({})",
                reason.1
            ));
        }
    }
    assert!(faults.is_empty(), "{} circles\n{}", faults.len(), faults.join("\n"));
}

/// The members of the circles in a crate of these files.
fn members(files: &[(&str, &str)]) -> Vec<String> {
    let texts = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let circles = Graph::of_texts(texts).circles();
    circles.into_iter().map(|circle| circle.members.into_iter().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn finds_circles_however_they_are_closed() {
    for (a, b) in [
        ("use crate::b::B;", "use super::a::A;"),
        ("use crate::b;", "fn f() { crate::a::f() }"),
        ("use super::B;", "use crate::{a::A, c::C};"),
        ("fn f() { assert!(crate::b::f()) }", "use crate::a::*;"),
        ("use crate::c; fn f() { c::b_again() }", "use crate::a;"),
        ("use crate::all::f;", "use crate::a;"),
    ] {
        let c = "pub use crate::b::b_again;";
        let lib = "mod a; mod b; mod c; mod all; pub use b::B;";
        let all = "mod inner; pub use inner::f;";
        let inner = "pub use crate::b::f;";
        let files = [
            ("lib.rs", lib),
            ("a.rs", a),
            ("b.rs", b),
            ("c.rs", c),
            ("all.rs", all),
            ("all/inner.rs", inner),
        ];
        let found = members(&files);
        assert!(found.len() == 1 && found[0].starts_with("a"), "{a} {b}: {found:?}");
    }
    let deep = [
        ("lib.rs", "mod a;"),
        ("a.rs", "mod b; mod c;"),
        ("a/b.rs", "use super::c::C;"),
        ("a/c.rs", "use crate::a::b;"),
    ];
    assert_eq!(members(&deep), ["a::b a::c"]);
}

#[test]
fn a_module_and_those_inside_it_may_use_each_other() {
    let files = [
        ("main.rs", "mod a; mod b; use a::A;"),
        ("a.rs", "mod inner; use inner::X; use crate::b; #[cfg(test)] mod tests { use crate::c; }"),
        ("a/inner.rs", "use super::A; use crate::b::B;"),
        ("b.rs", "#[cfg(test)] use crate::a::A; // crate::a"),
    ];
    assert_eq!(members(&files), [] as [&str; 0]);
}
