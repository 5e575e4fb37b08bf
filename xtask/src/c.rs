//! C and C++: the tests of the binding.

use anyhow::Result;

use crate::step::{cargo, run as step};

/// Header, vectors, sanitizers, valgrind, threads, installation. They need gcc and g++, and use cmake,
/// pkg-config and valgrind where these are.
pub(crate) fn test(arguments: &[&str]) -> Result<()> {
    step(cargo(&["test", "--package", "strongroom-c"]).args(arguments))
}

/// The header, by cbindgen, and the list of symbols.
pub(crate) fn bless() -> Result<()> {
    let tests = ["test", "--package", "strongroom-c", "--test", "c", "--", "the_header_is", "symbols"];
    step(cargo(&tests).env("STRONGROOM_BLESS", "1"))
}
