//! Sealing keys that lie among the secrets of platforms.

#[cfg(feature = "aws")]
pub(crate) mod aws_secret;
#[cfg(feature = "google")]
pub(crate) mod google;
#[cfg(feature = "vault")]
pub(crate) mod vault_kv;
