//! Key material in the forms in which the `export` endpoint gives it.

use crate::Error;
use crate::key::export::{ExportKind, export};
use crate::key::record::Record;
use crate::material::{Family, KeyType};
use crate::secret::SecretBytes;
use crate::version::Version;
use crate::wire::secret_text::encode;
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
    /// The same as PEM, without a newline at the end.
    Pem,
}

/// `PrivateKeyInfo` up to the seed: version 0, id-Ed25519, an octet string in an octet string (RFC 8410
/// section 7).
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
/// `SubjectPublicKeyInfo` up to the key (RFC 8410 section 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// The versions from `min_decryption_version` on that have the part asked for.
pub(crate) fn export_as(
    record: &Record,
    kind: ExportKind,
    format: ExportFormat,
) -> Result<BTreeMap<Version, SecretBytes>, Error> {
    let exported = export(record, kind)?;
    let is_ed25519 = kind == ExportKind::SigningKey && record.key_type() == KeyType::Ed25519;
    check_format(format, is_ed25519)?;
    let text = |material: SecretBytes| match format {
        ExportFormat::Raw => encode(material.expose()),
        _ => write(format, "PRIVATE KEY", &PKCS8, material.expose().get(..32).unwrap_or_default()),
    };
    Ok(exported.into_iter().map(|(version, material)| (version, text(material))).collect())
}

/// The public keys of the versions from `min_decryption_version` on.
pub(crate) fn public_keys(record: &Record, format: ExportFormat) -> Result<BTreeMap<Version, String>, Error> {
    let key_type = record.key_type();
    if record.disabled {
        return Err(Error::KeyDisabled);
    }
    if key_type.profile().family != Family::Ed25519 {
        return Err(Error::OperationNotSupported {
            operation: "export of a public key",
            key_type: key_type.name(),
        });
    }
    // The products show what the subkeys are made from, with which nothing can be verified.
    if record.derived {
        return Err(Error::ContextRequired);
    }
    let public = |version: &crate::key::record::VersionRecord| match &version.material {
        Some(material) => material.expose().get(32..).map(<[u8]>::to_vec),
        None => version.public.as_deref().map(|public| public.to_vec()),
    };
    let text = |public: Vec<u8>| {
        let text = match format {
            ExportFormat::Raw => encode(&public),
            _ => write(format, "PUBLIC KEY", &SPKI, &public),
        };
        String::from_utf8_lossy(text.expose()).into_owned()
    };
    let versions = record.versions.iter().enumerate().skip(record.min_decryption.index());
    Ok(versions
        .filter_map(|(index, version)| Some((Version::from_index(index)?, text(public(version)?))))
        .collect())
}

fn check_format(format: ExportFormat, is_ed25519: bool) -> Result<(), Error> {
    if format == ExportFormat::Raw || is_ed25519 {
        return Ok(());
    }
    Err(Error::InvalidOption { reason: "symmetric and hmac keys have no other form than raw" })
}

/// One line of base64: both encodings are shorter than 65 characters.
fn write(format: ExportFormat, label: &str, head: &[u8], key: &[u8]) -> SecretBytes {
    let mut der = SecretBytes::copy_of(head);
    der.append(key);
    let base64 = encode(der.expose());
    if format == ExportFormat::Der {
        return base64;
    }
    let mut pem = SecretBytes::copy_of(format!("-----BEGIN {label}-----\n").as_bytes());
    pem.append(base64.expose());
    pem.append(format!("\n-----END {label}-----").as_bytes());
    pem
}
