//! Context and associated data: what is said about a message, as bytes, text or a map.

use crate::Error;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

/// The longest encoded context or aad, in bytes.
pub(crate) const MAX_ENCODED: usize = 65_535;

/// The longest aad in the view that is as lenient as Transit, in bytes: as long as a message.
const MAX_TRANSIT: usize = 1 << 30;

/// From a context, a *derived* key makes the subkey that works on the message.
///
/// Bytes, text (its UTF-8 bytes) or a map of strings in one canonical encoding (`docs/formats.md`, section
/// 4). Never empty.
///
/// ```
/// use strongroom::{Context, Item, KeySpec, Keyring};
/// let acme = Context::map([("tenant", "acme")])?;
/// assert!(Context::bytes("").is_err());
/// let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
/// let ciphertext = key.encrypt_item(&Item::plaintext(b"4111").context(&acme))?;
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Context {
    kind: u8,
    /// Shared with the views and the cache that remember it.
    bytes: Arc<[u8]>,
}

impl Context {
    const BYTES: u8 = 1;
    const MAP: u8 = 2;

    /// Bytes as they are. Text is the same as its UTF-8 bytes.
    ///
    /// Operations take up to 65,535 bytes; only those of [`View::transit`](crate::View::transit) take more,
    /// since Transit sets no limit.
    ///
    /// # Errors
    /// [`Error::InvalidContext`] if there are none, or more than 2^30.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        let bytes = bytes.as_ref();
        if bytes.is_empty() {
            return Err(Error::InvalidContext { reason: "it is empty" });
        }
        if bytes.len() > MAX_TRANSIT {
            return Err(Error::InvalidContext { reason: TOO_LONG_FOR_TRANSIT });
        }
        Ok(Self { kind: Self::BYTES, bytes: bytes.into() })
    }

    /// A map of strings. The order in which the pairs are given does not matter.
    ///
    /// # Errors
    /// [`Error::InvalidContext`] for no pairs, the same key twice, or an encoding over 65,535 bytes.
    pub fn map<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error> {
        let bytes = encode_map(pairs).map_err(|reason| Error::InvalidContext { reason })?;
        Ok(Self { kind: Self::MAP, bytes: bytes.into() })
    }

    /// Whether it is longer than the native view takes.
    pub(crate) fn is_long(&self) -> bool {
        self.bytes.len() > MAX_ENCODED
    }

    /// 1 for bytes and text, 2 for a map: the constructions that are ours tell them apart.
    pub(crate) fn kind(&self) -> u8 {
        self.kind
    }

    pub(crate) fn encoded(&self) -> &[u8] {
        &self.bytes
    }
}

/// A context may be about a person, so it is not shown.
impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({} bytes)", self.bytes.len())
    }
}

/// Everything that can be given as a context.
///
/// ```
/// use strongroom::{Context, Error, IntoContext, KeySpec, Keyring};
///
/// /// A tenant of ours, whose number is the context.
/// struct Tenant(u64);
///
/// impl IntoContext for Tenant {
///     fn into_context(self) -> Result<Context, Error> {
///         Context::map([("tenant", self.0.to_string())])
///     }
/// }
///
/// let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true))?;
/// let view = key.context(Tenant(17))?;
/// # Ok::<(), strongroom::Error>(())
/// ```
pub trait IntoContext {
    /// # Errors
    /// [`Error::InvalidContext`]
    fn into_context(self) -> Result<Context, Error>;
}

impl IntoContext for Context {
    fn into_context(self) -> Result<Context, Error> {
        Ok(self)
    }
}

impl IntoContext for &Context {
    fn into_context(self) -> Result<Context, Error> {
        Ok(self.clone())
    }
}

macro_rules! bytes_into_context {
    ($([$($generics:tt)*] $type:ty),*) => {$(
        impl<$($generics)*> IntoContext for $type {
            fn into_context(self) -> Result<Context, Error> {
                Context::bytes(self)
            }
        }
    )*};
}
bytes_into_context!(
    [] &str, [] &String, [] String,
    [] &[u8], [] &Vec<u8>, [] Vec<u8>, [const N: usize] &[u8; N]
);

macro_rules! map_into_context {
    ($([$($generics:tt)*] $type:ty),*) => {$(
        impl<$($generics)* K: AsRef<str>, V: AsRef<str>> IntoContext for $type {
            fn into_context(self) -> Result<Context, Error> {
                Context::map(self)
            }
        }
    )*};
}
map_into_context!(
    [const N: usize,] [(K, V); N], [] Vec<(K, V)>,
    [] BTreeMap<K, V>, [S,] HashMap<K, V, S>,
    ['a,] &'a BTreeMap<K, V>, ['a, S,] &'a HashMap<K, V, S>
);

/// Associated data: authenticated with the message, not stored. Whoever decrypts has to say the same again.
///
/// ```
/// use strongroom::{Aad, Error, KeySpec, Keyring};
/// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
/// let order = Aad::map([("order", "17"), ("line", "1")])?;
/// let ciphertext = key.encrypt(b"4111", order)?;
/// assert_eq!(key.decrypt(&ciphertext, Aad::NONE).unwrap_err(), Error::DecryptFailed);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Aad<'a> {
    bytes: Option<Cow<'a, [u8]>>,
    is_map: IsMap,
}

/// Streams tell a map from its bytes. For messages they are the same, and so they are as values.
#[derive(Clone, Copy, Default)]
struct IsMap(bool);

impl PartialEq for IsMap {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for IsMap {}

impl<'a> Aad<'a> {
    /// No associated data. An empty one that is given is refused: it is what a variable that was never set
    /// gives, and would bind the message to nothing.
    pub const NONE: Aad<'static> = Aad { bytes: None, is_map: IsMap(false) };

    const fn of(bytes: Cow<'a, [u8]>) -> Self {
        Self { bytes: Some(bytes), is_map: IsMap(false) }
    }

    /// A map of strings, in the same encoding as a context's.
    ///
    /// # Errors
    /// [`Error::InvalidAad`] for no pairs, the same key twice, or an encoding over 65,535 bytes.
    pub fn map<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error> {
        encode_map(pairs)
            .map(|bytes| Self { bytes: Some(Cow::Owned(bytes)), is_map: IsMap(true) })
            .map_err(|reason| Error::InvalidAad { reason })
    }

    /// 1 for bytes and text, 2 for a map: streams tell them apart.
    pub(crate) fn kind(&self) -> u8 {
        if self.is_map.0 { Context::MAP } else { Context::BYTES }
    }

    /// The bytes that are authenticated, none for no aad, if they are neither too many nor given and empty.
    #[inline]
    pub(crate) fn encoded(&self) -> Result<&[u8], Error> {
        match self.bytes.as_deref() {
            None => Ok(&[]),
            Some([]) => Err(Error::InvalidAad { reason: EMPTY }),
            Some(bytes) if bytes.len() > MAX_ENCODED => Err(Error::InvalidAad { reason: TOO_LONG }),
            Some(bytes) => Ok(bytes),
        }
    }

    /// The bytes that are authenticated in the view that is as lenient as Transit, if they are not too many.
    pub(crate) fn as_a_message(&self) -> Result<&[u8], Error> {
        let bytes = self.bytes.as_deref().unwrap_or_default();
        if bytes.len() > MAX_TRANSIT {
            Err(Error::InvalidAad { reason: TOO_LONG_FOR_TRANSIT })
        } else {
            Ok(bytes)
        }
    }
}

impl fmt::Debug for Aad<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aad({} bytes)", self.bytes.as_deref().unwrap_or_default().len())
    }
}

impl<'a> From<&'a [u8]> for Aad<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::of(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a str> for Aad<'a> {
    fn from(text: &'a str) -> Self {
        Self::of(Cow::Borrowed(text.as_bytes()))
    }
}

impl<'a> From<&'a String> for Aad<'a> {
    fn from(text: &'a String) -> Self {
        Self::of(Cow::Borrowed(text.as_bytes()))
    }
}

impl<'a> From<&'a Vec<u8>> for Aad<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::of(Cow::Borrowed(bytes))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Aad<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::of(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a Aad<'_>> for Aad<'a> {
    fn from(aad: &'a Aad<'_>) -> Self {
        Self { bytes: aad.bytes.as_deref().map(Cow::Borrowed), is_map: aad.is_map }
    }
}

const EMPTY: &str = "it is empty, so the ciphertext would be bound to nothing; leave it out if it is to be";
pub(crate) const NULL: &str = "it is null for a value that is not; give one for each value, or none at all";
pub(crate) const TOO_LONG: &str = "it is longer than 65535 bytes";
const TOO_LONG_FOR_TRANSIT: &str = "it is longer than 1073741824 bytes";

/// `u16be count ‖ (u16be len ‖ key ‖ u16be len ‖ value)*`, the pairs sorted by the bytes of their keys.
pub(crate) fn encode_map<K: AsRef<str>, V: AsRef<str>>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> Result<Vec<u8>, &'static str> {
    let mut pairs: Vec<(K, V)> = pairs.into_iter().collect();
    if pairs.is_empty() {
        return Err("the map has no pairs");
    }
    pairs.sort_by(|a, b| a.0.as_ref().as_bytes().cmp(b.0.as_ref().as_bytes()));
    if pairs.windows(2).any(|two| two[0].0.as_ref() == two[1].0.as_ref()) {
        return Err("the map has a key twice");
    }
    let len = |text: &str| u16::try_from(text.len()).map(u16::to_be_bytes).map_err(|_| TOO_LONG);
    let mut out = u16::try_from(pairs.len()).map_err(|_| TOO_LONG)?.to_be_bytes().to_vec();
    for (key, value) in &pairs {
        for text in [key.as_ref(), value.as_ref()] {
            out.extend_from_slice(&len(text)?);
            out.extend_from_slice(text.as_bytes());
        }
        if out.len() > MAX_ENCODED {
            return Err(TOO_LONG);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_sorted_by_bytes() {
        let map = Context::map([("b", "2"), ("ab", ""), ("a", "1")]).unwrap();
        assert_eq!(map.encoded(), b"\0\x03\0\x01a\0\x011\0\x02ab\0\0\0\x01b\0\x012");
        assert_eq!(map, [("ab", ""), ("a", "1"), ("b", "2")].into_context().unwrap());
        assert_ne!(map, Context::bytes(map.encoded()).unwrap());
    }
}
