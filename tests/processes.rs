//! Many processes, and many threads, on one keyring: killed, behind, and all at once.
//!
//! The short forms run with every other test; `cargo xtask soak` runs the long ones.

#[cfg(unix)]
#[path = "processes/brief.rs"]
mod brief;
#[path = "processes/closing.rs"]
mod closing;
#[cfg(unix)]
#[path = "processes/counts.rs"]
mod counts;
#[path = "processes/flood.rs"]
mod flood;
#[path = "processes/freshness.rs"]
mod freshness;
#[cfg(unix)]
#[path = "processes/kills.rs"]
mod kills;
#[cfg(unix)]
#[path = "processes/rotations.rs"]
mod rotations;
#[path = "processes/stale.rs"]
mod stale;
#[path = "processes/stores.rs"]
mod stores;
#[cfg(unix)]
#[path = "processes/stress.rs"]
mod stress;
#[path = "processes/threads.rs"]
mod threads;
#[cfg(unix)]
#[path = "processes/verdict.rs"]
mod verdict;

/// The helper program.
#[cfg(unix)]
const WORKER: &str = env!("CARGO_BIN_EXE_worker");
