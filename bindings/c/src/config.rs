//! `strongroom_key_config`: changes to a key's settings.

use crate::choice::chosen;
use crate::failure::Failure;
use crate::maps::{self, Pair};
use crate::memory::{In, Len};
use crate::structure::{self, Structure};
use std::time::Duration;
use strongroom::{KeyConfig, Version};

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

/// For strongroom_key_config.auto_rotate_period: the key is never due.
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
    pub(crate) auto_rotate_period: u64,
    /// Labels to set, or with a value that is NULL to remove.
    pub(crate) labels: In<'a, Pair<'a>>,
    pub(crate) labels_count: Len,
}

// SAFETY: a size first, then integers and a pointer only.
unsafe impl Structure for Config<'_> {
    const FIRST_SIZE: usize = size_of::<Self>();
}

pub(crate) fn read(config: In<'_, Config<'_>>) -> Result<KeyConfig, Failure> {
    let config = structure::read(config)?;
    if config.reserved != 0 {
        return Err(Failure::Argument("the reserved field of the change is not 0"));
    }
    let mut made = KeyConfig::new();
    if let Some(version) = version(config.min_decryption_version)? {
        made = made.min_decryption_version(version);
    }
    if config.min_encryption_version == LATEST_ONLY {
        made = made.min_encryption_version(None);
    } else if let Some(version) = version(config.min_encryption_version)? {
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
    made = match config.auto_rotate_period {
        0 => made,
        NEVER => made.auto_rotate_period(Duration::ZERO),
        seconds => made.auto_rotate_period(Duration::from_secs(seconds)),
    };
    for (name, value) in maps::labels(config.labels, config.labels_count)? {
        made = made.label(name, value);
    }
    Ok(made)
}

/// A version, or `None` for 0.
pub(crate) fn version(number: u32) -> Result<Option<Version>, Failure> {
    match number {
        0 => Ok(None),
        number => Version::new(number).map(Some).ok_or(Failure::Argument("a version is above 2147483647")),
    }
}

fn switch(number: u32) -> Result<Option<bool>, Failure> {
    let known = [
        (Switch::UNCHANGED as u32, None),
        (Switch::OFF as u32, Some(false)),
        (Switch::ON as u32, Some(true)),
    ];
    chosen(number, &known, Failure::Argument("not a strongroom_switch"))
}
