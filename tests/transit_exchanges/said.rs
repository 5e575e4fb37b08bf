//! What a request says about a message, as an item.

use super::Verb;
use crate::request::{NEGATIVE, READING, Refusal, Said, hash, unknown};
use strongroom::{DataKeySize, HashAlgorithm, Item, RsaPadding, SaltLength, SignatureForm};

pub(crate) struct Asked {
    pub(crate) verb: Verb,
    /// A plaintext or message.
    pub(crate) input: Vec<u8>,
    /// A ciphertext, signature or mac.
    pub(crate) text: String,
    pub(crate) size: DataKeySize,
    aad: Option<Vec<u8>>,
    pub(crate) context: Option<Vec<u8>>,
    pub(crate) version: Option<u32>,
    hash: Option<HashAlgorithm>,
    is_jws: bool,
    prehashed: bool,
    unhashed: bool,
    pub(crate) padding: Option<RsaPadding>,
    salt: Option<SaltLength>,
}

impl Asked {
    pub(crate) fn new(verb: Verb, said: Said<'_>, of_path: Option<&str>) -> Result<Self, Refusal> {
        let input = said.bytes(if verb == Verb::Encrypt { "plaintext" } else { "input" })?;
        if input.is_none() && matches!(verb, Verb::Encrypt | Verb::Hmac) {
            return Err(READING);
        }
        // Of a signature and a mac the signature is taken.
        let (verb, text) = match verb {
            Verb::Verify if said.has("signature") => (verb, said.text("signature")?),
            Verb::Verify => (Verb::VerifyHmac, Some(said.text("hmac")?.ok_or(READING)?)),
            Verb::Decrypt | Verb::Rewrap => (verb, Some(said.text("ciphertext")?.ok_or(READING)?)),
            _ => (verb, None),
        };
        let mut asked = Self {
            verb,
            input: input.unwrap_or_default(),
            text: text.unwrap_or_default().to_owned(),
            size: DataKeySize::default(),
            aad: said.bytes("associated_data")?,
            context: said.bytes("context")?,
            version: None,
            hash: None,
            is_jws: false,
            prehashed: false,
            unhashed: false,
            padding: None,
            salt: None,
        };
        if !matches!(verb, Verb::Decrypt | Verb::Verify | Verb::VerifyHmac) {
            asked.version = said.number("key_version")?;
        }
        if let (Verb::DataKey, Some(bits)) = (verb, said.number("bits")?) {
            asked.size = DataKeySize::from_bytes(bits as usize / 8)?;
        }
        let named = said.text(if verb == Verb::Hmac { "algorithm" } else { "hash_algorithm" })?;
        let named = of_path.or(named);
        match verb {
            Verb::Sign | Verb::Verify => asked.signing(said, named)?,
            Verb::Hmac | Verb::VerifyHmac => asked.hash = named.map(hash).transpose()?,
            _ => {}
        }
        Ok(asked)
    }

    fn signing(&mut self, said: Said<'_>, named: Option<&str>) -> Result<(), Refusal> {
        let prehashed = said.flag("prehashed")?.unwrap_or(false);
        match (named, prehashed) {
            (Some("none"), false) => return Err(Refusal::Outside("no hash of what was not hashed")),
            (Some("none"), true) => self.unhashed = true,
            (Some(name), _) => self.hash = Some(hash(name)?),
            (None, _) => {}
        }
        self.prehashed = prehashed && !self.unhashed;
        self.is_jws = match said.text("marshaling_algorithm")? {
            None | Some("asn1") => false,
            Some("jws") => true,
            Some(_) => return unknown("unknown_form"),
        };
        self.padding = match said.text("signature_algorithm")? {
            None => None,
            Some("pss") => Some(RsaPadding::Pss),
            Some("pkcs1v15") => Some(RsaPadding::Pkcs1v15),
            Some(_) => return unknown("unknown_padding"),
        };
        let salt = said.0.get("salt_length").map(|salt| salt.to_string().replace('"', ""));
        self.salt = match salt.as_deref() {
            None => None,
            Some("auto") => Some(SaltLength::Auto),
            Some("hash" | "-1") => Some(SaltLength::Hash),
            Some(text) => match text.parse::<i64>().map(u16::try_from) {
                Ok(Ok(bytes)) => Some(SaltLength::Bytes(bytes)),
                Ok(Err(_)) => return Err(NEGATIVE),
                Err(_) => return unknown("unknown_salt_length"),
            },
        };
        Ok(())
    }

    /// What was said, of another ciphertext or signature.
    pub(crate) fn of<'a>(&'a self, verb: Verb, text: &'a str) -> Item<'a> {
        let mut item = match verb {
            Verb::Encrypt => Item::plaintext(&self.input),
            Verb::Decrypt | Verb::Rewrap => Item::ciphertext(text),
            Verb::DataKey => Item::data_key(self.size),
            Verb::Sign | Verb::Hmac => Item::message(&self.input),
            Verb::Verify | Verb::VerifyHmac => Item::signed(&self.input, text),
        };
        if let Some(aad) = &self.aad {
            item = item.aad(aad.as_slice());
        }
        if let Some(context) = &self.context {
            item = item.context(context.as_slice());
        }
        if let Some(number) = self.version.filter(|_| verb == self.verb) {
            item = item.version_number(number);
        }
        if let Some(hash) = self.hash {
            item = item.hash(hash);
        }
        if self.is_jws {
            item = item.form(SignatureForm::Jws);
        }
        if self.prehashed {
            item = item.prehashed();
        }
        if self.unhashed {
            item = item.unhashed();
        }
        if let Some(padding) = self.padding {
            item = item.padding(padding);
        }
        match self.salt {
            Some(salt) => item.salt_length(salt),
            None => item,
        }
    }

    pub(crate) fn item(&self) -> Item<'_> {
        self.of(self.verb, &self.text)
    }
}
