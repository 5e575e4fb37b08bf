//! The options in the types of the package for Python, and in what it shows of its functions.

use super::{about, at};
use std::fmt::Write;
use strongroom::{KeyOption, OptionKind, OptionTime};
use strongroom_tests::golden;

#[test]
fn every_option_is_declared_for_python() {
    let said = |options: &[KeyOption], label: &str| -> String {
        let lines = options.iter().map(|option| {
            let is = match option.kind() {
                OptionKind::Flag => "bool".to_owned(),
                OptionKind::Number | OptionKind::Version => "int".to_owned(),
                OptionKind::Text => "str".to_owned(),
                OptionKind::Period => "_Period".to_owned(),
                OptionKind::Labels => format!("dict[str, {label}]"),
                OptionKind::VersionOrLatest => "int | None".to_owned(),
                other => panic!("{other:?}"),
            };
            format!("        {option}: {is} | _LeftOut = ...,\n")
        });
        lines.collect()
    };
    let (new, later) = (at(OptionTime::is_at_creation), at(OptionTime::is_later));
    let mut info = String::new();
    for option in KeyOption::ALL {
        let (is, more) = match option.kind() {
            OptionKind::Flag => ("bool", ""),
            OptionKind::Number => ("int | None", ""),
            OptionKind::Text => ("str | None", ""),
            OptionKind::Period => ("timedelta", " Zero for never."),
            OptionKind::Labels => ("dict[str, str]", ""),
            OptionKind::Version => ("int", ""),
            OptionKind::VersionOrLatest => ("int | None", " ``None``: only the latest."),
            other => panic!("{other:?}"),
        };
        let about = about(*option, |name| format!("``{name}``"));
        writeln!(info, "    @property\n    def {option}(self) -> {is}:").unwrap();
        writeln!(info, "        \"\"\"{about}{more}\"\"\"\n        ...").unwrap();
    }
    let parts = [
        ("create_key", said(&new, "str")),
        ("key_or_create", said(&new, "str")),
        ("import_key", said(&new, "str")),
        ("derive_key", said(&new, "str")),
        ("configure", said(&later, "str | None")),
        ("KeyInfo", info),
    ];
    golden::check_parts("bindings/python/python/strongroom/_native.pyi", &parts);
    // What `help` and `inspect` show, which is a text in the native half.
    let shown = |before: &str, options: &[KeyOption], after: &str| {
        let mut lines = vec![format!("    #[pyo3(text_signature = \"({before}*")];
        let options = options.iter().map(|option| option.name());
        for option in options.chain(after.split_whitespace()) {
            let more = format!(", {option}=...");
            let line = lines.last_mut().unwrap();
            if line.len() + more.len() > 106 {
                // A backslash takes the end of the line and the spaces after it away.
                line.push_str(", \\");
                lines.push(format!("        {}", &more[2..]));
            } else {
                line.push_str(&more);
            }
        }
        lines.join("\n") + ")\")]\n"
    };
    let name = "$self, name, key_type=..., ";
    let material = "$self, name, material, key_type=..., ";
    let agreed = "$self, name, base, peer, key_type, ";
    golden::check_parts(
        "bindings/python/src/keyring/keys.rs",
        &[
            ("create_key", shown(name, &new, "")),
            ("key_or_create", shown(name, &new, "")),
            ("import_key", shown(material, &new, "format hash passphrase allow_rotation kdf")),
            ("derive_key", shown(agreed, &new, "version")),
        ],
    );
    golden::check_parts("bindings/python/src/key.rs", &[("configure", shown("$self, ", &later, ""))]);
}
