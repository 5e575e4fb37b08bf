//! What users hold: a key, and a key with a context.

pub(crate) mod key;
mod lengths;
pub(crate) mod view;
