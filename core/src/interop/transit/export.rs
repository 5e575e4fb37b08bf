//! Key material in the forms in which the `export` endpoint gives it.

use crate::Error;
use crate::alg::Rejected;
use crate::alg::sign::{RSA_PRIVATE_KEY, SignAlgorithm};
use crate::error::invalid;
use crate::key::export::{self, ExportKind, export};
use crate::key::record::{Record, VersionRecord};
use crate::private_key::{alone, jwk, pkcs8};
use crate::public_key::PublicKey;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;
use crate::wire::pem;
use crate::wire::secret_text::encode;
use std::collections::BTreeMap;

/// How Transit's `export` writes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExportFormat {
    /// What both products give unless asked otherwise: base64 of the bytes, of an Ed25519 key seed and public
    /// key. Of ECDSA and RSA it is PEM: `EC PRIVATE KEY`, `RSA PRIVATE KEY`, `PUBLIC KEY`.
    #[default]
    Raw,
    /// Base64 of PKCS#8 for a private and of SubjectPublicKeyInfo for a public key.
    Der,
    /// PKCS#8 for a private and SubjectPublicKeyInfo for a public key, as PEM. As in the products, PEM of RSA
    /// keys ends with a newline and that of others does not.
    Pem,
    /// A JSON Web Key (RFC 7517), with the members that are required, sorted and without spaces. The products
    /// have no such form.
    Jwk,
}

/// The versions from `min_decryption_version` on that have the part asked for.
pub(crate) fn export_as(
    record: &Record,
    kind: ExportKind,
    format: ExportFormat,
) -> Result<BTreeMap<Version, SecretBytes>, Error> {
    let exported = export(record, kind)?;
    let is_private = matches!(kind, ExportKind::SigningKey | ExportKind::EncryptionKey);
    let text = |version: &VersionRecord, material: SecretBytes| match version.key_type.signature() {
        Some(algorithm) if is_private => scrubbed::<DEEP, _>(|| private(version, algorithm, format)),
        _ if format == ExportFormat::Raw => Ok(encode(material.expose())),
        _ => Err(Error::InvalidOption { reason: invalid::FORMAT_IS_RAW_ONLY }),
    };
    let written = exported.into_iter().map(|(number, material)| {
        let version = record.version(number).ok_or(Error::NoSuchVersion)?;
        Ok((number, text(version, material)?))
    });
    written.collect()
}

fn private(
    version: &VersionRecord,
    algorithm: SignAlgorithm,
    format: ExportFormat,
) -> Result<SecretBytes, Error> {
    let material = version.material.as_ref().ok_or(Error::NoSuchVersion)?.expose();
    let written = match format {
        ExportFormat::Raw => match alone(algorithm, material) {
            Some(pem) => pem.map(|pem| ended(algorithm, pem)),
            None => Ok(encode(material)),
        },
        ExportFormat::Der => pkcs8(algorithm, material).map(|der| encode(der.expose())),
        ExportFormat::Pem => {
            pkcs8(algorithm, material).map(|der| ended(algorithm, pem::encode("PRIVATE KEY", der.expose())))
        }
        ExportFormat::Jwk => algorithm
            .public_of(material)
            .and_then(|public| jwk(&PublicKey::new(version.key_type, algorithm, &public), material)),
    };
    written.map_err(|Rejected| Error::NoSuchVersion)
}

/// The public keys of the versions from `min_decryption_version` on.
pub(crate) fn public_keys(record: &Record, format: ExportFormat) -> Result<BTreeMap<Version, String>, Error> {
    let text = |public: PublicKey| {
        let algorithm = public.algorithm();
        let text = match format {
            ExportFormat::Raw if algorithm.alone().is_none() => encode(public.as_bytes()),
            ExportFormat::Der => encode(&public.to_der()),
            ExportFormat::Raw | ExportFormat::Pem => {
                ended(algorithm, pem::encode("PUBLIC KEY", &public.to_der()))
            }
            ExportFormat::Jwk => SecretBytes::new(public.to_jwk().into_bytes()),
        };
        String::from_utf8_lossy(text.expose()).into_owned()
    };
    Ok(export::public_keys(record)?.map(|(version, public)| (version, text(public))).collect())
}

/// PEM with a newline at its end, if the products write one.
fn ended(algorithm: SignAlgorithm, mut pem: SecretBytes) -> SecretBytes {
    if algorithm.alone() == Some(RSA_PRIVATE_KEY) {
        pem.append(b"\n");
    }
    pem
}
