//! Where the text of a root key is kept, if not in a file or a variable.

use super::SealError;
use crate::secret::SecretBytes;

/// A place that keeps the text of a [root key](crate::Seal::root_key_text): a service for secrets, say. It is
/// asked when the keyring is opened.
///
/// ```
/// use std::sync::Arc;
/// use strongroom::{Keyring, Memory, RootKeySource, Seal, SealError, SecretBytes};
///
/// struct Service(Vec<u8>);
///
/// impl RootKeySource for Service {
///     fn place(&self) -> &str {
///         "the secret 'app' of the service"
///     }
///     fn read(&self) -> Result<SecretBytes, SealError> {
///         Ok(SecretBytes::new(self.0.clone()))
///     }
/// }
///
/// let text = Seal::generate_root_key()?.expose().to_vec();
/// let ring = Keyring::create(Memory::new(), Seal::root_key_source(Arc::new(Service(text))))?;
/// # Ok::<(), strongroom::Error>(())
/// ```
pub trait RootKeySource: Send + Sync {
    /// Where it is kept, for messages such as "in the secret 'app': it is empty".
    fn place(&self) -> &str;

    /// The text.
    ///
    /// # Errors
    /// [`SealError::Failed`], with a reason that holds no secret
    fn read(&self) -> Result<SecretBytes, SealError>;
}
