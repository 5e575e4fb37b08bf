//! The program as a user meets it: run as a process, looked at from outside.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "a test may panic")]

mod advice;
mod certificates;
mod clocks;
mod data;
mod documentation;
mod documents;
mod exit_codes;
mod independent;
mod indexes;
mod init;
mod keys;
mod large;
mod maintenance;
mod manual;
mod outputs;
mod pins;
mod place;
mod processes;
mod prompts;
mod recorded;
mod released;
mod repair;
mod rotation;
mod seals;
mod secrets;
mod signatures;
mod streams;
mod tokens;
mod transit;
mod urls;
mod verbs;
mod witness;
