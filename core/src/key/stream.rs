//! Streams: what a key has to do with one before its first chunk (`docs/formats.md`, section 16).

use crate::Error;
use crate::alg::chunked::ChunkKey;
use crate::context::Context;
use crate::entropy::Nonces;
use crate::held::Held;
use crate::key::call::Call;
use crate::material::KeyType;
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;
use crate::wire::stream::Head;

/// A stream with its key, which opens and seals its chunks without the key of the keyring.
pub(crate) struct Stream {
    pub(crate) head: Head,
    pub(crate) key: ChunkKey,
}

/// A new one.
pub(crate) fn encrypt(call: &Call<'_>) -> Result<Stream, Error> {
    let mut place = None;
    let aad = Bound::of(call, &mut place)?;
    let version = call.version()?;
    begin(call, version, call.context()?, aad)
}

/// One of which the beginning is there. It may be cut off.
pub(crate) fn decrypt(call: &Call<'_>, head: &[u8]) -> Result<Stream, Error> {
    let mut place = None;
    open(call, head, Bound::of(call, &mut place)?)
}

/// One of which the beginning is there and, unless that is under the latest version already, the one that is
/// to take its place.
pub(crate) fn rewrap(call: &Call<'_>, head: &[u8]) -> Result<(Stream, Option<Stream>), Error> {
    let mut place = None;
    let aad = Bound::of(call, &mut place)?;
    let old = open(call, head, aad)?;
    let &Call { state, host, terms, .. } = call;
    if old.head.version == state.record.latest() {
        return Ok((old, None));
    }
    let version = state.to_make(host, None, terms.manner)?;
    let new = begin(call, version, call.context()?, aad)?;
    Ok((old, Some(new)))
}

/// An aad with its kind, which counts here.
#[derive(Clone, Copy)]
struct Bound<'a> {
    kind: u8,
    bytes: &'a [u8],
}

impl<'a> Bound<'a> {
    /// A copy: it is hashed for each block of what is made of it.
    fn of(call: &Call<'_>, place: &'a mut Option<Held>) -> Result<Self, Error> {
        let (kind, bytes) = call.terms.aad_with_kind(call.item)?;
        Ok(Self { kind, bytes: Held::copy(place, bytes) })
    }
}

fn begin(
    call: &Call<'_>,
    version: Version,
    context: Option<&Context>,
    aad: Bound<'_>,
) -> Result<Stream, Error> {
    let state = call.state;
    let key_type = state.record.version(version).ok_or_else(|| Error::NoSuchVersion)?.key_type;
    if !key_type.has_streams() {
        return Err(cannot(call, key_type));
    }
    let input_key = state.stream_key(version, context)?;
    // Not from the pool: a salt is drawn once for a whole file, as a key is.
    let salt = Nonces::Unbuffered.draw()?;
    call.spend(version)?;
    let key = chunk_key(input_key.expose(), &salt, aad)?;
    Ok(Stream { head: Head { version, salt, commitment: *key.commitment() }, key })
}

fn open(call: &Call<'_>, head: &[u8], aad: Bound<'_>) -> Result<Stream, Error> {
    let state = call.state;
    let versions = &state.record.versions;
    if !versions.iter().any(|version| version.key_type.has_streams()) {
        return Err(cannot(call, state.record.key_type()));
    }
    let context = call.context()?;
    let head = Head::parse(head)?;
    state.record.window().for_decryption(head.version)?;
    if !state.record.version(head.version).is_some_and(|version| version.key_type.has_streams()) {
        return Err(Error::Malformed);
    }
    let input_key = state.stream_key(head.version, context)?;
    let key = chunk_key(input_key.expose(), &head.salt, aad)?;
    key.is_committed_to(&head.commitment).map_err(|_| Error::DecryptFailed)?;
    Ok(Stream { head, key })
}

fn chunk_key(input_key: &[u8], salt: &[u8; 24], aad: Bound<'_>) -> Result<ChunkKey, Error> {
    let Bound { kind, bytes } = aad;
    scrubbed::<DEEP, _>(|| {
        ChunkKey::new(input_key, salt, &[&[kind], bytes]).map_err(|_| Error::DecryptFailed)
    })
}

#[cold]
fn cannot(call: &Call<'_>, key_type: KeyType) -> Error {
    Error::OperationNotSupported { operation: call.verb.told(), key_type: key_type.name() }
}
