//! What private and public keys have in common: numbers, and operations with them.

use aws_lc_sys as lc;
use std::ffi::c_int;
use std::fmt;
use std::ptr::null_mut;
use std::slice;
use zeroize::Zeroizing;

use crate::Rejected;
use crate::owned::{Owned, done};
use crate::padding::{Hash, Padding, Salt};

/// The sizes that the key types have.
pub(crate) const BITS: [usize; 3] = [2048, 3072, 4096];

/// Longer than the DER of any key: an RSAPrivateKey of 4096 bits has less than 2,400 bytes.
pub(crate) const LONGEST: usize = 4096;

type Context = lc::EVP_PKEY_CTX;

/// `EVP_PKEY_sign_init` and its siblings.
type Start = unsafe extern "C" fn(*mut Context) -> c_int;

/// `EVP_PKEY_CTX_set_signature_md` and its sibling for OAEP.
type SetHash = unsafe extern "C" fn(*mut Context, *const lc::EVP_MD) -> c_int;

/// `EVP_PKEY_sign` and its siblings: context, output, its length, input, its length.
type Step = unsafe extern "C" fn(*mut Context, *mut u8, *mut usize, *const u8, usize) -> c_int;

/// How AWS-LC reads a key in DER.
type Read = unsafe extern "C" fn(*const u8, usize) -> *mut lc::RSA;

/// How AWS-LC writes a key as DER.
type Write = unsafe extern "C" fn(*mut *mut u8, *mut usize, *const lc::RSA) -> c_int;

/// A key that was checked, and is not changed any more.
pub(crate) struct Key(Owned<lc::EVP_PKEY>);

// SAFETY: AWS-LC counts references atomically, locks what an operation caches in a key, and binds a key to
// no thread (`rsa.h` and `evp.h`). Nothing here changes a key once it is made.
unsafe impl Send for Key {}
// SAFETY: `rsa.h` allows operations on one key at the same time, and getters only read.
unsafe impl Sync for Key {}

impl Key {
    /// Reads a key in DER, which `read` has `RSA_check_key` look at.
    pub(crate) fn from_der(der: &[u8], read: Read) -> Result<Self, Rejected> {
        let der = Some(der).filter(|der| der.len() <= LONGEST).ok_or(Rejected)?;
        // SAFETY: it reads these bytes only; the key that it gives is nobody else's, and `RSA_free` frees it.
        Self::of(&unsafe { Owned::new(read(der.as_ptr(), der.len()), lc::RSA_free) }?)
    }

    /// Takes a key that `RSA_check_key` has accepted, if its size and its e are in use.
    pub(crate) fn of(rsa: &Owned<lc::RSA>) -> Result<Self, Rejected> {
        // SAFETY: the key lives, and e with it; AWS-LC takes keys without e, for which the pointer is null.
        let (e, bits) = unsafe { (lc::RSA_get0_e(rsa.get()).as_ref(), lc::RSA_bits(rsa.get())) };
        // SAFETY: e is there.
        let fits = e.is_some_and(|e| unsafe { lc::BN_num_bits(e) } <= 32) && BITS.contains(&(bits as usize));
        // SAFETY: takes nothing; what it gives is nobody else's, and `EVP_PKEY_free` frees it.
        let key = unsafe { Owned::new(lc::EVP_PKEY_new(), lc::EVP_PKEY_free) }?;
        // SAFETY: both live; the new key counts a reference of its own to the numbers.
        done(unsafe { lc::EVP_PKEY_set1_RSA(key.get(), rsa.get()) })?;
        if fits { Ok(Self(key)) } else { Err(Rejected) }
    }

    /// The numbers, for as long as the key lives.
    pub(crate) fn rsa(&self) -> *mut lc::RSA {
        // SAFETY: the key lives, and was given its numbers when it was made.
        unsafe { lc::EVP_PKEY_get0_RSA(self.0.get()) }
    }

    pub(crate) fn bits(&self) -> usize {
        // SAFETY: the numbers live as long as the key.
        unsafe { lc::RSA_bits(self.rsa()) as usize }
    }

    pub(crate) fn to_der(&self, write: Write) -> Result<Zeroizing<Vec<u8>>, Rejected> {
        let (mut start, mut length) = (null_mut(), 0);
        // SAFETY: the numbers live, and the two places are there for what is allocated and its length.
        done(unsafe { write(&raw mut start, &raw mut length, self.rsa()) })?;
        // SAFETY: after success nobody else has what was allocated, which `OPENSSL_free` frees and wipes.
        let held = unsafe { Owned::new(start.cast(), lc::OPENSSL_free) }?;
        // SAFETY: `length` bytes were written there, and `held` keeps them until they are copied.
        Ok(Zeroizing::new(unsafe { slice::from_raw_parts(held.get().cast::<u8>(), length) }.to_vec()))
    }

    /// Begins to sign or to verify.
    pub(crate) fn signature(&self, start: Start, padding: Padding) -> Result<Owned<Context>, Rejected> {
        let set = lc::EVP_PKEY_CTX_set_signature_md;
        let (hash, length) = match padding {
            Padding::Pkcs1v15 { hash } => return self.begin(start, lc::RSA_PKCS1_PADDING, set, hash),
            Padding::Pss { hash, salt: Salt::Auto } => (hash, lc::RSA_PSS_SALTLEN_AUTO),
            Padding::Pss { hash, salt: Salt::Len(length) } => (hash, length.try_into().or(Err(Rejected))?),
        };
        let context = self.begin(start, lc::RSA_PKCS1_PSS_PADDING, set, Some(hash))?;
        // SAFETY: the context lives. A length is 0 or more, which AWS-LC takes for itself, or the constant.
        done(unsafe { lc::EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), length) })?;
        Ok(context)
    }

    /// Begins to encrypt or to decrypt, with an empty label.
    pub(crate) fn oaep(&self, start: Start, hash: Hash) -> Result<Owned<Context>, Rejected> {
        self.begin(start, lc::RSA_PKCS1_OAEP_PADDING, lc::EVP_PKEY_CTX_set_rsa_oaep_md, Some(hash))
    }

    /// Begins the bare operation.
    pub(crate) fn bare(&self, start: Start) -> Result<Owned<Context>, Rejected> {
        self.begin(start, lc::RSA_NO_PADDING, lc::EVP_PKEY_CTX_set_signature_md, None)
    }

    fn begin(
        &self,
        start: Start,
        padding: c_int,
        set_hash: SetHash,
        hash: Option<Hash>,
    ) -> Result<Owned<Context>, Rejected> {
        // SAFETY: the key lives; the context counts a reference of its own to it. No engine is given.
        let context = unsafe { lc::EVP_PKEY_CTX_new(self.0.get(), null_mut()) };
        // SAFETY: the new context is nobody else's, and `EVP_PKEY_CTX_free` frees it.
        let context = unsafe { Owned::new(context, lc::EVP_PKEY_CTX_free) }?;
        // SAFETY: the context lives, and `start` is one of AWS-LC's functions that take it.
        done(unsafe { start(context.get()) })?;
        // SAFETY: the context lives and was started; AWS-LC refuses a padding that does not fit.
        done(unsafe { lc::EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) })?;
        // SAFETY: the context lives, the description of a hash always does. MGF1 takes the hash that is set.
        hash.map_or(Ok(()), |hash| done(unsafe { set_hash(context.get(), hash.descriptor()) }))?;
        Ok(context)
    }
}

/// Writes what becomes of `input` to `out`, and says how many bytes that were.
pub(crate) fn run(
    context: &Owned<Context>,
    step: Step,
    input: &[u8],
    out: &mut [u8],
) -> Result<usize, Rejected> {
    let mut length = out.len();
    let (start, read) = (out.as_mut_ptr(), input.len());
    // SAFETY: the context was started for this step, which reads the bytes of `input`, and writes to `out` at
    // most the `length` that it is given, or nothing if the key is longer.
    done(unsafe { step(context.get(), start, &raw mut length, input.as_ptr(), read) })?;
    Ok(length)
}

/// Its size and no number.
impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bits", self.bits())
    }
}
