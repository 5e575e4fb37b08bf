//! Keys that two sides agree on, each with its own private key and the other's public one, as OpenBao does.

use crate::Error;
use crate::alg::Rejected;
use crate::alg::kdf::HkdfSha256;
use crate::error::invalid;
use crate::key::call::Call;
use crate::key::import::{Import, import_version};
use crate::key::record::Record;
use crate::key::spec::KeySpec;
use crate::public_key::PublicKey;
use crate::secret::SecretBytes;
use crate::stack::{DEEP, scrubbed};
use crate::version::Version;

/// The material of a key of this specification: HKDF-SHA256 (RFC 5869) of the shared secret, without a salt
/// and without info. The other side computes the same.
pub(crate) fn derive_key(call: &Call<'_>, peer: &PublicKey, spec: &KeySpec) -> Result<Import, Error> {
    let &Call { state, terms, item, .. } = call;
    let Some(len) = spec.key_type.agreed_len() else {
        return Err(Error::InvalidOption { reason: invalid::AGREED_TYPE_NOT_SUPPORTED });
    };
    state.record.check_own()?;
    let window = state.record.window();
    let version = item.asked(terms.manner)?.unwrap_or(window.latest);
    // What was agreed on with an older public key is still derived, as what it encrypted is still read.
    window.for_decryption(version)?;
    let base = state.record.version(version).ok_or(Error::NoSuchVersion)?;
    let algorithm = base.key_type.signature().ok_or(Error::NoSuchVersion)?;
    let agreement = algorithm.agreement().ok_or(Error::NoSuchVersion)?;
    // A version that was restored with a public key alone may have one that is no point.
    if peer.algorithm() != algorithm || algorithm.public(peer.as_bytes()).is_err() {
        return Err(Error::InvalidMaterial { reason: agreement.other_key });
    }
    let material = base.material.as_ref().ok_or(Error::NoSuchVersion)?;
    let derived = scrubbed::<DEEP, _>(|| {
        let shared = (agreement.shared_secret)(material.expose(), peer.as_bytes())?;
        let mut derived = SecretBytes::zeroed(len);
        HkdfSha256::extract(&[], &shared).expand(&[], derived.expose_mut())?;
        Ok(derived)
    });
    match derived {
        Ok(derived) => Ok(Import::raw(derived)),
        // The material of an old document may be no number below the order.
        Err(Rejected) => Err(Error::NoSuchVersion),
    }
}

/// Adds what was agreed on to a key that there is.
pub(crate) fn add_derived(
    record: &mut Record,
    spec: &KeySpec,
    import: &Import,
    now: u64,
) -> Result<Version, Error> {
    spec.check_same(record)?;
    if record.key_type() != spec.key_type {
        return Err(Error::KeyMismatch { option: "type" });
    }
    import_version(record, import, now)
}
