//! Seals by Google: asked of a server of ours that Google's own clients drive first (`strongroom_servers`),
//! and of one that answers as none should. Where the clients cannot be had, a test says so and counts
//! nothing.
#![cfg(feature = "google")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/cloud.rs"]
mod cloud;
#[path = "common/fake.rs"]
mod fake;
#[path = "common/trouble.rs"]
mod kit;
#[path = "google/kms.rs"]
mod kms;
#[path = "google/live.rs"]
mod live;
#[path = "google/logins.rs"]
mod logins;
#[path = "google/names.rs"]
mod names;
#[path = "google/secrets.rs"]
mod secrets;
#[path = "google/trouble.rs"]
mod trouble;
#[path = "common/written.rs"]
mod written;
