//! What is said about a message: context, aad, version, hash and form.

use crate::base64;
use crate::failure::Failure;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use strongroom::{Aad, Context, HashAlgorithm, Item, Key, SignatureForm, Version, View};

/// The context of a derived key. Neither this nor the aad is repeated in a message, since it may be about a person.
#[derive(Args)]
pub(crate) struct ContextArguments {
    /// The context of a derived key, as text.
    #[arg(long, value_name = "TEXT", group = "context_of_key")]
    context: Option<String>,
    /// One pair of a context that is a map; repeat it for more.
    #[arg(long, value_name = "NAME=VALUE", group = "context_of_key")]
    context_map: Vec<String>,
    /// The context of a derived key, as base64.
    #[arg(long, value_name = "BASE64", group = "context_of_key")]
    context_base64: Option<String>,
}

impl ContextArguments {
    pub(crate) fn is_given(&self) -> bool {
        self.context.is_some() || self.context_base64.is_some() || !self.context_map.is_empty()
    }

    /// The key under the context, if there is one.
    pub(crate) fn of(&self, key: &Key) -> Result<View, Failure> {
        match self.context()? {
            Some(context) => Ok(key.context(context)?),
            None => Ok((**key).clone()),
        }
    }

    fn context(&self) -> Result<Option<Context>, Failure> {
        Ok(match (&self.context, &self.context_map, &self.context_base64) {
            (Some(text), _, _) => Some(Context::bytes(text)?),
            (_, _, Some(text)) => Some(Context::bytes(decoded("--context-base64", text)?)?),
            (_, pairs, _) if !pairs.is_empty() => Some(Context::map(split("--context-map", pairs)?)?),
            _ => None,
        })
    }
}

/// How a key is looked at.
#[derive(Args)]
pub(crate) struct ViewArguments {
    #[command(flatten)]
    pub(crate) context: ContextArguments,
    /// Take what Vault's and OpenBao's Transit takes, and as it does: for keys and programs that come from there.
    #[arg(long)]
    pub(crate) transit: bool,
}

impl ViewArguments {
    /// The key under the context, if there is one, and as lenient as was asked for.
    pub(crate) fn of(&self, key: &Key) -> Result<View, Failure> {
        if !self.transit {
            return self.context.of(key);
        }
        if key.info()?.derived {
            return Ok(self.context.of(key)?.transit());
        }
        match self.context.context() {
            Err(wrong @ Failure::Usage(_)) => Err(wrong),
            // Transit does not look at a context that it has no use for.
            Ok(_) | Err(_) => Ok(key.transit()),
        }
    }
}

/// The version of the key to work with.
#[derive(Args)]
pub(crate) struct VersionArgument {
    /// The version to work with, instead of the latest.
    #[arg(long, value_name = "N", value_parser = version)]
    pub(crate) key_version: Option<Version>,
}

impl VersionArgument {
    pub(crate) fn on<'a>(&self, item: Item<'a>) -> Item<'a> {
        match self.key_version {
            Some(version) => item.version(version),
            None => item,
        }
    }
}

/// The hash function of a mac. Transit takes one with every signature too.
#[derive(Args)]
pub(crate) struct HashArgument {
    /// The hash function of a mac [default: sha2-256]. sha1, and a hash with a signature, need --transit.
    #[arg(long, value_name = "HASH", value_parser = hash())]
    hash: Option<HashAlgorithm>,
}

impl HashArgument {
    pub(crate) fn on<'a>(&self, item: Item<'a>) -> Item<'a> {
        match self.hash {
            Some(hash) => item.hash(hash),
            None => item,
        }
    }
}

fn hash() -> impl TypedValueParser<Value = HashAlgorithm> {
    let names = HashAlgorithm::WITH_SHA1.into_iter().map(HashAlgorithm::name);
    PossibleValuesParser::new(names).try_map(|name| HashAlgorithm::from_name(&name).ok_or("unknown hash function"))
}

/// The associated data of a message.
#[derive(Args)]
pub(crate) struct AadArguments {
    /// Associated data, as text: authenticated with the message, not stored.
    #[arg(long, value_name = "TEXT", group = "aad_of_message")]
    aad: Option<String>,
    /// One pair of associated data that are a map; repeat it for more.
    #[arg(long, value_name = "NAME=VALUE", group = "aad_of_message")]
    aad_map: Vec<String>,
    /// Associated data, as base64.
    #[arg(long, value_name = "BASE64", group = "aad_of_message")]
    aad_base64: Option<String>,
}

impl AadArguments {
    /// Calls with the aad, which borrows what was decoded.
    pub(crate) fn with<T>(&self, call: impl FnOnce(Aad<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        match (&self.aad, &self.aad_map, &self.aad_base64) {
            (Some(text), _, _) => call(Aad::from(text)),
            (_, _, Some(text)) => call(Aad::from(&*decoded("--aad-base64", text)?)),
            (_, pairs, _) if !pairs.is_empty() => call(Aad::map(split("--aad-map", pairs)?)?),
            _ => call(Aad::NONE),
        }
    }
}

fn decoded(option: &str, text: &str) -> Result<zeroize::Zeroizing<Vec<u8>>, Failure> {
    base64::decode(text.as_bytes()).ok_or_else(|| Failure::usage(format!("{option} takes padded standard base64")))
}

/// `NAME=VALUE`, at the first equals sign.
pub(crate) fn split<'a>(option: &str, pairs: &'a [String]) -> Result<Vec<(&'a str, &'a str)>, Failure> {
    pairs.iter().map(|pair| pair.split_once('=').ok_or_else(|| Failure::usage(format!("{option} takes NAME=VALUE")))).collect()
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Form {
    /// Padded standard base64.
    #[default]
    Asn1,
    /// URL-safe base64 without padding, as in JSON Web Signatures.
    Jws,
}

impl From<Form> for SignatureForm {
    fn from(form: Form) -> Self {
        match form {
            Form::Asn1 => Self::Asn1,
            Form::Jws => Self::Jws,
        }
    }
}

/// A version number, for clap.
pub(crate) fn version(text: &str) -> Result<Version, String> {
    text.parse().ok().and_then(Version::new).ok_or_else(|| format!("a version is a number from 1 to {}", Version::MAX))
}
