//! Signing.

use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::alg::sign::{How, Layout, Of, RsaPadding, SaltLength, SignAlgorithm, Takes};
use crate::error::invalid;
use crate::key::call::Call;
use crate::key::item::{Input, Prehashed, SignatureForm, WRONG_ITEM};
use crate::key::record::Dialect;
use crate::public_key::PublicKey;
use crate::verb::Verb;
use crate::version::Version;
use crate::wire::MAX_MESSAGE;
use crate::wire::text;

/// A signature, as text.
pub(crate) fn sign(call: &Call<'_>) -> Result<String, Error> {
    let &Call { state, item, .. } = call;
    let Input::Message(message) = item.input else { return Err(WRONG_ITEM) };
    if message.len() > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    let version = call.version()?;
    let how = how(call, version, message.len())?;
    let signature =
        state.with_subkey(version, call.context()?, call.host, |subkey| subkey.sign(&how, message))?;
    let alphabet = item.form.unwrap_or_default().alphabet();
    Ok(text::of(state.template(), state.prefix(version), version, alphabet, &signature))
}

/// The public key of a version, of a derived key under a context.
pub(crate) fn public_key(call: &Call<'_>) -> Result<PublicKey, Error> {
    let &Call { state, terms, item, .. } = call;
    let window = state.record.window();
    let version = item.asked(terms.manner)?.unwrap_or(window.latest);
    window.for_decryption(version)?;
    state.with_subkey(version, call.context()?, call.host, |subkey| {
        let key_type = state.record.version(version).ok_or_else(|| Error::NoSuchVersion)?.key_type;
        let bytes = subkey.public_key().ok_or_else(|| Error::NoSuchVersion)?;
        let algorithm = key_type.signature().ok_or_else(|| Error::NoSuchVersion)?;
        Ok(PublicKey::new(key_type, algorithm, bytes))
    })
}

/// How a version signs or verifies so many bytes, by what the item says.
pub(crate) fn how(call: &Call<'_>, version: Version, len: usize) -> Result<How, Error> {
    let &Call { state, terms, item, .. } = call;
    let key_type = state.record.version(version).ok_or_else(|| Error::NoSuchVersion)?.key_type;
    let algorithm = key_type.signature().ok_or_else(|| Error::NoSuchVersion)?;
    let is_transit = terms.manner.is_transit();
    if is_transit {
        check_other_in_vault(call, algorithm)?;
    } else {
        check_takes(call, algorithm)?;
    }
    let is_jws = item.form == Some(SignatureForm::Jws) && !is_transit;
    let usual = if is_jws { algorithm.jws_hash() } else { None };
    let hash = item.hash.or(usual).unwrap_or_default();
    let padding = item.padding.unwrap_or_default();
    let salt = match item.salt {
        // Transit has no salt of no bytes: 0 stands for the default.
        Some(SaltLength::Bytes(0)) if is_transit => SaltLength::Auto,
        Some(salt) => salt,
        None if is_jws && algorithm.takes().has(Takes::PADDING) => SaltLength::Hash,
        None => SaltLength::Auto,
    };
    // Transit passes over what a type has no place for.
    let prehashed = item.prehashed.filter(|_| algorithm.takes().has(Takes::HASH));
    let of = match prehashed {
        None => Of::Message(hash),
        // Of a message in the place of its digest only the first bytes would be signed.
        Some(Prehashed::Hashed) if !is_transit && len != hash.output_len() => {
            return refuse(invalid::DIGEST_OF_ANOTHER_LENGTH);
        }
        Some(Prehashed::Hashed) => Of::Digest(hash),
        // Transit asks that it be said twice.
        Some(Prehashed::Raw) if padding != RsaPadding::Pkcs1v15 => {
            return refuse(invalid::UNHASHED_NEEDS_PKCS1V15);
        }
        Some(Prehashed::Raw) => Of::Raw,
    };
    let layout = match item.form.unwrap_or_default() {
        SignatureForm::Asn1 => Layout::Asn1,
        SignatureForm::Jws => Layout::Jws { is_lenient: is_transit },
    };
    let how = How { of, padding, salt, layout };
    algorithm.check(&how, len).or_else(refuse)?;
    Ok(how)
}

fn check_takes(call: &Call<'_>, algorithm: SignAlgorithm) -> Result<(), Error> {
    let item = call.item;
    if (item.hash.is_some() || item.prehashed.is_some()) && !algorithm.takes().has(Takes::HASH) {
        return refuse(invalid::HASH_NOT_SUPPORTED);
    }
    let says_padding =
        item.padding.is_some() || item.salt.is_some() || item.prehashed == Some(Prehashed::Raw);
    if says_padding && !algorithm.takes().has(Takes::PADDING) {
        return refuse(invalid::PADDING_NOT_SUPPORTED);
    }
    if item.salt.is_some() && item.padding == Some(RsaPadding::Pkcs1v15) {
        return refuse(invalid::SALT_NOT_SUPPORTED);
    }
    if item.prehashed == Some(Prehashed::Raw) && item.hash.is_some() {
        return refuse(invalid::UNHASHED_HAS_NO_HASH);
    }
    // Collisions of it can be made, and so can two messages with one signature; what was signed long ago is
    // still read.
    if call.verb == Verb::Sign && item.hash == Some(HashAlgorithm::Sha1) {
        return refuse(invalid::SHA1_SIGNS_NOTHING_NEW);
    }
    Ok(())
}

/// Transit takes the name of a hash with every signature. By some of them Vault means another algorithm.
fn check_other_in_vault(call: &Call<'_>, algorithm: SignAlgorithm) -> Result<(), Error> {
    let &Call { state, item, .. } = call;
    let from_vault = state.record.transit.as_ref().is_some_and(|notes| notes.dialect == Some(Dialect::Vault));
    if !from_vault {
        return Ok(());
    }
    let key_type = state.record.key_type();
    match algorithm.other_in_vault(item.hash) {
        Some(operation) => Err(Error::OperationNotSupported { operation, key_type: key_type.name() }),
        None => Ok(()),
    }
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidOption { reason })
}
