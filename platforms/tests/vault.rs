//! Seals by Vault and OpenBao: asked of a real OpenBao, and of a server of ours where one has to answer as
//! none should. Where OpenBao cannot be had (`strongroom_servers`), a test says so and counts nothing.
#![cfg(feature = "vault")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/fake.rs"]
mod fake;
#[path = "vault/gone.rs"]
mod gone;
#[path = "vault/kv.rs"]
mod kv;
#[path = "vault/live.rs"]
mod live;
#[path = "vault/logins.rs"]
mod logins;
#[path = "vault/names.rs"]
mod names;
#[path = "vault/proxies.rs"]
mod proxies;
#[path = "vault/refused.rs"]
mod refused;
#[path = "vault/transit.rs"]
mod transit;
#[path = "vault/trouble.rs"]
mod trouble;
