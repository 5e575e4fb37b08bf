//! The strongroom command line.
mod table;
fn main() {}
