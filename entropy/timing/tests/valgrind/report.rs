//! What valgrind reports: each branch and each address that depends on something secret, and by which way of
//! calls it was come to.

/// One of them: the functions, from the innermost on, each as `crate/file.rs function`.
#[derive(Clone)]
pub(crate) struct Report(pub(crate) Vec<String>);

/// The reports of a run with `--fullpath-after=`, in their order.
pub(crate) fn all(said: &str) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    for line in said.lines().filter_map(|line| Some(line.strip_prefix("==")?.split_once("== ")?.1)) {
        let (head, frame) = line.split_once(" 0x").unwrap_or_default();
        let frame = frame.split_once(": ").map(|(_, frame)| frame);
        match (head.trim(), frame) {
            ("at", Some(frame)) => reports.push(Report(vec![named(frame)])),
            ("by", Some(frame)) => reports.last_mut().into_iter().for_each(|r| r.0.push(named(frame))),
            _ => {}
        }
    }
    reports
}

/// `name (path:line)`, or `name (in library)`.
fn named(frame: &str) -> String {
    let (name, place) = frame.rsplit_once(" (").unwrap_or((frame, ""));
    let path = place.trim_end_matches(')');
    let path = path.rsplit_once(':').map_or(path, |(path, _)| path);
    format!("{}/{} {}", source(path), path.rsplit('/').next().unwrap_or_default(), function(name))
}

/// The crate or folder that a path leads to.
fn source(path: &str) -> &str {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let root = root.strip_suffix("entropy/timing/").unwrap_or(root);
    if let Some(inner) = path.strip_prefix(root) {
        return inner.split('/').next().unwrap_or_default();
    }
    if path.starts_with("/aws-lc/") {
        return "aws-lc";
    }
    // `registry/src/index/crate-version/src/file.rs`
    let Some((_, inner)) = path.split_once("/registry/src/") else { return "system" };
    let crated = inner.split('/').nth(1).unwrap_or_default();
    crated.rsplit_once('-').map_or(crated, |(name, _)| name)
}

/// A name without its modules, without what it is generic over, and without what compilers put to it.
fn function(name: &str) -> String {
    let (mut depth, mut plain, mut before) = (0, String::new(), ' ');
    for letter in name.chars() {
        match letter {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
        before = letter;
    }
    let last = plain.rsplit("::").next().unwrap_or_default();
    // A symbol of AWS-LC has its version in front, and what was made of a function a word behind it.
    let mut parts = last.strip_prefix("aws_lc_").unwrap_or(last).splitn(4, '_');
    let bare = match [parts.next(), parts.next(), parts.next(), parts.next()] {
        [Some(a), Some(b), Some(c), Some(rest)] if [a, b, c].iter().all(|n| n.parse::<u32>().is_ok()) => rest,
        _ => last,
    };
    bare.split('.').next().unwrap_or_default().to_owned()
}

#[test]
fn frames_are_named() {
    for (frame, name) in [
        (
            "aws_lc_0_47_0_ECDSA_do_sign.part.0 (/aws-lc/crypto/fipsmodule/ecdsa/ecdsa.c:12)",
            "aws-lc/ecdsa.c ECDSA_do_sign",
        ),
        (
            "from_slice<fn(&[u8]) -> Option<u8>> (/x/registry/src/index-0/elliptic-curve-0.14.3/src/a.rs:7)",
            "elliptic-curve/a.rs from_slice",
        ),
        ("<a::B as c::D>::encode (/rustc/12/library/core/x.rs:1)", "system/x.rs encode"),
        ("malloc (in /usr/libexec/memcheck.so)", "system/memcheck.so malloc"),
    ] {
        assert_eq!(named(frame), name);
    }
}
