//! The pages: every link between them leads somewhere, and the book has every page of `docs/`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// Every page, by its path from the root of the repository.
type Pages = BTreeMap<PathBuf, String>;

#[test]
fn every_link_leads_somewhere() {
    let (files, pages) = (files(), pages());
    let (mut links, mut faults) = (0, Vec::new());
    for (page, text) in &pages {
        for link in targets(text).into_iter().filter(|link| !link.contains(':')) {
            links += 1;
            faults.extend(
                fault(page, &link, &files, &pages).map(|fault| format!("{}: {fault}", page.display())),
            );
        }
    }
    assert!(faults.is_empty(), "links that lead nowhere:\n{}", faults.join("\n"));
    assert!(pages.len() >= 20 && links >= 60, "only {links} links in {} pages", pages.len());
}

/// What is not in the list is not in the book.
#[test]
fn the_book_has_every_page_of_docs() {
    let pages = pages();
    let summary = Path::new("docs/SUMMARY.md");
    let listed: Vec<PathBuf> =
        targets(&pages[summary]).iter().map(|link| resolved(Path::new("docs"), link)).collect();
    let once: BTreeSet<&PathBuf> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "docs/SUMMARY.md lists a page twice");
    let missing: Vec<_> = pages
        .keys()
        .filter(|page| page.starts_with("docs") && *page != summary && !once.contains(page))
        .collect();
    assert!(missing.is_empty(), "docs/SUMMARY.md does not list {missing:?}");
    assert!(once.iter().all(|page| pages.contains_key(*page)), "docs/SUMMARY.md lists what is no page");
}

/// Outside of code, what looks like a tag is not shown; only line breaks of tables are meant as such.
#[test]
fn no_word_is_taken_for_html() {
    let mut faults = Vec::new();
    for (page, text) in &pages() {
        let letter = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
        let tag = |line: &str| line.split('<').skip(1).any(|rest| letter(rest) && !rest.starts_with("br>"));
        let lines = prose(text).into_iter().map(without_code).filter(|line| tag(line));
        faults.extend(lines.map(|line| format!("{}: {line}", page.display())));
    }
    assert!(faults.is_empty(), "write &lt; for < outside of code:\n{}", faults.join("\n"));
}

/// A guide says first what its reader will have, and is read in one sitting.
#[test]
fn guides_are_short_and_begin_with_their_end() {
    let mut guides = 0;
    for (page, text) in pages().iter().filter(|(page, _)| page.starts_with("docs/guides")) {
        let shown = page.display();
        let first = text.lines().skip(1).find(|line| !line.is_empty()).unwrap_or_default();
        assert!(text.starts_with("# "), "{shown} has no title");
        assert!(
            first.starts_with("At the end "),
            "{shown} does not begin with what its reader has at the end"
        );
        assert!(text.lines().count() <= 120, "{shown} has more than 120 lines");
        guides += 1;
    }
    assert!(guides >= 9, "only {guides} guides");
}

#[test]
fn links_and_headings_are_found() {
    let text = "# A `b` (c), d\n\n[x](a.md \"t\") ![y](b.png)\n```\n# no\n[z](c)\n```\n`[w](d)`\n# A b c d\n[v]: e.md\n";
    assert_eq!(targets(text), ["a.md", "b.png", "e.md"]);
    assert_eq!(anchors(text), ["a-b-c-d", "a-b-c-d-1"]);
    assert_eq!(resolved(Path::new("docs/guides"), "../c.md"), Path::new("docs/c.md"));
    let files = BTreeSet::from([PathBuf::from("docs/a.md")]);
    let pages = Pages::from([(PathBuf::from("docs/a.md"), "# One two\n".into())]);
    let fault = |link: &str| fault(Path::new("docs/b.md"), link, &files, &pages);
    assert!(fault("a.md").is_none() && fault("a.md#one-two").is_none() && fault("../docs").is_none());
    assert!(fault("b.md").is_some() && fault("a.md#two").is_some() && fault("../../docs/a.md").is_some());
}

/// What is wrong with a link of a page.
fn fault(page: &Path, link: &str, files: &BTreeSet<PathBuf>, pages: &Pages) -> Option<String> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = match path {
        "" => page.to_owned(),
        path => resolved(page.parent().unwrap(), path),
    };
    if !files.contains(&target) && !files.iter().any(|file| file.starts_with(&target)) {
        return Some(format!("{link}: there is no {}", target.display()));
    }
    let anchor = anchor?;
    let found = pages.get(&target).is_some_and(|text| anchors(text).iter().any(|found| found == anchor));
    (!found).then(|| format!("{link}: {} has no such heading", target.display()))
}

/// A path as it is from the root of the repository; what leaves it stays outside.
fn resolved(folder: &Path, link: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in folder.join(link).components() {
        match part {
            Component::ParentDir if path.file_name().is_some() => drop(path.pop()),
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

/// The text without its blocks of code.
fn prose(text: &str) -> Vec<&str> {
    let mut inside = false;
    text.lines()
        .filter(|line| {
            let fence = line.trim_start().starts_with("```");
            inside ^= fence;
            !inside && !fence
        })
        .collect()
}

/// A line without what stands between backticks, which is shown and means nothing.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// Where the links of a page lead.
fn targets(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in prose(text) {
        let shown = without_code(line);
        let inline = shown.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        found.extend(inline.filter_map(|target| target.split_whitespace().next()).map(str::to_owned));
        let named = shown.strip_prefix('[').and_then(|rest| rest.split_once("]: "));
        found.extend(named.map(|(_, target)| target.trim().to_owned()));
    }
    found
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for heading in prose(text).iter().filter(|line| line.starts_with('#')) {
        let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
        let slug: String =
            heading.trim_start_matches('#').trim().to_lowercase().chars().filter(kept).collect();
        let slug = slug.replace(' ', "-");
        let before = found.iter().filter(|other| **other == slug).count();
        found.push(if before == 0 { slug } else { format!("{slug}-{before}") });
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Also what is about to be added.
fn files() -> BTreeSet<PathBuf> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = Command::new("git").args(list).current_dir(root()).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect()
}

/// A link to a page is no page: what is in it leads from where the page is.
fn pages() -> Pages {
    let page =
        |file: &PathBuf| file.extension().is_some_and(|end| end == "md") && !root().join(file).is_symlink();
    let pages = files().into_iter().filter(page);
    pages.filter_map(|page| Some((page.clone(), fs::read_to_string(root().join(&page)).ok()?))).collect()
}
