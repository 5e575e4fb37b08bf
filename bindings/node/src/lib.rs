//! The native half of the Node package `strongroom`: functions over handles, called by the classes in `lib/`
//! alone.
//!
//! Convert in, one call, convert out. `js` knows Node and nothing of Strongroom; the other files know both.

mod apart;
mod asked;
mod batch;
mod cause;
mod certificates;
mod change;
mod crew;
mod data;
mod export;
mod failure;
mod handle;
mod import;
mod index;
mod info;
mod input;
mod into;
mod job;
mod js;
mod key;
mod keyring;
mod lengths;
mod module;
mod moving;
mod object;
mod open;
mod options;
mod output;
mod promise;
mod provider;
mod public_key;
mod seal;
mod signing;
mod spec;
mod start;
mod stream;
mod token;
mod verb;
mod words;
