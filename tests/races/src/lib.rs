//! Models of the races in Strongroom.
//!
//! The files of `core` that threads race in are compiled here as they are, with a scheduler's types in place
//! of what they meet at (`sync`). The scheduler runs a model again and again, each time in another order. All
//! of it assumes sequential consistency: it finds wrong algorithms, not wrong memory orderings.
//!
//! Whole keyrings race as well, where the steps that are put in order are those at the store (`turns`).
#![allow(dead_code, unreachable_pub, reason = "the files have more in them than the models use")]

mod entropy;
mod sync;

#[path = "../../../core/src/engine/flight.rs"]
mod flight;
#[path = "../../../core/src/engine/publish.rs"]
mod publish;
#[path = "../../../core/src/key/uses.rs"]
mod uses;

pub mod models;
pub mod turns;
