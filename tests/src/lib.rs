//! What the tests share.

pub mod tally;
pub mod vectors;
