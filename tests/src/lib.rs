//! What the tests share.

pub mod changes;
pub mod tally;
pub mod vectors;
