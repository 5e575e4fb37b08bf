//! What a request is signed with.

use super::moment::Moment;
use strongroom::SecretBytes;

pub(crate) struct Keys {
    /// Of the access key; it stands in every request.
    pub(crate) id: String,
    pub(crate) secret: SecretBytes,
    /// Of keys that end.
    pub(crate) token: Option<SecretBytes>,
    pub(crate) until: Option<Moment>,
}

impl Keys {
    /// Of an id that can stand in a header, and is none that somebody has written there by mistake.
    pub(crate) fn new(id: &SecretBytes, secret: SecretBytes, token: Option<SecretBytes>) -> Option<Self> {
        let is_id = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let id = std::str::from_utf8(id.expose()).ok().filter(|id| (1..=128).contains(&id.len()))?;
        let is_complete = id.bytes().all(|byte| is_id(&byte)) && !secret.is_empty();
        let token = token.filter(|token| !token.is_empty());
        is_complete.then(|| Self { id: id.to_owned(), secret, token, until: None })
    }

    pub(crate) fn until(self, until: Option<Moment>) -> Self {
        Self { until, ..self }
    }

    /// Whether two sets are one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let token = |keys: &Self| keys.token.as_ref().map(|token| token.expose().to_vec());
        self.id == other.id && zeroize::Zeroizing::new(token(self)) == zeroize::Zeroizing::new(token(other))
    }
}
