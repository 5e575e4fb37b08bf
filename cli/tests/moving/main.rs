//! `strongroom move`, from and to a real OpenBao. Where that cannot be had (`strongroom_servers`), a test
//! says so and counts nothing.
#![cfg(feature = "platforms")]
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test may panic")]

mod killed;
mod live;
mod made;
mod many;
mod odd;
#[allow(dead_code, reason = "what other tests need of it is here too")]
#[path = "../commands/place.rs"]
mod place;
mod refused;
mod trouble;
