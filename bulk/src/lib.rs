//! Columns of whole tables: encrypted, decrypted or rewrapped, row by row, in memory that does not grow with
//! the table.
//!
//! A table is a [`Source`] of rows, of which named [`Columns`] are worked on. A [`Format`] of files
//! ([`Csv`](csv::Csv), [`Ndjson`](ndjson::Ndjson)) can be written again: the same table, byte for byte but
//! for the cells that were worked on. Another source, such as a database, gives [`Change::work`] or
//! [`Change::each`] its rows and keeps what it makes of them.
//!
//! ```
//! use strongroom::{KeySpec, Keyring};
//! use strongroom_bulk::csv::{Csv, Delimiter, KeepEmpty};
//! use strongroom_bulk::{Beginnings, Change, Columns, Given, Mixed, OnRefusal, Table, Verb};
//!
//! let ring = Keyring::in_memory();
//! let key = ring.create_key("customers", KeySpec::default())?;
//! let change = Change {
//!     verb: Verb::Encrypt,
//!     key: &key,
//!     version: None,
//!     convergent: false,
//!     bind: true,
//!     rebind: false,
//!     aad: Given::Nothing,
//!     context: Given::Nothing,
//!     mixed: Mixed::Refused,
//!     beginnings: Beginnings::new(None, false),
//! };
//! let columns = Columns { worked: vec!["email".into()], aad: Some("id".into()), ..Columns::default() };
//! let csv = Csv::open(&b"id,email\n17,a@b.example\n"[..], Delimiter::COMMA, KeepEmpty::No)?;
//! let mut out = Vec::new();
//! let tally = Table::open(csv, &columns)?.change(&change, &mut OnRefusal::Stop, &mut out)?;
//! assert_eq!((tally.rows, tally.changed), (1, 1));
//! assert!(out.starts_with(b"id,email\n17,strongroom:v1:"));
//! # Ok::<(), strongroom_bulk::Error>(())
//! ```
#![forbid(unsafe_code)]

mod asked;
mod batch;
mod beginnings;
mod binding;
mod change;
mod columns;
mod error;
mod explain;
mod format;
mod indexing;
mod limits;
mod place;
mod refusal;
mod source;
mod survey;
mod table;

pub use beginnings::Beginnings;
pub use binding::Given;
pub use change::{Change, Mixed, New, Verb};
pub use columns::{Columns, Found, Named};
pub use error::{CellFault, CsvFault, Error, Fault, Hint, JsonKind, NdjsonFault, Part, Request};
pub use format::{Extensible, Format, NewCell, csv, ndjson};
pub use indexing::{Indexing, RowContext};
pub use limits::{MAX_CELL, MAX_ROW};
pub use place::{Column, Place};
pub use refusal::OnRefusal;
pub use source::{Content, Source};
pub use survey::{Count, Survey};
pub use table::{Table, Tally};
