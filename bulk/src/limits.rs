//! How large what is read and written may be.

/// The largest cell, in bytes as they stand in the file, quotes included.
pub const MAX_CELL: usize = 16 << 20;
/// The largest row, in bytes as it stands in the file: what a row may take of the memory.
pub const MAX_ROW: usize = 64 << 20;
