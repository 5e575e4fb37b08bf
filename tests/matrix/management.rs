//! What is done to keys rather than with them. Each row works on a key of its own: some destroy it.

use crate::operations::Row;
use crate::subject::Subject;
use strongroom::{
    Error, ExportKind, Expose, Import, Key, KeyConfig, KeySpec, Keyring, Seal, SecretArray, Version,
};

pub(crate) const ROWS: &[Row] = &[
    ("`info`", |s| s.key.info().map(drop)),
    ("`configure`", |s| {
        s.key.configure(KeyConfig::new().label("team", Some("payments".to_owned()))).map(drop)
    }),
    ("… a minimum version above the latest", |s| {
        s.key.configure(KeyConfig::new().min_decryption_version(version(99))).map(drop)
    }),
    ("`disable`, `enable`", |s| s.key.disable().and_then(|()| s.key.enable())),
    ("`rotate`", |s| {
        let info = s.key.info()?;
        let rotated = s.key.rotate();
        assert_eq!(rotated.is_ok(), info.allow_rotation && !info.disabled, "{}", s.label);
        rotated.map(drop)
    }),
    ("`rotate_due`, which passes over what cannot rotate", |s| {
        s.key.configure(KeyConfig::new().auto_rotate_period(std::time::Duration::from_secs(3600)))?;
        let before = s.key.info()?;
        s.clock.pass(std::time::Duration::from_secs(3600));
        for (_, result) in s.ring.rotate_due()? {
            result?;
        }
        let rotates = before.allow_rotation && !before.disabled;
        assert_eq!(
            s.key.info()?.latest_version.get(),
            before.latest_version.get() + u32::from(rotates),
            "{}",
            s.label
        );
        Ok(())
    }),
    ("`trim`, no minimum version set", |s| s.key.trim(version(2)).map(drop)),
    ("`trim` below both minimum versions", |s| {
        s.key.configure(windows(s))?;
        s.clock.pass(std::time::Duration::from_secs(3600));
        s.key.trim(s.key.info()?.latest_version)
    }),
    ("… of a version that was the latest until just now", |s| {
        s.key.configure(windows(s))?;
        s.key.trim(s.key.info()?.latest_version)
    }),
    ("`export` of the encryption key", |s| export(s, ExportKind::EncryptionKey)),
    ("`export` of the signing key", |s| export(s, ExportKind::SigningKey)),
    ("`export` of the hmac key", |s| export(s, ExportKind::HmacKey)),
    ("… of a key that is not exportable", |s| {
        s.key.export(ExportKind::HmacKey, Expose::SecretMaterial).map(drop)
    }),
    ("`configure` exportable off again", |s| {
        s.key.configure(KeyConfig::new().exportable(true))?;
        s.key.configure(KeyConfig::new().exportable(false)).map(drop)
    }),
    ("`backup`", |s| s.key.backup(seal()).map(drop)),
    ("`restore_key` into another keyring", |s| {
        let restored = restored(s)?.info()?;
        let info = s.key.info()?;
        assert_eq!(
            (restored.latest_version, restored.key_type, restored.derived),
            (info.latest_version, info.key_type, s.derived)
        );
        Ok(())
    }),
    ("… over the key itself", |s| s.ring.restore_key(&s.key.backup(seal())?, seal(), None).map(drop)),
    ("… with another seal", |s| {
        s.ring.restore_key(&s.key.backup(seal())?, other_seal(), Some("other")).map(drop)
    }),
    ("`import_version` into a key that was created", |s| {
        s.key.import_version(Import::raw(material(64))).map(drop)
    }),
    ("`key_or_create` by the same specification", |s| {
        s.ring.key_or_create(name(s).as_str(), spec(s)).map(drop)
    }),
    ("… by another one", |s| {
        s.ring
            .key_or_create(name(s).as_str(), KeySpec::default().version_template("app-{{version}}-"))
            .map(drop)
    }),
    ("`delete_key`", |s| s.ring.delete_key(&name(s))),
    ("… with deletion allowed", |s| {
        s.key.configure(KeyConfig::new().deletion_allowed(true))?;
        s.ring.delete_key(&name(s))
    }),
];

fn version(number: u32) -> Version {
    Version::new(number).unwrap()
}

fn name(s: &Subject) -> String {
    s.key.info().map(|info| info.name.to_string()).unwrap_or("k".to_owned())
}

fn spec(s: &Subject) -> KeySpec {
    KeySpec::new(s.key_type).derived(s.derived).convergent(s.convergent)
}

fn windows(s: &Subject) -> KeyConfig {
    let latest = s.key.info().map_or(version(1), |info| info.latest_version);
    KeyConfig::new().min_decryption_version(latest).min_encryption_version(Some(latest))
}

fn export(s: &Subject, kind: ExportKind) -> Result<(), Error> {
    s.key.configure(KeyConfig::new().exportable(true))?;
    let exported = s.key.export(kind, Expose::SecretMaterial)?;
    assert_eq!(exported.len(), 2, "a part for each version");
    Ok(())
}

fn restored(s: &Subject) -> Result<Key, Error> {
    Keyring::in_memory().restore_key(&s.key.backup(seal())?, seal(), Some("restored"))
}

pub(crate) fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&material(32)).unwrap())
}

fn other_seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&material(64)[32..]).unwrap())
}

/// Bytes that are not all the same.
pub(crate) fn material(len: usize) -> Vec<u8> {
    (0..len).map(|at| at as u8).collect()
}
