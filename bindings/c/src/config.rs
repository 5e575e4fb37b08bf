//! `strongroom_key_config`: changes to a key's settings.

use crate::failure::Failure;
use crate::maps::{self, Pair};
use crate::structure::{self, Structure};
use std::time::Duration;
use strongroom::{KeyConfig, Version};

/// `strongroom_key_config`
#[repr(C)]
pub struct Config {
    pub(crate) size: usize,
    pub(crate) min_decryption_version: u32,
    pub(crate) min_encryption_version: u32,
    pub(crate) deletion_allowed: u32,
    pub(crate) exportable: u32,
    pub(crate) allow_plaintext_backup: u32,
    pub(crate) reserved: u32,
    pub(crate) auto_rotate_period: u64,
    pub(crate) labels: *const Pair,
    pub(crate) labels_count: usize,
}

// SAFETY: integers and pointers only.
unsafe impl Structure for Config {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// `STRONGROOM_LATEST_ONLY`
const LATEST_ONLY: u32 = u32::MAX;
/// `STRONGROOM_NEVER`
const NEVER: u64 = u64::MAX;

/// # Safety
/// As `structure::read`, and what the struct points to is as `strongroom.h` says
pub(crate) unsafe fn read(pointer: *const Config) -> Result<KeyConfig, Failure> {
    // SAFETY: unless NULL, the caller's struct has as many bytes as its first field says.
    let config = unsafe { structure::read(pointer) }?;
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
    // SAFETY: unless NULL, there are `labels_count` pairs, and each string of them is NULL or as long as it
    // says.
    for (name, value) in unsafe { maps::labels(config.labels, config.labels_count) }? {
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

/// `strongroom_switch`
fn switch(number: u32) -> Result<Option<bool>, Failure> {
    match number {
        0 => Ok(None),
        1 => Ok(Some(false)),
        2 => Ok(Some(true)),
        _ => Err(Failure::Argument("not a strongroom_switch")),
    }
}
