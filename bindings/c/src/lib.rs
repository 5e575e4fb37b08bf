//! Strongroom for C. `include/strongroom.h` is what its users read; here is no logic, only its conversion.
//!
//! Every function goes through `boundary!`, which turns panics and errors into statuses. Objects are numbers
//! (`handles`), so that none can be used after it was freed. No memory changes its owner: results go into the
//! caller's memory, or to a function of the caller's, during the call.

#![allow(unreachable_pub, reason = "what is public here is so for C, by its name")]
#![allow(
    non_camel_case_types,
    clippy::upper_case_acronyms,
    reason = "variants of enums are spelt as C spells them"
)]

#[macro_use]
mod boundary;
mod api_key;
mod batch;
mod callback;
mod certificates;
mod choice;
mod column;
mod data;
mod endpoint;
mod export;
mod failure;
mod fields;
mod free;
mod handles;
mod import;
mod index;
mod index_batch;
mod index_options;
mod index_pieces;
mod info;
mod key;
mod key_options;
mod keyring;
mod keyring_options;
mod keys;
mod layout;
mod maintenance;
mod maps;
mod memory;
mod object;
mod open_stream;
mod options;
mod output;
#[cfg(feature = "panics")]
mod panics;
mod provider;
mod seal;
mod seal_info;
mod seals;
mod signature;
mod signing;
mod stream;
mod structure;
mod token;
mod transit;
mod version;
mod view;
mod wrapped;

pub use fields::Layout;
pub use layout::layout;
