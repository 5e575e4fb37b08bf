//! Whole tables: encrypt, decrypt, rewrap or index named columns of a file. `strongroom-bulk` reads and
//! writes the rows; here are the arguments, the files and what is said.
//!
//! The result is written beside its place and put there in one step when it is complete, so a failure, a kill
//! or a full disk leaves what was there before. `docs/tables.md` is the user's page.

mod arguments;
mod done;
mod file;
mod index;
mod plan;
mod report;
mod run;

pub(crate) use arguments::{Asked, TableArguments};
pub(crate) use index::{AskedOfIndex, IndexTable};
