//! Comparison of secrets.

use subtle::ConstantTimeEq;

/// Whether two byte strings are equal, in a time that depends on their lengths only.
#[inline]
pub(crate) fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}
