//! One key: what it holds, its rules, and a verb per file. No I/O, no locks; the time is passed in.

pub(crate) mod call;
pub(crate) mod configure;
pub(crate) mod data_key;
pub(crate) mod data_key_size;
pub(crate) mod decrypt;
pub(crate) mod encrypt;
pub(crate) mod export;
pub(crate) mod hmac;
pub(crate) mod import;
pub(crate) mod info;
pub(crate) mod item;
pub(crate) mod lengths;
pub(crate) mod options;
pub(crate) mod record;
pub(crate) mod rewrap;
pub(crate) mod rotate;
pub(crate) mod sign;
pub(crate) mod spec;
pub(crate) mod state;
pub(crate) mod terms;
pub(crate) mod trim;
pub(crate) mod unusable;
pub(crate) mod uses;
pub(crate) mod verify;
pub(crate) mod window;
