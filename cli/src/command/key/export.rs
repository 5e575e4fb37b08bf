//! `strongroom key export`

use crate::base64;
use crate::failure::Failure;
use crate::input::read_file;
use crate::message::{hash, version};
use crate::output::{Output, Readers};
use crate::session::Session;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use strongroom::{
    Error, ExportFormat, ExportKind, Expose, HashAlgorithm, Key, KeyType, SecretBytes, Version,
};

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
    /// DER, or as PEM; or as a JSON Web Key, which Transit does not have.
    #[arg(long, value_name = "FORMAT", value_enum, conflicts_with = "binary")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "raw")]
    transit: Option<Format>,
    /// Wrapped for the public key in this file, PEM or DER: the wrapping key of another keyring, of OpenBao
    /// or of Vault.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["kind", "transit"])]
    wrap_for: Option<PathBuf>,
    /// The hash function to wrap with [default: sha2-256].
    #[arg(long, value_name = "HASH", value_parser = hash(), requires = "wrap_for")]
    hash: Option<HashAlgorithm>,
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
    Jwk,
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
        let in_lines = self.key_version.is_none() && (!session.printer.json || self.output.path().is_some());
        if in_lines && self.transit == Some(Format::Pem) {
            return Err(Failure::usage(SEVERAL_LINES));
        }
        let key = session.key(&self.name)?;
        let (kind, mut texts) = match &self.wrap_for {
            Some(file) => ("wrapped", self.wrapped(&key, file)?),
            None => {
                let kind = match self.kind {
                    Some(kind) => kind,
                    None => Kind::of(key.info()?.key_type),
                };
                (kind.name(), self.texts(&key, kind)?)
            }
        };
        if let Some(only) = self.key_version {
            texts.retain(|version, _| *version == only);
        }
        // Transit's raw form of some types is PEM.
        if in_lines && texts.values().any(|text| text.expose().contains(&b'\n')) {
            return Err(Failure::usage(SEVERAL_LINES));
        }
        let keys: BTreeMap<u32, &str> = texts
            .iter()
            .map(|(version, text)| Ok((version.get(), crate::input::text(text)?)))
            .collect::<Result<_, Failure>>()?;
        let Some(first) = keys.values().next().copied() else { return Err(Error::NoSuchVersion.into()) };
        let json = Exported { name: &self.name, kind, keys };
        let readers = if is_public { Readers::Anyone } else { Readers::Owner };
        if self.binary {
            let material = base64::decode(first.as_bytes()).ok_or(Error::Malformed)?;
            return session.printer.binary(&self.output, readers, &material, &json);
        }
        session.printer.data(&self.output, readers, self.lines(&texts).expose(), &json)
    }

    /// Each version, wrapped for somebody else.
    fn wrapped(&self, key: &Key, file: &Path) -> Result<BTreeMap<Version, SecretBytes>, Failure> {
        let to = strongroom::PublicKey::parse(read_file(file)?.expose())?;
        let wrapped = key.export_wrapped(&to, self.hash.unwrap_or_default(), Expose::SecretMaterial)?;
        Ok(secrets(wrapped))
    }

    fn texts(&self, key: &Key, kind: Kind) -> Result<BTreeMap<Version, SecretBytes>, Failure> {
        match (kind.secret(), self.transit) {
            (Some(kind), Some(format)) => {
                Ok(key.export_transit(kind, format.into(), Expose::SecretMaterial)?)
            }
            (Some(kind), None) => {
                let material = key.export(kind, Expose::SecretMaterial)?.into_iter();
                let base64 =
                    |bytes: SecretBytes| SecretBytes::from(base64::encode(bytes.expose()).as_bytes());
                Ok(material.map(|(version, bytes)| (version, base64(bytes))).collect())
            }
            (None, format) => {
                let public_keys = key.public_keys_transit(format.unwrap_or(Format::Raw).into());
                let mut texts = public_keys.map_err(|error| match error {
                    Error::ContextRequired => Failure::usage(
                        "a derived key has a public key for each context; `strongroom key public-key` takes \
                         one",
                    ),
                    other => other.into(),
                })?;
                if format.is_none() {
                    for (version, text) in &mut texts {
                        *text = base64::encode(key.public_key(Some(*version))?.as_bytes()).to_string();
                    }
                }
                Ok(secrets(texts))
            }
        }
    }

    fn lines(&self, texts: &BTreeMap<Version, SecretBytes>) -> SecretBytes {
        // Enough from the start, so that no copy is left behind by growing.
        let mut lines = Vec::with_capacity(texts.values().map(|text| text.len() + 16).sum());
        for (version, text) in texts {
            if self.key_version.is_none() {
                lines.extend_from_slice(format!("{version} ").as_bytes());
            }
            lines.extend_from_slice(text.expose());
            if !text.expose().ends_with(b"\n") {
                lines.push(b'\n');
            }
        }
        SecretBytes::new(lines)
    }
}

const SEVERAL_LINES: &str =
    "PEM has several lines; say which version with --key-version, or give --json without --out";

fn secrets(texts: BTreeMap<Version, String>) -> BTreeMap<Version, SecretBytes> {
    texts.into_iter().map(|(version, text)| (version, text.into_bytes().into())).collect()
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
            Format::Jwk => Self::Jwk,
        }
    }
}
