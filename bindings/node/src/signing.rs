//! What is said of a signature or mac.

use crate::failure::Failure;
use crate::js::{Env, Value};
use strongroom::{Error, HashAlgorithm, Item, RsaPadding, SaltLength, SignatureForm};

const SAYS_TOO_MUCH: Error = Error::invalid_option("item_says_too_much");
const UNKNOWN_HASH: Error = Error::invalid_option("unknown_hash");
const UNKNOWN_FORM: Error = Error::invalid_option("unknown_form");
const UNKNOWN_PADDING: Error = Error::invalid_option("unknown_padding");
const UNKNOWN_SALT_LENGTH: Error = Error::invalid_option("unknown_salt_length");

/// The options hash, form, prehashed, padding and saltLength, in this order.
#[derive(Clone, Copy, Default)]
pub(crate) struct Signing {
    hash: Option<Hashed>,
    form: Option<SignatureForm>,
    prehashed: Option<bool>,
    padding: Option<RsaPadding>,
    salt_length: Option<SaltLength>,
}

#[derive(Clone, Copy)]
enum Hashed {
    By(HashAlgorithm),
    ByNone,
}

impl Signing {
    /// Reads the option at a place.
    pub(crate) fn read<'s>(&mut self, env: Env<'s>, place: usize, value: Value<'s>) -> Result<(), Failure> {
        match place {
            0 => self.hash = Some(hash(env, value)?),
            1 => self.form = Some(form(env, value)?),
            2 => self.prehashed = Some(prehashed(env, value)?),
            3 => self.padding = Some(padding(env, value)?),
            _ => self.salt_length = Some(salt_length(env, value)?),
        }
        Ok(())
    }

    /// Refuses `prehashed` of what is no signature, also where it is false, which the library is not told.
    pub(crate) fn not_of_a_signature(&self) -> Result<(), Failure> {
        if self.prehashed.is_some() { Err(SAYS_TOO_MUCH.into()) } else { Ok(()) }
    }

    #[inline]
    pub(crate) fn about<'i>(&self, mut item: Item<'i>) -> Item<'i> {
        if self.prehashed == Some(true) {
            item = item.prehashed();
        }
        match self.hash {
            Some(Hashed::By(hash)) => item = item.hash(hash),
            Some(Hashed::ByNone) => item = item.unhashed(),
            None => {}
        }
        if let Some(form) = self.form {
            item = item.form(form);
        }
        if let Some(padding) = self.padding {
            item = item.padding(padding);
        }
        if let Some(salt) = self.salt_length {
            item = item.salt_length(salt);
        }
        item
    }
}

fn hash<'s>(env: Env<'s>, value: Value<'s>) -> Result<Hashed, Failure> {
    match env.string(value, "hash")?.as_str() {
        "none" => Ok(Hashed::ByNone),
        name => Ok(HashAlgorithm::from_name(name).map(Hashed::By).ok_or(UNKNOWN_HASH)?),
    }
}

/// A hash function by its name.
pub(crate) fn hash_function<'s>(env: Env<'s>, value: Value<'s>) -> Result<HashAlgorithm, Failure> {
    Ok(HashAlgorithm::from_name(&env.string(value, "hash")?).ok_or(UNKNOWN_HASH)?)
}

fn form<'s>(env: Env<'s>, value: Value<'s>) -> Result<SignatureForm, Failure> {
    match env.string(value, "form")?.as_str() {
        "asn1" => Ok(SignatureForm::Asn1),
        "jws" => Ok(SignatureForm::Jws),
        _ => Err(UNKNOWN_FORM.into()),
    }
}

fn prehashed<'s>(env: Env<'s>, value: Value<'s>) -> Result<bool, Failure> {
    env.boolean(value).ok_or_else(|| Failure::Type("prehashed must be a boolean".to_owned()))
}

fn padding<'s>(env: Env<'s>, value: Value<'s>) -> Result<RsaPadding, Failure> {
    match env.string(value, "padding")?.as_str() {
        "pss" => Ok(RsaPadding::Pss),
        "pkcs1v15" => Ok(RsaPadding::Pkcs1v15),
        _ => Err(UNKNOWN_PADDING.into()),
    }
}

/// A word, or a number of bytes.
fn salt_length<'s>(env: Env<'s>, value: Value<'s>) -> Result<SaltLength, Failure> {
    if let Some(number) = env.number(value) {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "what was cut off does not equal the number below"
        )]
        let whole = u16::try_from(number as i64).ok().filter(|whole| f64::from(*whole) == number);
        return Ok(whole.map(SaltLength::Bytes).ok_or(UNKNOWN_SALT_LENGTH)?);
    }
    let word = env
        .text(value)
        .ok_or_else(|| Failure::Type("saltLength must be a string or a number of bytes".to_owned()))?;
    match word.as_str() {
        "auto" => Ok(SaltLength::Auto),
        "hash" => Ok(SaltLength::Hash),
        _ => Err(UNKNOWN_SALT_LENGTH.into()),
    }
}
