//! XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM with 192-bit nonces, by a key per message.
//!
//! Composed here from `aes` and our GCM and not taken from the `xaes-256-gcm` crate: that crate stands on
//! `aes-gcm`, which reads a ciphertext twice, and wipes neither the key of a message nor the subkey of CMAC.
//! What is added to a GCM that is needed anyway is three AES calls and one XOR.

use aes::Aes256Enc;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use zeroize::{Zeroize, Zeroizing};

use super::Rejected;
use super::aead::gcm::Gcm;
use super::aead::{AeadAlgorithm, AeadKey, FRESH_KEY_FROM, Opening, TAG_LEN};
use super::gf128::double;

/// A key with its schedule and CMAC subkey computed.
pub(crate) struct XaesKey {
    cipher: Box<Aes256Enc>,
    /// K1 of CMAC (SP 800-38B section 6.1). K2 is never needed: the derivation input is always one full
    /// block.
    subkey: Zeroizing<[u8; 16]>,
}

impl XaesKey {
    /// Computes the schedule and the subkey.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let cipher = Box::new(Aes256Enc::new(key.into()));
        let mut block = Array([0; 16]);
        cipher.encrypt_block(&mut block);
        let subkey = Zeroizing::new(double(block.0));
        block.zeroize();
        Self { cipher, subkey }
    }

    /// Encrypts `plaintext` into `out`, which has the same length, and returns the tag.
    pub(crate) fn seal(
        &self,
        nonce: &[u8; 24],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Rejected> {
        let key = self.message_key(nonce);
        if is_for_provider(plaintext.len()) {
            return AeadKey::new(AeadAlgorithm::Aes256Gcm, &*key)?.seal(&nonce[12..], aad, plaintext, out);
        }
        Gcm::<Aes256Enc>::new((&*key).into()).seal(&nonce[12..], aad, plaintext, out)
    }

    /// Decrypts what has the tag. After a failure the memory for the plaintext is all zero.
    pub(crate) fn open(
        &self,
        nonce: &[u8; 24],
        aad: &[u8],
        mut opening: Opening<'_>,
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Rejected> {
        let key = self.message_key(nonce);
        let opened = if is_for_provider(opening.lengths().0) {
            AeadKey::new(AeadAlgorithm::Aes256Gcm, &*key)
                .and_then(|key| key.open(&nonce[12..], aad, opening.lent(), tag))
        } else {
            Gcm::<Aes256Enc>::new((&*key).into()).open(&nonce[12..], aad, opening.lent(), tag)
        };
        opening.ended(opened)
    }

    /// The key of AES-256-GCM for one message: the two blocks `CMAC(0x00 ‖ i ‖ "X" ‖ 0x00 ‖ nonce[..12])`, i
    /// = 1, 2. CMAC of one full block `M` is `AES(M ⊕ K1)`.
    #[inline]
    fn message_key(&self, nonce: &[u8; 24]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let (blocks, _) = key.as_chunks_mut();
        for (counter, block) in (1..).zip(blocks.iter_mut()) {
            *block = self.derivation_block(counter, nonce);
        }
        self.cipher.encrypt_blocks(Array::cast_slice_from_core_mut(blocks));
        key
    }

    /// `M_i ⊕ K1`.
    #[inline]
    fn derivation_block(&self, counter: u8, nonce: &[u8; 24]) -> [u8; 16] {
        let mut block = [0, counter, b'X', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        block[4..].copy_from_slice(&nonce[..12]);
        (u128::from_ne_bytes(block) ^ u128::from_ne_bytes(*self.subkey)).to_ne_bytes()
    }
}

fn is_for_provider(len: usize) -> bool {
    FRESH_KEY_FROM.is_some_and(|from| len >= from)
}

#[cfg(test)]
mod tests {
    use super::{Opening, XaesKey};

    #[test]
    fn open_leaves_nothing_behind_when_it_fails() {
        let key = XaesKey::new(&[7; 32]);
        let mut ciphertext = [0; 100];
        let mut tag = key.seal(&[7; 24], b"", &[7; 100], &mut ciphertext).unwrap();
        let mut out = [1; 100];
        assert!(key.open(&[7; 24], b"", Opening::Into(&ciphertext, &mut out), &tag).is_ok());
        assert_eq!(out, [7; 100]);
        tag[0] ^= 1;
        assert!(key.open(&[7; 24], b"", Opening::Into(&ciphertext, &mut out), &tag).is_err());
        assert_eq!(out, [0; 100], "after a wrong tag");
        out.fill(1);
        assert!(key.open(&[7; 24], b"", Opening::Into(&ciphertext[1..], &mut out), &tag).is_err());
        assert_eq!(out, [0; 100], "after a buffer of another length");
    }
}
