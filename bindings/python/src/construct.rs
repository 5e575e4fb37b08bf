//! How a keyring is opened, from keyword arguments.

use crate::options::Named;
use crate::spec::given;
use std::time::Duration;
use strongroom::{Error, Keyring, KeyringBuilder, KeyringId, Nonces};

/// The options of `create`, `open`, `open_or_create` and `restore`.
pub(crate) struct Options {
    pub(crate) label: Option<String>,
    pub(crate) max_staleness: Option<Duration>,
    pub(crate) usage_limit: Option<u64>,
    pub(crate) nonces: Option<Named<Nonces>>,
    pub(crate) pin: Option<(String, u64)>,
}

impl Options {
    pub(crate) fn into_builder(self) -> Result<KeyringBuilder, Error> {
        let Self { label, max_staleness, usage_limit, nonces, pin } = self;
        let builder = given(Keyring::builder(), label, KeyringBuilder::label);
        let builder = given(builder, max_staleness, KeyringBuilder::max_staleness);
        let builder = given(builder, usage_limit, KeyringBuilder::usage_limit);
        let builder = given(builder, nonces, |builder, nonces| builder.nonces(nonces.0));
        Ok(match pin {
            Some((id, generation)) => builder.pin(id.parse::<KeyringId>()?, generation),
            None => builder,
        })
    }
}
