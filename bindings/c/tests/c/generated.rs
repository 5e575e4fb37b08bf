//! `include/strongroom.h` as cbindgen makes it from the sources, chapter by chapter.
//!
//! Of the header as it is kept, what stands above the first chapter is written by hand there.

use crate::toolchain::{read, root, scratch};
use cbindgen::{Builder, Config};
use std::fmt::Write;
use std::fs;
use strongroom::Error;

/// The chapters, and the files of which each is made, in the order in which a reader meets them.
const CHAPTERS: [(&str, &[&str]); 11] = [
    ("Statuses", &["failure"]),
    ("Objects", &["object", "free"]),
    ("Functions of yours", &["callback"]),
    ("Seals", &["seal", "provider"]),
    ("Keyrings", &["keyring_options", "keyring", "maintenance", "seal_info", "seals"]),
    ("The keys of a keyring", &["maps", "key_options", "import", "keys"]),
    ("Managing a key", &["version", "info", "key", "export", "transit", "wrapped", "certificates"]),
    ("Working with messages", &["signing", "options", "view", "data", "signature", "batch", "column"]),
    ("Searching what is encrypted", &["index_options", "index", "index_pieces", "index_batch"]),
    ("Tokens and API keys", &["token", "api_key"]),
    ("Files of any size", &["endpoint", "stream"]),
];

/// What follows the last chapter.
const END: &str = "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";

/// The width of a line.
const WIDTH: usize = 110;

/// The whole header.
pub(crate) fn header() -> String {
    let kept = read("include/strongroom.h");
    let (head, _) = kept.split_once(&title(CHAPTERS[0].0)).expect("the first chapter");
    let mut made = head.to_owned();
    for (name, files) in CHAPTERS {
        made += &title(name);
        if name == CHAPTERS[0].0 {
            made += &statuses();
        }
        files.iter().for_each(|file| made += &declarations(file));
    }
    made + END
}

/// The statuses that only C has.
const OWN: [(u32, &str, &str); 4] = [
    (
        301,
        "invalid_argument",
        "The call itself is wrong: a NULL where something must be, a number that stands for nothing. \
         Correct the call.",
    ),
    (
        302,
        "invalid_handle",
        "A handle that was freed, is of another kind, or was never given out. Correct the call.",
    ),
    (303, "panicked", "A fault in the library, which nothing could be done about. Please report it."),
    (
        304,
        "callback_failed",
        "A function of yours failed, to which a stream is written or from which it is read, or it gave what \
         it cannot give. The message has its status.",
    ),
];

/// The statuses, from the library's table of errors.
fn statuses() -> String {
    let table =
        Error::TABLE.iter().map(|row| (row.number, row.name, format!("{} {}", row.meaning, row.remedy)));
    let own = OWN.map(|(number, name, about)| (number, name, about.to_owned()));
    let rows: Vec<_> = [(0, "ok", "Success.".to_owned())].into_iter().chain(table).chain(own).collect();
    assert!(rows.len() >= 57, "{}", rows.len());
    let mut made = String::from("typedef enum strongroom_status_number {\n");
    for (number, name, about) in rows {
        writeln!(made, "    /**\n{}     */", wrapped("     * ", &about)).unwrap();
        writeln!(made, "    STRONGROOM_{} = {number},", name.to_uppercase()).unwrap();
    }
    polished(&(made + "} strongroom_status_number;\n"))
}

/// A text in lines, each behind `before`.
fn wrapped(before: &str, text: &str) -> String {
    let mut made = String::new();
    let mut line = before.trim_end().to_owned();
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(made, "{line}").unwrap();
            line = before.trim_end().to_owned();
        }
        write!(line, " {word}").unwrap();
    }
    writeln!(made, "{line}").unwrap();
    made
}

fn title(name: &str) -> String {
    format!("/* --- {name} {} */\n\n", "-".repeat(WIDTH - 11 - name.len()))
}

/// What a file of the sources declares for C.
fn declarations(file: &str) -> String {
    let source = fs::read_to_string(root().join(format!("bindings/c/src/{file}.rs"))).unwrap();
    let source = pointers(&source);
    let path = scratch("header").join(format!("{file}.rs"));
    fs::write(&path, &source).unwrap();
    let mut config = Config::from_file(root().join("bindings/c/cbindgen.toml")).unwrap();
    // What no function of the file names is not left out, and it comes in the order of the file.
    config.export.include = exported(&source);
    for name in &config.export.include {
        assert!(config.export.rename.contains_key(name), "{file}: {name} has no name in cbindgen.toml");
    }
    let mut made = Vec::new();
    Builder::new().with_config(config).with_src(path).generate().unwrap().write(&mut made);
    polished(&String::from_utf8(made).unwrap())
}

/// The types that stand in a file.
fn exported(source: &str) -> Vec<String> {
    let kinds = ["pub struct ", "pub enum ", "pub type "];
    let rests = source.lines().filter_map(|line| kinds.iter().find_map(|kind| line.strip_prefix(kind)));
    rests.map(|rest| rest.split([' ', ';']).next().unwrap().to_owned()).collect()
}

/// A source in which a pointer is written as one: cbindgen does not see that `In` and `Out` are nothing else,
/// and a `Len` is a number. Lifetimes are Rust's alone.
fn pointers(source: &str) -> String {
    let source = ["<'_>", "<'a>", "<'static>"]
        .iter()
        .fold(source.to_owned(), |source, lifetime| source.replace(lifetime, ""))
        .replace(": Len", ": usize");
    let mut made = String::new();
    let mut rest = source.as_str();
    while let Some(at) = rest.find("In<'").into_iter().chain(rest.find("Out<'")).min() {
        let (before, wrapped) = rest.split_at(at);
        let (kind, of) = wrapped.split_once(", ").unwrap();
        let (of, after) = of.split_once('>').unwrap();
        let pointer = if kind.starts_with("In") { "*const" } else { "*mut" };
        write!(made, "{before}{pointer} {of}").unwrap();
        rest = after;
    }
    made + rest
}

/// What cbindgen has no setting for: short comments on one line, the names of structs without `struct`,
/// numbers of constants as somebody would look for them, and that functions of the caller's throw nothing.
fn polished(made: &str) -> String {
    // An annotation at the end of a comment leaves an empty line.
    let made = made.trim().replace(" *\n */", " */");
    let made = made.replace("struct strongroom_", "strongroom_");
    let made = made.replace("typedef strongroom_", "typedef struct strongroom_");
    let mut polished = String::new();
    let mut lines = made.lines().peekable();
    let mut is_pointer = false;
    while let Some(line) = lines.next() {
        let (indent, code) = line.split_at(line.len() - line.trim_start().len());
        if code == "/**" {
            let about = lines.next().unwrap();
            let short = format!("{indent}/** {} */", about.trim().trim_start_matches('*').trim());
            if short.len() <= WIDTH && lines.next_if(|line| line.trim() == "*/").is_some() {
                writeln!(polished, "{short}").unwrap();
            } else {
                writeln!(polished, "{line}\n{about}").unwrap();
            }
            continue;
        }
        let number = code.strip_prefix("#define ").and_then(|rest| rest.rsplit_once(' '));
        if let Some((name, Ok(number))) = number.map(|(name, number)| (name, number.parse::<u32>())) {
            writeln!(polished, "#define {name} 0x{number:X}u").unwrap();
            continue;
        }
        is_pointer |= code.contains("(*") && !code.starts_with('*');
        match line.strip_suffix(';').filter(|_| is_pointer) {
            Some(line) => {
                let fits = line.len() + " STRONGROOM_NOEXCEPT;".len() <= WIDTH;
                let space = if fits { " " } else { "\n    " };
                writeln!(polished, "{line}{space}STRONGROOM_NOEXCEPT;").unwrap();
                is_pointer = false;
            }
            None => writeln!(polished, "{line}").unwrap(),
        }
    }
    polished + "\n"
}
