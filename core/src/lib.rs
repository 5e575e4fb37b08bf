//! Strongroom.
#![forbid(unsafe_code)]
#[allow(dead_code)]
mod alg;
