//! Private keys.

use aws_lc_sys as lc;
use std::ptr::null_mut;
use zeroize::Zeroizing;

use crate::call::Call;
use crate::key::{BITS, Key, run};
use crate::owned::{Owned, done};
use crate::{Hash, Padding, PublicKey, Rejected, Salt, crt, oaep};

/// A private key of two primes, of 2048, 3072 or 4096 bits. Threads may share it.
#[derive(Debug)]
pub struct PrivateKey(Key);

impl PrivateKey {
    /// Makes a key with e = 65537 (FIPS 186-5 appendix A.1.3). That takes from a tenth of a second to some
    /// seconds.
    ///
    /// # Errors
    /// [`Rejected`] for another size than 2048, 3072 and 4096 bits.
    pub fn generate(bits: usize) -> Result<Self, Rejected> {
        let _call = Call::begin();
        let size = bits.try_into().ok().filter(|_| BITS.contains(&bits)).ok_or(Rejected)?;
        // SAFETY: takes nothing; what it gives is nobody else's, and `RSA_free` frees it.
        let rsa = unsafe { Owned::new(lc::RSA_new(), lc::RSA_free) }?;
        // SAFETY: the key lives, and there is no callback to tell of the progress.
        done(unsafe { lc::RSA_generate_key_fips(rsa.get(), size, null_mut()) })?;
        Self::checked(Key::of(&rsa)?)
    }

    /// Reads an RSAPrivateKey (RFC 8017 appendix A.1.2) in DER.
    ///
    /// # Errors
    /// [`Rejected`] for anything but one in DER with nothing behind it; for more primes than two; for
    /// another size than the three; for an e that is even, below 3 or above 2^32; and where one of the eight
    /// numbers does not belong to the others.
    pub fn from_der(rsa_private_key: &[u8]) -> Result<Self, Rejected> {
        let _call = Call::begin();
        Key::from_der(rsa_private_key, lc::RSA_private_key_from_bytes).and_then(Self::checked)
    }

    /// Makes a key of its numbers, each big-endian, of at most 512 bytes, with zeros before it or without.
    /// Either prime may be the larger; they stay in this order. The other three numbers are computed in
    /// constant time.
    ///
    /// # Errors
    /// [`Rejected`] as for [`from_der`](Self::from_der).
    pub fn from_numbers(n: &[u8], e: &[u8], d: &[u8], p: &[u8], q: &[u8]) -> Result<Self, Rejected> {
        let _call = Call::begin();
        Self::checked(Key::of(&crt::complete([n, e, d, p, q])?)?)
    }

    /// Takes a key whose d is below n: AWS-LC works with no other, or in another way.
    fn checked(key: Key) -> Result<Self, Rejected> {
        // SAFETY: the numbers live, and whoever made them has seen that they are those of a private key.
        let order = unsafe { lc::BN_cmp(lc::RSA_get0_d(key.rsa()), lc::RSA_get0_n(key.rsa())) };
        if order < 0 { Ok(Self(key)) } else { Err(Rejected) }
    }

    /// Makes a signature for nobody: whether both primes are prime, which the numbers do not say. For keys
    /// that come from elsewhere.
    ///
    /// # Errors
    /// [`Rejected`] for a key that makes no signature.
    pub fn prove(&self) -> Result<(), Rejected> {
        self.sign(Padding::Pss { hash: Hash::Sha256, salt: Salt::Auto }, &[0; 32]).map(drop)
    }

    /// The RSAPrivateKey in DER.
    ///
    /// # Errors
    /// [`Rejected`] if AWS-LC gets no memory.
    pub fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, Rejected> {
        let _call = Call::begin();
        self.0.to_der(lc::RSA_private_key_to_bytes)
    }

    /// The public key, which keeps nothing of this one.
    ///
    /// # Errors
    /// [`Rejected`] if AWS-LC gets no memory.
    pub fn public(&self) -> Result<PublicKey, Rejected> {
        let _call = Call::begin();
        // SAFETY: the two numbers live as long as this key.
        let (n, e) = unsafe { (lc::RSA_get0_n(self.0.rsa()), lc::RSA_get0_e(self.0.rsa())) };
        // SAFETY: the two numbers are copied; the key that comes of them is nobody else's.
        let rsa = unsafe { Owned::new(lc::RSA_new_public_key(n, e), lc::RSA_free) }?;
        Key::of(&rsa).map(PublicKey)
    }

    /// The length of the modulus: 2048, 3072 or 4096.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.0.bits()
    }

    /// Signs a hash, or with [`Padding::Pkcs1v15`] and no hash what is given.
    ///
    /// # Errors
    /// [`Rejected`] if `digest` is not as long as the hash, and for a salt or a text that does not fit.
    pub fn sign(&self, padding: Padding, digest: &[u8]) -> Result<Vec<u8>, Rejected> {
        let _call = Call::begin();
        let mut signature = vec![0; self.bits() / 8];
        let context = self.0.signature(lc::EVP_PKEY_sign_init, padding)?;
        run(&context, lc::EVP_PKEY_sign, digest, &mut signature).map(|_| signature)
    }

    /// Decrypts by RSAES-OAEP (RFC 8017 section 7.1) with this hash, also for MGF1, and an empty label. The
    /// plaintext is written to the beginning of `out`, which has as many bytes as the key, and its length is
    /// returned. `out` is the caller's to wipe.
    ///
    /// # Errors
    /// [`Rejected`], with nothing written, whatever is wrong with the ciphertext, and for an `out` that is
    /// too short.
    pub fn decrypt_oaep(&self, hash: Hash, ciphertext: &[u8], out: &mut [u8]) -> Result<usize, Rejected> {
        let _call = Call::begin();
        let context = self.0.oaep(lc::EVP_PKEY_decrypt_init, hash)?;
        run(&context, lc::EVP_PKEY_decrypt, ciphertext, out)
    }

    /// Decrypts by RSAES-OAEP as [`decrypt_oaep`](Self::decrypt_oaep) does, and says nothing of it: a
    /// plaintext as long as `key` takes the place of what is in there, and otherwise that stays, in the same
    /// time. For an ephemeral key with which something else is decrypted then: put random bytes there before.
    ///
    /// # Errors
    /// [`Rejected`], with nothing written, for a ciphertext that is not as long as the key or is no number
    /// below its modulus, and for a plaintext that could not be so long: what everybody can see.
    ///
    /// ```
    /// use strongroom_rsa::{Hash, PrivateKey};
    /// let key = PrivateKey::generate(2048)?;
    /// let sealed = key.public()?.encrypt_oaep(Hash::Sha256, &[5; 32])?;
    /// let mut ephemeral = [9; 32];
    /// key.replace_by_oaep(Hash::Sha1, &sealed, &mut ephemeral)?;
    /// assert_eq!(ephemeral, [9; 32]);
    /// key.replace_by_oaep(Hash::Sha256, &sealed, &mut ephemeral)?;
    /// assert_eq!(ephemeral, [5; 32]);
    /// # Ok::<(), strongroom_rsa::Rejected>(())
    /// ```
    pub fn replace_by_oaep(&self, hash: Hash, ciphertext: &[u8], key: &mut [u8]) -> Result<(), Rejected> {
        let _call = Call::begin();
        let mut block = Zeroizing::new(vec![0; self.bits() / 8]);
        let context = self.0.bare(lc::EVP_PKEY_decrypt_init)?;
        run(&context, lc::EVP_PKEY_decrypt, ciphertext, &mut block)?;
        oaep::replace(hash, &mut block, key)
    }
}
