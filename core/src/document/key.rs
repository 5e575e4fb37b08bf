//! The key document: header and sealed body (`docs/formats.md`, section 7).

use super::body;
pub(crate) use super::body::Body;
use super::header::{self, Header};
use crate::key::record::Record;
use crate::secret::SecretArray;

/// The sealed bytes.
pub(crate) fn seal(header: &Header, root: &SecretArray<32>, body: &Body) -> Result<Vec<u8>, crate::Error> {
    header::seal(header, root, &body::encode(body))
}

/// Whether a document whose header was parsed is a key's, and not what a deleted one leaves. Of its body no
/// more is read than tells that.
pub(crate) fn is_key(document: &[u8], header: &Header, root: &SecretArray<32>) -> Result<bool, &'static str> {
    Ok(!body::is_tombstone(header::open(document, header, root)?.expose()))
}

/// The body of a document whose header was parsed. `known` is what the key was before.
pub(crate) fn open(
    document: &[u8],
    header: &Header,
    root: &SecretArray<32>,
    known: Option<&Record>,
) -> Result<Body, &'static str> {
    let body = body::decode(header::open(document, header, root)?.expose(), known)?;
    if body.name() != &header.name {
        return Err("its header and its body name different keys");
    }
    Ok(body)
}
