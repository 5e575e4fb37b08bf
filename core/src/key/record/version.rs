//! One version of a key, as its document holds it.

use super::stream::StreamParameters;
use super::subkeys::Subkeys;
use crate::alg::compare::constant_time_eq;
use crate::derive::{ConvergentRule, Kdf};
use crate::material::{Family, KeyType};
use crate::secret::{SecretArray, SecretBytes};
use std::sync::Arc;

/// A version. Times are nanoseconds since 1970; `trimmed` is 0 if it is not known. A copy shares the secrets,
/// so that there is one of each to wipe. What few versions have takes one pointer: a document of a given
/// length may hold ten thousands of trimmed ones.
#[derive(Clone)]
pub(crate) struct VersionRecord {
    pub(crate) key_type: KeyType,
    pub(crate) kdf: Option<Kdf>,
    pub(crate) convergent_rule: Option<ConvergentRule>,
    pub(crate) imported: bool,
    pub(crate) is_trimmed: bool,
    pub(crate) created: Option<u64>,
    pub(crate) retired: Option<u64>,
    /// When it could no longer be chosen to make something with.
    pub(crate) closed: Option<u64>,
    /// Until when somebody to whom it was handed out may make things with it.
    pub(crate) lent: Option<Box<u64>>,
    pub(crate) trimmed: u64,
    pub(crate) material: Option<Arc<SecretBytes>>,
    pub(crate) hmac_key: Option<Arc<SecretArray<32>>>,
    /// Of a version without material.
    pub(crate) public: Option<Arc<Box<[u8]>>>,
    /// Of a version that was lent for one context.
    pub(crate) subkeys: Option<Arc<Subkeys>>,
    /// How many encryptions were lent with it.
    pub(crate) limit: Option<Box<u64>>,
    /// Of the types of streams.
    pub(crate) stream: Option<Box<StreamParameters>>,
    /// X.509 certificates, leaf first.
    pub(crate) chain: Option<Arc<Vec<Vec<u8>>>>,
}

impl VersionRecord {
    /// A version of new material, with an HMAC key if the type has one.
    pub(crate) fn new(key_type: KeyType, material: SecretBytes, now: u64) -> Result<Self, crate::Error> {
        let hmac_key = if key_type.has_hmac_key() { Some(Arc::new(SecretArray::random()?)) } else { None };
        Ok(Self { created: Some(now), material: Some(Arc::new(material)), hmac_key, ..Self::empty(key_type) })
    }

    /// A version of a public key alone, with an HMAC key.
    pub(crate) fn verifying(
        key_type: KeyType,
        public: impl Into<Box<[u8]>>,
        now: u64,
    ) -> Result<Self, crate::Error> {
        let hmac_key = if key_type.has_hmac_key() { Some(Arc::new(SecretArray::random()?)) } else { None };
        Ok(Self {
            created: Some(now),
            public: Some(Arc::new(public.into())),
            hmac_key,
            ..Self::empty(key_type)
        })
    }

    /// A version of which nothing is known.
    pub(crate) fn empty(key_type: KeyType) -> Self {
        Self {
            key_type,
            kdf: None,
            convergent_rule: None,
            imported: false,
            is_trimmed: false,
            created: None,
            retired: None,
            closed: None,
            lent: None,
            trimmed: 0,
            material: None,
            hmac_key: None,
            public: None,
            subkeys: None,
            limit: None,
            stream: None,
            chain: None,
        }
    }

    /// Whether the material is that of another; `None` where one of the two has none. In constant time.
    pub(crate) fn has_material_of(&self, other: &Self) -> Option<bool> {
        let (mine, theirs) = (self.material.as_ref()?, other.material.as_ref()?);
        Some(constant_time_eq(mine.expose(), theirs.expose()))
    }

    /// Whether blind indexes are made of the same as those of another. In constant time.
    pub(crate) fn indexes_as(&self, other: &Self) -> bool {
        match (self.index_secret(), other.index_secret()) {
            (Some(mine), Some(theirs)) => constant_time_eq(mine, theirs),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// Whether this may have become of another, as far as its public key says: what had one alone has the
    /// same, or has been given the private half of it.
    pub(crate) fn keeps_public_of(&self, other: &Self) -> bool {
        let Some(public) = &other.public else { return true };
        self.is_trimmed || self.public_key().is_some_and(|mine| *mine == ***public)
    }

    /// Takes out all but what it was, and when.
    pub(crate) fn destroy(&mut self, now: u64) {
        let Self {
            key_type: _,
            kdf: _,
            convergent_rule: _,
            imported: _,
            created: _,
            retired: _,
            closed: _,
            lent: _,
            is_trimmed,
            trimmed,
            material,
            hmac_key,
            public,
            subkeys,
            limit,
            stream,
            chain,
        } = self;
        (*is_trimmed, *trimmed) = (true, now);
        (*material, *hmac_key, *public, *subkeys) = (None, None, None, None);
        (*limit, *stream, *chain) = (None, None, None);
    }

    /// What holds for a version by itself (`docs/formats.md`, section 7). The reason is for the message.
    /// `known` is what it was when it was checked last.
    pub(super) fn check(&self, must_be_trimmed: bool, known: Option<&Self>) -> Result<(), &'static str> {
        let held = usize::from(self.material.is_some())
            + usize::from(self.public.is_some())
            + usize::from(self.subkeys.is_some());
        if self.is_trimmed != must_be_trimmed {
            return Err("a version is trimmed that must not be, or the reverse");
        }
        if self.is_trimmed {
            let bare = held == 0
                && self.hmac_key.is_none()
                && self.chain.is_none()
                && self.limit.is_none()
                && self.stream.is_none();
            return if bare { Ok(()) } else { Err("a trimmed version holds key material") };
        }
        if held != 1 {
            return Err("a version has not exactly one of material, a public key and subkeys");
        }
        if self.chain.as_ref().is_some_and(|chain| chain.is_empty()) {
            return Err("a version has a certificate chain without certificates");
        }
        if self.hmac_key.is_some() && !self.key_type.has_hmac_key() {
            return Err("a version has an hmac key that its type does not have");
        }
        if self.stream.is_some() != (self.key_type.profile().family == Family::Stream) {
            return Err("a version has parameters of a stream that its type does not have, or the reverse");
        }
        if let Some(public) = &self.public {
            let fits = self.key_type.keeps_public_len(public.len());
            return if fits { Ok(()) } else { Err("a version has a public key that does not fit its type") };
        }
        if let Some(subkeys) = &self.subkeys {
            return subkeys.check(self.key_type);
        }
        let Some(material) = &self.material else { return Ok(()) };
        if !known.is_some_and(|known| known.has(self.key_type, material)) {
            self.key_type
                .check(material.expose())
                .map_err(|_| "a version's material does not fit its type")?;
        }
        self.stream.as_ref().map_or(Ok(()), |stream| stream.check(self.key_type, material.len()))
    }

    /// What MACs, also of a version that does something else.
    pub(crate) fn hmac_key(&self) -> Option<&[u8]> {
        if self.key_type.is_hmac() {
            return self.material.as_ref().map(|material| material.expose());
        }
        self.hmac_key.as_ref().map(|key| key.expose().as_slice())
    }

    /// Of what blind indexes are made: the HMAC key, or the material where that is all there is.
    pub(crate) fn index_secret(&self) -> Option<&[u8]> {
        match (self.hmac_key(), &self.material) {
            (None, Some(material)) if self.key_type.has_cmac() => Some(material.expose()),
            (hmac_key, _) => hmac_key,
        }
    }

    /// The public key, of a version that has a private one or of one that has it alone.
    pub(crate) fn public_key(&self) -> Option<Vec<u8>> {
        match &self.material {
            Some(material) => self.key_type.signature()?.public_of(material.expose()).ok(),
            None => self.public.as_deref().map(|public| public.to_vec()),
        }
    }

    fn has(&self, key_type: KeyType, material: &SecretBytes) -> bool {
        self.key_type == key_type
            && self.material.as_ref().is_some_and(|mine| constant_time_eq(mine.expose(), material.expose()))
    }
}
