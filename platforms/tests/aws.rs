//! Seals by AWS: asked of moto, which checks every signature and policy here, with Amazon's own client on the
//! other side; and of a server of ours where one has to answer as moto does not. Where moto cannot be had
//! (`strongroom_servers`), a test says so and counts nothing.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/fake.rs"]
mod fake;
#[path = "aws/kms.rs"]
mod kms;
#[path = "aws/live.rs"]
mod live;
#[path = "aws/logins.rs"]
mod logins;
#[path = "aws/names.rs"]
mod names;
#[path = "aws/pairs.rs"]
mod pairs;
#[path = "aws/secrets.rs"]
mod secrets;
#[path = "aws/trouble.rs"]
mod trouble;
