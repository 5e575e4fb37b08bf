//! `strongroom key show`

use super::options::long;
use crate::failure::Failure;
use crate::period;
use crate::session::Session;
use clap::Args;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::fmt::Write;
use strongroom::{KeyInfo, KeyOption, OptionKind, OptionValue, Unusable, VersionInfo, VersionState};

/// Show what a key is, without its secrets.
#[derive(Args)]
pub(crate) struct Show {
    /// The name of the key.
    name: String,
}

impl Show {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let info = session.key(&self.name)?.info()?;
        print(session, &info, None)?;
        // As JSON they are in the result.
        if session.printer.json { Ok(()) } else { session.printer.warn_all(&info.warnings) }
    }
}

/// Everything as JSON; for people the whole, or what was done.
pub(crate) fn print(session: &Session, info: &KeyInfo, done: Option<&str>) -> Result<(), Failure> {
    let text = match done {
        Some(done) => {
            format!("{done} {}, type {}, version {}\n", info.name, info.key_type, info.latest_version)
        }
        None => text(info),
    };
    session.printer.print(&text, &Shown::from(info))
}

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    key_type: &'a str,
    disabled: bool,
    imported: bool,
    allow_rotation: bool,
    latest_version: u32,
    min_available_version: u32,
    #[serde(flatten)]
    options: ShownOptions<'a>,
    versions: Vec<ShownVersion<'a>>,
    warnings: &'a [String],
}

/// Every option that the library has, by its name.
struct ShownOptions<'a>(&'a KeyInfo);

impl Serialize for ShownOptions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(KeyOption::ALL.iter().map(|option| {
            // A number says its unit.
            let unit = if option.kind() == OptionKind::Period { "_seconds" } else { "" };
            (format!("{option}{unit}"), json(self.0.get(*option)))
        }))
    }
}

fn json(value: Option<OptionValue>) -> Value {
    match value {
        Some(OptionValue::Flag(on)) => on.into(),
        Some(OptionValue::Number(number)) => number.into(),
        Some(OptionValue::Text(text)) => text.into(),
        Some(OptionValue::Period(period)) => period.as_secs().into(),
        Some(OptionValue::Labels(labels)) => {
            labels.into_iter().map(|(name, value)| (name, Value::from(value))).collect()
        }
        Some(OptionValue::Version(version)) => version.map(strongroom::Version::get).into(),
        _ => Value::Null,
    }
}

#[derive(Serialize)]
struct ShownVersion<'a> {
    version: u32,
    key_type: &'a str,
    state: &'a str,
    imported: bool,
    created: Option<String>,
    retired: Option<String>,
    trimmed: Option<String>,
    /// Encryptions, where they are counted.
    uses: Option<u64>,
    /// Why nothing new is made with it, if that is so whatever the settings are.
    unusable: Option<&'static str>,
}

impl<'a> From<&'a KeyInfo> for Shown<'a> {
    fn from(info: &'a KeyInfo) -> Self {
        Self {
            name: info.name.as_str(),
            key_type: info.key_type.name(),
            disabled: info.disabled,
            imported: info.imported,
            allow_rotation: info.allow_rotation,
            latest_version: info.latest_version.get(),
            min_available_version: info.min_available_version,
            options: ShownOptions(info),
            versions: info.versions.iter().map(ShownVersion::from).collect(),
            warnings: &info.warnings,
        }
    }
}

impl From<&VersionInfo> for ShownVersion<'_> {
    fn from(info: &VersionInfo) -> Self {
        Self {
            version: info.version.get(),
            key_type: info.key_type.name(),
            state: state(info.state),
            imported: info.imported,
            created: info.created.map(period::time),
            retired: info.retired.map(period::time),
            trimmed: info.trimmed.map(period::time),
            uses: info.uses,
            unusable: info.unusable.map(Unusable::name),
        }
    }
}

fn state(state: VersionState) -> &'static str {
    match state {
        VersionState::Active => "active",
        VersionState::Deactivated => "deactivated",
        VersionState::Suspended => "suspended",
        VersionState::Destroyed => "destroyed",
        _ => "unknown",
    }
}

fn text(info: &KeyInfo) -> String {
    let mut rows = vec![
        ("name".to_owned(), info.name.to_string()),
        ("type".to_owned(), info.key_type.to_string()),
        ("latest version".to_owned(), info.latest_version.to_string()),
        ("min available version".to_owned(), info.min_available_version.to_string()),
        ("disabled".to_owned(), yes(info.disabled)),
        ("imported".to_owned(), yes(info.imported)),
        ("allow rotation".to_owned(), yes(info.allow_rotation)),
    ];
    for option in KeyOption::ALL {
        let name = long(*option).replace('-', " ");
        rows.extend(words(info.get(*option)).into_iter().map(|value| (name.clone(), value)));
    }
    let mut text = String::new();
    for (name, value) in rows {
        let _ = writeln!(text, "{name:24}{}", value.escape_debug());
    }
    for version in &info.versions {
        let shown = ShownVersion::from(version);
        let created = shown.created.unwrap_or_else(|| "unknown time".to_owned());
        let imported = if shown.imported { ", imported" } else { "" };
        let uses = shown.uses.map(|uses| format!(", {uses} uses")).unwrap_or_default();
        let unusable = shown.unusable.map(|why| format!(", makes nothing new: {why}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "version {:<16}{}, {}, created {created}{imported}{uses}{unusable}",
            shown.version, shown.key_type, shown.state
        );
    }
    text
}

fn yes(on: bool) -> String {
    (if on { "yes" } else { "no" }).to_owned()
}

/// A value for people; of labels each by itself.
fn words(value: Option<OptionValue>) -> Vec<String> {
    match value {
        Some(OptionValue::Flag(on)) => vec![yes(on)],
        Some(OptionValue::Number(number)) => vec![number.to_string()],
        Some(OptionValue::Text(text)) => vec![text],
        Some(OptionValue::Period(period)) => vec![period::show(period)],
        Some(OptionValue::Labels(labels)) => {
            labels.into_iter().map(|(name, value)| format!("{name}={}", value.unwrap_or_default())).collect()
        }
        Some(OptionValue::Version(Some(version))) => vec![version.to_string()],
        Some(OptionValue::Version(None)) => vec!["latest only".to_owned()],
        _ => Vec::new(),
    }
}
