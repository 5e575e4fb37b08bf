//! Seals by Infisical: asked of a server of ours that Infisical's own client drives first
//! (`strongroom_servers`), and of one that answers as none should. Where the client cannot be had, a test
//! says so and counts nothing.
#![cfg(feature = "infisical")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/cloud.rs"]
mod cloud;
#[path = "common/fake.rs"]
mod fake;
#[path = "infisical/key.rs"]
mod key;
#[path = "common/trouble.rs"]
mod kit;
#[path = "infisical/live.rs"]
mod live;
#[path = "infisical/logins.rs"]
mod logins;
#[path = "infisical/names.rs"]
mod names;
#[path = "infisical/secrets.rs"]
mod secrets;
#[path = "infisical/trouble.rs"]
mod trouble;
#[path = "common/written.rs"]
mod written;
