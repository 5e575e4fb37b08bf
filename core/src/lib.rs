//! Strongroom.
#![forbid(unsafe_code)]
#[allow(dead_code)]
mod alg;
#[cfg(feature = "hazmat")]
pub mod hazmat;

pub use alg::hash::HashAlgorithm;
