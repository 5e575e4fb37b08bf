//! `encrypt`, `decrypt` and `rewrap` with `--csv`, as a user runs them. What they write is checked with the library and with another
//! reader of CSV, not with the program itself.

mod documentation;
mod large;
mod output;
mod refusals;
mod shop;
mod values;
