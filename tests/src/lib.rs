//! What the tests share.

pub mod golden;
pub mod tally;
pub mod vectors;
