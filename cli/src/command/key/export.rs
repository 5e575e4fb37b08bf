//! `strongroom key export`

use crate::base64;
use crate::failure::Failure;
use crate::message::version;
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use strongroom::{Error, ExportKind, Expose, KeyType, SecretBytes, Version};
use zeroize::Zeroizing;

/// Give out the raw material of an exportable key: a line per version, its number and base64.
#[derive(Args)]
pub(crate) struct Export {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: Output,
    /// Which part of each version [default: what the key's type is for].
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// This version only, as base64 alone.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
    /// Write the bytes of the one version themselves.
    #[arg(long, requires = "key_version")]
    binary: bool,
    /// Yes, secret key material shall leave the keyring.
    #[arg(long)]
    expose_secret_material: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// What encrypts.
    #[value(name = "encryption-key")]
    Encryption,
    /// What signs: for ed25519 the seed and the public key.
    #[value(name = "signing-key")]
    Signing,
    /// What makes macs.
    #[value(name = "hmac-key")]
    Hmac,
}

#[derive(Serialize)]
struct Exported<'a> {
    name: &'a str,
    kind: &'a str,
    keys: BTreeMap<u32, &'a str>,
}

impl Export {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        if !self.expose_secret_material {
            return Err(Error::ExposureNotConfirmed.into());
        }
        let key = session.key(&self.name)?;
        let kind = match self.kind {
            Some(kind) => kind,
            None => Kind::of(key.info()?.key_type),
        };
        let mut versions = key.export(kind.into(), Expose::SecretMaterial)?;
        if let Some(only) = self.key_version {
            versions.retain(|version, _| *version == only);
        }
        if versions.is_empty() {
            return Err(Error::NoSuchVersion.into());
        }
        let encoded: BTreeMap<Version, Zeroizing<String>> = versions.iter().map(|(version, material)| (*version, base64::encode(material.expose()))).collect();
        let keys = encoded.iter().map(|(version, text)| (version.get(), text.as_str())).collect();
        let json = Exported { name: &self.name, kind: kind.name(), keys };
        match versions.values().next() {
            Some(material) if self.binary => session.printer.binary(&self.output, Readers::Owner, material.expose(), &json),
            _ => session.printer.data(&self.output, Readers::Owner, self.lines(&encoded).expose(), &json),
        }
    }

    fn lines(&self, encoded: &BTreeMap<Version, Zeroizing<String>>) -> SecretBytes {
        // Enough from the start, so that no copy is left behind by growing.
        let mut lines = Vec::with_capacity(encoded.values().map(|text| text.len() + 16).sum());
        for (version, text) in encoded {
            if self.key_version.is_none() {
                lines.extend_from_slice(format!("{version} ").as_bytes());
            }
            lines.extend_from_slice(text.as_bytes());
            lines.push(b'\n');
        }
        SecretBytes::new(lines)
    }
}

impl Kind {
    fn of(key_type: KeyType) -> Self {
        if key_type.encrypts() {
            Self::Encryption
        } else if key_type.signs() {
            Self::Signing
        } else {
            Self::Hmac
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Encryption => "encryption-key",
            Self::Signing => "signing-key",
            Self::Hmac => "hmac-key",
        }
    }
}

impl From<Kind> for ExportKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Encryption => Self::EncryptionKey,
            Kind::Signing => Self::SigningKey,
            Kind::Hmac => Self::HmacKey,
        }
    }
}
