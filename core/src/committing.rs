//! The committing payload that ciphertexts of `xaes256-gcm`, documents, seals and backups share
//! (`docs/formats.md`, section 2).
//!
//! ```text
//! okm        = HKDF-SHA256(salt = label, ikm = material, info = u32be N ‖ u8 kind ‖ context, L = 64)
//! enc, com   = okm[..32], okm[32..]
//! commitment = HMAC-SHA256(com, nonce ‖ aad)
//! payload    = nonce(24) ‖ commitment(32) ‖ XAES-256-GCM(enc, nonce, plaintext, aad)
//! ```
//!
//! AES-GCM alone opens one ciphertext under many keys (Dodis, Grubbs, Ristenpart, Woodage, CRYPTO 2018).
//! HMAC-SHA256 under a key that HKDF binds to material, version and context is collision-resistant, so with
//! it there is one key, version, context, nonce and aad under which a payload opens (CMT-4 of Bellare and
//! Hoang, EUROCRYPT 2022, at 128 bits).

use crate::Error;
use crate::alg::aead::Opening;
use crate::alg::hash::HashAlgorithm;
use crate::alg::kdf::HkdfSha256;
use crate::alg::mac::HmacKey;
use crate::alg::xaes::XaesKey;
use crate::entropy::Nonces;
use crate::held::taken;
use zeroize::Zeroizing;

const NONCE: usize = 24;
const COMMITMENT: usize = 32;
const TAG: usize = 16;
/// What stands before the ciphertext.
pub(crate) const HEAD: usize = NONCE + COMMITMENT;

/// How much longer a payload is than its plaintext.
pub(crate) const OVERHEAD: usize = NONCE + COMMITMENT + TAG;

/// What the keys of one label are made from.
pub(crate) struct CommittingSource(HkdfSha256);

impl CommittingSource {
    pub(crate) fn new(label: &'static str, material: &[u8]) -> Self {
        Self(HkdfSha256::extract(label.as_bytes(), material))
    }

    /// `context` is given in parts, which are concatenated.
    pub(crate) fn key(&self, number: u32, kind: u8, context: &[&[u8]]) -> Result<CommittingKey, Error> {
        // Wiped where it is; whoever makes a key overwrites the stack below.
        let mut okm = Zeroizing::new([0; 64]);
        expand_bound(&self.0, number, kind, context, &mut *okm)?;
        let (enc, com) = okm.split_at(32);
        let enc = enc.try_into().map_err(|_| Error::DecryptFailed)?;
        Ok(CommittingKey { enc: XaesKey::new(enc), com: HmacKey::new(HashAlgorithm::Sha256, com) })
    }
}

/// Expands with `info = u32be N ‖ u8 kind ‖ context`. The number has a fixed length and a label stands in the
/// salt, so nothing that a caller chooses can make two infos of ours, or one of ours and one of Transit's,
/// the same.
pub(crate) fn expand_bound(
    source: &HkdfSha256,
    number: u32,
    kind: u8,
    context: &[&[u8]],
    out: &mut [u8],
) -> Result<(), Error> {
    let number = number.to_be_bytes();
    let kind = [kind];
    let expanded = match context {
        [] => source.expand(&[&number, &kind], out),
        [one] => source.expand(&[&number, &kind, one], out),
        [one, two] => source.expand(&[&number, &kind, one, two], out),
        more => source.expand(&[&number, &kind, &more.concat()], out),
    };
    expanded.map_err(|_| Error::DecryptFailed)
}

/// A prepared key of the construction.
pub(crate) struct CommittingKey {
    enc: XaesKey,
    com: HmacKey,
}

impl CommittingKey {
    /// `payload` has room for the plaintext and [`OVERHEAD`], and is never read. The aad is read twice: it is
    /// a copy of ours.
    pub(crate) fn seal(
        &self,
        nonces: Nonces,
        aad: &[u8],
        plaintext: &[u8],
        payload: &mut [u8],
    ) -> Result<(), Error> {
        self.seal_with(&nonces.draw()?, aad, plaintext, payload)
    }

    pub(crate) fn seal_with(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        plaintext: &[u8],
        payload: &mut [u8],
    ) -> Result<(), Error> {
        let wrong = Error::BufferTooSmall { needed: plaintext.len() + OVERHEAD };
        if payload.len() != plaintext.len() + OVERHEAD {
            return Err(wrong);
        }
        let (nonce_out, rest) = payload.split_at_mut(NONCE);
        let (commitment, rest) = rest.split_at_mut(COMMITMENT);
        let (ciphertext, tag) = rest.split_at_mut(plaintext.len());
        nonce_out.copy_from_slice(nonce);
        commitment.copy_from_slice(self.com.mac(&[nonce, aad]).as_bytes());
        let computed = self.enc.seal(nonce, aad, plaintext, ciphertext).map_err(|_| Error::MessageTooLong)?;
        tag.copy_from_slice(&computed);
        Ok(())
    }

    /// `out` has the length of the plaintext, and is all zero after a failure.
    pub(crate) fn open(&self, aad: &[u8], payload: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let parts = payload.split_at_checked(HEAD).and_then(|(head, rest)| {
            rest.split_last_chunk().map(|(ciphertext, tag)| (head, ciphertext, tag))
        });
        let opened = parts.and_then(|(head, ciphertext, tag)| {
            self.open_parts(aad, head, Opening::Into(ciphertext, out), tag)
        });
        if opened.is_none() {
            out.fill(0);
        }
        opened.ok_or_else(|| Error::DecryptFailed)
    }

    /// Opens what stands between `head`, which is `nonce ‖ commitment`, and the tag. After a failure there
    /// may be ciphertext where the plaintext goes.
    pub(crate) fn open_parts(
        &self,
        aad: &[u8],
        head: &[u8],
        opening: Opening<'_>,
        tag: &[u8; TAG],
    ) -> Option<()> {
        let (nonce, commitment) = head.split_first_chunk()?;
        let nonce = &taken(nonce);
        // The commitment first: it is what makes the key, version, context and aad the only ones.
        self.com.verify(&[nonce, aad], commitment).ok()?;
        self.enc.open(nonce, aad, opening, tag).ok()
    }
}

/// Seals one message under a key that is used for nothing else.
pub(crate) fn seal_once(
    source: &CommittingSource,
    number: u32,
    kind: u8,
    context: &[&[u8]],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    let mut payload = vec![0; plaintext.len() + OVERHEAD];
    source.key(number, kind, context)?.seal(Nonces::Unbuffered, aad, plaintext, &mut payload)?;
    Ok(payload)
}

/// Opens what [`seal_once`] sealed.
pub(crate) fn open_once(
    source: &CommittingSource,
    number: u32,
    kind: u8,
    context: &[&[u8]],
    aad: &[u8],
    payload: &[u8],
) -> Result<crate::SecretBytes, Error> {
    let mut plaintext =
        crate::SecretBytes::zeroed(payload.len().checked_sub(OVERHEAD).ok_or_else(|| Error::DecryptFailed)?);
    source.key(number, kind, context)?.open(aad, payload, plaintext.expose_mut())?;
    Ok(plaintext)
}
