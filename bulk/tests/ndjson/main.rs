//! NDJSON, with `serde_json` and the library as judges of what was written.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod agreement;
mod desk;
mod properties;
mod refusals;
mod values;
