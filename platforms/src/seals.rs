//! Keys of platforms that wrap.

#[cfg(feature = "aws")]
pub(crate) mod aws_kms;
#[cfg(feature = "azure")]
pub(crate) mod azure;
#[cfg(feature = "google")]
pub(crate) mod google;
#[cfg(feature = "infisical")]
pub(crate) mod infisical;
#[cfg(feature = "pkcs11")]
pub(crate) mod pkcs11;
#[cfg(feature = "vault")]
pub(crate) mod vault;

#[cfg(feature = "http")]
use crate::failure::Failure;
#[cfg(feature = "http")]
use strongroom::SealError;

/// An answer without what it should have.
#[cfg(feature = "http")]
#[allow(dead_code, reason = "not every platform asks")]
pub(crate) fn unreadable(failure: &Failure<'_>) -> SealError {
    failure.unreadable()
}
