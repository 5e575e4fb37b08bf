//! Who asks: credentials, found where each platform's own tools find them.

#[cfg(feature = "aws")]
pub(crate) mod aws;
#[cfg(feature = "azure")]
pub(crate) mod azure;
#[cfg(any(feature = "azure", feature = "google", feature = "infisical"))]
pub(crate) mod bearer;
#[cfg(any(feature = "azure", feature = "google"))]
pub(crate) mod form;
#[cfg(feature = "google")]
pub(crate) mod google;
#[cfg(feature = "vault")]
pub(crate) mod held;
#[cfg(feature = "infisical")]
pub(crate) mod infisical;
pub(crate) mod place;
#[cfg(feature = "vault")]
pub(crate) mod vault;
