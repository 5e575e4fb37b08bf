//! `strongroom key configure`

use crate::failure::Failure;
use crate::message::{split, version};
use crate::period;
use crate::session::Session;
use clap::Args;
use std::time::Duration;
use strongroom::{KeyConfig, Version};

/// Change settings of a key: all that are given or, with an error, none.
#[derive(Args)]
pub(crate) struct Configure {
    /// The name of the key.
    name: String,
    /// Refuse what was made with a version below this.
    #[arg(long, value_name = "N", value_parser = version)]
    min_decryption_version: Option<Version>,
    /// Let versions from this on be asked for in new ciphertexts and signatures; 'latest' for that one only.
    #[arg(long, value_name = "N|latest", value_parser = Lowest::parse)]
    min_encryption_version: Option<Lowest>,
    /// Let the key be deleted.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    deletion_allowed: Option<bool>,
    /// Let the material be exported. This cannot be undone.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    exportable: Option<bool>,
    /// Let backups be taken that are not sealed. This cannot be undone.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    allow_plaintext_backup: Option<bool>,
    /// After how long 'key rotate-due' rotates the key: 90d, 24h, never.
    #[arg(long, value_name = "PERIOD", value_parser = period::parse)]
    auto_rotate_period: Option<Duration>,
    /// Set a label; repeat it for more.
    #[arg(long, value_name = "NAME=VALUE")]
    label: Vec<String>,
    /// Remove a label; repeat it for more.
    #[arg(long, value_name = "NAME")]
    remove_label: Vec<String>,
}

/// The lowest version to encrypt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lowest {
    Version(Version),
    Latest,
}

impl Lowest {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "latest" { Ok(Self::Latest) } else { version(text).map(Self::Version) }
    }
}

impl Configure {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let config = self.config()?;
        if config == KeyConfig::new() {
            return Err(Failure::usage(
                "nothing to change; 'strongroom key configure --help' shows what can be",
            ));
        }
        let info = session.key(&self.name)?.configure(config)?;
        super::show::print(session, &info, Some("configured"))
    }

    fn config(&self) -> Result<KeyConfig, Failure> {
        let mut config = KeyConfig::new();
        if let Some(version) = self.min_decryption_version {
            config = config.min_decryption_version(version);
        }
        match self.min_encryption_version {
            Some(Lowest::Version(version)) => config = config.min_encryption_version(Some(version)),
            Some(Lowest::Latest) => config = config.min_encryption_version(None),
            None => {}
        }
        if let Some(on) = self.deletion_allowed {
            config = config.deletion_allowed(on);
        }
        if let Some(on) = self.exportable {
            config = config.exportable(on);
        }
        if let Some(on) = self.allow_plaintext_backup {
            config = config.allow_plaintext_backup(on);
        }
        if let Some(period) = self.auto_rotate_period {
            config = config.auto_rotate_period(period);
        }
        for name in &self.remove_label {
            config = config.label(name, None);
        }
        let labels = split("--label", &self.label)?;
        if labels.iter().any(|(name, _)| self.remove_label.iter().any(|removed| removed == name)) {
            return Err(Failure::usage(
                "a label is named twice, to be set and to be removed; say one of them",
            ));
        }
        for (name, value) in labels {
            config = config.label(name, Some(value.to_owned()));
        }
        Ok(config)
    }
}
