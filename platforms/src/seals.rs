//! Keys of platforms that wrap.

#[cfg(feature = "aws")]
pub(crate) mod aws_kms;
#[cfg(feature = "vault")]
pub(crate) mod vault;

use crate::failure::Failure;
use strongroom::SealError;

/// An answer without what it should have.
pub(crate) fn unreadable(failure: &Failure<'_>) -> SealError {
    failure.says("what it answers is not what the platform answers; is something else listening there?")
}
