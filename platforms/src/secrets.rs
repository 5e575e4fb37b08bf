//! Sealing keys that lie among the secrets of platforms.

#[cfg(feature = "vault")]
pub(crate) mod vault_kv;
