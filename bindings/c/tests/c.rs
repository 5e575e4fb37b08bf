//! The binding from the side of C and C++: header, symbols, vectors, memory, threads, installation.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test may panic")]

#[path = "c/toolchain.rs"]
mod toolchain;

#[path = "c/boundary.rs"]
mod boundary;
#[path = "c/certificates.rs"]
mod certificates;
#[path = "c/clocks.rs"]
mod clocks;
#[path = "c/conformance.rs"]
mod conformance;
#[path = "c/driver.rs"]
mod driver;
#[path = "c/examples.rs"]
mod examples;
#[path = "c/generated.rs"]
mod generated;
#[path = "c/header.rs"]
mod header;
#[path = "c/importing.rs"]
mod importing;
#[path = "c/installed.rs"]
mod installed;
#[path = "c/languages.rs"]
mod languages;
#[path = "c/meanwhile.rs"]
mod meanwhile;
#[path = "c/refused.rs"]
mod refused;
#[path = "c/released.rs"]
mod released;
#[path = "c/sanitized.rs"]
mod sanitized;
#[path = "c/searching.rs"]
mod searching;
#[path = "c/touched.rs"]
mod touched;
#[path = "c/transit.rs"]
mod transit;
#[path = "c/urls.rs"]
mod urls;
