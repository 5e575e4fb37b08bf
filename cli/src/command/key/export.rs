//! `strongroom key export`

use crate::base64;
use crate::failure::Failure;
use crate::message::version;
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use strongroom::{Error, ExportFormat, ExportKind, Expose, KeyType, SecretBytes, Version};

/// Give out the material of an exportable key, or the public keys of a signing key: a line per version, its
/// number and base64.
#[derive(Args)]
pub(crate) struct Export {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    output: Output,
    /// Which part of each version [default: what the key's type is for].
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// This version only, without its number.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
    /// Write the bytes of the one version themselves.
    #[arg(long, requires = "key_version")]
    binary: bool,
    /// In a form of Transit's export: base64 of the bytes, or PKCS#8 and SubjectPublicKeyInfo as base64 of
    /// DER, or as PEM.
    #[arg(long, value_name = "FORMAT", value_enum, conflicts_with = "binary")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "raw")]
    transit: Option<Format>,
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
    /// What verifies, which is not secret.
    #[value(name = "public-key")]
    Public,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Raw,
    Der,
    Pem,
}

#[derive(Serialize)]
struct Exported<'a> {
    name: &'a str,
    kind: &'a str,
    keys: BTreeMap<u32, &'a str>,
}

impl Export {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let is_public = matches!(self.kind, Some(Kind::Public));
        if !is_public && !self.expose_secret_material {
            return Err(Error::ExposureNotConfirmed.into());
        }
        let format = self.transit.unwrap_or(Format::Raw);
        if format == Format::Pem
            && self.key_version.is_none()
            && (!session.printer.json || self.output.path().is_some())
        {
            return Err(Failure::usage(
                "PEM has several lines; say which version with --key-version, or give --json without --out",
            ));
        }
        let key = session.key(&self.name)?;
        let kind = match self.kind {
            Some(kind) => kind,
            None => Kind::of(key.info()?.key_type),
        };
        let mut texts: BTreeMap<Version, SecretBytes> = match kind.secret() {
            Some(kind) => key.export_transit(kind, format.into(), Expose::SecretMaterial)?,
            None => {
                let public_keys = key.public_keys_transit(format.into()).map_err(|error| match error {
                    Error::ContextRequired => Failure::usage("a derived key has a public key for each context; `strongroom key public-key` takes one"),
                    other => other.into(),
                })?;
                public_keys.into_iter().map(|(version, text)| (version, text.into_bytes().into())).collect()
            }
        };
        if let Some(only) = self.key_version {
            texts.retain(|version, _| *version == only);
        }
        let keys: BTreeMap<u32, &str> = texts
            .iter()
            .map(|(version, text)| Ok((version.get(), crate::input::text(text)?)))
            .collect::<Result<_, Failure>>()?;
        let Some(first) = keys.values().next().copied() else { return Err(Error::NoSuchVersion.into()) };
        let json = Exported { name: &self.name, kind: kind.name(), keys };
        let readers = if is_public { Readers::Anyone } else { Readers::Owner };
        if self.binary {
            let material = base64::decode(first.as_bytes()).ok_or(Error::Malformed)?;
            return session.printer.binary(&self.output, readers, &material, &json);
        }
        session.printer.data(&self.output, readers, self.lines(&texts).expose(), &json)
    }

    fn lines(&self, texts: &BTreeMap<Version, SecretBytes>) -> SecretBytes {
        // Enough from the start, so that no copy is left behind by growing.
        let mut lines = Vec::with_capacity(texts.values().map(|text| text.len() + 16).sum());
        for (version, text) in texts {
            if self.key_version.is_none() {
                lines.extend_from_slice(format!("{version} ").as_bytes());
            }
            lines.extend_from_slice(text.expose());
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
            Self::Public => "public-key",
        }
    }

    /// What is handed out only when that is confirmed.
    fn secret(self) -> Option<ExportKind> {
        match self {
            Self::Encryption => Some(ExportKind::EncryptionKey),
            Self::Signing => Some(ExportKind::SigningKey),
            Self::Hmac => Some(ExportKind::HmacKey),
            Self::Public => None,
        }
    }
}

impl From<Format> for ExportFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Raw => Self::Raw,
            Format::Der => Self::Der,
            Format::Pem => Self::Pem,
        }
    }
}
