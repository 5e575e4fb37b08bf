//! `encrypt`, `decrypt` and `rewrap` with `--csv` and `--ndjson`, as a user runs them. What they write is
//! checked with the library and with another reader of the format, not with the program itself.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod binding;
mod documentation;
mod large;
mod mixed;
mod ndjson;
mod output;
mod quotes;
mod refusals;
mod report;
mod shop;
mod values;
