//! How much a view of a key puts up with.

/// Decided once, when a view is made, and passed to every verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Manner {
    /// One spelling, one meaning; what an operation would have to ignore is refused.
    #[default]
    Strict,
    /// As lenient as Transit, and no more.
    Transit,
}

impl Manner {
    pub(crate) fn is_transit(self) -> bool {
        self == Self::Transit
    }
}
