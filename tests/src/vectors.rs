//! Reading vectors from `tests/vectors/`.

use std::fmt;
use std::ops::Deref;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// Bytes that a file holds as hex.
#[derive(Clone, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl Hex {
    /// The bytes as an array.
    ///
    /// # Panics
    /// When the file holds another number of bytes.
    pub fn array<const N: usize>(&self) -> &[u8; N] {
        self.0.as_slice().try_into().expect("as many bytes as the test expects")
    }
}

impl Deref for Hex {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        hex::decode(text).map(Hex).map_err(serde::de::Error::custom)
    }
}

/// The pairs of a map's encoding, if it is one.
pub fn pairs(encoded: &[u8]) -> Option<Vec<(String, String)>> {
    let (count, mut rest) = encoded.split_first_chunk::<2>()?;
    let mut text = || {
        let (len, more) = rest.split_first_chunk::<2>()?;
        let (text, more) = more.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        rest = more;
        String::from_utf8(text.to_vec()).ok()
    };
    let pairs =
        (0..u16::from_be_bytes(*count)).map(|_| Some((text()?, text()?))).collect::<Option<Vec<_>>>()?;
    (rest.is_empty() && !pairs.is_empty()).then_some(pairs)
}

/// The list of vectors in a file of the form `{"source": …, "vectors": […]}`.
#[derive(Deserialize)]
pub struct File<T> {
    /// The cases.
    pub vectors: Vec<T>,
}

/// Reads a JSON file of `tests/vectors/`.
///
/// # Panics
/// When it is not there or has another form.
pub fn load<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}
