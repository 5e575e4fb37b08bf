//! What users hold: a key, and a key with a context.

pub(crate) mod key;
pub(crate) mod view;
