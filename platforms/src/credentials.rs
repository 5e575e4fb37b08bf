//! Who asks: credentials, found where each platform's own tools find them.

pub(crate) mod held;
#[cfg(feature = "aws")]
pub(crate) mod aws;
pub(crate) mod place;
#[cfg(feature = "vault")]
pub(crate) mod vault;
