//! `strongroom key show`

use crate::failure::Failure;
use crate::period;
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use strongroom::{KeyInfo, Unusable, VersionInfo, VersionState};

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
    derived: bool,
    convergent: bool,
    disabled: bool,
    imported: bool,
    allow_rotation: bool,
    exportable: bool,
    allow_plaintext_backup: bool,
    deletion_allowed: bool,
    auto_rotate_period_seconds: u64,
    latest_version: u32,
    min_available_version: u32,
    min_decryption_version: u32,
    /// Absent: only the latest.
    min_encryption_version: Option<u32>,
    key_size: Option<u16>,
    version_template: Option<&'a str>,
    labels: &'a BTreeMap<String, String>,
    versions: Vec<ShownVersion<'a>>,
    warnings: &'a [String],
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
            derived: info.derived,
            convergent: info.convergent,
            disabled: info.disabled,
            imported: info.imported,
            allow_rotation: info.allow_rotation,
            exportable: info.exportable,
            allow_plaintext_backup: info.allow_plaintext_backup,
            deletion_allowed: info.deletion_allowed,
            auto_rotate_period_seconds: info.auto_rotate_period.as_secs(),
            latest_version: info.latest_version.get(),
            min_available_version: info.min_available_version,
            min_decryption_version: info.min_decryption_version.get(),
            min_encryption_version: info.min_encryption_version.map(|version| version.get()),
            key_size: info.key_size,
            version_template: info.version_template.as_deref(),
            labels: &info.labels,
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
    let yes = |on: bool| if on { "yes" } else { "no" };
    let mut rows: Vec<(&str, String)> = vec![
        ("name", info.name.to_string()),
        ("type", info.key_type.to_string()),
        ("latest version", info.latest_version.to_string()),
        ("min decryption version", info.min_decryption_version.to_string()),
        (
            "min encryption version",
            info.min_encryption_version.map_or("latest only".to_owned(), |version| version.to_string()),
        ),
        ("min available version", info.min_available_version.to_string()),
        ("derived", yes(info.derived).to_owned()),
        ("convergent", yes(info.convergent).to_owned()),
        ("disabled", yes(info.disabled).to_owned()),
        ("imported", yes(info.imported).to_owned()),
        ("allow rotation", yes(info.allow_rotation).to_owned()),
        ("exportable", yes(info.exportable).to_owned()),
        ("allow plaintext backup", yes(info.allow_plaintext_backup).to_owned()),
        ("deletion allowed", yes(info.deletion_allowed).to_owned()),
        ("auto rotate period", period::show(info.auto_rotate_period)),
    ];
    rows.extend(info.key_size.map(|size| ("key size", format!("{size} bytes"))));
    rows.extend(info.version_template.clone().map(|template| ("version template", template)));
    rows.extend(info.labels.iter().map(|(name, value)| ("label", format!("{name}={value}"))));
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
