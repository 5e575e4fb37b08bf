//! AES-SIV (RFC 5297): deterministic authenticated encryption.
//!
//! Composed here from `aes` and `ctr`, since the `aes-siv` crate takes `&mut self` and repeats the CTR key
//! schedule for every message. CMAC is in `cmac.rs`. Generic over the block cipher so that the RFC's own
//! examples, which use AES-128, run through this code.

#[cfg(feature = "hazmat")]
use aes::Aes128Enc;
use aes::Aes256Enc;
use aes::cipher::consts::U16;
use aes::cipher::inout::InOutBuf;
use aes::cipher::{Array, BlockCipherEncrypt, BlockSizeUser, InnerIvInit, Key, KeyInit, StreamCipherCore};
use ctr::CtrCore;
use ctr::flavors::Ctr128BE;
use zeroize::{Zeroize, Zeroizing};

use super::Rejected;
use super::aead::Opening;
use super::cmac::{Block, Cmac, xor};
use super::compare::constant_time_eq;
use super::gf128::double;
use crate::held::{Held, taken};

/// Length of the synthetic IV, which is also the tag, in bytes.
pub(crate) const SIV_LEN: usize = 16;

/// AES-256-SIV: `AEAD_AES_SIV_CMAC_512` of RFC 5297 section 6.3.
pub(crate) type SivKey = Siv<Aes256Enc>;

/// AES-128-SIV, the cipher of the examples in RFC 5297 appendix A: `AEAD_AES_SIV_CMAC_256` of section 6.1.
#[cfg(feature = "hazmat")]
pub(crate) type Siv128Key = Siv<Aes128Enc>;

/// A key with both schedules and the first CMAC of S2V computed.
pub(crate) struct Siv<C> {
    mac: Cmac<C>,
    ctr: Box<C>,
    /// `CMAC(0^128)`, where every S2V starts (RFC 5297 section 2.4).
    start: Zeroizing<Block>,
}

impl Siv<Aes256Enc> {
    /// Splits the key: first half CMAC, second half CTR (RFC 5297 section 2.6).
    pub(crate) fn new(key: &[u8; 64]) -> Self {
        let (halves, _) = key.as_chunks::<32>();
        Self::from_halves((&halves[0]).into(), (&halves[1]).into())
    }
}

#[cfg(feature = "hazmat")]
impl Siv<Aes128Enc> {
    /// Splits the key: first half CMAC, second half CTR (RFC 5297 section 2.6).
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let (halves, _) = key.as_chunks::<16>();
        Self::from_halves((&halves[0]).into(), (&halves[1]).into())
    }
}

impl<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> Siv<C> {
    fn from_halves(mac: &Key<C>, ctr: &Key<C>) -> Self
    where
        C: KeyInit,
    {
        let (mac, ctr) = (Cmac::new(mac), Box::new(C::new(ctr)));
        let start = mac.of(&[0; 16]);
        Self { mac, ctr, start }
    }

    /// Encrypts `plaintext` into `out`, which has the same length, and returns the synthetic IV
    /// (RFC 5297 section 2.6). `associated` is a vector of strings: `["ab"]` and `["a", "b"]` differ.
    pub(crate) fn seal(
        &self,
        associated: &[&[u8]],
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<[u8; SIV_LEN], Rejected> {
        if out.len() != plaintext.len() {
            return Err(Rejected);
        }
        // The plaintext is needed twice, so it is copied first, and not to where somebody else might change
        // it.
        let mut place = None;
        let ours = Held::copy(&mut place, plaintext);
        let siv = self.s2v(associated, ours)?;
        self.apply_ctr(&siv, ours.into())?;
        out.copy_from_slice(ours);
        Ok(*siv)
    }

    /// Decrypts, and compares the synthetic IV in constant time (RFC 5297 section 2.7). SIV has to decrypt
    /// before it can check, so a failure wipes what was decrypted.
    pub(crate) fn open(
        &self,
        associated: &[&[u8]],
        mut opening: Opening<'_>,
        siv: &[u8; SIV_LEN],
    ) -> Result<(), Rejected> {
        let siv = taken(siv);
        let (buffer, again) = match opening.lent() {
            Opening::Into(ciphertext, out) => (InOutBuf::new(ciphertext, out).map_err(|_| Rejected), false),
            Opening::InPlace(both) => (Ok(both.into()), false),
            Opening::Check(both) => (Ok(both.into()), true),
        };
        let decrypted = buffer.and_then(|buffer| self.apply_ctr(&siv, buffer));
        let opened = decrypted.and_then(|()| {
            let expected = self.s2v(associated, opening.plaintext())?;
            if !constant_time_eq(&*expected, &siv) {
                return Err(Rejected);
            }
            // The keystream a second time gives back the ciphertext.
            if again { self.apply_ctr(&siv, opening.plaintext().into()) } else { Ok(()) }
        });
        opening.ended(opened)
    }

    /// S2V of the associated data and then the plaintext (RFC 5297 section 2.4).
    fn s2v(&self, associated: &[&[u8]], plaintext: &[u8]) -> Result<Zeroizing<Block>, Rejected> {
        // Section 2.6: with more than 127 strings, the plaintext among them, S2V is no longer a PRF.
        if associated.len() > 126 {
            return Err(Rejected);
        }
        let mut state = self.start.clone();
        for component in associated {
            *state = xor(double(*state), *self.mac.of(component));
        }
        // The last string is folded into the state from its end ("xorend") when it has a full block, and is
        // padded with 10* otherwise.
        Ok(match plaintext.split_last_chunk::<16>() {
            Some((head, last)) => {
                let (blocks, rest) = head.as_chunks();
                let mut tail = Zeroizing::new([0; 32]);
                let end = rest.len() + 16;
                tail[..rest.len()].copy_from_slice(rest);
                tail[rest.len()..end].copy_from_slice(&xor(*state, *last));
                self.mac.of_parts(blocks, &tail[..end])
            }
            None => {
                let mut padded = [0; 16];
                padded[..plaintext.len()].copy_from_slice(plaintext);
                padded[plaintext.len()] = 0x80;
                *state = xor(double(*state), padded);
                padded.zeroize();
                self.mac.of(&*state)
            }
        })
    }

    /// CTR from the synthetic IV with the two top bits of its last two 32-bit words cleared (RFC 5297 section
    /// 2.5).
    fn apply_ctr(&self, siv: &[u8; SIV_LEN], buffer: InOutBuf<'_, '_, u8>) -> Result<(), Rejected> {
        let mut counter = *siv;
        counter[8] &= 0x7f;
        counter[12] &= 0x7f;
        let core = CtrCore::<&C, Ctr128BE>::inner_iv_init(&self.ctr, &Array(counter));
        core.try_apply_keystream_partial(buffer).map_err(|_| Rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::{Opening, SivKey};

    #[test]
    fn open_leaves_nothing_behind_when_it_fails() {
        let key = SivKey::new(&[7; 64]);
        let mut ciphertext = [0; 100];
        let mut tag = key.seal(&[b""], &[7; 100], &mut ciphertext).unwrap();
        let mut out = [1; 100];
        assert!(key.open(&[b""], Opening::Into(&ciphertext, &mut out), &tag).is_ok());
        assert_eq!(out, [7; 100]);
        tag[0] ^= 1;
        assert!(key.open(&[b""], Opening::Into(&ciphertext, &mut out), &tag).is_err());
        assert_eq!(out, [0; 100], "after a wrong tag");
        out.fill(1);
        assert!(key.open(&[b""], Opening::Into(&ciphertext[1..], &mut out), &tag).is_err());
        assert_eq!(out, [0; 100], "after a buffer of another length");
    }
}
