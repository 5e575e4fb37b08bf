//! Material from outside, with what is said about it.

use crate::failure::Failure;
use crate::input::Take;
use crate::js::{Env, Value};
use crate::signing::hash_function;
use crate::spec::unknown;
use strongroom::{Error, Import, Kdf, SecretBytes};

const HASH_NEEDS_WRAPPED: Error = Error::invalid_option("hash_needs_wrapped");
const UNKNOWN_FORMAT: Error = Error::invalid_option("unknown_material_format");
const UNKNOWN_KDF: Error = Error::invalid_option("unknown_kdf");

const KNOWN: [&str; 6] = ["format", "hash", "passphrase", "version", "allowRotation", "kdf"];

/// Material to import, and what is said about it.
pub(crate) fn import<'s>(env: Env<'s>, material: Value<'s>, options: Value<'s>) -> Result<Import, Failure> {
    // Reading the options may run JavaScript, which could take the memory of the material away; so it is
    // borrowed after that.
    let options = env.options(options)?;
    let said = |wanted: &str| options.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
    let format = said("format").map(|value| env.string(value, "format")).transpose()?;
    let hash = said("hash").map(|value| hash_function(env, value)).transpose()?;
    let material = SecretBytes::from(&*env.binary(material, Take::Borrow, "key material")?);
    let mut import = match (format.as_deref().unwrap_or("raw"), hash) {
        ("wrapped", hash) => Import::wrapped(material, hash.unwrap_or_default()),
        ("raw" | "pkcs8" | "private-key" | "public-key", Some(_)) => return Err(HASH_NEEDS_WRAPPED.into()),
        ("raw", None) => Import::raw(material),
        ("pkcs8", None) => Import::pkcs8(material),
        ("private-key", None) => Import::private_key(material),
        ("public-key", None) => Import::public_key(material),
        _ => return Err(UNKNOWN_FORMAT.into()),
    };
    for (name, value) in options {
        import = match name.as_str() {
            "format" | "hash" => import,
            "passphrase" => {
                import.passphrase(SecretBytes::from(&*env.message(value, Take::Borrow, &name)?))
            }
            "version" => import.at(env.version(value)?),
            "allowRotation" => import.allow_rotation(env.on(value, &name)?),
            "kdf" => match env.string(value, &name)?.as_str() {
                "hkdf-sha256" => import.kdf(Kdf::HkdfSha256),
                "hmac-counter" => import.kdf(Kdf::HmacCounter),
                _ => return Err(UNKNOWN_KDF.into()),
            },
            _ => return Err(unknown(&name, KNOWN)),
        };
    }
    Ok(import)
}
