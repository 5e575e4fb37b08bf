//! Sealing keys that lie among the secrets of platforms.

#[cfg(feature = "aws")]
pub(crate) mod aws_secret;
#[cfg(feature = "azure")]
pub(crate) mod azure;
#[cfg(feature = "google")]
pub(crate) mod google;
#[cfg(feature = "infisical")]
pub(crate) mod infisical;
#[cfg(any(feature = "azure", feature = "google", feature = "infisical"))]
mod unguarded;
#[cfg(feature = "vault")]
pub(crate) mod vault_kv;
