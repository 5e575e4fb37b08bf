//! The options of keys in C: the structs in which they are said and told, and the conversion of each. A new
//! one is a field at the end of each struct, or a flag.

use crate::choice::{self, chosen};
use crate::failure::Failure;
use crate::fields::{Layout, layouts};
use crate::import;
use crate::maps::{self, Pair};
use crate::memory::{In, Len};
use crate::structure::{self, Structure, field};
use std::ffi::c_char;
use std::time::Duration;
use strongroom::{KeyConfig, KeyInfo, KeySpec};

/// What is on or off. strongroom_key_spec takes the first five; strongroom_key_details has all.
///
/// cbindgen:rename-all=prefix:STRONGROOM_
#[repr(C)]
pub enum Flags {
    /// Every message is worked on with a subkey made from a context.
    DERIVED = 1,
    /// Equal plaintexts under equal contexts give equal ciphertexts, within one version. Needs
    /// STRONGROOM_DERIVED.
    CONVERGENT = 2,
    /// The material can be exported.
    EXPORTABLE = 4,
    /// Backups that are not sealed can be taken, if the key is exportable too.
    ALLOW_PLAINTEXT_BACKUP = 8,
    /// The key can be deleted.
    DELETION_ALLOWED = 16,
    /// The key is suspended as a whole.
    DISABLED = 32,
    /// The latest version came from outside.
    IMPORTED = 64,
    /// `strongroom_key_rotate` adds a version, once the key is enabled.
    ALLOW_ROTATION = 128,
}

/// The type and options of a new key.
#[repr(C)]
pub struct Spec<'a> {
    pub(crate) size: usize,
    /// Its type, such as "xaes256-gcm" or "ed25519"; NULL for the default. docs/matrix.md has them all.
    pub(crate) key_type: In<'a, c_char>,
    /// Of enum strongroom_flags.
    pub(crate) flags: u32,
    /// Of keys of type "hmac", in bytes: 32 to 512; 0 for 32.
    pub(crate) key_size: u32,
    /// What ciphertexts and signatures start with, such as "app-{{version}}-"; NULL for the type's own.
    pub(crate) version_template: In<'a, c_char>,
    /// After how many seconds the key is due for rotation: 0 for never, else an hour or more.
    pub(crate) auto_rotate_period_s: u64,
    pub(crate) labels: In<'a, Pair<'a>>,
    pub(crate) labels_count: Len,
}

// SAFETY: a size first, then integers and pointers only.
unsafe impl Structure for Spec<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) fn spec(spec: In<'_, Spec<'_>>) -> Result<KeySpec, Failure> {
    let spec = structure::read(spec)?;
    let key_type = import::key_type(spec.key_type)?;
    let mut left = spec.flags;
    let mut on = |flag: Flags| {
        let flag = flag as u32;
        let on = left & flag != 0;
        left &= !flag;
        on
    };
    let mut made = key_type.map(KeySpec::new).unwrap_or_default();
    made = made.derived(on(Flags::DERIVED)).convergent(on(Flags::CONVERGENT));
    made = made.exportable(on(Flags::EXPORTABLE));
    made = made.allow_plaintext_backup(on(Flags::ALLOW_PLAINTEXT_BACKUP));
    made = made.deletion_allowed(on(Flags::DELETION_ALLOWED));
    if left != 0 {
        return Err(Failure::Argument("a flag of the specification is not known"));
    }
    made = made.auto_rotate_period(Duration::from_secs(spec.auto_rotate_period_s));
    if spec.key_size > 0 {
        made = made.key_size(u16::try_from(spec.key_size).unwrap_or(u16::MAX));
    }
    if let Some(template) = spec.version_template.optional_string()? {
        made = made.version_template(template);
    }
    for (name, value) in maps::labels(spec.labels, spec.labels_count)? {
        made = made.label(name, value.ok_or(Failure::Argument("the value of a label is NULL"))?);
    }
    Ok(made)
}

/// A switch that may stay as it is.
///
/// cbindgen:rename-all=prefix:STRONGROOM_
#[repr(C)]
pub enum Switch {
    UNCHANGED = 0,
    OFF = 1,
    ON = 2,
}

/// For strongroom_key_config.min_encryption_version: new ciphertexts and signatures are of the latest version
/// only.
pub const LATEST_ONLY: u32 = u32::MAX;

/// For strongroom_key_config.auto_rotate_period_s: the key is never due.
pub const NEVER: u64 = u64::MAX;

/// Changes to a key's settings. What is 0 stays as it is.
#[repr(C)]
pub struct Config<'a> {
    pub(crate) size: usize,
    /// Versions below this are suspended.
    pub(crate) min_decryption_version: u32,
    /// Versions from this on may be asked for by number in new ciphertexts and signatures.
    pub(crate) min_encryption_version: u32,
    /// Each one of enum strongroom_switch. The last two cannot be switched off again.
    pub(crate) deletion_allowed: u32,
    pub(crate) exportable: u32,
    pub(crate) allow_plaintext_backup: u32,
    pub(crate) reserved: u32,
    /// In seconds.
    pub(crate) auto_rotate_period_s: u64,
    /// Labels to set, or with a value that is NULL to remove.
    pub(crate) labels: In<'a, Pair<'a>>,
    pub(crate) labels_count: Len,
}

// SAFETY: a size first, then integers and a pointer only.
unsafe impl Structure for Config<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) fn config(config: In<'_, Config<'_>>) -> Result<KeyConfig, Failure> {
    let config = structure::read(config)?;
    if config.reserved != 0 {
        return Err(Failure::Argument("the reserved field of the change is not 0"));
    }
    let mut made = KeyConfig::new();
    if let Some(version) = choice::version(config.min_decryption_version)? {
        made = made.min_decryption_version(version);
    }
    if config.min_encryption_version == LATEST_ONLY {
        made = made.min_encryption_version(None);
    } else if let Some(version) = choice::version(config.min_encryption_version)? {
        made = made.min_encryption_version(Some(version));
    }
    if let Some(on) = switch(config.deletion_allowed)? {
        made = made.deletion_allowed(on);
    }
    if let Some(on) = switch(config.exportable)? {
        made = made.exportable(on);
    }
    if let Some(on) = switch(config.allow_plaintext_backup)? {
        made = made.allow_plaintext_backup(on);
    }
    made = match config.auto_rotate_period_s {
        0 => made,
        NEVER => made.auto_rotate_period(Duration::ZERO),
        seconds => made.auto_rotate_period(Duration::from_secs(seconds)),
    };
    for (name, value) in maps::labels(config.labels, config.labels_count)? {
        made = made.label(name, value);
    }
    Ok(made)
}

fn switch(number: u32) -> Result<Option<bool>, Failure> {
    let known = [
        (Switch::UNCHANGED as u32, None),
        (Switch::OFF as u32, Some(false)),
        (Switch::ON as u32, Some(true)),
    ];
    chosen(number, &known, Failure::Argument("not a strongroom_switch"))
}

/// A key as it is now: type, options, versions and counts. Nothing in it is secret.
#[repr(C)]
pub struct Info {
    pub(crate) size: usize,
    pub(crate) name: [c_char; 128],
    /// The type of the latest version.
    pub(crate) key_type: [c_char; 32],
    /// Empty if the key has none.
    pub(crate) version_template: [c_char; 136],
    /// Of enum strongroom_flags.
    pub(crate) flags: u32,
    pub(crate) latest_version: u32,
    /// 0 as long as nothing was trimmed.
    pub(crate) min_available_version: u32,
    pub(crate) min_decryption_version: u32,
    /// 0: only the latest.
    pub(crate) min_encryption_version: u32,
    /// Of keys of type "hmac", in bytes; else 0.
    pub(crate) key_size: u32,
    /// In seconds; 0 for never.
    pub(crate) auto_rotate_period_s: u64,
}

// SAFETY: a size first, then integers only.
unsafe impl Structure for Info {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// What a key is, in a struct of this size.
pub(crate) fn info(known: &KeyInfo, size: usize) -> Info {
    let flags = [
        (known.derived, Flags::DERIVED),
        (known.convergent, Flags::CONVERGENT),
        (known.exportable, Flags::EXPORTABLE),
        (known.allow_plaintext_backup, Flags::ALLOW_PLAINTEXT_BACKUP),
        (known.deletion_allowed, Flags::DELETION_ALLOWED),
        (known.disabled, Flags::DISABLED),
        (known.imported, Flags::IMPORTED),
        (known.allow_rotation, Flags::ALLOW_ROTATION),
    ];
    Info {
        size,
        name: field(known.name.as_str()),
        key_type: field(known.key_type.name()),
        version_template: field(known.version_template.as_deref().unwrap_or_default()),
        flags: flags.into_iter().filter(|(on, _)| *on).map(|(_, flag)| flag as u32).sum(),
        latest_version: known.latest_version.get(),
        min_available_version: known.min_available_version,
        min_decryption_version: known.min_decryption_version.get(),
        min_encryption_version: known.min_encryption_version.map_or(0, strongroom::Version::get),
        key_size: known.key_size.unwrap_or(0).into(),
        auto_rotate_period_s: known.auto_rotate_period.as_secs(),
    }
}

/// The layout of these structs.
pub(crate) fn layout() -> Vec<Layout> {
    layouts! {
        Spec<'_> = "strongroom_key_spec":
            size key_type flags key_size version_template auto_rotate_period_s labels labels_count;
        Config<'_> = "strongroom_key_config":
            size min_decryption_version min_encryption_version deletion_allowed exportable
            allow_plaintext_backup reserved
            auto_rotate_period_s labels labels_count;
        Info = "strongroom_key_details":
            size name key_type version_template flags latest_version min_available_version
            min_decryption_version min_encryption_version
            key_size auto_rotate_period_s;
    }
}
