//! A seal that is a key of a platform: it wraps a key encryption key, and that wraps the root key, in one way
//! for all platforms (`docs/formats.md`, section 8).

use super::payload::{unwrap, wrap};
use super::{SealError, checked};
use crate::document::binding::Binding;
use crate::document::token::PlatformToken;
use crate::secret::{SecretArray, SecretBytes};

/// A key of a platform, such as a KMS, that wraps 32-byte keys and unwraps them again.
///
/// What it wraps is a fresh key for each root key, and what is bound to what is the library's to see to. So a
/// platform need not have associated data; one that has is given that of the [`Binding`].
///
/// ```
/// use std::sync::Arc;
/// use strongroom::{
///     Binding, KeyWrapper, Keyring, Memory, PlatformToken, Seal, SealError, SecretArray, SecretBytes,
/// };
///
/// /// Stands for a service. (This one keeps nothing secret.)
/// struct Service;
///
/// impl KeyWrapper for Service {
///     fn kind(&self) -> &str {
///         "example-kms"
///     }
///     fn key_id(&self) -> &str {
///         "keys/app"
///     }
///     fn wrap(&self, key: &SecretArray<32>, _: &Binding) -> Result<PlatformToken, SealError> {
///         Ok(PlatformToken::new(key.expose().map(|byte| byte ^ 0x55)).of_version("1"))
///     }
///     fn unwrap(&self, token: &PlatformToken, _: &Binding) -> Result<SecretBytes, SealError> {
///         Ok(SecretBytes::new(token.blob.iter().map(|byte| byte ^ 0x55).collect()))
///     }
/// }
///
/// let store = Memory::new();
/// Keyring::create(store.clone(), Seal::key_wrapper(Arc::new(Service)))?;
/// Keyring::open(store, Seal::key_wrapper(Arc::new(Service)))?;
/// # Ok::<(), strongroom::Error>(())
/// ```
pub trait KeyWrapper: Send + Sync {
    /// Which kind of platform this is, 1 to 255 bytes. It is written beside the wrapped copy.
    fn kind(&self) -> &str;

    /// What people call the key, 1 to 255 bytes, known without asking the platform and free of addresses. It
    /// is written beside the wrapped copy and is not secret.
    fn key_id(&self) -> &str;

    /// Wraps a key. What it gives is [unwrapped](Self::unwrap) once and compared before anything is written.
    ///
    /// # Errors
    /// [`SealError`]
    fn wrap(&self, key: &SecretArray<32>, binding: &Binding) -> Result<PlatformToken, SealError>;

    /// Unwraps what [`wrap`](Self::wrap) gave. The platform is asked for the key that this seal is, whatever
    /// the token says.
    ///
    /// # Errors
    /// [`SealError`]
    fn unwrap(&self, token: &PlatformToken, binding: &Binding) -> Result<SecretBytes, SealError>;

    /// Whether wrapping needs no secret, as [`SealProvider::public_wrap`](crate::SealProvider::public_wrap).
    fn public_wrap(&self) -> bool {
        false
    }
}

/// A key in the blob of a copy of this id.
pub(super) fn wrap_by(
    platform: &dyn KeyWrapper,
    key: &SecretArray<32>,
    binding: &Binding,
    copy_id: &str,
) -> Result<Vec<u8>, SealError> {
    let kek = SecretArray::<32>::random().map_err(|error| SealError::Failed(error.to_string().into()))?;
    let token = platform.wrap(&kek, binding)?;
    let head = token.head().ok_or(SealError::Failed(
        "what it wraps to is empty, or longer than a copy of a root key can be".into(),
    ))?;
    let unwrapped = platform.unwrap(&token, binding);
    checked::compare(kek.expose(), unwrapped.as_ref().map(SecretBytes::expose), platform.public_wrap())?;
    let aad = binding.aad(platform.kind(), copy_id);
    Ok([head.as_slice(), &wrap(kek.expose(), key, &[aad.as_slice(), &head].concat())?].concat())
}

/// The key in the blob of the copy of this id.
pub(super) fn unwrap_by(
    platform: &dyn KeyWrapper,
    blob: &[u8],
    binding: &Binding,
    copy_id: &str,
) -> Result<SecretArray<32>, SealError> {
    let (token, head, payload) = PlatformToken::split(blob).map_err(|_| SealError::Refused)?;
    let kek = platform.unwrap(&token, binding)?;
    let kek = SecretArray::<32>::copy_of(kek.expose()).ok_or(SealError::Refused)?;
    let aad = binding.aad(platform.kind(), copy_id);
    unwrap(kek.expose(), payload, &[aad.as_slice(), head].concat())
}
