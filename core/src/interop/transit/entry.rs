//! One version, as a backup holds it (`KeyEntry`).

use super::json::Json;
use super::numbers::Numbers;
use super::{corrupt, once, time};
use crate::Error;
use crate::secret::SecretBytes;
use crate::wire::base64::Alphabet;
use crate::wire::go_base64;

/// What was read of a version. What is null or absent is `None`, or the zero value that Go has for it.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) key: Option<SecretBytes>,
    pub(super) hmac_key: Option<SecretBytes>,
    pub(super) time: Option<Option<u64>>,
    pub(super) creation_time: Option<i64>,
    pub(super) public_key: Option<Box<str>>,
    pub(super) convergent_version: Option<i64>,
    pub(super) chain: Option<Box<[Vec<u8>]>>,
    pub(super) algorithm: Option<i64>,
    pub(super) numbers: Option<Box<Numbers>>,
    /// Its key is elsewhere.
    pub(super) is_foreign: bool,
}

impl Entry {
    pub(super) fn read(json: &mut Json<'_>) -> Result<Self, Error> {
        let mut entry = Self::default();
        json.object(|name, json| {
            if json.null()? {
                return Ok(());
            }
            match name.to_ascii_lowercase().as_str() {
                "key" => once(&mut entry.key, bytes(json)?),
                "hmac_key" => once(&mut entry.hmac_key, bytes(json)?),
                "time" => once(
                    &mut entry.time,
                    time::parse(json.string()?.as_str()).ok_or(corrupt("a time in it is not one"))?,
                ),
                "creation_time" => once(&mut entry.creation_time, json.integer()?),
                "public_key" => once(&mut entry.public_key, json.string()?.as_str().into()),
                "convergent_version" => once(&mut entry.convergent_version, json.integer()?),
                "certificate_chain" => once(&mut entry.chain, chain(json)?),
                "algorithm" => once(&mut entry.algorithm, json.integer()?),
                name @ ("ec_x" | "ec_y" | "ec_d" | "rsa_key" | "rsa_public_key") => {
                    entry.numbers.get_or_insert_default().read(name, json)
                }
                "managed_key_id" | "managed_key_uuid" | "external_key_ref" => {
                    entry.is_foreign |= !json.string()?.as_str().is_empty();
                    Ok(())
                }
                _ => json.skip(),
            }
        })?;
        entry.public_key = entry.public_key.filter(|text| !text.is_empty());
        entry.chain = entry.chain.filter(|chain| !chain.is_empty());
        Ok(entry)
    }

    /// Whether there is a key in it.
    pub(super) fn has_key(&self) -> bool {
        self.key.is_some() || self.public_key.is_some() || self.numbers.is_some()
    }

    /// When the version was made, as exactly as it is known. The older field has whole seconds.
    pub(super) fn created(&self) -> Option<u64> {
        let older =
            || u64::try_from(self.creation_time?).ok()?.checked_mul(1_000_000_000).filter(|time| *time > 0);
        self.time.flatten().or_else(older)
    }
}

/// Base64 as Go reads it, decoded into wiped memory.
pub(super) fn bytes(json: &mut Json<'_>) -> Result<SecretBytes, Error> {
    go_base64::decode(json.string()?.as_str().as_bytes(), Alphabet::Standard)
        .map_err(|_| corrupt("a key or certificate in it is not base64"))
}

fn chain(json: &mut Json<'_>) -> Result<Box<[Vec<u8>]>, Error> {
    let mut chain = Vec::new();
    json.array(|json| {
        // As many as a chain has; each takes some room of its own, however short it is.
        if chain.len() == 100 {
            return Err(corrupt("a certificate chain in it is too long"));
        }
        chain.push(bytes(json)?.expose().to_vec());
        Ok(())
    })?;
    Ok(chain.into())
}
