//! How a keyring is opened, from keyword arguments.

use crate::given::{Given, Whole};
use crate::options::Named;
use crate::spec::given;
use std::time::Duration;
use strongroom::{Error, Keyring, KeyringBuilder, KeyringId, Nonces};

/// The options of `create`, `open`, `open_or_create` and `restore`.
pub(crate) struct Options {
    pub(crate) label: Given<String>,
    pub(crate) max_staleness: Given<Duration>,
    pub(crate) usage_limit: Given<Whole<u64>>,
    pub(crate) nonces: Given<Named<Nonces>>,
    pub(crate) pin: Given<(String, Whole<u64>)>,
}

impl Options {
    pub(crate) fn into_builder(self) -> Result<KeyringBuilder, Error> {
        let Self { label, max_staleness, usage_limit, nonces, pin } = self;
        let builder = given(Keyring::builder(), label.0, KeyringBuilder::label);
        let builder = given(builder, max_staleness.0, KeyringBuilder::max_staleness);
        let builder = given(builder, usage_limit.0, |builder, limit| builder.usage_limit(limit.0));
        let builder = given(builder, nonces.0, |builder, nonces| builder.nonces(nonces.0));
        Ok(match pin.0 {
            Some((id, generation)) => builder.pin(id.parse::<KeyringId>()?, generation.0),
            None => builder,
        })
    }
}
