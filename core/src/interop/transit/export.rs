//! Key material in the forms in which the `export` endpoint gives it.

use crate::Error;
use crate::alg::Rejected;
use crate::alg::sign::SignAlgorithm;
use crate::error::invalid;
use crate::key::export::{ExportKind, export};
use crate::key::record::{Record, VersionRecord};
use crate::public_key::PublicKey;
use crate::secret::SecretBytes;
use crate::version::Version;
use crate::wire::secret_text::encode;
use crate::wire::{der, pem};
use std::collections::BTreeMap;

/// How Transit's `export` writes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExportFormat {
    /// Base64 of the bytes: of an Ed25519 key, seed and public key. What both products give unless asked
    /// otherwise.
    #[default]
    Raw,
    /// Base64 of PKCS#8 for a private and of SubjectPublicKeyInfo for a public key (RFC 8410).
    Der,
    /// PKCS#8 for a private and SubjectPublicKeyInfo for a public key, as PEM without a newline at the end.
    Pem,
}

/// The versions from `min_decryption_version` on that have the part asked for.
pub(crate) fn export_as(
    record: &Record,
    kind: ExportKind,
    format: ExportFormat,
) -> Result<BTreeMap<Version, SecretBytes>, Error> {
    let exported = export(record, kind)?;
    let text = |version: &VersionRecord, material: SecretBytes| match (format, version.key_type.signature()) {
        (ExportFormat::Raw, _) => Ok(encode(material.expose())),
        (_, Some(algorithm)) if kind == ExportKind::SigningKey => {
            Ok(write(format, "PRIVATE KEY", &pkcs8(algorithm, material.expose())?))
        }
        _ => Err(Error::InvalidOption { reason: invalid::FORMAT_IS_RAW_ONLY }),
    };
    let written = exported.into_iter().map(|(number, material)| {
        let version = record.version(number).ok_or(Error::NoSuchVersion)?;
        Ok((number, text(version, material)?))
    });
    written.collect()
}

/// The public keys of the versions from `min_decryption_version` on.
pub(crate) fn public_keys(record: &Record, format: ExportFormat) -> Result<BTreeMap<Version, String>, Error> {
    let key_type = record.key_type();
    record.check_enabled()?;
    if !key_type.signs() {
        return Err(Error::OperationNotSupported {
            operation: "export of a public key",
            key_type: key_type.name(),
        });
    }
    // The products show what the subkeys are made from, with which nothing can be verified.
    if record.derived {
        return Err(Error::ContextRequired);
    }
    let text = |version: &VersionRecord| {
        let public = PublicKey::new(version.key_type, version.key_type.signature()?, &version.public_key()?);
        let text = match format {
            ExportFormat::Raw => encode(public.as_bytes()),
            _ => write(format, "PUBLIC KEY", &SecretBytes::new(public.to_der())),
        };
        Some(String::from_utf8_lossy(text.expose()).into_owned())
    };
    let versions = record.versions.iter().enumerate().skip(record.min_decryption.index());
    Ok(versions.filter_map(|(index, version)| Some((Version::from_index(index)?, text(version)?))).collect())
}

/// `PrivateKeyInfo` of checked material (RFC 5958 section 2 without what is optional): version 0, the
/// algorithm, and the key as an octet string.
fn pkcs8(algorithm: SignAlgorithm, material: &[u8]) -> Result<SecretBytes, Error> {
    let private = algorithm.write_private(material).map_err(|Rejected| Error::NoSuchVersion)?;
    let identifier = der::element(der::SEQUENCE, &[algorithm.identifier()]);
    let head = der::head(der::OCTET_STRING, private.len());
    let version = der::element(der::INTEGER, &[&[0]]);
    let len = version.len() + identifier.len() + head.len() + private.len();
    let mut document = SecretBytes::zeroed(0);
    for part in [&der::head(der::SEQUENCE, len), &version, &identifier, &head, &*private] {
        document.append(part);
    }
    Ok(document)
}

fn write(format: ExportFormat, label: &str, der: &SecretBytes) -> SecretBytes {
    if format == ExportFormat::Der { encode(der.expose()) } else { pem::encode(label, der.expose()) }
}
