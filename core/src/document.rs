//! Documents: sealed bytes on one side, what they say on the other. Pure: no I/O, no locks.

pub(crate) mod backup;
pub(crate) mod binding;
mod body;
mod cbor;
pub(crate) mod copy;
pub(crate) mod header;
pub(crate) mod key;
pub(crate) mod line;
pub(crate) mod pin;
pub(crate) mod root;
pub(crate) mod snapshot;
pub(crate) mod staleness;
pub(crate) mod token;
pub(crate) mod usage;
#[cfg(test)]
mod vectors;
pub(crate) mod witness;
