//! What a function of the library is called with.

use super::Value;

/// No function takes more.
pub(crate) const MOST: usize = 11;

/// What a function was called with; what was not given is `undefined`.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'s> {
    values: [Value<'s>; MOST],
    given: usize,
}

impl<'s> Arguments<'s> {
    /// Of `given` values, of which those that there is room for are in `values`.
    pub(crate) fn new(values: [Value<'s>; MOST], given: usize) -> Self {
        Self { values, given }
    }

    /// The argument, or `undefined`.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> Value<'s> {
        self.values[index]
    }

    /// Those from `index` on.
    #[inline]
    pub(crate) fn from(&self, index: usize) -> &[Value<'s>] {
        &self.values[index.min(self.given.min(MOST))..self.given.min(MOST)]
    }
}
