//! `strongroom key import`

use super::spec::SpecArguments;
use crate::base64;
use crate::failure::Failure;
use crate::input::{Input, read_file, without_newline};
use crate::message::{hash, version};
use crate::numbers::counted;
use crate::session::{Session, no_name};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use strongroom::{Error, HashAlgorithm, Kdf, SecretBytes, Version};

/// Make a key, or a further version of an imported key, from material that comes from outside.
#[derive(Args)]
pub(crate) struct Import {
    /// The name of the key.
    name: String,
    #[command(flatten)]
    input: Input,
    /// How the input is written down [default, where --format is given: raw].
    #[arg(long, value_enum, required_unless_present = "format")]
    encoding: Option<Encoding>,
    /// What the input is.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A file with the passphrase that a private key is encrypted with; one newline at its end does not
    /// count.
    #[arg(long, value_name = "FILE")]
    in_passphrase_file: Option<PathBuf>,
    /// The hash function that it was wrapped with [default: sha2-256].
    #[arg(long, value_name = "HASH", value_parser = hash())]
    hash: Option<HashAlgorithm>,
    /// Add the material as the latest version of a key that was imported before, with the options it has. The
    /// private half of the latest version completes that one.
    #[arg(long, conflicts_with_all = ["key_type", "KeyOptions"])]
    add_version: bool,
    /// The version that the material completes: one with a public key alone, whose private half it is.
    #[arg(long, value_name = "N", value_parser = version)]
    key_version: Option<Version>,
    /// Let the key rotate to material that is made here.
    #[arg(long)]
    allow_rotation: bool,
    /// How a derived key of a Transit type makes its subkeys.
    #[arg(long, value_enum, default_value_t)]
    kdf: KdfName,
    #[command(flatten)]
    spec: SpecArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Encoding {
    /// The bytes themselves.
    Raw,
    /// Padded standard base64.
    Base64,
    /// Hexadecimal digits.
    Hex,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// The material alone.
    #[default]
    Raw,
    /// PKCS#8 of a private key, DER or PEM.
    Pkcs8,
    /// A private key in any form that openssl writes: PKCS#8, SEC 1 or PKCS#1, DER or PEM.
    PrivateKey,
    /// A public key alone, which verifies and, of RSA, encrypts: SubjectPublicKeyInfo, DER or PEM, or raw.
    PublicKey,
    /// What was wrapped for the key of 'strongroom key wrapping-key', as it is or as base64.
    Wrapped,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum KdfName {
    /// HKDF-SHA256: Transit's KDF 1.
    #[default]
    HkdfSha256,
    /// HMAC in counter mode: Transit's KDF 0, for keys that older servers imported.
    HmacCounter,
}

impl Import {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let spec = self.spec.spec()?;
        let ring = session.keyring()?;
        let kdf = match self.kdf {
            KdfName::HkdfSha256 => Kdf::HkdfSha256,
            KdfName::HmacCounter => Kdf::HmacCounter,
        };
        let bytes = self.encoding.unwrap_or(Encoding::Raw).decode(self.input.read()?)?;
        let given = counted(bytes.len() as u64, "byte");
        let import = self.import(bytes)?.allow_rotation(self.allow_rotation).kdf(kdf);
        let refused = |error| match error {
            Error::InvalidMaterial { .. } => Failure::advised(error, Some(format!("{given} of it came in"))),
            error => no_name(&self.name, error),
        };
        let key = if self.add_version {
            let key = session.key(&self.name)?;
            key.import_version(import).map_err(refused)?;
            key
        } else {
            ring.import_key(&self.name, import, spec).map_err(refused)?
        };
        super::show::print(session, &key.info()?, Some("imported"))
    }

    fn import(&self, bytes: SecretBytes) -> Result<strongroom::Import, Failure> {
        let mut import = match (self.format, self.hash) {
            (Format::Wrapped, hash) => strongroom::Import::wrapped(bytes, hash.unwrap_or_default()),
            (_, Some(_)) => return Err(Failure::usage("--hash goes with --format wrapped")),
            (Format::Raw, None) => strongroom::Import::raw(bytes),
            (Format::Pkcs8, None) => strongroom::Import::pkcs8(bytes),
            (Format::PrivateKey, None) => strongroom::Import::private_key(bytes),
            (Format::PublicKey, None) => strongroom::Import::public_key(bytes),
        };
        if let Some(file) = &self.in_passphrase_file {
            import = import.passphrase(without_newline(read_file(file)?));
        }
        Ok(match self.key_version {
            Some(version) => import.at(version),
            None => import,
        })
    }
}

impl Encoding {
    fn decode(self, input: SecretBytes) -> Result<SecretBytes, Failure> {
        let refused = |reason| Failure::Library(Error::InvalidMaterial { reason });
        let decoded = match self {
            Self::Raw => return Ok(input),
            Self::Base64 => base64::decode(without_newline(input).expose())
                .ok_or(refused("it is not padded standard base64"))?,
            Self::Hex => base64::decode_hex(without_newline(input).expose())
                .ok_or(refused("it is not an even number of hexadecimal digits"))?,
        };
        let mut decoded = decoded;
        Ok(SecretBytes::new(std::mem::take(&mut *decoded)))
    }
}
