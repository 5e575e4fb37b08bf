//! API keys: texts that are handed to people and programs, and of which an index is kept.

use crate::Error;
use crate::error::invalid;
use crate::key::index::blind_index::BlindIndex;
use crate::key::mistaken::mistaken_api_key;
use crate::secret::{SecretArray, SecretBytes};
use crate::stack::{SHALLOW, scrubbed};
use crate::wire::api_key::{check, write};
use crate::wire::prefix::is_name;
use std::fmt;

/// An API key: a prefix that says whose it is, 256 random bits, and six characters by which one that was
/// mistyped or cut off is told without a database. It has no time of its own: whoever takes it says in a
/// table until when it is good, and finds it there by its index, from which nobody gets it back.
///
/// ```
/// use strongroom::ApiKey;
/// let key = ApiKey::generate("acme")?;
/// assert!(key.expose().starts_with("acme_"));
/// ApiKey::check(key.expose())?;
/// assert!(ApiKey::check("acme_mistyped").is_err());
/// # Ok::<(), strongroom::Error>(())
/// ```
///
/// It is in memory that is wiped, and neither printed nor compared.
pub struct ApiKey {
    text: SecretBytes,
    name_len: usize,
}

impl ApiKey {
    /// A new one, straight from the operating system. The prefix has 2 to 16 of a to z and 0 to 9; an
    /// underscore follows it by itself.
    ///
    /// ```
    /// # use strongroom::{ApiKey, Error};
    /// assert_eq!(ApiKey::generate("acme")?.expose().len(), 54);
    /// assert_eq!(ApiKey::generate("acme_").unwrap_err().detail(), Some("api_key_prefix_malformed"));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a prefix that is none, [`Error::EntropyFailed`]
    pub fn generate(prefix: impl AsRef<str>) -> Result<Self, Error> {
        let prefix = prefix.as_ref();
        if !is_name(prefix) {
            return Err(Error::InvalidOption { reason: invalid::API_KEY_PREFIX_MALFORMED });
        }
        let number = SecretArray::random()?;
        let text = scrubbed::<SHALLOW, _>(|| write(prefix, number.expose()));
        Ok(Self { text, name_len: prefix.len() })
    }

    /// The text, to be handed out once and not kept.
    pub fn expose(&self) -> &str {
        // It is ASCII.
        std::str::from_utf8(self.text.expose()).unwrap_or_default()
    }

    /// Whether a text is one as it was handed out, whatever its prefix, so that one that is not costs no look
    /// into a database. Whether it was ever issued only that knows.
    ///
    /// ```
    /// # use strongroom::{ApiKey, Error};
    /// let key = ApiKey::generate("acme")?;
    /// let cut = &key.expose()[..53];
    /// assert_eq!(ApiKey::check(cut).unwrap_err(), Error::Malformed);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Malformed`]
    pub fn check(text: impl AsRef<str>) -> Result<(), Error> {
        scrubbed::<SHALLOW, _>(|| check(text.as_ref())).map_err(|_| Error::Malformed)
    }

    /// For bindings: why a text is none, where that can be seen from outside. It is said behind the message
    /// of [`Error::Malformed`].
    ///
    /// ```
    /// # use strongroom::ApiKey;
    /// assert_eq!(ApiKey::why_malformed(""), Some("it is empty"));
    /// ```
    #[doc(hidden)]
    pub fn why_malformed(text: &str) -> Option<&'static str> {
        mistaken_api_key(text)
    }

    /// How the column is indexed in which an API key is found: all of its text, as it is, with 256 bits,
    /// under the name `strongroom.api-key`. For a key that is not derived.
    ///
    /// What is stored is [`index_binary`](crate::View::index_binary). Who looks one up asks for any of
    /// [`indexes_binary`](crate::View::indexes_binary), so that it is found after a rotation as well, and
    /// stores it anew then.
    ///
    /// ```
    /// use strongroom::{ApiKey, KeySpec, Keyring};
    /// let keys = Keyring::in_memory().create_key("api-keys", KeySpec::default())?;
    /// let handed_out = ApiKey::generate("acme")?;
    /// let stored = keys.index_binary(handed_out.expose(), &ApiKey::index())?;
    /// keys.rotate()?;
    /// let found = keys.indexes_binary(handed_out.expose(), &ApiKey::index())?;
    /// assert!(stored.len() == 32 && found.contains(&stored));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn index() -> BlindIndex {
        BlindIndex::new("strongroom.api-key").bits(256)
    }
}

/// The prefix alone.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}_…)", self.expose().get(..self.name_len).unwrap_or_default())
    }
}
