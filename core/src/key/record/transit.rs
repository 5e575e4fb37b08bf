//! What is kept of where a key came from, if it came from Transit.

/// What a Transit backup said that nothing here uses, kept so that it can be said again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TransitNotes {
    pub(crate) dialect: Option<Dialect>,
    pub(crate) storage_prefix: Option<String>,
    pub(crate) archive_version: Option<u64>,
    pub(crate) archive_min_version: Option<u64>,
    pub(crate) parameter_set: Option<String>,
    pub(crate) hybrid: Option<(i64, i64)>,
}

/// The product that writes or reads a Transit backup. They differ in some fields, and in what type numbers 10
/// and 11 mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// OpenBao.
    OpenBao,
    /// HashiCorp Vault.
    Vault,
}
