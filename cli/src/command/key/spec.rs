//! What a new key is to be.

use super::options::NewKey;
use crate::failure::Failure;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use strongroom::{KeySpec, KeyType};

/// The type and the options of a new key. The first five are fixed for good.
#[derive(Args)]
pub(crate) struct SpecArguments {
    /// The type of the key.
    #[arg(long, value_name = "TYPE")]
    #[arg(default_value_t = KeyType::default(), value_parser = key_type())]
    key_type: KeyType,
    #[command(flatten)]
    options: NewKey,
}

impl SpecArguments {
    pub(crate) fn spec(&self) -> Result<KeySpec, Failure> {
        self.options.spec(self.key_type)
    }
}

/// The types that this build works with.
pub(crate) fn key_type() -> impl TypedValueParser<Value = KeyType> {
    let names =
        KeyType::ALL.iter().filter(|key_type| key_type.is_supported()).map(|key_type| key_type.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<KeyType>())
}
