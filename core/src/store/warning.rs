//! What is not wrong with the documents, and still should not be so.

/// Something about the place where documents are kept that lets others at them. The documents are sealed, so
/// nobody reads or forges one; but who may write can remove them, put old ones back or keep others from
/// writing, and who may read sees names, sizes and dates.
///
/// ```
/// use strongroom::{Keyring, StoreWarning};
/// let warning = StoreWarning::new(".", "others_may_read", "others may list the bucket; make it private");
/// assert_eq!((&*warning.subject, warning.code), (".", "others_may_read"));
/// assert!(Keyring::in_memory().check()?.warnings.is_empty());
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreWarning {
    /// The file that it is about, as in the store; `.` for the place itself.
    pub subject: String,
    /// What it is, in a word that does not change. A directory says `others_may_write`, `others_may_read`,
    /// `foreign_owner` and `not_a_regular_file`.
    pub code: &'static str,
    /// What it is and what to do.
    pub message: String,
}

impl StoreWarning {
    /// For stores of your own.
    pub fn new(subject: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { subject: subject.into(), code, message: message.into() }
    }
}
