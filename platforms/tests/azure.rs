//! Seals by Azure: asked of a server of ours that Azure's own clients drive first (`strongroom_servers`), and
//! of one that answers as none should. Where the clients cannot be had, a test says so and counts nothing.
#![cfg(feature = "azure")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/cloud.rs"]
mod cloud;
#[path = "common/fake.rs"]
mod fake;
#[path = "azure/key.rs"]
mod key;
#[path = "common/trouble.rs"]
mod kit;
#[path = "azure/live.rs"]
mod live;
#[path = "azure/logins.rs"]
mod logins;
#[path = "azure/names.rs"]
mod names;
#[path = "azure/secrets.rs"]
mod secrets;
#[path = "azure/trouble.rs"]
mod trouble;
#[path = "common/written.rs"]
mod written;
