//! What users hold: every public method, each one call of what is in `engine`.

pub(crate) mod key;
pub(crate) mod keyring;
pub(crate) mod view;
