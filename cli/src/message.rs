//! What is said about a message: context, aad, version, and the hash of a mac.

use crate::base64;
use crate::failure::Failure;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::collections::BTreeSet;
use strongroom::{Aad, Context, Error, HashAlgorithm, Item, Key, Version, View};
use strongroom_bulk::Given;
use zeroize::Zeroizing;

/// The context of a derived key. Neither this nor the aad is repeated in a message, since it may be about a
/// person.
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
        match self.said()?.context()? {
            Some(context) => Ok(key.context(context)?),
            None => Ok((**key).clone()),
        }
    }

    pub(crate) fn said(&self) -> Result<Said<'_>, Failure> {
        Said::of("context", self.context.as_deref(), &self.context_map, self.context_base64.as_deref())
    }
}

/// A context or aad as it was given.
pub(crate) enum Said<'a> {
    Nothing,
    Text(&'a str),
    Map(Vec<(&'a str, &'a str)>),
    Bytes(Zeroizing<Vec<u8>>),
}

impl<'a> Said<'a> {
    fn of(
        option: &str,
        text: Option<&'a str>,
        pairs: &'a [String],
        base64: Option<&'a str>,
    ) -> Result<Self, Failure> {
        Ok(match (text, pairs, base64) {
            (Some(text), _, _) => Self::Text(text),
            (_, _, Some(text)) => Self::Bytes(decoded(&format!("--{option}-base64"), text)?),
            (_, [], _) => Self::Nothing,
            (_, pairs, _) => Self::Map(split(&format!("--{option}-map"), pairs)?),
        })
    }

    /// What was given, as a table takes it.
    pub(crate) fn given(&self) -> Given<'_> {
        match self {
            Self::Nothing => Given::Nothing,
            Self::Text(text) => Given::Bytes(text.as_bytes()),
            Self::Map(pairs) => Given::Map(pairs),
            Self::Bytes(bytes) => Given::Bytes(bytes),
        }
    }

    pub(crate) fn context(&self) -> Result<Option<Context>, Error> {
        Ok(match self {
            Self::Nothing => None,
            Self::Text(text) => Some(Context::bytes(text)?),
            Self::Map(pairs) => Some(Context::map(pairs.iter().copied())?),
            Self::Bytes(bytes) => Some(Context::bytes(bytes.as_slice())?),
        })
    }

    pub(crate) fn aad(&self) -> Result<Aad<'_>, Error> {
        Ok(match self {
            Self::Nothing => Aad::NONE,
            Self::Text(text) => Aad::from(*text),
            Self::Map(pairs) => Aad::map(pairs.iter().copied())?,
            Self::Bytes(bytes) => Aad::from(bytes.as_slice()),
        })
    }
}

/// How a key is looked at.
#[derive(Args)]
pub(crate) struct ViewArguments {
    #[command(flatten)]
    pub(crate) context: ContextArguments,
    /// Take what Vault's and OpenBao's Transit takes, and as it does: for keys and programs that come from
    /// there.
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
        // Transit does not look at a context that it has no use for, but a wrong command line is one.
        self.context.said()?;
        Ok(key.transit())
    }
}

/// The version of the key to work with.
#[derive(Args)]
pub(crate) struct VersionArgument {
    /// The version to work with, instead of the latest. With --transit 0 is the latest.
    #[arg(long, value_name = "N", value_parser = version_number)]
    pub(crate) key_version: Option<u32>,
}

impl VersionArgument {
    pub(crate) fn on<'a>(&self, item: Item<'a>) -> Item<'a> {
        match self.key_version {
            Some(number) => item.version_number(number),
            None => item,
        }
    }
}

/// The hash function of a mac.
#[derive(Args)]
pub(crate) struct HashArgument {
    /// The hash function of a mac [default: sha2-256]. sha1 needs --transit.
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

/// The names of hash functions.
pub(crate) fn hashes() -> impl Iterator<Item = &'static str> {
    HashAlgorithm::WITH_SHA1.into_iter().map(HashAlgorithm::name)
}

/// A hash function, by its name.
pub(crate) fn hash() -> impl TypedValueParser<Value = HashAlgorithm> {
    PossibleValuesParser::new(hashes())
        .try_map(|name| HashAlgorithm::from_name(&name).ok_or("unknown hash function"))
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
        call(self.said()?.aad()?)
    }

    /// An empty one is refused: it is a variable of a script that is not set. So it is with `--transit`,
    /// whose view would take it for none.
    pub(crate) fn said(&self) -> Result<Said<'_>, Failure> {
        for (option, given) in [("--aad", &self.aad), ("--aad-base64", &self.aad_base64)] {
            if given.as_deref() == Some("") {
                return Err(Failure::usage(format!(
                    "{option} is empty, which binds to nothing; leave it out if that is meant"
                )));
            }
        }
        Said::of("aad", self.aad.as_deref(), &self.aad_map, self.aad_base64.as_deref())
    }
}

fn decoded(option: &str, text: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    base64::decode(text.as_bytes())
        .ok_or_else(|| Failure::usage(format!("{option} takes padded standard base64")))
}

/// `NAME=VALUE`, at the first equals sign. Each name once: of two values, one would be lost.
pub(crate) fn split<'a>(option: &str, pairs: &'a [String]) -> Result<Vec<(&'a str, &'a str)>, Failure> {
    let split: Option<Vec<_>> = pairs.iter().map(|pair| pair.split_once('=')).collect();
    let split = split.ok_or_else(|| Failure::usage(format!("{option} takes NAME=VALUE")))?;
    let names: BTreeSet<&str> = split.iter().map(|(name, _)| *name).collect();
    if names.len() == split.len() {
        Ok(split)
    } else {
        Err(Failure::usage(format!("{option} has the same name twice; give each name once")))
    }
}

/// The number of a version, or 0, of which the operation says what it means.
fn version_number(text: &str) -> Result<u32, String> {
    if text == "0" { Ok(0) } else { version(text).map(Version::get) }
}

/// A version number, for clap.
pub(crate) fn version(text: &str) -> Result<Version, String> {
    text.parse()
        .ok()
        .and_then(Version::new)
        .ok_or_else(|| format!("a version is a number from 1 to {}", Version::MAX))
}
