//! What a new key is to be.

use crate::failure::Failure;
use crate::message::split;
use crate::period;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::time::Duration;
use strongroom::{KeySpec, KeyType};

/// The options of a new key. The first five are fixed for good.
#[derive(Args)]
pub(crate) struct SpecArguments {
    /// The type of the key.
    #[arg(long, value_name = "TYPE")]
    #[arg(default_value_t = KeyType::default(), value_parser = key_type())]
    key_type: KeyType,
    /// Every message is worked on with a subkey made from a context.
    #[arg(long)]
    derived: bool,
    /// Equal plaintexts under equal contexts give equal ciphertexts; needs --derived.
    #[arg(long)]
    convergent: bool,
    /// The size of a key of type hmac in bytes, 32 to 512.
    #[arg(long, value_name = "BYTES")]
    key_size: Option<u16>,
    /// What ciphertexts and signatures start with, with {{version}} for the number.
    #[arg(long, value_name = "TEXT")]
    version_template: Option<String>,
    /// The material can be exported. This cannot be undone.
    #[arg(long)]
    exportable: bool,
    /// Backups that are not sealed can be taken. This cannot be undone.
    #[arg(long)]
    allow_plaintext_backup: bool,
    /// The key can be deleted.
    #[arg(long)]
    deletion_allowed: bool,
    /// After how long 'key rotate-due' rotates the key: 90d, 24h, never.
    #[arg(long, value_name = "PERIOD", default_value = "never", value_parser = period::parse)]
    auto_rotate_period: Duration,
    /// A label; repeat it for more.
    #[arg(long, value_name = "NAME=VALUE")]
    label: Vec<String>,
}

impl SpecArguments {
    pub(crate) fn spec(&self) -> Result<KeySpec, Failure> {
        let Self {
            key_type,
            derived,
            convergent,
            key_size,
            version_template,
            exportable,
            allow_plaintext_backup,
            deletion_allowed,
            auto_rotate_period,
            label,
        } = self;
        let mut spec = KeySpec::new(*key_type)
            .derived(*derived)
            .convergent(*convergent)
            .exportable(*exportable)
            .allow_plaintext_backup(*allow_plaintext_backup)
            .deletion_allowed(*deletion_allowed)
            .auto_rotate_period(*auto_rotate_period);
        if let Some(size) = key_size {
            spec = spec.key_size(*size);
        }
        if let Some(template) = version_template {
            spec = spec.version_template(template);
        }
        Ok(split("--label", label)?.into_iter().fold(spec, |spec, (name, value)| spec.label(name, value)))
    }
}

/// The types that this build works with.
pub(crate) fn key_type() -> impl TypedValueParser<Value = KeyType> {
    let names =
        KeyType::ALL.iter().filter(|key_type| key_type.is_supported()).map(|key_type| key_type.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<KeyType>())
}
