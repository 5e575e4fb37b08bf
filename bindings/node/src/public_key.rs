//! How a public key is written.

use crate::failure::Failure;
use crate::js::{Env, Refused, Value};
use crate::spec;
use strongroom::{Error, PublicKey};

const UNKNOWN_FORMAT: Error = Error::invalid_option("unknown_public_key_format");

#[derive(Clone, Copy)]
pub(crate) enum PublicKeyFormat {
    Raw,
    Der,
    Pem,
    Jwk,
}

impl PublicKeyFormat {
    /// What the one option `format` says.
    pub(crate) fn read<'s>(env: Env<'s>, options: Value<'s>) -> Result<Option<Self>, Failure> {
        let mut format = None;
        for (name, value) in env.options(options)? {
            if name != "format" {
                return Err(spec::unknown(&name, ["format"]));
            }
            format = Some(match env.string(value, &name)?.as_str() {
                "raw" => Self::Raw,
                "der" => Self::Der,
                "pem" => Self::Pem,
                "jwk" => Self::Jwk,
                _ => return Err(UNKNOWN_FORMAT.into()),
            });
        }
        Ok(format)
    }

    /// The key in this form: bytes, or text.
    pub(crate) fn write<'s>(self, env: Env<'s>, key: &PublicKey) -> Result<Value<'s>, Refused> {
        match self {
            Self::Raw => env.new_buffer(key.as_bytes()),
            Self::Der => env.new_buffer(&key.to_der()),
            Self::Pem => env.new_string(&key.to_pem()),
            Self::Jwk => env.new_string(&key.to_jwk()),
        }
    }
}
