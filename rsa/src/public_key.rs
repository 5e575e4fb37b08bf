//! Public keys.

use aws_lc_sys as lc;

use crate::call::Call;
use crate::key::{Key, run};
use crate::owned::done;
use crate::{Hash, Padding, Rejected};

/// A public key of 2048, 3072 or 4096 bits. Threads may share it.
#[derive(Debug)]
pub struct PublicKey(pub(crate) Key);

impl PublicKey {
    /// Reads an RSAPublicKey (RFC 8017 appendix A.1.1) in DER.
    ///
    /// # Errors
    /// [`Rejected`] for anything but one in DER with nothing behind it, for another size than the three, for
    /// an even modulus, and for an e that is even, below 3 or above 2^32.
    pub fn from_der(rsa_public_key: &[u8]) -> Result<Self, Rejected> {
        let _call = Call::begin();
        Key::from_der(rsa_public_key, lc::RSA_public_key_from_bytes).map(Self)
    }

    /// The RSAPublicKey in DER.
    ///
    /// # Errors
    /// [`Rejected`] if AWS-LC gets no memory.
    pub fn to_der(&self) -> Result<Vec<u8>, Rejected> {
        let _call = Call::begin();
        Ok(self.0.to_der(lc::RSA_public_key_to_bytes)?.to_vec())
    }

    /// The length of the modulus: 2048, 3072 or 4096.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.0.bits()
    }

    /// How many bytes a signature and a ciphertext have: 256, 384 or 512.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bits() / 8
    }

    /// Whether `signature` is one of this hash.
    ///
    /// # Errors
    /// [`Rejected`] if it is not, whatever the reason.
    pub fn verify(&self, padding: Padding, digest: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        let _call = Call::begin();
        let context = self.0.signature(lc::EVP_PKEY_verify_init, padding)?;
        let (made, length) = (signature.as_ptr(), signature.len());
        // SAFETY: the context was started for this, and the two inputs are read only.
        done(unsafe { lc::EVP_PKEY_verify(context.get(), made, length, digest.as_ptr(), digest.len()) })
    }

    /// Encrypts by RSAES-OAEP (RFC 8017 section 7.1) with this hash, also for MGF1, and an empty label.
    ///
    /// # Errors
    /// [`Rejected`] if the plaintext is longer than the key less two hashes and two bytes.
    pub fn encrypt_oaep(&self, hash: Hash, plaintext: &[u8]) -> Result<Vec<u8>, Rejected> {
        let _call = Call::begin();
        let mut ciphertext = vec![0; self.size()];
        let context = self.0.oaep(lc::EVP_PKEY_encrypt_init, hash)?;
        run(&context, lc::EVP_PKEY_encrypt, plaintext, &mut ciphertext).map(|_| ciphertext)
    }
}
