//! A key schedule that is ready to work on messages: the verbs of one version, under one context or none.

use crate::Error;
use crate::alg::aead::{AeadAlgorithm, AeadKey, Opening};
use crate::alg::compare::constant_time_eq;
use crate::alg::hash::HashAlgorithm;
use crate::alg::mac::HmacKey;
use crate::alg::sign::{Block, How, PrivateKey, PublicKey, SignAlgorithm};
use crate::alg::siv::SivKey;
use crate::committing::{self, CommittingKey};
use crate::entropy::Nonces;
use crate::held::{Held, take};
use crate::manner::Manner;
use crate::material::unsigned;
use crate::secret::SecretBytes;
use std::ops::Range;
use std::sync::Arc;

const TAG: usize = 16;
const MAX_NONCE: usize = 24;

/// Prepared, wiped when the last share of it is dropped: whatever goes on after a call, such as a stream,
/// takes one. Every variant is a pointer: one with room to spare would keep in it what the stack held before,
/// and nothing would wipe that.
#[derive(Clone)]
pub(crate) enum Subkey {
    Committing(Arc<CommittingKey>),
    Siv(Arc<SivKey>),
    Aead(Arc<AeadSubkey>),
    Signing(Arc<SigningSubkey>),
    /// A version of which only the public key is known.
    Verifying(Arc<VerifyingSubkey>),
}

/// A Transit type: random nonces, or nonces computed from the plaintext.
pub(crate) struct AeadSubkey {
    pub(crate) algorithm: AeadAlgorithm,
    pub(crate) key: AeadKey,
    pub(crate) convergent: Option<Box<HmacKey>>,
}

pub(crate) struct SigningSubkey {
    key: PrivateKey,
    public: VerifyingSubkey,
}

pub(crate) struct VerifyingSubkey {
    algorithm: SignAlgorithm,
    key: PublicKey,
    bytes: Box<[u8]>,
}

impl Subkey {
    pub(crate) fn signing(algorithm: SignAlgorithm, key: PrivateKey) -> Result<Self, Error> {
        let public = VerifyingSubkey::new(algorithm, &key.public())?;
        Ok(Self::Signing(Arc::new(SigningSubkey { key, public })))
    }

    pub(crate) fn verifying(algorithm: SignAlgorithm, public: &[u8]) -> Result<Self, Error> {
        VerifyingSubkey::new(algorithm, public).map(|public| Self::Verifying(Arc::new(public)))
    }

    pub(crate) fn is_convergent(&self) -> bool {
        matches!(self, Self::Aead(aead) if aead.convergent.is_some())
    }

    /// What is encrypted under a public key, where one is.
    fn block(&self) -> Option<Block> {
        self.public().and_then(|public| public.algorithm.block())
    }

    /// Whether associated data is authenticated with what is encrypted.
    pub(crate) fn takes_aad(&self) -> bool {
        !matches!(self, Self::Signing(_) | Self::Verifying(_))
    }

    /// How long a payload is that holds a plaintext of so many bytes.
    #[inline]
    pub(crate) fn payload_len(&self, plaintext: usize) -> Result<usize, Error> {
        if self.takes_aad() {
            return Ok(plaintext + self.overhead());
        }
        let block = self.block().ok_or_else(|| Error::NoSuchVersion)?;
        if plaintext + block.overhead > block.len { Err(Error::MessageTooLong) } else { Ok(block.len) }
    }

    /// How much longer a payload is than the plaintext.
    fn overhead(&self) -> usize {
        match self {
            Self::Committing(_) => committing::OVERHEAD,
            Self::Siv(_) => TAG,
            Self::Aead(aead) => aead.algorithm.nonce_len() + TAG,
            Self::Signing(_) | Self::Verifying(_) => 0,
        }
    }

    /// `payload` has [as many bytes](Self::payload_len) as it needs, and is never read. The aad is a
    /// copy of ours; the plaintext is read once.
    pub(crate) fn encrypt(
        &self,
        nonces: Nonces,
        aad: &[u8],
        plaintext: &[u8],
        payload: &mut [u8],
    ) -> Result<(), Error> {
        match self {
            Self::Committing(key) => key.seal(nonces, aad, plaintext, payload),
            Self::Siv(key) => {
                let (siv, ciphertext) =
                    payload.split_at_mut_checked(TAG).ok_or_else(|| Error::MessageTooLong)?;
                let computed = key.seal(&[aad], plaintext, ciphertext).map_err(|_| Error::MessageTooLong)?;
                siv.copy_from_slice(&computed);
                Ok(())
            }
            Self::Aead(aead) => {
                let AeadSubkey { algorithm, key, convergent } = aead.as_ref();
                let (nonce_out, rest) = payload
                    .split_at_mut_checked(algorithm.nonce_len())
                    .ok_or_else(|| Error::MessageTooLong)?;
                let (mut nonce, mut place) = ([0; MAX_NONCE], None);
                let nonce = nonce.get_mut(..nonce_out.len()).ok_or_else(|| Error::MessageTooLong)?;
                let mut plaintext = plaintext;
                match (convergent, nonce.len()) {
                    (Some(rule), len) => {
                        // The nonce is that of what is encrypted, and of nothing else.
                        plaintext = Held::copy(&mut place, plaintext);
                        nonce.copy_from_slice(
                            rule.mac(&[plaintext]).as_bytes().get(..len).unwrap_or_default(),
                        );
                    }
                    (None, 12) => nonce.copy_from_slice(&nonces.draw::<12>()?),
                    (None, _) => nonce.copy_from_slice(&nonces.draw::<24>()?),
                }
                nonce_out.copy_from_slice(nonce);
                let (ciphertext, tag) =
                    rest.split_at_mut_checked(plaintext.len()).ok_or_else(|| Error::MessageTooLong)?;
                let computed =
                    key.seal(nonce, aad, plaintext, ciphertext).map_err(|_| Error::MessageTooLong)?;
                tag.copy_from_slice(&computed);
                Ok(())
            }
            Self::Signing(_) | Self::Verifying(_) => {
                let mut place = None;
                let public = self.public().ok_or_else(|| Error::NoSuchVersion)?;
                let made = public.key.encrypt(Held::copy(&mut place, plaintext));
                let made = made.ok().filter(|made| made.len() == payload.len());
                payload.copy_from_slice(&made.ok_or_else(|| Error::MessageTooLong)?);
                Ok(())
            }
        }
    }

    /// How long the plaintext of a payload is, or of one under a public key may be.
    pub(crate) fn plaintext_len(&self, payload: &[u8]) -> Result<usize, Error> {
        if let Some(block) = self.block() {
            return if payload.len() == block.len {
                Ok(block.len - block.overhead)
            } else {
                Err(Error::Malformed)
            };
        }
        payload.len().checked_sub(self.overhead()).ok_or_else(|| Error::Malformed)
    }

    /// Decrypts what is under a public key.
    pub(crate) fn decrypt_block(&self, payload: &[u8]) -> Result<SecretBytes, Error> {
        self.plaintext_len(payload)?;
        let signing = match self {
            Self::Signing(signing) => signing,
            Self::Verifying(_) => return Err(Error::NoSuchVersion),
            Self::Committing(_) | Self::Siv(_) | Self::Aead(_) => return Err(Error::NoSuchVersion),
        };
        let mut out = SecretBytes::zeroed(payload.len());
        let mut place = None;
        let len = signing.key.decrypt(Held::copy(&mut place, payload), out.expose_mut());
        Ok(out.narrowed(0..len.map_err(|_| Error::DecryptFailed)?))
    }

    /// `out` has exactly the length of the plaintext, and is all zero after a failure.
    pub(crate) fn decrypt(
        &self,
        aad: &[u8],
        payload: &[u8],
        out: &mut [u8],
        manner: Manner,
    ) -> Result<(), Error> {
        let (head, tag) = self.around();
        let parts = payload.split_at_checked(head).and_then(|(head, rest)| {
            let (ciphertext, tag) = rest.split_at_checked(rest.len().checked_sub(tag)?)?;
            Some((head, ciphertext, tag))
        });
        let opened = parts.and_then(|(head, ciphertext, tag)| {
            self.open(aad, head, Opening::Into(ciphertext, out), tag, manner)
        });
        if opened.is_none() {
            out.fill(0);
        }
        opened.ok_or_else(|| Error::DecryptFailed)
    }

    /// Decrypts in memory of ours, and says where in it the plaintext is. After a failure nothing of it is
    /// there, nor of the ciphertext.
    pub(crate) fn decrypt_in_place(
        &self,
        aad: &[u8],
        payload: &mut [u8],
        manner: Manner,
    ) -> Result<Range<usize>, Error> {
        self.plaintext_len(payload)?;
        let (start, end) = (self.around().0, payload.len().saturating_sub(self.around().1));
        let opened = payload.split_at_mut_checked(end).and_then(|(rest, tag)| {
            let (head, both) = rest.split_at_mut_checked(start)?;
            self.open(aad, head, Opening::InPlace(both), tag, manner)
        });
        if opened.is_none() {
            payload.fill(0);
        }
        opened.map(|()| start..end).ok_or_else(|| Error::DecryptFailed)
    }

    /// Whether a payload in memory of ours would open. It is as it was afterwards, unless it would not.
    pub(crate) fn check(&self, aad: &[u8], payload: &mut [u8], manner: Manner) -> Result<(), Error> {
        let len = self.plaintext_len(payload)?;
        if !self.takes_aad() {
            return self.decrypt_block(payload).map(drop);
        }
        if self.is_convergent() {
            // Its nonce is that of the plaintext.
            let mut out = SecretBytes::zeroed(len);
            return self.decrypt(aad, payload, out.expose_mut(), manner);
        }
        let (start, end) = (self.around().0, payload.len().saturating_sub(self.around().1));
        payload
            .split_at_mut_checked(end)
            .and_then(|(rest, tag)| {
                let (head, both) = rest.split_at_mut_checked(start)?;
                self.open(aad, head, Opening::Check(both), tag, manner)
            })
            .ok_or_else(|| Error::DecryptFailed)
    }

    /// How many bytes of a payload stand before the ciphertext, and how many after it.
    fn around(&self) -> (usize, usize) {
        match self {
            Self::Committing(_) => (committing::HEAD, TAG),
            Self::Siv(_) => (TAG, 0),
            Self::Aead(aead) => (aead.algorithm.nonce_len(), TAG),
            Self::Signing(_) | Self::Verifying(_) => (0, 0),
        }
    }

    /// After a failure there may be anything where the plaintext goes.
    fn open(
        &self,
        aad: &[u8],
        head: &[u8],
        mut opening: Opening<'_>,
        tag: &[u8],
        manner: Manner,
    ) -> Option<()> {
        match self {
            Self::Committing(key) => key.open_parts(aad, head, opening, tag.try_into().ok()?),
            Self::Siv(key) => key.open(&[aad], opening, head.try_into().ok()?).ok(),
            Self::Aead(aead) => {
                let AeadSubkey { key, convergent, .. } = aead.as_ref();
                let mut nonce = [0; MAX_NONCE];
                let nonce = nonce.get_mut(..head.len())?;
                take(head, nonce);
                key.open(nonce, aad, opening.lent(), tag.try_into().ok()?).ok()?;
                // A nonce that the rule does not give was chosen by someone: the message did not come from
                // this key's encrypt. Transit does not look.
                let honest = convergent.as_ref().filter(|_| !manner.is_transit()).is_none_or(|rule| {
                    let expected = rule.mac(&[opening.plaintext()]);
                    constant_time_eq(expected.as_bytes().get(..nonce.len()).unwrap_or_default(), nonce)
                });
                honest.then_some(())
            }
            Self::Signing(_) | Self::Verifying(_) => None,
        }
    }

    pub(crate) fn sign(&self, how: &How, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signing = match self {
            Self::Signing(signing) => signing,
            Self::Verifying(_) => return Err(Error::NoSuchVersion),
            Self::Committing(_) | Self::Siv(_) | Self::Aead(_) => return Err(Error::NoSuchVersion),
        };
        signing.key.sign(how, message).map_err(unsigned)
    }

    pub(crate) fn verify(&self, how: &How, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        self.public()
            .and_then(|public| public.key.verify(how, message, signature).ok())
            .ok_or_else(|| Error::BadSignature)
    }

    pub(crate) fn public_key(&self) -> Option<&[u8]> {
        self.public().map(|public| &*public.bytes)
    }

    fn public(&self) -> Option<&VerifyingSubkey> {
        match self {
            Self::Signing(signing) => Some(&signing.public),
            Self::Verifying(public) => Some(public),
            Self::Committing(_) | Self::Siv(_) | Self::Aead(_) => None,
        }
    }
}

impl VerifyingSubkey {
    fn new(algorithm: SignAlgorithm, bytes: &[u8]) -> Result<Self, Error> {
        let key = algorithm.public(bytes).map_err(|_| Error::BadSignature)?;
        Ok(Self { algorithm, key, bytes: bytes.into() })
    }
}

/// The rule by which a convergent version makes its nonces: HMAC-SHA256 of the plaintext under this key, cut
/// to length.
pub(crate) fn convergent_nonces(key: &[u8]) -> HmacKey {
    HmacKey::new(HashAlgorithm::Sha256, key)
}
