//! What the tests share.

pub mod cbor;
pub mod changes;
pub mod forge;
pub mod tally;
pub mod vectors;
